"""Arrivals: each once, on disk before the answer; many at a time share one commit, and one failure is told to all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from models.db import Database
from models.inbox import Inbox, NewArrival, arrivals, forget_message, kept_waiting, notice

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
THREADS = 32


def arrival(event_id: str, lane: str = "line:U1", **values: object) -> NewArrival:
    return NewArrival(channel="line", event_id=event_id, lane=lane, payload='{"a":1}', happened_at=NOW, **values)  # type: ignore[arg-type]


def kept(database: Database) -> list[sa.RowMapping]:
    with database.reading() as tx:
        return list(tx.all(sa.select(arrivals).order_by(arrivals.c.id)))


class Bell:
    def __init__(self) -> None:
        self.rung: list[set[str]] = []

    def ring(self, kinds: set[str]) -> None:
        self.rung.append(set(kinds))


def all_at_once(work: Callable[[int], None]) -> list[BaseException | None]:
    """Thirty-two threads that begin together; what each was told, None for well."""
    told: list[BaseException | None] = [None] * THREADS
    ready = threading.Barrier(THREADS)

    def run(number: int) -> None:
        ready.wait()
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            told[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def count_commits(database: Database) -> list[int]:
    commits: list[int] = []
    sa.event.listen(database.engine, "commit", lambda _: commits.append(1))
    return commits


def test_an_event_is_kept_once_however_often_it_comes(database: Database) -> None:
    inbox = Inbox(database)
    inbox.store([arrival("a"), arrival("b")], NOW)
    inbox.store([arrival("b"), arrival("c"), arrival("c")], NOW)
    inbox.store([arrival("a")], NOW)
    assert [row["event_id"] for row in kept(database)] == ["a", "b", "c"]


def test_what_was_handled_already_does_not_wait_again(database: Database) -> None:
    inbox = Inbox(database)
    inbox.store([arrival("a")], NOW)
    with database.transaction() as tx:
        tx.execute(sa.update(arrivals).values(state="done"))
    inbox.store([arrival("a")], NOW)
    assert [row["state"] for row in kept(database)] == ["done"]


def test_the_same_id_on_another_platform_is_another_event(database: Database) -> None:
    inbox = Inbox(database)
    inbox.store([arrival("a")], NOW)
    other = NewArrival(channel="messenger", event_id="a", lane="messenger:1", payload="{}", happened_at=None)
    inbox.store([other], NOW)
    assert [row["channel"] for row in kept(database)] == ["line", "messenger"]


def test_what_can_never_be_read_is_kept_for_a_look_and_waits_for_nobody(database: Database) -> None:
    Inbox(database).store([arrival("a", unreadable="no events")], NOW)
    (row,) = kept(database)
    assert (row["state"], row["outcome"], row["finished_at"]) == ("stuck", "no events", NOW)


def test_nothing_is_asked_of_the_database_for_nothing(database: Database) -> None:
    commits = count_commits(database)
    Inbox(database).store([], NOW)
    assert commits == []


def test_thirty_two_who_come_at_once_are_all_kept_and_share_their_commits(database: Database) -> None:
    inbox, commits = Inbox(database), count_commits(database)
    with database.writing:  # the first of them has to wait a moment, and so the others gather behind it
        gathering = threading.Thread(
            target=lambda: told.extend(all_at_once(lambda n: inbox.store([arrival(f"e{n}", f"line:U{n}")], NOW)))
        )
        told: list[BaseException | None] = []
        gathering.start()
        if database.is_sqlite:
            while len(inbox._waiting) < THREADS - 1:
                threading.Event().wait(0.001)
    gathering.join()
    assert told == [None] * THREADS
    assert {row["event_id"] for row in kept(database)} == {f"e{n}" for n in range(THREADS)}
    assert len(commits) <= (2 if database.is_sqlite else THREADS)


def test_when_a_commit_fails_everybody_who_waits_for_it_is_told(database: Database) -> None:
    """Whoever is told 200 has their event on disk; nobody else is told 200."""
    inbox = Inbox(database)
    with database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE arrivals RENAME TO away"))
    told = all_at_once(lambda n: inbox.store([arrival(f"e{n}")], NOW))
    with database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE away RENAME TO arrivals"))
    assert all(isinstance(error, sa.exc.SQLAlchemyError) for error in told)
    assert kept(database) == []
    assert all_at_once(lambda n: inbox.store([arrival(f"e{n}")], NOW)) == [None] * THREADS
    assert len(kept(database)) == THREADS


def test_while_some_fail_and_some_do_not_the_answer_is_true_for_each(database: Database) -> None:
    inbox = Inbox(database)
    failing = iter([True, False] * 100)

    @sa.event.listens_for(database.engine, "commit")
    def sometimes(_: sa.Connection) -> None:
        if next(failing):
            raise OSError("disk full")

    told = all_at_once(lambda n: inbox.store([arrival(f"e{n}")], NOW))
    sa.event.remove(database.engine, "commit", sometimes)
    well = {f"e{n}" for n, error in enumerate(told) if error is None}
    assert {row["event_id"] for row in kept(database)} == well


def test_the_bell_rings_after_the_commit_for_whom_it_concerns(database: Database) -> None:
    bell = Bell()
    database.bell = bell
    inbox = Inbox(database)
    inbox.store([arrival("a")], NOW)
    inbox.store([arrival("b", slow=True)], NOW)
    inbox.store([arrival("c", slow=True), arrival("d")], NOW)
    assert bell.rung == [{"arrivals"}, {"arrivals.slow"}, {"arrivals", "arrivals.slow"}]


def test_no_bell_rings_for_what_was_not_kept(database: Database) -> None:
    bell = Bell()
    database.bell = bell
    with database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE arrivals RENAME TO away"))
    with pytest.raises(sa.exc.SQLAlchemyError):
        Inbox(database).store([arrival("a")], NOW)
    assert bell.rung == []


def test_who_waits_is_noticed_once_the_longest_first(database: Database) -> None:
    inbox = Inbox(database)
    for event_id, ago in (("long gone", 61), ("first", 60), ("second", 2), ("just now", 0)):
        inbox.store([arrival(event_id, event_id)], NOW - timedelta(seconds=ago))
    span = NOW - timedelta(minutes=1), NOW - timedelta(seconds=1)
    noticed = []
    while True:
        with database.transaction() as tx:
            if not kept_waiting(tx, *span):
                break
            noticed += [row["kept_at"] for row in notice(tx, *span, NOW, 1)]
    assert noticed == [NOW - timedelta(seconds=60), NOW - timedelta(seconds=2)]


def test_the_words_of_one_message_are_forgotten_once_they_are_handled(database: Database) -> None:
    told = {
        name: f'{{"message": {{"id": "{number}", "text": "x"}}}}' for name, number in (("a", 7), ("b", 77), ("c", 7))
    }
    Inbox(database).store([replace(arrival(name), payload=payload) for name, payload in told.items()], NOW)
    with database.transaction() as tx:
        tx.execute(sa.update(arrivals).where(arrivals.c.event_id != "c").values(state="done"))
        forget_message(tx, "line:U2", "7")
        forget_message(tx, "line:U1", "7")
        forget_message(tx, "line:U1", "%")
    assert [row["payload"] for row in kept(database)] == ["{}", told["b"], told["c"]]
