"""What sending costs on LINE: the quota is read and not assumed, the last of it is for citizens, all of it counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot import limits, outbox
from bot.delivery import LOOK_AHEAD
from flows.messages import Say
from handlers import clock
from models import conversation, quota
from models.outbox import outgoing
from office.cases import record
from services.office import Sending
from tests.house import House, Phone, words
from tests.journeys import stories
from tests.journeys.stories import calls, complains, rows, run_job, text_of

MEMBERS = 5


def minute(house: House) -> None:
    """The clock's next minute."""
    house.clock.pass_(minutes=1)
    run_job(house, "mind_quota")


def elsewhere(house: House, messages: int) -> None:
    """So many were sent by hand, from LINE's own manager; and an hour later we have heard of it."""
    house.world.platform.quota.charge(messages, house.clock())
    house.clock.pass_(hours=1)
    minute(house)
    minute(house)


def used(house: House) -> int:
    return house.world.platform.quota.used(house.clock())


def health(house: House) -> dict[str, Any]:
    return dict(house.client.get("/health").get_json())


def saves(house: House, **sending: Any) -> None:
    """The office has set this in its file."""
    house.wiring = replace(house.wiring, office=replace(house.wiring.office, sending=Sending(**sending)))


@pytest.fixture
def group(small_house: House) -> Phone:
    return small_house.staff_group()


# --- the figures ---


def test_the_quota_is_read_from_the_platform_every_hour(small_house: House, group: Phone) -> None:
    assert health(small_house)["quota"] == {"line": {"limit": 300, "used": 0, "level": 0}}
    small_house.world.platform.quota.limit = 15_000  # a larger plan
    small_house.world.platform.quota.charge(120, small_house.clock())
    minute(small_house)
    assert health(small_house)["quota"]["line"]["limit"] == 300
    small_house.clock.pass_(hours=1)
    minute(small_house)
    assert health(small_house)["quota"] == {"line": {"limit": 15_000, "used": 120, "level": 0}}


def test_a_plan_without_limit_holds_nothing_and_warns_of_nothing(small_house: House, group: Phone) -> None:
    small_house.world.platform.quota.limit = None
    elsewhere(small_house, 40_000)
    assert health(small_house)["quota"] == {"line": {"limit": None, "used": 40_000, "level": 0}}
    complains(small_house.citizen())
    assert "เรื่องใหม่ 1/2569" in text_of(group.said())
    assert "โควตา" not in text_of(group.said())


@pytest.mark.parametrize("weather", ["500", "401", "cut", "odd"])
def test_what_cannot_be_read_stays_as_it_was_and_alarms_nobody(small_house: House, group: Phone, weather: Any) -> None:
    before = health(small_house)["quota"]
    small_house.world.set_weather(weather)
    for _ in range(8):
        small_house.clock.pass_(hours=1)
        minute(small_house)
    small_house.world.set_weather("ok")
    assert (health(small_house)["quota"], health(small_house)["status"]) == (before, "ok")
    assert calls(small_house, "push") == []


def test_our_own_count_runs_ahead_of_the_reading_and_is_the_platforms_own(small_house: House, group: Phone) -> None:
    """A push to a group is billed once per member, however many cards it carries."""
    for name in ("สมชาย", "สมหญิง", "สมศรี"):
        complains(small_house.citizen(name))
    small_house.later(minutes=2)
    assert used(small_house) > 0
    assert health(small_house)["quota"]["line"]["used"] == used(small_house)
    assert sum(row["billed"] or 0 for row in rows(small_house, outgoing)) == used(small_house)


def test_who_joins_the_group_is_counted(small_house: House, group: Phone) -> None:
    small_house.world.add_member(group.chat, small_house.world.add_person("คนใหม่", follow=False).id)
    small_house.clock.pass_(hours=1)
    minute(small_house)
    complains(small_house.citizen())
    small_house.later(minutes=2)
    assert health(small_house)["quota"]["line"]["used"] == used(small_house) == MEMBERS + 1


# --- what is held ---


def test_when_the_month_runs_down_cards_wait_for_a_free_reply_and_are_not_lost(
    small_house: House, group: Phone
) -> None:
    elsewhere(small_house, 240)
    small_house.later(minutes=2)
    before = used(small_house)
    complains(small_house.citizen())
    small_house.later(minutes=5)
    assert used(small_house) == before
    assert "เรื่องใหม่ 1/2569" not in text_of(group.said())
    assert "เรื่องใหม่ 1/2569" in text_of(group.types("งานค้าง"))
    assert used(small_house) == before


def test_what_was_held_goes_out_as_one_when_the_new_month_begins(small_house: House, group: Phone) -> None:
    elsewhere(small_house, 260)
    for name in ("สมชาย", "สมหญิง", "สมศรี"):
        complains(small_house.citizen(name))
    small_house.later(days=2)
    assert "เรื่องใหม่ 1/2569" not in text_of(group.said())
    small_house.clock.moment = limits.next_month(small_house.clock())
    small_house.settle()
    assert all(f"เรื่องใหม่ {number}/2569" in text_of(group.said()) for number in (1, 2, 3))
    assert used(small_house) == MEMBERS


def test_a_larger_plan_lets_go_what_was_held(small_house: House, group: Phone) -> None:
    elsewhere(small_house, 280)
    complains(small_house.citizen())
    small_house.later(minutes=5)
    small_house.world.platform.quota.limit = 15_000
    small_house.clock.pass_(hours=1)
    minute(small_house)
    small_house.later(hours=1)
    assert "เรื่องใหม่ 1/2569" in text_of(group.said())


def test_what_is_held_to_save_is_no_sign_of_trouble(small_house: House, group: Phone) -> None:
    elsewhere(small_house, 280)
    complains(small_house.citizen())
    small_house.later(hours=3)
    run_job(small_house, "tick")
    assert (health(small_house)["status"], health(small_house)["oldest_message_seconds"]) == ("ok", None)


def test_urgent_kinds_and_tips_are_paid_for_longer_than_others(small_house: House, group: Phone) -> None:
    elsewhere(small_house, 255)
    complains(small_house.citizen(), category="ถนน ทางเท้า")
    small_house.later(minutes=5)
    assert "เรื่องใหม่ 1/2569" not in text_of(group.said())
    complains(small_house.citizen("สมหญิง"), category="สาธารณภัย")
    assert "เรื่องใหม่ 2/2569" in text_of(group.said())
    assert "เรื่องใหม่ 1/2569" in text_of(group.said())  # it rides along: the push costs no more
    stories.tips(small_house.citizen("สมศรี"))
    small_house.later(minutes=2)
    assert "เรื่องใหม่ 3/2569" in text_of(group.said())


def test_what_a_citizen_waits_for_is_paid_to_the_last_message(small_house: House, group: Phone) -> None:
    elsewhere(small_house, 299)
    citizen = small_house.citizen()
    stories.to_check_page(citizen, stories.COMPLAINT, "ถนน ทางเท้า", "หน้าตลาดสด", "ถนนเป็นหลุมลึก")
    small_house.world.next_answers("reply", ["drop"])  # the acknowledgement's end is unseen, so it is pushed
    citizen.taps(stories.SEND)
    assert used(small_house) == 300
    assert "เลขรับที่ 1/2569" in text_of(citizen.said())


def test_the_offices_own_ceiling_binds_its_notices(small_house: House, group: Phone) -> None:
    saves(small_house, line_budget=10)
    small_house.clock.pass_(hours=1)
    minute(small_house)
    complains(small_house.citizen())
    small_house.later(minutes=5)
    assert used(small_house) == MEMBERS  # 5 of 10; another card would leave nothing
    complains(small_house.citizen("สมหญิง"))
    small_house.later(minutes=5)
    assert used(small_house) == MEMBERS
    assert health(small_house)["quota"]["line"]["limit"] == 10


# --- warnings ---


def warnings(group: Phone) -> list[str]:
    return [text for message in group.said() if "โควตาข้อความไปแล้ว" in (text := words(message))]


def test_the_staff_are_warned_once_at_70_and_once_at_90_and_again_next_month(small_house: House, group: Phone) -> None:
    for messages, told in ((205, 0), (5, 1), (0, 1), (55, 2), (5, 2)):
        elsewhere(small_house, messages)
        small_house.later(hours=3)
        assert len(warnings(group)) == told
    assert "ไปแล้ว 70% (210 จาก 300 ข้อความ)" in warnings(group)[0]
    assert health(small_house)["quota"]["line"]["level"] == 90
    small_house.clock.moment = limits.next_month(small_house.clock())
    elsewhere(small_house, 220)
    small_house.later(minutes=2)
    assert len(warnings(group)) == 3


def test_a_warning_that_there_is_no_money_for_waits_and_calls_for_no_other(small_house: House, group: Phone) -> None:
    elsewhere(small_house, 298)
    for _ in range(5):
        minute(small_house)
        small_house.later(hours=2)
    assert used(small_house) == 298
    assert len(rows(small_house, outgoing, outgoing.c.kind == "urgent")) == 1
    group.types("งานค้าง")
    assert len(warnings(group)) == 1


def test_of_two_clocks_one_warns(small_house: House, group: Phone) -> None:
    elsewhere(small_house, 215)
    with small_house.wiring.database.transaction() as tx:
        assert not quota.warn(tx, "line", "2026-11:70")
        assert quota.warn(tx, "line", "2026-11:90")
        assert quota.warn(tx, "line", "2026-12:70")
    job = next(job for job in clock.JOBS if job.name == "mind_quota")
    due = small_house.clock.pass_(minutes=1)
    assert [clock.run(small_house.wiring, job, due) for _ in (1, 2)] == [True, False]


# --- the table of docs/operations.md ---


def whole_complaint(house: House, group: Phone, **answers: Any) -> tuple[int, int]:
    """Billed on the citizen's side and on the staff's, from the first message to the closing."""
    citizen = house.citizen()
    complains(citizen, files=[stories.photo(1), stories.photo(2)], **answers)
    citizen.types("สถานะ")
    house.later(minutes=2)
    group.types("งานค้าง")
    stories.sends(citizen, stories.photo(3))  # joins the case
    with house.wiring.database.transaction() as tx:
        for status in ("assigned", "accepted", "working", "answered", "closed"):
            record(tx, 1, who="staff:1", what=status, now=house.clock(), status=status, text="แจ้งผลการดำเนินการ")
    assert "ดำเนินการเสร็จสิ้น" in text_of(citizen.types("สถานะ"))
    house.later(hours=2)
    return billed(house, citizen), billed(house, group)


def billed(house: House, phone: Phone) -> int:
    return sum(entry.billed for entry in house.world.chat(phone.chat))


#           cards, category                  billed: the citizen's side, the staff's
BILLED = {
    "a card for each case": ("at once", "ถนน ทางเท้า", 0, MEMBERS),
    "an urgent one": ("at once", "สาธารณภัย", 0, MEMBERS),
    "cards in the digest only": ("digest", "ถนน ทางเท้า", 0, 0),
    "an urgent one all the same": ("digest", "สาธารณภัย", 0, MEMBERS),
}


@pytest.mark.parametrize(("cards", "category", "citizens", "staffs"), BILLED.values(), ids=BILLED)
def test_messages_billed_per_case(
    small_house: House, group: Phone, cards: str, category: str, citizens: int, staffs: int
) -> None:
    saves(small_house, cards=cards)
    assert whole_complaint(small_house, group, category=category) == (citizens, staffs)
    assert used(small_house) == citizens + staffs
    ours = {(row["kind"], row["billed"]) for row in rows(small_house, outgoing, outgoing.c.billed > 0)}
    assert ours == ({("urgent" if category == "สาธารณภัย" else "card", staffs)} if staffs else set())


def test_a_notice_that_was_gathered_with_old_ones_is_not_lost_behind_many_more(small_house: House) -> None:
    """What was tried together is tried again together, however many others wait in the lane."""
    house = small_house
    group = house.staff_group()
    elsewhere(house, 245)  # cards are held for the sake of citizens
    with house.wiring.database.transaction() as tx:
        (staff,) = conversation.staff_groups(tx)
        for number in range(LOOK_AHEAD + 10):
            outbox.tell_group(tx, staff, Say(f"เรื่อง {number}"), house.clock(), kind="card")
    house.later(minutes=2)
    house.world.next_answers("push", ["500"])
    with house.wiring.database.transaction() as tx:
        outbox.tell_group(tx, staff, Say("เรื่องลับด่วน"), house.clock(), urgent=True, kind="urgent")
    house.settle()
    house.later(hours=1)
    assert text_of(group.said()).count("เรื่องลับด่วน") == 1
