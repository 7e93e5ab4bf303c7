"""What there is in the invented world: people, groups, chats and the files in them. Kept on disk if asked to.

Every change goes through here and raises `rev`, by which the page knows that there is something new. One lock guards
all of it; nothing that waits is done inside.
"""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from sandbox.events import milliseconds, opaque
from sandbox.keeping import Keep

_MEDIA = re.compile(r"/media/([^/]+)/[^/]+\?oe=")

Side = Literal["person", "office", "note"]


@dataclass
class Person:
    """A LINE user. `wrote`: when they last wrote to the office themselves (seconds since 1970)."""

    id: str
    name: str
    colour: str
    follows: bool = False
    blocked: bool = False
    wrote: float = 0.0


@dataclass
class Group:
    id: str
    name: str
    members: list[str] = field(default_factory=list)
    has_bot: bool = False


@dataclass
class Entry:
    """One bubble of a chat. `message` is the platform's own JSON: of the webhook, or as the product sent it.

    `via` of what the office sent: by LINE, or Messenger's `messaging_type`.
    """

    id: str
    chat: str
    at: str
    side: Side
    who: str
    message: dict[str, Any]
    via: Literal["reply", "push", "RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY", ""] = ""
    billed: int = 0
    unsent: bool = False
    quote_token: str = ""


@dataclass
class Content:
    """The bytes behind a message. `ready` (seconds since 1970): until then the platform answers 202."""

    id: str
    kind: str
    type: str
    name: str = ""
    ready: float = 0.0
    fate: Literal["kept", "unsent", "expired", "failed"] = "kept"


class State:
    def __init__(self, started: datetime, keep: Keep | None = None) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.rev = self._begun = milliseconds(started)  # never one that a page has seen before a restart
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.chats: defaultdict[str, list[Entry]] = defaultdict(list)
        self.contents: dict[str, Content] = {}
        self.bytes: dict[str, bytes] = {}
        self.typing: dict[str, datetime] = {}
        self.quotes: dict[str, str] = {}
        self.others: dict[str, dict[str, Any]] = defaultdict(dict)
        self._entries: dict[str, Entry] = {}
        self._drawn: dict[str, str] = {}
        self._changed: dict[str, int] = {}  # chat -> the `rev` of its last change
        self._ids = 0
        self._keep = keep
        for kind, key, value in keep.load() if keep else ():
            self._restore(kind, key, value)

    @property
    def keeps(self) -> bool:
        """Whether what is saved survives a restart."""
        return self._keep is not None

    def touch(self) -> None:
        with self.changed:
            self.rev += 1
            self.changed.notify_all()

    def new_id(self, now: datetime) -> str:
        """A message id as LINE's look: 18 digits."""
        with self.lock:
            self._ids += 1
            return f"{milliseconds(now):013d}{self._ids % 100_000:05d}"

    def save_person(self, person: Person) -> None:
        self.people[person.id] = person
        self._put("person", person.id, asdict(person))

    def save_group(self, group: Group) -> None:
        self.groups[group.id] = group
        self._put("group", group.id, asdict(group))

    def save_entry(self, entry: Entry) -> None:
        """Put a new entry at the end of its chat, or keep a change of one."""
        if entry.id not in self._entries:
            self._append(entry)
        self._drawn.pop(entry.chat, None)
        self._put("entry", entry.id, asdict(entry))
        self._changed[entry.chat] = self.rev

    def save_content(self, content: Content, data: bytes | None = None) -> None:
        self.contents[content.id] = content
        self._put("content", content.id, asdict(content))
        if data is not None:
            self.bytes[content.id] = data
            self._put("bytes", content.id, data)

    def save_other(self, kind: str, key: str, value: Any) -> None:
        """Anything else to be kept under a kind: quota, retry keys, rich menus. Found again in `others[kind][key]`."""
        self.others[kind][key] = value
        self._put(kind, key, value)

    def entry(self, message_id: str) -> Entry | None:
        return self._entries.get(message_id)

    def quotable(self, chat: str) -> str:
        """A new quote token: it quotes in this chat only."""
        token = opaque()
        self.quotes[token] = chat
        return token

    def drawn_chats(self, now: datetime, since: int | None) -> str:
        """The `chats` object of the page's state, as JSON: those changed after `since`; all of them if it is None or
        older than this world. What did not change is not encoded again."""
        with self.lock:
            known = since if since is not None and since >= self._begun else None
            everyone = (*self.people, *self.groups, *self.others["messenger"])
            names = [name for name in everyone if known is None or self._is_new(name, known)]
            return "{" + ",".join(f'"{name}":{self._chat(name, now)}' for name in names) + "}"

    def _is_new(self, name: str, since: int) -> bool:
        return self._changed.get(name, self.rev) > since or name in self.typing

    def _chat(self, name: str, now: datetime) -> str:
        if name not in self._drawn:
            self._drawn[name] = json.dumps([_shown(entry) for entry in self.chats[name]], ensure_ascii=False)
        unread = 0
        for entry in reversed(self.chats[name]):
            if entry.side == "person":
                break
            unread += entry.side == "office"
        typing = "true" if name in self.typing and self.typing[name] > now else "false"
        return f'{{"unread":{unread},"typing":{typing},"entries":{self._drawn[name]}}}'

    def _append(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        self.chats[entry.chat].append(entry)
        if entry.quote_token:
            self.quotes[entry.quote_token] = entry.chat

    def _put(self, kind: str, key: str, value: Any) -> None:
        if self._keep:
            self._keep.put(kind, key, value)
        self.touch()

    def _restore(self, kind: str, key: str, value: Any) -> None:
        match kind:
            case "person":
                self.people[key] = Person(**value)
            case "group":
                self.groups[key] = Group(**value)
            case "entry":
                self._append(Entry(**value))
            case "content":
                self.contents[key] = Content(**value)
            case "bytes":
                self.bytes[key] = value
            case _:
                self.others[kind][key] = value


def _shown(entry: Entry) -> dict[str, Any]:
    shown = asdict(entry)
    del shown["chat"], shown["quote_token"]
    if entry.message.get("type") in ("image", "video", "audio", "file") and entry.side == "person":
        shown["message"] = {**entry.message, "url": f"/sandbox/content/{entry.id}"}
    if links := _MEDIA.findall(json.dumps([entry.message.get("attachments"), entry.message.get("attachment")])):
        shown["media"] = [f"/sandbox/content/{name}" for name in links]  # Messenger's own links die
    return shown
