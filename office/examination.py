"""Examining what citizens send. Strangers' bytes are read by a process that has little to lose (`office.examining`);
what comes back is facts, and copies that others may see. A file that kills its reader is itself a finding.

The result depends on the bytes, the day and the operator's trust alone: the same bytes are examined once.
"""

from __future__ import annotations

import hashlib
import json
import queue
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import structlog

from flows.events import Trouble
from models.files import Store
from models.vault import Unopened
from office import clamd, testimony
from office.casefile import MISSING, Binder
from office.examined import Examined
from office.examining_room import Room

log = structlog.get_logger()

#: Whoever changes what is looked for counts this up: then known bytes are examined anew when they come again.
RULES = 1
#: What an office can open (B31), and what phones make (HEIC, WebP).
TAKEN = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/webp", "image/heic",
        "application/pdf",
    }
)  # fmt: skip
#: Refused by their first bytes, without a look inside.
_REFUSED: dict[str, Trouble] = {
    "application/x-program": "program",
    "text/html": "web_page",
    "video/mp4": "video",
    "video/webm": "video",
    "audio/mp4": "audio",
    "audio/mpeg": "audio",
    "audio/ogg": "audio",
}
_CONTAINERS = ("application/zip", "application/msword")
_SCRATCH = "examining-"
#: Binding a whole case may take longer, and make more of it.
_BOUND, _BINDING = "bound.pdf", {"seconds": 60, "written": 1_000_000_000}


class NotExamined(Exception):
    """ตรวจไฟล์ไม่ได้ในขณะนี้: the machine was in trouble, which says nothing about the file. It may go well later."""


class Crowded(NotExamined):
    """มีไฟล์รอตรวจจำนวนมาก: no seat came free in time. Whoever comes again has not tried in vain."""


@dataclass(frozen=True)
class Limits:
    """What one file may use. `memory`: bytes beyond what the room and the file weigh; `written`: bytes per
    file it makes."""

    memory: int = 440_000_000
    seconds: int = 20
    written: int = 200_000_000
    pixels: int = 60_000_000


class Examiner:
    """Looks at files, a few at a time (`seats`); who finds no seat free waits for one, `patience` seconds. `trust`: the
    folder of the operator's root certificates (*.pem) and revocation lists (crls/*.crl). `clamd_socket`: "" where there
    is no ClamAV. `scratch`: the folder in which plain bytes lie while they are looked at; the system's own if None."""

    def __init__(
        self,
        trust: Path,
        clamd_socket: str = "",
        *,
        scratch: Path | None = None,
        limits: Limits = Limits(),
        seats: int = 2,
        patience: float = 10,
    ) -> None:
        self._trust, self._clamd, self._limits = trust.absolute(), clamd_socket, limits
        self._folder = scratch and scratch.absolute()  # the room works elsewhere
        self._seats: queue.SimpleQueue[Room] = queue.SimpleQueue()
        self._rooms = tuple(Room() for _ in range(seats))
        self._patience, self._all_but_one = patience, threading.BoundedSemaphore(max(1, seats - 1))
        for room in self._rooms:
            self._seats.put(room)
        weakref.finalize(self, _close, self._rooms)  # with the process at the latest

    def examine(self, files: Store, sha256: str, kind: str, now: datetime, *, leave_one: bool = False) -> Examined:
        """What these kept bytes are, by day `now`. Copies that others may see are kept in `files` too. `leave_one`: all
        who say so leave one seat to the others. No transaction may be open: it takes a moment, at worst half a minute.
        Raises NotExamined, or Crowded."""
        if (reason := _at_first_sight(files, sha256, kind)) is not None:
            return Examined(kind, reason)
        mark = self._mark()  # before it is read: what changes meanwhile is looked at again
        with self._scratch() as scratch:
            path = _laid_out(files, sha256, scratch)
            job = {"what": "look", "path": str(path), "now": now.isoformat()}
            facts = self._ask(job, scratch, path.stat().st_size, leave_one=leave_one)
            seen = testimony.examined(kind, facts)
            if not seen.reason and kind not in TAKEN:
                seen = Examined(kind, "unreadable")
            if seen.signatures:
                seen = replace(seen, trust=mark)
            if not seen.reason:
                seen = self._scanned(seen, files, sha256)
            if seen.reason:
                return seen
            clean, previews = testimony.copies(files, scratch, facts, sha256)
            return replace(seen, clean=clean, previews=previews)

    def would_say(self, known: Examined) -> bool:
        """Whether it would find the same today: nothing by which these facts were found has changed since."""
        scanned = known.scan == "clean" or not self._clamd
        return scanned and (not known.signatures or known.trust == self._mark())

    def bind(self, files: Store, binder: Binder) -> BinaryIO | None:
        """One PDF, open for reading and nowhere else; None if it cannot be bound. What is not kept any more is told on
        the cover; without a cover, nothing is bound then. No transaction may be open. Raises NotExamined, Unreachable,
        or OSError if the disk is full."""
        with self._scratch() as scratch:
            job = {**asdict(binder), "what": "bind"}
            for number, sheet in enumerate(sheet for paper in job["papers"] for sheet in paper["sheets"]):
                sheet["path"] = sheet["sha256"] and _shown(files, sheet["sha256"], scratch / f"sheet-{number}")
                if sheet["sha256"] and not sheet["path"]:
                    if not binder.cover:
                        return None
                    sheet["lines"] = (*sheet["lines"], MISSING)
            weight = sum(path.stat().st_size for path in scratch.iterdir())
            facts = self._ask(job, scratch, weight, replace(self._limits, **_BINDING), leave_one=True)
            if facts.get("bound") != _BOUND:
                return None
            with suppress(OSError):
                return testimony.plain_file(scratch / _BOUND)
            return None

    def room(self) -> int:
        """Bytes that the disk still has where plain bytes lie."""
        return shutil.disk_usage(self._folder.parent if self._folder else tempfile.gettempdir()).free

    def sweep(self, older_than: float) -> None:
        """Remove the plain bytes that a dead process left before this moment (seconds since 1970)."""
        for left in self._folder.glob(f"{_SCRATCH}*") if self._folder else ():
            with suppress(FileNotFoundError):  # done with while we looked
                if left.stat().st_mtime < older_than:
                    shutil.rmtree(left, ignore_errors=True)

    def close(self) -> None:
        _close(self._rooms)

    def _mark(self) -> str:
        """What the operator trusts today, as a digest."""
        digest = hashlib.sha256()
        for path in sorted((*self._trust.glob("*.pem"), *self._trust.glob("crls/*.crl"))):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(self._trust)} {len(content)}\n".encode() + content)
        return digest.hexdigest()

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        if self._folder:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=self._folder, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def _ask(
        self,
        job: dict[str, Any],
        scratch: Path,
        mapped: int = 0,
        most: Limits | None = None,
        *,
        leave_one: bool = False,
    ) -> dict[str, Any]:
        """What the room says of this job. `mapped`: bytes that come into its memory because the file lies there."""
        limits = asdict(most or self._limits)
        limits["memory"] += mapped
        job |= {"scratch": str(scratch), "trust": str(self._trust), "pixels": limits.pop("pixels"), "limits": limits}
        with self._seat(leave_one=leave_one) as room:
            ended = room.ask(json.dumps(job), limits["seconds"])
        if ended != "done":
            log.warning("examination_failed", ended=ended)
            if ended == "failed":
                raise NotExamined
            return {"reason": "too_heavy"}
        return testimony.facts_in(scratch / "result.json")

    @contextmanager
    def _seat(self, *, leave_one: bool) -> Iterator[Room]:
        if leave_one and not self._all_but_one.acquire(timeout=self._patience):
            raise Crowded
        try:
            room = self._seats.get(timeout=self._patience)
            try:
                yield room
            finally:
                self._seats.put(room)
        except queue.Empty as error:
            raise Crowded from error
        finally:
            if leave_one:
                self._all_but_one.release()

    def _scanned(self, seen: Examined, files: Store, sha256: str) -> Examined:
        if not self._clamd:
            return seen
        try:
            infected = clamd.is_infected(self._clamd, files.chunks(sha256))
        except clamd.NotScanned as error:
            log.warning("not_scanned", reason=str(error))
            return seen
        return Examined(seen.kind, "infected") if infected else replace(seen, scan="clean")


def _close(rooms: Sequence[Room]) -> None:
    for room in rooms:
        room.close()


def refused_at_sight(kind: str) -> Trouble | None:
    """Why a file that begins like this is of no use, whatever follows; None if it has to be looked into."""
    return None if kind in TAKEN or kind in _CONTAINERS else _REFUSED.get(kind, "unknown_kind")


def _at_first_sight(files: Store, sha256: str, kind: str) -> Trouble | None:
    reason = refused_at_sight(kind)
    return "empty" if reason and next(files.chunks(sha256), b"") == b"" else reason


def _shown(files: Store, sha256: str, path: Path) -> str:
    """Where the plain bytes lie now; "" if they are not kept any more, or nobody can open them."""
    try:
        return str(_laid_out(files, sha256, path.parent, path.name))
    except (FileNotFoundError, Unopened):
        log.warning("sheet_missing", sha256=sha256)
        return ""


def _laid_out(files: Store, sha256: str, scratch: Path, name: str = "file") -> Path:
    """The plain bytes, for as long as the scratch folder lasts."""
    path = scratch / name
    with path.open("wb") as file:
        for chunk in files.chunks(sha256):
            file.write(chunk)
    return path
