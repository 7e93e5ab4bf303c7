"""Proofs of identity: asked for, arranged, given or not."""

import sqlalchemy as sa
from alembic import op

from models import db


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_proofs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status_before", sa.Text(), nullable=False),
        sa.Column("manner", sa.Text(), nullable=False),
        sa.Column("slot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", db.Instant(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_at", db.Instant(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("last_digits", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("ended_at", db.Instant(), nullable=True),
        sa.CheckConstraint("purpose IN ('withdraw', 'service')", name=op.f("ck_identity_proofs_purpose")),
        sa.CheckConstraint("state IN ('asked', 'proved', 'kept', 'lapsed')", name=op.f("ck_identity_proofs_state")),
        sa.CheckConstraint("manner IN ('', 'office', 'video')", name=op.f("ck_identity_proofs_manner")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_identity_proofs_case_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_identity_proofs_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_proofs")),
    )
    op.create_index(op.f("ix_identity_proofs_case_id"), "identity_proofs", ["case_id"])
    op.create_index("ix_identity_proofs_state", "identity_proofs", ["state", "until"])


def downgrade() -> None:
    op.drop_table("identity_proofs")
