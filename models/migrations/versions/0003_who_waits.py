"""Who waits: when we noticed that an arrival had waited for a while."""

import sqlalchemy as sa
from alembic import op

from models import db


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("arrivals", sa.Column("noticed_at", db.Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("arrivals", "noticed_at")
