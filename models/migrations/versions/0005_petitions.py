"""Petitions: a third kind of case, its papers, bookings, and the released definitions of services."""

import sqlalchemy as sa
from alembic import op

from models import db


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TWO, THREE = "kind IN ('complaint', 'tip')", "kind IN ('complaint', 'tip', 'petition')"


def upgrade() -> None:
    allow_kinds(TWO, THREE)
    op.add_column("case_files", sa.Column("paper", sa.Text(), nullable=True))
    op.add_column("reporters", sa.Column("national_ids", sa.Text(), nullable=True))
    op.create_table(
        "service_versions",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("released_at", db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("service", "version", name=op.f("pk_service_versions")),
    )
    op.create_table(
        "petitions",
        sa.Column("case_id", db.Id, autoincrement=False, nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("service_version", sa.Integer(), nullable=False),
        sa.Column("fee_satang", db.Id, nullable=False),
        sa.Column("fee_note", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_petitions_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_petitions")),
    )
    op.create_table(
        "case_papers",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("case_id", db.Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("reminded_at", db.Instant(), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('sent', 'later', 'wanted', 'good')", name=op.f("ck_case_papers_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_papers_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_papers")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_case_papers_case_id_key")),
    )
    op.create_index("ix_case_papers_due", "case_papers", ["due"])
    op.create_table(
        "slots",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_slots_taken")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("service", "resource", "day", "slot", name=op.f("uq_slots_service_resource_day_slot")),
    )
    op.create_table(
        "bookings",
        sa.Column("case_id", db.Id, autoincrement=False, nullable=False),
        sa.Column("slot_id", db.Id, nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("given_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_bookings_case_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_bookings_slot_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_bookings")),
    )
    op.create_index(op.f("ix_bookings_slot_id"), "bookings", ["slot_id"])


def downgrade() -> None:
    for table in ("bookings", "slots", "case_papers", "petitions", "service_versions"):
        op.drop_table(table)
    op.drop_column("reporters", "national_ids")
    op.drop_column("case_files", "paper")
    allow_kinds(THREE, TWO)


def allow_kinds(before: str, after: str) -> None:
    """Change the check on `cases.kind`. SQLite cannot alter one, and `cases` cannot be copied while others refer to it,
    so its text is changed in the schema (sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_cases_kind"), "cases", type_="check")
        op.create_check_constraint(op.f("ck_cases_kind"), "cases", after)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'cases'", (before, after)
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
