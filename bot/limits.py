"""The platforms' rules of sending, and our patience, as pure functions: what goes together, which way, when again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from bot.channel import Permit
from models.channels import ChannelState
from models.outbox import ECHO, UNPAID, WINDOW

_TOKYO = ZoneInfo("Asia/Tokyo")

#: A turn that fails is tried again after these pauses, then given up: all within a minute, for its lane waits for it.
TURN_PAUSES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=15))
#: An errand is tried until it succeeds.
ERRAND_PAUSES = tuple(timedelta(seconds=s) for s in (2, 10, 30, 60, 300, 900, 1800))
#: A push is tried for almost as long as its retry key is remembered (24 h on LINE; after that it would be sent twice).
MESSAGE_PAUSES = tuple(timedelta(seconds=s) for s in (1, 4, 15, 60, 300, 900, 1800, 3600))
#: What is refused without being for good (a permission, say) is given up after so many attempts, more than a day.
MOST_ATTEMPTS = 40
#: Notices to a group within this time of the last push are gathered into one: a push costs once per member.
GATHER = timedelta(seconds=60)
#: So many notices can be drawn into one request (LINE: carousels of 12, five messages).
GATHERED = 40
#: Chatter without a token waits so long for a reply that carries it.
UNPAID_WAIT = timedelta(hours=8)
#: Held so: one of a batch that was refused as a whole; it is tried by itself, so that only the faulty one is given up.
ALONE = "alone"
#: What nothing may carry before the person writes again is looked at after this all the same.
WINDOW_WAIT = timedelta(hours=12)
#: A spent quota is looked at again after this: the office may have bought a larger plan.
QUOTA_PROBE = timedelta(hours=1)
#: How long a worker may hold a row. Longer than any call with its time-outs, short enough to retry a reply in time.
TURN_LEASE = timedelta(seconds=40)
SEND_LEASE = timedelta(seconds=25)
ERRAND_LEASE = timedelta(minutes=5)


class Waiting(Protocol):
    """A row of the outbox, by column name."""

    def __getitem__(self, key: str, /) -> Any: ...


@dataclass(frozen=True)
class Plan:
    """What to do with the head of a lane and others of its lane: `ids`, ascending, the head among them.

    "reply" spends `token` on them; "open" costs nothing either, for a window is open; "push" is paid for, or by special
    leave; "hold": nothing may carry them now. Without a token they go by the `right` of the permit, and `key` vouches
    for exactly these rows, now and at every attempt.
    """

    way: Literal["reply", "open", "push", "hold"]
    ids: tuple[int, ...]
    token: str | None
    key: str
    right: str = ""


#: The permit for messages of a purpose, if there is one now.
Permits = Callable[[str], Permit | None]


def plan(rows: Sequence[Waiting], now: datetime, at_once: int, permits: Permits) -> Plan:
    """How the head of a lane (`rows[0]`) goes out, and with whom of the others.

    A batch that was tried before goes out as it was, or the platform's retry key would swallow the newcomer. Otherwise
    the rows of one reply token go together, and rows that have none (held ones, notices) ride along while there is
    room.
    """
    head = rows[0]
    if head["held"] == ALONE:
        return _plan([head], head["token"] if usable(head, now) else None, permits)
    if head["batch"] is not None:
        batch = [row for row in rows if row["batch"] == head["batch"]]
        token = next((row["token"] for row in batch if usable(row, now)), None)
        return _plan(batch, token, permits)
    free = [row for row in rows if row["batch"] is None and row["held"] != ALONE]
    living = [row["token"] for row in free if usable(row, now)]
    with_room = next((token for token in living if living.count(token) < at_once), None)
    token = head["token"] if usable(head, now) else with_room
    riders = [row for row in free if not usable(row, now)]
    if token:
        own = [row for row in free if row["token"] == token and usable(row, now)][:at_once]
        return _plan([*riders[: at_once - len(own)], *own], token, permits)
    at_once = GATHERED if head["purpose"] == "notice" else at_once
    return _plan([row for row in riders if row["purpose"] == head["purpose"]][:at_once], None, permits)


def _plan(batch: Sequence[Waiting], token: str | None, permits: Permits) -> Plan:
    ordered = sorted(batch, key=lambda row: int(row["id"]))
    ids, key = tuple(row["id"] for row in ordered), ordered[0]["retry_key"]
    if token:
        return Plan("reply", ids, token, key)
    permit = permits(ordered[0]["purpose"])
    if permit is None:
        return Plan("hold", ids, None, key)
    return Plan("open" if permit.free else "push", ids, None, key, permit.right)


def pointless(rows: Sequence[Waiting], plan: Plan, now: datetime) -> str:
    """Why the head is not worth sending any more; "" if it is."""
    head = rows[0]
    if outlived(rows, now):
        return "outlived"
    if plan.way == "hold" and not head["must_arrive"]:
        return "no way to say it any more"
    if plan.way == "push" and unpaid(head) and head["held"] == UNPAID:
        return "no reply came"
    return "nobody to push to" if plan.way != "reply" and not head["address"] else ""


@dataclass(frozen=True)
class Wait:
    """Not before `until`; `held` names the kind of waiting, which stands in nobody's way."""

    until: datetime
    held: str
    why: str


def waiting(
    head: Waiting, plan: Plan, trouble: ChannelState | None, unsure_pause: timedelta, now: datetime
) -> Wait | None:
    """What the head has to wait for; None if nothing."""
    if plan.way == "push" and unpaid(head):
        return Wait(now + UNPAID_WAIT, UNPAID, "waits for a reply")
    if plan.way == "hold":
        return Wait(now + WINDOW_WAIT, WINDOW, "waits for a window")
    if trouble and now < trouble.try_again_at and (trouble.state == "stopped" or plan.way == "push"):
        return Wait(trouble.try_again_at, trouble.state, trouble.reason)
    if unsure_pause and head["first_tried_at"] and not head["held"]:  # whoever tried it last did not live to note how
        return Wait(now + unsure_pause, ECHO, "an attempt whose end nobody saw")
    return None


def unpaid(head: Waiting) -> bool:
    """Whether it is chatter that answers nothing (somebody took a message back): it waits for a reply that carries it,
    and is not worth a push."""
    chatter = head["purpose"] == "answer" and not head["must_arrive"]
    return chatter and head["token"] is None and head["first_tried_at"] is None


def outlived(rows: Sequence[Waiting], now: datetime) -> bool:
    """Whether the head is chatter that was never sent, its token dead, with something newer behind it: not worth a push
    any more."""
    head = rows[0]
    dead = head["token"] is not None and not usable(head, now) and head["first_tried_at"] is None
    newer = any(row["id"] > head["id"] and row["token"] not in (None, head["token"]) for row in rows)
    return dead and newer and not head["must_arrive"]


def usable(row: Waiting, now: datetime) -> bool:
    """Whether the row's reply token can still be spent (LINE, Reply token: within a minute)."""
    return bool(row["token"]) and row["token_until"] is not None and now <= row["token_until"]


def pause_after(attempts: int, pauses: Sequence[timedelta]) -> timedelta:
    """How long to wait after this many attempts; the last pause goes on for ever."""
    return pauses[min(attempts, len(pauses)) - 1]


def this_month(now: datetime) -> datetime:
    """The first moment of this month by the platform's clock (see `next_month`)."""
    local = now.astimezone(_TOKYO)
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


def month_name(now: datetime) -> str:
    """The month in which the platform counts this moment: "2026-11"."""
    return f"{now.astimezone(_TOKYO):%Y-%m}"


def next_month(now: datetime) -> datetime:
    """The first moment of next month by the platform's clock (LINE counts quotas by calendar month, UTC+9)."""
    local = now.astimezone(_TOKYO)
    first = (local.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=5, second=0, microsecond=0)
    return first.astimezone(now.tzinfo)
