"""The registers as tables: what is written for people to read, regenerated from the database as a whole.

The columns are those of the contract; the tracking code is not among them, it belongs to the citizen.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flows.thai import thai_date
from models import errands, register
from models.db import Tx
from models.register import BookKind
from office.calendar import iso
from office.sheets import Workbooks
from office.tables import Table, YearTables
from office.workflow import ENDED, STATUSES

TITLES: dict[BookKind, str] = {"incoming": "ทะเบียนหนังสือรับ", "outgoing": "ทะเบียนหนังสือส่ง"}
NUMBERS: dict[BookKind, str] = {"incoming": "เลขทะเบียนรับ", "outgoing": "เลขทะเบียนส่ง"}
OFFICIAL = ("ที่", "ลงวันที่", "จาก", "ถึง", "เรื่อง", "การปฏิบัติ", "หมายเหตุ")
OURS = ("วันเวลาที่รับ", "ช่องทาง", "สถานะ", "กำหนดเสร็จ", "หน่วยงาน", "รหัสเรื่อง")
STAFFS = ("บันทึกผู้บังคับบัญชา",)
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
    """Both registers of a Buddhist year, line by line as they stand."""
    return YearTables(year, tuple(_table(tx, kind, year) for kind in TITLES))


def write_year(tables: YearTables, folder: Path) -> Path:
    """Put the workbook of the year into the folder, keeping what the staff wrote into the one that is there."""
    return Workbooks(folder).write(tables)


def _table(tx: Tx, kind: BookKind, year: int) -> Table:
    return Table(
        title=TITLES[kind],
        header=(NUMBERS[kind], *OFFICIAL, *OURS),
        staffs=STAFFS,
        key=OURS[-1],
        due=OURS[3],
        status=OURS[2],
        ended=(VOID, *(STATUSES[key].title for key in sorted(ENDED))),
        rows=tuple(_row(entry) for entry in register.entries_of(tx, kind, year)),
    )


def _row(entry: Any) -> tuple[str, ...]:
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
