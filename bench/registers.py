"""What it costs to write the workbook of a large year anew: read from the database, the staff's notes carried over."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.house import ROOT
from models.case import case_events, cases
from models.db import Database
from models.register import books, entries
from models.upgrading import upgrade

LINES = 100_000
YEAR = 2569
#: Each twentieth line has a note; each other case has ended.
NOTED, ENDED = 20, 2
FIRST = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)

_WRITE = f"""
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from models.db import Database
from office import mirror
from office.sheets import Workbooks
from services.catalogue_file import read_catalogue
from services.office import read_office

office, services = read_office(Path("services/office.toml")), read_catalogue(Path("services"), None)
now, began = datetime(2026, 12, 30, tzinfo=UTC), time.process_time()
opened = mirror.open_tables(Database(sys.argv[1]), office, services, {YEAR}, now)
counted = time.process_time()
Workbooks(Path(sys.argv[2])).write(opened)
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]  # not that of whoever started us
took, figures = time.process_time() - began, counted - began
print(f"{{took:.1f}} s CPU ({{figures:.1f}} of it the figures), {{int(peak) / 1024:.0f}} MB")
"""


async def rebuilt() -> str:
    """The first writing, and one with the notes of a file that somebody has saved; each in a process of its own."""
    return await asyncio.to_thread(_rebuilt)


def _rebuilt() -> str:
    with tempfile.TemporaryDirectory(prefix="rapruang-bench-") as folder:
        url = f"sqlite:///{folder}/office.db"
        _fill(Database(url))
        first = _write(url, folder)
        again = _write(url, folder)
        _save_as_people_do(Path(folder) / f"{YEAR}.xlsx")
        return f"{LINES:,} lines: first {first}; again {again}; saved by another program {_write(url, folder)}"


def _write(url: str, folder: str) -> str:
    command = [sys.executable, "-c", _WRITE, url, folder]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _fill(database: Database) -> None:
    upgrade(database)
    with database.transaction() as tx:
        tx.execute(sa.insert(books), {"id": 1, "kind": "incoming", "year": YEAR, "last_number": LINES})
        for start in range(1, LINES + 1, 1000):
            numbers = range(start, min(start + 1000, LINES + 1))
            tx.execute(sa.insert(cases), [_case(number) for number in numbers])
            tx.execute(sa.insert(case_events), [event for number in numbers for event in _events(number)])
            tx.execute(sa.insert(entries), [_entry(number) for number in numbers])
    database.dispose()


def _received(number: int) -> datetime:
    return FIRST + number * timedelta(days=355) / LINES


def _case(number: int) -> dict[str, Any]:
    at = _received(number)
    texts = dict.fromkeys(
        ("unit_phone", "details", "spot_words", "spot_link", "evidence", "basis", "flow"), "ข้อความของเรื่อง"
    )
    kind = ("complaint", "tip", "petition")[number % 3]
    return texts | {
        "id": number,
        "draft": str(number),
        "code": str(number),
        "kind": kind,
        "secret": kind == "tip",
        "category": "copies",
        "category_title": "ขอสำเนาเอกสาร",
        "unit": "works",
        "unit_name": "กองช่าง",
        "subject": "เรื่อง",
        "identity": "open",
        "status": "working" if number % ENDED else "closed",
        "arrived_at": at,
        "received_at": at,
        "due": (at + timedelta(days=15)).date(),
        "days": 15,
        "counting": "working",
        "channel": "line",
        "flow_version": 1,
        "notice_version": 1,
        "created_at": at,
        "version": 1,
    }


def _events(number: int) -> list[dict[str, Any]]:
    common = {"case_id": number, "actor": "staff:1", "what": "moved", "text": "", "note": ""}
    way = (
        ("received", "assigned", "working")
        if number % ENDED
        else ("received", "assigned", "working", "answered", "closed")
    )
    return [
        common | {"at": _received(number) + timedelta(days=5 * day), "status_before": before, "status_after": after}
        for day, (before, after) in enumerate(zip(("", *way), way, strict=False))
    ]


def _entry(number: int) -> dict[str, Any]:
    at = _received(number)
    return {
        "id": number,
        "book_id": 1,
        "number": number,
        "code": f"{YEAR}-{number:06}",
        "case_id": number,
        "ref": "-",
        "dated": at.date(),
        "from_": f"สมหญิง ใจกล้า {chr(0xE01 + number % 40)}",
        "to_": "นายกองค์การบริหารส่วนจังหวัดศรีนคร",
        "subject": "ร้องเรียน/ร้องทุกข์ ถนนและทางเท้า",
        "action": "แจ้งศูนย์รับเรื่องร้องเรียนร้องทุกข์",
        "remark": f"LINE ส่งเข้ามา {at.day} พ.ย. 2569 {at:%H.%M} น.",
        "received_at": at,
        "channel": "LINE",
        "status": "กำลังดำเนินการ" if number % ENDED else "ยุติเรื่อง",
        "due": (at + timedelta(days=15)).date(),
        "unit": "กองช่าง",
        "void": False,
        "version": 1,
    }


def _save_as_people_do(path: Path) -> None:
    """The same rows with shared strings, as Excel writes them, and a note in some of them."""
    from python_calamine import CalamineWorkbook
    from xlsxwriter import Workbook

    old = CalamineWorkbook.from_path(str(path))
    rows = {name: old.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in old.sheet_names}
    with Workbook(str(path)) as book:
        for name, lines in rows.items():
            sheet = book.add_worksheet(name)
            for place, line in enumerate(lines):
                sheet.write_row(place, 0, line)
                if place and place % NOTED == 0 and name != old.sheet_names[-1]:
                    sheet.write_string(place, len(line) - 1, f"ทราบ ดำเนินการต่อ {place}")
