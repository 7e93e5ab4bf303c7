"""Marks: what is to be known of a database as a whole, for good (it belongs to a demonstration)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Instant, Tx, metadata

DEMO = "demo"

house_marks = sa.Table(
    "house_marks",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
)


def has(tx: Tx, name: str) -> bool:
    return tx.scalar(sa.select(house_marks.c.name).where(house_marks.c.name == name)) is not None


def put(tx: Tx, name: str, now: datetime) -> None:
    """Set the mark, if it is not there yet."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    tx.execute(insert(house_marks).values(name=name, at=now).on_conflict_do_nothing())
