"""Claim, do, settle: the loop of everyone who works at this office, whatever the work is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from models.bell import LocalBell

log = structlog.get_logger()

#: After a failure outside any piece of work (the database is away) everybody catches their breath.
BREATH = 1.0


class Workers:
    """Threads that look for work when the bell rings, and once a second anyway; `close` lets each finish its piece."""

    def __init__(self, bell: LocalBell) -> None:
        self._bell = bell
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []

    def hire(self, name: str, count: int, kind: str, work_one: Callable[[], bool]) -> None:
        """`count` threads that call `work_one` (True: there was work) whenever there may be work of this `kind`."""
        for number in range(count):
            thread = threading.Thread(target=self._work, args=(kind, work_one), name=f"{name}-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self, at_most: float = 8.0) -> bool:
        """No new work; True if everybody has finished within about `at_most` seconds."""
        self._closing.set()
        self._bell.wake_all()
        until = time.monotonic() + at_most
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def may_begin(self, kind: str) -> bool:
        """Whether another piece of this kind may be begun. Asked before looking for it: a ring counts as answered."""
        self._bell.answer(kind)
        return not self._closing.is_set()

    def _work(self, kind: str, work_one: Callable[[], bool]) -> None:
        while not self._closing.is_set():
            try:
                while self.may_begin(kind) and work_one():
                    pass
            except Exception:
                log.exception("work_failed", kind=kind)
                self._closing.wait(BREATH)
            self._bell.wait(kind)
