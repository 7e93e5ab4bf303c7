"""A register as a CSV file, on request: for programs that read no workbook (RFC 4180, UTF-8 with a mark for Excel).

The workbook is the better thing to give to people: a program that opens a CSV may take `0001` for a number.
"""

from __future__ import annotations

import csv
import os
import re
from contextlib import suppress
from itertools import product
from pathlib import Path

from models.db import Database
from models.register import BookKind
from office import mirror
from office.tables import cell_text

#: What a spreadsheet program may take for the beginning of a formula, in either width; a dash alone becomes none.
FORMULA = re.compile(r"(?!\s*-\s*$)(\s*[=+\-@＝＋－＠]| *\t)")


def name_of(book: BookKind, year: int) -> str:
    return f"{year}-{book}.csv"


def write_all(database: Database, folder: Path) -> list[Path]:
    """Every register that has a line, each in a file of its own."""
    with database.reading() as tx:
        years = mirror.years(tx)
    written = []
    for year, book in product(years, mirror.TITLES):
        with suppress(LookupError):
            written.append(write_book(database, book, year, folder / name_of(book, year)))
    return written


def write_book(database: Database, book: BookKind, year: int, path: Path) -> Path:
    """Put our columns of one register there, in one step; what the staff wrote is in the workbook alone.

    Raises LookupError if there is no such register.
    """
    table = mirror.open_book(database, book, year)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}-{os.getpid()}.part")
    with aside.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(table.header)
        lines.writerows([guarded(cell) for cell in row] for row in table.rows)
    aside.replace(path)
    return path


def guarded(cell: str) -> str:
    """With `'` before what would become a formula."""
    text = cell_text(cell)
    return f"'{text}" if FORMULA.match(text) else text
