"""What every platform must do for us, in words of no platform."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from flows.events import Album, Event
from flows.messages import Message


class NotGenuine(Exception):
    """The signature is missing or wrong: whoever sent this does not know the channel's secret."""


class Gone(Exception):
    """The platform does not have this content any more (unsent, or dropped after its time)."""


class NotYet(Exception):
    """The platform cannot give this content at the moment; try again."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """One event of a webhook request, unread: `payload` is its JSON (ASCII only), `happened_at` its platform's time.

    `slow`: it names content that has to be fetched before it can be handled. `unreadable`: why it can never be.
    """

    event_id: str
    lane: str
    payload: str
    happened_at: datetime | None
    slow: bool = False
    unreadable: str = ""


@dataclass(frozen=True)
class Chat:
    """Where something was said and where an answer goes: a person, a group or a room, by the platform's id."""

    channel: str
    kind: Literal["person", "group", "room"]
    address: str


@dataclass(frozen=True)
class Media:
    """Content that an event mentions. `size` in bytes, if the platform says; `name` as the sender called it."""

    reference: str
    what: Literal["image", "file", "video", "audio"]
    name: str = ""
    size: int | None = None
    album: Album | None = None


Sign = Literal["", "joined", "left", "blocked"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An event, read. `chat` is None if nobody can be answered; `speaker` is the person, also within a group.

    At most one of `event`, `media` (fetch it to have the event) and `sign` (the bot joined or left a group, a citizen
    blocked us) is set; none: there is nothing to answer. `token` replies to this event, once.
    """

    chat: Chat | None
    speaker: str | None = None
    token: str | None = None
    event: Event | None = None
    media: Media | None = None
    sign: Sign = ""
    at: datetime


@dataclass(frozen=True)
class Sent:
    """Taken by the platform. `ids` are its message ids, where it names them."""

    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """Will never be taken like this. `token_dead`: only because the reply token is no good; nothing was delivered."""

    reason: str
    token_dead: bool = False
    unreachable: bool = False


@dataclass(frozen=True)
class TryAgain:
    """Not now. `unsure`: it may have been delivered all the same.

    `scope` says whom the trouble concerns: this message, all messages for a while ("rate"), all paid messages of the
    month ("quota"), or the whole channel until a person mends it ("channel").
    """

    reason: str
    unsure: bool = False
    scope: Literal["message", "rate", "quota", "channel"] = "message"


Outcome = Sent | Refused | TryAgain


class Headers(Protocol):
    """The headers of a request; names in any case."""

    def get(self, name: str, default: str, /) -> str: ...


class Channel(Protocol):
    """A platform. `at_once` messages go into one call; a reply token lives `token_life` from its event's arrival, a
    retry key `key_life` from its first use (both with a margin)."""

    name: str
    at_once: int
    token_life: timedelta
    key_life: timedelta

    def open(self, headers: Headers, body: bytes) -> list[Received]:
        """The events in a webhook request. Raises NotGenuine; reads nothing beyond the envelope."""

    def read(self, payload: str, arrived_at: datetime) -> Reading:
        """One event in our words. Never raises for what a platform may add. `arrived_at` is our own clock's time, and
        bounds what the platform says of it."""

    def fetch(self, media: Media) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes that an event mentions, as they come. Raises Gone or NotYet."""

    def send(self, to: str, messages: Sequence[Message], *, token: str | None, key: str) -> Outcome:
        """Reply with `token`, or push without one. `key` makes a second push harmless. Never raises."""

    def leave(self, chat: Chat) -> Outcome:
        """Leave a group or room. Never raises."""

    def warm_up(self) -> None:
        """Load what sending needs, so that the first citizen does not wait for it."""
