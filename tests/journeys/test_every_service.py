"""Every service of the catalogue, asked for on both phones by somebody who only reads what the phone shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import regex

from models.case import cases
from models.petition import case_papers
from office.calendar import ZONE
from sandbox.acts import Upload
from services.catalogue import Question, Service
from tests.house import SERVICES, House, Phone, case_number, labels
from tests.journeys import stories
from tests.journeys.stories import PDF, READ, SEND, SENT_ALL, rows, sends, text_of

#: What stands below every question beside its own choices.
_NO_CHOICE = {"ย้อนกลับ", "ข้าม", "ยกเลิก", "พัก", "ติดต่อเจ้าหน้าที่", "เมนู"}
#: What every service may ask, by the title of the question.
_ANSWERS = {
    "ชื่อ-นามสกุลผู้ยื่น": "สมชาย ใจดี",
    "เบอร์โทรศัพท์": "081-234-5678",
    "อีเมล": "somchai@example.com",
    "ที่อยู่ไปรษณีย์": "12 หมู่ 3 ตำบลในเมือง อำเภอเมือง จังหวัดศรีนคร 54000",
    "รหัส e-Stamp": "2569-1124-000123",
}
_BY_KIND = {
    "text": "ตามเอกสารแนบ",
    "long": "รายละเอียดตามที่แจ้งไว้กับเจ้าหน้าที่แล้ว",
    "place": "บ้านเลขที่ 12 หมู่ 3 ใกล้ตลาดสด",
    "phone": "0812345678",
    "thai_id": "1 1017 00230 70 8",
}

Said = Sequence[Mapping[str, Any]]


def buttons(said: Said) -> list[str]:
    return [label for message in said for label in labels(message)]


class Walker:
    """Somebody who asks for one service; of each choice they take the first, or the last."""

    def __init__(self, phone: Phone, service: Service, choice: int) -> None:
        self.phone, self.service, self.choice = phone, service, choice
        self.asked: list[str] = []

    def files(self) -> None:
        """From the menu to the acknowledgement; no question comes twice."""
        self.phone.types("ยื่นคำร้อง/คำขอ")
        self.phone.taps(self.service.label)
        said: Said = self.phone.taps("เริ่มยื่นคำขอ")
        while SEND not in buttons(said):
            said = self.answers(said)
            assert len(self.asked) < 40, self.asked
        self.phone.taps(SEND)

    def answers(self, said: Said) -> Said:
        seen, text = buttons(said), text_of(said)
        for label in (READ, "ยินยอม"):
            if label in seen:
                return self.phone.taps(label)
        title = regex.findall(r"ข้อ \d+/\d+ · (?:เอกสารที่ \d+ จาก \d+ · )?([^\n]+)", text)[-1].strip()
        assert title not in self.asked, f"asked again: {text}"
        self.asked.append(title)
        if SENT_ALL in seen:
            return self.paper()
        if regex.search(r"^1\. ", text, regex.MULTILINE):
            return self.phone.taps([label for label in seen if label not in _NO_CHOICE][self.choice])
        return self.phone.types(_ANSWERS.get(title) or self.answer_to(title))

    def paper(self) -> Said:
        """Two pages of one, a PDF of the next; ส่งครบแล้ว where more could follow."""
        number = len(self.asked)
        pages = [stories.photo(number), stories.photo(number + 50)]
        said = sends(self.phone, *pages) if number % 2 else sends(self.phone, Upload(PDF, "paper.pdf"), kind="file")
        return self.phone.taps(SENT_ALL) if self.phone.sees(SENT_ALL) and "แนบไว้แล้ว" in self.phone.last else said

    def answer_to(self, title: str) -> str:
        question = next(one for one in self.service.questions if one.title == title)
        if question.kind == "date":
            return self.day_for(question)
        return str(question.least or 3) if question.kind == "number" else _BY_KIND[question.kind]

    def day_for(self, question: Question) -> str:
        day = self.phone.house.clock().astimezone(ZONE) + timedelta(days=question.least or 0)
        return f"{day.day}/{day.month}/{day.year + 543}"


def test_every_service_is_filed_to_its_number_on_both_phones(small_house: House) -> None:
    """Number, tracking code, card for the staff, row in the register; identity is asked for only where risk is high."""
    group = small_house.staff_group()
    filed = {}
    for service in SERVICES:
        for phone, choice in ((small_house.citizen(), 0), (small_house.messenger_citizen(), -1)):
            Walker(phone, service, choice).files()
            number, year = filed[service.key, choice] = case_number(phone)
            assert (number, year) == (len(filed), 2569), service.key
            assert regex.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", text_of(phone.said()[-3:])), service.key
            assert ("ต้องยืนยันตัวตนก่อนดำเนินการ" in phone.last) == (service.risk == "high"), service.key
    small_house.later(minutes=3)
    cards = text_of(group.said())
    assert all(f"เรื่องใหม่ {number}/{year}" in cards for number, year in filed.values())
    register = {int(row["เลขทะเบียนรับ"]): row["เรื่อง"] for row in small_house.register()}
    titles = {service.key: service.title for service in SERVICES}
    assert register == {number: titles[key] for (key, _), (number, _) in filed.items()}
    risky = {service.key for service in SERVICES if service.risk == "high"}
    waiting = {row["category"] for row in rows(small_house, cases) if row["status"] == "identity"}
    assert waiting == risky == {"disclosure"}
    assert {paper["state"] for paper in rows(small_house, case_papers)} == {"sent"}
