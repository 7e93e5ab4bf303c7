"""ร้องเรียน/ร้องทุกข์, from the first tap to number, card and row."""

from __future__ import annotations

import regex
import sqlalchemy as sa

from models.case import cases
from models.document import case_files
from models.people import notices_shown, reporters
from models.register import entries
from office.filing import CHANNELS
from tests.house import House, case_number, labels, words
from tests.journeys import stories
from tests.journeys.stories import EVERYWHERE, ON_BOTH, READ, SEND, calls, complains, rows, set_time, text_of


@EVERYWHERE
def test_a_complaint_with_a_photo_becomes_a_number_a_card_and_a_row(house: House) -> None:
    """The main job, end to end, on both databases."""
    group, citizen = house.staff_group(), house.citizen()

    first = citizen.types("ร้องเรียน/ร้องทุกข์")
    assert "191" in words(first[0])  # danger first
    assert "ข้อมูลส่วนบุคคล" in words(first[1])
    assert "ข้อ 1/" in words(citizen.taps(READ)[0])
    assert "ไม่ใช่ตำแหน่งโทรศัพท์" in words(citizen.taps("ถนน ทางเท้า")[0])
    citizen.types("หน้าตลาดสด หมู่ 3")
    citizen.types("ถนนเป็นหลุมลึก รถล้มบ่อย")
    assert "1 ไฟล์" in text_of(stories.sends(citizen, stories.photo()))
    (explained,) = citizen.taps("ส่งครบแล้ว")
    assert {"แจ้งชื่อ (เปิดเผย)", "ปกปิดชื่อ", "ไม่ระบุชื่อ"} <= set(labels(explained))  # before any name is asked
    citizen.taps("แจ้งชื่อ (เปิดเผย)")
    citizen.types("สมชาย ใจดี")
    (check,) = citizen.types("0812345678")
    for answer in ("ถนน ทางเท้า", "หน้าตลาดสด หมู่ 3", "ถนนเป็นหลุมลึก", "1 ไฟล์", "สมชาย ใจดี", "081-234-5678"):
        assert answer in words(check)
    (told,) = citizen.taps(SEND)

    assert case_number(citizen) == (1, 2569)
    assert "วันอังคารที่ 24 พฤศจิกายน 2569 เวลา 10.0" in words(told)
    assert regex.search(r"รหัสติดตาม(: |\n)[0-9A-Z]{4}-[0-9A-Z]{4}\n", words(told))
    assert regex.search(r"0 2000 \d{4}", words(told))

    (card,) = [words(message) for message in group.said() if "เรื่องใหม่ 1/" in words(message)]
    assert "เรื่องใหม่ 1/2569" in card
    assert "ถนนและทางเท้า" in card
    assert "3 ธ.ค. 2569" in card
    for secret in ("สมชาย", "ใจดี", "0812345678", "081-234-5678", "ตลาดสด", "หลุมลึก"):
        assert secret not in text_of(group.said())

    (row,) = house.register()
    assert (row["เลขทะเบียนรับ"], row["จาก"], row["ช่องทาง"]) == ("1", "สมชาย ใจดี", CHANNELS[house.channel])
    assert (row["วันเวลาที่รับ"][:16], row["กำหนดเสร็จ"]) == ("2026-11-24T10:01", "2026-12-03")
    assert row["บันทึกผู้บังคับบัญชา"] == ""

    (kept,) = rows(house, case_files)
    assert (kept["kind"], kept["size"]) == ("image/jpeg", len(stories.photo().data))
    assert [(one["name"], one["phone"]) for one in rows(house, reporters)] == [("สมชาย ใจดี", "081-234-5678")]


def test_after_the_first_tap_everything_is_said_by_free_reply(small_house: House) -> None:
    citizen = small_house.citizen()
    complains(citizen, files=[stories.photo()])
    assert calls(small_house, "push") == []
    assert {call.status for call in small_house.world.calls} == {200}


def test_at_night_both_times_are_told_and_the_deadline_runs_from_the_deemed_one(small_house: House) -> None:
    set_time(small_house, "2026-12-04 17:00")
    citizen = small_house.citizen()
    assert complains(citizen) == (1, 2569)
    assert "วันอังคารที่ 8 ธันวาคม 2569 เวลา 08.30 น." in citizen.last  # the 5th to the 7th are no working days
    assert "วันศุกร์ที่ 4 ธันวาคม 2569 เวลา 17.0" in citizen.last
    assert "นอกเวลาราชการ" in citizen.last
    (case,) = rows(small_house, cases)
    assert case["arrived_at"] < case["received_at"]
    (row,) = small_house.register()
    assert row["วันเวลาที่รับ"] == "2026-12-08T08:30:00+07:00"
    assert row["ลงวันที่"] == "4 ธันวาคม 2569"
    assert "นอกเวลาราชการ" in row["หมายเหตุ"]


def test_in_office_hours_one_time_is_enough(small_house: House) -> None:
    citizen = small_house.citizen()
    complains(citizen)
    assert "นอกเวลาราชการ" not in citizen.last


def test_what_comes_on_the_last_evening_gets_the_first_number_of_the_new_year(house: House) -> None:
    """The number belongs to the year of the legal receipt: 30 December 23:59 -> 4 January 08:30, 1/2570."""
    early = house.citizen("มาลี ขยัน")
    assert complains(early) == (1, 2569)
    set_time(house, "2026-12-30 23:58")
    late = house.citizen("วิชัย มาช้า")
    house.clock.moment = house.clock.moment.replace(second=0)
    assert complains(late) == (1, 2570)
    assert "วันจันทร์ที่ 4 มกราคม 2570 เวลา 08.30 น." in late.last
    assert [row["เลขทะเบียนรับ"] for row in house.register(2570)] == ["1"]
    assert [row["เลขทะเบียนรับ"] for row in house.register(2569)] == ["1"]


def test_the_first_case_of_the_new_year_in_office_hours_follows_it(small_house: House) -> None:
    set_time(small_house, "2026-12-30 23:00")
    assert complains(small_house.citizen()) == (1, 2570)
    set_time(small_house, "2027-01-04 08:35")
    assert complains(small_house.citizen()) == (2, 2570)


def test_numbers_run_on_over_several_citizens(house: House) -> None:
    people = [house.citizen(f"ผู้ร้อง คนที่{n}") for n in range(4)]
    assert [complains(person) for person in people] == [(n, 2569) for n in range(1, 5)]
    assert complains(people[0]) == (5, 2569)
    assert [row["เลขทะเบียนรับ"] for row in house.register()] == ["1", "2", "3", "4", "5"]


@EVERYWHERE
def test_citizens_who_speak_at_once_do_not_get_mixed_up(house: House) -> None:
    people = [house.citizen(f"ผู้ร้อง คนที่{n}") for n in range(3)]
    for number, person in enumerate(people):
        stories.to_check_page(person, stories.COMPLAINT, "ถนน ทางเท้า", f"สถานที่ที่ {number}", f"ปัญหาข้อที่ {number} ของผม")
    world = people[0].world
    with world.held() as happened:
        for person in people:
            world.tap(person.user, person.button(SEND))
    world.deliver(*happened)
    house.settle()
    assert sorted(case_number(person) for person in people) == [(1, 2569), (2, 2569), (3, 2569)]
    by_conversation = {case["details"] for case in rows(house, cases)}
    assert by_conversation == {f"ปัญหาข้อที่ {number} ของผม" for number in range(3)}


@EVERYWHERE
def test_a_second_tap_on_send_gives_the_same_number_again(house: House) -> None:
    group, citizen = house.staff_group(), house.citizen()
    stories.to_check_page(citizen, stories.COMPLAINT, "ถนน ทางเท้า", "หน้าตลาดสด", "ถนนเป็นหลุมลึก")
    send = citizen.button(SEND)
    citizen.presses(send)
    code = stories.code_of(citizen)
    for _ in range(2):
        said = citizen.presses(send)
        assert "เลขรับที่ 1/2569" in text_of(said)
        assert code in text_of(said)
    house.later(minutes=5)
    assert len(rows(house, cases)) == len(house.register()) == 1
    assert text_of(group.said()).count("เรื่องใหม่ 1/2569\nประเภท:") == 1


@EVERYWHERE
def test_two_taps_before_the_answer_file_once(house: House) -> None:
    citizen = house.citizen()
    stories.to_check_page(citizen, stories.COMPLAINT, "ถนน ทางเท้า", "หน้าตลาดสด", "ถนนเป็นหลุมลึก")
    with citizen.world.held() as happened:
        for _ in range(3):
            citizen.world.tap(citizen.user, citizen.button(SEND))
    citizen.world.deliver(*happened)
    house.settle()
    assert len(rows(house, cases)) == 1
    assert case_number(citizen) == (1, 2569)


@ON_BOTH
def test_the_word_itself_files_as_well_as_the_tap(small_house: House) -> None:
    citizen = small_house.citizen()
    stories.to_check_page(citizen, stories.COMPLAINT, "ถนน ทางเท้า", "หน้าตลาดสด", "ถนนเป็นหลุมลึก")
    citizen.types("ยืนยันและส่งค่ะ")
    assert case_number(citizen) == (1, 2569)


@ON_BOTH
def test_an_answer_is_changed_on_the_check_page_and_only_it(small_house: House) -> None:
    citizen = small_house.citizen()
    stories.to_check_page(citizen, stories.COMPLAINT, "ถนน ทางเท้า", "หน้าตลาดสด", "ถนนเป็นหลุมลึก")
    citizen.taps("แก้ไขสถานที่เกิดเหตุ")
    (check,) = citizen.types("หน้าโรงเรียนวัดใหม่")
    assert "หน้าโรงเรียนวัดใหม่" in words(check)
    citizen.taps(SEND)
    (case,) = rows(small_house, cases)
    assert (case["spot_words"], case["details"]) == ("หน้าโรงเรียนวัดใหม่", "ถนนเป็นหลุมลึก")


@ON_BOTH
def test_a_point_on_the_map_is_the_place_of_the_problem(small_house: House) -> None:
    citizen = small_house.citizen()
    stories.begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    citizen.does(lambda world, user: world.send_place(user, 18.1446, 100.1410, title="ตลาดสด"))
    assert "จุดที่เกิดปัญหาใช่หรือไม่" in citizen.last
    citizen.types("ข้างเสาไฟต้นที่ 3")
    citizen.types("ถนนเป็นหลุมลึก รถล้ม")
    citizen.types("ข้าม")
    citizen.types("3")
    citizen.taps(SEND)
    (case,) = rows(small_house, cases)
    assert (case["latitude"], case["longitude"]) == (18.1446, 100.1410)
    assert "ข้างเสาไฟต้นที่ 3" in case["spot_words"]


def test_who_wants_to_stay_hidden_from_the_works_is_hidden_in_the_register(small_house: House) -> None:
    citizen = small_house.citizen()
    complains(citizen, identity="ปกปิดชื่อ", name="สมหญิง รักสงบ", number="0898765432")
    (row,) = small_house.register()
    assert row["จาก"] == "ผู้ร้อง (ปกปิด)"
    assert not any(word in str(row) for word in ("สมหญิง", "089"))


def test_of_somebody_without_a_name_nothing_is_kept_in_the_vault(small_house: House) -> None:
    complains(small_house.citizen())
    assert rows(small_house, reporters) == []
    assert small_house.register()[0]["จาก"] == "ผู้ร้อง (ไม่ระบุชื่อ)"


def test_the_privacy_notice_is_shown_once_per_version(small_house: House) -> None:
    citizen = small_house.citizen()
    complains(citizen)
    second = citizen.types("ร้องเรียน/ร้องทุกข์")
    assert READ not in [label for message in second for label in labels(message)]
    assert [row["notice"] for row in rows(small_house, notices_shown)] == [1]


def test_a_disaster_is_told_at_once_though_others_are_gathered(small_house: House) -> None:
    group = small_house.staff_group()
    complains(small_house.citizen())
    small_house.settle()
    complains(small_house.citizen(), category="สาธารณภัย", details="ต้นไม้ใหญ่ล้มขวางถนน")
    assert "เรื่องใหม่ 2/2569" in text_of(group.said())


def test_what_was_filed_is_in_the_entry_and_the_case_alike(house: House) -> None:
    complains(house.citizen())
    with house.wiring.database.reading() as tx:
        joined = sa.select(cases.c.received_at, entries.c.received_at.label("entered")).join(
            entries, entries.c.case_id == cases.c.id
        )
        (both,) = tx.all(joined)
    assert both["received_at"] == both["entered"]
