"""Demandes, messages, files, history, operators' acts."""

from alembic import op
from alembic.operations import Operations

from services.case.store.tables import TENANT_TABLES, Base
from shared.plumbing.database import row_level_security
from shared.plumbing.migrations import create_technical_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, and close those that hold tenants."""
    create_technical_tables(Operations(op.get_context()))
    Base.metadata.create_all(op.get_bind())
    for table in TENANT_TABLES:
        for statement in row_level_security(table):
            op.execute(statement)
