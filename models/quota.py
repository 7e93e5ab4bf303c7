"""โควตาข้อความ: what a platform last said of its month, what a push to a group costs, and what we have paid since.

A reading is never thrown away for a failed one. Whatever is spent after it is counted from `outgoing.billed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Instant, Tx, metadata
from models.outbox import outgoing

quotas = sa.Table(
    "quotas",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("tried_at", Instant, nullable=False),
    sa.Column("ceiling", sa.Integer),
    sa.Column("allowed", sa.Integer),
    sa.Column("used", sa.Integer),
    sa.Column("read_at", Instant),
    sa.Column("warned", sa.Text, nullable=False),
)

#: How many a push to a group is billed for, by its lane.
group_sizes = sa.Table(
    "group_sizes",
    metadata,
    sa.Column("lane", sa.Text, primary_key=True),
    sa.Column("members", sa.Integer, nullable=False),
)


@dataclass(frozen=True)
class Meter:
    """`allowed` and `used` are the platform's word of the moment `read_at` (None: it was never read; `allowed` None
    beside a reading: no limit). `ceiling` is the office's own, None if it sets none. `warned` is the highest warning
    given, as "2026-11:70"."""

    channel: str
    tried_at: datetime
    ceiling: int | None = None
    allowed: int | None = None
    used: int | None = None
    read_at: datetime | None = None
    warned: str = ""


def meter(tx: Tx, channel: str) -> Meter | None:
    """How this channel's month stood when it was last asked; None if it never was."""
    row = tx.execute(_METER, {"channel_": channel}).mappings().first()
    return None if row is None else Meter(**row)


_METER = sa.select(quotas).where(quotas.c.channel == sa.bindparam("channel_"))


def tried(tx: Tx, channel: str, ceiling: int | None, now: datetime) -> None:
    """The quota is being asked for; what was read before stays."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = insert(quotas).values(channel=channel, tried_at=now, ceiling=ceiling, warned="")
    again = {"tried_at": row.excluded.tried_at, "ceiling": row.excluded.ceiling}
    tx.execute(row.on_conflict_do_update(index_elements=["channel"], set_=again))


def was_read(tx: Tx, channel: str, allowed: int | None, used: int, at: datetime) -> None:
    """What the platform said at this moment."""
    mine = sa.update(quotas).where(quotas.c.channel == channel)
    tx.execute(mine.values(allowed=allowed, used=used, read_at=at))


def was_counted(tx: Tx, lane: str, members: int) -> None:
    """So many are in this group now, the bot aside."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = insert(group_sizes).values(lane=lane, members=members)
    tx.execute(row.on_conflict_do_update(index_elements=["lane"], set_={"members": row.excluded.members}))


def warn(tx: Tx, channel: str, warning: str) -> bool:
    """True for the one who may give this warning: "2026-11:70" is followed by "2026-11:90", then by December's."""
    news = sa.update(quotas).where(quotas.c.channel == channel, quotas.c.warned < warning)
    return tx.execute(news.values(warned=warning)).rowcount == 1


def cost(tx: Tx, lane: str) -> int:
    """How many recipients a push to this conversation is billed for; a group not yet counted is taken for one."""
    return int(tx.scalar(_COST, {"lane_": lane}))


_members = sa.select(group_sizes.c.members).where(group_sizes.c.lane == sa.bindparam("lane_")).scalar_subquery()
_COST = sa.select(sa.func.coalesce(_members, 1))


def charge(tx: Tx, lane: str, ids: Sequence[int]) -> None:
    """A push of these rows was taken: it is billed once, however many it carried; the first of them says how much."""
    tx.execute(_CHARGE, {"lane_": lane, "ids_": list(ids), "first_": min(ids)})


_CHARGE = (
    sa.update(outgoing)
    .where(outgoing.c.id.in_(sa.bindparam("ids_", expanding=True)))
    .values(billed=sa.case((outgoing.c.id == sa.bindparam("first_"), sa.func.coalesce(_members, 1)), else_=0))
)


def paid(tx: Tx, channel: str, since: datetime, after: datetime | None) -> tuple[int, int]:
    """What we have paid from `since` on, and how much of it later than `after` (None: all of it)."""
    values: Mapping[str, object] = {"channel_": channel, "since_": since, "after_": after or since}
    row = tx.execute(_PAID, values).mappings().one()
    return int(row["whole"]), int(row["whole" if after is None else "later"])


_later = sa.case((outgoing.c.finished_at > sa.bindparam("after_", type_=Instant), outgoing.c.billed), else_=0)
_PAID = sa.select(
    sa.func.coalesce(sa.func.sum(outgoing.c.billed), 0).label("whole"),
    sa.func.coalesce(sa.func.sum(_later), 0).label("later"),
).where(
    outgoing.c.billed.is_not(None),
    outgoing.c.finished_at >= sa.bindparam("since_", type_=Instant),
    outgoing.c.channel == sa.bindparam("channel_"),
)
