"""นัดยืนยันตัวตน as the staff meet them: told in time, recorded in their own chat, secret where it must be (B42-B45)."""

from __future__ import annotations

from datetime import date

import pytest

from models import booking, files
from models.audit import audit
from models.document import IDENTITY_PROOF, case_files
from models.outbox import outgoing
from models.proof import identity_proofs
from office.cases import record
from office.identity import hours_offered
from tests.house import House, Phone
from tests.journeys.stories import ON_BOTH, SEND, code_of, complains, photo, rows, run_job, set_time, text_of, tips
from tests.journeys.test_identity import NAMED, asks_to_see_data, complaint, proof, status
from tests.journeys.test_intake import clerk

SECRET = {"identity": "ปกปิดชื่อ", "name": "สมชาย ใจดี", "number": "0812345678"}


def arranges(citizen: Phone, way: str = "มาที่สำนักงาน", *more: str) -> None:
    citizen.types("ขอถอนเรื่อง")
    for label in (way, *more):
        citizen.taps(label)


def calls(citizen: Phone, hour: str = "09.00 น.") -> None:
    arranges(citizen, "นัดวิดีโอคอล", "พ. 25 พ.ย. 2569", hour)


def records(phone: Phone, *answers: str) -> str:
    for answer in answers:
        phone.types(answer)
    return text_of(phone.taps(SEND))


def tip(house: House) -> Phone:
    """A tip by somebody whom the complaints centre alone may know."""
    citizen = house.citizen("ลับ")
    tips(citizen, evidence="มีภาพถ่าย", **SECRET)
    return citizen


def test_the_group_and_the_register_learn_nothing_of_a_secret_informant(small_house: House) -> None:
    group, citizen = small_house.staff_group(), tip(small_house)
    (before,) = small_house.register()
    calls(citizen)
    small_house.later(minutes=2)
    assert "เรื่อง 1/2569 โปรดพิจารณา" in text_of(group.said())
    (row,) = small_house.register()
    assert (row["สถานะ"], status(small_house)) == (before["สถานะ"], "identity")
    set_time(small_house, "2026-11-25 08:30")
    run_job(small_house, "morning_digest")
    small_house.later(minutes=2)
    told = text_of(group.said()) + text_of(group.types("งานค้าง"))
    assert told.count("นัดวิดีโอคอลวันนี้: เรื่องลับ 1 นัด") == 2
    assert not any(secret in told for secret in ("ถอน", "09.00", "วิดีโอคอล วัน"))


@ON_BOTH
def test_the_staff_record_who_came(small_house: House) -> None:
    citizen, saraban = complaint(small_house), clerk(small_house)
    arranges(citizen)
    assert "1/2569 เพื่อถอนเรื่อง · ที่สำนักงาน" in text_of(saraban.types("ตรวจตัวตน"))
    asked = text_of(saraban.taps("ตรวจ 1/2569"))
    assert "ผู้ส่งเรื่อง: สมชาย ใจดี โทร" in asked  # with which the document is compared; that it was shown is noted
    assert [line["who"] for line in rows(small_house, audit) if line["what"] == "reporter_shown"] == ["staff:1"]
    assert "มาแสดงตัวหรือไม่" in asked
    for answer in ("มาแสดงตัวแล้ว", "ที่สำนักงาน", "บัตรประจำตัวประชาชน"):
        saraban.types(answer)
    assert "เฉพาะเลขท้าย" in text_of(saraban.types("1101700230708"))
    assert "สถานะ: ถอนเรื่อง แจ้งผู้ส่งเรื่องแล้ว" in records(saraban, "๗๐๘๑")
    kept = proof(small_house)
    assert (status(small_house), kept["ended_by"], kept["last_digits"]) == ("withdrawn", "staff:1", "7081")
    assert "ถอนเรื่องให้แล้ว" in citizen.last
    assert "ไม่ได้รอการยืนยันตัวตน" in text_of(saraban.types("ตรวจตัวตน 1/2569"))


def test_a_video_call_is_recorded_with_its_image(small_house: House) -> None:
    citizen, head = complaint(small_house), clerk(small_house, "head")
    calls(citizen)
    head.types("ตรวจตัวตน 1/2569")
    assert "ยังไม่ถึงเวลานัด" in records(head, "ไม่มาตามนัด")
    set_time(small_house, "2026-11-26 10:00")  # the day after
    head.types("ตรวจตัวตน 1/2569")
    for answer in ("มา", "วิดีโอคอล", "2", "42"):
        head.types(answer)
    assert not head.sees(SEND)
    head.sends(photo())
    assert "บันทึกการยืนยันตัวตน" in records(head)
    assert [file["paper"] for file in rows(small_house, case_files)] == [IDENTITY_PROOF]
    assert status(small_house) == "withdrawn"


def test_who_did_not_come_is_recorded_and_an_image_without_a_proof_is_let_go(small_house: House) -> None:
    citizen, saraban = complaint(small_house), clerk(small_house)
    calls(citizen)
    set_time(small_house, "2026-11-25 09:20")
    saraban.types("ตรวจตัวตน 1/2569")
    assert "กลับสู่สถานะเดิม" in records(saraban, "ไม่มาตามนัด")
    assert (status(small_house), proof(small_house)["state"]) == ("received", "lapsed")
    assert "ยังไม่ถูกถอน" in citizen.last
    arranges(citizen)
    saraban.types("ตรวจตัวตน 1/2569")
    for answer in ("มา", "วิดีโอคอล", "1", "42"):
        saraban.types(answer)
    saraban.sends(photo(1))
    citizen.types("นัดยืนยันตัวตน")
    citizen.taps("ไม่ถอนเรื่องแล้ว")  # meanwhile
    assert "ไม่ได้รอยืนยันตัวตนเพื่อการนี้" in records(saraban)
    assert rows(small_house, files.uploads) == []


def test_whoever_came_for_something_else_has_not_withdrawn(small_house: House) -> None:
    citizen, saraban = asks_to_see_data(small_house), clerk(small_house)
    citizen.taps("มาที่สำนักงาน")
    saraban.types("ตรวจตัวตน 1/2569")
    arranges(citizen)  # meanwhile
    assert "ไม่ได้รอยืนยันตัวตนเพื่อการนี้" in records(saraban, "มา", "1", "1", "7081")
    assert status(small_house) == "identity"


@pytest.mark.parametrize(("role", "may"), [("saraban", False), ("center", True), ("head", True)])
def test_of_a_secret_matter_only_the_centre_and_the_head_know(small_house: House, role: str, may: bool) -> None:
    citizen, member = tip(small_house), clerk(small_house, role)
    arranges(citizen)
    assert ("1/2569 เพื่อถอนเรื่อง" in text_of(member.types("ตรวจตัวตน"))) == may
    assert ("มาแสดงตัวหรือไม่" in text_of(member.types("ตรวจตัวตน 1/2569"))) == may
    if not may:
        assert member.types("ตรวจตัวตน 1/2569")[-1]["text"] == member.types("ตรวจตัวตน 99/2569")[-1]["text"]


def test_nobody_records_a_proof_of_their_own_or_without_the_duty(small_house: House) -> None:
    own, officer = clerk(small_house), clerk(small_house, "officer")
    complains(own, **NAMED)
    arranges(own)
    own.types("ตรวจตัวตน 1/2569")
    assert "เจ้าหน้าที่อื่น" in records(own, "มา", "1", "1", "7081")
    assert status(small_house) == "identity"
    assert "มาแสดงตัว" not in text_of(officer.types("ตรวจตัวตน 1/2569"))


def test_with_every_hour_taken_the_applicant_still_hears_what_is_needed(small_house: House) -> None:
    with small_house.wiring.database.transaction() as tx:
        for day, hours in hours_offered(tx, small_house.wiring.calendar, small_house.clock()).items():
            for hour in hours:
                booking.take(tx, ("identity", "video", date.fromisoformat(day)), hour, 1, 1)
    citizen = asks_to_see_data(small_house)
    assert "คำขอนี้ต้องยืนยันตัวตนก่อนดำเนินการ" in text_of(citizen.said()[-2:-1])
    assert "นัดวิดีโอคอลเต็มทุกเวลา" in citizen.last
    assert not citizen.sees("นัดวิดีโอคอล")
    citizen.taps("มาที่สำนักงาน")
    assert proof(small_house)["manner"] == "office"


def test_an_appointment_reaches_the_staff_although_money_is_short(small_house: House) -> None:
    group, citizen = small_house.staff_group(), complaint(small_house)
    small_house.later(minutes=2)
    calls(citizen, "10.00 น.")
    notices = [row["kind"] for row in rows(small_house, outgoing) if row["purpose"] == "notice"]
    assert notices == ["card", "urgent"]  # the new case, then the appointment
    set_time(small_house, "2026-11-25 08:30")
    run_job(small_house, "morning_digest")
    small_house.later(minutes=2)
    assert "10.00 น. เรื่อง 1/2569" in group.last
    assert "นัดวิดีโอคอลวันนี้: 10.00 น. เรื่อง 1/2569" in text_of(group.types("งานค้าง"))
    set_time(small_house, "2026-11-26 08:30")
    assert "ยังไม่บันทึกผลยืนยันตัวตน: 1/2569" in text_of(group.types("งานค้าง"))


def test_whatever_a_citizen_arranges_the_group_hears_of_a_case_once_an_hour(small_house: House) -> None:
    group, citizen = small_house.staff_group(), complaint(small_house)
    small_house.later(minutes=2)
    before = len(group.said())
    for _ in range(4):
        arranges(citizen)
        small_house.later(minutes=2)
        citizen.taps("เปลี่ยนนัด")
        citizen.taps("ไม่ถอนเรื่องแล้ว")
        small_house.later(minutes=2)
    assert len(group.said()) == before + 1
    small_house.later(hours=1)
    assert "ไม่ประสงค์ถอนเรื่องแล้ว" in group.last
    small_house.later(hours=3)
    assert len(group.said()) == before + 2


def test_a_picture_of_a_card_is_no_answer_and_is_not_kept(small_house: House) -> None:
    citizen = asks_to_see_data(small_house)
    told = text_of(citizen.sends(photo()))
    assert "รูปบัตรใช้ยืนยันตัวตนไม่ได้" in told
    assert "ต้องยืนยันตัวตนก่อนดำเนินการ" in told
    assert rows(small_house, files.uploads) == []
    citizen.taps("มาที่สำนักงาน")
    assert proof(small_house)["manner"] == "office"


def test_papers_are_complete_only_where_some_were_awaited(small_house: House) -> None:
    citizen = asks_to_see_data(small_house)
    citizen.taps("ไว้ภายหลัง")
    citizen.sends(photo())
    told = text_of(citizen.taps("เพิ่มในเรื่องเดิม"))
    assert "เพิ่มไฟล์ 1 รายการ" in told
    assert "ครบตามรายการ" not in told


@pytest.mark.parametrize("step", ["working", "screening"])
def test_what_an_officer_sets_aside_the_citizen_hears_of_and_can_still_be_proved(small_house: House, step: str) -> None:
    citizen = asks_to_see_data(small_house)
    citizen.taps("มาที่สำนักงาน")
    with small_house.wiring.database.transaction() as tx:
        record(tx, 1, who="staff:1", what="begun", status=step, now=small_house.clock())
    small_house.settle()
    assert "นัดยืนยันตัวตนเดิมจึงยกเลิกแล้ว" in citizen.last
    assert proof(small_house)["state"] == "set_aside"
    saraban = clerk(small_house)
    assert "ยังไม่ได้นัด" in text_of(saraban.types("ตรวจตัวตน 1/2569"))
    assert "บันทึกการยืนยันตัวตน" in records(saraban, "มา", "1", "1", "7081")
    assert (proof(small_house)["state"], status(small_house)) == ("proved", step)


def test_a_wish_to_withdraw_that_an_officer_sets_aside_is_told(small_house: House) -> None:
    citizen = complaint(small_house)
    arranges(citizen)
    with small_house.wiring.database.transaction() as tx:
        record(tx, 1, who="staff:1", what="begun", status="working", now=small_house.clock())
    small_house.settle()
    assert "เรื่องยังไม่ถูกถอน หากยังประสงค์ถอน ขอใหม่ได้" in citizen.last


def test_to_cancel_within_a_draft_is_about_the_draft(small_house: House) -> None:
    citizen = complaint(small_house)
    citizen.types("ร้องเรียน/ร้องทุกข์")
    citizen.taps("ถนน ทางเท้า")
    told = text_of(citizen.types("ขอยกเลิกคำขอ"))
    assert "ต้องการยกเลิกและลบร่าง" in told
    assert "หากหมายถึงเรื่องที่ส่งแล้ว พิมพ์ “ขอถอนเรื่อง”" in told
    citizen.taps("ยกเลิกและลบ")
    assert "ก่อนถอนต้องยืนยันตัวตน" in text_of(citizen.types("ยกเลิกคำขอ"))


def test_who_has_no_case_hears_what_they_asked_about(small_house: House) -> None:
    citizen = small_house.citizen()
    assert "ไม่มีเรื่องของท่านที่รอการยืนยันตัวตน" in text_of(citizen.types("นัดยืนยันตัวตน"))
    assert "ไม่มีเรื่องของท่านที่ถอนได้" in text_of(citizen.types("ขอถอนเรื่อง"))


def test_the_tracking_code_alone_tells_nothing_of_a_withdrawal(small_house: House) -> None:
    citizen, other = complaint(small_house), small_house.citizen("ข")
    code = code_of(citizen)
    calls(citizen)
    seen = text_of(other.types(code))
    assert "สถานะ" in seen
    assert "รับเรื่องแล้ว" in seen
    assert not any(word in seen for word in ("ถอน", "ยืนยันตัวตน", "วิดีโอคอล", "09.00"))
    assert not other.sees("ขอถอนเรื่อง")
    assert "วิดีโอคอล" in text_of(citizen.types(code))


def test_who_gives_up_a_withdrawal_still_owes_the_proof_that_the_request_needs(small_house: House) -> None:
    citizen = asks_to_see_data(small_house)
    citizen.taps("มาที่สำนักงาน")
    assert "ถอนเรื่อง" not in citizen.last
    asked = text_of(citizen.types("ขอยกเลิกคำขอ"))
    assert "ท่านขอถอนเรื่องเลขรับที่ 1/2569" in asked
    assert "จะเปลี่ยนเป็นนัดเพื่อถอนเรื่อง" in asked
    assert "เรื่องจะสิ้นสุด" in text_of(citizen.taps("มาที่สำนักงาน"))
    assert "เพื่อถอนเรื่อง" in text_of(citizen.taps("เปลี่ยนนัด"))
    assert "ยังต้องยืนยันตัวตนก่อนดำเนินการ: ที่สำนักงาน" in text_of(citizen.taps("ไม่ถอนเรื่องแล้ว"))
    kept = proof(small_house)
    assert (status(small_house), kept["purpose"], kept["state"], kept["manner"]) == (
        "identity", "service", "asked", "office",
    )  # fmt: skip


def test_who_does_not_come_to_withdraw_still_owes_the_proof_that_the_request_needs(small_house: House) -> None:
    citizen, saraban = asks_to_see_data(small_house), clerk(small_house)
    calls(citizen)
    set_time(small_house, "2026-11-25 09:20")
    assert "เพื่อถอนเรื่อง" in text_of(saraban.types("ตรวจตัวตน 1/2569"))
    assert "ยังรอยืนยันตัวตนตามคำขอ" in records(saraban, "ไม่มาตามนัด")
    assert "ยังต้องยืนยันตัวตนก่อนดำเนินการตามคำขอ" in citizen.last
    states = [(row["purpose"], row["state"], row["status_before"]) for row in rows(small_house, identity_proofs)]
    assert states == [("withdraw", "lapsed", "received"), ("service", "asked", "received")]
    assert status(small_house) == "identity"
