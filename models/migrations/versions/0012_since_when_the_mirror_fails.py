"""Since when a part of the mirror cannot be made true."""

import sqlalchemy as sa
from alembic import op

from models import db


revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mirrors", sa.Column("failing_since", db.Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("mirrors", "failing_since")
