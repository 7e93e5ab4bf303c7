"""Pictures and files that citizens send: fetched at once, capped while streaming, known by their content."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from bot.channel import Channel, Media
from flows.events import FileRef, SentFile, SentUnusable, Trouble
from models.files import FileStore, Stored, TooLarge

#: The largest file taken in chat (B71: larger ones go by a link).
LARGEST = 20_000_000
#: What an office can open: B31, and what phones make (HEIC, WebP).
TAKEN = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/webp", "image/heic",
        "application/pdf",
    }
)  # fmt: skip
_TROUBLES: dict[str, Trouble] = {
    "application/zip": "archive",
    "application/x-program": "program",
    "video/mp4": "video",
    "video/webm": "video",
    "audio/mp4": "audio",
    "audio/mpeg": "audio",
    "audio/ogg": "audio",
}


def keep_attachment(files: FileStore, channel: Channel, media: Media, at: datetime) -> SentFile | SentUnusable:
    """The event that the attachment amounts to; if it is usable, its bytes are kept.

    Raises Gone or NotYet when the platform does not give it. No transaction may be open: this waits for the network.
    """
    if media.size is not None and media.size > LARGEST:
        return unusable("too_large", media, at)
    try:
        with channel.fetch(media) as chunks:
            stored = files.keep(chunks, LARGEST)
    except TooLarge:
        return unusable("too_large", media, at)
    if stored.size == 0 or stored.kind not in TAKEN:
        files.drop(stored.sha256)  # nobody can have filed it: what is not taken never was
        return unusable("empty" if stored.size == 0 else _TROUBLES.get(stored.kind, "unknown_kind"), media, at)
    return SentFile(_reference(stored, media), at, media.album)


def unusable(trouble: Trouble, media: Media, at: datetime) -> SentUnusable:
    """What we cannot take, and what the flow says about it."""
    if trouble not in get_args(Trouble):
        raise ValueError(trouble)
    return SentUnusable(trouble, at, name=media.name, size=media.size, limit=LARGEST)


def _reference(stored: Stored, media: Media) -> FileRef:
    return FileRef(stored.sha256, stored.kind, stored.size, media.name, media.message_id or media.reference)
