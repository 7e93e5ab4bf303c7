"""Bringing a database to the tables that this program needs (Alembic; safe to run twice, and by two at once)."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

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
    """Whether the database has exactly the tables this program was written for. Alembic is not asked: its import would
    cost every serving process 10 MB."""
    with database.engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == newest())


def newest() -> str:
    """The newest revision, by the names of the files: 0001_….py, 0002_….py, …"""
    return max(path.name for path in (_HERE / "versions").glob("[0-9]*_*.py")).partition("_")[0]


def _run(database: Database, direction: str, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADING})")
        config.attributes["connection"] = connection
        getattr(command, direction)(config, revision)
