"""Giving up what reading a file does not need: memory, time, the network, other programs, the rest of the disk.

No root is needed. Limits and the alarm are the kernel's; the network namespace is taken where the kernel lets us; the
audit hook stops Python code, not a library's machine code that a file has taken over.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
from pathlib import Path

#: Linux, unshare(2) and prctl(2).
_NEW_USER, _NEW_NET, _NO_NEW_PRIVILEGES = 0x10000000, 0x40000000, 38
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.kill", "ctypes.dlopen")
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate", "shutil.")


class Forbidden(Exception):
    """Something that reading a file never needs."""


def confine(scratch: Path, *, memory: int, seconds: int, written: int) -> None:
    """From here on: `memory` bytes beyond what the process has now, `seconds` of the clock, files up to `written` bytes
    in `scratch` and nowhere else. There is no way back."""
    os.chdir(scratch)
    os.nice(5)  # turns go first
    for kind, most in (
        (resource.RLIMIT_AS, _now() + memory),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # told by SIGXCPU; SIGKILL comes from elsewhere
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.alarm(seconds)
    _leave_the_network()
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    _guard(str(scratch.resolve()) + os.sep)


def _now() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _leave_the_network() -> None:
    """An empty network namespace (where users may have one), and no way to more rights."""
    libc = ctypes.CDLL(None)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.unshare(_NEW_USER | _NEW_NET)


def _guard(scratch: str) -> None:
    def look(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            if writes and not (isinstance(path, int) or _inside(path, scratch)):
                raise Forbidden(event)
        elif event == "socket.__new__" and arguments[1] == socket.AF_UNIX:
            return  # an event loop's pipe to itself; it connects to nobody
        elif event.startswith(_FORBIDDEN) or (event.startswith(_CHANGES) and not _all_inside(arguments, scratch)):
            raise Forbidden(event)

    sys.addaudithook(look)


def _all_inside(arguments: tuple[object, ...], scratch: str) -> bool:
    return all(_inside(path, scratch) for path in arguments if isinstance(path, str | bytes | os.PathLike))


def _inside(path: object, scratch: str) -> bool:
    return isinstance(path, str | bytes | os.PathLike) and os.path.abspath(os.fsdecode(path)).startswith(scratch)  # noqa: PTH100
