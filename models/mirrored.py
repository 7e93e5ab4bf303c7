"""What stands in a mirror outside the house (Google Sheets), as last seen there, and who may write to it now.

A row's version is a fingerprint of what it says, so every change counts, whoever made it and wherever it comes from,
and many changes are one write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Instant, Tx, metadata

mirrored_rows = sa.Table(
    "mirrored_rows",
    metadata,
    sa.Column("tab", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("refused", sa.Boolean, nullable=False),
)

mirrors = sa.Table(
    "mirrors",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("writer", sa.Text, nullable=False),
    sa.Column("leased_until", Instant, nullable=False),
    sa.Column("true_at", Instant, nullable=False),
)


class Known(NamedTuple):
    """The version last seen in the mirror, or `refused` by it."""

    version: str
    refused: bool = False


def take(tx: Tx, name: str, writer: str, now: datetime, until: datetime) -> bool:
    """Become the one writer of this mirror, or stay it. False while somebody else is.

    A mirror that nobody wrote to yet counts as true from now on: its age shows if it never succeeds.
    """
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    fresh = {"name": name, "writer": writer, "leased_until": until, "true_at": now}
    if tx.execute(insert(mirrors).values(**fresh).on_conflict_do_nothing()).rowcount == 1:
        return True
    free = (mirrors.c.writer == writer) | (mirrors.c.leased_until <= now)
    taken = sa.update(mirrors).where(mirrors.c.name == name, free).values(writer=writer, leased_until=until)
    return tx.execute(taken).rowcount == 1


def let_go(tx: Tx, name: str, writer: str, now: datetime) -> None:
    """Somebody else may write."""
    mine = (mirrors.c.name == name, mirrors.c.writer == writer)
    tx.execute(sa.update(mirrors).where(*mine).values(leased_until=now))


def was_true(tx: Tx, name: str, now: datetime) -> None:
    """The mirror was looked at and says what the database says."""
    tx.execute(sa.update(mirrors).where(mirrors.c.name == name).values(true_at=now))


def true_at(tx: Tx, name: str) -> datetime | None:
    """When the mirror was last known to be true; None if nobody ever tried."""
    found: datetime | None = tx.scalar(sa.select(mirrors.c.true_at).where(mirrors.c.name == name))
    return found


def ledger(tx: Tx) -> dict[str, dict[str, Known]]:
    """What was last seen in the mirror, by tab and key."""
    found: defaultdict[str, dict[str, Known]] = defaultdict(dict)
    for row in tx.all(sa.select(mirrored_rows)):
        found[row["tab"]][row["key"]] = Known(row["version"], row["refused"])
    return dict(found)


def note(tx: Tx, rows: Iterable[tuple[str, str, Known]]) -> None:
    """Keep what was seen now: tab, key, and what is known of the row."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = insert(mirrored_rows)
    known = row.on_conflict_do_update(
        index_elements=["tab", "key"], set_={"version": row.excluded.version, "refused": row.excluded.refused}
    )
    if told := [{"tab": tab, "key": key, **seen._asdict()} for tab, key, seen in rows]:
        tx.execute(known, told)
