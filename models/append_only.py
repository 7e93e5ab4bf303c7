"""Tables that only grow: the database itself refuses to change or remove their rows (A10, A21).

The triggers come with `metadata.create_all`; a migration runs the same statements from `PROTECTION`.
"""

from __future__ import annotations

import sqlalchemy as sa

#: By dialect, what protects every append-only table; safe to run in this order on an empty database.
PROTECTION: dict[str, list[str]] = {"sqlite": [], "postgresql": []}

_REFUSE = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"""


def append_only(table: sa.Table) -> sa.Table:
    """The table, with rows that can be neither changed nor removed once they are in."""
    for dialect, statements in (("sqlite", _sqlite(table.name)), ("postgresql", _postgresql(table.name))):
        PROTECTION[dialect] += statements
        for statement in statements:
            ddl = sa.DDL(statement)  # type: ignore[no-untyped-call]
            sa.event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
    return table


def _sqlite(name: str) -> list[str]:
    return [
        f"CREATE TRIGGER {name}_no_{change.lower()} BEFORE {change} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
        for change in ("UPDATE", "DELETE")
    ]


def _postgresql(name: str) -> list[str]:
    refuse = "EXECUTE FUNCTION refuse_change()"
    return [
        _REFUSE,
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {refuse}",
    ]
