"""Demandes, messages, files, history, operators' acts."""

from alembic import op

from services.case.store.tables import TENANT_TABLES, Base
from shared.plumbing import tables
from shared.plumbing.database import row_level_security

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, and close those that hold tenants."""
    _create_technical_tables()
    Base.metadata.create_all(op.get_bind(), tables=[Base.metadata.tables[table] for table in TENANT_TABLES])
    for table in TENANT_TABLES:
        for statement in row_level_security(table):
            op.execute(statement)


def _create_technical_tables() -> None:
    """As every service does; here the role's name is quoted, because `case` is a word of SQL."""
    tables.METADATA.create_all(op.get_bind())
    for statement in (*tables.TECHNICAL_DDL, *row_level_security("idempotence")):
        op.execute(statement)
    role = (op.get_bind().engine.url.username or "").removesuffix("_owner")
    op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM "{role}"')
