"""The office itself, as `office.toml` describes it: name, hours, phones, units, kinds of complaint and their deadlines.

Every fault is told in Thai with file and line, so that a clerk can mend the file (`app.py check`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Literal

from services.toml_table import Fault, Faulty, Table, open_toml
from services.units import LABEL_GRAPHEMES, Agency, Unit, read_agency, read_unit

__all__ = [
    "Agency",
    "Category",
    "DayChange",
    "Deadline",
    "EmergencyLine",
    "Fault",
    "Faulty",
    "FileLimits",
    "Hours",
    "Notice",
    "Office",
    "Sending",
    "Unit",
    "read_office",
]


Counting = Literal["working", "calendar"]
"""วันทำการ or วัน (every day): how a deadline's days are counted. A law that says only "วัน" means every day."""


@dataclass(frozen=True)
class Deadline:
    """กำหนดเวลา: so many days until the citizen must be told a result, and the rule that says so.

    It binds from `since` until `until`, both included; None where it has no such end (OFFICE_RULES §0.14).
    """

    days: int
    counting: Counting
    basis: str
    since: date | None = None
    until: date | None = None

    def binds(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Category:
    """A kind of complaint or tip. `label` fits a button (≤ 20 graphemes).

    `days`, `basis` and `counting` are those of the newest rule; `deadlines` are all of them, each with its time.
    """

    key: str
    label: str
    title: str
    unit: str
    days: int
    basis: str
    urgent: bool = False
    example: str = ""
    counting: Counting = "working"
    deadlines: tuple[Deadline, ...] = ()

    def deadline_on(self, day: date) -> Deadline:
        """The rule in force on the day a matter is received; the newest one where none claims the day."""
        binding = [rule for rule in self.deadlines if rule.binds(day)]
        return binding[-1] if binding else Deadline(self.days, self.counting, self.basis)


@dataclass(frozen=True)
class Notice:
    """ประกาศความเป็นส่วนตัว: shown once per version before the first personal question (A8, PDPA s.23)."""

    version: int
    text: str
    link: str = ""


@dataclass(frozen=True)
class Hours:
    """เวลาราชการ: both ends belong to it (OFFICE_RULES §7)."""

    opens: time
    closes: time


@dataclass(frozen=True)
class DayChange:
    """A day on which this office differs from the library's calendar: `open` or closed, by which reason and order."""

    day: date
    open: bool
    reason: str
    order: str = ""


@dataclass(frozen=True)
class EmergencyLine:
    """สายด่วน: number and what it is for."""

    number: str
    what: str


@dataclass(frozen=True)
class Sending:
    """การส่งข้อความ: what the office decides and what a platform has granted it.

    At most `line_budget` paid messages a month on LINE (None: what its plan allows). `cards`: whether a new case that
    is not urgent has a card of its own or stands in the next digest only. `quiet_hours`: so long we are silent in a
    Messenger thread in which an officer wrote by hand. `human_agent`: Meta has granted that tag. `utility_template`:
    the approved template for news of a case, by name; "" if there is none.
    """

    line_budget: int | None = None
    cards: Literal["at once", "digest"] = "at once"
    quiet_hours: int = 12
    human_agent: bool = False
    utility_template: str = ""

    def ceiling(self, channel: str) -> int | None:
        """The most that may be spent in a month on this platform; None if the office sets no limit of its own."""
        return self.line_budget if channel == "line" else None


@dataclass(frozen=True)
class FileLimits:
    """The largest file that the upload page takes (B71; 1 MB is 1,000,000 bytes), and how many files a filed case takes
    by it. `clamd`: the unix socket at which ClamAV scans what citizens send; "" where there is none."""

    largest_mb: int = 500
    most_added: int = 20
    clamd: str = ""

    @property
    def largest(self) -> int:
        """In bytes."""
        return self.largest_mb * 1_000_000


@dataclass(frozen=True)
class Office:
    """What varies between offices. All texts are Thai and are shown as they are."""

    name: str
    short_name: str
    kind: Literal["อบจ.", "เทศบาล", "อบต."]
    phone: str
    address: str
    area: str
    hours: Hours
    units: tuple[Unit, ...]
    complaints: tuple[Category, ...]
    tips: tuple[Category, ...]
    notice: Notice
    emergency: tuple[EmergencyLine, ...]
    exceptions: tuple[DayChange, ...] = ()
    complaints_centre: str = "ศูนย์รับเรื่องร้องเรียนร้องทุกข์"
    head: str = ""
    sending: Sending = Sending()
    files: FileLimits = FileLimits()
    agencies: tuple[Agency, ...] = ()

    def unit(self, key: str) -> Unit | None:
        """The unit with this key, None if there is none (any more)."""
        return next((unit for unit in self.units if unit.key == key), None)

    @property
    def addressee(self) -> str:
        """ถึง: to whom a citizen's letter is addressed, the head of the office by position."""
        return self.head or HEADS[self.kind]


HEADS = {"อบจ.": "นายกองค์การบริหารส่วนจังหวัด", "เทศบาล": "นายกเทศมนตรี", "อบต.": "นายกองค์การบริหารส่วนตำบล"}


def read_office(path: Path) -> Office:
    """The office that this file describes. Raises Faulty with every fault in it."""
    file = open_toml(path)
    units = tuple(read_unit(table) for table in file.tables("units"))
    rules = _rules(file)
    keys = {unit.key for unit in units}
    office = _office(
        file,
        units=units,
        complaints=_categories(file, "complaints", keys, rules),
        tips=_categories(file, "tips", keys, rules),
    )
    file.done()
    return office


def _office(
    file: Table, *, units: tuple[Unit, ...], complaints: tuple[Category, ...], tips: tuple[Category, ...]
) -> Office:
    head = file.table("office")
    return Office(
        name=head.text("name"),
        short_name=head.text("short_name"),
        kind=head.one_of("kind", HEADS),  # type: ignore[arg-type]
        phone=head.text("phone"),
        address=head.text("address"),
        area=head.text("area"),
        head=head.text("head", default=""),
        complaints_centre=head.text("complaints_centre", default=Office.complaints_centre),
        hours=_hours(file.table("hours")),
        units=units,
        complaints=complaints,
        tips=tips,
        notice=_notice(file.table("privacy")),
        emergency=tuple(_emergency(table) for table in file.tables("emergency")),
        exceptions=_exceptions(file),
        sending=_sending(file.table("sending", required=False)),
        files=_files(file.table("files", required=False)),
        agencies=tuple(read_agency(table) for table in file.tables("agencies", required=False)),
    )


def _hours(table: Table) -> Hours:
    hours = Hours(table.time("opens"), table.time("closes"))
    if hours.closes <= hours.opens and not table.has_faults:
        table.fault("closes", "เวลาปิดทำการต้องหลังเวลาเปิดทำการ")
    return hours


def _notice(table: Table) -> Notice:
    return Notice(table.positive("version"), table.text("text"), table.link("link"))


def _emergency(table: Table) -> EmergencyLine:
    number = table.text("number")
    if number and not number.isdecimal():
        table.fault("number", f"หมายเลขฉุกเฉินต้องเป็นตัวเลขเท่านั้น แต่พบ “{number}”")
    return EmergencyLine(number, table.text("what"))


def _sending(table: Table) -> Sending:
    return Sending(
        line_budget=table.positive("line_budget", required=False),
        cards=table.one_of("cards", ("at once", "digest"), default="at once"),  # type: ignore[arg-type]
        quiet_hours=table.positive("quiet_hours", required=False) or Sending.quiet_hours,
        human_agent=table.flag("human_agent", default=Sending.human_agent),
        utility_template=table.text("utility_template", default=""),
    )


def _files(table: Table) -> FileLimits:
    largest = table.positive("largest_mb", required=False) or FileLimits.largest_mb
    added = table.positive("most_added", required=False) or FileLimits.most_added
    return FileLimits(largest, added, clamd=table.text("clamd", default=""))


def _exceptions(file: Table) -> tuple[DayChange, ...]:
    changes: dict[date, DayChange] = {}
    for table in file.tables("days", required=False):
        change = DayChange(table.date("day"), table.flag("open"), table.text("reason"), table.text("order", default=""))
        if change.day in changes and change.day != date.min:
            table.fault("day", f"วันที่ {change.day} ถูกกำหนดไว้แล้วก่อนหน้านี้")
        changes[change.day] = change
    return tuple(changes.values())


def _rules(file: Table) -> dict[str, tuple[Deadline, ...]]:
    """Deadlines by key, oldest first; several with one key are the same rule as it changed over time."""
    rules: dict[str, tuple[Deadline, ...]] = {}
    for table in file.tables("deadlines"):
        key = table.key(unique=False)
        rule = Deadline(
            days=table.positive("days"),
            counting=table.one_of("counting", ("working", "calendar")),  # type: ignore[arg-type]
            basis=table.text("basis"),
            since=table.date("from", required=False),
            until=table.date("until", required=False),
        )
        if any(_overlap(rule, other) for other in rules.get(key, ())):
            table.fault("key", f"กำหนดเวลา “{key}” มีช่วงวันที่ใช้บังคับซ้อนกัน ให้ระบุ from และ until ไม่ให้ทับกัน")
        rules[key] = tuple(sorted((*rules.get(key, ()), rule), key=lambda rule: rule.since or date.min))
    return rules


def _overlap(one: Deadline, other: Deadline) -> bool:
    return (one.since or date.min) <= (other.until or date.max) and (other.since or date.min) <= (one.until or date.max)


def _categories(
    file: Table, name: str, units: set[str], rules: dict[str, tuple[Deadline, ...]]
) -> tuple[Category, ...]:
    return tuple(_category(table, units, rules) for table in file.tables(name))


def _category(table: Table, units: set[str], rules: dict[str, tuple[Deadline, ...]]) -> Category:
    unit, rule = table.text("unit"), table.text("deadline")
    if unit and unit not in units:
        table.fault("unit", f"ไม่มีหน่วยงาน “{unit}” ในรายการ [[units]]")
    if rule and rule not in rules:
        table.fault("deadline", f"ไม่มีกำหนดเวลา “{rule}” ในรายการ [[deadlines]]")
    deadlines = rules.get(rule) or (Deadline(1, "working", ""),)
    return Category(
        key=table.key(),
        label=table.text("label", graphemes=LABEL_GRAPHEMES),
        title=table.text("title"),
        unit=unit,
        days=deadlines[-1].days,
        basis=deadlines[-1].basis,
        urgent=table.flag("urgent", default=False),
        example=table.text("example", default=""),
        counting=deadlines[-1].counting,
        deadlines=deadlines,
    )
