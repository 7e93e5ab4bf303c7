"""Waking workers at once: inside a process by a condition, between processes by PostgreSQL's LISTEN/NOTIFY.

Workers still look once a second by themselves (the safety net), so a lost bell costs a second and nothing else.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress

import psycopg
import structlog

from models.db import Database

log = structlog.get_logger()

CHANNEL = "rapruang"
LOOK_ANYWAY = 1.0  # seconds


class LocalBell:
    """Rings within this process. Each ring wakes one who waits, or is kept for the next who would wait."""

    def __init__(self) -> None:
        self._rung: Counter[str] = Counter()
        self._called = 0
        self._conditions: dict[str, threading.Condition] = {}
        self._lock = threading.Lock()

    def ring(self, kinds: set[str]) -> None:
        for kind in kinds:
            condition = self._condition(kind)
            with condition:
                self._rung[kind] += 1
                condition.notify()

    def count(self, kind: str) -> int:
        """How many rings nobody has answered yet."""
        return self._rung[kind]

    def answer(self, kind: str) -> None:
        """Said by whoever goes to look for work: one ring less for the others, who then need not look as well."""
        with self._condition(kind):
            self._rung[kind] = max(0, self._rung[kind] - 1)

    def wait(self, kind: str, at_most: float = LOOK_ANYWAY) -> None:
        """Until there is a ring that nobody has answered, or `at_most` seconds have passed."""
        condition, called = self._condition(kind), self._called
        with condition:
            condition.wait_for(lambda: self._rung[kind] or self._called != called, at_most)

    def wake_all(self) -> None:
        """Everybody looks up: the house is closing."""
        self._called += 1
        for condition in list(self._conditions.values()):
            with condition:
                condition.notify_all()

    def close(self) -> None:
        self.wake_all()

    def _condition(self, kind: str) -> threading.Condition:
        with self._lock:
            return self._conditions.setdefault(kind, threading.Condition())


class PostgresBell(LocalBell):
    """Rings in every process that uses the same PostgreSQL database.

    A NOTIFY inside the storing transaction would make all commits queue up behind one lock, so it is sent afterwards on
    a connection of its own, and many rings become one.
    """

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._dsn = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._to_send: set[str] = set()
        self._own_line = 0  # the server's number of the connection that rings: what it sends was rung here at once
        self._sending = threading.Event()
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep_up, args=(work,), name=f"bell-{work.__name__}", daemon=True)
            for work in (self._send, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def ring(self, kinds: set[str]) -> None:
        super().ring(kinds)
        with self._lock:
            self._to_send |= kinds
        self._sending.set()

    def close(self) -> None:
        self._closing.set()
        self._sending.set()
        super().close()
        for thread in self._threads:
            thread.join(timeout=LOOK_ANYWAY + 1)

    def _keep_up(self, work: object) -> None:
        while not self._closing.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True, connect_timeout=5) as connection:
                    work(connection)  # type: ignore[operator]
            except psycopg.Error as error:
                log.warning("bell_lost", error=type(error).__name__)
                self._closing.wait(LOOK_ANYWAY)

    def _send(self, connection: psycopg.Connection) -> None:
        self._own_line = connection.info.backend_pid
        while not self._closing.is_set():
            if not self._sending.wait(30):
                continue
            self._sending.clear()
            with self._lock:
                kinds, self._to_send = self._to_send, set()
            for kind in kinds:
                connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, kind))

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        while not self._closing.is_set():
            with suppress(psycopg.errors.QueryCanceled):
                for note in connection.notifies(timeout=LOOK_ANYWAY):
                    if note.pid != self._own_line:
                        super().ring({note.payload})


def bell_for(database: Database) -> LocalBell:
    """The right bell for this database, already tied to it."""
    bell = LocalBell() if database.is_sqlite else PostgresBell(database)
    database.bell = bell
    return bell
