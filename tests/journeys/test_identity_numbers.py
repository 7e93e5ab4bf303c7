"""เลขประจำตัวประชาชน: whole in the vault and nowhere else; the number on the back of the card is never wanted."""

from __future__ import annotations

import json

import pytest
import regex

from flows.thai import arabic
from models.audit import audit
from models.case import case_events, cases
from models.outbox import outgoing
from models.people import reporters
from models.petition import petitions
from models.register import entries
from tests.house import House, Phone
from tests.journeys.stories import COMPLAINT, SEND, begins, code_of, complains, rows, text_of

NUMBER = "1101700230708"
WRITTEN = ("1101700230708", "1-1017-00230-70-8", "1 1017 00230 70 8", "๑๑๐๑๗๐๐๒๓๐๗๐๘", "เลขบัตร 1101700230708 ค่ะ")


def asks_for_aid(phone: Phone, number: str) -> None:
    """As far as the check page; the number is given where it is asked for and where it is not."""
    phone.types("ยื่นคำร้อง/คำขอ")
    phone.taps("สงเคราะห์ผู้ป่วย")
    phone.taps("เริ่มยื่นคำขอ")
    for answer in ("รับทราบ", "ยินยอม", "ยื่นเพื่อตนเอง", NUMBER, "1", "6500"):
        phone.types(answer)
    for answer in (f"แม่ป่วย {number}", *["ส่งทีหลัง"] * 5, "สมหญิง ใจดี", "0812345678", "ไปรษณีย์"):
        phone.types(answer)
    phone.types(f"12 หมู่ 3 ตำบลในเมือง {number} 54000")


def told(house: House, *phones: Phone) -> str:
    """All that ever left the office or can be read by many, its digits without anything between them."""
    kept = [rows(house, table) for table in (outgoing, case_events, audit, entries, petitions)]
    said = [phone.said() for phone in phones]
    everything = json.dumps([said, house.register(), kept], ensure_ascii=False, default=str)
    return regex.sub(r"[\s\-–]", "", arabic(everything))


@pytest.mark.parametrize("written", WRITTEN)
def test_an_identity_number_is_shown_to_nobody(
    small_house: House, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    group, citizen, other = small_house.staff_group(), small_house.citizen(), small_house.messenger_citizen()
    asks_for_aid(citizen, written)
    assert "1-1017-xxxxx-xx-8" in text_of(citizen.said()[-2:])
    citizen.types("แก้ไข")
    citizen.types("แก้ไขความเดือดร้อน")
    assert "คำตอบเดิม: แม่ป่วย" in citizen.last
    citizen.taps("ใช้คำตอบเดิม")
    citizen.taps(SEND)
    citizen.types(f"เลขบัตรของผู้ป่วยคือ {written} โปรดเพิ่มในเรื่อง")
    citizen.taps("เพิ่มในเรื่องเดิม")
    citizen.types(code_of(citizen))
    citizen.types("ขอยกเลิกคำขอ")
    citizen.taps("มาที่สำนักงาน")
    complains(other, details=f"เพื่อนบ้านเลขบัตร {written} เผาขยะทุกคืน", place=f"บ้าน {written}")
    begins(other, COMPLAINT)
    other.types(written)
    small_house.later(minutes=3)
    assert NUMBER not in told(small_house, group, citizen, other)
    assert NUMBER not in arabic(capsys.readouterr().out)
    (vault,) = rows(small_house, reporters)
    assert set(json.loads(vault["national_ids"]).values()) == {NUMBER}
    (complaint,) = rows(small_house, cases, cases.c.kind == "complaint")
    assert written in complaint["details"]  # whole for the officer alone


def test_the_number_on_the_back_of_the_card_is_refused_kindly(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    assert "ตำแหน่ง" in citizen.last or "สถานที่" in citizen.last
    asked = citizen.last
    citizen.types("บ้านผม JT1-0123456-78")
    assert "โปรดอย่าส่งรหัสหลังบัตรประชาชน" in citizen.last
    assert asked in citizen.last  # and the same question again
    citizen.types("หน้าตลาดสด หมู่ 3")
    citizen.types("ถนนเป็นหลุมลึก รถล้มบ่อย")
    citizen.types("ข้าม")
    citizen.types("ไม่ระบุชื่อ")
    citizen.taps(SEND)
    (case,) = rows(small_house, cases)
    assert "0123456" not in str(dict(case))
