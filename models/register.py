"""ทะเบียนรับ-ส่ง: books, one per kind and Buddhist year, and their numbered entries.

Numbers run 1, 2, 3 … in each book without gap or double (OFFICE_RULES §2.4): the counter is a row of the same
transaction that writes the entry, never a sequence, so a rollback spends nothing. Entries are never removed.
"""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Id, Instant, Tx, metadata

BookKind = Literal["incoming", "outgoing"]

books = sa.Table(
    "books",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("last_number", sa.Integer, nullable=False),
    sa.UniqueConstraint("kind", "year"),
    sa.CheckConstraint("kind IN ('incoming', 'outgoing')", name="kind"),
    sa.CheckConstraint("year BETWEEN 2500 AND 2700", name="year"),  # พ.ศ., never ค.ศ.
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("book_id", Id, sa.ForeignKey("books.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), index=True),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("dated", sa.Date, nullable=False),
    sa.Column("from_", sa.Text, nullable=False),
    sa.Column("to_", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("remark", sa.Text, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("due", sa.Date),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("void", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("book_id", "number"),
)


def next_number(tx: Tx, kind: BookKind, year: int) -> tuple[int, int]:
    """The book's id and its next number. The book stays locked until the transaction ends: ask as late as you can."""
    taken = _take(tx, kind, year)
    if taken is None:
        insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
        tx.execute(insert(books).values(kind=kind, year=year, last_number=0).on_conflict_do_nothing())
        taken = _take(tx, kind, year)
    if taken is None:
        raise LookupError(f"no {kind} book of {year}")
    return taken


def _take(tx: Tx, kind: BookKind, year: int) -> tuple[int, int] | None:
    row = tx.execute(_TAKE, {"kind_": kind, "year_": year}).first()
    return None if row is None else (row.id, row.last_number)


_TAKE = (
    sa.update(books)
    .where(books.c.kind == sa.bindparam("kind_"), books.c.year == sa.bindparam("year_"))
    .values(last_number=books.c.last_number + 1)
    .returning(books.c.id, books.c.last_number)
)


def add_entry(tx: Tx, **entry: Any) -> None:
    """Write the line of a number just taken."""
    tx.execute(sa.insert(entries), {**entry, "void": False, "version": 1})


def amend_entry(tx: Tx, case_id: int, **values: Any) -> int:
    """Bring the incoming line of a case up to date; its number."""
    incoming = sa.select(books.c.id).where(books.c.kind == "incoming")
    mine = (entries.c.case_id == case_id, entries.c.book_id.in_(incoming))
    amended = sa.update(entries).where(*mine).values(**values, version=entries.c.version + 1)
    return int(tx.execute(amended.returning(entries.c.number)).scalar_one())


def void_entry(tx: Tx, kind: BookKind, year: int, number: int, remark: str) -> bool:
    """Mark a line as cancelled; its number stays spent. False if there is no such line, or it is cancelled already."""
    line = (_in_book(kind, year), entries.c.number == number, entries.c.void.is_(False))
    values = {"void": True, "remark": entries.c.remark + remark, "version": entries.c.version + 1}
    return tx.execute(sa.update(entries).where(*line).values(**values)).rowcount == 1


def years(tx: Tx) -> list[int]:
    """The Buddhist years of which there is a book, oldest first."""
    return list(tx.execute(sa.select(books.c.year).distinct().order_by(books.c.year)).scalars())


def entries_of(tx: Tx, kind: BookKind, year: int, start: int = 0, most: int | None = None) -> list[sa.RowMapping]:
    """The lines of a book by number, the cancelled ones too; without the first `start`, and so many at most."""
    mine = sa.select(entries).where(_in_book(kind, year)).order_by(entries.c.number)
    return list(tx.all(mine.offset(start).limit(most)))


def count_entries(tx: Tx, kind: BookKind, year: int) -> int:
    """How many lines a book has. They grow more, never fewer."""
    return tx.scalar(sa.select(sa.func.count()).select_from(entries).where(_in_book(kind, year))) or 0


def _in_book(kind: BookKind, year: int) -> sa.ColumnElement[bool]:
    book = sa.select(books.c.id).where(books.c.kind == kind, books.c.year == year)
    return entries.c.book_id == book.scalar_subquery()
