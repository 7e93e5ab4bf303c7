"""The staff's words on the registers: ลงรับ, ลงส่ง, ยกเลิกเลข, who may say which, and what the office answers (แฟ้ม is
one of them, too: `flows.folder`).

They are flows of the same book as the citizens', in a copy of it that only members of the staff are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import regex

from flows import identifying
from flows.book import Book
from flows.checks import NotUnderstood, entry_number, era_date, short_words
from flows.effects import EnterLetter, Intake, VoidNumber
from flows.events import FileRef
from flows.incoming import REVIEW, incoming, units_of
from flows.messages import Card, Message, Say
from flows.options import Option, say
from flows.petition_steps import Day
from flows.steps import Answers, Choose, Files, Flow, Review, Text, given
from flows.thai import arabic, plain, thai_date, thai_moment, tidy
from services.office import Office

#: The word of each act; what may follow it is the flow's own affair.
WORDS: Mapping[str, str] = {
    "incoming": "ลงรับ",
    "outgoing": "ลงส่ง",
    "void": "ยกเลิกเลข",
    "open": "แฟ้ม",
    "prove": identifying.WORD,
}

_BOOKS = (Option("incoming", "ทะเบียนหนังสือรับ", ("รับ",)), Option("outgoing", "ทะเบียนหนังสือส่ง", ("ส่ง",)))
_VOID = regex.compile(r"ยกเลิกเลข(?P<sent>ส่ง)?(?:รับ)?(?:ที่)?(?:\s*(?P<number>\d{1,6}\s*/\s*\d{4})(?:\s+(?P<why>.+))?)?")


def staff_book(book: Book, acts: Collection[str]) -> Book:
    """The book of somebody on the staff to whom these acts are allowed: the citizens', and the flows of the acts."""
    own = (incoming(book.office), outgoing(book.office), void(), identifying.identifying())
    allowed = {(flow.name, flow.version): flow for flow in own if flow.name in acts}
    return replace(book, flows={**book.flows, **allowed}, acts=tuple(acts))


def asked_for(book: Book, text: str) -> tuple[str, Answers] | None:
    """The flow that these words begin, and what they answer already; None if they are none of this member's words."""
    act = next((act for act in book.acts if act != "open" and plain(text) == plain(WORDS[act])), None)
    if act is not None:
        return act, {}
    found = _VOID.fullmatch(arabic(tidy(text))) if "void" in book.acts else None
    if found is None:
        return None
    answers = {"book": "outgoing" if found["sent"] else "incoming"}
    try:
        answers |= {"number": entry_number(found["number"])} if found["number"] else {}
        answers |= {"why": short_words(found["why"])} if found["why"] else {}
    except NotUnderstood:  # it will be asked for
        pass
    return "void", answers


def help_line(book: Book) -> str:
    """What a member of the staff may type beside what citizens may."""
    words = " · ".join(WORDS[act] for act in book.acts)
    return f"\nสำหรับเจ้าหน้าที่: {words}" if words else ""


def outgoing(office: Office) -> Flow:
    """ลงส่ง: a letter that a unit sends; ที่ by the unit's own way of numbering, where it has one (B61)."""
    unnumbered = tuple(unit.key for unit in office.units if not unit.ref)
    ways = (Option("post", "ไปรษณีย์"), Option("email", "อีเมล"), Option("counter", "ส่งด้วยตนเอง"))
    steps = (
        Text(key="addressee", title="ถึง", question="ส่งถึงผู้ใด", example="นายอำเภอเมือง", check=short_words),
        Text(key="subject", title="เรื่อง", question="เรื่อง", example="ส่งข้อมูลตามที่ขอ", check=short_words),
        Choose(
            key="unit",
            title="จาก",
            question="หน่วยงานเจ้าของเรื่อง",
            of=units_of(office),
        ),
        Text(key="ref", title="ที่", question="ที่ของหนังสือ", when=given("unit", *unnumbered), check=short_words),
        Day(
            key="dated",
            title="ลงวันที่",
            question="หนังสือลงวันที่ใด ถ้าข้าม ระบบลงวันที่วันนี้",
            optional=True,
            most=0,
            check=era_date,
        ),
        Choose(key="channel", title="ส่งทาง", question="ส่งทางใด", of=ways),
        Files(key="files", title="รูปและไฟล์", question="ส่งสำเนาหนังสือ แล้วแตะ “ส่งครบแล้ว”", optional=True),
        Review(question=REVIEW),
    )

    def finish(_: str, answers: Answers, files: tuple[FileRef, ...]) -> EnterLetter:
        intake = Intake(
            channel=answers["channel"],
            ref=answers.get("ref") or "",
            dated=answers.get("dated") or "",
            addressee=answers["addressee"],
        )
        return EnterLetter("outgoing", intake, "", answers["subject"], answers["unit"], files)

    return Flow("outgoing", 1, "ลงส่ง", steps, finish)


def void() -> Flow:
    """ยกเลิกเลข."""
    steps = (
        Choose(key="book", title="ทะเบียน", question="ยกเลิกเลขในทะเบียนใด", of=_BOOKS),
        Text(key="number", title="เลขที่ยกเลิก", question="ยกเลิกเลขใด", example="12/2569", check=entry_number),
        Text(key="why", title="เหตุผล", question="เหตุผลที่ยกเลิก", example="ลงซ้ำกับเลข 11/2569", check=short_words),
        Review(question=f"เลขที่ยกเลิกแล้วนำกลับมาใช้ไม่ได้ และบรรทัดยังอยู่ในทะเบียน\n{REVIEW}"),
    )

    def finish(_: str, answers: Answers, _files: tuple[FileRef, ...]) -> VoidNumber:
        number, year = map(int, answers["number"].split("/"))
        return VoidNumber(answers["book"], number, year, answers["why"])

    return Flow("void", 1, "ยกเลิกเลข", steps, finish)


def receipt(value: Mapping[str, Any] | None) -> Message:
    """What the office says of something that a member of the staff asked for."""
    if value is None:
        return Say("ท่านไม่มีสิทธิทำรายการนี้ จึงยังไม่ได้บันทึก โปรดติดต่อผู้ดูแลระบบ")
    match value["act"]:
        case "case":
            return _case(value)
        case "letter":
            return _letter(value)
        case "misdirected":
            return Say(_misdirected(value), choices=say("ลงรับ", "เมนู"))
        case "voided":
            return Say(f"ยกเลิกเลข {value['number']}/{value['year']} แล้ว", choices=say("เมนู"))
        case "not_voided":
            return Say(f"ยังไม่ได้ยกเลิก {value['why']}", choices=say("เมนู"))
        case "proved" | "absent" | "absent_owing" | "not_proved":
            return identifying.receipt(value)
    return Say("บันทึกแล้วว่าไม่ใช่เรื่องราชการ ไม่ลงทะเบียน", choices=say("ลงรับ", "เมนู"))


def _letter(value: Mapping[str, Any]) -> Card:
    incoming_ = value["book"] == "incoming"
    lines = (
        ("เลขทะเบียนรับ" if incoming_ else "เลขทะเบียนส่ง", f"{value['number']}/{value['year']}"),
        ("ที่", value["ref"]),
        ("วันเวลาที่รับ" if incoming_ else "วันเวลาที่ส่ง", thai_moment(datetime.fromisoformat(value["received_at"]))),
        ("รหัสเรื่อง", value["reference"]),
    )
    title = f"{'ลงรับ' if incoming_ else 'ลงส่ง'}แล้ว เลขที่ {value['number']}/{value['year']}"
    return Card(title=title, lines=lines, tone="good", must_arrive=True, choices=say(WORDS[value["book"]], "เมนู"))


def _case(value: Mapping[str, Any]) -> Card:
    """With the tracking code, which is for whoever brought the matter (A16)."""
    lines = (
        ("เลขรับที่", f"{value['number']}/{value['year']}"),
        ("วันเวลาที่รับ", thai_moment(datetime.fromisoformat(value["received_at"]))),
        ("รหัสติดตาม", value["code"]),
        ("กำหนดแจ้งผล", thai_date(date.fromisoformat(value["due"]), weekday=True)),
        ("หน่วยงาน", f"{value['unit']} โทร {value['phone']}"),
    )
    text = (
        "โปรดเขียนให้หรืออ่านเลขรับและรหัสติดตามให้ผู้แจ้งฟัง ผู้แจ้งพิมพ์รหัสนี้ในแชตของหน่วยงาน หรือโทรสอบถาม เพื่อติดตามเรื่องได้"
        "\nรหัสติดตามเป็นของผู้แจ้ง โปรดอย่าส่งต่อให้ผู้อื่น"
    )
    title = f"ลงรับแล้ว เลขรับที่ {value['number']}/{value['year']}"
    return Card(title=title, lines=lines, text=text, tone="good", must_arrive=True, choices=say("ลงรับ", "เมนู"))


def _misdirected(value: Mapping[str, Any]) -> str:
    """With the answer for whoever came to the wrong office: where to turn (B17, Act s.10)."""
    where = f"อยู่ในอำนาจหน้าที่ของ{value['name']} โปรดติดต่อหน่วยงานดังกล่าว โทร {value['phone']}"
    answer = where if value["name"] else "ไม่อยู่ในอำนาจหน้าที่ของหน่วยงานนี้ สอบถามหน่วยงานที่รับผิดชอบได้ที่สายด่วนของรัฐบาล โทร 1111"
    return (
        "บันทึกแล้ว ไม่ลงทะเบียนรับ โปรดตอบผู้ส่งทางช่องทางเดิมด้วยข้อความนี้\n\n"
        f"เรียน ผู้ส่งเรื่อง เรื่องที่ท่านส่งมายัง{value['office']} {answer}"
    )
