"""Rows that wait in lanes: the one mechanism under arrivals, outgoing messages and errands.

The oldest waiting row of a lane is its head, and only heads are worked on: one conversation's events are handled one at
a time and in order, while lanes never wait for each other. A claim is a lease: `due` moves into the future, and that
very moment is the fence. Whoever settles a row names the `due` of their claim; if somebody else has claimed the row
since, it differs and the settling transaction is undone (`ClaimLost`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

import sqlalchemy as sa

from models.db import Id, Instant, Tx, metadata

State = Literal["waiting", "done", "stuck", "dropped"]
#: The class of advisory locks that keep lanes apart on PostgreSQL.
LANES = 7_001
_SETTLED = ("state", "due", "finished_at", "outcome", "attempts")


class ClaimLost(Exception):
    """งานนี้มีผู้อื่นรับไปแล้ว: the lease ran out, or another worker is busy in this lane; undo and leave it to them."""


def queue_table(name: str, *columns: sa.Column[Any] | sa.Constraint | sa.Index) -> sa.Table:
    """A table whose rows wait in lanes. `kept_at` is when the row was made, `due` when it may be worked on (or the
    lease of whoever works on it), `outcome` says in a few words how it ended or what went wrong last."""
    table = sa.Table(
        name,
        metadata,
        sa.Column("id", Id, primary_key=True),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due", Instant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("kept_at", Instant, nullable=False),
        sa.Column("finished_at", Instant),
        sa.Column("outcome", sa.Text, nullable=False),
        *columns,
    )
    waiting = table.c.state == sa.literal_column("'waiting'")
    sa.Index(f"ix_{name}_heads", table.c.lane, table.c.id, sqlite_where=waiting, postgresql_where=waiting)
    sa.Index(f"ix_{name}_waiting", table.c.id, sqlite_where=waiting, postgresql_where=waiting)
    sa.Index(f"ix_{name}_stuck", table.c.state, table.c.finished_at)
    return table


def waiting_row(lane: str, now: datetime, due: datetime | None = None) -> dict[str, Any]:
    """The queue's own columns of a new row."""
    return {"lane": lane, "state": "waiting", "due": due or now, "attempts": 0, "kept_at": now, "outcome": ""}


def claim(
    tx: Tx, table: sa.Table, now: datetime, lease: timedelta, *, limit: int = 1, only: Mapping[str, Any] | None = None
) -> list[sa.RowMapping]:
    """Up to `limit` due heads of different lanes, leased till now + `lease`, oldest first; `only` narrows by column."""
    values = {"now_": now, "until_": now + lease, "limit_": limit, **{f"only_{k}": v for k, v in (only or {}).items()}}
    rows = tx.execute(_claim(table, tuple(only or ())), values).mappings().all()
    return sorted(rows, key=lambda row: row["id"])


@cache
def _claim(table: sa.Table, only: tuple[str, ...]) -> sa.Update:
    head, earlier = table.alias("head"), table.alias("earlier")
    ahead = sa.exists().where(
        earlier.c.lane == head.c.lane, earlier.c.state == sa.literal_column("'waiting'"), earlier.c.id < head.c.id
    )
    if "held" in table.c:  # what is held back for a reason of its own stands in nobody's way
        ahead = ahead.where(earlier.c.held == sa.literal_column("''"))
    heads = (
        sa.select(head.c.id)
        .where(
            head.c.state == sa.literal_column("'waiting'"), head.c.due <= sa.bindparam("now_", type_=Instant), ~ahead
        )
        .where(*(head.c[name] == sa.bindparam(f"only_{name}") for name in only))
        .where(*((head.c.batch.is_(None) | (head.c.batch == head.c.id),) if "batch" in head.c else ()))
        .order_by(head.c.id)
        .limit(sa.bindparam("limit_", type_=sa.Integer))
        .with_for_update(skip_locked=True, of=head)
    )
    # Without MATERIALIZED, PostgreSQL may run the sub-select again and lease more rows than the limit.
    chosen = sa.select(heads.cte("chosen").prefix_with("MATERIALIZED", dialect="postgresql").c.id)
    return (
        sa.update(table)
        .where(table.c.id.in_(chosen))
        .values(due=sa.bindparam("until_", type_=Instant), attempts=table.c.attempts + 1)
        .returning(*table.c)
    )


def hold_lane(tx: Tx, table: sa.Table, claimed: sa.RowMapping) -> None:
    """Keep the lane to this transaction until it ends. Raises ClaimLost if somebody else is in it.

    On PostgreSQL ids are given before they are committed, so a later row can be claimed while an earlier one is still
    invisible: "oldest of its lane and SKIP LOCKED" is not mutual exclusion. The advisory lock is, and once it is held,
    an earlier row that has appeared meanwhile goes first. SQLite has one writer, who saw every row.
    """
    if tx.dialect == "postgresql" and not tx.scalar(_hold(table), {"lane_": claimed["lane"], "id_": claimed["id"]}):
        raise ClaimLost(claimed["id"])


@cache
def _hold(table: sa.Table) -> sa.Select[Any]:
    lane = sa.bindparam("lane_", type_=sa.Text)
    earlier = sa.exists().where(
        table.c.lane == lane,
        table.c.state == sa.literal_column("'waiting'"),
        table.c.id < sa.bindparam("id_", type_=Id),
    )
    return sa.select(sa.func.pg_try_advisory_xact_lock(LANES, sa.func.hashtext(table.name + ":" + lane)) & ~earlier)


def finish(tx: Tx, table: sa.Table, claimed: sa.RowMapping, now: datetime, outcome: str = "") -> None:
    """Done. Raises ClaimLost if the lease has passed to somebody else."""
    _settle(tx, table, claimed, {"state": "done", "due": claimed["due"], "finished_at": now, "outcome": outcome})


def give_up(tx: Tx, table: sa.Table, claimed: sa.RowMapping, now: datetime, outcome: str) -> None:
    """Out of the lane's way, and kept for a look (`app.py stuck`)."""
    _settle(tx, table, claimed, {"state": "stuck", "due": claimed["due"], "finished_at": now, "outcome": outcome})


def postpone(
    tx: Tx, table: sa.Table, claimed: sa.RowMapping, due: datetime, outcome: str = "", *, counts: bool = True
) -> None:
    """Back into the lane, not to be looked at before `due`. `counts=False`: this was no attempt."""
    attempts = claimed["attempts"] - (0 if counts else 1)
    again = {"state": "waiting", "due": due, "finished_at": None, "outcome": outcome, "attempts": attempts}
    _settle(tx, table, claimed, again)


def _settle(tx: Tx, table: sa.Table, claimed: sa.RowMapping, values: dict[str, Any]) -> None:
    settled = {"attempts": claimed["attempts"], **values}
    keys = {"id_": claimed["id"], "fence_": claimed["due"]}
    if tx.execute(_settling(table), {**keys, **{f"{k}_": v for k, v in settled.items()}}).rowcount != 1:
        raise ClaimLost(claimed["id"])


@cache
def _settling(table: sa.Table) -> sa.Update:
    return (
        sa.update(table)
        .where(
            table.c.id == sa.bindparam("id_"),
            table.c.due == sa.bindparam("fence_", type_=Instant),
            table.c.state == sa.literal_column("'waiting'"),
        )
        .values({name: sa.bindparam(f"{name}_", type_=table.c[name].type) for name in _SETTLED})
    )


def hand_back(tx: Tx, table: sa.Table, now: datetime) -> None:
    """Whoever held leases is known to be dead: what they held is due at once."""
    leased = (table.c.state == "waiting", table.c.due > now, table.c.attempts > 0)
    unheld = (table.c.held == "",) if "held" in table.c else ()
    if tx.execute(sa.update(table).where(*leased, *unheld).values(due=now)).rowcount:
        tx.wake(table.name)


def stuck(tx: Tx, table: sa.Table, limit: int = 100) -> list[sa.RowMapping]:
    """What was given up, newest first."""
    rows = sa.select(table).where(table.c.state == "stuck").order_by(table.c.finished_at.desc()).limit(limit)
    return list(tx.all(rows))


def revive(tx: Tx, table: sa.Table, row_id: int, now: datetime) -> bool:
    """A stuck row waits again, as if it had just come; False if there is no such row."""
    again = {"state": "waiting", "due": now, "attempts": 0, "finished_at": None, "outcome": "sent again"}
    done = tx.execute(sa.update(table).where(table.c.id == row_id, table.c.state == "stuck").values(**again))
    tx.wake(table.name)
    return done.rowcount == 1


def oldest_waiting(tx: Tx, table: sa.Table) -> datetime | None:
    """When the longest waiting row was made; None if nothing waits."""
    found: datetime | None = tx.scalar(sa.select(sa.func.min(table.c.kept_at)).where(table.c.state == "waiting"))
    return found


def count_stuck(tx: Tx, table: sa.Table, after: datetime | None = None) -> int:
    """How many rows were given up, `after` this moment or ever."""
    given_up = sa.select(sa.func.count()).where(table.c.state == "stuck")
    return int(tx.scalar(given_up if after is None else given_up.where(table.c.finished_at > after)))


def forget_before(tx: Tx, table: sa.Table, moment: datetime) -> int:
    """Remove what ended before this moment, and say how many rows that were."""
    ended = sa.delete(table).where(table.c.state.in_(("done", "dropped", "stuck")), table.c.finished_at < moment)
    return tx.execute(ended).rowcount
