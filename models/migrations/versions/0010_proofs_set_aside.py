"""A proof of identity that an officer has set aside."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FOUR = "state IN ('asked', 'proved', 'kept', 'lapsed')"
FIVE = "state IN ('asked', 'proved', 'kept', 'lapsed', 'set_aside')"


def upgrade() -> None:
    allow_states(FOUR, FIVE)


def downgrade() -> None:
    op.execute("UPDATE identity_proofs SET state = 'kept' WHERE state = 'set_aside'")
    allow_states(FIVE, FOUR)


def allow_states(before: str, after: str) -> None:
    """Change the check on `identity_proofs.state`; on SQLite as in 0005."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_identity_proofs_state"), "identity_proofs", type_="check")
        op.create_check_constraint(op.f("ck_identity_proofs_state"), "identity_proofs", after)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'identity_proofs'",
        (before, after),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
