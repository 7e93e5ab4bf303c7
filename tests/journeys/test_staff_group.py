"""The staff's own group (B56): let in by code, told without being flooded, answered for nothing. Others get silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.staff import GRACE
from models import conversation
from office import codes, desk
from tests.house import House, Phone, labels, words
from tests.journeys import stories
from tests.journeys.stories import calls, complains, text_of


def strangers(house: House) -> Phone:
    """A group that somebody has invited the office's account to."""
    members = [house.world.add_person(f"คนนอก {n}", follow=False).id for n in range(3)]
    group = house.world.add_group("กลุ่มเพื่อนบ้าน", members)
    house.settle()
    return Phone(house, members[0], group.id)


def new_code(house: House) -> str:
    with house.wiring.database.transaction() as tx:
        return desk.make_code(tx, house.clock())


def staff_groups(house: House) -> list[str]:
    with house.wiring.database.reading() as tx:
        return [group.address for group in conversation.staff_groups(tx)]


def has_bot(house: House, group: Phone) -> bool:
    return house.world.state.groups[group.chat].has_bot


def test_a_group_is_let_in_by_its_code(house: House) -> None:
    group = strangers(house)
    (welcome,) = group.types(f"เปิดใช้ {new_code(house)}")
    assert "งานค้าง" in labels(welcome)
    assert staff_groups(house) == [group.chat]
    house.later(hours=2)
    assert has_bot(house, group)
    assert calls(house, "push") == []


@pytest.mark.parametrize("shape", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_the_code_may_be_typed_as_people_type(small_house: House, shape: object) -> None:
    group = strangers(small_house)
    assert group.types(f"เปิดใช้ {shape(new_code(small_house))}")  # type: ignore[operator]
    assert staff_groups(small_house) == [group.chat]


def test_an_unknown_group_gets_nothing_and_is_left(house: House) -> None:
    group = strangers(house)
    for text in ("สวัสดี", "งานค้าง", "ร้องเรียน/ร้องทุกข์", "เมนู", "เปิดใช้", "ติดตามเรื่อง"):
        assert group.types(text) == []
    assert has_bot(house, group)
    house.later(seconds=GRACE.total_seconds())
    assert not has_bot(house, group)
    assert [call.status for call in calls(house, "leave")] == [200]
    assert group.said() == []


def test_a_group_that_was_quiet_is_left_too(small_house: House) -> None:
    group = strangers(small_house)
    small_house.later(seconds=GRACE.total_seconds() + 60)
    assert not has_bot(small_house, group)


def test_who_hesitates_may_still_type_the_code_within_the_grace(small_house: House) -> None:
    group = strangers(small_house)
    small_house.later(seconds=GRACE.total_seconds() - 60)
    assert group.types(f"เปิดใช้ {new_code(small_house)}")
    small_house.later(hours=1)
    assert has_bot(small_house, group)


def test_a_wrong_a_used_and_an_old_code_get_silence(small_house: House) -> None:
    first, second = strangers(small_house), strangers(small_house)
    code = new_code(small_house)
    assert first.types("เปิดใช้ AAAA-AAAA") == []
    assert first.types(f"เปิดใช้ {code}") != []
    assert second.types(f"เปิดใช้ {code}") == []
    old = new_code(small_house)
    small_house.clock.pass_(hours=24, minutes=1)
    assert strangers(small_house).types(f"เปิดใช้ {old}") == []
    assert staff_groups(small_house) == [first.chat]


def test_a_citizen_cannot_become_the_desk_by_typing_the_code(small_house: House) -> None:
    citizen, code = small_house.citizen(), new_code(small_house)
    assert "เปิดใช้กลุ่มเจ้าหน้าที่แล้ว" not in text_of(citizen.types(f"เปิดใช้ {code}"))
    assert staff_groups(small_house) == []
    assert strangers(small_house).types(f"เปิดใช้ {code}") != []


def test_of_many_guesses_none_is_answered_and_the_right_one_comes_too_late(small_house: House) -> None:
    group, code = strangers(small_house), new_code(small_house)
    for _ in range(codes.TRIES_EACH):
        assert group.types("เปิดใช้ AAAA-1111") == []
    assert group.types(f"เปิดใช้ {code}") == []
    small_house.clock.pass_(seconds=codes.WINDOW.total_seconds())
    assert group.types(f"เปิดใช้ {code}") != []


def test_who_removes_the_bot_ends_it_and_a_new_invitation_begins_from_nothing(small_house: House) -> None:
    group = small_house.staff_group()
    small_house.world.remove_bot(group.chat)
    small_house.settle()
    assert staff_groups(small_house) == []
    complains(small_house.citizen())
    small_house.later(minutes=5)
    assert calls(small_house, "push") == []
    small_house.world.invite_bot(group.chat)
    small_house.settle()
    assert group.types("งานค้าง") == []


def test_the_worklist_comes_by_free_reply_and_holds_numbers_only(house: House) -> None:
    group = house.staff_group()
    for name in ("สมชาย ใจดี", "มาลี ขยัน"):
        complains(house.citizen(name), identity="แจ้งชื่อ", name=name, number="0812345678")
    house.later(minutes=2)
    pushes = len(calls(house, "push"))
    said = text_of(group.types("งานค้าง"))
    assert "งานค้าง 2 เรื่อง" in said
    assert "รับเรื่องแล้ว 2 เรื่อง" in said
    house.clock.pass_(days=30)
    late = text_of(group.types("งานค้าง"))
    assert "เกินกำหนด 2 เรื่อง" in late
    assert "1/2569" in late
    assert not any(word in said + late for word in ("สมชาย", "มาลี", "081", "หลุมลึก", "ตลาดสด"))
    assert len(calls(house, "push")) == pushes


def test_with_nothing_to_do_the_worklist_says_so(small_house: House) -> None:
    assert "ไม่มีเรื่องค้าง" in text_of(small_house.staff_group().types("งานค้าง"))


def test_the_groups_own_talk_is_not_answered(small_house: House) -> None:
    group = small_house.staff_group()
    for text in ("เที่ยงนี้กินอะไร", "เมนู", "ร้องเรียน/ร้องทุกข์", "ไฟไหม้"):
        assert group.types(text) == []
    assert group.does(lambda world, user: world.send_sticker(user, chat=group.chat)) == []


def test_a_burst_of_cases_is_one_paid_message(house: House) -> None:
    """A push to a group is billed once per member, however much it carries."""
    group = house.staff_group()
    people = [house.citizen(f"ผู้ร้อง คนที่{n}") for n in range(5)]
    for person in people:
        stories.to_check_page(person, stories.COMPLAINT, "ถนน ทางเท้า", "หน้าตลาดสด", "ถนนเป็นหลุมลึก")
    used = house.world.platform.quota.used(house.clock())
    for person in people:
        house.world.tap(person.user, person.button(stories.SEND))
    house.settle()
    house.later(minutes=2)
    pushes = calls(house, "push")
    assert len(pushes) <= 2
    assert house.world.platform.quota.used(house.clock()) - used == 5 * len(pushes)
    told = text_of(group.said())
    assert all(f"เรื่องใหม่ {number}/2569" in told for number in range(1, 6))


def test_every_staff_group_hears_of_a_case(small_house: House) -> None:
    groups = [small_house.staff_group(), small_house.staff_group()]
    complains(small_house.citizen())
    small_house.later(minutes=2)
    assert all("เรื่องใหม่ 1/2569" in text_of(group.said()) for group in groups)


def test_a_call_for_a_person_reaches_the_group_within_a_minute_without_saying_who(small_house: House) -> None:
    group, citizen = small_house.staff_group(), small_house.citizen("สมชาย ใจดี")
    complains(citizen)
    said = citizen.types("ติดต่อเจ้าหน้าที่")
    assert "แจ้งเจ้าหน้าที่ให้แล้ว" in text_of(said)
    assert "0 2000 1234" in text_of(said)
    small_house.later(minutes=1)
    told = words(group.said()[-1])
    assert "ขอติดต่อเจ้าหน้าที่ทาง LINE" in told
    assert "สมชาย" not in told


def test_who_calls_again_within_the_hour_costs_nothing_more(small_house: House) -> None:
    group, citizen = small_house.staff_group(), small_house.citizen()
    for _ in range(3):
        citizen.types("ติดต่อเจ้าหน้าที่")
        small_house.later(minutes=5)
    small_house.messenger_citizen().types("ติดต่อเจ้าหน้าที่")  # somebody else, elsewhere
    small_house.later(minutes=50)
    citizen.types("ติดต่อเจ้าหน้าที่")
    small_house.later(minutes=2)
    called = [words(message) for message in group.said() if "ขอติดต่อ" in words(message)]
    assert ["Messenger" in text for text in called] == [False, True, False]


def test_a_call_at_night_is_told_when_somebody_will_be_there(small_house: House) -> None:
    stories.set_time(small_house, "2026-12-04 20:00")
    said = text_of(small_house.citizen().types("ติดต่อเจ้าหน้าที่"))
    assert "นอกเวลาทำการ" in said
    assert "วันอังคารที่ 8 ธันวาคม 2569 เวลา 08.30 น." in said


def test_one_citizen_who_calls_again_and_again_does_not_spend_the_offices_quota(small_house: House) -> None:
    """Each push to the group is paid once per member; a finger on the button must not cost the month's budget."""
    small_house.staff_group()
    citizen = small_house.citizen()
    for _ in range(10):
        citizen.types("ติดต่อเจ้าหน้าที่")
    small_house.later(minutes=2)
    assert len(calls(small_house, "push")) <= 3


# --- a citizen in somebody's group ---


def test_a_citizen_who_writes_in_a_group_of_strangers_is_answered_neither_there_nor_at_home(
    small_house: House,
) -> None:
    citizen = small_house.citizen()
    stories.begins(citizen)
    before = len(citizen.said())
    group = small_house.world.add_group("กลุ่มหมู่บ้าน", [citizen.user])
    small_house.settle()
    there = Phone(small_house, citizen.user, group.id)
    for text in ("ถนน ทางเท้า", "ยกเลิก", "ไฟไหม้"):
        assert there.types(text) == []
    assert len(citizen.said()) == before
    assert "ข้อ 2/" in text_of(citizen.taps("ถนน ทางเท้า"))  # the talk at home stands where it stood


def test_pictures_in_groups_are_nobodys_business(small_house: House) -> None:
    """Nothing is filed from a group, so nothing of what people show each other there is fetched or kept."""
    photo = stories.photo()
    for group in (strangers(small_house), small_house.staff_group()):
        assert group.does(lambda world, user, to=group.chat: world.send_files(user, [photo], chat=to)) == []
    assert calls(small_house, "content") == []
    assert stories.kept_files(small_house) == []


def test_the_grace_is_long_enough_to_find_the_code_and_short_enough_to_be_gone() -> None:
    assert timedelta(minutes=1) <= GRACE <= timedelta(minutes=30)
