"""The LINE platform's side of the world: what becomes of a well-formed request of the product.

Every refusal is LINE's own: status, message, details (Messaging API reference, "Error messages").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sandbox.ledger import Accepted, Quota, ReplyTokens, RetryKeys, is_retry_key, month
from sandbox.state import Content, Entry, Group, Person, State

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

_QUOTABLE = ("text", "textV2", "sticker", "image", "video", "template", "flex")  # docs, "Get quote tokens"
_WEEK = timedelta(days=7)

Via = Literal["reply", "push"]


class Refusal(Exception):
    """LINE answers with this status and this JSON."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, **more}
        self.headers = dict(headers or {})


def body_refusal(faults: Sequence[Any]) -> Refusal:
    details = [{"message": fault.message, "property": fault.property} for fault in faults]
    return Refusal(400, f"The request body has {len(faults)} error(s)", details=details)


def not_found() -> Refusal:
    return Refusal(404, "Not found")


class Platform:
    """Sends the product's messages into the chats, and tells it what it asks."""

    def __init__(self, state: State, now: Callable[[], datetime], quota_limit: int | None) -> None:
        self._state, self._now = state, now
        self.tokens = ReplyTokens()
        self.keys = RetryKeys()
        self.quota = Quota(quota_limit)
        self.quota.months.update(state.others["quota"])
        for key, value in state.others["retry"].items():
            self.keys.accept(key, Accepted(**value))

    def reply(self, body: Json) -> Json:
        now = self._now()
        with self._state.lock:
            token = self.tokens.usable(body["replyToken"], now)
            if token is None:
                raise Refusal(400, "Invalid reply token")
            group = self._state.groups.get(token.chat)
            if group and not group.has_bot:
                raise Refusal(400, "Failed to send messages")
            self._check_references(token.chat, body["messages"])
            token.used = True
            played = token.told + timedelta(seconds=2) if now - token.told > timedelta(hours=1) else now
            person = self._state.people.get(token.chat)
            visible = person is None or not person.blocked
            return {"sentMessages": self._send(token.chat, body["messages"], "reply", played, 0, visible=visible)}

    def push(self, body: Json, key: str | None, request_id: str, *, quota_gone: bool = False) -> Json:
        now = self._now()
        if key is not None and not is_retry_key(key):
            raise Refusal(400, "Invalid retry key")
        with self._state.lock:
            if key and (accepted := self.keys.find(key, now)):
                headers = {"x-line-accepted-request-id": accepted.request_id}
                raise Refusal(409, "The retry key is already accepted", headers, sentMessages=accepted.sent)
            recipients, visible = self._recipients(body["to"], now)
            self._check_references(body["to"], body["messages"])
            if quota_gone or not self.quota.allows(recipients, now):
                raise Refusal(429, "You have reached your monthly limit.")
            self._charge(recipients, now)
            sent = self._send(body["to"], body["messages"], "push", now, recipients, visible=visible)
            if key:
                accepted = Accepted(now.timestamp(), request_id, sent)
                self.keys.accept(key, accepted)
                self._state.save_other("retry", key.lower(), asdict(accepted))
            return {"sentMessages": sent}

    def content(self, message_id: str) -> tuple[Content, bytes | None]:
        """The content and its bytes; None while it is being prepared (LINE, "Get content")."""
        content = self._content(message_id)
        if content.fate == "failed":
            raise Refusal(404, "not found")
        ready = content.ready <= self._now().timestamp()
        return content, self._state.bytes[message_id] if ready else None

    def transcoding(self, message_id: str) -> Json:
        content = self._content(message_id)
        if content.kind not in ("video", "audio"):
            raise Refusal(400, "Transcoding status doesn't support this type of content")
        if content.fate == "failed":
            return {"status": "failed"}
        return {"status": "succeeded" if content.ready <= self._now().timestamp() else "processing"}

    def preview(self, message_id: str) -> tuple[Content, bytes | None]:
        if self._content(message_id).kind not in ("image", "video"):
            raise Refusal(400, "The content can not be previewed")
        return self.content(message_id)

    def profile(self, user: str) -> Json:
        _check_id("userId", "U", user)
        person = self._state.people.get(user)
        if person is None or person.blocked or not person.follows:
            raise not_found()
        return {"userId": person.id, "displayName": person.name, "language": "th"}

    def group(self, group: str) -> Group:
        """The group with the bot in it."""
        _check_id("groupId", "C", group)
        found = self._state.groups.get(group)
        if found is None or not found.has_bot:
            raise not_found()
        return found

    def member(self, group: str, user: str) -> Person:
        found = self.group(group)
        _check_id("userId", "U", user)
        if user not in found.members:
            raise not_found()
        return self._state.people[user]

    def show_typing(self, user: str, seconds: int) -> None:
        """The loading animation; only for a user (LINE, "Display a loading animation")."""
        if user not in self._state.people:
            message = "Only user id is acceptable, please confirm if there are any group/room ids or illegal ids."
            raise Refusal(400, "The request body has 1 error(s)", details=[{"message": message, "property": "chatId"}])
        with self._state.lock:
            self._state.typing[user] = self._now() + timedelta(seconds=seconds)
            self._state.touch()

    def mark_as_read(self, token: str) -> None:
        if token not in self._state.others["read_token"]:
            message = "Invalid markAsReadToken. Tokens must be used by the bot that received them via Webhook."
            raise Refusal(400, message)

    def _content(self, message_id: str) -> Content:
        content = self._state.contents.get(message_id)
        if content is None or content.fate == "expired":
            raise Refusal(404, "not found")
        if content.fate == "unsent":
            raise Refusal(410, "The content is gone")
        return content

    def _recipients(self, chat: str, now: datetime) -> tuple[int, bool]:
        """How many a push is billed for, and whether anybody sees it (LINE, "Conditions for sending push message")."""
        if group := self._state.groups.get(chat):
            if not group.has_bot:
                raise Refusal(400, "Failed to send messages")
            return len(group.members), True
        person = self._state.people.get(chat)
        if person is None:
            raise Refusal(400, "Failed to send messages")
        wrote_lately = now.timestamp() - person.wrote <= _WEEK.total_seconds()
        reached = not person.blocked and (person.follows or wrote_lately)
        return int(reached), reached

    def _check_references(self, chat: str, messages: Sequence[Json]) -> None:
        """Quotes and mentions point into this chat, and mentions only into a group."""
        members = self._state.groups[chat].members if chat in self._state.groups else None
        for index, message in enumerate(messages):
            if message.get("quoteToken") and self._state.quotes.get(message["quoteToken"]) != chat:
                raise Refusal(400, "Invalid quote token", details=[{"property": f"messages[{index}].quoteToken"}])
            for item in (message.get("substitution") or {}).values():
                named = item.get("mentionee", {}).get("userId")
                if item["type"] == "mention" and (members is None or (named and named not in members)):
                    raise Refusal(400, "Failed to send messages")

    def _charge(self, recipients: int, now: datetime) -> None:
        self.quota.charge(recipients, now)
        self._state.save_other("quota", month(now), self.quota.used(now))

    def _send(
        self, chat: str, messages: Sequence[Json], via: Via, at: datetime, billed: int, *, visible: bool
    ) -> list[Json]:
        sent = []
        for message in messages:
            entry = Entry(self._state.new_id(self._now()), chat, at.isoformat(), "office", "bot", message, via, billed)
            if message["type"] in _QUOTABLE:
                entry.quote_token = self._state.quotable(chat)
            if visible:
                self._state.save_entry(entry)
            billed = 0  # the call is billed once, not each message
            sent.append({"id": entry.id, **({"quoteToken": entry.quote_token} if entry.quote_token else {})})
        self._state.typing.pop(chat, None)
        return sent


def _check_id(name: str, letter: str, value: str) -> None:
    if not re.fullmatch(f"{letter}[0-9a-f]{{32}}", value):
        raise Refusal(400, f"The value for the '{name}' parameter is invalid")
