"""What people do on Messenger, and what Meta tells the product of it.

Each act leaves a bubble in the thread and an entry on its way. `at` plays the past: the item then carries that time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.acts import COLOURS, Upload
from sandbox.events import milliseconds
from sandbox.messenger.events import Item
from sandbox.messenger.people import Account, Accounts, Media
from sandbox.messenger.platform import MetaPlatform, new_mid
from sandbox.messenger.profile import Profile
from sandbox.state import Content, Entry, State

INBOX_APP = 26390203743090  # the app behind Meta's own Page Inbox: people of the page write with it
EDITS = 5  # of one message
STICKER = 369239263222822  # the blue thumb

Json = dict[str, Any]


class MetaActs:
    """The people's half of Messenger; `Meta` builds what it stands on."""

    state: State
    accounts: Accounts
    media: Media
    profile: Profile
    platform: MetaPlatform
    page_id: str

    def now(self) -> datetime:
        raise NotImplementedError

    def _occur(self, psid: str, item: Item, at: datetime | None = None) -> None:
        raise NotImplementedError

    def add_person(
        self, name: str | None = None, *, line: str = "", start: bool = True, ref: str = "", at: datetime | None = None
    ) -> Account:
        """Somebody who opens the page's thread. `line`: the LINE user id of the same person, whose name they have.

        With `start` they tap Get Started, which the product hears of only if it has set that button; `ref` is that of
        the m.me link by which they came.
        """
        with self.state.lock:
            count = len(self.accounts)
            person = self.state.people.get(line)
            shown = name or (person.name if person else f"ผู้ใช้ {count + 1}")
            colour = person.colour if person else COLOURS[count % len(COLOURS)]
            account = self.accounts.add(shown, colour, line)
        if start and self.profile.get_started:
            referral = _referral(ref) if ref else None
            self.press(account.id, self.profile.get_started, "เริ่มต้นใช้งาน", referral=referral, at=at)
        elif ref:
            self.refer(account.id, ref, at=at)
        return account

    def say(self, psid: str, text: str, *, reply_to: str = "", at: datetime | None = None) -> Entry:
        """Type `text`; `reply_to` is the mid of the message it answers."""
        return self._write(psid, {"text": text, **({"reply_to": {"mid": reply_to}} if reply_to else {})}, at)

    def send_files(
        self, psid: str, files: Sequence[Upload], kind: str = "image", *, at: datetime | None = None
    ) -> list[Entry]:
        """Send files at once: several images are one message with several attachments, other files one message each."""
        if kind == "image":
            return [self._attach(psid, files, kind, at)]
        return [self._attach(psid, [upload], kind, at) for upload in files]

    def send_place(
        self, psid: str, latitude: float, longitude: float, *, title: str = "", at: datetime | None = None
    ) -> Entry:
        where = {"coordinates": {"lat": latitude, "long": longitude}}
        place = {"type": "location", "title": title or "Pinned Location", "payload": where}
        return self._write(psid, {"attachments": [place]}, at)

    def send_sticker(self, psid: str, *, at: datetime | None = None) -> Entry:
        """A sticker as of 2026-08-30: type `sticker`, no `image` beside it."""
        url = "https://scontent.xx.fbcdn.net/v/t39.1997-6/sticker.png"
        payload = {"url": url, "sticker_id": STICKER}
        return self._write(psid, {"attachments": [{"type": "sticker", "payload": payload}]}, at)

    def share(self, psid: str, url: str, *, at: datetime | None = None) -> Entry:
        """A link whose preview Messenger makes: a `fallback` attachment without payload."""
        fallback = {"type": "fallback", "title": url, "url": url, "payload": None}
        return self._write(psid, {"text": url, "attachments": [fallback]}, at)

    def tap(self, psid: str, button: Mapping[str, Any], *, at: datetime | None = None) -> bool:
        """Tap a quick reply or a button by its own JSON. False for what only opens something on the telephone."""
        if button.get("content_type") == "text":
            quick = {"text": button["title"], "quick_reply": {"payload": button["payload"]}}
            self._write(psid, quick, at)
        elif button.get("type") == "postback":
            self.press(psid, button["payload"], button["title"], at=at)
        else:
            return False
        return True

    def press(
        self,
        psid: str,
        payload: str,
        title: str = "",
        *,
        with_mid: bool = True,
        referral: Mapping[str, str] | None = None,
        at: datetime | None = None,
    ) -> None:
        """Tap a postback button; its title shows as the person's own bubble. Older webhooks had no `mid`."""
        entry = self._bubble(psid, {"mid": new_mid(), "text": title or payload}, at)
        postback: Json = {"title": title or payload, "payload": payload}
        if with_mid:
            postback["mid"] = entry.id
        if referral:
            postback["referral"] = dict(referral)
        self._occur(psid, {"postback": postback}, at)

    def refer(self, psid: str, ref: str, *, at: datetime | None = None) -> None:
        """Click a link m.me/PAGE?ref=REF in a thread that exists: it opens the 24 hours anew."""
        self._touch(psid, at)
        self._note(psid, f"เปิดลิงก์ m.me ({ref})", at)
        self._occur(psid, {"referral": _referral(ref)}, at)

    def edit(self, psid: str, mid: str, text: str, *, at: datetime | None = None) -> None:
        """Change the words of a message of theirs, at most five times. KeyError if it is not theirs."""
        with self.state.lock:
            entry = self._own(psid, mid)
            count = int(entry.message.get("num_edit", 0)) + 1
            if count > EDITS:
                raise ValueError("a message can be edited five times")
            entry.message = {**entry.message, "text": text, "num_edit": count}
            self.state.save_entry(entry)
        self._occur(psid, {"message_edit": {"mid": mid, "text": text, "num_edit": count}}, at)

    def react(self, psid: str, mid: str, reaction: str = "love", emoji: str = "❤", *, undo: bool = False) -> None:
        """Set or take back a reaction under any message of the thread."""
        action = {"action": "unreact"} if undo else {"action": "react", "reaction": reaction, "emoji": emoji}
        self._occur(psid, {"reaction": {"mid": mid, **action}})

    def receive(self, psid: str, *, mids: Sequence[str] | None = None) -> None:
        """Their telephone tells that messages arrived; `mids` None leaves them out, as Meta sometimes does."""
        named = {} if mids is None else {"mids": list(mids)}
        self._occur(psid, {"delivery": {**named, "watermark": milliseconds(self.now())}})

    def read(self, psid: str) -> None:
        """They have read all until now."""
        self._occur(psid, {"read": {"watermark": milliseconds(self.now())}})

    def block(self, psid: str, *, blocked: bool = True) -> None:
        """They block the page, or no longer: nobody is told, but sends to them are refused."""
        account = self.accounts[psid]
        account.blocked = blocked
        self.accounts.save(account)
        self._note(psid, "บล็อกเพจของหน่วยงาน" if blocked else "ปลดบล็อกเพจของหน่วยงาน", None)

    def vanish(self, psid: str) -> None:
        """They delete their account: "No matching user found" from now on."""
        account = self.accounts[psid]
        account.gone = True
        self.accounts.save(account)

    def office_writes(self, psid: str, text: str) -> Entry:
        """A person of the office answers by Meta's own inbox: the product hears it as an echo of another app."""
        entry = Entry(new_mid(), psid, self.now().isoformat(), "office", "human", {"text": text})
        self.state.save_entry(entry)
        self._echo(entry, INBOX_APP)
        return entry

    def _echo(self, entry: Entry, app_id: int) -> None:
        """What the page has sent comes back to the webhook: sender and recipient change places."""
        sent = entry.message
        message: Json = {"mid": entry.id, "is_echo": True, "app_id": app_id}
        message |= {key: sent[key] for key in ("text", "metadata") if key in sent}
        if attachment := sent.get("attachment"):
            message["attachments"] = [attachment]
        parties = {"sender": {"id": self.page_id}, "recipient": {"id": entry.chat}}
        self._occur(entry.chat, {**parties, "message": message})

    def _attach(self, psid: str, files: Sequence[Upload], kind: str, at: datetime | None) -> Entry:
        mid = new_mid()
        attachments = []
        for index, upload in enumerate(files):
            content = Content(f"{mid}.{index}", kind, upload.type, upload.name)
            url = self.media.keep(content, upload.data)
            attachments.append({"type": kind, "payload": {"url": url}})
        return self._write(psid, {"mid": mid, "attachments": attachments}, at)

    def _write(self, psid: str, message: Json, at: datetime | None) -> Entry:
        entry = self._bubble(psid, {"mid": message.get("mid") or new_mid(), **message}, at)
        self._occur(psid, {"message": entry.message}, at)
        return entry

    def _bubble(self, psid: str, message: Json, at: datetime | None) -> Entry:
        with self.state.lock:
            self._touch(psid, at)
            when = (at or self.now()).isoformat()
            entry = Entry(message["mid"], psid, when, "person", psid, message)
            self.state.save_entry(entry)
            return entry

    def _touch(self, psid: str, at: datetime | None) -> None:
        """The 24 hours begin anew."""
        account = self.accounts[psid]
        account.wrote = max(account.wrote, (at or self.now()).timestamp())
        self.accounts.save(account)

    def _own(self, psid: str, mid: str) -> Entry:
        entry = self.state.entry(mid)
        if entry is None or entry.who != psid or "text" not in entry.message:
            raise KeyError(mid)
        return entry

    def _note(self, psid: str, text: str, at: datetime | None) -> None:
        when = (at or self.now()).isoformat()
        note = {"type": "note", "text": text}
        self.state.save_entry(Entry(self.state.new_id(self.now()), psid, when, "note", "", note))


def _referral(ref: str) -> Json:
    return {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}
