"""The audit trail cannot be changed, and whatever is done to it behind the database's back is found."""

import pytest
import sqlalchemy as sa

from models.append_only import PROTECTION
from models.audit import audit as trail
from models.case import case_events, cases
from models.db import Database, metadata
from models.register import entries
from office import audit
from office.cases import open_case, record


@pytest.fixture
def case_id(database, office, calendar, filing, now):
    with database.transaction() as tx:
        opened = open_case(tx, office, calendar, filing(), now=now)
        record(tx, opened.id, who="staff:1", what="screening", now=now, status="screening")
        record(tx, opened.id, who="staff:1", what="assigned", now=now, status="assigned")
        audit.note(tx, "operator", "desk_code_made", "desk", None, {"lives_hours": 24}, now)
    return opened.id


@pytest.fixture
def unprotected(database, case_id):
    """The database in the hands of somebody who may do anything."""
    names = ("no_update", "no_delete") if database.is_sqlite else ("no_change", "no_truncate")
    with database.transaction() as tx:
        for name in names:
            tx.execute(sa.text(f"DROP TRIGGER audit_{name}" + ("" if database.is_sqlite else " ON audit")))
    return database


def broken(database, *statements):
    with database.transaction() as tx:
        for statement in statements:
            tx.execute(statement)
        return audit.verify(tx)


@pytest.mark.parametrize("table", [trail, case_events], ids=lambda table: table.name)
@pytest.mark.parametrize("change", [sa.update, sa.delete], ids=["update", "delete"])
def test_the_database_refuses_to_change_what_is_written(database, case_id, table, change):
    statement = change(table).values(what="nothing") if change is sa.update else change(table)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.transaction() as tx:
        tx.execute(statement)


def test_postgresql_refuses_to_empty_the_table_too(new_postgresql):
    database = Database(new_postgresql)
    metadata.create_all(database.engine)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.transaction() as tx:
        tx.execute(sa.text("TRUNCATE audit"))
    database.dispose()


def test_a_migration_can_run_the_protection_by_itself(database, now):
    metadata.drop_all(database.engine, tables=[trail])
    with database.transaction() as tx:
        tx.execute(sa.schema.CreateTable(trail))  # without its listeners, as alembic does
        for statement in PROTECTION[tx.dialect]:
            if "case_events" not in statement:
                tx.execute(sa.text(statement))
        audit.note(tx, "operator", "desk_code_made", "desk", None, None, now)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.transaction() as tx:
        tx.execute(sa.delete(trail))


def test_a_whole_trail_is_whole(database, case_id):
    with database.reading() as tx:
        assert audit.verify(tx) is None


def test_an_altered_line_is_found(unprotected):
    assert broken(unprotected, sa.update(trail).where(trail.c.id == 2).values(who="staff:2")) == 2


def test_a_removed_line_is_found(unprotected):
    assert broken(unprotected, sa.delete(trail).where(trail.c.id == 2)) == 3


def test_a_cut_tail_is_found(unprotected):
    assert broken(unprotected, sa.delete(trail).where(trail.c.id == 3)) == 2


def test_a_chain_that_is_gone_altogether_is_found(unprotected, case_id):
    assert broken(unprotected, sa.delete(trail).where(trail.c.subject == f"case:{case_id}")) == 0


def test_two_lines_cannot_take_the_same_step(database, case_id, now):
    with database.reading() as tx:
        first = dict(tx.one(sa.select(trail).where(trail.c.id == 1)))
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as tx:
        tx.execute(sa.insert(trail), {**first, "id": 99})


def test_no_personal_data_is_in_the_trail(database, case_id):
    with database.reading() as tx:
        shown = repr(tx.all(sa.select(trail))) + repr(tx.all(sa.select(case_events)))
    assert not any(word in shown for word in ("สมหญิง", "0812345678", "ตลาดสด", "หลุม"))


def test_every_case_has_its_line_and_its_first_audit_step(database, case_id):
    with database.reading() as tx:
        assert tx.scalar(sa.select(cases.c.version)) == 3
        assert tx.scalar(sa.select(entries.c.version)) == 3
