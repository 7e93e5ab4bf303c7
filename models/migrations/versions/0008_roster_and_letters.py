"""The roster of the staff, letters that are registered only, books that are closed."""

import sqlalchemy as sa
from alembic import op

from models import db


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "members",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("order_ref", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("bound_at", db.Instant(), nullable=True),
        sa.Column("added_at", db.Instant(), nullable=False),
        sa.Column("ended_at", db.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("lane", name=op.f("uq_members_lane")),
    )
    op.add_column("desk_codes", sa.Column("member_id", db.Id, nullable=True))
    op.create_index(op.f("ix_desk_codes_member_id"), "desk_codes", ["member_id"])
    op.add_column("books", sa.Column("closed_at", db.Instant(), nullable=True))
    op.create_table(
        "letter_numbers",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "year", name=op.f("pk_letter_numbers")),
    )
    op.create_table(
        "entry_files",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("entry_id", db.Id, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", db.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_entry_files_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_files")),
    )
    op.create_index(op.f("ix_entry_files_entry_id"), "entry_files", ["entry_id"])
    op.create_index(op.f("ix_entry_files_sha256"), "entry_files", ["sha256"])


def downgrade() -> None:
    op.drop_table("entry_files")
    op.drop_table("letter_numbers")
    op.drop_column("books", "closed_at")
    op.drop_index(op.f("ix_desk_codes_member_id"), table_name="desk_codes")
    op.drop_column("desk_codes", "member_id")
    op.drop_table("members")
