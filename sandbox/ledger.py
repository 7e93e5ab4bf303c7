"""What the LINE platform remembers to refuse a second time: reply tokens, retry keys, the month's quota.

Not locked: the world's lock guards them. `now` is the world's time.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

TOKEN_LIFE = timedelta(minutes=1)  # after the webhook, or its redelivery, has been received (LINE, "Reply token")
TOKEN_END = timedelta(minutes=20)  # after the event occurred
RETRY_KEY_LIFE = timedelta(hours=24)  # LINE, "Retrying an API request"
_MONTHS_OF = ZoneInfo("Asia/Tokyo")


@dataclass
class ReplyToken:
    chat: str
    occurred: datetime
    told: datetime  # the event's own timestamp: earlier than `occurred` when a past is being played
    delivered: datetime | None = None
    used: bool = False


class ReplyTokens:
    """Each may be used once, within a minute of the (re)delivery of its webhook and 20 minutes of its event."""

    def __init__(self) -> None:
        self._tokens: dict[str, ReplyToken] = {}

    def issue(self, chat: str, now: datetime, told: datetime) -> str:
        self._forget(now)
        token = secrets.token_hex(16)
        self._tokens[token] = ReplyToken(chat, now, told)
        return token

    def delivered(self, token: str, now: datetime) -> None:
        """Its webhook leaves now, for the first time or again."""
        if token in self._tokens:
            self._tokens[token].delivered = now

    def usable(self, token: str, now: datetime) -> ReplyToken | None:
        found = self._tokens.get(token)
        if found is None or found.used or found.delivered is None:
            return None
        fresh = now - found.delivered <= TOKEN_LIFE and now - found.occurred <= TOKEN_END
        return found if fresh else None

    def _forget(self, now: datetime) -> None:
        for token in list(self._tokens):
            if now - self._tokens[token].occurred <= TOKEN_END:
                break  # oldest first
            del self._tokens[token]


@dataclass(frozen=True)
class Accepted:
    """A push that was accepted with a retry key; `at` as seconds since 1970, so that it can be kept as JSON."""

    at: float
    request_id: str
    sent: list[dict[str, Any]]


class RetryKeys:
    """A key accepted once is answered with 409 for 24 hours, then counts as new."""

    def __init__(self) -> None:
        self._accepted: dict[str, Accepted] = {}

    def find(self, key: str, now: datetime) -> Accepted | None:
        found = self._accepted.get(key.lower())
        return found if found and now.timestamp() - found.at <= RETRY_KEY_LIFE.total_seconds() else None

    def accept(self, key: str, accepted: Accepted) -> None:
        self._accepted[key.lower()] = accepted


def is_retry_key(text: str) -> bool:
    """A UUID in hexadecimal notation, as in 123e4567-e89b-12d3-a456-426614174000."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


class Quota:
    """Messages per month, counted by recipient; `limit` None means the plan has none."""

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.months: dict[str, int] = {}

    def used(self, now: datetime) -> int:
        return self.months.get(month(now), 0)

    def allows(self, recipients: int, now: datetime) -> bool:
        return self.limit is None or self.used(now) + recipients <= self.limit

    def charge(self, recipients: int, now: datetime) -> None:
        self.months[month(now)] = self.used(now) + recipients


def month(now: datetime) -> str:
    """The month in which LINE counts `now` (the platform keeps Japan's time)."""
    return now.astimezone(_MONTHS_OF).strftime("%Y-%m")
