"""Lanes, leases and the fence, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from models import errands, queue
from models.db import Database
from models.errands import errands as table
from models.queue import ClaimLost

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def put(database: Database, lane: str, *, due: datetime = NOW, kind: str = "mirror") -> None:
    with database.transaction() as tx:
        errands.put(tx, kind, lane=lane, now=NOW, due=due, once=False)


def claim(database: Database, now: datetime = NOW, limit: int = 10) -> list[sa.RowMapping]:
    with database.transaction() as tx:
        return queue.claim(tx, table, now, LEASE, limit=limit)


def test_only_the_oldest_of_each_lane_is_given_out(database: Database) -> None:
    for lane in ("a", "a", "b"):
        put(database, lane)
    assert [row["lane"] for row in claim(database)] == ["a", "b"]
    assert claim(database) == []


def test_the_next_of_a_lane_waits_until_the_first_is_finished(database: Database) -> None:
    put(database, "a")
    put(database, "a")
    (first,) = claim(database)
    with database.transaction() as tx:
        queue.finish(tx, table, first, NOW)
    (second,) = claim(database)
    assert second["id"] > first["id"]


def test_a_row_in_back_off_keeps_its_lane_waiting(database: Database) -> None:
    put(database, "a", due=NOW + timedelta(minutes=1))
    put(database, "a")
    assert claim(database) == []


def test_no_more_rows_are_leased_than_asked_for(database: Database) -> None:
    for number in range(6):
        put(database, f"lane {number}")
    assert len(claim(database, limit=2)) == 2
    with database.reading() as tx:
        assert tx.scalar(sa.select(sa.func.count()).where(table.c.attempts > 0)) == 2


def test_after_the_lease_somebody_else_gets_the_row_and_the_late_one_cannot_settle(database: Database) -> None:
    put(database, "a")
    (late,) = claim(database)
    (other,) = claim(database, NOW + LEASE)
    for settle in (
        lambda tx: queue.finish(tx, table, late, NOW),
        lambda tx: queue.postpone(tx, table, late, NOW),
        lambda tx: queue.give_up(tx, table, late, NOW, "why"),
    ):
        with pytest.raises(ClaimLost), database.transaction() as tx:
            settle(tx)
    with database.transaction() as tx:
        queue.finish(tx, table, other, NOW)


def test_what_is_settled_twice_is_undone_the_second_time(database: Database) -> None:
    put(database, "a")
    (row,) = claim(database)
    with database.transaction() as tx:
        queue.finish(tx, table, row, NOW)
    with pytest.raises(ClaimLost), database.transaction() as tx:
        queue.finish(tx, table, row, NOW)


def test_a_postponed_row_comes_back_at_its_time_with_its_attempts_counted(database: Database) -> None:
    put(database, "a")
    (row,) = claim(database)
    with database.transaction() as tx:
        queue.postpone(tx, table, row, NOW + timedelta(minutes=5), "not now")
    assert claim(database, NOW + timedelta(minutes=4)) == []
    (again,) = claim(database, NOW + timedelta(minutes=5))
    assert (again["attempts"], again["outcome"]) == (2, "not now")


def test_stepping_aside_is_no_attempt(database: Database) -> None:
    put(database, "a")
    (row,) = claim(database)
    with database.transaction() as tx:
        queue.postpone(tx, table, row, NOW, "lane busy", counts=False)
    assert claim(database)[0]["attempts"] == 1


def test_what_was_given_up_is_listed_lets_others_pass_and_can_be_sent_again(database: Database) -> None:
    put(database, "a")
    put(database, "a")
    (row,) = claim(database)
    with database.transaction() as tx:
        queue.give_up(tx, table, row, NOW, "Boom")
    (behind,) = claim(database)
    assert behind["id"] > row["id"]
    with database.transaction() as tx:
        assert [found["outcome"] for found in queue.stuck(tx, table)] == ["Boom"]
        assert queue.revive(tx, table, row["id"], NOW)
        assert not queue.revive(tx, table, row["id"], NOW)
    assert claim(database)[0]["id"] == row["id"]


def test_an_errand_that_waits_already_is_not_put_again(database: Database) -> None:
    with database.transaction() as tx:
        for _ in range(3):
            errands.put(tx, "mirror", lane="mirror:2569", now=NOW)
    (row,) = claim(database)
    with database.transaction() as tx:  # one that is being done may have looked already: a new one is needed
        errands.put(tx, "mirror", lane="mirror:2569", now=NOW)
        queue.finish(tx, table, row, NOW)
    assert len(claim(database)) == 1


def test_a_lane_that_somebody_works_in_is_refused_on_postgresql(new_postgresql: str) -> None:
    """Ids are visible out of commit order there, so the head of a lane is not enough."""
    database, elsewhere = Database(new_postgresql), Database(new_postgresql)
    table.metadata.create_all(database.engine)
    put(database, "a")
    (later,) = claim(database)  # as if an earlier row were not visible yet
    with database.transaction() as working:
        queue.hold_lane(working, table, later)
        with pytest.raises(ClaimLost), elsewhere.transaction() as other:
            queue.hold_lane(other, table, later)
    database.dispose()
    elsewhere.dispose()


def test_an_earlier_row_that_has_appeared_goes_first_on_postgresql(new_postgresql: str) -> None:
    database = Database(new_postgresql)
    table.metadata.create_all(database.engine)
    with database.engine.connect() as slow:
        slow.execute(sa.insert(table), {**queue.waiting_row("a", NOW), "kind": "first", "arguments": "{}"})
        put(database, "a", kind="second")
        (claimed,) = claim(database)
        assert claimed["kind"] == "second"
        slow.commit()
    with pytest.raises(ClaimLost), database.transaction() as tx:
        queue.hold_lane(tx, table, claimed)
    database.dispose()


def test_what_the_dead_held_is_due_at_once_and_what_waits_for_its_time_still_waits(database: Database) -> None:
    put(database, "a")
    put(database, "b", due=NOW + timedelta(hours=1))
    assert len(claim(database)) == 1
    with database.transaction() as tx:
        queue.hand_back(tx, table, NOW)
    assert [row["lane"] for row in claim(database)] == ["a"]
