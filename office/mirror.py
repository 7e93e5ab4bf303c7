"""The registers as tables: what is written for people to read, regenerated from the database as a whole.

The columns are those of the contract; the tracking code is not among them, it belongs to the citizen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flows.checks import without_ids
from flows.thai import thai_date
from models import errands, petition, register
from models.db import Database, Tx
from models.register import BookKind
from office.calendar import iso
from office.figures import summary
from office.sheets import Workbooks
from office.tables import Pages, Row, Table, YearTables
from office.workflow import ENDED, STATUSES
from services.catalogue import Service
from services.office import Office

TITLES: dict[BookKind, str] = {"incoming": "ทะเบียนหนังสือรับ", "outgoing": "ทะเบียนหนังสือส่ง"}
NUMBERS: dict[BookKind, str] = {"incoming": "เลขทะเบียนรับ", "outgoing": "เลขทะเบียนส่ง"}
OFFICIAL = ("ที่", "ลงวันที่", "จาก", "ถึง", "เรื่อง", "การปฏิบัติ", "หมายเหตุ")
OURS = ("วันเวลาที่รับ", "ช่องทาง", "สถานะ", "กำหนดเสร็จ", "หน่วยงาน", "รหัสเรื่อง")
STAFFS = ("บันทึกผู้บังคับบัญชา",)
#: What petitions owe. Nothing of who owes it, and nothing of payments: the status is the case's own.
FEES = "ชำระเงิน"
FEE_COLUMNS = (
    "เลขทะเบียนรับ",
    "บริการ",
    "ค่าธรรมเนียม (บาท)",
    "เงื่อนไขค่าธรรมเนียม",
    "วันที่รับ",
    "สถานะ",
    "กำหนดเสร็จ",
    "รหัสเรื่อง",
)
FEE_STAFFS = ("บันทึกการเงิน",)
VOID = "ยกเลิก"

SOON = timedelta(seconds=2)
ROWS_PER_SECOND = 200
#: Nothing is gathered for longer: what has changed can be read everywhere within a minute.
LONGEST = timedelta(seconds=45)


def ask(tx: Tx, year: int, number: int, now: datetime) -> None:
    """Have the registers of this year written soon.

    The larger the book (`number` tells), the more changes are gathered: 10,000 lines cost two seconds of CPU.
    """
    due = now + SOON + min(timedelta(seconds=number / ROWS_PER_SECOND), LONGEST)
    errands.put(tx, "mirror", lane=f"mirror:{year}", arguments={"year": year}, due=due, now=now)


def years(tx: Tx) -> list[int]:
    """The Buddhist years that have a register, oldest first."""
    return register.years(tx)


def read_tables(tx: Tx, year: int) -> YearTables:
    """The sheets of a Buddhist year, line by line as they stand, without the figures."""
    return YearTables(year, tuple(replace(each.table, rows=tuple(each.read(tx, year))) for each in _SOURCES))


def open_tables(
    database: Database, office: Office, services: Sequence[Service], year: int, now: datetime
) -> YearTables:
    """The same with the figures, for a book of any length: its lines are read anew, a page at a time, whenever somebody
    goes through them. In between no transaction is open."""
    with database.reading() as tx:
        pages = [Pages(each.count(tx, year), _reader(database, each, year)) for each in _SOURCES]
        figures = summary(tx, office, services, year, now)
    tables = (replace(each.table, rows=rows) for each, rows in zip(_SOURCES, pages, strict=True))
    return YearTables(year, tuple(tables), figures)


def open_book(database: Database, kind: BookKind, year: int) -> Table:
    """One register, read as those of `open_tables` are. Raises LookupError if there is no such book."""
    source = _register(kind)
    with database.reading() as tx:
        length = source.count(tx, year)
    if not length:
        raise LookupError(f"no line in the {kind} book of {year}")
    return replace(source.table, rows=Pages(length, _reader(database, source, year)))


def write_year(tables: YearTables, folder: Path) -> Path:
    """Put the workbook of the year into the folder, keeping what the staff wrote into the one that is there."""
    return Workbooks(folder).write(tables)


def _reader(database: Database, source: _Source, year: int) -> Callable[[int, int], list[Row]]:
    def read(start: int, most: int) -> list[Row]:
        with database.reading() as tx:
            return list(source.read(tx, year, start, most))

    return read


def _register_row(entry: Any) -> Row:
    return (
        str(entry["number"]),
        entry["ref"],
        thai_date(entry["dated"]),
        entry["from_"],
        entry["to_"],
        entry["subject"],
        VOID if entry["void"] else entry["action"],
        entry["remark"],
        iso(entry["received_at"]),
        entry["channel"],
        VOID if entry["void"] else entry["status"],
        entry["due"].isoformat() if entry["due"] else "",
        entry["unit"],
        entry["code"],
    )


def _fee_row(fee: Any) -> Row:
    return (
        str(fee["number"]),
        fee["category_title"],
        "{:,}.{:02}".format(*divmod(fee["fee_satang"], 100)),
        fee["fee_note"],
        thai_date(fee["received_at"]),
        VOID if fee["void"] else fee["status"],
        fee["due"].isoformat() if fee["due"] else "",
        fee["code"],
    )


@dataclass(frozen=True)
class _Source:
    """A table without its rows, and where they come from: how many, and those of a page."""

    table: Table
    count: Callable[[Tx, int], int]
    page: Callable[..., Sequence[Any]]
    row: Callable[[Any], Row]

    def read(self, tx: Tx, year: int, start: int = 0, most: int | None = None) -> Iterator[Row]:
        """Whoever wrote an identity number into whichever cell, it is masked here."""
        return (tuple(map(without_ids, self.row(line))) for line in self.page(tx, year, start, most))


def _table(title: str, header: tuple[str, ...], staffs: tuple[str, ...]) -> Table:
    ended = (VOID, *(STATUSES[key].title for key in sorted(ENDED)))
    return Table(title, header, staffs, key="รหัสเรื่อง", due="กำหนดเสร็จ", status="สถานะ", ended=ended, rows=())


def _register(kind: BookKind) -> _Source:
    return _Source(
        _table(TITLES[kind], (NUMBERS[kind], *OFFICIAL, *OURS), STAFFS),
        lambda tx, year: register.count_entries(tx, kind, year),
        lambda tx, year, *page: register.entries_of(tx, kind, year, *page),
        _register_row,
    )


_SOURCES = (
    _register("incoming"),
    _register("outgoing"),
    _Source(_table(FEES, FEE_COLUMNS, FEE_STAFFS), petition.count_fees, petition.fees_of, _fee_row),
)
