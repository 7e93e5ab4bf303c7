"""Arrivals: what the platforms have told us, each event once, exactly as it was told.

Storing is all that a webhook does. Simultaneous requests share one commit: whoever gets hold of the database first
takes along what the others have brought (group commit), so a slow disk costs one wait, not one each.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Database, Id, Instant, Tx
from models.queue import queue_table, waiting_row

#: How the payload of a body that could not be read begins.
UNREADABLE = '{"unreadable":'

arrivals = queue_table(
    "arrivals",
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("happened_at", Instant),
    sa.Column("slow", sa.Boolean, nullable=False),
    #: When we noticed that whoever sent it has waited for a while (revision 0003).
    sa.Column("noticed_at", Instant),
    sa.UniqueConstraint("channel", "event_id"),
)


@dataclass(frozen=True, kw_only=True)
class NewArrival:
    """An event to be kept: its platform's id, its lane, its JSON (ASCII), when it happened by the platform's clock.

    `slow` ones need the network before they can be handled (a photo). `unreadable` says why an event cannot be handled
    at all; such a one is kept as stuck.
    """

    channel: str
    event_id: str
    lane: str
    payload: str
    happened_at: datetime | None
    slow: bool = False
    unreadable: str = ""


@dataclass(eq=False)
class _Brought:
    rows: list[dict[str, Any]]
    done: bool = False
    failed: BaseException | None = field(default=None)


class Inbox:
    """The way in, shared by all threads of a web process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[_Brought] = deque()
        self._storing = threading.Lock()

    def store(self, events: Sequence[NewArrival], now: datetime) -> None:
        """Returns once all of them are on disk; an event that is there already stays as it is. Raises if it failed."""
        if not events:
            return
        mine = _Brought([_row(event, now) for event in events])
        self._waiting.append(mine)
        with self._storing:
            if not mine.done:
                self._store_all()
        if mine.failed is not None:
            raise mine.failed
        if not mine.done:
            raise RuntimeError("an event was neither stored nor refused")

    def _store_all(self) -> None:
        together = [
            self._waiting.popleft() for _ in range(len(self._waiting))
        ]  # what comes now stays for its own thread
        try:
            with self._database.transaction() as tx:
                insert_new(tx, [row for brought in together for row in brought.rows])
        except BaseException as error:  # noqa: BLE001 - every thread that waits must learn of it, and raises it
            for brought in together:
                brought.failed = error
        for brought in together:
            brought.done = True


def insert_new(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Those of the rows that are not known yet."""
    tx.execute(_INSERT_NEW[tx.dialect], rows[0] if len(rows) == 1 else rows)
    for slow in {row["slow"] for row in rows}:
        tx.wake(bell_of(slow=slow))


def forget_content(tx: Tx, arrival_id: int) -> None:
    """What people say to one another in a group is not kept; that something arrived, and when, is."""
    tx.execute(sa.update(arrivals).where(arrivals.c.id == arrival_id).values(payload="{}"))


_INSERT_NEW = {
    name: insert(arrivals).on_conflict_do_nothing(index_elements=["channel", "event_id"])
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def kept_waiting(tx: Tx, since: datetime, until: datetime) -> bool:
    """Whether an arrival that came between these moments still waits, handled by nobody to the end, unnoticed."""
    return tx.scalar(_UNNOTICED.limit(1), {"since_": since, "until_": until}) is not None


def notice(tx: Tx, since: datetime, until: datetime, now: datetime, limit: int) -> Sequence[sa.RowMapping]:
    """Those arrivals, the oldest `limit` of them; each is noticed once, whoever looks."""
    mine = {"since_": since, "until_": until, "now_": now, "limit_": limit}
    return tx.execute(_NOTICE, mine).mappings().all()


_UNNOTICED = (
    sa.select(arrivals.c.id)
    .where(
        arrivals.c.state == sa.literal_column("'waiting'"),
        arrivals.c.noticed_at.is_(None),
        arrivals.c.kept_at.between(sa.bindparam("since_", type_=Instant), sa.bindparam("until_", type_=Instant)),
    )
    .order_by(arrivals.c.id)
)
#: A row that somebody is settling at this moment is about to be answered: it is passed over.
_NOTICE = (
    sa.update(arrivals)
    .where(arrivals.c.id.in_(_UNNOTICED.limit(sa.bindparam("limit_")).with_for_update(skip_locked=True)))
    .values(noticed_at=sa.bindparam("now_", type_=Instant))
    .returning(arrivals.c.channel, arrivals.c.payload, arrivals.c.kept_at)
)


def forget_message(tx: Tx, lane: str, message_id: str) -> None:
    """The words of a message that was taken back, in the events that brought them."""
    mine = (arrivals.c.lane == lane, arrivals.c.state != "waiting")
    said = arrivals.c.payload.contains(f'"id": "{message_id}"', autoescape=True)
    tx.execute(sa.update(arrivals).where(*mine, said).values(payload="{}"))


def wake_next(tx: Tx, lane: str, after: int) -> None:
    """Ring for whoever handles the next arrival of this lane, if one waits: it stood behind the one with this id."""
    slow = tx.scalar(_NEXT, {"lane_": lane, "after_": after})
    if slow is not None:
        tx.wake(bell_of(slow=slow))


_NEXT = (
    sa.select(arrivals.c.slow)
    .where(
        arrivals.c.lane == sa.bindparam("lane_"),
        arrivals.c.state == sa.literal_column("'waiting'"),
        arrivals.c.id > sa.bindparam("after_", type_=Id),
    )
    .order_by(arrivals.c.id)
    .limit(1)
)


def awaits(tx: Tx, mark: str, words: str) -> bool:
    """Whether an arrival whose id begins like this and whose payload holds these words waits for its turn, or was given
    up and may be done again."""
    open_ = (arrivals.c.state.in_(("waiting", "stuck")), arrivals.c.event_id.startswith(mark, autoescape=True))
    said = arrivals.c.payload.contains(words, autoescape=True)
    return tx.scalar(sa.select(arrivals.c.id).where(*open_, said).limit(1)) is not None


def forget_words_before(tx: Tx, moment: datetime) -> None:
    """Of events handled before this moment only that they came, and when, is kept."""
    old = (arrivals.c.state == "done", arrivals.c.finished_at < moment, arrivals.c.payload != "{}")
    tx.execute(sa.update(arrivals).where(*old).values(payload="{}"))


def is_unreadable(tx: Tx, arrival_id: int) -> bool:
    """Whether this is a body that holds no events we understand: doing it again would come to nothing."""
    payload = tx.scalar(sa.select(arrivals.c.payload).where(arrivals.c.id == arrival_id))
    return payload is not None and payload.startswith(UNREADABLE)


def bell_of(*, slow: bool) -> str:
    """What rings for those who handle slow arrivals, or the others."""
    return "arrivals.slow" if slow else "arrivals"


def _row(event: NewArrival, now: datetime) -> dict[str, Any]:
    row = {
        **waiting_row(event.lane, now),
        "finished_at": None,
        "channel": event.channel,
        "event_id": event.event_id,
        "payload": event.payload,
        "happened_at": event.happened_at,
        "slow": event.slow,
    }
    if event.unreadable:
        row |= {"state": "stuck", "finished_at": now, "outcome": event.unreadable}
    return row
