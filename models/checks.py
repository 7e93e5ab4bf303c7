"""รอบตรวจ: the two moments of a working day at which the desk is asked to look through what came (B10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Instant, Tx, metadata

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
    """`due` is 08:30 or 16:30, `at` when the digest was made. Not `asked`: there was nothing to look at, so no message
    went out. `seen_at`: when the first of the staff said ตรวจแล้ว (who it was is in the audit)."""

    due: datetime
    at: datetime
    asked: bool
    seen_at: datetime | None


def begin(tx: Tx, due: datetime, now: datetime, *, asked: bool) -> bool:
    """True for the one who may ask for this check."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = insert(desk_checks).values(due=due, at=now, asked=asked).on_conflict_do_nothing()
    return tx.execute(row.returning(desk_checks.c.due)).first() is not None


def last(tx: Tx, *, asked: bool = False) -> Check | None:
    """The newest check; with `asked`, the newest that the staff were asked for."""
    newest = sa.select(desk_checks).order_by(desk_checks.c.due.desc()).limit(1)
    row = tx.one(newest.where(desk_checks.c.asked.is_(True)) if asked else newest)
    return None if row is None else Check(**row)


def see(tx: Tx, due: datetime, now: datetime) -> bool:
    """The check was made; False if somebody had said so before."""
    mine = (desk_checks.c.due == due, desk_checks.c.seen_at.is_(None))
    return tx.execute(sa.update(desk_checks).where(*mine).values(seen_at=now)).rowcount == 1
