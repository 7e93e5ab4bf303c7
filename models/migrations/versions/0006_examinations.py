"""What is known of files that citizens sent, and the copies of them that others may see."""

import sqlalchemy as sa
from alembic import op

from models import db


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "examinations",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("examined_at", db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_examinations")),
    )
    op.create_table(
        "file_copies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_copies")),
    )
    op.create_index(op.f("ix_file_copies_original"), "file_copies", ["original"])
    op.create_index(op.f("ix_file_copies_sha256"), "file_copies", ["sha256"])


def downgrade() -> None:
    op.drop_table("file_copies")
    op.drop_table("examinations")
