"""How a stand-in behaves: as it should, or as it does on a bad day."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Literal

Fault = Literal[
    "ok", "slow", "hang", "500", "429", "quota", "401", "drop", "cut", "odd",
    "rate", "token", "temporary", "unexpected", "restricted", "permission",
    "502", "503", "unshared", "deleted", "disabled",
]  # fmt: skip
"""`slow` answers late. `hang` does not answer until the weather changes, at most 30 s. `500`, `429` (rate), `401` and
`quota` (for pushes) refuse. `drop` accepts and closes the connection without an answer; `cut` closes it before
accepting. `odd` accepts and answers 200 with a body that is not the documented one.

Of Messenger alone: `rate` (613), `token` (190), `temporary` (1200), `unexpected` (2), `restricted` (10/1893063),
`permission` (10); `odd` there is an error in a 200.

Of Google alone: `502` (in HTML), `503`, `unshared` (403), `deleted` (404), `disabled` (403: the API is not switched on
in the project)."""

FAULTS: tuple[Fault, ...] = ("ok", "slow", "hang", "500", "429", "quota", "401", "drop", "cut", "odd")
META_FAULTS: tuple[Fault, ...] = (
    *("ok", "slow", "hang", "500", "rate", "token", "temporary", "unexpected", "restricted", "drop", "cut", "odd"),
)
GOOGLE_FAULTS: tuple[Fault, ...] = (
    *("ok", "slow", "hang", "429", "500", "502", "503", "401", "unshared", "deleted", "disabled", "drop", "cut", "odd"),
)

SLOW = 1.5
HANG = 30.0


class Weather:
    """One fault for all calls until it changes, and before that, one-shot faults for single operations."""

    def __init__(self) -> None:
        self.now: Fault = "ok"
        self._next: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._changed = threading.Condition()
        self._changes = 0

    def set(self, fault: Fault) -> None:
        """From now on; whoever hangs goes on."""
        with self._changed:
            self.now = fault
            self._changes += 1
            self._changed.notify_all()

    def next_answers(self, operation: str, faults: Iterable[Fault]) -> None:
        """The next calls of this operation get these faults, one each."""
        with self._changed:
            self._next[operation].extend(faults)

    def meet(self, operation: str) -> Fault:
        """What happens to a call of this operation; returns after the wait, if there is one."""
        with self._changed:
            waiting = self._next[operation]
            fault = waiting.popleft() if waiting else self.now
            if fault not in ("slow", "hang"):
                return fault
            seen = self._changes
            changed = self._changed.wait_for(lambda: self._changes != seen, SLOW if fault == "slow" else HANG)
            if fault == "hang" and not changed:
                return "cut"
            return "ok" if self.now in ("slow", "hang") else self.now
