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
    sa.Column("failing_since", Instant, nullable=True),
)


class Known(NamedTuple):
    """The version last seen in the mirror, or `refused` by it."""

    version: str
    refused: bool = False


def take(tx: Tx, name: str, writer: str, now: datetime, until: datetime) -> bool:
    """Become the one writer of this mirror, or stay it. False while somebody else is."""
    expect(tx, name, now)
    free = (mirrors.c.writer == writer) | (mirrors.c.leased_until <= now)
    taken = sa.update(mirrors).where(mirrors.c.name == name, free).values(writer=writer, leased_until=until)
    return tx.execute(taken).rowcount == 1


def let_go(tx: Tx, name: str, writer: str, now: datetime) -> None:
    """Somebody else may write."""
    mine = (mirrors.c.name == name, mirrors.c.writer == writer)
    tx.execute(sa.update(mirrors).where(*mine).values(leased_until=now))


def expect(tx: Tx, lane: str, now: datetime) -> None:
    """From now on a part of the mirror should be true: its age shows if that never succeeds."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    fresh = {"name": lane, "writer": "", "leased_until": now, "true_at": now}
    tx.execute(insert(mirrors).values(**fresh).on_conflict_do_nothing())


def was_true(tx: Tx, lane: str, now: datetime) -> None:
    """A part of the mirror was looked at and says what the database says."""
    expect(tx, lane, now)
    tx.execute(sa.update(mirrors).where(mirrors.c.name == lane).values(true_at=now, failing_since=None))


def failed(tx: Tx, lane: str, now: datetime) -> datetime:
    """A part of the mirror could not be made true. The answer: since when it cannot."""
    expect(tx, lane, now)
    fresh = (mirrors.c.name == lane, mirrors.c.failing_since.is_(None))
    tx.execute(sa.update(mirrors).where(*fresh).values(failing_since=now))
    since: datetime = tx.scalar(sa.select(mirrors.c.failing_since).where(mirrors.c.name == lane))
    return since


def true_at(tx: Tx, lanes: Iterable[str]) -> datetime | None:
    """When all of these parts were last known to be true; None if nobody expected any of them to be."""
    found: datetime | None = tx.scalar(sa.select(sa.func.min(mirrors.c.true_at)).where(mirrors.c.name.in_(list(lanes))))
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
