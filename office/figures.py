"""สรุป: the figures that supervisors read, and an office may publish (A42, A48, OFFICE_RULES §5.5): no personal data.

What waits and what is late is so by the same rule as in the digest and in the register: a case is over in an `ended`
status, and late when its day went by before. Zero is said, not left out.

**Tips** stand in tables of their own and in no total beside others, so that nothing can be subtracted. The one total
of theirs is that of a fiscal year: fiscal years do not overlap, while a calendar year would share months with two.
Letters are not counted: their number would tell what is left for tips of the numbers of the book (decision 0018).
Fewer than five are never told exactly; see `hidden`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from flows.thai import MONTHS, thai_date
from models import figures
from models.db import Tx
from office.calendar import BUDDHIST_ERA, OCTOBER, ZONE
from office.tables import Block, Summary
from office.workflow import ENDED, STATUSES
from services.catalogue import Service
from services.office import Office

TITLE = "สรุป"
FEW = 5
FEWER = f"น้อยกว่า {FEW}"
UNTOLD = "ไม่แสดง"

KINDS = {"complaint": "ร้องเรียน/ร้องทุกข์", "petition": "คำร้อง/คำขอ"}
#: How a case stands towards its day, by (ended, late).
TIMES = {
    (1, 0): "เสร็จในกำหนด",
    (1, 1): "เสร็จเกินกำหนด",
    (0, 0): "ยังไม่เสร็จ อยู่ในกำหนด",
    (0, 1): "ยังไม่เสร็จ เกินกำหนด",
}
STATUS_TITLES = {key: status.title for key, status in STATUSES.items() if key != "unsigned"}  # that is a tip's alone
#: Of levels of satisfaction; no survey is made yet.
ANSWERS: Mapping[str, int] = {}

Cell = str | int
Rows = tuple[tuple[Cell, ...], ...]
Counts = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class _Counted:
    """`cases`: complaints and petitions of the calendar year; `months`: of both fiscal years, with their month, and
    `tips` likewise."""

    year: int
    cases: Counts
    months: Counts
    tips: Counts


def summary(tx: Tx, office: Office, services: Sequence[Service], year: int, now: datetime) -> Summary:
    """The sheet of figures of a Buddhist calendar year, and of the two fiscal years that it belongs to.

    Units of the office and `services` on offer are named even if nothing came for them.
    """
    found = _count(tx, year, now.astimezone(ZONE).date())
    blocks = (
        Block(f"เรื่องตามประเภท ปี {year}", ("ประเภท", "เรื่อง"), _kinds(found), "column"),
        Block(f"คำร้อง/คำขอ ตามบริการ ปี {year}", ("บริการ", "เรื่อง"), _services(found, services), "column"),
        Block(f"การดำเนินการตามกำหนด ปี {year}", ("ผล", "เรื่อง"), _times(found), "column"),
        Block(f"เรื่องตามสถานะ ปี {year}", ("สถานะ", "เรื่อง"), _statuses(found), "column"),
        Block(f"เรื่องตามหน่วยงาน ปี {year}", ("หน่วยงาน", *TIMES.values()), _units(found, office), "stacked"),
        Block(f"เรื่องตามเดือนที่รับ ปี {year}", ("เดือน", *KINDS.values()), _months(found), "column"),
        Block("เรื่องตามปีงบประมาณ", ("ปีงบประมาณ", *KINDS.values(), *TIMES.values()), _fiscal_years(found)),
        Block("แจ้งเบาะแสทุจริต ตามปีงบประมาณ", ("ปีงบประมาณ", "เรื่อง", *TIMES.values()), _tips(found)),
        Block(f"แจ้งเบาะแสทุจริต ตามเดือนที่รับ ปี {year}", ("เดือน", "เรื่อง"), _tip_months(found)),
        Block("ความพึงพอใจของประชาชน", ("ระดับ", "คำตอบ"), tuple(ANSWERS.items()) or (("ยังไม่มีการสำรวจ",),)),
    )
    return Summary(TITLE, _notes(found, now), blocks)


def told(count: int) -> Cell:
    """A number of tips, as it may be told."""
    return FEWER if 0 < count < FEW else count


def hidden(parts: Sequence[int]) -> tuple[Cell, ...]:
    """What may be told of the numbers of tips that one told total is made of (OFFICE_RULES §10.20).

    Whoever knows the total can reckon what the parts of 1-4 come to together. They are "น้อยกว่า 5" only if, for all
    that is told, each of them could still be 1, 2, 3 or 4; else no part is told at all, not even those that are 0.
    """
    few = [count for count in parts if 0 < count < FEW]
    most, others = FEW - 1, len(few) - 1
    if few and not (others + most <= sum(few) <= others * most + 1):
        return (UNTOLD,) * len(parts)
    return tuple(told(count) for count in parts)


def _count(tx: Tx, year: int, today: date) -> _Counted:
    calendar = _first(year, 1), _first(year + 1, 1)
    fiscal = _first(year - 1, OCTOBER), _first(year + 1, OCTOBER)
    in_year = ("kind", "service", "title", "unit", "status", "ended", "late")
    months = figures.count(tx, ("month", "kind", "ended", "late"), *fiscal, today, ENDED)
    return _Counted(
        year=year,
        cases=[row for row in figures.count(tx, in_year, *calendar, today, ENDED) if row["kind"] in KINDS],
        months=[row for row in months if row["kind"] in KINDS],
        tips=[row for row in months if row["kind"] == "tip"],
    )


def _first(year: int, month: int) -> datetime:
    return datetime(year - BUDDHIST_ERA, month, 1, tzinfo=ZONE)


def _by(counts: Counts, *names: str) -> Counter[Any]:
    """The numbers by what stands under this name, or by all that stands under these."""
    found, key = Counter[Any](), itemgetter(*names)
    for row in counts:
        found[key(row)] += row["n"]
    return found


def _kinds(found: _Counted) -> Rows:
    kinds = _by(found.cases, "kind")
    return tuple((title, kinds[key]) for key, title in KINDS.items())


def _services(found: _Counted, services: Sequence[Service]) -> Rows:
    """By the name that a service has now; what is offered no more by the name it had."""
    petitions = [row for row in found.cases if row["kind"] == "petition"]
    counts = _by(petitions, "service")
    titles = {service.key: service.title for service in services}
    titles = titles | {row["service"]: row["title"] for row in petitions if row["service"] not in titles}
    return tuple((title, counts[key]) for key, title in titles.items()) or (("ไม่มีบริการ",),)


def _times(found: _Counted) -> Rows:
    times = _by(found.cases, "ended", "late")
    return tuple((title, times[time]) for time, title in TIMES.items())


def _statuses(found: _Counted) -> Rows:
    statuses = _by(found.cases, "status")
    return tuple((title, statuses[key]) for key, title in STATUS_TITLES.items())


def _units(found: _Counted, office: Office) -> Rows:
    counts = _by(found.cases, "unit", "ended", "late")
    names = dict.fromkeys(unit.name for unit in office.units) | dict.fromkeys(sorted({name for name, *_ in counts}))
    return tuple((name, *(counts[name, *time] for time in TIMES)) for name in names)


def _months(found: _Counted) -> Rows:
    counts = _by(found.months, "month", "kind")
    names = zip(MONTHS, _year_of_months(found.year), strict=True)
    return tuple((name, *(counts[month, kind] for kind in KINDS)) for name, month in names)


def _fiscal_years(found: _Counted) -> Rows:
    return tuple(_fiscal_year(found.months, year) for year in (found.year, found.year + 1))


def _fiscal_year(counts: Counts, year: int) -> tuple[Cell, ...]:
    mine = _within(counts, _fiscal_months(year))
    kinds, times = _by(mine, "kind"), _by(mine, "ended", "late")
    return (str(year), *(kinds[kind] for kind in KINDS), *(times[time] for time in TIMES))


def _tips(found: _Counted) -> Rows:
    rows = []
    for year in (found.year, found.year + 1):
        times = _by(_within(found.tips, _fiscal_months(year)), "ended", "late")
        rows.append((str(year), told(times.total()), *hidden([times[time] for time in TIMES])))
    return tuple(rows)


def _tip_months(found: _Counted) -> Rows:
    """Each month as it may be told among the twelve of its own fiscal year."""
    counts, cells = _by(found.tips, "month"), dict[str, Cell]()
    for months in (_fiscal_months(found.year), _fiscal_months(found.year + 1)):
        cells |= zip(months, hidden([counts[month] for month in months]), strict=True)
    return tuple((name, cells[month]) for name, month in zip(MONTHS, _year_of_months(found.year), strict=True))


def _within(counts: Counts, months: Iterable[str]) -> Counts:
    wanted = frozenset(months)
    return [row for row in counts if row["month"] in wanted]


def _year_of_months(year: int) -> list[str]:
    return [f"{year - BUDDHIST_ERA}-{month:02}" for month in range(1, 13)]


def _fiscal_months(year: int) -> list[str]:
    """October of the year before to September."""
    return _year_of_months(year - 1)[OCTOBER - 1 :] + _year_of_months(year)[: OCTOBER - 1]


def _notes(found: _Counted, now: datetime) -> tuple[str, ...]:
    local, year = now.astimezone(ZONE), found.year
    cases = _by(found.cases, "kind")
    total = f"ปี {year} รับเรื่อง {cases.total():,} เรื่อง" if cases else f"ปี {year} ไม่มีเรื่องร้องเรียนและไม่มีคำร้อง/คำขอ"
    none = " ไม่มีเรื่องร้องเรียน" if cases and not cases["complaint"] else ""
    return (
        f"ข้อมูล ณ วันที่ {thai_date(local)} เวลา {local:%H.%M} น. นับตามวันที่รับตามกฎหมาย ไม่นับเลขที่ยกเลิก",
        f"{total}{none}",
        f"ปีงบประมาณ {year} คือ 1 ตุลาคม {year - 1} ถึง 30 กันยายน {year}",
        f"“เสร็จ” คือสถานะ{_ended_words()}",
        "การแจ้งเบาะแสแสดงแยกต่างหากและไม่รวมในยอดอื่น เพื่อคุ้มครองผู้แจ้ง",
        f"จำนวนเบาะแส 1-{FEW - 1} แสดงเป็น “{FEWER}” หรือ “{UNTOLD}” หากอาจคำนวณย้อนกลับได้",
    )


def _ended_words() -> str:
    return ", ".join(status.title for status in STATUSES.values() if status.ended)
