"""Bringing a database to the tables that this program needs (Alembic; safe to run twice, and by two at once)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.db import Database

_HERE = Path(__file__).parent / "migrations"
#: One at a time: several processes of a release may start together (PostgreSQL advisory lock).
_UPGRADING = 7_000


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the versions that are missing, all in one transaction."""
    _run(database, "upgrade", revision)


def downgrade(database: Database, revision: str) -> None:
    """Undo versions, down to this one."""
    _run(database, "downgrade", revision)


def is_current(database: Database) -> bool:
    """Whether the database has exactly the tables this program was written for."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _scripts().get_current_head()


def _run(database: Database, direction: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADING})")
        config.attributes["connection"] = connection
        getattr(command, direction)(config, revision)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_HERE))
