"""When an account was brought back: its long silence before does not end it again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the instant; accounts brought back before have none and are judged by their last sign-in."""
    op.add_column("compte", sa.Column("reactive_le", sa.DateTime(timezone=True)))
