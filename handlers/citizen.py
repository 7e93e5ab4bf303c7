"""A citizen's turn: remember, hear, do what the conversation asks of the office, answer."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta

from bot import outbox
from bot.outbox import ReplyToken
from flows import words
from flows.conversation import Memory, hear
from flows.events import Event, Followed, Pressed, SentFile, Typed, Uploaded
from flows.messages import Message
from handlers import effects, members
from handlers.wiring import Wiring
from models import conversation, files
from models import outbox as outgoing
from models.conversation import Conversation
from models.db import Tx

#: Quicker than this after somebody wrote, no officer has answered.
BY_HAND = timedelta(seconds=4)


def turn(
    wiring: Wiring,
    tx: Tx,
    talk: Conversation,
    event: Event,
    token: ReplyToken | None,
    *,
    arrived_at: datetime,
    aloud: bool = True,
) -> None:
    """Answer one event, or only take note of it. `arrived_at` is when it reached us, by our clock; `event.at` when it
    was sent."""
    now = wiring.now()
    if code := members.code_in(event):
        outbox.say(tx, talk, [members.bind(wiring, tx, talk, code)], now, token=token)
        conversation.remember(tx, talk, talk.memory, now)
        return
    if isinstance(event, Typed) and outgoing.answered_after(tx, talk.lane, arrived_at):
        event = replace(event, early=True)
    memory, messages = _converse(wiring, tx, talk, event)
    outbox.say(tx, talk, messages if aloud else [], now, token=token)
    conversation.remember(tx, talk, memory.to_data(), now)


def _converse(wiring: Wiring, tx: Tx, talk: Conversation, event: Event) -> tuple[Memory, list[Message]]:
    """What is remembered and said in the end. The office's answers to effects are heard within the same turn."""
    memory, messages = Memory.from_data(talk.memory), list[Message]()
    book = members.book_for(wiring, tx, talk)
    events = deque([event])
    while events:
        heard = hear(book, memory, events.popleft(), event.at, _draft_token)
        memory = heard.memory
        messages += heard.messages
        for effect in heard.effects:
            told = effects.do(wiring, tx, talk, effect, event.at)
            if told is not None:
                events.append(told)
    return memory, messages


def too_quick_for_hands(talk: Conversation, at: datetime) -> bool:
    """Whether nobody can have typed this: the platform's own instant reply, which must not silence us."""
    heard = Memory.from_data(talk.memory).last_at
    return heard is not None and timedelta() <= at - heard < BY_HAND


def turns_to_us(event: Event) -> bool:
    """Whether this is said to the machine, although an officer is speaking here: a button, the menu, a cry for help."""
    if members.code_in(event):
        return True
    if isinstance(event, Typed):
        return words.command(event.text) in ("menu", *words.MENU.values()) or words.sounds_urgent(event.text)
    return isinstance(event, Pressed | Followed)


def note_file(tx: Tx, talk: Conversation, event: SentFile | Uploaded, now: datetime) -> None:
    """Who brought these bytes, so that they can be forgotten when nobody needs them any more."""
    files.note_upload(tx, event.file.sha256, talk.id, event.file.message_id, now)


def _draft_token() -> str:
    return secrets.token_hex(6)
