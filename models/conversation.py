"""Conversations: one person or group on one channel, and what is remembered between two turns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from models.db import Id, Instant, Tx, metadata

ChatKind = Literal["person", "group", "room"]

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("lane", sa.Text, nullable=False, unique=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("memory", sa.Text, nullable=False),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("heard_at", Instant, nullable=False),
    sa.Column("reachable", sa.Boolean, nullable=False),
    sa.Column("staff_since", Instant),
    sa.Column("window_until", Instant),
    sa.Column("quiet_until", Instant),
    sa.Column("unreachable_since", Instant),
    sa.Column("disposal_proposed_at", Instant),
    sa.Index("ix_conversations_staff", "staff_since"),
)


@dataclass(frozen=True)
class Conversation:
    """`lane` is `channel:address`. `staff_since` is set for a group that was activated, and for the chat of a member of
    the staff (B56); None for all others.

    Until `window_until` anything may be said here for nothing; until `quiet_until` an officer speaks here, not we.
    """

    id: int
    lane: str
    channel: str
    address: str
    kind: ChatKind
    memory: dict[str, Any]
    reachable: bool
    staff_since: datetime | None
    window_until: datetime | None = None
    quiet_until: datetime | None = None


def lane_of(channel: str, address: str) -> str:
    return f"{channel}:{address}"


def find(tx: Tx, lane: str) -> Conversation | None:
    row = tx.execute(_FIND, {"lane_": lane}).mappings().first()
    return None if row is None else _conversation(row)


def by_id(tx: Tx, conversation_id: int) -> Conversation | None:
    """The conversation of this id."""
    row = tx.one(sa.select(conversations).where(conversations.c.id == conversation_id))
    return None if row is None else _conversation(row)


def meet(tx: Tx, channel: str, address: str, kind: ChatKind, now: datetime) -> Conversation:
    """The conversation with this address, begun now if it is new. Its lane must be held."""
    lane = lane_of(channel, address)
    known = find(tx, lane)
    if known is not None:
        return known
    row = {
        "lane": lane, "channel": channel, "address": address, "kind": kind, "memory": "{}",
        "begun_at": now, "heard_at": now, "reachable": True,
    }  # fmt: skip
    new = tx.insert(conversations, **row)
    return Conversation(new, lane, channel, address, kind, {}, reachable=True, staff_since=None)


def remember(tx: Tx, conversation: Conversation, memory: dict[str, Any], now: datetime) -> None:
    """Keep the memory for the next turn; who writes to us can be reached."""
    tx.execute(_REMEMBER, {"id_": conversation.id, "memory_": json.dumps(memory), "now_": now})


def keep_memory(tx: Tx, conversation: Conversation, memory: dict[str, Any]) -> None:
    """Change the memory without having heard from the person."""
    changed = sa.update(conversations).where(conversations.c.id == conversation.id)
    tx.execute(changed.values(memory=json.dumps(memory)))


def set_reachable(tx: Tx, conversation_id: int, now: datetime, *, reachable: bool) -> None:
    """Blocked us (False): from the first such moment on, B29's thirty days run; or came back."""
    since = sa.func.coalesce(conversations.c.unreachable_since, sa.bindparam("now_", now, type_=Instant))
    gone = {"reachable": False, "unreachable_since": since}
    values = {"reachable": True, "unreachable_since": None, "disposal_proposed_at": None} if reachable else gone
    tx.execute(sa.update(conversations).where(conversations.c.id == conversation_id).values(**values))


def was_reached(tx: Tx, lane: str) -> None:
    """Something has arrived here, so B29's clock stops."""
    tx.execute(_REACHED, {"lane_": lane})


def open_window(tx: Tx, conversation_id: int, until: datetime) -> None:
    """The person wrote: until then anything may be said to them for nothing. A later end stays."""
    open_longer = (conversations.c.window_until.is_(None)) | (conversations.c.window_until < until)
    mine = sa.update(conversations).where(conversations.c.id == conversation_id, open_longer)
    tx.execute(mine.values(window_until=until))


def close_window(tx: Tx, lane: str, now: datetime) -> None:
    """The platform says that there is none."""
    open_now = (conversations.c.lane == lane, conversations.c.window_until > now)
    tx.execute(sa.update(conversations).where(*open_now).values(window_until=now))


def window_until(tx: Tx, lane: str) -> datetime | None:
    """How long anything may be said here for nothing; None if nothing ever could."""
    found: datetime | None = tx.scalar(_WINDOW, {"lane_": lane})
    return found


def be_quiet(tx: Tx, conversation_id: int, until: datetime | None) -> None:
    """An officer speaks here now; we do not, until then. None: we may again."""
    tx.execute(sa.update(conversations).where(conversations.c.id == conversation_id).values(quiet_until=until))


def unreachable_since(tx: Tx, moment: datetime) -> list[int]:
    """The people whom nothing has reached since then or longer, and of whom no proposal was made yet (B29)."""
    gone = (conversations.c.kind == "person", conversations.c.unreachable_since <= moment)
    mine = sa.select(conversations.c.id).where(*gone, conversations.c.disposal_proposed_at.is_(None))
    return [row["id"] for row in tx.all(mine.order_by(conversations.c.id))]


def disposal_was_proposed(tx: Tx, conversation_id: int, now: datetime) -> None:
    changed = sa.update(conversations).where(conversations.c.id == conversation_id)
    tx.execute(changed.values(disposal_proposed_at=now))


def set_staff(tx: Tx, conversation_id: int, since: datetime | None) -> None:
    """Make the group a staff group or the person one of the staff, or end that."""
    tx.execute(sa.update(conversations).where(conversations.c.id == conversation_id).values(staff_since=since))


def staff_groups(tx: Tx) -> list[Conversation]:
    """The groups that were activated and that we are still in."""
    return [_conversation(row) for row in tx.all(_STAFF_GROUPS)]


def with_drafts(tx: Tx, silent_since: datetime, after: int, limit: int) -> list[Conversation]:
    """People whom we have not heard since then, by id after `after`; `limit` at a time."""
    rows = (
        sa.select(conversations)
        .where(conversations.c.kind == "person", conversations.c.heard_at < silent_since, conversations.c.id > after)
        .where(conversations.c.memory != "{}")
        .order_by(conversations.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # whoever writes to us at this moment is not silent
    )
    return [_conversation(row) for row in tx.all(rows)]


def _conversation(row: sa.RowMapping) -> Conversation:
    return Conversation(
        id=row["id"],
        lane=row["lane"],
        channel=row["channel"],
        address=row["address"],
        kind=row["kind"],
        memory=json.loads(row["memory"]),
        reachable=row["reachable"],
        staff_since=row["staff_since"],
        window_until=row["window_until"],
        quiet_until=row["quiet_until"],
    )


_WINDOW = sa.select(conversations.c.window_until).where(conversations.c.lane == sa.bindparam("lane_"))
_FIND = sa.select(conversations).where(conversations.c.lane == sa.bindparam("lane_"))
_REMEMBER = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("id_"))
    .values(
        memory=sa.bindparam("memory_"),
        heard_at=sa.bindparam("now_", type_=Instant),
        reachable=sa.true(),
        unreachable_since=sa.null(),
        disposal_proposed_at=sa.null(),
    )
)
_REACHED = (
    sa.update(conversations)
    .where(conversations.c.lane == sa.bindparam("lane_"), conversations.c.reachable.is_(False))
    .values(reachable=True, unreachable_since=None, disposal_proposed_at=None)
)
_STAFF_GROUPS = (
    sa.select(conversations)
    .where(conversations.c.staff_since.is_not(None), conversations.c.kind != "person")
    .where(conversations.c.reachable.is_(True))
    .order_by(conversations.c.id)
)
