"""Messages being written."""

from alembic import op

from services.case.store.brouillons import METADATA
from shared.plumbing.database import row_level_security

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, closed like every tenant's."""
    METADATA.create_all(op.get_bind())
    for statement in row_level_security("brouillon_message"):
        op.execute(statement)
