"""With which number a unit's letters begin, so that it can be corrected until the first is given."""

import sqlalchemy as sa
from alembic import op


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter_numbers", sa.Column("first_number", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("letter_numbers", "first_number")
