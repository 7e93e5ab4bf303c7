"""ลงรับ: a member of the staff files what came by every other channel (A16-A20, B13-B19, B22).

The same conversation as a citizen's: a letter becomes a line of the register; a complaint or a tip becomes a case, with
the rules of a case from chat; what belongs elsewhere, or is no official matter, is only noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import regex

from flows.checks import NotUnderstood, era_date, person_name, short_words, thai_phone
from flows.complaint import IDENTITIES, options_of
from flows.effects import Dismiss, Effect, EnterLetter, Intake, OpenCase
from flows.events import Event, FileRef, Typed
from flows.messages import Choice
from flows.options import Option
from flows.petition_steps import Day
from flows.steps import Answers, Choose, Files, Flow, Given, Place, Review, Step, Text, given, long_text, spot
from flows.thai import BANGKOK, arabic, plain, thai_moment, tidy
from services.catalogue import button_label
from services.office import Office

NAME = "incoming"
_VERSION = 1
_UPGRADES: Mapping[int, Mapping[str, str]] = {}

#: Nothing older is entered as having just come.
_OLDEST = timedelta(days=400)
_NOW = "ขณะนี้"
_NO_UNIT = "none"

_KINDS = (
    Option("letter", "หนังสือทั่วไป", ("หนังสือ",), "หนังสือทั่วไป (ลงทะเบียนรับอย่างเดียว)"),
    Option("complaint", "ร้องเรียน/ร้องทุกข์", ("ร้องเรียน", "ร้องทุกข์"), "เรื่องร้องเรียน/ร้องทุกข์ (เปิดเรื่องและมีกำหนดเสร็จ)"),
    Option("tip", "แจ้งเบาะแสทุจริต", ("เบาะแส",), "แจ้งเบาะแสทุจริต (เรื่องลับ)"),
    Option("misdirected", "ส่งผิดหน่วยงาน", (), "ส่งผิดหน่วยงาน (ตอบกลับ ไม่ลงทะเบียน)"),
    Option("spam", "ไม่ใช่เรื่องราชการ", ("โฆษณา",), "โฆษณาหรือไม่ใช่เรื่องราชการ (ไม่ลงทะเบียน)"),
)
_CHANNELS = (
    Option("counter", "เคาน์เตอร์บริการ", ("เคาน์เตอร์", "มาด้วยตนเอง")),
    Option("post", "ไปรษณีย์"),
    Option("phone", "โทรศัพท์", ("โทร",)),
    Option("email", "อีเมล", ("email", "e-mail")),
    Option("web", "เว็บไซต์"),
    Option("other", "ช่องทางอื่น", (), "ช่องทางที่มิได้ประกาศ (เช่น แชตส่วนตัวของเจ้าหน้าที่)"),
)
_REASONS = (
    Option("ad", "โฆษณา/ขายสินค้า", ("โฆษณา",)),
    Option("fraud", "ข้อความหลอกลวง", ("หลอกลวง",)),
    Option("repeat", "ส่งซ้ำ", ("ซ้ำ",), "ส่งซ้ำกับเรื่องที่ลงรับแล้ว"),
    Option("empty", "ไม่มีเนื้อหา", ("ข้อความทดสอบ",), "ไม่มีเนื้อหาหรือข้อความทดสอบ"),
)
REVIEW = "โปรดตรวจทาน เมื่อแตะ “ยืนยันและส่ง” ระบบบันทึกในนามของท่าน\nหากต้องการแก้ไขข้อใด แตะปุ่ม หรือพิมพ์หมายเลขข้อนั้น"

_REGISTERED = given("kind", "letter", "complaint", "tip")
_CASE = given("kind", "complaint", "tip")
_HOW = "โปรดพิมพ์วันและเวลา เช่น 21/11/2569 09.15 หรือพิมพ์เวลาอย่างเดียวถ้าเป็นวันนี้"
_MOMENT = regex.compile(r"(?:(?P<day>.+?)\s+)?(?:เวลา\s*)?(?P<hour>\d{1,2})[.:](?P<minute>\d{2})\s*(?:น\.?)?")


@dataclass(frozen=True, kw_only=True)
class Moment(Step):
    """When something came (ISO): at this moment, or before."""

    def phone_buttons(self) -> tuple[Choice, ...]:
        return (Choice(_NOW, kind="say"),)

    def read(self, event: Event) -> Any:
        if isinstance(event, Typed) and plain(event.text) == plain(_NOW):
            return event.at.astimezone(BANGKOK).isoformat()
        found = _MOMENT.fullmatch(arabic(tidy(event.text))) if isinstance(event, Typed) else None
        if found is None or int(found["hour"]) > 23 or int(found["minute"]) > 59:
            raise NotUnderstood(_HOW)
        today = event.at.astimezone(BANGKOK)
        day = datetime.fromisoformat(era_date(found["day"])) if found["day"] else today
        came = day.replace(
            hour=int(found["hour"]), minute=int(found["minute"]), second=0, microsecond=0, tzinfo=BANGKOK
        )
        if came > event.at:
            raise NotUnderstood("วันเวลาที่ได้รับต้องไม่เกินขณะนี้")
        if event.at - came > _OLDEST:
            raise NotUnderstood("วันเวลาที่ได้รับนานเกินหนึ่งปี โปรดตรวจทานปี พ.ศ.")
        return came.isoformat()

    def holds(self, answer: Any) -> bool:
        return isinstance(answer, str)

    def show(self, answer: Any) -> str:
        return thai_moment(datetime.fromisoformat(answer))


def incoming(office: Office) -> Flow:
    """ลงรับ."""
    steps = (*_what(office), *_letter(office), *_case(office), *_pages(), *_who(), Review(question=REVIEW))
    return Flow(NAME, _VERSION, "ลงรับ", steps, _finish, _UPGRADES)


def _what(office: Office) -> tuple[Step, ...]:
    agencies = tuple(Option(one.key, one.label, (one.name,), f"{one.name} โทร {one.phone}") for one in office.agencies)
    return (
        Choose(key="kind", title="ประเภท", question="สิ่งที่ได้รับเป็นเรื่องใด (หนังสือที่มีชั้นความลับ ไม่ลงทางแชต)", of=_KINDS),
        Choose(
            key="agency",
            title="หน่วยงานที่รับผิดชอบ",
            question="เรื่องนี้อยู่ในอำนาจของหน่วยงานใด",
            of=(*agencies, Option("unknown", "ไม่ทราบหน่วยงาน", (), "ไม่ทราบหน่วยงานที่รับผิดชอบ")),
            when=given("kind", "misdirected"),
        ),
        Choose(key="reason", title="เหตุผล", question="ไม่ลงทะเบียนเพราะเหตุใด", of=_REASONS, when=given("kind", "spam")),
        Choose(key="channel", title="ช่องทาง", question="ได้รับทางใด", of=_CHANNELS, when=_REGISTERED),
        Moment(
            key="came",
            title="ได้รับเมื่อ",
            question="ได้รับเมื่อใด แตะ “ขณะนี้” หรือพิมพ์วันและเวลา",
            example="21/11/2569 09.15",
            when=_REGISTERED,
        ),
    )


def _letter(office: Office) -> tuple[Step, ...]:
    """What stands in the register of a letter; of a complaint on paper its number and day as well."""
    written = Given("channel", lambda channel: channel != "phone")  # asked of what is registered only
    return (
        Text(
            key="ref",
            title="ที่",
            question="ที่ของหนังสือ",
            example="ศน 0018/123",
            optional=True,
            when=written,
            check=short_words,
        ),
        Day(
            key="dated",
            title="ลงวันที่",
            question="หนังสือลงวันที่ใด ถ้าข้าม ระบบลงวันที่ได้รับ",
            example="20/11/2569",
            optional=True,
            most=0,
            when=written,
            check=era_date,
        ),
        Text(
            key="sender",
            title="จาก",
            question="จากบุคคลหรือหน่วยงานใด",
            example="ที่ว่าการอำเภอเมือง",
            when=given("kind", "letter"),
            check=short_words,
        ),
        Text(
            key="addressee",
            title="ถึง",
            question=f"ถึงผู้ใด ถ้าข้าม ระบบลงว่า {office.addressee}",
            optional=True,
            when=given("kind", "letter"),
            check=short_words,
        ),
        Text(
            key="subject",
            title="เรื่อง",
            question="เรื่อง",
            example="ขอความอนุเคราะห์ข้อมูล",
            when=given("kind", "letter"),
            check=short_words,
        ),
        Choose(
            key="unit",
            title="ส่งหน่วยงาน",
            question="ส่งให้หน่วยงานใดดำเนินการ",
            of=(*units_of(office), Option(_NO_UNIT, "ยังไม่กำหนด")),
            when=given("kind", "letter"),
        ),
    )


def units_of(office: Office) -> tuple[Option, ...]:
    """The units to choose from."""
    return tuple(Option(one.key, button_label(one.name), text=one.name) for one in office.units)


def _case(office: Office) -> tuple[Step, ...]:
    return (
        Choose(
            key="category",
            title="ประเภทเรื่อง",
            question="เป็นเรื่องประเภทใด",
            of=options_of(office.complaints),
            when=given("kind", "complaint"),
        ),
        Choose(
            key="tip_category",
            title="ประเภทเบาะแส",
            question="เป็นเบาะแสประเภทใด",
            of=options_of(office.tips),
            when=given("kind", "tip"),
        ),
        Place(key="place", title="สถานที่เกิดเหตุ", question="สถานที่เกิดเหตุ เลือกบนแผนที่ หรือพิมพ์", optional=True, when=_CASE),
        Text(
            key="details",
            title="สรุปเรื่อง",
            question="สรุปเรื่อง เกิดอะไรขึ้น ที่ใด เมื่อใด และขอให้ทำอะไร (ทางโทรศัพท์ โปรดอ่านทวนให้ผู้แจ้งฟัง)",
            example="ไฟส่องสว่างหน้าวัดดับ 3 ดวง ตั้งแต่ต้นเดือน ขอให้ซ่อม",
            when=_CASE,
            **long_text(5, "โปรดสรุปเรื่องเพิ่มอีกเล็กน้อย"),
        ),
        Text(
            key="evidence",
            title="หลักฐานและพยาน",
            question="มีหลักฐาน เหตุการณ์แวดล้อม หรือพยานที่ตรวจสอบได้หรือไม่ (เบาะแสที่ไม่ระบุชื่อ ต้องมีจึงพิจารณาได้)",
            optional=True,
            when=Given("tip_category", lambda _: True),
            **long_text(3, "โปรดบอกหลักฐานหรือพยานเท่าที่ทราบ หรือพิมพ์ “ข้าม”"),
        ),
    )


def _pages() -> tuple[Step, ...]:
    question = "ถ่ายรูปหรือส่งไฟล์สแกนของหนังสือหรือหลักฐาน ไม่เกิน 10 ไฟล์ แล้วแตะ “ส่งครบแล้ว”"
    return (Files(key="files", title="รูปและไฟล์", question=question, optional=True, when=_REGISTERED),)


def _who() -> tuple[Step, ...]:
    return (
        Choose(
            key="identity",
            title="การแสดงตัวตน",
            question="ผู้แจ้งประสงค์ให้ใครทราบชื่อ (ปกปิดชื่อ: เห็นเฉพาะศูนย์รับเรื่อง)",
            of=IDENTITIES,
            when=_CASE,
        ),
        Text(
            key="name",
            title="ชื่อผู้แจ้ง",
            question="ชื่อและนามสกุลผู้แจ้ง",
            example="สมชาย ใจดี",
            when=given("identity", "open", "confidential"),
            check=person_name,
        ),
        Text(
            key="phone",
            title="โทรศัพท์ผู้แจ้ง",
            question="เบอร์โทรศัพท์ผู้แจ้ง",
            example="081-234-5678",
            optional=True,
            when=given("identity", "open", "confidential"),
            check=thai_phone,
        ),
    )


def _finish(draft: str, answers: Answers, files: tuple[FileRef, ...]) -> Effect:
    kind = answers["kind"]
    if kind in ("misdirected", "spam"):
        return Dismiss(draft, agency=answers.get("agency", ""), reason=answers.get("reason", ""))
    intake = Intake(
        channel=answers["channel"],
        came=answers["came"],
        ref=answers.get("ref") or "",
        dated=answers.get("dated") or "",
        addressee=answers.get("addressee") or "",
    )
    if kind == "letter":
        unit = "" if answers["unit"] == _NO_UNIT else answers["unit"]
        return EnterLetter("incoming", intake, answers["sender"], answers["subject"], unit, files)
    return OpenCase(
        draft=draft,
        kind=kind,
        category=answers["tip_category"] if kind == "tip" else answers["category"],
        spot=spot(answers.get("place")),
        details=answers["details"],
        files=files,
        identity=answers["identity"],
        name=answers.get("name") or "",
        phone=answers.get("phone") or "",
        evidence=answers.get("evidence") or "",
        flow=NAME,
        version=_VERSION,
        intake=intake,
    )
