"""When something counts as received, and until when it must be answered (the vectors of OFFICE_RULES §7)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.thai import BANGKOK
from office.calendar import Calendar, buddhist_year, fiscal_year, iso
from services.office import DayChange, Hours

HOURS = Hours(time(8, 30), time(16, 30))
CALENDAR = Calendar(HOURS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BANGKOK)


VECTORS = (
    ("2023-01-22 21:33", "2023-01-23 08:30"),  # Sunday evening -> Monday (the example of S2 #2.2)
    ("2023-01-23 08:29", "2023-01-23 08:30"),  # a minute before opening
    ("2023-01-23 12:15", "2023-01-23 12:15"),  # lunch counts as office hours
    ("2023-01-23 16:30", "2023-01-23 16:30"),  # the closing minute is included
    ("2023-01-23 16:31", "2023-01-24 08:30"),  # one minute later it is not
    ("2023-04-12 17:00", "2023-04-18 08:30"),  # Songkran and its in-lieu day
    ("2023-05-01 10:00", "2023-05-01 10:00"),  # Labour Day is a working day of the government
    ("2024-04-11 16:31", "2024-04-17 08:30"),  # 12 April was a cabinet special
    ("2023-12-28 20:00", "2024-01-02 08:30"),  # 29 December special; a new series of numbers
    ("2025-05-30 18:00", "2025-06-04 08:30"),  # 2 June special, 3 June the Queen's birthday
    ("2026-12-04 17:00", "2026-12-08 08:30"),  # 5 December on a Saturday, Monday in lieu
    ("2026-12-30 23:59", "2027-01-04 08:30"),  # number 1 of the series of 2570
    ("2027-05-01 09:00", "2027-05-03 08:30"),  # a Saturday; Labour Day's in-lieu Monday is dropped
    ("2027-07-16 17:00", "2027-07-21 08:30"),  # Asalha and Lent, computed
)


@pytest.mark.parametrize(("arrived", "received"), VECTORS)
def test_received_as_of(arrived, received):
    assert CALENDAR.received_as_of(at(arrived)) == at(received)


def test_seconds_within_the_closing_minute_are_in_time_and_are_kept():
    last = at("2023-01-23 16:30:59.999")
    assert CALENDAR.received_as_of(last) == last


def test_the_answer_is_in_thai_time_whatever_zone_was_asked_in():
    received = CALENDAR.received_as_of(datetime(2023, 1, 22, 14, 33, tzinfo=UTC))
    assert iso(received) == "2023-01-23T08:30:00+07:00"


@pytest.mark.parametrize(("year", "holidays"), [(2023, 21), (2024, 19), (2025, 21), (2026, 20), (2027, 18)])
def test_as_many_weekday_holidays_as_the_government_has(year, holidays):
    days = [date(year, 1, 1) + timedelta(days=i) for i in range(366)]
    assert sum(day.year == year and day.weekday() < 5 and not CALENDAR.is_working_day(day) for day in days) == holidays


def test_the_offices_own_days_win():
    own = Calendar(
        HOURS,
        (
            DayChange(date(2026, 11, 23), open=False, reason="น้ำท่วม"),
            DayChange(date(2026, 12, 5), open=True, reason="เปิดรับเรื่องวันหยุด"),
        ),
    )
    assert own.received_as_of(at("2026-11-23 09:00")) == at("2026-11-24 08:30")
    assert own.received_as_of(at("2026-12-05 09:00")) == at("2026-12-05 09:00")
    assert own.due(at("2026-11-20 09:00"), 1) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("start", "days", "counting", "due"),
    [
        ("2026-11-23 09:00", 1, "working", date(2026, 11, 24)),  # the first day does not count
        ("2026-11-20 16:30", 1, "working", date(2026, 11, 23)),  # Friday -> Monday
        ("2026-11-23 09:00", 15, "working", date(2026, 12, 16)),  # 7 and 10 December are holidays
        ("2026-12-30 08:30", 3, "working", date(2027, 1, 6)),  # 31 December and 1 January are holidays
        ("2026-11-23 09:00", 15, "calendar", date(2026, 12, 8)),
        ("2026-11-20 09:00", 15, "calendar", date(2026, 12, 5)),  # an officer's last day counts on a holiday too
    ],
)
def test_due(start, days, counting, due):
    assert CALENDAR.due(at(start), days, counting) == due


@pytest.mark.parametrize(
    ("today", "left"),
    [
        ("2026-11-23 09:00", 4),
        ("2026-11-27 23:59", 0),  # on the day itself
        ("2026-11-28 00:01", -1),  # late is late, though no working day has gone by
        ("2026-12-01 09:00", -2),
    ],
)
def test_days_left_until_friday_the_27th(today, left):
    assert CALENDAR.days_left(at(today), date(2026, 11, 27)) == left


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-23 08:30", "2026-11-23 08:30"),
        ("2026-11-23 08:31", "2026-11-24 08:30"),
        ("2026-11-21 12:00", "2026-11-23 08:30"),
    ],
)
def test_next_opening(moment, opening):
    assert CALENDAR.next_opening(at(moment)) == at(opening)


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        ("2022-09-30 23:59", 2565),
        ("2022-10-01 00:00", 2566),  # FY 2566 = 1 October 2565 to 30 September 2566
        ("2023-02-03 09:00", 2566),
        ("2023-09-30 23:59", 2566),
        ("2023-10-01 00:00", 2567),
    ],
)
def test_fiscal_year(moment, year):
    assert fiscal_year(at(moment)) == year


def test_the_year_of_a_number_is_the_buddhist_calendar_year_in_thailand():
    assert buddhist_year(at("2026-12-31 23:59")) == 2569
    assert buddhist_year(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == 2570  # already midnight in Thailand
    assert buddhist_year(CALENDAR.received_as_of(at("2026-12-30 23:59"))) == 2570


moments = st.datetimes(datetime(2000, 1, 1), datetime(2060, 12, 31), timezones=st.just(UTC))


@given(moments)
def test_receipt_is_never_before_arrival_and_always_in_office_hours(arrived):
    received = CALENDAR.received_as_of(arrived)
    assert received >= arrived
    assert CALENDAR.is_working_day(received.date())
    assert HOURS.opens <= received.time().replace(second=0, microsecond=0) <= HOURS.closes
    assert CALENDAR.received_as_of(received) == received


@given(moments, st.timedeltas(timedelta(0), timedelta(days=12)))
def test_who_comes_later_is_not_received_earlier(arrived, later):
    assert CALENDAR.received_as_of(arrived) <= CALENDAR.received_as_of(arrived + later)


@given(moments, st.integers(1, 40))
def test_a_deadline_is_a_working_day_and_as_many_days_ahead_as_it_says(start, days):
    due = CALENDAR.due(start, days)
    assert CALENDAR.is_working_day(due)
    assert CALENDAR.days_left(start, due) == days
