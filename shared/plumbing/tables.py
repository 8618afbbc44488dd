"""Technical tables that every service database has: outbox, inbox, audit, idempotency, read copies of reference data.

Core tables on one MetaData, beside the service's own. None holds what a tenant may read, but `idempotence`, which is scoped.
`session_table` is for the two services that are fronts.
"""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, LargeBinary, MetaData, String, Table, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

outbox = Table(
    "outbox",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("subject", String(120), nullable=False),
    Column("enveloppe", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("published_at", DateTime(timezone=True)),
    Index("outbox_to_publish", "id", postgresql_where=text("published_at IS NULL")),
)

inbox = Table(
    "inbox",
    METADATA,
    Column("consumer", String(31), primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("processed_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
)

audit = Table(
    "audit",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("survenu_le", DateTime(timezone=True), nullable=False),
    Column("caisse_code", String(3), nullable=False),
    Column("structure_id", Uuid),
    Column("compte_id", Uuid),
    Column("role", String(30), nullable=False),
    Column("acte", String(60), nullable=False),
    Column("objet", String(60), nullable=False),
    Column("objet_id", String(80), nullable=False),
    Column("resultat", String(30), nullable=False),
)

idempotence = Table(
    "idempotence",
    METADATA,
    Column("compte_id", Uuid, primary_key=True),
    Column("cle", Uuid, primary_key=True),
    Column("caisse_code", String(3), nullable=False),
    Column("structure_id", Uuid),
    Column("empreinte", String(64), nullable=False),
    Column("statut", Integer, nullable=False),
    Column("corps", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
)

copie_reference = Table(
    "copie_reference",
    METADATA,
    Column("donnee", String(30), primary_key=True),
    Column("cle", String(80), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("en_vigueur_le", DateTime(timezone=True)),
    Column("contenu", JSONB, nullable=False),
)

OUTBOX_CHANNEL = "outbox"
TECHNICAL_DDL = (
    f"""CREATE FUNCTION outbox_hint() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN PERFORM pg_notify('{OUTBOX_CHANNEL}', ''); RETURN NULL; END $$""",
    "CREATE TRIGGER outbox_hint AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_hint()",
)


def session_table(name: str, metadata: MetaData) -> Table:
    """The sessions of a front, people and programs: found by the print of a token only, never by a tenant."""
    return Table(
        name,
        metadata,
        Column("empreinte", LargeBinary(32), primary_key=True),
        Column("compte_id", Uuid, nullable=False),
        Column("contenu", JSONB, nullable=False),
        Column("ouverte_le", DateTime(timezone=True), nullable=False),
        Column("vue_le", DateTime(timezone=True), nullable=False),
        Index(f"{name}_compte", "compte_id"),
        Index(f"{name}_vue_le", "vue_le"),
    )
