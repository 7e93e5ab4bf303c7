"""Waiting for what must come true, without sleeping for a guess."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def until(condition: Callable[[], object], seconds: float = 20.0, what: str = "") -> None:
    """Returns as soon as it holds; fails when it does not within these seconds."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what or condition}"
        pause.wait(0.01)
