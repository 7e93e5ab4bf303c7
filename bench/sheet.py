"""What the mirror in Google Sheets costs: calls, and processor time of our own thread (the stand-in has its own)."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from office.google.sheet import GoogleSheet
from office.mirror import NUMBERS, OFFICIAL, OURS, STAFFS, TITLES
from office.tables import Block, Summary, Table, YearTables
from sandbox.google import Google
from sandbox.server import serve
from sandbox.sheets import create_google

#: A year's register of a middle-sized municipality, and what changes in it.
ROWS, CHANGED = 10_000, 1_000


async def mirrored() -> str:
    """One change of a thousand rows, and one look at a sheet in which nothing has changed."""
    google = Google(lambda: datetime.now(UTC))
    google.quotas.on = False
    with tempfile.TemporaryDirectory() as folder, serve(create_google(google)) as server:
        google.origin = server.url
        account = google.account_file(Path(folder) / "account.json")
        sheet = GoogleSheet(account, google.make_spreadsheet().id, google.sheets_url, timeout=(3, 120))
        known = sheet.follow([_register("เดิม", "08.30")], {}, lambda: None).known
        words = []
        looks = ("1,000 changed of 10,000", "08.31"), ("nothing changed", "08.32")
        for what, tables in ((what, _register("แก้ไข", time)) for what, time in looks):
            since, began = len(google.calls), time.thread_time()
            known = sheet.follow([tables], known, lambda: None).known
            spent = time.thread_time() - began
            calls = Counter(call.operation for call in google.calls[since:])
            words.append(f"{what}: {calls['values_batch_update']} writes, {calls.total()} calls, {spent:.2f} s CPU")
        google.close()
    return "; ".join(words)


def _register(subject: str, time: str) -> YearTables:
    """The register of a year, and its figures as counted at this time."""
    header = (NUMBERS["incoming"], *OFFICIAL, *OURS)
    rows = tuple(
        (
            str(n),
            "-",
            "23 พฤศจิกายน 2569",
            "ไม่ประสงค์ออกนาม",
            "นายกองค์การบริหารส่วนจังหวัดศรีนคร",
            f"ร้องเรียน/ร้องทุกข์ ถนนและทางเท้า {subject if n <= CHANGED else ''}",
            "ส่งกองช่าง",
            "LINE ส่งเข้ามา 23 พ.ย. 2569 10.15 น.",
            "2026-11-23T10:15:30+07:00",
            "LINE",
            "ส่งหน่วยงาน",
            "2026-12-02",
            "กองช่าง",
            f"2569-{n:06}",
        )
        for n in range(1, ROWS + 1)
    )
    block = Block("เรื่องตามประเภท", ("ประเภท", "เรื่อง"), (("ร้องเรียน/ร้องทุกข์", ROWS),), "column")
    summary = Summary("สรุป", (f"ข้อมูล ณ เวลา {time} น.",), (block,))
    return YearTables(2569, (Table(TITLES["incoming"], header, STAFFS, OURS[-1], OURS[3], OURS[2], (), rows),), summary)
