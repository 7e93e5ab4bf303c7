"""บัญชีผู้ใช้: who of the office uses which chat account, in which role and under which order (B56).

One account belongs to one entry, and one entry has one account. Entries are ended, never removed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.db import Id, Instant, Tx, metadata

members = sa.Table(
    "members",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("position", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("order_ref", sa.Text, nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("until", sa.Date),
    sa.Column("lane", sa.Text, unique=True),
    sa.Column("bound_at", Instant),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)


def add(tx: Tx, **entry: Any) -> int:
    """A new entry, bound to no account yet; its id."""
    return tx.insert(members, **entry)


def by_id(tx: Tx, member_id: int) -> sa.RowMapping | None:
    return tx.one(sa.select(members).where(members.c.id == member_id))


def by_lane(tx: Tx, lane: str) -> sa.RowMapping | None:
    """The entry that this account is bound to."""
    return tx.one(sa.select(members).where(members.c.lane == lane))


def everyone(tx: Tx) -> list[sa.RowMapping]:
    """Every entry there ever was, oldest first."""
    return list(tx.all(sa.select(members).order_by(members.c.id)))


def bind(tx: Tx, member_id: int, lane: str | None, now: datetime) -> None:
    """Give the account (or none) to this entry."""
    mine = sa.update(members).where(members.c.id == member_id)
    tx.execute(mine.values(lane=lane, bound_at=now if lane else None))


def end(tx: Tx, member_id: int, now: datetime) -> bool:
    """From now on the entry has no effect; False if there is none, or it has ended."""
    standing = (members.c.id == member_id, members.c.ended_at.is_(None))
    return tx.execute(sa.update(members).where(*standing).values(ended_at=now)).rowcount == 1


def in_force(entry: sa.RowMapping, day: date) -> bool:
    """Whether the entry has effect on this day: both ends of its validity belong to it."""
    return entry["ended_at"] is None and entry["since"] <= day and (entry["until"] is None or day <= entry["until"])
