"""What every platform must do for us, in words of no platform.

A message goes out by a *free way* while there is one: a reply token (one answer to one event) or a window (anything,
for a while after somebody wrote). Else by a right that costs (LINE: a paid push) or is granted for some things only
(Messenger: HUMAN_AGENT, a template). Where there is none, it is held until the person writes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, runtime_checkable

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
    """Content that an event mentions, by the platform's `reference`. `size` in bytes, if the platform says; `name` as
    the sender called it; `message_id`, if that is not the reference itself."""

    reference: str
    what: Literal["image", "file", "video", "audio"]
    name: str = ""
    size: int | None = None
    album: Album | None = None
    message_id: str = ""


@dataclass(frozen=True)
class Echo:
    """The platform's word that it took call `part` (from 1) of the `of` calls that the attempt under `key` needs."""

    key: str
    part: int
    of: int


Sign = Literal["", "joined", "left", "blocked", "officer"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An event, read. `chat` is None if nobody can be answered; `speaker` is the person, also within a group.

    At most one of `event`, `media` (fetch it to have the event), `echo` and `sign` (the bot joined or left a group, a
    citizen blocked us, an officer wrote in this chat by the platform's own means) is set; none: there is nothing to
    answer. `token` replies to this event, once; until `window_until` anything may be said here for nothing.
    """

    chat: Chat | None
    speaker: str | None = None
    token: str | None = None
    event: Event | None = None
    media: Media | None = None
    echo: Echo | None = None
    sign: Sign = ""
    window_until: datetime | None = None
    at: datetime


@dataclass(frozen=True)
class Permit:
    """By which right something may be said now without a reply token; `right` is what the platform calls it."""

    right: str = ""
    free: bool = False


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
    """Not now. `unsure`: it may have been delivered all the same. `taken`: so many of its calls were, for certain.

    `scope` says whom the trouble concerns: this message, this person until they write ("window"), all messages for a
    while ("rate"), all paid messages of the month ("quota"), or the whole channel until a person mends it ("channel").
    """

    reason: str
    unsure: bool = False
    scope: Literal["message", "window", "rate", "quota", "channel"] = "message"
    taken: int = 0


Outcome = Sent | Refused | TryAgain


class Headers(Protocol):
    """The headers of a request; names in any case."""

    def get(self, name: str, default: str, /) -> str: ...


class Channel(Protocol):
    """A platform. `at_once` messages go together; a reply token lives `token_life` from its event's arrival (with a
    margin). What may have been delivered is tried again no sooner than `unsure_pause` (an echo would have come by then)
    and no later than `key_life` after the first attempt. `tells_unreachable`: it says when nobody can be reached, so
    that what it takes proves the contrary. `title`: what people call it."""

    name: str
    title: str
    at_once: int
    token_life: timedelta
    key_life: timedelta
    unsure_pause: timedelta
    tells_unreachable: bool

    def shake_hands(self, query: Mapping[str, str]) -> str:
        """The answer to the platform's trial request at our door. Raises NotGenuine."""

    def open(self, headers: Headers, body: bytes) -> list[Received]:
        """The events in a webhook request. Raises NotGenuine; reads nothing beyond the envelope."""

    def read(self, payload: str, arrived_at: datetime) -> Reading:
        """One event in our words. Never raises for what a platform may add. `arrived_at` is our own clock's time, and
        bounds what the platform says of it."""

    def fetch(self, media: Media) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes that an event mentions, as they come. Raises Gone or NotYet."""

    def permit(self, purpose: str, window_until: datetime | None, now: datetime) -> Permit | None:
        """By which right a message without a reply token may go out now; None: not before the person writes again."""

    def link_back(self, reference: str) -> str:
        """A web address whose click opens this chat, and its window, again; "" where no window ever closes."""

    def send(
        self, to: str, messages: Sequence[Message], *, token: str | None, key: str, right: str = "", taken: int = 0
    ) -> Outcome:
        """Reply with `token`, or go by the `right` of a permit. `key` marks every attempt, so that a second one does no
        harm; of the calls it needs, `taken` were taken at an earlier one. Never raises."""

    def leave(self, chat: Chat) -> Outcome:
        """Leave a group or room. Never raises."""

    def warm_up(self) -> None:
        """Load what sending needs, so that the first citizen does not wait for it."""


@runtime_checkable
class ShowsWaiting(Channel, Protocol):
    """A platform on which a person can see that an answer is being prepared."""

    def show_waiting(self, chat: Chat) -> bool:
        """Show it to this person till the next message, or half a minute. False if the platform takes it for nobody
        now; never raises."""
