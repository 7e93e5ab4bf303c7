"""What stands in the Google sheet, as last seen there, and who may write to it."""

import sqlalchemy as sa
from alembic import op

from models import db


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mirrored_rows",
        sa.Column("tab", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tab", "key", name=op.f("pk_mirrored_rows")),
    )
    op.create_table(
        "mirrors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("writer", sa.Text(), nullable=False),
        sa.Column("leased_until", db.Instant(), nullable=False),
        sa.Column("true_at", db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mirrors")),
    )


def downgrade() -> None:
    op.drop_table("mirrors")
    op.drop_table("mirrored_rows")
