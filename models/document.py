"""What came with a case or after it: files (their bytes are in `models.files`) and further words. A letter that is
registered only has files, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.db import Id, Instant, Tx, metadata

case_files = sa.Table(
    "case_files",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("size", Id, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False, index=True),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("paper", sa.Text),
)

#: The pages of letters that are no case.
entry_files = sa.Table(
    "entry_files",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("entry_id", Id, sa.ForeignKey("entries.id"), nullable=False, index=True),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("size", Id, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
)

#: Words that came after the filing; like the case's own text they are for its officers alone. A row without text stands
#: for a further message of the row before it, or for one whose words are in the case itself: it may be taken back too.
case_words = sa.Table(
    "case_words",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False, index=True),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
)


#: The `paper` of an image that shows who somebody is: evidence of the proof (B44), for nobody who handles the matter.
#: No paper of a service can have this key.
IDENTITY_PROOF = "!identity_proof"


def add_files(tx: Tx, files: Sequence[Mapping[str, Any]]) -> None:
    tx.execute(sa.insert(case_files), [{**file, "withdrawn": False} for file in files])


def add_pages(tx: Tx, pages: Sequence[Mapping[str, Any]]) -> None:
    """The pages of a registered letter."""
    tx.execute(sa.insert(entry_files), pages)


def add_words(tx: Tx, *words: Mapping[str, Any]) -> None:
    tx.execute(sa.insert(case_words), [{**row, "withdrawn": False} for row in words])


def files_of(tx: Tx, case_id: int) -> Sequence[sa.RowMapping]:
    """The files of a case in the order they came, without the image of a proof of identity."""
    mine = (case_files.c.case_id == case_id, case_files.c.paper.is_distinct_from(IDENTITY_PROOF))
    return tx.all(sa.select(case_files).where(*mine).order_by(case_files.c.id))


def words_of(tx: Tx, case_id: int) -> Sequence[sa.RowMapping]:
    """What was said after the filing, in its order; rows that only stand for a further message are left out."""
    mine = (case_words.c.case_id == case_id, case_words.c.text != "")
    return tx.all(sa.select(case_words).where(*mine).order_by(case_words.c.id))


def pages_of(tx: Tx, entry_id: int) -> Sequence[sa.RowMapping]:
    """The pages of a registered letter in the order they came."""
    return tx.all(sa.select(entry_files).where(entry_files.c.entry_id == entry_id).order_by(entry_files.c.id))


def brought_since(tx: Tx, case_id: int, since: datetime, mark: str) -> int:
    """How many files have joined the case after this moment in messages whose ids begin like this."""
    mine = (case_files.c.case_id == case_id, case_files.c.added_at > since, case_files.c.message_id.startswith(mark))
    return int(tx.scalar(sa.select(sa.func.count()).select_from(case_files).where(*mine)))


def is_filed(tx: Tx, sha256: str) -> bool:
    """Whether a filed case or a registered letter holds these bytes: then they must stay."""
    holding = (sa.select(table.c.id).where(table.c.sha256 == sha256).limit(1) for table in (case_files, entry_files))
    return any(tx.scalar(held) is not None for held in holding)


def cases_with_words(tx: Tx, message_id: str) -> list[int]:
    """The cases that hold the words of this message."""
    held = sa.select(case_words.c.case_id).where(case_words.c.message_id == message_id).distinct()
    return sorted(row["case_id"] for row in tx.all(held))


def mark_withdrawn(tx: Tx, message_id: str) -> list[int]:
    """Mark what this message brought as taken back; the cases that hold it."""
    touched: set[int] = set()
    for table in (case_files, case_words):
        mine = (table.c.message_id == message_id, table.c.withdrawn.is_(False))
        marked = sa.update(table).where(*mine).values(withdrawn=True).returning(table.c.case_id)
        touched |= set(tx.execute(marked).scalars())
    return sorted(touched)
