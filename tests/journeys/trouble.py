"""Trouble on order: triggers that make the database fail, or take its time, in the middle of real work."""

from __future__ import annotations

import sqlalchemy as sa

from models.db import Database


def failing_turns(database: Database) -> None:
    """The last step of every seventh turn fails once, of some twice, after all else was written."""
    _fail_at_the_end(database, "NEW.id % 7 = 0 AND NEW.attempts = 1 OR NEW.id % 29 = 0 AND NEW.attempts <= 2")


def poison(database: Database, word: str) -> None:
    """No event that has this word (ASCII) in it can be handled."""
    _fail_at_the_end(database, f"NEW.payload LIKE '%{word}%'")


def cure(database: Database) -> None:
    """Whatever failed or poisoned turns is gone."""
    with database.transaction() as tx:
        tx.execute(sa.text("DROP TRIGGER trouble_arrivals" + ("" if database.is_sqlite else " ON arrivals")))


def slow_writers(database: Database) -> None:
    """PostgreSQL: half of the arrivals are kept by transactions that stay open a moment after their number was given;
    others are committed meanwhile. And a turn takes a moment before it writes what it will remember."""
    _trigger(database, "AFTER INSERT", "arrivals", "random() < 0.5", "PERFORM pg_sleep(random() * 0.06)")
    _trigger(database, "BEFORE UPDATE", "conversations", "true", "PERFORM pg_sleep(0.03)")


def _fail_at_the_end(database: Database, when: str) -> None:
    fails = "SELECT RAISE(ABORT, 'trouble')" if database.is_sqlite else "RAISE EXCEPTION 'trouble'"
    _trigger(database, "BEFORE UPDATE", "arrivals", f"NEW.state = 'done' AND ({when})", fails)


def _trigger(database: Database, event: str, table: str, when: str, does: str) -> None:
    name = f"trouble_{table}"
    function = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {does}; RETURN NEW; END$$"
    body = f"BEGIN {does}; END" if database.is_sqlite else f"EXECUTE FUNCTION {name}()"
    with database.transaction() as tx:
        if not database.is_sqlite:
            tx.execute(sa.text(function))
        tx.execute(sa.text(f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW WHEN ({when}) {body}"))
