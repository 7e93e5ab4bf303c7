"""What people wrote into their own columns of a register workbook, read back by the key of the row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from office.old_workbook import FAULTS, Cell, OldWorkbook
from office.tables import Table


class Unreadable(Exception):
    """อ่านแฟ้มทะเบียนเดิมไม่ได้: damaged, locked by a password, or without its headings."""


@dataclass(frozen=True)
class StaffNotes:
    """`columns` are the headings of the staff's columns; `by_key` what stands in them, for every key of the sheet.

    `keyless` says that there are rows which are filled in but carry no key: somebody wrote them by hand.
    """

    columns: tuple[str, ...] = ()
    by_key: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keyless: bool = False

    def of(self, key: str) -> tuple[str, ...]:
        """The staff's cells of this row."""
        return self.by_key.get(key, ())


def read_staff_notes(path: Path, tables: Iterable[Table]) -> dict[str, StaffNotes]:
    """The staff's columns of the sheets of these tables, by title: all whose heading is not ours, wherever they stand.

    A sheet that is not there has none. Raises Unreadable.
    """
    try:
        with OldWorkbook(path) as book:
            return {each.title: _notes(book, each) for each in tables if each.title in book.sheets}
    except FAULTS as error:
        raise Unreadable(path.name) from error


def _notes(book: OldWorkbook, table: Table) -> StaffNotes:
    heads = _heads(book, table.title)
    if not heads:
        return StaffNotes()
    ours = {column for column, head in heads.items() if head in table.header}
    at = min(column for column in ours if heads[column] == table.key)
    keys, noted, keyless = list[Cell](), dict[int, dict[int, Cell]](), False
    for cells, _ in islice(book.lines(table.title, without=ours - {at}), 1, None):
        key = cells.pop(at, "")
        if key == "":
            keyless = True
            continue
        if cells:
            noted[len(keys)] = cells
        keys.append(key)
    columns = sorted((heads.keys() - ours).union(*noted.values()))
    text = _texts(book, (*keys, *(cell for cells in noted.values() for cell in cells.values())))
    by_key: dict[str, tuple[str, ...]] = {}
    for place, key in enumerate(keys):
        name, cells = text(key), noted.get(place, {})
        row = tuple(text(cells[column]) if column in cells else "" for column in columns) if cells else ()
        if any(row) or name not in by_key:
            by_key[name] = row
    return StaffNotes(tuple(heads.get(column, "") for column in columns), by_key, keyless)


def _heads(book: OldWorkbook, title: str) -> dict[int, str]:
    """The headings by column."""
    first = next(book.lines(title), None)
    if first is None:
        return {}
    text = _texts(book, first.cells.values())
    return {column: text(cell) for column, cell in first.cells.items()}


def _texts(book: OldWorkbook, cells: Iterable[Cell]) -> Callable[[Cell], str]:
    """How to read these cells."""
    shared = book.strings({cell for cell in cells if isinstance(cell, int)})
    return lambda cell: shared.get(cell, "") if isinstance(cell, int) else cell
