"""Saying things: messages are kept with the turn that causes them and sent afterwards (`bot/delivery.py`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import limits
from bot.budget import Kind
from flows.messages import RECEIPT, Message, to_data
from models import outbox
from models.conversation import Conversation
from models.db import Tx


@dataclass(frozen=True)
class ReplyToken:
    """Answers one event for nothing; worthless after `until`."""

    value: str
    until: datetime


def say(
    tx: Tx,
    to: Conversation,
    messages: Sequence[Message],
    now: datetime,
    *,
    token: ReplyToken | None = None,
    purpose: str = "answer",
) -> None:
    """Keep these to be sent to a conversation, in order.

    Passing remarks that still wait there give way, and what was held goes along with the reply.
    """
    if not messages:
        return
    newer = any(message.topic == RECEIPT for message in messages)
    outbox.freshen(tx, to.lane, now, keep="" if newer else RECEIPT)
    _put(tx, to, _choices_last(messages), now, now, token, purpose)


def _choices_last(messages: Sequence[Message]) -> list[Message]:
    """What can be tapped stands below the last message: what stands above something newer is gone on the phone."""
    *before, last = messages
    offered = next((message.choices for message in reversed(messages) if message.choices), ())
    return [*before, last if last.choices else replace(last, choices=offered)]


def tell_group(
    tx: Tx, group: Conversation, message: Message, now: datetime, *, urgent: bool = False, kind: Kind = "card"
) -> None:
    """A notice to a staff group. Unless urgent, it waits until `limits.GATHER` after the last push and is gathered with
    what has come meanwhile: a push to a group is billed once per member, however many messages it carries. `kind`: what
    it is worth when the month's money runs short."""
    if urgent:
        outbox.freshen(tx, group.lane, now)  # what is being gathered goes along
    last = None if urgent else outbox.last_pushed_at(tx, group.lane)
    due = now if last is None else max(now, last + limits.GATHER)
    _put(tx, group, [message], now, due, None, "notice", kind)


def drop_digest(tx: Tx, group: Conversation, now: datetime) -> None:
    """A newer one is about to be told here: one that was held for money need not go out."""
    outbox.drop_saved(tx, group.lane, "digest", now)


def answer_nobody(tx: Tx, channel: str, lane: str, message: Message, token: ReplyToken, now: datetime) -> None:
    """Reply to somebody who has no address; if the reply cannot be used, there is no other way."""
    nobody = Conversation(0, lane, channel, "", "person", {}, reachable=False, staff_since=None)
    _put(tx, nobody, [message], now, now, token, "answer")


def _put(
    tx: Tx,
    to: Conversation,
    messages: Sequence[Message],
    now: datetime,
    due: datetime,
    token: ReplyToken | None,
    purpose: str,
    kind: Kind | None = None,
) -> None:
    delay = (due - now) / timedelta(seconds=1)
    outbox.put(
        tx,
        lane=to.lane,
        channel=to.channel,
        address=to.address,
        bodies=[json.dumps(to_data(message)) for message in messages],
        purpose=purpose,
        now=now,
        token=token.value if token else None,
        token_until=token.until if token else None,
        must_arrive=[message.must_arrive or purpose == "notice" for message in messages],
        topics=[message.topic for message in messages],
        waits=[delay + message.wait for message in messages],
        kind=kind,
    )
