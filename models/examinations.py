"""What is known of bytes that citizens sent: facts by SHA-256, and the copies of them that others may see.

Copies live and die with their original: as long as a row names them here they are needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Id, Instant, Tx, metadata

#: `facts` is JSON (`office.examined.Examined`); `rules` says by which version of the examination they were found.
examinations = sa.Table(
    "examinations",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("rules", sa.Integer, nullable=False),
    sa.Column("examined_at", Instant, nullable=False),
)
file_copies = sa.Table(
    "file_copies",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("original", sa.Text, nullable=False, index=True),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
)


def note(
    tx: Tx, sha256: str, verdict: str, facts: Mapping[str, Any], copies: Iterable[str], *, rules: int, now: datetime
) -> None:
    """Keep what was found, instead of what was known before."""
    forget(tx, sha256)
    row = {"sha256": sha256, "verdict": verdict, "facts": json.dumps(facts), "rules": rules, "examined_at": now}
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    tx.execute(insert(examinations).values(row).on_conflict_do_nothing())  # two may have looked at once
    others = {copy for copy in copies if copy and copy != sha256}
    if others:
        tx.execute(sa.insert(file_copies), [{"original": sha256, "sha256": copy} for copy in sorted(others)])


def known(tx: Tx, sha256: str, rules: int) -> dict[str, Any] | None:
    """The facts about these bytes, None if they were never examined by these rules."""
    row = tx.one(sa.select(examinations.c.facts).where(examinations.c.sha256 == sha256, examinations.c.rules == rules))
    return None if row is None else dict(json.loads(row["facts"]))


def is_copy(tx: Tx, sha256: str) -> bool:
    """Whether these bytes are what others may see of something that is kept."""
    return tx.scalar(sa.select(file_copies.c.id).where(file_copies.c.sha256 == sha256).limit(1)) is not None


def forget(tx: Tx, sha256: str) -> list[str]:
    """Nothing is known of these bytes any more: the digests of their copies, which they do not hold any longer."""
    tx.execute(sa.delete(examinations).where(examinations.c.sha256 == sha256))
    return list(
        tx.execute(
            sa.delete(file_copies).where(file_copies.c.original == sha256).returning(file_copies.c.sha256)
        ).scalars()
    )
