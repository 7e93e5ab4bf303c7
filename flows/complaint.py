"""ร้องเรียน/ร้องทุกข์ and แจ้งเบาะแสทุจริต: what, where, how, pictures; then who, explained first.

The emergency lines come first (PEERS 6.2: 30). Three ways to be known (OFFICE_RULES 5.3, A22): by name, to the
complaints centre alone, or not at all; of an anonymous tip evidence, circumstances and witnesses are asked
(Cabinet resolution of 22 December 2541).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.checks import person_name, thai_phone
from flows.consent import KEY as NOTICE
from flows.consent import read_notice
from flows.effects import Kind, OpenCase
from flows.events import FileRef
from flows.options import Option
from flows.steps import (
    Answers,
    Choose,
    Files,
    Flow,
    Given,
    Place,
    Review,
    Step,
    Text,
    given,
    has_point,
    long_text,
    spot,
)
from flows.words import emergency_card
from services.office import Category, Office

#: What of an old version is called otherwise now: {old version: {old key: new key}}.
_UPGRADES: Mapping[int, Mapping[str, str]] = {}


@dataclass(frozen=True)
class _Wording:
    """What the two conversations say differently."""

    category: str
    place: str
    details: str
    details_example: str
    files: str
    identity: str


_COMPLAINT = _Wording(
    category="ต้องการแจ้งเรื่องใด",
    place="ปัญหาอยู่ที่ใด โปรดระบุจุดที่เกิดปัญหา (ไม่ใช่ตำแหน่งโทรศัพท์ของท่าน)\nเลือกบนแผนที่ ส่งลิงก์แผนที่ หรือพิมพ์บอกสถานที่ก็ได้",
    details="โปรดเล่าปัญหา เกิดอะไรขึ้น เมื่อใด และต้องการให้แก้ไขอย่างไร",
    details_example="ถนนเป็นหลุมลึกหน้าโรงเรียน ตั้งแต่ต้นเดือน มีรถล้มแล้ว 2 คัน ขอให้ซ่อมแซม",
    files="ส่งรูปหรือไฟล์ประกอบได้ไม่เกิน 10 ไฟล์ แล้วแตะ “ส่งครบแล้ว”",
    identity=(
        "ท่านเลือกได้ว่าจะให้ใครทราบชื่อ\n"
        "• แจ้งชื่อ: เจ้าหน้าที่ที่ดูแลเรื่องเห็นชื่อและเบอร์ เพื่อติดต่อกลับ\n"
        "• ปกปิดชื่อ: {centre}เท่านั้นที่เห็น ไม่ส่งชื่อให้หน่วยงานที่แก้ไข\n"
        "• ไม่ระบุชื่อ: ไม่ถามชื่อและเบอร์ ถ้าข้อมูลไม่พออาจดำเนินการต่อไม่ได้\n"
        "ทุกแบบไม่ส่งชื่อเข้ากลุ่มแชตของเจ้าหน้าที่ ติดตามผลได้ในแชตนี้ "
        "และระบบยังทราบบัญชีแชต (เช่น LINE) ที่ใช้ส่งเรื่อง"
    ),
)

_TIP = _Wording(
    category="ต้องการแจ้งเบาะแสเรื่องใด (เรื่องนี้ถือเป็นความลับ)",
    place="เหตุเกิดที่ใด โปรดระบุสถานที่เกิดเหตุ (ไม่ใช่ตำแหน่งโทรศัพท์ของท่าน)\nเลือกบนแผนที่ ส่งลิงก์แผนที่ หรือพิมพ์ชื่อหน่วยงานหรือสถานที่ก็ได้",
    details="ใคร ทำอะไร เมื่อใด และอย่างไร โปรดเล่าเท่าที่ทราบ",
    details_example="เจ้าหน้าที่ฝ่ายหนึ่งเรียกรับเงิน 5,000 บาท แลกกับการออกใบอนุญาต เมื่อวันที่ 10 พฤศจิกายน",
    files="ส่งรูปหรือเอกสารหลักฐานได้ไม่เกิน 10 ไฟล์ แล้วแตะ “ส่งครบแล้ว”",
    identity=(
        "เบาะแสทุกเรื่องเป็นความลับ ท่านเลือกได้ว่าจะให้ใครทราบชื่อ\n"
        "• แจ้งชื่อ: เจ้าหน้าที่ที่ได้รับมอบหมายให้ตรวจสอบเรื่องนี้เห็นชื่อและเบอร์\n"
        "• ปกปิดชื่อ: {centre}เท่านั้นที่เห็น\n"
        "• ไม่ระบุชื่อ: ไม่ถามชื่อและเบอร์ ต้องมีหลักฐานหรือพยานชัดเจนจึงตรวจสอบต่อได้\n"
        "ทุกแบบไม่มีชื่อในทะเบียน ในกลุ่มแชตของเจ้าหน้าที่ หรือส่งถึงผู้ถูกกล่าวหา ติดตามผลได้ในแชตนี้ "
        "และระบบยังทราบบัญชีแชต (เช่น LINE) ที่ใช้ส่งเรื่อง"
    ),
)

IDENTITIES = (
    Option("open", "แจ้งชื่อ (เปิดเผย)", ("แจ้งชื่อ", "เปิดเผย", "เปิดเผยชื่อ")),
    Option("confidential", "ปกปิดชื่อ", ("ปกปิด", "ปิดชื่อ")),
    Option("anonymous", "ไม่ระบุชื่อ", ("ไม่ระบุ", "ไม่แจ้งชื่อ", "ไม่บอกชื่อ", "ไม่ประสงค์ออกนาม", "นิรนาม")),
)


def complaint(office: Office) -> Flow:
    """ร้องเรียน/ร้องทุกข์."""
    return _flow(office, "complaint", "ร้องเรียน/ร้องทุกข์", _steps(office, office.complaints, _COMPLAINT))


def tip(office: Office) -> Flow:
    """แจ้งเบาะแสทุจริต: files the same way, marked secret."""
    steps = _steps(office, office.tips, _TIP)
    return _flow(office, "tip", "แจ้งเบาะแสทุจริต", (*steps[:-1], _evidence(), steps[-1]))


def _flow(office: Office, kind: Kind, title: str, steps: tuple[Step, ...]) -> Flow:
    version = 1

    def finish(draft: str, answers: Answers, files: tuple[FileRef, ...]) -> OpenCase:
        return OpenCase(
            draft=draft,
            kind=kind,
            category=answers["category"],
            spot=spot(answers["place"], answers.get("landmark")),
            details=answers["details"],
            files=files,
            identity=answers["identity"],
            name=answers.get("name") or "",
            phone=answers.get("phone") or answers.get("callback") or "",
            evidence=answers.get("evidence") or "",
            notice=int(answers[NOTICE]),
            flow=kind,
            version=version,
        )

    return Flow(kind, version, title, steps, finish, _UPGRADES, (emergency_card(office),))


def _steps(office: Office, categories: tuple[Category, ...], wording: _Wording) -> tuple[Step, ...]:
    return (
        read_notice(office.notice),
        Choose(key="category", title="ประเภทเรื่อง", question=wording.category, of=options_of(categories)),
        Place(
            key="place",
            title="สถานที่เกิดเหตุ",
            question=f"{wording.place}\n(พื้นที่รับผิดชอบ: {office.area})",
            example="ถนนหน้าตลาดสด หมู่ 3 ตรงข้ามร้านขายยา",
        ),
        Text(
            key="landmark",
            title="จุดสังเกต",
            question="จุดที่ส่งมาคือจุดที่เกิดปัญหาใช่หรือไม่ ถ้าใช่ โปรดบอกจุดสังเกตใกล้เคียง ถ้าไม่ใช่ ส่งตำแหน่งใหม่ได้เลย",
            example="ข้างเสาไฟฟ้าต้นที่ 3 จากปากซอย",
            optional=True,
            when=Given("place", has_point),
            **long_text(2, "โปรดบอกจุดสังเกตใกล้เคียง หรือพิมพ์ “ข้าม”"),
        ),
        Text(
            key="details",
            title="รายละเอียด",
            question=wording.details,
            example=wording.details_example,
            examples={category.key: category.example for category in categories if category.example},
            examples_by="category",
            **long_text(5, "โปรดเล่าเพิ่มอีกเล็กน้อย เพื่อให้เจ้าหน้าที่เข้าใจเรื่อง"),
        ),
        Files(key="files", title="รูปและไฟล์", question=wording.files, optional=True, words_to="details"),
        Choose(
            key="identity",
            title="การแสดงตัวตน",
            question=wording.identity.format(centre=office.complaints_centre),
            of=IDENTITIES,
        ),
        *_who(),
        Review(),
    )


def _who() -> tuple[Step, ...]:
    return (
        Text(
            key="name",
            title="ชื่อ-นามสกุล",
            question="โปรดพิมพ์ชื่อและนามสกุลของท่าน",
            why="ใช้ยืนยันว่ามีผู้ร้องจริงและแจ้งผลกลับ",
            example="สมชาย ใจดี",
            when=given("identity", "open", "confidential"),
            check=person_name,
        ),
        Text(
            key="phone",
            title="เบอร์โทรศัพท์",
            question="โปรดพิมพ์เบอร์โทรศัพท์ที่ติดต่อได้",
            why="ใช้สอบถามเพิ่มเติมเรื่องนี้เท่านั้น",
            example="081-234-5678",
            when=given("identity", "open"),
            check=thai_phone,
        ),
        Text(
            key="callback",
            title="เบอร์โทรศัพท์",
            question="หากต้องการให้โทรกลับ โปรดพิมพ์เบอร์โทรศัพท์",
            why="ผู้รับเรื่องใช้สอบถามเพิ่มเติมเท่านั้น ไม่ส่งต่อให้หน่วยงาน",
            example="081-234-5678",
            optional=True,
            when=given("identity", "confidential"),
            check=thai_phone,
        ),
    )


def _evidence() -> Text:
    return Text(
        key="evidence",
        title="หลักฐานและพยาน",
        question="มีหลักฐาน เหตุการณ์แวดล้อม หรือพยานที่ตรวจสอบได้หรือไม่ อยู่ที่ใด ใครทราบเรื่อง",
        why="เรื่องที่ไม่ระบุชื่อผู้แจ้ง พิจารณาได้เมื่อมีหลักฐานหรือพยานชัดเจน",
        example="มีใบเสร็จลงวันที่ 10 พฤศจิกายน และมีเจ้าหน้าที่การเงินอยู่ในเหตุการณ์",
        optional=True,
        when=given("identity", "anonymous"),
        **long_text(3, "โปรดบอกหลักฐานหรือพยานเท่าที่ทราบ หรือพิมพ์ “ข้าม”"),
    )


def options_of(categories: tuple[Category, ...]) -> tuple[Option, ...]:
    """The kinds of matter to choose from."""
    return tuple(Option(one.key, one.label, (one.title, one.key)) for one in categories)
