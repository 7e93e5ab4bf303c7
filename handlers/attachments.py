"""Files that citizens send, in chat or by the upload page: capped while streaming, examined before anybody answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from bot.channel import Channel, Media, NotYet
from flows.events import FileRef, SentFile, SentUnusable, Trouble
from handlers.sweeping import sweep
from handlers.wiring import Wiring
from models import examinations
from models.files import Stored, TooLarge
from office.examination import RULES, NotExamined
from office.examined import Examined

#: The largest file taken in chat (B71: larger ones go by a link).
LARGEST = 20_000_000


def keep_attachment(wiring: Wiring, channel: Channel, media: Media, at: datetime) -> SentFile | SentUnusable:
    """The event that the attachment amounts to. Of what is refused nothing stays.

    Raises Gone or NotYet when the platform does not give it, NotYet also if it cannot be examined now, Unreachable if
    it cannot be kept now. No transaction may be open: this waits for the network.
    """
    if media.size is not None and media.size > LARGEST:
        return unusable("too_large", media, at)
    try:
        with channel.fetch(media) as chunks:
            stored = keep_usable(wiring, chunks, LARGEST)
    except TooLarge:
        return unusable("too_large", media, at)
    except NotExamined as error:
        raise NotYet("not examined") from error
    if not isinstance(stored, Stored):
        return unusable(stored, media, at)
    return SentFile(_reference(stored, media), at, media.album)


def keep_usable(wiring: Wiring, chunks: Iterable[bytes], at_most: int) -> Stored | Trouble:
    """The bytes, kept if the office can use them, else why it cannot: whatever citizens send is examined here, and of
    what is refused nothing stays. No transaction may be open. Raises TooLarge, NotExamined or Unreachable."""
    stored = wiring.files.keep(chunks, at_most)
    if reason := examined(wiring, stored).reason:
        sweep(wiring, stored.sha256)
        return reason
    return stored


def examined(wiring: Wiring, stored: Stored) -> Examined:
    """What these kept bytes are; looked at once, and again if they were refused (the machine may have been in trouble),
    could not be scanned then, or are signed and the operator's trust has changed. No transaction may be open."""
    with wiring.database.reading() as tx:
        facts = examinations.known(tx, stored.sha256, RULES)
    known = Examined.from_data(facts) if facts is not None else None
    if known is not None and wiring.examiner.would_say(known):
        return known
    now = wiring.now()
    seen = wiring.examiner.examine(wiring.files, stored.sha256, stored.kind, now)
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
