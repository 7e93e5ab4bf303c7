"""What a citizen can do, in words of no platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True)
class FileRef:
    """A file that is already kept: `sha256` of its bytes, what the bytes are, how many, and what the sender called it.

    `kind` is found from the content (image/jpeg, application/pdf, …), never taken from the name.
    `message_id` is the platform's id of the message that brought it (an unsent message is found by it); `paper` the key
    of the paper it is a page of, "" if it is simply attached.
    """

    sha256: str
    kind: str
    size: int
    name: str = ""
    message_id: str = ""
    paper: str = ""


@dataclass(frozen=True)
class Album:
    """A set of pictures sent at once; `index` counts from 1. The order of arrival is undefined (LINE, "Image")."""

    id: str
    index: int
    total: int


Trouble = Literal[
    "too_large", "archive", "video", "audio", "program", "protected", "empty", "gone", "unknown_kind",
    "macros", "office_document", "web_page", "unreadable", "too_heavy", "infected", "unexamined",
    "unkept",
]  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """Text. `early` means it was sent before our last question had reached the citizen."""

    text: str
    at: datetime
    message_id: str = ""
    early: bool = False


@dataclass(frozen=True)
class Pressed:
    """A button of ours; `value` is the stamp we put on it."""

    value: str
    at: datetime


@dataclass(frozen=True)
class SentFile:
    """A picture or file, kept already. `hint`: what may make it hard to read, should it be a paper (B32)."""

    file: FileRef
    at: datetime
    album: Album | None = None
    hint: str = ""


@dataclass(frozen=True)
class Uploaded:
    """A file that came by the upload page (ไฟล์ใหญ่), kept already, for the draft or case that its link was made for;
    `file.paper` if it was for one paper of a case. `more`: others stood in line behind it. `trouble`: why the office
    could not use it, found out when nobody looked at the page any more; then nothing of it is kept. `hint`: of a
    paper, what may make it hard to read."""

    file: FileRef
    draft: str
    at: datetime
    more: bool = False
    trouble: Trouble | None = None
    hint: str = ""


@dataclass(frozen=True)
class SentUnusable:
    """A file that we could not or would not keep, and why; `name` as the sender called it, `size` in bytes if known."""

    trouble: Trouble
    at: datetime
    name: str = ""
    size: int | None = None
    limit: int | None = None


@dataclass(frozen=True)
class SentPlace:
    """A point on the map (WGS84 degrees), with what the platform says of it."""

    latitude: float
    longitude: float
    at: datetime
    title: str = ""
    address: str = ""


@dataclass(frozen=True)
class SentSticker:
    """A sticker, or something else that says hello but answers nothing."""

    at: datetime


@dataclass(frozen=True)
class Followed:
    """Began or resumed the chat. `again`: the chat was there already, or the citizen had blocked us before. `reference`
    is what the link says that brought them here."""

    at: datetime
    again: bool = False
    reference: str = ""


@dataclass(frozen=True)
class Unsent:
    """Took back the message with this id."""

    message_id: str
    at: datetime


@dataclass(frozen=True)
class Edited:
    """Changed the text of a message sent before."""

    message_id: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Told:
    """The office's answer to an effect of ours (`key` names the effect); plain JSON values only."""

    key: str
    value: dict[str, Any] | None
    at: datetime


Event = (
    Typed | Pressed | SentFile | Uploaded | SentUnusable | SentPlace | SentSticker | Followed | Unsent | Edited | Told
)
