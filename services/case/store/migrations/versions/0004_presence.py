"""Who looks at a demande now."""

from alembic import op

from services.case.store.presences import METADATA
from shared.plumbing.database import row_level_security

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, closed like every tenant's."""
    METADATA.create_all(op.get_bind())
    for statement in row_level_security("presence"):
        op.execute(statement)
