"""Files on their way: what has come of an upload lies in a folder, and its size is the offset at which it goes on (tus
1.0, "offset"). Nothing of it is kept in memory or in the database, so it survives whatever ends the program.

Of each part there are two files: `ID.part`, the bytes, locked by whoever works on it; and `ID.json`, what it is.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

_ID = re.compile(r"[0-9a-f]{32}")
_BLOCK = 1024 * 1024
A_MINUTE = timedelta(minutes=1)

#: What a part becomes in its conversation is known by this and the part's id.
MARK = "upload:"


class Busy(Exception):
    """มีการส่งไฟล์นี้อยู่แล้ว: somebody else writes to this part at the moment."""


class NoSuchPart(Exception):
    """ไม่พบไฟล์ที่ส่งค้างไว้: it was never begun, taken back, or swept away after its time."""


@dataclass(frozen=True)
class Part:
    """A file on its way: for whom, how long it is to be (bytes), what the sender calls it, whether `more` stand in line
    behind it. `received_at`: when it was handed in; from then on there are no bytes here any more, only the fact.
    `paper`: of a filed case, "" if it is for the draft or the case as a whole. `failures`: so often it was whole and
    could not be handed in, the last time at `failed_at`. `hint`: what may make it hard to read, if it is a paper."""

    id: str
    conversation_id: int
    draft: str
    length: int
    name: str
    more: bool
    begun_at: datetime
    received_at: datetime | None = None
    paper: str = ""
    failures: int = 0
    failed_at: datetime | None = None
    hint: str = ""


class Parts:
    """The folder of parts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(
        self, now: datetime, *, conversation_id: int, draft: str, length: int, name: str, more: bool, paper: str = ""
    ) -> Part:
        """A new part, of which nothing has come yet."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = Part(secrets.token_hex(16), conversation_id, draft, length, name, more, now, paper=paper)
        self._bytes(part.id).touch(mode=0o600)
        self._note(part)
        return part

    def find(self, part_id: str) -> Part:
        """What is known of it. Raises NoSuchPart, also for one that is damaged or half removed."""
        try:
            part = _part(json.loads(self._facts(part_id).read_text()))
            self._bytes(part_id).stat()
        except (FileNotFoundError, ValueError, TypeError, KeyError) as error:
            raise NoSuchPart(part_id) from error
        return part

    def every(self) -> list[Part]:
        """All parts, also those handed in within the last day. What is damaged or half removed goes: one such part may
        not stand in everybody's way."""
        found = []
        for path in self._folder.glob("*.json"):
            try:
                found.append(self.find(path.stem))
            except NoSuchPart:  # or dropped while we looked
                self._remove(path)
        return found

    def of(self, conversation_id: int) -> list[Part]:
        """The parts that this conversation began within the last day."""
        return [part for part in self.every() if part.conversation_id == conversation_id]

    def offset(self, part: Part) -> int:
        """How many bytes have come."""
        try:
            return part.length if part.received_at else self._bytes(part.id).stat().st_size
        except FileNotFoundError as error:
            raise NoSuchPart(part.id) from error

    def is_whole(self, part: Part) -> bool:
        """Whether all has come and nobody has handed it in."""
        return part.received_at is None and self.offset(part) == part.length

    @contextmanager
    def held(self, part_id: str) -> Iterator[Part]:
        """The part as it is now, for one alone, in whatever process: nobody else writes, hands in or drops it until the
        end. Raises Busy or NoSuchPart. A dead process holds nothing."""
        self.find(part_id)
        try:
            file = self._bytes(part_id).open("rb")
        except FileNotFoundError as error:
            raise NoSuchPart(part_id) from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(part_id) from error
            yield self.find(part_id)

    def append(self, part: Part, pieces: Iterable[bytes]) -> int:
        """Put these behind what has come; the new offset. What came before an error is kept. Only for who holds it."""
        with self._bytes(part.id).open("ab") as file:
            try:
                for piece in pieces:
                    file.write(piece)
            finally:
                file.flush()
                os.fsync(file.fileno())
            return file.tell()

    def head(self, part: Part, length: int) -> bytes:
        """The first bytes."""
        with self._bytes(part.id).open("rb") as file:
            return file.read(length)

    def blocks(self, part: Part) -> Iterator[bytes]:
        """All that has come, block by block."""
        with self._bytes(part.id).open("rb") as file:
            while block := file.read(_BLOCK):
                yield block

    def hand_in(self, part: Part, now: datetime, hint: str = "") -> Part:
        """The bytes are kept elsewhere from now on; that they came is remembered. Only for who holds it."""
        part = replace(part, received_at=now, hint=hint)
        self._note(part)
        os.truncate(self._bytes(part.id), 0)
        return part

    def failed(self, part: Part, now: datetime) -> Part:
        """It could not be handed in; what fails again within the minute is one failure. Only for who holds it."""
        if part.failed_at is None or now - part.failed_at >= A_MINUTE:
            part = replace(part, failures=part.failures + 1, failed_at=now)
            self._note(part)
        return part

    def drop(self, part: Part) -> None:
        """As if it had never been begun. Only for who holds it."""
        self._remove(self._facts(part.id))

    def sweep(self, older_than: float) -> None:
        """Remove what a crash left without its facts before this moment (seconds since 1970)."""
        for path in (*self._folder.glob("*.part"), *self._folder.glob("*.new")):
            with suppress(FileNotFoundError):  # done with while we looked
                if path.stat().st_mtime < older_than and not path.with_suffix(".json").exists():
                    path.unlink()

    def room(self) -> int:
        """Bytes that the disk still has for newcomers: what has been promised to others is not counted."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        promised = 0
        for part in self.every():
            with suppress(NoSuchPart):  # dropped while we looked
                promised += part.length - self.offset(part)
        return shutil.disk_usage(self._folder).free - promised

    def _remove(self, facts: Path) -> None:
        """The bytes first: what is left by a crash in between is found by its facts, and removed."""
        facts.with_suffix(".part").unlink(missing_ok=True)
        facts.unlink(missing_ok=True)

    def _note(self, part: Part) -> None:
        aside = self._facts(part.id).with_suffix(".new")
        moments = {name: at.isoformat() for name in _MOMENTS if (at := getattr(part, name))}
        with aside.open("w") as file:
            file.write(json.dumps({**asdict(part), **moments}))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._facts(part.id))

    def _facts(self, part_id: str) -> Path:
        if not _ID.fullmatch(part_id):
            raise NoSuchPart(part_id)
        return self._folder / f"{part_id}.json"

    def _bytes(self, part_id: str) -> Path:
        return self._facts(part_id).with_suffix(".part")


_MOMENTS = ("begun_at", "received_at", "failed_at")


def _part(facts: dict[str, Any]) -> Part:
    known = {field.name: facts[field.name] for field in fields(Part) if field.name in facts}
    moments = {name: datetime.fromisoformat(known[name]) for name in _MOMENTS if known.get(name)}
    return Part(**{**known, **moments})
