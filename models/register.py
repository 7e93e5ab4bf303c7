"""ทะเบียนรับ-ส่ง: books, one per kind and Buddhist year, and their numbered entries.

Numbers run 1, 2, 3 … in each book without gap or double (OFFICE_RULES §2.4): the counter is a row of the same
transaction that writes the entry, never a sequence, so a rollback spends nothing. Entries are never removed.
"""

from __future__ import annotations

from datetime import datetime
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
    sa.Column("closed_at", Instant),
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

#: ที่: each unit numbers its own letters, year by year. `first_number`: with which they began, where that is known.
letter_numbers = sa.Table(
    "letter_numbers",
    metadata,
    sa.Column("unit", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last_number", sa.Integer, nullable=False),
    sa.Column("first_number", sa.Integer),
)


def next_number(tx: Tx, kind: BookKind, year: int) -> tuple[int, int] | None:
    """The book's id and its next number; None if the book is closed. It stays locked until the transaction ends: ask as
    late as you can."""
    taken = _take(tx, kind, year)
    if taken is None:
        _make(tx, kind, year)
        taken = _take(tx, kind, year)
    return taken


def _make(tx: Tx, kind: BookKind, year: int) -> None:
    """See to it that there is such a book."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    tx.execute(insert(books).values(kind=kind, year=year, last_number=0).on_conflict_do_nothing())


def _take(tx: Tx, kind: BookKind, year: int) -> tuple[int, int] | None:
    row = tx.execute(_TAKE, {"kind_": kind, "year_": year}).first()
    return None if row is None else (row.id, row.last_number)


_TAKE = (
    sa.update(books)
    .where(books.c.kind == sa.bindparam("kind_"), books.c.year == sa.bindparam("year_"), books.c.closed_at.is_(None))
    .values(last_number=books.c.last_number + 1)
    .returning(books.c.id, books.c.last_number)
)


def start(tx: Tx, kind: BookKind, year: int, number: int) -> bool:
    """Let the first number of the book be this one; False if it has an entry already, or is closed."""
    _make(tx, kind, year)
    book = tx.one(sa.select(books).where(books.c.kind == kind, books.c.year == year).with_for_update())
    if book is None or book["closed_at"] is not None:
        return False
    if tx.scalar(sa.select(entries.c.id).where(entries.c.book_id == book["id"]).limit(1)) is not None:
        return False
    tx.execute(sa.update(books).where(books.c.id == book["id"]).values(last_number=number - 1))
    return True


def close(tx: Tx, kind: BookKind, year: int, now: datetime) -> int | None:
    """ปิดเล่ม: the book takes no more numbers; its last one, None if there is none that is open."""
    still_open = (books.c.kind == kind, books.c.year == year, books.c.closed_at.is_(None))
    closed = sa.update(books).where(*still_open).values(closed_at=now).returning(books.c.last_number)
    last: int | None = tx.execute(closed).scalar()
    return last


def next_letter(tx: Tx, unit: str, year: int) -> int:
    """The next number of this unit's own letters; the counter stays locked until the transaction ends."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    new = insert(letter_numbers).values(unit=unit, year=year, last_number=1, first_number=1)
    counted = new.on_conflict_do_update(
        index_elements=["unit", "year"], set_={"last_number": letter_numbers.c.last_number + 1}
    )
    return int(tx.execute(counted.returning(letter_numbers.c.last_number)).scalar_one())


def start_letters(tx: Tx, unit: str, year: int, number: int) -> bool:
    """Let the first number of this unit's letters be this one; False if one was given already."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    begun = {"last_number": number - 1, "first_number": number}
    new = insert(letter_numbers).values(unit=unit, year=year, **begun)
    mended = new.on_conflict_do_update(
        index_elements=["unit", "year"],
        set_=begun,
        where=letter_numbers.c.last_number < letter_numbers.c.first_number,
    )
    return tx.execute(mended.returning(letter_numbers.c.unit)).first() is not None


def add_entry(tx: Tx, **entry: Any) -> int:
    """Write the line of a number just taken; its id."""
    return tx.insert(entries, **entry, void=False, version=1)


def amend_entry(tx: Tx, case_id: int, **values: Any) -> tuple[int, int]:
    """Bring the incoming line of a case up to date; its number and the year of its book."""
    incoming = sa.select(books.c.id).where(books.c.kind == "incoming")
    mine = (entries.c.case_id == case_id, entries.c.book_id.in_(incoming))
    amended = sa.update(entries).where(*mine).values(**values, version=entries.c.version + 1)
    year = sa.select(books.c.year).where(books.c.id == entries.c.book_id).scalar_subquery()
    row = tx.execute(amended.returning(entries.c.number, year.label("year"))).one()
    return row.number, row.year


def entry(tx: Tx, kind: BookKind, year: int, number: int) -> sa.RowMapping | None:
    """The line with this number."""
    named = (books.c.kind == kind, books.c.year == year, entries.c.number == number)
    return tx.one(sa.select(entries).join(books).where(*named))


def entry_by_id(tx: Tx, entry_id: int) -> sa.RowMapping | None:
    """The line with this id, and the `year` of its book."""
    return tx.one(sa.select(entries, books.c.year).join(books).where(entries.c.id == entry_id))


def lock_entry(tx: Tx, entry_id: int) -> None:
    """Keep this line to this transaction until it ends."""
    tx.one(sa.select(entries.c.id).where(entries.c.id == entry_id).with_for_update())


def void_entry(tx: Tx, kind: BookKind, year: int, number: int, remark: str) -> bool:
    """Mark a line as cancelled; its number stays spent. False if there is no such line, or it is cancelled already."""
    line = (_in_book(kind, year), entries.c.number == number, entries.c.void.is_(False))
    values = {"void": True, "remark": entries.c.remark + remark, "version": entries.c.version + 1}
    return tx.execute(sa.update(entries).where(*line).values(**values)).rowcount == 1


def years(tx: Tx) -> list[int]:
    """The Buddhist years of which there are entries, oldest first: a book may stand ready that has none yet."""
    begun = sa.exists().where(entries.c.book_id == books.c.id)
    return list(tx.execute(sa.select(books.c.year).where(begun).distinct().order_by(books.c.year)).scalars())


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
