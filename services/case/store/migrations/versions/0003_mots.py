"""Words that demandes are found by, in an index that row-level security lets serve."""

from alembic import op

from services.case.store.tables import Base
from shared.plumbing.database import row_level_security

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEEP_MOTS = """
CREATE FUNCTION keep_mots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM mot WHERE caisse_code = OLD.caisse_code AND numero = OLD.numero;
    END IF;
    INSERT INTO mot (caisse_code, mot, numero, structure_id)
        SELECT NEW.caisse_code, m, NEW.numero, NEW.structure_id FROM unnest(tsvector_to_array(NEW.recherche)) AS m;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """The table, filled from what is there, and the triggers that keep it."""
    Base.metadata.create_all(op.get_bind(), tables=[Base.metadata.tables["mot"]])
    op.execute("DROP INDEX IF EXISTS demande_recherche")
    op.execute(_KEEP_MOTS)
    op.execute("CREATE TRIGGER keep_mots_insert AFTER INSERT ON demande FOR EACH ROW EXECUTE FUNCTION keep_mots()")
    op.execute(
        "CREATE TRIGGER keep_mots_update AFTER UPDATE OF recherche ON demande FOR EACH ROW"
        " WHEN (OLD.recherche IS DISTINCT FROM NEW.recherche) EXECUTE FUNCTION keep_mots()"
    )
    # The owner is under row-level security too: lifted for the time of the copy, in this transaction.
    op.execute("ALTER TABLE demande NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO mot (caisse_code, mot, numero, structure_id)"
        " SELECT d.caisse_code, m, d.numero, d.structure_id FROM demande d, unnest(tsvector_to_array(d.recherche)) AS m"
    )
    op.execute("ALTER TABLE demande FORCE ROW LEVEL SECURITY")
    for statement in row_level_security("mot"):
        op.execute(statement)
