"""สรุป: what is counted, that zero is said, and that nobody can reckon how few tips there were."""

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.effects import Petition
from flows.thai import BANGKOK
from models import case
from office import digest, register
from office.cases import open_case, record
from office.figures import FEW, FEWER, TIMES, UNTOLD, hidden, summary, told
from tests.house import SERVICES
from tests.office.test_numbers import line

WAY = ("assigned", "accepted", "working", "answered", "closed")


@pytest.fixture
def desk(database, office, calendar, filing, now):
    return Desk(database, office, calendar, filing, now)


class Desk:
    """An office that files and closes what the test says, and reads its figures."""

    def __init__(self, database, office, calendar, filing, now):
        self.database, self.office, self.calendar, self.filing, self.now = database, office, calendar, filing, now
        self.drafts = itertools.count()

    def opens(self, arrived=None, **changes):
        arrived = arrived or self.now
        filing = self.filing(draft=f"draft-{next(self.drafts)}", arrived_at=arrived, **changes)
        with self.database.transaction() as tx:
            return open_case(tx, self.office, self.calendar, filing, now=arrived).id

    def petition(self, key, **changes):
        service = next(one for one in SERVICES if one.key == key)
        return self.opens(kind="petition", category=key, service=service, petition=Petition(()), **changes)

    def closes(self, case_id, at):
        with self.database.transaction() as tx:
            for status in WAY:
                record(tx, case_id, who="staff:1", what="moved", now=at, status=status)
            record(tx, case_id, who="staff:1", what="noted", now=at + timedelta(days=99), note="ภายหลัง")

    def due(self, case_id):
        with self.database.reading() as tx:
            return case.by_id(tx, case_id)["due"]

    def summary(self, year=2569, now=None):
        with self.database.reading() as tx:
            return summary(tx, self.office, SERVICES, year, now or self.now)

    def block(self, title, **which):
        found = next(block for block in self.summary(**which).blocks if block.title.startswith(title))
        return {name: cells[0] if len(cells) == 1 else cells for name, *cells in found.rows}


def test_what_came_is_counted_by_kind_service_status_unit_and_month(desk):
    desk.opens()
    desk.opens(arrived=datetime(2026, 9, 29, 9, 0, tzinfo=BANGKOK))
    desk.opens(arrived=datetime(2025, 12, 29, 9, 0, tzinfo=BANGKOK))  # of the year before, but of fiscal year 2569
    desk.petition("copies")
    with desk.database.transaction() as tx:
        register.enter(tx, "incoming", line(desk.now))
        register.enter(tx, "outgoing", line(desk.now))
        cancelled = open_case(tx, desk.office, desk.calendar, desk.filing(draft="x"), now=desk.now).facts["number"]
        register.void(tx, "incoming", 2569, cancelled, why="ลงซ้ำ", who="staff:1", now=desk.now)
    assert desk.block("เรื่องตามประเภท") == {"ร้องเรียน/ร้องทุกข์": 2, "คำร้อง/คำขอ": 1}
    services = desk.block("คำร้อง/คำขอ ตามบริการ")
    titles = {one.key: one.title for one in SERVICES}
    assert services == dict.fromkeys(titles.values(), 0) | {titles["copies"]: 1}
    assert desk.block("เรื่องตามสถานะ")["รับเรื่องแล้ว"] == 3
    assert desk.block("เรื่องตามหน่วยงาน")["กองช่าง"] == [0, 0, 1, 1]  # that of September is late
    months = desk.block("เรื่องตามเดือนที่รับ")
    assert (months["กันยายน"], months["พฤศจิกายน"], months["มกราคม"]) == ([1, 0], [1, 1], [0, 0])
    assert desk.block("เรื่องตามปีงบประมาณ") == {"2569": [2, 0, 0, 0, 0, 2], "2570": [1, 1, 0, 0, 2, 0]}


def test_a_case_is_late_from_the_day_after_its_last_in_thailand(desk):
    in_time, late, _ = desk.opens(), desk.opens(), desk.opens()
    due = desk.due(in_time)
    desk.closes(in_time, datetime(due.year, due.month, due.day, 23, 59, tzinfo=BANGKOK))
    desk.closes(late, datetime(due.year, due.month, due.day, tzinfo=BANGKOK) + timedelta(days=1, hours=1))
    last_day = datetime(due.year, due.month, due.day, 23, 0, tzinfo=BANGKOK)
    assert list(desk.block("การดำเนินการ", now=last_day).values()) == [1, 1, 1, 0]
    assert list(desk.block("การดำเนินการ", now=last_day + timedelta(hours=2)).values()) == [1, 1, 0, 1]
    with desk.database.transaction() as tx:  # looked at again, and closed again too late
        for status in ("review", "answered", "closed"):
            record(tx, in_time, who="staff:1", what="moved", now=last_day + timedelta(days=30), status=status)
    assert list(desk.block("การดำเนินการ", now=last_day).values()) == [0, 2, 1, 0]


def test_the_sheet_and_the_digest_count_alike(desk):
    cases = [desk.opens(arrived=desk.now - timedelta(days=days)) for days in (0, 1, 40, 50, 60)]
    desk.closes(cases[-1], desk.now)
    times = desk.block("การดำเนินการ")
    with desk.database.reading() as tx:
        found = digest.gather(tx, desk.calendar, desk.now)
    assert found.waiting == times[TIMES[0, 0]] + times[TIMES[0, 1]] == 4
    assert len(found.late) == times[TIMES[0, 1]] == 2


def test_zero_is_said(desk):
    empty = desk.summary()
    assert any("ไม่มีเรื่องร้องเรียน" in note for note in empty.notes)
    assert empty.blocks[-1].rows == (("ยังไม่มีการสำรวจ",),)
    assert all(len(block.rows) > 1 for block in empty.blocks[:-1])
    assert {cell for block in empty.blocks[:-1] for row in block.rows for cell in row[1:]} == {0}
    desk.petition("copies")
    assert any("รับเรื่อง 1 เรื่อง ไม่มีเรื่องร้องเรียน" in note for note in desk.summary().notes)


def test_tips_are_in_no_figure_but_their_own(desk):
    before = desk.summary().blocks
    for _ in range(FEW - 1):
        desk.opens(kind="tip", category="bribe", identity="confidential")
    after = desk.summary().blocks
    assert [new.title[:20] for old, new in zip(before, after, strict=True) if old != new] == ["แจ้งเบาะแสทุจริต ตาม"] * 2
    assert desk.block("แจ้งเบาะแสทุจริต ตามปีงบประมาณ") == {"2569": [0] * 5, "2570": [FEWER] + [UNTOLD] * 4}
    months = desk.block("แจ้งเบาะแสทุจริต ตามเดือน")
    assert (months["กันยายน"], months["ตุลาคม"], months["พฤศจิกายน"]) == (0, UNTOLD, UNTOLD)
    desk.opens(kind="tip", category="bribe", identity="confidential")
    assert desk.block("แจ้งเบาะแสทุจริต ตามปีงบประมาณ")["2570"] == [5, 0, 0, 5, 0]
    assert desk.block("แจ้งเบาะแสทุจริต ตามเดือน")["พฤศจิกายน"] == 5


@given(st.lists(st.integers(0, 7), min_size=1, max_size=4))
def test_nobody_can_reckon_a_small_number_of_tips(parts):
    total, shown = told(sum(parts)), hidden(parts)
    totals = range(1, FEW) if total == FEWER else (total,)
    cells = [range(1, FEW) if cell == FEWER else range(40) if cell == UNTOLD else (cell,) for cell in shown]
    cells = [[count for count in cell if count <= max(totals)] for cell in cells]
    possible = [each for each in itertools.product(*cells) if sum(each) in totals]
    assert tuple(parts) in possible
    for place, cell in enumerate(shown):
        if cell == FEWER:
            assert {each[place] for each in possible} == {1, 2, 3, 4}
        if cell == UNTOLD:
            assert len(parts) == 1 or len({each[place] for each in possible}) > FEW - 1
    if all(count == 0 or count >= FEW for count in parts):
        assert shown == tuple(parts)


def test_many_small_months_may_be_told_as_small():
    assert hidden([3, 1, 2, 0, 4, 9]) == (FEWER, FEWER, FEWER, 0, FEWER, 9)
    assert hidden([0, 3, 9]) == (UNTOLD,) * 3  # 3 is the total less 9
    assert hidden([1, 1, 9]) == hidden([4, 4, 9]) == (UNTOLD,) * 3
