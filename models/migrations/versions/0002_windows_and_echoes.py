"""Windows and echoes: how long a conversation is open, who speaks in it, what the platform has taken."""

import sqlalchemy as sa
from alembic import op

from models import db


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENTS = ("window_until", "quiet_until", "unreachable_since", "disposal_proposed_at")


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("conversations", sa.Column(name, db.Instant(), nullable=True))
    op.add_column("outgoing", sa.Column("taken", sa.Integer(), nullable=True))
    op.create_index("ix_outgoing_key", "outgoing", ["retry_key"])


def downgrade() -> None:
    op.drop_index("ix_outgoing_key", table_name="outgoing")
    op.drop_column("outgoing", "taken")
    for name in reversed(MOMENTS):
        op.drop_column("conversations", name)
