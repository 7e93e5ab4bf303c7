"""เลขรับ: 1, 2, 3 … in each book and year, whoever comes at the same time and whatever fails."""

import threading
from datetime import datetime

import pytest
import sqlalchemy as sa

from flows.thai import BANGKOK
from models.errands import errands
from models.register import books, entries
from office import audit, mirror, register
from office.cases import open_case, record
from office.register import Line
from services.units import Unit

WRITERS, EACH = 6, 12


class Refused(Exception):
    """A turn that fails after its case was filed."""


def refuse(yes):
    if yes:
        raise Refused


def test_a_race_with_failures_leaves_neither_gap_nor_double(database, office, calendar, filing, staff_group, now):
    given, start = [], threading.Barrier(WRITERS)

    def write(writer):
        start.wait()
        for turn in range(EACH):
            draft = f"{writer}-{turn}"
            try:
                with database.transaction() as tx:
                    opened = open_case(tx, office, calendar, filing(draft=draft), now=now)
                    refuse((writer + turn) % 3 == 0)
                given.append(opened.facts["number"])
            except Refused:
                pass

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == WRITERS * EACH * 2 // 3
    assert sorted(given) == list(range(1, len(given) + 1))
    with database.reading() as tx:
        kept = tx.execute(sa.select(entries.c.number).order_by(entries.c.number)).scalars().all()
        assert kept == sorted(given)
        assert audit.verify(tx) is None


def test_the_same_draft_confirmed_at_the_same_time_is_one_case(database, office, calendar, filing, now):
    numbers, start = [], threading.Barrier(4)

    def confirm():
        start.wait()
        with database.transaction() as tx:
            numbers.append(open_case(tx, office, calendar, filing(), now=now).facts["number"])

    threads = [threading.Thread(target=confirm) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers == [1, 1, 1, 1]


def line(received: datetime, **changes) -> Line:
    facts = {
        "sender": "อำเภอเมืองศรีนคร",
        "addressee": "นายกองค์การบริหารส่วนจังหวัดศรีนคร",
        "subject": "ขอความอนุเคราะห์ข้อมูล",
        "dated": received.date(),
        "received_at": received,
        "action": "",
        "remark": "ไปรษณีย์",
        "channel": "ไปรษณีย์",
        "status": "",
        "unit": "สำนักปลัด",
        "ref": "ศน 0018/123",
    }
    return Line(**{**facts, **changes})


def test_each_year_and_each_book_counts_for_itself(database):
    old, new = datetime(2026, 12, 30, 9, 0, tzinfo=BANGKOK), datetime(2027, 1, 4, 8, 30, tzinfo=BANGKOK)
    with database.transaction() as tx:
        assert register.enter(tx, "incoming", line(old)) == (1, 2569)
        assert register.enter(tx, "incoming", line(old)) == (2, 2569)
        assert register.enter(tx, "incoming", line(new)) == (1, 2570)
        assert register.enter(tx, "outgoing", line(old)) == (1, 2569)
        assert register.enter(tx, "incoming", line(old)) == (3, 2569)
        codes = tx.execute(sa.select(entries.c.code).order_by(entries.c.id)).scalars().all()
        assert mirror.years(tx) == [2569, 2570]
    assert codes == ["2569-000001", "2569-000002", "2570-000001", "2569-ส000001", "2569-000003"]


def test_a_cancelled_number_stays_and_is_never_used_again(database, now):
    with database.transaction() as tx:
        register.enter(tx, "incoming", line(now))
        assert register.void(tx, "incoming", 2569, 1, why="ลงซ้ำ", who="staff:1", now=now)
        assert not register.void(tx, "incoming", 2569, 1, why="ลงซ้ำ", who="staff:1", now=now)
        assert not register.void(tx, "incoming", 2569, 9, why="ไม่มี", who="staff:1", now=now)
        assert register.enter(tx, "incoming", line(now)) == (2, 2569)
        (first, second) = tx.all(sa.select(entries).order_by(entries.c.number))
    assert (first["void"], second["void"]) == (True, False)
    assert first["remark"] == "ไปรษณีย์ ยกเลิกเลข: ลงซ้ำ"


def test_a_book_of_the_christian_era_is_refused(database):
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as tx:
        tx.execute(sa.insert(books).values(kind="incoming", year=2026, last_number=0))


def test_an_office_that_moves_in_mid_year_goes_on_with_its_numbers(database, now):
    with database.transaction() as tx:
        assert register.start(tx, "incoming", 2569, 481, now)
        assert register.start(tx, "incoming", 2569, 418, now)  # a slip of the pen, mended in time
        assert register.enter(tx, "incoming", line(now)) == (418, 2569)
        assert not register.start(tx, "incoming", 2569, 418, now)
        assert not register.start(tx, "incoming", 2569, 1, now)
        assert not register.start(tx, "incoming", 2569, 500, now)  # it would leave a gap
        assert register.enter(tx, "incoming", line(now)) == (419, 2569)
        assert register.enter(tx, "outgoing", line(now)) == (1, 2569)
        assert mirror.years(tx) == [2569]


def test_a_slip_in_the_year_makes_no_book(sqlite, now):
    with sqlite.transaction() as tx:
        for year in (2568, 2571, 2596):
            assert not register.start(tx, "incoming", year, 1, now)
            assert not register.start_letters(tx, "works", year, 1, now)
        assert register.close(tx, "incoming", 2500, now) is None
        assert tx.all(books.select()) == []
        assert register.start(tx, "incoming", 2570, 1, now)
        assert mirror.years(tx) == []  # it has no line to show yet


def test_a_closed_book_takes_no_more_numbers(database, now):
    """What was received in its year and comes to be filed late stands in the next book, with its own date."""
    late, today = datetime(2025, 12, 30, 9, 0, tzinfo=BANGKOK), now
    with database.transaction() as tx:
        assert register.enter(tx, "incoming", line(late)) == (1, 2568)
        assert register.close(tx, "incoming", 2569, today) is None  # the year is not over
        assert register.close(tx, "incoming", 2568, today) == 1
        assert register.close(tx, "incoming", 2568, today) is None
        assert not register.start(tx, "incoming", 2568, 9, today)
        assert register.enter(tx, "incoming", line(late)) == (1, 2569)
        assert register.enter(tx, "outgoing", line(late)) == (1, 2568)
        (entry,) = tx.all(sa.select(entries).where(entries.c.code == "2569-000001"))
    assert entry["received_at"] == late
    assert entry["remark"] == "ไปรษณีย์ ลงทะเบียนหลังปิดเล่มปี 2568"


def test_a_case_in_the_next_book_is_kept_up_to_date_there(sqlite, office, calendar, filing, now):
    late = datetime(2025, 12, 30, 9, 0, tzinfo=BANGKOK)
    with sqlite.transaction() as tx:
        register.enter(tx, "incoming", line(late))
        register.close(tx, "incoming", 2568, now)
        opened = open_case(tx, office, calendar, filing(arrived_at=late), now=now)
        record(tx, opened.id, who="staff:1", what="screening", now=now, status="screening")
        (errand,) = tx.all(sa.select(errands))
    assert (opened.facts["number"], opened.facts["year"]) == (1, 2569)
    assert errand["lane"] == "mirror:2569"


def test_each_unit_numbers_its_own_letters(database, now):
    works, clerks = Unit("works", "กองช่าง", "1", "พร 51006/{n}"), Unit("clerk", "สำนักปลัด", "1", "พร 51001/{n}/{year}")
    with database.transaction() as tx:
        assert register.start_letters(tx, "works", 2569, 200, now)
        assert register.start_letters(tx, "works", 2569, 20, now)  # mended in time
        assert [register.next_ref(tx, works, now) for _ in range(2)] == ["พร 51006/20", "พร 51006/21"]
        assert register.next_ref(tx, clerks, now) == "พร 51001/1/2569"
        assert not register.start_letters(tx, "works", 2569, 22, now)
        assert not register.start_letters(tx, "clerk", 2569, 9, now)
