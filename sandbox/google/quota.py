"""Quotas of the Sheets API: 300 reads and 300 writes a minute of a project, 60 each of a user, refilled steadily."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

Kind = Literal["Read", "Write"]

PER_USER, PER_PROJECT = 60, 300  # requests a minute (Sheets API, "Usage limits")


class Quotas:
    """One bucket for each kind of request, of each user and of the project. `on` False: nobody counts."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.on = True
        self._now = now
        self._left: dict[tuple[str, Kind], tuple[float, datetime]] = {}

    def take(self, user: str, kind: Kind) -> str:
        """Counts a request; "" if there was room, else the limit that was met, as Google names it."""
        if not self.on:
            return ""
        for_user, for_project = self.left(user, kind), self.left("", kind)
        if for_user < 1:
            return "per minute per user"
        if for_project < 1:
            return "per minute"
        self._left[user, kind] = (for_user - 1, self._now())
        self._left["", kind] = (for_project - 1, self._now())
        return ""

    def left(self, user: str, kind: Kind) -> float:
        """Requests that this user (the project, if "") has left now."""
        size = PER_USER if user else PER_PROJECT
        left, since = self._left.get((user, kind), (float(size), self._now()))
        return min(size, left + (self._now() - since).total_seconds() * size / 60)
