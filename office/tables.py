"""What is written for people to read, as plain tables: no file, no spreadsheet service, no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CELL_UNITS = 32_767
CUT = " …(ตัดข้อความ)"


@dataclass(frozen=True)
class Table:
    """One sheet: our columns (`header`) and the staff's (`staffs`), whose cells we never fill.

    `key` names the column that identifies a row for good; `due` and `status` those that tell a late row from one that
    has `ended`.
    """

    title: str
    header: tuple[str, ...]
    staffs: tuple[str, ...]
    key: str
    due: str
    status: str
    ended: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class YearTables:
    """The registers of one Buddhist year."""

    year: int
    tables: tuple[Table, ...]


def cell_text(text: str) -> str:
    """What a cell can hold: no control characters, no half characters, and visibly cut where it is too long."""
    clean = "".join("�" if "\ud800" <= c <= "\udfff" else c for c in text if c >= " " or c in "\n\t")
    if len(clean.encode("utf-16-le")) <= 2 * CELL_UNITS:
        return clean
    room = 2 * (CELL_UNITS - len(CUT))
    return clean.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT
