"""Keeps the invented world in one SQLite file, so that a restarted demo shows its chats again.

Written behind, every 0.2 s and in one piece: a crash may lose the last moment, never half of it. A file that cannot be
read is set aside and the world begins anew.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

_TABLE = "CREATE TABLE IF NOT EXISTS kept (kind TEXT, key TEXT, value, PRIMARY KEY (kind, key))"
_PUT = "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
_EVERY = 0.2


class Keep:
    """`put` what is JSON or bytes under a kind and a key; `load` gives it back in the order of first putting."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._dirty: dict[tuple[str, str], str | bytes] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._closing = threading.Event()
        self._writer = threading.Thread(target=self._write_behind, name="keep", daemon=True)
        self._loaded = self._read()
        self._writer.start()

    def load(self) -> Iterator[tuple[str, str, Any]]:
        """What was kept before this start: kind, key, value."""
        rows, self._loaded = self._loaded, []
        for kind, key, value in rows:
            yield kind, key, value if isinstance(value, bytes) else json.loads(value)

    def put(self, kind: str, key: str, value: Any) -> None:
        text = value if isinstance(value, bytes) else json.dumps(value)
        with self._lock:
            self._dirty[kind, key] = text

    def flush(self) -> None:
        """Write now what waits to be written."""
        with self._writing:
            with self._lock:
                dirty, self._dirty = self._dirty, {}
            if dirty:
                with suppress(sqlite3.Error), closing(sqlite3.connect(self._path)) as database, database:
                    database.executemany(_PUT, [(kind, key, value) for (kind, key), value in dirty.items()])

    def close(self) -> None:
        self._closing.set()
        self._writer.join()
        self.flush()

    def _write_behind(self) -> None:
        while not self._closing.wait(_EVERY):
            self.flush()

    def _read(self) -> list[tuple[str, str, Any]]:
        try:
            return self._open()
        except (sqlite3.DatabaseError, ValueError):
            for path in (self._path, *(self._path.with_name(self._path.name + tail) for tail in ("-wal", "-shm"))):
                with suppress(FileNotFoundError):
                    path.replace(path.with_name(path.name + ".broken"))
            return self._open()

    def _open(self) -> list[tuple[str, str, Any]]:
        with closing(sqlite3.connect(self._path)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=NORMAL")
            database.execute(_TABLE)
            rows: list[tuple[str, str, Any]] = database.execute(
                "SELECT kind, key, value FROM kept ORDER BY rowid"
            ).fetchall()
        for _, _, value in rows:
            if not isinstance(value, bytes):
                json.loads(value)
        return rows
