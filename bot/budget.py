"""The month's paid messages, spent as if they were our own money: the less is left, the fewer kinds are paid for.

Replies are free and not its business. What a citizen waits for, and what the law says must be told, is never held for
money; notices to the staff group are, the cheap ones first, and then ride on the group's next free reply or wait for
the new month (decision 0012). The platform's plan is read, never assumed: LINE, "Messaging API pricing".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, runtime_checkable

from bot import limits
from bot.channel import Chat
from models import quota
from models.db import Tx
from models.quota import Meter

Kind = Literal["answer", "urgent", "card", "digest"]

#: Of each kind, the per cent of the month that must be left after it. None: it is never held.
KEPT: Mapping[Kind, int | None] = {"answer": None, "urgent": 5, "card": 20, "digest": 30}
#: Per cents of the month at which the staff are warned.
WARNINGS = (90, 70)
#: A digest that could not go out by then is left to the next one; it is never worth a push at night.
LATE = timedelta(hours=2)
#: What is held is looked at again after this: somebody may have bought a larger plan.
LOOK_AGAIN = timedelta(hours=1)
#: The quota is read so often; sooner once a warning's part of it is used and more has been spent.
READ_EVERY = timedelta(hours=1)
READ_SOON = timedelta(minutes=10)


@dataclass(frozen=True)
class Allowance:
    """The platform's own word on this month: `allowed` messages (None: no limit), `used` of them (approximate)."""

    allowed: int | None
    used: int


@runtime_checkable
class Metered(Protocol):
    """A platform that bills what is sent without a reply token, once per recipient."""

    def allowance(self) -> Allowance | None:
        """What this month allows and has used; None if it cannot be had now. Never raises."""

    def members(self, chat: Chat) -> int | None:
        """How many a push to this group is billed for; None if it cannot be had now. Never raises."""


@dataclass(frozen=True)
class Month:
    """`used` of `limit` messages; no limit: None."""

    limit: int | None
    used: int

    @property
    def per_cent(self) -> int:
        """How much of the limit is used, rounded down; 0 if there is none."""
        return 0 if self.limit is None else 100 if self.limit <= 0 else self.used * 100 // self.limit

    @property
    def level(self) -> int:
        """The warning that has been reached; 0: none."""
        return next((level for level in WARNINGS if self.per_cent >= level), 0)

    def pays_for(self, kind: Kind, cost: int) -> bool:
        """Whether a push of this kind to `cost` recipients leaves what is kept for the more important ones."""
        kept = KEPT[kind]
        return kept is None or self.limit is None or (self.used + cost) * 100 <= self.limit * (100 - kept)


def month(meter: Meter, paid: int, paid_since: int, now: datetime) -> Month:
    """How the month stands. The platform's count is approximate and as old as the reading, ours knows nothing of what
    others sent: so its count and what we `paid_since`, but no less than we `paid` in all."""
    limits_set = [limit for limit in (meter.allowed, meter.ceiling) if limit is not None]
    told = meter.used if meter.used is not None and _same_month(meter.read_at, now) else 0
    return Month(min(limits_set, default=None), max(told + paid_since, paid))


def reading_due(meter: Meter | None, stands: Month | None, paid_since: int, now: datetime) -> bool:
    """Whether it is time to ask the platform again."""
    if meter is None or stands is None:
        return True
    matters = stands.level > 0 and paid_since > 0
    return now >= meter.tried_at + (READ_SOON if matters else READ_EVERY)


def standing(tx: Tx, meter: Meter, now: datetime) -> tuple[Month, int]:
    """How the channel's month stands, and what we have paid since the reading."""
    since = meter.read_at if _same_month(meter.read_at, now) else None
    paid, paid_since = quota.paid(tx, meter.channel, limits.this_month(now), since)
    return month(meter, paid, paid_since, now), paid_since


def held_until(tx: Tx, rows: Sequence[Any], ids: Sequence[int], now: datetime) -> datetime | None:
    """Until when the push of these rows, the head of their lane first, is held for want of money (or, a digest, because
    it is too late for it); None: it is paid.

    What was tried before may have been taken: its retry key must not run out while it waits.
    """
    head = rows[0]
    kind = dearest(rows, ids)
    if KEPT[kind] is None or head["first_tried_at"] is not None:
        return None
    meter = quota.meter(tx, head["channel"])
    late = kind == "digest" and now - head["kept_at"] > LATE
    if not late and (meter is None or standing(tx, meter, now)[0].pays_for(kind, quota.cost(tx, head["lane"]))):
        return None
    return min(now + LOOK_AGAIN, limits.next_month(now))


def dearest(rows: Sequence[Any], ids: Sequence[int]) -> Kind:
    """The most important kind among these rows: a push to a group costs the same, whatever rides with it."""
    going = {row["kind"] or "answer" for row in rows if row["id"] in ids}
    return next((kind for kind in KEPT if kind in going), "answer")


def _same_month(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and limits.this_month(now) <= moment
