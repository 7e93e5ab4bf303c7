"""เลขรับ: 1, 2, 3 … in each book and year, whoever comes at the same time and whatever fails."""

import threading
from datetime import datetime

import pytest
import sqlalchemy as sa

from flows.thai import BANGKOK
from models.register import books, entries
from office import audit, mirror, register
from office.cases import open_case
from office.register import Line

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
