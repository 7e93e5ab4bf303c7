"""ยื่นคำร้อง/คำขอ, from the catalogue to number, row, papers and booked places."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest

from models.booking import bookings, slots
from models.case import cases
from models.document import case_files
from models.people import reporters
from models.petition import case_papers, petitions
from office.cases import record
from office.completeness import Defect, NewDemand, NoClearList, accept, ask_for
from tests.house import House, Phone, case_number, words
from tests.journeys import stories
from tests.journeys.stories import READ, SEND, SENT_ALL, rows, run_job, set_time, text_of

PETITION = "ยื่นคำร้อง/คำขอ"


def books_tram(phone: Phone, people: str = "30", name: str = "สมชาย ใจดี") -> None:
    """As far as the check page, or the answer that there is no room."""
    phone.types(PETITION)
    phone.taps("ขอใช้รถราง")
    phone.taps("เริ่มยื่นคำขอ")
    if phone.sees(READ):
        phone.taps(READ)
    for answer in ("รอบเมืองเก่า", people, "15/12/2569", "09.00 น."):
        phone.types(answer)
    if "เต็ม" not in phone.last:
        for answer in ("โรงเรียนบ้านกลาง", "ข้าม", "ข้าม", name, "0812345678"):
            phone.types(answer)


def test_a_petition_with_papers_becomes_a_number_and_names_what_is_missing(small_house: House) -> None:
    group, citizen = small_house.staff_group(), small_house.citizen()

    (listed,) = citizen.types(PETITION)
    assert "1. ขอใช้บริการรถราง" in words(listed)
    (needed,) = citizen.types("ขออนุญาตประกอบกิจการที่เป็นอันตรายต่อสุขภาพ")
    for part in ("บัตรประจำตัวประชาชน", "1,000 บาท", "30 วันทำการ", "พ.ศ. 2535", "ไม่ต้องเซ็นรับรอง"):
        assert part in words(needed)
    citizen.taps("เริ่มยื่นคำขอ")
    citizen.taps(READ)
    for answer in ("ยื่นเพื่อตนเอง", "ขอใบอนุญาตใหม่", "ซักอบรีด", "ร้านสะอาดดี", "บุคคลธรรมดา", "12 ถนนศาลากลาง", "5", "๔ คน"):
        citizen.types(answer)
    assert "เอกสารที่ 1 จาก 4 · บัตรประจำตัวประชาชน" in citizen.last
    stories.sends(citizen, stories.photo(1), stories.photo(2))  # as many pages as the paper has: the next one is asked
    assert "เอกสารที่ 2 จาก 4 · ทะเบียนบ้าน" in citizen.last
    citizen.taps("ส่งทีหลัง")
    stories.sends(citizen, stories.photo(3))
    citizen.taps(SENT_ALL)
    citizen.types("ข้าม")
    for answer in ("สมชาย ใจดี", "0812345678", "อีเมล"):
        citizen.types(answer)
    (check,) = citizen.types("somchai@example.com")
    assert "ส่งทีหลัง (ภายใน 15 วันทำการ" in words(check)
    (told,) = citizen.taps(SEND)

    assert case_number(citizen) == (1, 2569)
    assert "โปรดส่งภายในวันพฤหัสบดีที่ 17 ธันวาคม 2569\n• ทะเบียนบ้าน" in words(told)
    assert "ขออนุญาตประกอบกิจการ" in text_of(group.said())
    assert "สมชาย" not in text_of(group.said())
    (row,) = small_house.register()
    assert (row["จาก"], row["เรื่อง"]) == ("สมชาย ใจดี", "ขออนุญาตประกอบกิจการที่เป็นอันตรายต่อสุขภาพ")
    (case,) = rows(small_house, cases)
    assert (case["days"], case["counting"], case["flow_version"], case["unit"]) == (30, "working", 1, "health")
    assert "พ.ศ. 2535" in case["basis"]
    (kept,) = rows(small_house, petitions)
    assert (kept["fee_satang"], kept["service_version"]) == (100_000, 1)
    assert ["workers", "จำนวนคนงาน", "4 คน"] in json.loads(kept["answers"])
    states = {paper["key"]: paper["state"] for paper in rows(small_house, case_papers)}
    assert states == {"id_card": "sent", "house": "later", "map": "sent"}
    assert [file["paper"] for file in rows(small_house, case_files)] == ["id_card", "id_card", "map"]
    assert "ทะเบียนบ้าน" in text_of(citizen.types("สถานะ"))


def test_the_last_places_are_given_once(small_house: House) -> None:
    first, second, third = (small_house.citizen(name) for name in ("ก", "ข", "ค"))
    books_tram(first, "30")
    books_tram(second, "25")  # both are at the check page, and there is room for one of them
    first.taps(SEND)
    (full,) = second.taps(SEND)
    assert "09.00 น. วันที่ 15 ธันวาคม 2569 มีผู้จองเต็มหรือเหลือที่ไม่พอแล้ว" in words(full)
    assert "13.00 น. (ว่าง 40)" in words(full)
    second.taps("13.00 น.")
    assert second.sees(SEND)
    second.taps(SEND)
    assert case_number(second) == (2, 2569)

    books_tram(third, "11")  # told before the check page
    assert "เหลือที่ไม่พอ" in third.last
    assert [slot["taken"] for slot in rows(small_house, slots)] == [30, 25]
    assert [booking["party"] for booking in rows(small_house, bookings)] == [30, 25]


def test_health_data_needs_a_consent_and_stays_out_of_the_register(small_house: House) -> None:
    """On Messenger: who does not agree loses nothing, who does is named nowhere but in the vault."""
    citizen = small_house.messenger_citizen()
    citizen.types(PETITION)
    citizen.taps("สงเคราะห์ผู้ป่วย")
    citizen.taps("เริ่มยื่นคำขอ")
    citizen.types("รับทราบ")
    assert "มาตรา 26" in citizen.last
    assert "ไม่ได้เก็บข้อมูล" in text_of(citizen.taps("ไม่ยินยอม"))

    citizen.types("สงเคราะห์ผู้ป่วย")
    for answer in ("เริ่มยื่นคำขอ", "ยินยอม", "ยื่นเพื่อตนเอง"):
        citizen.taps(answer)
    assert "ไม่ถูกต้อง" in text_of(citizen.types("1101700230705"))
    for answer in ("1 1017 00230 70 8", "1", "6,500", "ต้องฟอกไตสัปดาห์ละ 3 ครั้ง", *["ส่งทีหลัง"] * 5):
        citizen.types(answer)
    for answer in ("สมหญิง ใจดี", "0812345678", "มารับที่สำนักงาน"):
        citizen.types(answer)
    assert "1-1017-xxxxx-xx-8" in text_of(citizen.said()[-2:])
    citizen.taps(SEND)
    assert case_number(citizen) == (1, 2569)
    (row,) = small_house.register()
    assert row["จาก"] == "ผู้ยื่นคำขอ (ปกปิด)"
    (vault,) = rows(small_house, reporters)
    assert json.loads(vault["national_ids"]) == {"patient_id": "1101700230708"}
    assert "1101700230708" not in str(rows(small_house, cases)) + str(rows(small_house, petitions))


def asks_for_data(phone: Phone) -> None:
    """A short petition without papers."""
    phone.types(PETITION)
    phone.taps("ข้อมูลใบอนุญาต")
    phone.taps("เริ่มยื่นคำขอ")
    for answer in ("รับทราบ", "2", "ร้านสะอาดดี", "ข้าม"):
        phone.types(answer)
    phone.taps(SEND)


def test_a_licence_enquiry_is_free_and_answered_within_three_days(small_house: House) -> None:
    citizen = small_house.citizen()
    asks_for_data(citizen)
    assert "วันศุกร์ที่ 27 พฤศจิกายน 2569" in citizen.last
    (row,) = small_house.register()
    assert row["จาก"] == "ผู้ยื่นคำขอ (ไม่ระบุชื่อ)"
    (case,) = rows(small_house, cases)
    assert (case["days"], case["counting"]) == (3, "calendar")


def test_one_list_of_defects_a_reminder_and_late_pages_join_their_paper(small_house: House) -> None:
    """B25-B28: the office asks once for everything, reminds before the day, and looks again when all has come."""
    group, citizen = small_house.staff_group(), small_house.citizen()
    asks_for_data(citizen)
    calendar = small_house.wiring.calendar
    defects = [Defect("letter", "หนังสือขอข้อมูล", "ไม่ชัด"), Defect("map", "แผนที่", "ยังไม่ได้รับ")]
    with small_house.wiring.database.transaction() as tx:
        due = ask_for(tx, calendar, 1, defects, days=5, who="staff:1", now=small_house.clock())
    small_house.settle()
    assert due.isoformat() == "2026-12-01"
    assert "หนังสือขอข้อมูล\nไม่ชัด" in citizen.last
    assert "ภายในวันอังคารที่ 1 ธันวาคม 2569" in citizen.last

    for again, allowed in ((defects[:1], True), ([Defect("new", "เอกสารใหม่", "เพิ่งนึกได้")], False)):
        with small_house.wiring.database.transaction() as tx, nullcontext() if allowed else pytest.raises(NewDemand):
            ask_for(tx, calendar, 1, again, days=5, who="staff:1", now=small_house.clock())
    small_house.settle()
    (kept,) = rows(small_house, petitions)
    assert kept["rounds"] == 2

    set_time(small_house, "2026-11-30 09:00")
    run_job(small_house, "remind_of_papers")
    reminded = len(citizen.said())
    assert "ใกล้ครบกำหนด" in citizen.last
    set_time(small_house, "2026-12-01 09:00")
    run_job(small_house, "remind_of_papers")
    assert len(citizen.said()) == reminded  # once

    for day in ("2026-12-03", "2026-12-04"):  # the machine was off on the day after; it is told once
        set_time(small_house, f"{day} 09:00")
        run_job(small_house, "remind_of_papers")
        assert text_of(group.said()).count("พ้นกำหนดส่งเอกสารแล้วแต่ยังไม่ครบ: เรื่อง 1/2569") == 1

    citizen.taps("ส่งเอกสารเพิ่ม")
    citizen.taps("หนังสือขอข้อมูล")
    stories.sends(citizen, stories.photo(1), stories.photo(2))
    assert "ยังรออีก 1 รายการ" in text_of(citizen.taps(SENT_ALL))
    citizen.taps("ส่งเอกสารเพิ่ม")  # there is just one paper that it can be
    stories.sends(citizen, stories.photo(3))
    assert "ครบตามรายการแล้ว" in text_of(citizen.taps(SENT_ALL))
    assert [file["paper"] for file in rows(small_house, case_files)] == ["letter", "letter", "map"]
    (case,) = rows(small_house, cases)
    assert case["status"] == "screening"
    small_house.later(minutes=2)
    assert "ครบตามรายการแล้ว โปรดตรวจ" in text_of(group.said())
    assert "ไม่มีเรื่องของท่านที่รอเอกสาร" in text_of(citizen.types("ส่งเอกสารเพิ่ม"))


def test_a_page_sent_without_a_word_is_offered_to_the_paper_that_is_waited_for(small_house: House) -> None:
    """Days after the filing, and although the chat does not remember what was asked for."""
    citizen = small_house.citizen()
    asks_for_data(citizen)
    small_house.later(days=3)
    wants(small_house, Defect("letter", "หนังสือขอข้อมูล", "ไม่ชัด"))
    stories.sends(citizen, stories.photo(1))
    assert "ได้รับ “หนังสือขอข้อมูล” 1 ไฟล์" in citizen.last
    assert "ครบตามรายการแล้ว" in text_of(citizen.taps(SENT_ALL))
    stories.sends(citizen, stories.photo(2))
    assert "ต้องการแจ้งเรื่องพร้อมไฟล์ 1 รายการหรือไม่" in citizen.last


def wants(house: House, *defects: Defect, days: int = 5) -> None:
    with house.wiring.database.transaction() as tx:
        ask_for(tx, house.wiring.calendar, 1, defects, days=days, who="staff:1", now=house.clock())
    house.settle()


def test_a_list_is_clear_and_what_was_accepted_is_not_wanted_again(small_house: House) -> None:
    """B25, B27: something is wanted, and by when; s.8: a good paper stays good."""
    citizen = small_house.citizen()
    asks_for_data(citizen)
    letter = Defect("letter", "หนังสือขอข้อมูล", "ไม่ชัด")
    for defects, days in (((), 5), ((letter,), 0)):
        with pytest.raises(NoClearList):
            wants(small_house, *defects, days=days)
    wants(small_house, letter)
    stories.sends(citizen, stories.photo(1))
    citizen.taps(SENT_ALL)
    with small_house.wiring.database.transaction() as tx:
        accept(tx, 1, ["letter"], who="staff:1", now=small_house.clock())
    with pytest.raises(NewDemand):
        wants(small_house, letter)
    (kept,) = rows(small_house, petitions)
    assert kept["rounds"] == 1


def test_papers_are_wanted_of_a_case_that_awaits_a_proof_without_losing_it(small_house: House) -> None:
    citizen = small_house.citizen()
    books_tram(citizen)
    citizen.taps(SEND)
    citizen.types("ขอยกเลิกคำขอ")
    citizen.taps("มาที่สำนักงาน")
    wants(small_house, Defect("letter", "หนังสือขอใช้บริการ", "ไม่ชัด"))
    (case,) = rows(small_house, cases)
    assert case["status"] == "identity"
    citizen.types("ขอยกเลิกคำขอ")
    citizen.taps("ไม่ถอนเรื่องแล้ว")
    (case,) = rows(small_house, cases)
    assert case["status"] == "papers"


def test_a_rejected_booking_frees_its_places(small_house: House) -> None:
    citizen = small_house.citizen()
    books_tram(citizen, "40")
    citizen.taps(SEND)
    for status in ("screening", "rejected"):
        with small_house.wiring.database.transaction() as tx:
            record(tx, 1, who="staff:1", what="decided", status=status, now=small_house.clock())
    (slot,) = rows(small_house, slots)
    assert slot["taken"] == 0
