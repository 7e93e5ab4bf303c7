"""Where tables are written for people: a workbook file; anything else that is a `Sheets` will do.

The file is regenerated as a whole, written aside and put in place in one step, so whoever looks finds the old one or
the new one, never half of one. What people wrote into their own columns, and only that, is read from the old file and
goes along, by the key of its row. Every cell is text: nothing a citizen wrote becomes a formula or a link.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import structlog

from office.staff_notes import StaffNotes, Unreadable, read_staff_notes
from office.summary_sheet import write_summary
from office.tables import Table, YearTables, cell_text

log = structlog.get_logger()

TRIES = 3
WIDTHS = {
    "บริการ": 40,
    "เงื่อนไขค่าธรรมเนียม": 44,
    "จาก": 28,
    "ถึง": 30,
    "เรื่อง": 40,
    "การปฏิบัติ": 30,
    "หมายเหตุ": 44,
    "วันเวลาที่รับ": 26,
    "หน่วยงาน": 30,
}
WIDTH, STAFFS_WIDTH = 16, 44


class Sheets(Protocol):
    """A place where people read the registers, and write into their own columns."""

    def write(self, tables: YearTables) -> object:
        """Bring our columns up to date; leave theirs as they are."""


class Busy(Exception):
    """มีผู้กำลังบันทึกแฟ้มทะเบียน: the workbook changed each time while we wrote; try again later."""


class Workbooks:
    """A folder with one workbook per year. One writer per year at a time; people may open and save at any moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, tables: YearTables) -> Path:
        """Put the new workbook in place of the old one; its path. Raises Busy."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{tables.year}.xlsx"
        aside = self._folder / f".{tables.year}-{os.getpid()}-{threading.get_ident()}.part"
        for _ in range(TRIES):
            seen = _stamp(path)
            notes = self._notes(path, tables)
            lost = _save(aside, tables, notes)
            if _stamp(path) == seen:  # nobody saved a note meanwhile
                if lost:
                    log.warning("register_had_foreign_rows", kept=_keep_copy(path))
                aside.replace(path)
                for left in self._folder.glob(f".{tables.year}-*.part"):  # by a writer that was killed
                    left.unlink(missing_ok=True)
                _flush(self._folder)
                return path
        raise Busy(path.name)

    def _notes(self, path: Path, tables: YearTables) -> dict[str, StaffNotes]:
        """What the staff wrote. A file that cannot be read is kept beside the new one."""
        if not path.exists():
            return {}
        try:
            return read_staff_notes(path, tables.tables)
        except Unreadable:
            log.warning("register_unreadable", kept=_keep_copy(path))
            return {}


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _keep_copy(path: Path) -> str:
    """Copy the file under the first free name beside it."""
    number = 1
    while (copy := path.with_name(f"{path.stem}.kept-{number}.xlsx")).exists():
        number += 1
    shutil.copy2(path, copy)
    return copy.name


def _flush(path: Path) -> None:
    """See to it that the file, or the folder's list of files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _save(path: Path, tables: YearTables, notes: Mapping[str, StaffNotes]) -> bool:
    """Write the file; whether there were rows in the old one that are not ours, and so are not in the new one."""
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    lost = False
    with Workbook(str(path), options) as book:
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True}),
            "late": book.add_format({"bg_color": "#FDE3E1"}),
        }
        for table in tables.tables:
            lost |= _sheet(book.add_worksheet(table.title), formats, table, notes.get(table.title, StaffNotes()))
        if tables.summary:
            write_summary(book, tables.summary)
    _flush(path)
    return lost


def _sheet(sheet: Any, formats: dict[str, Any], table: Table, notes: StaffNotes) -> bool:
    staffs = (*notes.columns, *(name for name in table.staffs if name not in notes.columns))
    header = (*table.header, *staffs)
    last_row, last_column = len(table.rows), len(header) - 1
    for column, name in enumerate(header):
        sheet.set_column(column, column, WIDTHS.get(name, STAFFS_WIDTH if name in staffs else WIDTH))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last_row, last_column)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{chr(ord('A') + len(table.header))}{last_row + 1}"})
    if table.rows:
        late = {"type": "formula", "criteria": _late(table), "format": formats["late"]}
        sheet.conditional_format(1, 0, last_row, len(table.header) - 1, late)
    _write(sheet, 0, header, formats["head"])
    key, known = table.header.index(table.key), 0
    for number, row in enumerate(table.rows, 1):
        _write(sheet, number, (*row, *notes.of(row[key])))
        known += row[key] in notes.by_key
    return notes.keyless or known < len(notes.by_key)


def _late(table: Table) -> str:
    """Past its day and not ended; written so that Excel in any language reads the ISO day."""
    due, status = (f"${chr(ord('A') + table.header.index(name))}2" for name in (table.due, table.status))
    ended = ",".join(f'{status}="{word}"' for word in table.ended)
    day = f"DATE(VALUE(LEFT({due},4)),VALUE(MID({due},6,2)),VALUE(RIGHT({due},2)))"
    return f'=AND({due}<>"",NOT(OR({ended})),IFERROR({day}<TODAY(),FALSE))'


def _write(sheet: Any, row: int, cells: Sequence[str], look: Any = None) -> None:
    for column, text in enumerate(cells):
        if text:
            sheet.write_string(row, column, cell_text(text), look)
