"""Sessions of the agent front."""

from alembic import op

from services.case.store.sessions import METADATA

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the one table."""
    METADATA.create_all(op.get_bind())
