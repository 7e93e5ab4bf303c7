"""The database: one way in, one way to commit, and what SQLite and PostgreSQL do differently.

`Database.transaction()` is the only thing that commits. What a transaction put into a queue is announced after its
commit, never before, so no worker looks for a row that is not there yet.
"""

from __future__ import annotations

import fcntl
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Whole numbers that name rows; SQLite gives consecutive ids only to its own INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """A moment: aware when it goes in (any zone), aware UTC when it comes out."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class AlreadyServed(Exception):
    """มีโปรแกรมอื่นให้บริการฐานข้อมูลไฟล์นี้อยู่แล้ว: ใช้ app.py run เพียงหนึ่งเดียว หรือย้ายไป PostgreSQL"""


class Bell(Protocol):
    """Wakes whoever waits for work of a kind."""

    def ring(self, kinds: set[str]) -> None: ...


class Tx:
    """One transaction. It can execute, and it can ask for a bell after the commit; it cannot commit by itself."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.woken: set[str] = set()
        self.dialect = connection.dialect.name

    def execute(
        self, statement: sa.Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> sa.CursorResult[Any]:
        return self._connection.execute(statement, values)

    def scalar(self, statement: sa.Executable, values: Mapping[str, Any] | None = None) -> Any:
        return self._connection.scalar(statement, values)

    def one(self, statement: sa.Executable) -> sa.RowMapping | None:
        """The first row by column name, or None."""
        return self._connection.execute(statement).mappings().first()

    def all(self, statement: sa.Executable) -> Sequence[sa.RowMapping]:
        """Every row by column name."""
        return self._connection.execute(statement).mappings().all()

    def insert(self, table: sa.Table, **values: Any) -> int:
        """Put one row in; its id comes back."""
        return int(self._connection.execute(sa.insert(table).values(**values)).inserted_primary_key[0])  # type: ignore[index]

    def wake(self, kind: str) -> None:
        """Ring for workers of this kind once the transaction has been committed."""
        self.woken.add(kind)


class Database:
    """The office's database by its URL: `sqlite:///path` or `postgresql+psycopg://…`."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        self.bell: Bell | None = None
        self._thread = threading.local()
        self._lock: IO[str] | None = None
        self._writer: sa.Connection | None = None
        # SQLite's own lock is unfair and polls with growing sleeps: one process, one writer at a time (decision 0003).
        self.writing = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """All that happens inside is kept together, or, if anything is raised, not at all."""
        if getattr(self._thread, "inside", False):
            raise RuntimeError("this thread has a transaction open: use that one")
        with self.writing, self._begun() as connection:
            tx, self._thread.inside = Tx(connection), True
            try:
                yield tx
            finally:
                self._thread.inside = False
        if tx.woken and self.bell is not None:
            self.bell.ring(tx.woken)

    @contextmanager
    def _begun(self) -> Iterator[sa.Connection]:
        """SQLite's one writer keeps one connection, whose pages and statements are at hand; after trouble a new one."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        connection, self._writer = self._writer or self.engine.connect(), None
        try:
            with connection.begin():
                yield connection
        except BaseException:
            connection.close()
            raise
        self._writer = connection

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A look at what is kept; waits for no writer, and what it writes is undone."""
        with self.engine.connect().execution_options(reading=True) as connection:
            yield Tx(connection)

    def serve_alone(self) -> None:
        """From now on this process serves an SQLite file alone, until it ends. Raises AlreadyServed if another does:
        several writing processes starve each other (decision 0003). PostgreSQL serves many."""
        if not self.is_sqlite or not self.url.database:
            return
        lock = Path(self.url.database + ".lock").open("w")  # noqa: SIM115 - it is held as long as the process lives
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise AlreadyServed from error
        self._lock = lock

    def serve_no_more(self) -> None:
        """Let another process serve the file."""
        if self._lock is not None:
            self._lock.close()

    def exists(self) -> bool:
        """Whether there is a file; asked so that nobody makes an empty one by looking into it. PostgreSQL: always."""
        return not self.is_sqlite or Path(str(self.url.database)).exists()

    def dispose(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self.engine.dispose()


def _sqlite(url: sa.URL) -> sa.Engine:
    connect = {"timeout": 10, "check_same_thread": False}
    engine = sa.create_engine(url, connect_args=connect, **_ENGINE)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, so that writers queue instead of failing half-way
        _into_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "cache_size=-8192"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        dbapi: Any = connection.connection.dbapi_connection
        dbapi.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _into_wal(connection: Any) -> None:
    """A file is switched once and for all. While another is at it SQLite does not wait, as it would for other locks."""
    for _ in range(100):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            time.sleep(0.1)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _postgresql(url: sa.URL) -> sa.Engine:
    connect = {"connect_timeout": 5, "options": "-c timezone=UTC -c lock_timeout=15s"}
    return sa.create_engine(url, connect_args=connect, **_ENGINE)


#: Parameters are hidden: they would carry what citizens wrote into error texts and so into the log.
_ENGINE: dict[str, Any] = {"pool_size": 8, "max_overflow": 32, "hide_parameters": True}
