"""The examining room: a process of its own that reads what strangers sent. For each file it forks; the fork gives up
what it does not need (`confine`), looks, writes down what it found, and ends. Nothing of the office is loaded here.

It is started by `office.examination` and spoken to by lines of JSON: one job in, how its fork ended out.
"""

from __future__ import annotations

import errno
import importlib
import json
import mmap
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any

from models.kinds import kind_of
from office.examining.confine import confine

#: Nobody came for so many seconds: the room is closed, and opened anew for the next file.
IDLE = 60
RESULT = "result.json"
#: The kernel that is out of memory, and whoever stops the program.
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_LOOKERS = {"image": "office.examining.images", "application/pdf": "office.examining.pdfs"}


def main() -> None:
    """Take jobs from standard input until it closes."""
    jobs = sys.stdin.buffer
    while select.select([jobs], [], [], IDLE)[0] and (line := jobs.readline()):
        job = json.loads(line)
        _load(job)
        sys.stdout.write(_in_a_fork(job) + "\n")
        sys.stdout.flush()


def _load(job: dict[str, Any]) -> None:
    """Import what the job will need before the fork, so that the next one finds it here."""
    if job["what"] == "bind":
        importlib.import_module("office.examining.binding")
        return
    path = Path(job["path"])
    kind = _kind(path)
    importlib.import_module(_looker(kind))
    if kind == "image/heic":
        importlib.import_module("pillow_heif")
    if _says_it_is_signed(path):
        importlib.import_module("office.examining.signatures").load()


def _looker(kind: str) -> str:
    return _LOOKERS.get(kind) or _LOOKERS.get(kind.partition("/")[0]) or "office.examining.archives"


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        return kind_of(file.read(4096))


def _says_it_is_signed(path: Path) -> bool:
    """Whether a signature's byte range may be in it: a reason to load the library early, no more."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b"/ByteRange") >= 0


def _in_a_fork(job: dict[str, Any]) -> str:
    """How it ended: "done"; "killed" (it fell over, or met a limit of its own); "failed" (the machine had no room for
    what it found, or for itself, or is being shut down)."""
    fork = os.fork()
    if fork == 0:
        os._exit(_done(job))
    code = os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])
    if code == 0:
        return "done"
    return "failed" if code > 0 or -code in _FROM_OUTSIDE else "killed"


def _done(job: dict[str, Any]) -> int:
    try:
        scratch = Path(job["scratch"])
        confine(scratch, **job["limits"])
        found = _bound(job) if job["what"] == "bind" else _seen(job)
    except MemoryError:
        found = {"reason": "too_heavy"}
    except OSError as error:
        if error.errno in _NO_ROOM:
            return 1
        found = {"reason": "unreadable"}
    except BaseException:  # noqa: BLE001 - whatever a file makes of a library, it is the file's doing
        found = {"reason": "unreadable"}
    try:
        (scratch / RESULT).write_text(json.dumps(found))
    except BaseException:  # noqa: BLE001
        return 1
    return 0


def _seen(job: dict[str, Any]) -> dict[str, Any]:
    path = Path(job["path"])
    kind = _kind(path)
    looker: Any = importlib.import_module(_looker(kind))
    return {"kind": kind, **looker.look(path, kind, job)}


def _bound(job: dict[str, Any]) -> dict[str, Any]:
    from office.examining import binding

    return binding.bind(job)
