"""Outgoing messages: kept in the same transaction as what they tell of, sent afterwards, one lane at a time.

A row is one message in the words of no platform. Rows that were tried together stay together (`batch`): a retry key
vouches for a whole request, so the second attempt must carry the same messages as the first. `taken` is how many of
the calls that the batch needs the platform has taken for certain. `held` says for what a row is kept back: "retry",
"spent" or "stopped" (trouble of the channel), "alone" (see `bot/limits.py`), or one of those below. `kind`
is what a notice to the staff is worth (`bot/budget.py`; None: an answer), `billed` how many recipients its push cost.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from models.db import Id, Instant, Tx
from models.queue import ClaimLost, claim, queue_table, waiting_row

#: Held until a window opens; until the platform's echo tells more; for the office's own economy (`bot/budget.py`);
#: until a reply carries it.
WINDOW, ECHO, SAVED, UNPAID = "window", "echo", "budget", "unpaid"
#: The echoes of one message come closer together than this.
ECHO_GAP = timedelta(seconds=15)

outgoing = queue_table(
    "outgoing",
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("token", sa.Text),
    sa.Column("token_until", Instant),
    sa.Column("must_arrive", sa.Boolean, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("held", sa.Text, nullable=False),
    sa.Column("retry_key", sa.Text, nullable=False),
    sa.Column("batch", Id),
    sa.Column("first_tried_at", Instant),
    sa.Column("sent_id", sa.Text),
    sa.Column("taken", sa.Integer),
    sa.Column("kind", sa.Text),
    sa.Column("billed", sa.Integer),
)


def put(  # noqa: PLR0913 - the columns of a row, each by name
    tx: Tx,
    *,
    lane: str,
    channel: str,
    address: str,
    bodies: Sequence[str],
    purpose: str,
    now: datetime,
    token: str | None = None,
    token_until: datetime | None = None,
    must_arrive: Sequence[bool] | None = None,
    topics: Sequence[str] | None = None,
    waits: Sequence[float] | None = None,
    kind: str | None = None,
) -> None:
    """Keep these messages to be sent, in this order. The retry key of each is fixed here, for all attempts."""
    rows = [
        {
            **waiting_row(lane, now, now + timedelta(seconds=waits[i] if waits else 0)),
            "channel": channel,
            "address": address,
            "body": body,
            "purpose": purpose,
            "token": token,
            "token_until": token_until,
            "must_arrive": bool(must_arrive and must_arrive[i]),
            "topic": topics[i] if topics else "",
            "held": "",
            "retry_key": str(uuid.uuid4()),
            "kind": kind,
        }
        for i, body in enumerate(bodies)
    ]
    tx.execute(_PUT, rows if len(rows) > 1 else rows[0])
    tx.wake("outgoing")


_PUT = sa.insert(outgoing)


def freshen(tx: Tx, lane: str, now: datetime, keep: str = "") -> None:
    """Something new is about to be said here: passing remarks that still wait give way, gathered notices go along, and
    so do remarks on the topic `keep`."""
    tx.execute(_FRESHEN, {"lane_": lane, "now_": now, "keep_": keep})


_gives_way = (outgoing.c.topic != "") & (outgoing.c.topic != sa.bindparam("keep_", type_=sa.Text))


_FRESHEN = (
    sa.update(outgoing)
    .where(
        outgoing.c.lane == sa.bindparam("lane_"),
        outgoing.c.state == sa.literal_column("'waiting'"),
        outgoing.c.id > sa.literal_column("0"),  # SQLite would look through all that the lane ever had
        outgoing.c.attempts == sa.literal_column("0"),
        (outgoing.c.topic != "") | (outgoing.c.due > sa.bindparam("now_", type_=Instant)),
    )
    .values(
        state=sa.case((_gives_way, "dropped"), else_="waiting"),
        outcome=sa.case((_gives_way, "replaced"), else_=outgoing.c.outcome),
        finished_at=sa.case((_gives_way, sa.bindparam("now_", type_=Instant)), else_=None),
        due=sa.bindparam("now_", type_=Instant),
    )
)


def claim_lane(tx: Tx, now: datetime, lease: timedelta, most: int) -> list[sa.RowMapping]:
    """The head of a lane that is due, leased; then (not yet leased) up to `most` rows that may go along with it: the
    rest of its batch, then those behind it and those held back, the oldest first. Empty if no lane is due."""
    heads = claim(tx, outgoing, now, lease)
    if not heads:
        return []
    head = heads[0]
    others = {"lane_": head["lane"], "id_": head["id"], "batch_": head["batch"] or 0, "now_": now, "most_": most}
    return heads + list(tx.execute(_OTHERS, others).mappings().all())


_OTHERS = (
    sa.select(outgoing)
    .where(
        outgoing.c.lane == sa.bindparam("lane_"),
        outgoing.c.state == sa.literal_column("'waiting'"),
        outgoing.c.id != sa.bindparam("id_", type_=Id),
        # held back, or waiting behind; but not on its way with another sender at this moment
        (outgoing.c.held != "")
        | (outgoing.c.id > sa.bindparam("id_", type_=Id))
        & ((outgoing.c.attempts == 0) | (outgoing.c.due <= sa.bindparam("now_", type_=Instant))),
    )
    .order_by(sa.case((outgoing.c.batch == sa.bindparam("batch_", type_=Id), 0), else_=1), outgoing.c.id)
    .limit(sa.bindparam("most_", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)


def take_along(tx: Tx, head: sa.RowMapping, ids: Sequence[int], now: datetime, *, reply: bool) -> None:
    """Lease these rows together with the head, as one batch for good, named by its first row. They share the head's
    fence. What is not sent as a reply loses its token: a row that was tried and has one was tried as a reply."""
    values = {"due_": head["due"], "head_": head["id"], "batch_": min(ids), "now_": now}
    _each(tx, _TAKE_REPLY if reply else _TAKE_PUSH, values, ids)


def set_back(tx: Tx, head: sa.RowMapping, ids: Sequence[int], due: datetime, held: str, outcome: str) -> None:
    """Hold a claimed head back until `due`, and with it the rest of its batch, which nobody else can claim. Nothing was
    tried. Raises ClaimLost if the lease has passed to somebody else."""
    settle(tx, head, [head["id"]], due=due, held=held, outcome=outcome)
    others = [row_id for row_id in ids if row_id != head["id"]]
    if others:
        batch = (outgoing.c.id.in_(others), outgoing.c.state == "waiting", outgoing.c.batch.is_not(None))
        tx.execute(sa.update(outgoing).where(*batch).values(due=due, held=held, outcome=outcome))


def revive(tx: Tx, row_id: int, now: datetime) -> bool:
    """A message that was given up is sent once more, as if it were new; False if there is no such one."""
    again = {
        "state": "waiting", "due": now, "attempts": 0, "finished_at": None, "outcome": "sent again", "held": "",
        "batch": None, "first_tried_at": None, "token": None, "token_until": None, "taken": None,
        "retry_key": str(uuid.uuid4()),
    }  # fmt: skip
    mine = (outgoing.c.id == row_id, outgoing.c.state == "stuck")
    tx.wake("outgoing")
    return tx.execute(sa.update(outgoing).where(*mine).values(**again)).rowcount == 1


_TAKE_REPLY = (
    sa.update(outgoing)
    .where(outgoing.c.id == sa.bindparam("id_", type_=Id))
    .values(
        due=sa.bindparam("due_", type_=Instant),
        held="",
        attempts=outgoing.c.attempts + sa.case((outgoing.c.id == sa.bindparam("head_", type_=Id), 0), else_=1),
        batch=sa.func.coalesce(outgoing.c.batch, sa.bindparam("batch_", type_=Id)),
        first_tried_at=sa.func.coalesce(outgoing.c.first_tried_at, sa.bindparam("now_", type_=Instant)),
    )
)
_TAKE_PUSH = _TAKE_REPLY.values(token=None, token_until=None)


def settle(tx: Tx, head: sa.RowMapping, ids: Sequence[int], **values: Any) -> None:
    """Set these columns on the leased rows. Raises ClaimLost if the lease has passed to somebody else."""
    settled = {"fence_": head["due"], **{f"{name}_": value for name, value in values.items()}}
    if _each(tx, _settling(tuple(values)), settled, ids) != len(ids):
        raise ClaimLost(head["id"])


@cache
def _settling(names: tuple[str, ...]) -> sa.Update:
    return (
        sa.update(outgoing)
        .where(
            outgoing.c.id == sa.bindparam("id_", type_=Id),
            outgoing.c.due == sa.bindparam("fence_", type_=Instant),
            outgoing.c.state == sa.literal_column("'waiting'"),
        )
        .values({name: sa.bindparam(f"{name}_", type_=outgoing.c[name].type) for name in names})
    )


def note_taken(tx: Tx, key: str, part: int) -> bool:
    """The platform has taken the first `part` calls of the attempt under this key for certain; True if that is news."""
    return part > 0 and tx.execute(_NOTE_TAKEN, {"key_": key, "part_": part}).rowcount > 0


def note_echo(tx: Tx, key: str, part: int, of: int, now: datetime) -> None:
    """The platform says so itself. A message that waits for this word is done if that was the last of `of` calls; else
    it goes on soon: the echoes of the next ones may be on their way."""
    if note_taken(tx, key, part):
        moment = now if part == of else now + ECHO_GAP
        tx.execute(_DONE if part == of else _GO_ON, {"key_": key, "moment_": moment})
        tx.wake("outgoing")


_mine = (outgoing.c.retry_key == sa.bindparam("key_"), outgoing.c.state == sa.literal_column("'waiting'"))
_NOTE_TAKEN = (
    sa.update(outgoing)
    .where(*_mine, sa.func.coalesce(outgoing.c.taken, 0) < sa.bindparam("part_", type_=sa.Integer))
    .values(taken=sa.bindparam("part_", type_=sa.Integer))
)
_awaited = sa.update(outgoing).where(*_mine, outgoing.c.held == ECHO)
_DONE = _awaited.values(state="done", finished_at=sa.bindparam("moment_", type_=Instant), outcome="echo")
_GO_ON = _awaited.values(due=sa.bindparam("moment_", type_=Instant))


def release(tx: Tx, lane: str, now: datetime) -> None:
    """A window has opened: what was held for it goes out, the oldest first."""
    released = tx.execute(_RELEASE, {"lane_": lane, "now_": now})
    if released.rowcount:
        tx.wake("outgoing")


_RELEASE = (
    sa.update(outgoing)
    .where(
        outgoing.c.lane == sa.bindparam("lane_"),
        outgoing.c.state == sa.literal_column("'waiting'"),
        outgoing.c.held == WINDOW,
    )
    .values(held="", due=sa.bindparam("now_", type_=Instant))
)


def oldest_overdue(tx: Tx, now: datetime) -> datetime | None:
    """When the longest waiting message was made, but for those that nothing may carry before somebody writes, those
    held to save money, and those whose time has not come yet; None if there is none."""
    found: datetime | None = tx.scalar(_OLDEST_OVERDUE, {"now_": now})
    return found


_OLDEST_OVERDUE = sa.select(sa.func.min(outgoing.c.kept_at)).where(
    outgoing.c.state == "waiting",
    outgoing.c.held.not_in((WINDOW, SAVED, UNPAID)),
    (outgoing.c.attempts > 0) | (outgoing.c.due <= sa.bindparam("now_", type_=Instant)),
)


def _each(tx: Tx, change: sa.Update, values: dict[str, Any], ids: Sequence[int]) -> int:
    """How many of these rows were changed. A list of ids within the statement would be spelled out anew every time."""
    rows = [{**values, "id_": row_id} for row_id in ids]
    return tx.execute(change, rows if len(rows) > 1 else rows[0]).rowcount


def drop_held_before(tx: Tx, moment: datetime, now: datetime) -> None:
    """Nobody has come for what was held since before this moment."""
    waited = (outgoing.c.state == "waiting", outgoing.c.held == WINDOW, outgoing.c.kept_at < moment)
    tx.execute(sa.update(outgoing).where(*waited).values(state="dropped", finished_at=now, outcome="nobody came"))


def forget_words_before(tx: Tx, moment: datetime) -> None:
    """Of messages that ended before this moment only that they went out, and when, is kept."""
    ended = (outgoing.c.state.in_(("done", "dropped")), outgoing.c.finished_at < moment, outgoing.c.body != "{}")
    tx.execute(sa.update(outgoing).where(*ended).values(body="{}"))


def drop_saved(tx: Tx, lane: str, kind: str, now: datetime) -> None:
    """What is held here for money, of this kind, is not worth sending any more."""
    older = (outgoing.c.lane == lane, outgoing.c.kind == kind, outgoing.c.state == "waiting", outgoing.c.held == SAVED)
    tx.execute(sa.update(outgoing).where(*older).values(state="dropped", outcome="replaced", finished_at=now))


def last_pushed_at(tx: Tx, lane: str) -> datetime | None:
    """When the platform last took a push for this lane; None if never."""
    last: datetime | None = tx.scalar(_LAST_PUSHED, {"lane_": lane})
    return last


_LAST_PUSHED = sa.select(sa.func.max(outgoing.c.finished_at)).where(
    outgoing.c.lane == sa.bindparam("lane_"), outgoing.c.state == "done", outgoing.c.outcome == "push"
)


def answered_after(tx: Tx, lane: str, moment: datetime) -> bool:
    """Whether an answer of ours set out only after this moment, or still has to: whoever wrote then had not seen it."""
    return tx.scalar(_ANSWERED_AFTER, {"lane_": lane, "moment_": moment}) is not None


_in_lane = outgoing.c.lane == sa.bindparam("lane_")  # said in either case, so that both are found by index
_unsent = (outgoing.c.state == "waiting") & (outgoing.c.held == "") & outgoing.c.first_tried_at.is_(None)
_ANSWERED_AFTER = (
    sa.select(outgoing.c.id)
    .where(outgoing.c.purpose == "answer", outgoing.c.topic == "")
    .where(_in_lane & _unsent | _in_lane & (outgoing.c.first_tried_at > sa.bindparam("moment_", type_=Instant)))
    .limit(1)
)
sa.Index("ix_outgoing_tried", outgoing.c.lane, outgoing.c.first_tried_at)
sa.Index("ix_outgoing_sent", outgoing.c.lane, outgoing.c.finished_at)
sa.Index("ix_outgoing_key", outgoing.c.retry_key)
_was_billed = outgoing.c.billed.is_not(None)
sa.Index("ix_outgoing_billed", outgoing.c.finished_at, sqlite_where=_was_billed, postgresql_where=_was_billed)


def drop_stale(tx: Tx, kind: str, before: datetime, now: datetime) -> None:
    """What was made before this moment, is of this kind and was never tried is not worth sending any more."""
    old = (outgoing.c.state == sa.literal_column("'waiting'"), outgoing.c.kind == kind, outgoing.c.kept_at < before)
    untried = outgoing.c.first_tried_at.is_(None)
    tx.execute(sa.update(outgoing).where(*old, untried).values(state="dropped", outcome="stale", finished_at=now))
