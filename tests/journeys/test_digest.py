"""สรุปงาน: twice on a working day the desk is asked to look through what came, and somebody says that they did (B10)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from handlers import clock
from models.audit import audit
from models.checks import desk_checks
from models.outbox import outgoing
from office.calendar import ZONE
from office.digest import acknowledge
from tests.house import House, Phone, labels, words
from tests.journeys import stories
from tests.journeys.stories import calls, complains, count, rows, run_job, set_time, text_of
from tests.journeys.test_economy import MEMBERS, elsewhere, used

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"


@pytest.fixture
def group(small_house: House) -> Phone:
    set_time(small_house, f"{MONDAY} 07:00")
    return small_house.staff_group()


def digest(house: House, group: Phone, at: str) -> str:
    """What the group gets at this moment of the clock, 08:30 or 16:30."""
    before = len(group.said())
    set_time(house, at)
    run_job(house, "morning_digest" if "08:30" in at else "evening_digest")
    house.later(minutes=2)
    return text_of(group.said()[before:])


def test_a_digest_tells_counts_and_numbers_and_nothing_of_a_person(small_house: House, group: Phone) -> None:
    set_time(small_house, f"{MONDAY} 10:00")
    complains(small_house.citizen("สมชาย ใจดี"), identity="แจ้งชื่อ", name="สมชาย ใจดี", number="0812345678")
    complains(small_house.citizen("มาลี"), category="สาธารณภัย")  # due in one working day
    stories.tips(small_house.citizen("สมศรี"), details="เรียกรับเงินหน้าห้องพัสดุ")
    told = digest(small_house, group, f"{MONDAY} 16:30")
    assert "สรุปงาน 16.30 น. 23 พ.ย. 2569" in told
    assert "เรื่องใหม่: 3 เรื่อง: 1/2569, 2/2569, 3/2569" in told
    assert "งานค้าง: 3 เรื่อง" in told
    assert "ใน 3 วันทำการ: 1 เรื่อง: 2/2569" in told
    assert labels(group.said()[-1])[0] == "ตรวจแล้ว"
    assert not any(word in told for word in ("สมชาย", "081", "หลุม", "ตลาด", "เรียกรับเงิน", "พัสดุ"))
    told = digest(small_house, group, f"{TUESDAY} 16:30")
    assert "ครบกำหนดวันนี้: 1 เรื่อง: 2/2569" in told
    assert "เรื่องใหม่: ไม่มี" in told
    assert "เกินกำหนด: 1 เรื่อง: 2/2569" in digest(small_house, group, "2026-11-25 08:30")


def test_who_says_that_it_was_looked_at_is_kept_as_evidence_and_answered_for_nothing(
    small_house: House, group: Phone
) -> None:
    complains(small_house.citizen())
    digest(small_house, group, f"{MONDAY} 08:30")
    spent = used(small_house)
    assert "บันทึกการตรวจรอบ 08.30 น. วันที่ 23 พ.ย. 2569 เรียบร้อยแล้ว" in text_of(group.taps("ตรวจแล้ว"))
    (line,) = rows(small_house, audit, audit.c.what == "box_checked")
    assert line["who"] == f"line:{group.user}"
    assert datetime.fromisoformat(json.loads(line["after"])["check"]).astimezone(ZONE).hour == 8
    assert small_house.clock() - line["at"] < timedelta(minutes=1)
    assert "มีผู้ตรวจแล้ว" in text_of(group.types("ตรวจแล้ว"))
    assert count(small_house, audit, audit.c.what == "box_checked") == 1
    assert used(small_house) == spent


def test_a_check_that_nobody_made_is_told_by_the_next_with_the_head_to_report_to(
    small_house: House, group: Phone
) -> None:
    complains(small_house.citizen())
    digest(small_house, group, f"{MONDAY} 08:30")
    assert "ยังไม่มีผู้แจ้ง" not in text_of(group.types("สรุป"))  # there is still time
    told = digest(small_house, group, f"{MONDAY} 16:30")
    assert "รอบ 08.30 น. วันที่ 23 พ.ย. 2569 ยังไม่มีผู้แจ้งว่า “ตรวจแล้ว”" in told
    assert "โปรดรายงานให้นายกองค์การบริหารส่วนจังหวัดศรีนครทราบ" in told
    group.types(" ตรวจแล้ว ")
    assert "ยังไม่มีผู้แจ้ง" not in digest(small_house, group, f"{TUESDAY} 08:30")


def test_when_there_is_nothing_at_all_nothing_is_paid_and_nobody_is_blamed(small_house: House, group: Phone) -> None:
    for at in (f"{MONDAY} 08:30", f"{MONDAY} 16:30", f"{TUESDAY} 08:30"):
        assert digest(small_house, group, at) == ""
    assert calls(small_house, "push") == []
    assert count(small_house, desk_checks) == 3
    assert "ไม่มีเรื่องใหม่และไม่มีงานค้าง" in text_of(group.types("สรุป"))
    assert "บันทึกการตรวจรอบ 08.30 น. วันที่ 24 พ.ย." in text_of(group.types("ตรวจแล้ว"))
    set_time(small_house, f"{TUESDAY} 10:00")
    complains(small_house.citizen())
    assert "ยังไม่มีผู้แจ้ง" not in digest(small_house, group, f"{TUESDAY} 16:30")


def test_a_working_day_costs_two_messages_a_member_and_no_more(small_house: House, group: Phone) -> None:
    complains(small_house.citizen())
    small_house.later(minutes=2)
    before = used(small_house)
    for at in (f"{TUESDAY} 08:30", f"{TUESDAY} 16:30"):
        assert digest(small_house, group, at)
        group.taps("ตรวจแล้ว")
        group.types("สรุป")
    assert used(small_house) - before == 2 * MEMBERS


#       no working day                 why
DAYS_OFF = {
    "2026-11-22 08:30": "a Sunday",
    "2026-12-07 08:30": "in lieu of 5 December, which is a Saturday",
    "2027-03-15 16:30": "closed by the office's own order ([[days]])",
}


@pytest.mark.parametrize("at", DAYS_OFF)
def test_there_is_no_digest_on_a_day_off(small_house: House, at: str) -> None:
    group = small_house.staff_group()
    complains(small_house.citizen())
    small_house.later(minutes=2)
    assert digest(small_house, group, at) == ""


def test_a_digest_whose_time_is_long_past_is_left_to_the_next(small_house: House, group: Phone) -> None:
    complains(small_house.citizen())
    small_house.later(minutes=2)
    pushes = calls(small_house, "push")
    set_time(small_house, f"{MONDAY} 10:31")
    run_job(small_house, "morning_digest")  # the house was closed at 08:30
    run_job(small_house, "evening_digest")  # and on Friday
    assert calls(small_house, "push") == pushes


def test_of_two_clocks_and_of_a_job_begun_again_one_asks(small_house: House, group: Phone) -> None:
    complains(small_house.citizen())
    small_house.later(minutes=2)
    set_time(small_house, f"{MONDAY} 08:30")
    job = next(job for job in clock.JOBS if job.name == "morning_digest")
    for _ in range(2):
        with small_house.wiring.database.transaction() as tx:
            job.work(small_house.wiring, tx, small_house.clock())
    small_house.later(minutes=2)
    assert text_of(group.said()).count("สรุปงาน 08.30 น.") == text_of(group.said()[-1:]).count("สรุปงาน 08.30 น.") > 0


def test_a_digest_held_for_money_gives_way_to_a_newer_one_and_comes_for_nothing_when_asked(
    small_house: House, group: Phone
) -> None:
    complains(small_house.citizen())
    small_house.later(minutes=2)
    elsewhere(small_house, 205)
    small_house.later(minutes=2)
    spent = used(small_house)
    for at in (f"{MONDAY} 16:30", f"{TUESDAY} 08:30"):
        assert digest(small_house, group, at) == ""
    told = [words(message) for message in group.types("งานค้าง")]
    assert [text.split("\n")[0] for text in told if "สรุปงาน" in text] == ["สรุปงาน 08.30 น. 24 พ.ย. 2569"]
    assert digest(small_house, group, f"{TUESDAY} 16:30") == ""
    assert len([message for message in group.types("สรุป") if "สรุปงาน" in words(message)]) == 1
    assert used(small_house) == spent


def test_somebody_whom_line_does_not_name_gives_no_evidence(small_house: House, group: Phone) -> None:
    """LINE names the speaker in a group only for its apps for iOS and Android (reference, "Source group chat")."""
    complains(small_house.citizen())
    digest(small_house, group, f"{MONDAY} 08:30")
    with small_house.wiring.database.transaction() as tx:
        assert "ไม่ทราบว่าผู้ใด" in acknowledge(tx, None, small_house.clock())
    assert count(small_house, audit, audit.c.what == "box_checked") == 0
    assert "เรียบร้อยแล้ว" in text_of(group.taps("ตรวจแล้ว"))


def test_a_check_whose_digest_was_held_for_money_is_nobodys_fault(small_house: House, group: Phone) -> None:
    complains(small_house.citizen())
    small_house.later(minutes=2)
    elsewhere(small_house, 205)
    small_house.later(minutes=2)
    assert digest(small_house, group, f"{TUESDAY} 08:30") == ""
    assert "ยังไม่มีสรุปงานที่รอตรวจ" in text_of(group.types("ตรวจแล้ว"))  # and here the held one comes along
    assert "บันทึกการตรวจรอบ 08.30 น." in text_of(group.types("ตรวจแล้ว"))
    assert digest(small_house, group, f"{TUESDAY} 16:30") == ""
    set_time(small_house, "2026-11-25 07:00")
    run_job(small_house, "mind_quota")
    told = text_of(group.types("สรุป"))
    assert "เรื่องใหม่" in told
    assert "ยังไม่มีผู้แจ้ง" not in told
    assert "รอบ 16.30 น. วันที่ 24 พ.ย." in text_of(group.types("ตรวจแล้ว"))


def test_a_digest_held_for_money_is_let_go_and_never_comes_at_night(small_house: House, group: Phone) -> None:
    """LINE's month begins at 22.00 in Thailand."""
    complains(small_house.citizen())
    small_house.later(minutes=2)
    elsewhere(small_house, 205)
    small_house.later(minutes=2)
    assert digest(small_house, group, "2026-11-30 16:30") == ""
    pushes = calls(small_house, "push")
    set_time(small_house, "2026-11-30 22:06")
    small_house.later(hours=1)  # the house had no clock
    assert calls(small_house, "push") == pushes
    run_job(small_house, "mind_quota")
    assert [row["state"] for row in rows(small_house, outgoing, outgoing.c.kind == "digest")] == ["dropped"]
    elsewhere(small_house, 0)
    assert "ยังไม่มีผู้แจ้ง" not in digest(small_house, group, "2026-12-01 08:30")


def test_the_digest_and_a_proposal_of_the_same_morning_are_one_push(small_house: House, group: Phone) -> None:
    citizen = small_house.citizen()
    complains(citizen)
    small_house.later(minutes=2)
    citizen.blocks()
    small_house.later(minutes=2)
    pushes = len(calls(small_house, "push"))
    told = digest(small_house, group, "2026-12-28 08:30")
    assert "สรุปงาน" in told
    assert "จำหน่ายเรื่อง" in told
    assert len(calls(small_house, "push")) == pushes + 1
