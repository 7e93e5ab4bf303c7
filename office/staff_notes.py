"""What people wrote into their own columns of a register workbook, read back by the key of the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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

    def has_strangers(self, known: frozenset[str]) -> bool:
        """Whether the workbook holds rows that are not ours, which a new one would lose."""
        return self.keyless or not self.by_key.keys() <= known


def read_staff_notes(path: Path, title: str, header: Sequence[str], key: str) -> StaffNotes:
    """The staff's columns of the sheet `title`: all whose heading is not in `header`, wherever they stand.

    Empty if there is no such sheet. Raises Unreadable.
    """
    rows = _rows(path, title)
    if not rows:
        return StaffNotes()
    heads = [_text(cell) for cell in rows[0]]
    if key not in heads:
        raise Unreadable(path.name)
    at = heads.index(key)
    staffs = [i for i, head in enumerate(heads) if head not in header and any(_text(row[i]) for row in rows)]
    by_key: dict[str, tuple[str, ...]] = {}
    keyless = False
    for row in rows[1:]:
        cells = tuple(_text(row[i]) for i in staffs)
        if name := _text(row[at]):
            by_key[name] = cells if any(cells) else by_key.get(name, ())
        else:
            keyless = keyless or any(_text(cell) for cell in row)
    return StaffNotes(tuple(heads[i] for i in staffs), by_key, keyless)


def _rows(path: Path, title: str) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            if title not in book.sheet_names:
                return []
            rows: list[list[Any]] = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise Unreadable(path.name) from error
    return rows


def _text(cell: Any) -> str:
    """The cell as a person reads it; a whole number without its ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
