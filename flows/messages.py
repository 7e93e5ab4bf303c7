"""What we can say, in words of no platform; each channel draws it in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

#: The topic of a note of all that came since the citizen last spoke: a newer note takes its place, anything else that
#: is said takes it along.
RECEIPT = "receipt"

ChoiceKind = Literal["press", "say", "place", "camera", "album", "link", "call"]


@dataclass(frozen=True)
class Choice:
    """A button. `press` returns `value` (a stamp, ≤ 300 characters); `say` posts `value` (or the label) as the person's
    own text; `place`, `camera` and `album` open the phone's map, camera or pictures; `link` opens `value`, `call` dials
    it. `label` has at most 20 UTF-16 units; of a longer one Messenger shows the beginning (LINE: of 20 graphemes).
    """

    label: str
    value: str = ""
    kind: ChoiceKind = "press"


@dataclass(frozen=True, kw_only=True)
class Message:
    """What all messages share.

    `must_arrive`: worth a paid push if the reply cannot carry it. `topic`: a passing remark; it waits `wait` seconds
    before it goes out, and the next thing said in the same conversation replaces it (so an album gets one answer; but
    a RECEIPT is replaced by the next receipt alone).
    """

    choices: tuple[Choice, ...] = ()
    must_arrive: bool = False
    topic: str = ""
    wait: float = 0.0


@dataclass(frozen=True)
class Say(Message):
    """Plain text; `choices` appear below it."""

    text: str


@dataclass(frozen=True)
class Card(Message):
    """A framed note: a title, lines of (name, value), a closing text, buttons inside the frame (`actions`).

    `tone` colours it: "plain", "good" (filed), "urgent" (emergency, overdue).
    """

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    text: str = ""
    actions: tuple[Choice, ...] = ()
    tone: Literal["plain", "good", "urgent"] = "plain"


@dataclass(frozen=True)
class Picture(Message):
    """An image by public https address; `alt` says in words what it shows. `file`, if we keep it, is its SHA-256: where
    a platform takes bytes, they are uploaded."""

    url: str
    preview_url: str
    alt: str
    file: str = ""


@dataclass(frozen=True)
class GiveFile(Message):
    """A paper to download, by link: LINE has no way to send a file."""

    url: str
    title: str


_KINDS: Mapping[str, type[Message]] = {"say": Say, "card": Card, "picture": Picture, "file": GiveFile}
_NAMES = {cls: name for name, cls in _KINDS.items()}


def to_data(message: Message) -> dict[str, Any]:
    """The message as JSON values, to be kept in the outbox."""
    return {"is": _NAMES[type(message)], **asdict(message)}


def from_data(data: Mapping[str, Any]) -> Message:
    """The message that `to_data` wrote; fields of a newer version are ignored."""
    cls = _KINDS[data["is"]]
    known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
    for name in ("choices", "actions"):
        if name in known:
            known[name] = tuple(Choice(**choice) for choice in known[name])
    if "lines" in known:
        known["lines"] = tuple((name, value) for name, value in known["lines"])
    return cls(**known)
