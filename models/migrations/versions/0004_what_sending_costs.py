"""What sending costs: the month's quota, the size of groups, what each push was billed; and the desk's daily checks."""

import sqlalchemy as sa
from alembic import op

from models import db


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quotas",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("tried_at", db.Instant(), nullable=False),
        sa.Column("ceiling", sa.Integer(), nullable=True),
        sa.Column("allowed", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=True),
        sa.Column("read_at", db.Instant(), nullable=True),
        sa.Column("warned", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_quotas")),
    )
    op.create_table(
        "group_sizes",
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_group_sizes")),
    )
    op.create_table(
        "desk_checks",
        sa.Column("due", db.Instant(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("seen_at", db.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("due", name=op.f("pk_desk_checks")),
    )
    op.add_column("outgoing", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("outgoing", sa.Column("billed", sa.Integer(), nullable=True))
    op.create_index(
        "ix_outgoing_billed",
        "outgoing",
        ["finished_at"],
        sqlite_where=sa.text("billed IS NOT NULL"),
        postgresql_where=sa.text("billed IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_outgoing_billed", table_name="outgoing")
    op.drop_column("outgoing", "billed")
    op.drop_column("outgoing", "kind")
    op.drop_table("desk_checks")
    op.drop_table("group_sizes")
    op.drop_table("quotas")
