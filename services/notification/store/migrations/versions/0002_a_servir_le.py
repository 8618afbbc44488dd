"""When the postman must come to a caisse: it no longer asks every one of them."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the instant; every caisse known so far is visited once."""
    op.execute("ALTER TABLE caisse ADD COLUMN IF NOT EXISTS a_servir_le timestamptz")
    op.execute("UPDATE caisse SET a_servir_le = now()")
