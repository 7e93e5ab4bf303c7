"""What people do with their phones, and what LINE tells the product of it.

Each act leaves a bubble in a chat and an event on its way. `at` plays the past: the event then carries that time.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import events
from sandbox.events import Event
from sandbox.platform import Platform
from sandbox.state import Content, Entry, Group, Person, State
from sandbox.webhooks import Postman

COLOURS = ("#5b8def", "#e07a5f", "#3d9970", "#b07aa1", "#d4a017", "#4e9aa8", "#c0567a", "#7a8b3c", "#8c6bb1", "#a0674b")
PREPARATION = 2.0  # seconds until a video or voice message can be fetched


@dataclass(frozen=True)
class Upload:
    """A file that somebody sends: `type` is what the content API will say it is."""

    data: bytes
    name: str = "photo.jpg"
    type: str = "image/jpeg"


class Acts:
    """The people's half of the world; `World` builds what it stands on."""

    state: State
    platform: Platform
    postman: Postman
    mode: str
    group_postback_has_user: bool
    _events: deque[Event]
    _held: list[Event] | None

    def now(self) -> datetime:
        raise NotImplementedError

    def add_person(self, name: str | None = None, *, follow: bool = True, at: datetime | None = None) -> Person:
        """Somebody new with a phone; with `follow` they add the office's account, and a follow event goes out."""
        with self.state.lock:
            count = len(self.state.people)
            person = Person(new_id("U"), name or f"ผู้ใช้ {count + 1}", COLOURS[count % len(COLOURS)])
            self.state.save_person(person)
        if follow:
            self.follow(person.id, at=at)
        return person

    def add_group(self, name: str, members: Iterable[str], *, invite_bot: bool = True) -> Group:
        group = Group(new_id("C"), name, list(members))
        self.state.save_group(group)
        if invite_bot:
            self.invite_bot(group.id)
        return group

    def follow(self, user: str, *, at: datetime | None = None) -> None:
        with self.state.lock:
            person = self.state.people[user]
            unblocked, person.blocked, person.follows = person.blocked, False, True
            self.state.save_person(person)
            self._note(user, "ปลดบล็อกบัญชีของหน่วยงาน" if unblocked else "เพิ่มบัญชีของหน่วยงานเป็นเพื่อน", at)
        self._occur("follow", user, user, at, follow={"isUnblocked": unblocked})

    def unfollow(self, user: str, *, at: datetime | None = None) -> None:
        """They block the office: it is told so, and what it pushes from now on does not arrive."""
        with self.state.lock:
            person = self.state.people[user]
            person.blocked = True
            self.state.save_person(person)
            self._note(user, "บล็อกบัญชีของหน่วยงาน", at)
        self._occur("unfollow", user, user, at, token=False)

    def say(
        self, user: str, text: str, *, chat: str | None = None, at: datetime | None = None, quoting: str | None = None
    ) -> Entry:
        """Type `text`, in the one-to-one chat or in the group `chat`; `quoting` is the id of a message there."""
        extra = {"quotedMessageId": quoting} if quoting else {}
        return self._write(user, chat, at, {"type": "text", "text": text, **extra})

    def send_files(
        self,
        user: str,
        files: Sequence[Upload],
        kind: str = "image",
        *,
        chat: str | None = None,
        at: datetime | None = None,
    ) -> list[Entry]:
        """Send files at once; several images are one set (LINE, "Image"). `kind`: image, video, audio or file."""
        album = secrets.token_hex(32).upper() if kind == "image" and len(files) > 1 else ""
        sent = []
        for index, upload in enumerate(files, 1):
            message: dict[str, Any] = {"type": kind}
            if kind == "file":
                message |= {"fileName": upload.name, "fileSize": len(upload.data)}
            else:
                message["contentProvider"] = {"type": "line"}
            if kind in ("video", "audio"):
                message["duration"] = 5000
            if album:
                message["imageSet"] = {"id": album, "index": index, "total": len(files)}
            sent.append(self._write(user, chat, at, message, upload))
        return sent

    def send_place(
        self,
        user: str,
        latitude: float,
        longitude: float,
        *,
        title: str = "",
        address: str = "",
        chat: str | None = None,
        at: datetime | None = None,
    ) -> Entry:
        message = {"type": "location", "title": title, "address": address, "latitude": latitude, "longitude": longitude}
        return self._write(user, chat, at, {key: value for key, value in message.items() if value != ""})

    def send_sticker(self, user: str, *, chat: str | None = None, at: datetime | None = None) -> Entry:
        sticker = {"packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC", "keywords": ["ok", "hi"]}
        return self._write(user, chat, at, {"type": "sticker", **sticker})

    def press(
        self,
        user: str,
        data: str,
        display_text: str | None = None,
        *,
        params: Mapping[str, str] | None = None,
        chat: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Tap a button with a postback action; its `displayText` shows as the person's own bubble."""
        if display_text:
            self._bubble(user, chat or user, at, {"type": "text", "text": display_text})
        named = user if self.group_postback_has_user else None
        postback = {"data": data, **({"params": dict(params)} if params else {})}
        self._occur("postback", chat or user, named, at, postback=postback)

    def tap(self, user: str, action: Mapping[str, Any], *, chat: str | None = None, at: datetime | None = None) -> bool:
        """Tap a button of a message or quick reply by its action object, as a phone would.

        False for actions that only open something on the phone (uri, camera, cameraRoll, location, clipboard).
        """
        match action["type"]:
            case "message":
                self.say(user, action["text"], chat=chat, at=at)
            case "postback":
                self.press(user, action["data"], action.get("displayText") or action.get("text"), chat=chat, at=at)
            case "datetimepicker":
                day = action.get("initial") or f"{self.now():%Y-%m-%d}"
                self.press(user, action["data"], params={action["mode"]: day}, chat=chat, at=at)
            case _:
                return False
        return True

    def edit(self, user: str, message_id: str, text: str, *, at: datetime | None = None) -> None:
        """Change the words of a message of theirs: same id, new tokens (LINE, "Edit event"; today in groups only)."""
        with self.state.lock:
            entry = self._own(user, message_id)
            quote = self.state.quotable(entry.chat)
            edited = {"id": message_id, "type": "text", "quoteToken": quote, "text": text}
            entry.message = {**entry.message, "text": text}
            self.state.save_entry(entry)
        self._occur("messageEdited", entry.chat, user, at, message=edited)

    def unsend(self, user: str, message_id: str, *, at: datetime | None = None) -> None:
        """Take back a message of theirs; its content is gone (410)."""
        with self.state.lock:
            entry = self._own(user, message_id)
            entry.unsent = True
            entry.message = {"type": entry.message["type"], "id": message_id}
            self.state.save_entry(entry)
            self.set_fate(message_id, "unsent")
        self._occur("unsend", entry.chat, user, at, token=False, unsend={"messageId": message_id})

    def invite_bot(self, group: str) -> None:
        self._bot_in(group, present=True)
        self._occur("join", group, None, None)

    def remove_bot(self, group: str) -> None:
        """A member removes the bot: a leave event goes out."""
        self._bot_in(group, present=False)
        self._occur("leave", group, None, None, token=False)

    def leave(self, group: str) -> None:
        """The bot leaves by itself."""
        self._bot_in(group, present=False)
        self._occur("leave", group, None, None, token=False)

    def add_member(self, group: str, user: str) -> None:
        with self.state.lock:
            self.state.groups[group].members.append(user)
            self.state.save_group(self.state.groups[group])
        members = [{"type": "user", "userId": user}]
        self._occur("memberJoined", group, None, None, joined={"members": members})

    def remove_member(self, group: str, user: str) -> None:
        with self.state.lock:
            self.state.groups[group].members.remove(user)
            self.state.save_group(self.state.groups[group])
        members = [{"type": "user", "userId": user}]
        self._occur("memberLeft", group, None, None, token=False, left={"members": members})

    def invite_desk(self, code: str) -> None:
        """A member of the first group that has the bot types the code that makes it the staff's desk."""
        group = next(group for group in self.state.groups.values() if group.has_bot)
        self.say(group.members[0], f"เปิดใช้ {code}", chat=group.id)

    def _write(
        self, user: str, chat: str | None, at: datetime | None, message: dict[str, Any], upload: Upload | None = None
    ) -> Entry:
        """A message event: bubble, content, webhook."""
        place = chat or user
        entry = self._bubble(user, place, at, message, upload)
        self._occur("message", place, user, at, message=entry.message)
        return entry

    def _bubble(
        self, user: str, chat: str, at: datetime | None, message: dict[str, Any], upload: Upload | None = None
    ) -> Entry:
        when = at or self.now()
        with self.state.lock:
            if chat in self.state.groups and user not in self.state.groups[chat].members:
                raise KeyError(user)
            message_id = self.state.new_id(self.now())
            message = {"id": message_id, **message}
            quote = ""
            if message["type"] in ("text", "image", "video", "sticker"):
                quote = message["quoteToken"] = self.state.quotable(chat)
            message["markAsReadToken"] = events.opaque()
            self.state.others["read_token"][message["markAsReadToken"]] = message_id
            if upload:
                self._keep_content(message, upload)
            entry = Entry(message_id, chat, when.isoformat(), "person", user, message, quote_token=quote)
            self.state.people[user].wrote = max(self.state.people[user].wrote, self.now().timestamp())
            self.state.save_entry(entry)
            self.state.save_person(self.state.people[user])
            return entry

    def _own(self, user: str, message_id: str) -> Entry:
        """A bubble of theirs that still stands; KeyError if there is none."""
        entry = self.state.entry(message_id)
        if entry is None or entry.who != user or entry.unsent:
            raise KeyError(message_id)
        return entry

    def _keep_content(self, message: Mapping[str, Any], upload: Upload) -> None:
        wait = PREPARATION if message["type"] in ("video", "audio") else 0
        ready = self.now().timestamp() + wait
        content = Content(message["id"], message["type"], upload.type, upload.name, ready)
        self.state.save_content(content, upload.data)

    def _occur(
        self, kind: str, chat: str, user: str | None, at: datetime | None, *, token: bool = True, **body: Any
    ) -> None:
        now = self.now()
        group = self.state.groups.get(chat)
        source = events.from_group(chat, user) if group else events.from_user(chat)
        with self.state.lock:
            if group and not group.has_bot and kind != "leave":
                return  # a group without the bot is nobody's business
            reply_token = self.platform.tokens.issue(chat, now, at or now) if token else None
            event = events.event(kind, source, at or now, token=reply_token, mode=self.mode, **body)
            self._events.append(event)
            if self._held is not None:
                self._held.append(event)
                return
            self.postman.post(chat, [event])

    def _note(self, chat: str, text: str, at: datetime | None) -> None:
        when = (at or self.now()).isoformat()
        entry = Entry(self.state.new_id(self.now()), chat, when, "note", "", {"type": "note", "text": text})
        self.state.save_entry(entry)

    def _bot_in(self, group: str, *, present: bool) -> None:
        with self.state.lock:
            self.state.groups[group].has_bot = present
            self.state.save_group(self.state.groups[group])
            self._note(group, "บอตเข้าร่วมกลุ่ม" if present else "บอตออกจากกลุ่ม", None)

    def set_fate(self, message_id: str, fate: Any) -> None:
        if content := self.state.contents.get(message_id):
            content.fate = fate
            self.state.save_content(content)


def new_id(letter: str) -> str:
    """A user id (U…) or group id (C…)."""
    return letter + secrets.token_hex(16)
