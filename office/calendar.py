"""Working days, office hours, the 08:30 rule and deadlines. Pure: the moment is always an argument.

Sources: Act on Electronic Public Administration 2565 s.10 (received when it arrives; outside hours, on the next working
day), OFFICE_RULES §7 (which days are holidays of the government, and how to find them).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache

from flows.thai import BANGKOK
from services.office import Counting, DayChange, Hours

#: The office's zone.
ZONE = BANGKOK
BUDDHIST_ERA = 543
SATURDAY = 5
OCTOBER = 10
LABOUR_DAY = "วันแรงงานแห่งชาติ"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """When this office works. `exceptions` are its own closed and open days; they win over every other rule."""

    hours: Hours
    exceptions: tuple[DayChange, ...] = ()

    def is_working_day(self, day: date) -> bool:
        change = self._changes.get(day)
        if change is not None:
            return change.open
        return day.weekday() < SATURDAY and day not in _holidays(day.year)

    def is_open(self, moment: datetime) -> bool:
        """Both ends of the office hours belong to them, the closing minute as a whole."""
        local = moment.astimezone(ZONE)
        minute = local.time().replace(second=0, microsecond=0)
        return self.is_working_day(local.date()) and self.hours.opens <= minute <= self.hours.closes

    def received_as_of(self, arrived: datetime) -> datetime:
        """When a petition counts as received: at once in office hours, else when the doors next open (s.10, S2 #2.2).

        `arrived` is aware; the answer is in Thai time.
        """
        return arrived.astimezone(ZONE) if self.is_open(arrived) else self.next_opening(arrived)

    def next_opening(self, moment: datetime) -> datetime:
        """The first opening of the doors that is not before this moment."""
        local = moment.astimezone(ZONE)
        day = local.date()
        if local > datetime.combine(day, self.hours.opens, ZONE):
            day += DAY
        while not self.is_working_day(day):
            day += DAY
        return datetime.combine(day, self.hours.opens, ZONE)

    def due(self, start: datetime, days: int, counting: Counting = "working") -> date:
        """The last day of a period that begins at `start`, whose own day does not count.

        An officer's last day counts even if it is a holiday, so calendar days are not stretched (Administrative
        Procedure Act s.64).
        """
        day = start.astimezone(ZONE).date()
        if counting == "calendar":
            return day + days * DAY
        while days > 0:
            day += DAY
            days -= self.is_working_day(day)
        return day

    def days_left(self, now: datetime, due: date) -> int:
        """Working days after today up to `due`; 0 on the day itself; below 0 (-1 at least) once it is past."""
        today = now.astimezone(ZONE).date()
        if due >= today:
            return self._working_days(today, due)
        return min(-1, -self._working_days(due, today))

    def _working_days(self, after: date, until: date) -> int:
        return sum(self.is_working_day(after + i * DAY) for i in range(1, (until - after).days + 1))

    @cached_property
    def _changes(self) -> dict[date, DayChange]:
        return {change.day: change for change in self.exceptions}


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    """Government holidays. Labour Day is a holiday of banks and companies only, and so is the day in lieu of it."""
    from holidays import country_holidays

    days = country_holidays("TH", years=year, categories=("public", "government"), language="th")
    return frozenset(day for day in days if any(LABOUR_DAY not in name for name in days.get_list(day)))


def buddhist_year(moment: datetime) -> int:
    """ปี พ.ศ. of the calendar year in Thailand at this moment: the year of a register."""
    return moment.astimezone(ZONE).year + BUDDHIST_ERA


def fiscal_year(moment: datetime) -> int:
    """ปีงบประมาณ: 1 October to 30 September, named in พ.ศ. after the year it ends in."""
    local = moment.astimezone(ZONE)
    return local.year + BUDDHIST_ERA + (local.month >= OCTOBER)


def iso(moment: datetime) -> str:
    """ISO 8601 in Thai time, to the second: "2023-01-22T21:33:00+07:00"."""
    return moment.astimezone(ZONE).isoformat(timespec="seconds")
