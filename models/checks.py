"""รอบตรวจ: the two moments of a working day at which the desk is asked to look through what came (B10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Instant, Tx, metadata
from models.outbox import outgoing

desk_checks = sa.Table(
    "desk_checks",
    metadata,
    sa.Column("due", Instant, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("asked", sa.Boolean, nullable=False),
    sa.Column("seen_at", Instant),
)


@dataclass(frozen=True)
class Check:
    """`due` is 08:30 or 16:30, `at` when the digest was made. Not `asked`: no digest calls for it, as there was nothing
    to look at, or the staff looked before it went out. `seen_at`: when the first of the staff said ตรวจแล้ว (who it was
    is in the audit)."""

    due: datetime
    at: datetime
    asked: bool
    seen_at: datetime | None


def begin(tx: Tx, due: datetime, now: datetime, *, asked: bool) -> bool:
    """True for the one who may ask for this check."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = insert(desk_checks).values(due=due, at=now, asked=asked).on_conflict_do_nothing()
    return tx.execute(row.returning(desk_checks.c.due)).first() is not None


def last_delivered(tx: Tx, lanes: Sequence[str]) -> Check | None:
    """The newest check whose digest has reached one of these groups."""
    return _newest(tx, _delivered(lanes))


def last_open(tx: Tx, lanes: Sequence[str]) -> Check | None:
    """The newest check that the staff can have made: its digest has reached them, or none was needed."""
    return _newest(tx, _delivered(lanes) | desk_checks.c.asked.is_(False))


def was_shown(tx: Tx, lanes: Sequence[str]) -> None:
    """The staff look by themselves: if the digest of the newest check has not reached them, it is needed no more."""
    newest = sa.select(sa.func.max(desk_checks.c.due)).scalar_subquery()
    mine = (desk_checks.c.due == newest, _delivered(lanes).is_not(sa.true()))
    tx.execute(sa.update(desk_checks).where(*mine).values(asked=False))


def _newest(tx: Tx, which: sa.ColumnElement[bool]) -> Check | None:
    row = tx.one(sa.select(desk_checks).where(which).order_by(desk_checks.c.due.desc()).limit(1))
    return None if row is None else Check(**row)


def _delivered(lanes: Sequence[str]) -> sa.ColumnElement[bool]:
    """A check and its digest are of the same moment."""
    done = (outgoing.c.lane.in_(lanes), outgoing.c.state == "done", outgoing.c.kind == "digest")
    return desk_checks.c.at == sa.select(sa.func.max(outgoing.c.kept_at)).where(*done).scalar_subquery()


def see(tx: Tx, due: datetime, now: datetime) -> bool:
    """The check was made; False if somebody had said so before."""
    mine = (desk_checks.c.due == due, desk_checks.c.seen_at.is_(None))
    return tx.execute(sa.update(desk_checks).where(*mine).values(seen_at=now)).rowcount == 1
