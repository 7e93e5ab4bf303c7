"""Bytes by SHA-256: in a folder, or in a bucket (`models.bucket`). What a file is, its bytes say; the name it came
with is only a name.

A file is written aside, flushed to disk and put in place in one step, so a crash leaves either the whole file or none,
and the same bytes are kept once. With a vault they lie sealed, under the SHA-256 of the plain bytes all the same.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path
from typing import IO, Protocol

import sqlalchemy as sa

from models.db import Id, Instant, Tx, metadata
from models.kinds import kind_of
from models.vault import CHUNK, Unopened, Vault, is_sealed

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


class Unreachable(Exception):
    """ที่เก็บไฟล์ไม่ตอบในขณะนี้: nothing was kept, nothing was lost; it may go well later."""


class Store(Protocol):
    """Where bytes are kept. What is far away raises Unreachable from any of these: call none within a transaction.

    Whoever names something that is no SHA-256 gets ValueError.
    """

    def keep(self, chunks: Iterable[bytes], at_most: int) -> Stored:
        """Keep these bytes: when it returns they are safe, and were brought just now even if they had been here.
        Raises TooLarge beyond `at_most` bytes; nothing stays behind then."""

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises FileNotFoundError if they are not here."""

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The bytes, a piece at a time. Raises FileNotFoundError, or Unopened if they cannot be unsealed."""

    def rewrap(self, sha256: str) -> bool:
        """Put what lies under the vault's older key under its own, without touching the bytes; False if there is
        nothing to do. Raises FileNotFoundError or Unopened. Broken off, it has happened or it has not."""

    def digests(self) -> Iterator[str]:
        """Everything that is kept."""

    def kept_before(self, moment: float) -> Iterator[str]:
        """The digests of files that nobody has brought since this moment (seconds since 1970)."""

    def kept_since(self, sha256: str) -> float | None:
        """When these bytes were last brought (seconds since 1970), None if they are not here."""

    def drop(self, sha256: str, unless_since: float = inf) -> None:
        """Remove the bytes, if they are there and nobody has brought them since this moment (seconds since 1970)."""

    def sweep_aside(self, older_than: float) -> None:
        """Remove what a crash left half written before this moment (seconds since 1970)."""


class FileStore:
    """A folder of files named by their SHA-256. Without a vault bytes lie as they came, and stay readable with one."""

    def __init__(self, folder: Path, vault: Vault | None = None) -> None:
        self._folder, self._vault = folder, vault

    def keep(self, chunks: Iterable[bytes], at_most: int) -> Stored:
        with written_aside(self._folder, self._vault, chunks, at_most) as (aside, stored):
            self._put_in_place(aside, stored.sha256)
        return stored

    def path(self, sha256: str) -> Path:
        """Where the bytes are."""
        return self._folder / place_of(sha256)

    def read(self, sha256: str) -> bytes:
        return b"".join(self.chunks(sha256))

    def chunks(self, sha256: str) -> Iterator[bytes]:
        with self.path(sha256).open("rb") as file:
            yield from unsealed(file, sha256, self._vault)

    def rewrap(self, sha256: str) -> bool:
        """The key's envelope is rewritten in place, in one write of 68 bytes."""
        with self.path(sha256).open("r+b") as file:
            return rewrapped(file, sha256, self._vault)

    def digests(self) -> Iterator[str]:
        return (path.name for path in self._folder.glob("??/" + "?" * 64))

    def kept_before(self, moment: float) -> Iterator[str]:
        return (name for name in self.digests() if self.path(name).stat().st_mtime < moment)

    def kept_since(self, sha256: str) -> float | None:
        path = self.path(sha256)
        return path.stat().st_mtime if path.exists() else None

    def drop(self, sha256: str, unless_since: float = inf) -> None:
        place = self.path(sha256)
        with suppress(FileNotFoundError), _alone_in(place.parent):
            if place.stat().st_mtime < unless_since:
                place.unlink()

    def sweep_aside(self, older_than: float) -> None:
        sweep_aside(self._folder, older_than)

    def _put_in_place(self, aside: Path, sha256: str) -> None:
        place = self.path(sha256)
        place.parent.mkdir(exist_ok=True)
        with _alone_in(place.parent) as folder:
            aside.replace(place)  # the same name means the same bytes
            os.fsync(folder)


@contextmanager
def _alone_in(folder: Path) -> Iterator[int]:
    """The open folder, in which nobody else puts or removes anything until the end, in whatever process."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def place_of(sha256: str) -> str:
    """Where bytes lie within their store. Raises ValueError if this is no SHA-256."""
    if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
        raise ValueError("not a SHA-256")
    return f"{sha256[:2]}/{sha256}"


@contextmanager
def written_aside(
    folder: Path, vault: Vault | None, chunks: Iterable[bytes], at_most: int
) -> Iterator[tuple[Path, Stored]]:
    """These bytes on disk as they are to be kept, for whoever puts them in place before the end."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=ASIDE, delete=False) as file:
        aside = Path(file.name)
        try:
            yield aside, _written(file, vault, chunks, at_most)
        finally:
            aside.unlink(missing_ok=True)


def _written(file: IO[bytes], vault: Vault | None, chunks: Iterable[bytes], at_most: int) -> Stored:
    digest, size, head = hashlib.sha256(), 0, b""
    sealer = vault.sealer(file) if vault else None
    for chunk in chunks:
        size += len(chunk)
        if size > at_most:
            raise TooLarge
        digest.update(chunk)
        head = head + chunk[: HEAD - len(head)] if len(head) < HEAD else head
        (sealer or file).write(chunk)
    if sealer is not None:
        sealer.finish(digest.hexdigest())
    file.flush()
    os.fsync(file.fileno())
    return Stored(digest.hexdigest(), kind_of(head), size)


def unsealed(file: IO[bytes], sha256: str, vault: Vault | None) -> Iterator[bytes]:
    """The plain bytes of what was kept, a piece at a time; also of what is from before there was a vault."""
    if is_sealed(file):
        yield from (vault or Vault("")).opened(file, sha256)
    else:
        while chunk := file.read(CHUNK):
            yield chunk


def rewrapped(file: IO[bytes], sha256: str, vault: Vault | None) -> bool:
    """Whether what was kept needed a new envelope; it has it now."""
    return vault is not None and is_sealed(file) and vault.rewrap(file, sha256)


def sweep_aside(folder: Path, older_than: float) -> None:
    """Remove from the folder what a crash left half written before this moment (seconds since 1970)."""
    for aside in folder.glob(f"{ASIDE}*"):
        if aside.stat().st_mtime < older_than:
            aside.unlink(missing_ok=True)


@dataclass(frozen=True)
class KeyChange:
    """How many files got a new envelope, how many had one already (or were never sealed), and how many open with
    neither key."""

    changed: int = 0
    settled: int = 0
    unopened: int = 0


def change_key(store: Store) -> KeyChange:
    """Put every file under the vault's own key. Broken off at any point, it goes on when it is called again."""
    counts = {"changed": 0, "settled": 0, "unopened": 0}
    for sha256 in store.digests():
        try:
            counts["changed" if store.rewrap(sha256) else "settled"] += 1
        except Unopened:
            counts["unopened"] += 1
        except FileNotFoundError:  # dropped while we looked
            continue
    return KeyChange(**counts)


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
