"""The bell: whoever waits is woken at once, in this process and in others; a lost ring costs a second and no more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from models.bell import LOOK_ANYWAY, LocalBell, PostgresBell, bell_for
from models.db import Database


@contextmanager
def waiting(bell: LocalBell, kind: str) -> Iterator[threading.Thread]:
    """Somebody who waits for work of a kind, for a minute at most."""
    thread = threading.Thread(target=bell.wait, args=(kind, 60.0))
    thread.start()
    yield thread
    bell.wake_all()
    thread.join(20)
    assert not thread.is_alive()


def until(condition: object, patience: float = 20.0) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        threading.Event().wait(0.005)
    return False


def test_who_waits_is_woken() -> None:
    bell = LocalBell()
    with waiting(bell, "arrivals") as waiter:
        bell.ring({"arrivals"})
        waiter.join(20)
        assert not waiter.is_alive()


def test_who_rang_before_anybody_waited_was_not_ringing_in_vain() -> None:
    bell = LocalBell()
    bell.ring({"arrivals"})
    bell.wait("arrivals", 60.0)  # comes back at once, or this test hangs


def test_a_ring_that_was_answered_wakes_nobody_else() -> None:
    bell = LocalBell()
    bell.ring({"arrivals"})
    bell.answer("arrivals")
    assert bell.count("arrivals") == 0
    bell.answer("arrivals")  # whoever looks without having been called owes nothing
    bell.ring({"arrivals"})
    assert bell.count("arrivals") == 1


def test_another_kind_wakes_nobody() -> None:
    bell = LocalBell()
    with waiting(bell, "arrivals") as waiter:
        bell.ring({"errands"})
        waiter.join(0.05)
        assert waiter.is_alive()


def test_each_ring_wakes_one_more() -> None:
    bell = LocalBell()
    with waiting(bell, "outgoing") as one, waiting(bell, "outgoing") as two:
        assert until(lambda: len(bell._condition("outgoing")._waiters) == 2)  # type: ignore[attr-defined]
        bell.ring({"outgoing"})
        bell.ring({"outgoing"})
        for waiter in (one, two):
            waiter.join(20)
            assert not waiter.is_alive()


def test_without_a_ring_one_looks_anyway() -> None:
    began = time.monotonic()
    LocalBell().wait("arrivals", 0.05)
    assert 0.04 <= time.monotonic() - began < 5
    assert LOOK_ANYWAY <= 1.0


def test_when_the_house_closes_everybody_looks_up() -> None:
    bell = LocalBell()
    with waiting(bell, "a") as one, waiting(bell, "b") as two:
        assert until(lambda: all(bell._condition(kind)._waiters for kind in "ab"))  # type: ignore[attr-defined]
        bell.close()
        for waiter in (one, two):
            waiter.join(20)
            assert not waiter.is_alive()


@pytest.fixture
def two_processes(new_postgresql: str) -> Iterator[tuple[Database, Database, LocalBell, LocalBell]]:
    """Two programs on one PostgreSQL, as web and worker are."""
    databases = Database(new_postgresql), Database(new_postgresql)
    bells = bell_for(databases[0]), bell_for(databases[1])
    ready = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"

    def listening() -> int:
        with databases[0].reading() as tx:  # a new look each time: within one transaction the picture stands still
            return int(tx.scalar(sa.text(ready)))

    try:
        assert until(lambda: listening() == 2, 30)
        yield *databases, *bells
    finally:
        for bell in bells:
            bell.close()
        for database in databases:
            database.dispose()


def test_the_bell_is_heard_in_the_other_process_after_the_commit(
    two_processes: tuple[Database, Database, LocalBell, LocalBell],
) -> None:
    web, _, near, far = two_processes
    seen = far.count("arrivals")
    with web.transaction() as tx:
        tx.wake("arrivals")
        assert near.count("arrivals") == 0
    assert near.count("arrivals") >= 1  # at once
    assert until(lambda: far.count("arrivals") > seen)


def test_what_one_rang_oneself_is_not_heard_twice(
    two_processes: tuple[Database, Database, LocalBell, LocalBell],
) -> None:
    web, worker, near, far = two_processes
    web.bell.ring({"arrivals"})  # type: ignore[union-attr]
    assert until(lambda: far.count("arrivals"))
    worker.bell.ring({"errands"})  # type: ignore[union-attr]
    assert until(lambda: near.count("errands"))  # what was sent before it has been heard before it
    assert (near.count("arrivals"), far.count("errands")) == (1, 1)


def test_what_was_undone_rings_nowhere(two_processes: tuple[Database, Database, LocalBell, LocalBell]) -> None:
    web, _, near, far = two_processes
    with pytest.raises(sa.exc.DBAPIError), web.transaction() as tx:  # noqa: PT012 - undone by what it does last
        tx.wake("arrivals")
        tx.execute(sa.text("SELECT 1 / 0"))
    with web.transaction() as tx:
        tx.wake("errands")
    assert until(lambda: far.count("errands"))
    assert (near.count("arrivals"), far.count("arrivals")) == (0, 0)


def test_a_bell_whose_line_was_cut_rings_again(
    two_processes: tuple[Database, Database, LocalBell, LocalBell],
) -> None:
    web, _, _, far = two_processes
    listeners = "FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    with web.transaction() as tx:
        tx.execute(sa.text(f"SELECT pg_terminate_backend(pid) {listeners}"))

    def heard() -> bool:
        with web.transaction() as tx:
            tx.wake("arrivals")
        return far.count("arrivals") > 0

    assert until(heard)


def test_many_rings_are_all_heard_by_somebody(
    two_processes: tuple[Database, Database, LocalBell, LocalBell],
) -> None:
    web, _, _, far = two_processes
    kinds = {f"kind{n}" for n in range(20)}
    for kind in kinds:
        web.bell.ring({kind})  # type: ignore[union-attr]
    assert until(lambda: all(far.count(kind) for kind in kinds))


def test_each_database_has_its_own_kind_of_bell(sqlite: Database, new_postgresql: str) -> None:
    assert type(bell_for(sqlite)) is LocalBell
    database = Database(new_postgresql)
    bell = bell_for(database)
    assert type(bell) is PostgresBell
    assert database.bell is bell
    bell.close()
    database.dispose()


def test_a_closed_bell_leaves_no_thread_behind(new_postgresql: str) -> None:
    database = Database(new_postgresql)
    bell_for(database).close()
    database.dispose()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("bell-")]
