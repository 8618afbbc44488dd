"""The session cache."""

from alembic import op

from services.gateway.store.tables import METADATA

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the one table. It holds sessions of every structure: read by token print only, never by a tenant."""
    METADATA.create_all(op.get_bind())
