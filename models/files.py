"""Bytes by SHA-256: a folder. What a file is, its bytes say; the name it came with is only a name.

A file is written aside, flushed to disk and put in place in one step, so a crash leaves either the whole file or none,
and the same bytes are kept once.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from models.db import Id, Instant, Tx, metadata

#: Who brought which file; bytes that nobody brought or filed any more are swept.
uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("conversation_id", Id, nullable=False, index=True),
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("kept_at", Instant, nullable=False),
)

HEAD = 4096
ASIDE = ".new-"


class TooLarge(Exception):
    """ไฟล์ใหญ่เกินกำหนด: the bytes exceed the cap; nothing was kept."""


@dataclass(frozen=True)
class Stored:
    """`kind` is found from the content: image/jpeg, application/pdf, …, or application/octet-stream."""

    sha256: str
    kind: str
    size: int


class FileStore:
    """A folder of files named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, chunks: Iterable[bytes], at_most: int) -> Stored:
        """Keep these bytes. Raises TooLarge beyond `at_most` bytes; nothing stays behind then."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=ASIDE, delete=False) as file:
            aside = Path(file.name)
            try:
                digest, size, head = hashlib.sha256(), 0, b""
                for chunk in chunks:
                    size += len(chunk)
                    if size > at_most:
                        raise TooLarge  # noqa: TRY301 - what lies aside goes away the same way, whatever happens
                    digest.update(chunk)
                    head = head + chunk[: HEAD - len(head)] if len(head) < HEAD else head
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
                self._put_in_place(aside, digest.hexdigest())
            except BaseException:
                aside.unlink(missing_ok=True)
                raise
        return Stored(digest.hexdigest(), kind_of(head), size)

    def path(self, sha256: str) -> Path:
        """Where the bytes are. Raises ValueError if this is no SHA-256."""
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise ValueError("not a SHA-256")
        return self._folder / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises FileNotFoundError if they are not here."""
        return self.path(sha256).read_bytes()

    def kept_before(self, moment: float) -> Iterator[str]:
        """The digests of files that nobody has brought since this moment (seconds since 1970)."""
        for path in self._folder.glob("??/" + "?" * 64):
            if path.stat().st_mtime < moment:
                yield path.name

    def sweep_aside(self, older_than: float) -> None:
        """Remove what a crash left half written before this moment (seconds since 1970)."""
        for aside in self._folder.glob(f"{ASIDE}*"):
            if aside.stat().st_mtime < older_than:
                aside.unlink(missing_ok=True)

    def drop(self, sha256: str) -> None:
        """Remove the bytes, if they are there."""
        self.path(sha256).unlink(missing_ok=True)

    def kept_since(self, sha256: str) -> float | None:
        """When these bytes were last brought (seconds since 1970), None if they are not here."""
        path = self.path(sha256)
        return path.stat().st_mtime if path.exists() else None

    def _put_in_place(self, aside: Path, sha256: str) -> None:
        place = self.path(sha256)
        place.parent.mkdir(exist_ok=True)
        aside.replace(place)  # the same name means the same bytes
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


_BY_HEAD: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"BM", 0, "image/bmp"),
    (b"II*\x00", 0, "image/tiff"),
    (b"MM\x00*", 0, "image/tiff"),
    (b"WEBP", 8, "image/webp"),
    (b"PK\x03\x04", 0, "application/zip"),
    (b"PK\x05\x06", 0, "application/zip"),
    (b"Rar!\x1a\x07", 0, "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", 0, "application/zip"),
    (b"\x1f\x8b", 0, "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/msword"),
    (b"MZ", 0, "application/x-program"),
    (b"\x7fELF", 0, "application/x-program"),
    (b"\x1a\x45\xdf\xa3", 0, "video/webm"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
)
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


def kind_of(head: bytes) -> str:
    """What the first bytes (≥ 1 KiB if there are as many) say the file is; application/octet-stream if nothing."""
    for magic, offset, kind in _BY_HEAD:
        if head.startswith(magic, offset):
            return kind
    if head[4:8] == b"ftyp":
        if head[8:12] in _HEIC:
            return "image/heic"
        return "audio/mp4" if head[8:11] == b"M4A" else "video/mp4"
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    return "application/octet-stream"


def note_upload(tx: Tx, sha256: str, conversation_id: int, message_id: str, now: datetime) -> None:
    """Note that a conversation brought these bytes."""
    tx.execute(
        sa.insert(uploads),
        {"sha256": sha256, "conversation_id": conversation_id, "message_id": message_id, "kept_at": now},
    )


def forget_upload(tx: Tx, conversation_id: int, message_id: str) -> list[str]:
    """What this message brought is not needed any more: the digests of its bytes."""
    mine = (uploads.c.conversation_id == conversation_id, uploads.c.message_id == message_id)
    return list(tx.execute(sa.delete(uploads).where(*mine).returning(uploads.c.sha256)).scalars())


def brought_by_anyone(tx: Tx, sha256: str) -> bool:
    return tx.scalar(sa.select(uploads.c.id).where(uploads.c.sha256 == sha256).limit(1)) is not None
