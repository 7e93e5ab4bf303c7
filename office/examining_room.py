"""A process of the examining room (`office.examining.room`), from outside: opened, spoken to, closed."""

from __future__ import annotations

import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

_ROOT = str(Path(__file__).resolve().parent.parent)
_ROOM = f"import sys; sys.path.insert(0, {_ROOT!r}); from office.examining.room import main; main()"


class Room:
    """One process of the examining room, opened when it is needed. It closes by itself when nobody comes."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, job: str, seconds: int) -> str:
        """How the job ended: "done"; "killed", by what the file made of it; "failed", for which no file is to blame."""
        for _ in range(2):  # the first word may meet a room that is just closing
            process = self._opened()
            try:
                _pipe(process.stdin).write(job + "\n")
                _pipe(process.stdin).flush()
            except OSError:
                self.close()
                continue
            waiting, _, _ = select.select([_pipe(process.stdout)], [], [], seconds + 10)
            answer = _pipe(process.stdout).readline().strip() if waiting else "failed"
            if not waiting or not answer:
                self.close()
            if answer:
                return str(answer)
        return "failed"

    def close(self) -> None:
        if (process := self._process) is None:
            return
        self._process = None
        with suppress(OSError):
            _pipe(process.stdin).close()
        _pipe(process.stdout).close()
        process.kill()
        process.wait()

    def _opened(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves, without our secrets
                [sys.executable, "-I", "-c", _ROOM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
                cwd="/",
                start_new_session=True,
                text=True,
            )
        return self._process


def _pipe(end: Any) -> Any:
    return end
