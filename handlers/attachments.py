"""Files that citizens send, in chat or by the upload page: capped while streaming, examined before anybody answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from bot.channel import Channel, Media
from flows.events import FileRef, SentFile, SentUnusable, Trouble
from handlers import outage
from handlers.sweeping import sweep_later
from handlers.wiring import Wiring
from models import examinations
from models.files import Stored, TooLarge
from office.examination import RULES
from office.examined import Examined

#: The largest file taken in chat (B71: larger ones go by a link).
LARGEST = 20_000_000


@dataclass(frozen=True)
class Usable:
    """Bytes that were kept; `hint`: what may make them hard to read, should they be a paper (B32)."""

    stored: Stored
    hint: str


def keep_attachment(wiring: Wiring, channel: Channel, media: Media, at: datetime) -> SentFile | SentUnusable:
    """The event that the attachment amounts to. What is refused goes.

    Raises Gone or NotYet when the platform does not give it, NotExamined if it cannot be examined now, Unreachable if
    it cannot be kept now. No transaction may be open: this waits for the network.
    """
    if media.size is not None and media.size > LARGEST:
        return unusable("too_large", media, at)
    try:
        with channel.fetch(media) as chunks:
            kept = keep_usable(wiring, chunks, LARGEST)
    except TooLarge:
        return unusable("too_large", media, at)
    if not isinstance(kept, Usable):
        return unusable(kept, media, at)
    return SentFile(_reference(kept.stored, media), at, media.album, kept.hint)


def keep_usable(wiring: Wiring, chunks: Iterable[bytes], at_most: int, *, leave_one: bool = False) -> Usable | Trouble:
    """The bytes, kept if the office can use them, else why it cannot: whatever citizens send is examined here, and what
    is refused goes, unless somebody else's same bytes are accepted meanwhile. `leave_one`: a seat, to the chat. No
    transaction may be open. Raises TooLarge, NotExamined, Crowded or Unreachable."""
    stored = wiring.files.keep(chunks, at_most)
    seen = examined(wiring, stored, leave_one=leave_one)
    outage.over(wiring)
    if seen.reason:
        with wiring.database.transaction() as tx:
            sweep_later(tx, stored.sha256, wiring.now())
        return seen.reason
    return Usable(stored, seen.hint())


def examined(wiring: Wiring, stored: Stored, *, leave_one: bool = False) -> Examined:
    """What these kept bytes are; looked at once, and again if they were refused (the machine may have been in
    trouble), could not be scanned then, or are signed and the trust has changed. No transaction may be open."""
    with wiring.database.reading() as tx:
        facts = examinations.known(tx, stored.sha256, RULES)
    known = Examined.from_data(facts) if facts is not None else None
    if known is not None and wiring.examiner.would_say(known):
        return known
    now = wiring.now()
    seen = wiring.examiner.examine(wiring.files, stored.sha256, stored.kind, now, leave_one=leave_one)
    if known is not None:
        seen = seen.after(known)
    if not seen.reason:
        with wiring.database.transaction() as tx:
            copies = (seen.clean, *seen.previews)
            examinations.note(tx, stored.sha256, seen.verdict, seen.to_data(), copies, rules=RULES, now=now)
    return seen


def unusable(trouble: Trouble, media: Media, at: datetime) -> SentUnusable:
    """What we cannot take, and what the flow says about it."""
    if trouble not in get_args(Trouble):
        raise ValueError(trouble)
    return SentUnusable(trouble, at, name=media.name, size=media.size, limit=LARGEST)


def _reference(stored: Stored, media: Media) -> FileRef:
    return FileRef(stored.sha256, stored.kind, stored.size, media.name, media.message_id or media.reference)
