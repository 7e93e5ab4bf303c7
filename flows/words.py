"""Words understood when they are the whole message, and questions answered on the way (PEERS 6.2: 4, 6, 30)."""

from __future__ import annotations

from collections.abc import Mapping

import regex

from flows.messages import Card, Choice
from flows.thai import plain
from services.office import Office

#: The main menu, in its order: what each label starts.
MENU: Mapping[str, str] = {
    "ร้องเรียน/ร้องทุกข์": "complaint",
    "แจ้งเบาะแสทุจริต": "tip",
    "ยื่นคำร้อง/คำขอ": "petition",
    "ติดตามเรื่อง": "status",
    "ชำระค่าธรรมเนียม": "payment",
    "ติดต่อเจ้าหน้าที่": "staff",
}

_COMMANDS: Mapping[str, str] = {
    "เมนู": "menu",
    "ย้อนกลับ": "back",
    "แก้ไข": "edit",
    "ข้าม": "skip",
    "ยกเลิก": "cancel",
    "เริ่มใหม่": "restart",
    "พัก": "pause",
    "สถานะ": "status",
    "ช่วยเหลือ": "help",
    "ทำต่อ": "go_on",
    "ไฟล์ใหญ่": "large_files",
    **MENU,
}

#: Understood only while no question is open.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "complaint": ("ร้องเรียน", "ร้องทุกข์", "แจ้งเรื่อง", "แจ้งเรื่องร้องเรียน", "แจ้งปัญหา", "ขอร้องเรียน"),
    "tip": ("แจ้งเบาะแส", "แจ้งทุจริต", "ทุจริต", "ร้องเรียนทุจริต"),
    "petition": ("ยื่นคำร้อง", "ยื่นคำขอ", "คำร้อง", "คำขอ", "ขอเอกสาร"),
    "status": ("ติดตาม", "เช็คสถานะ", "ตรวจสอบสถานะ", "ติดตามผล", "เรื่องถึงไหนแล้ว"),
    "payment": ("ชำระเงิน", "จ่ายเงิน", "จ่ายค่าธรรมเนียม", "ค่าธรรมเนียม"),
    "staff": ("เจ้าหน้าที่", "คุยกับเจ้าหน้าที่", "ขอคุยกับเจ้าหน้าที่", "แอดมิน"),
    "menu": ("menu", "หน้าหลัก", "เมนูหลัก"),
    "help": ("help", "วิธีใช้", "วิธีใช้งาน"),
}

_BY_COMMAND = {plain(word): name for word, name in _COMMANDS.items()}
_BY_SYNONYM = {plain(word): name for name, words in _SYNONYMS.items() for word in words}
_BY_NUMBER = {str(number): name for number, name in enumerate(MENU.values(), 1)}


def command(text: str) -> str | None:
    """The command that this whole message is, also with ครับ/ค่ะ; None if it is something else."""
    return _BY_COMMAND.get(plain(text))


def wish(text: str) -> str | None:
    """What is wanted while no question is open: a command, another word for it, or the number of a menu item."""
    said = plain(text)
    return _BY_COMMAND.get(said) or _BY_SYNONYM.get(said) or _BY_NUMBER.get(said)


_EMERGENCY = regex.compile(
    r"ไฟไหม้|เพลิงไหม้|ช่วยด้วย|อุบัติเหตุ|รถชน|รถคว่ำ|จมน้ำ|หมดสติ|หยุดหายใจ|หัวใจหยุดเต้น|ไฟดูด|ไฟช็อต"
    r"|ฆ่าตัวตาย|อยากตาย|ไม่อยากมีชีวิต|กินยาตาย|ถูกทำร้าย|โดนทำร้าย|ถูกยิง|ยิงกัน|ถูกแทง|แทงกัน|แก๊สรั่ว|ก๊าซรั่ว"
)


def sounds_urgent(text: str) -> bool:
    """Whether someone may be in danger; then the emergency lines are shown at once (PEERS 6.2: 30)."""
    return bool(_EMERGENCY.search(text))


def emergency_card(office: Office) -> Card:
    """สายด่วน, before any form."""
    return Card(
        title="เหตุด่วน เหตุร้าย โทรได้ทันที",
        lines=tuple((line.number, line.what) for line in office.emergency),
        text="แชตนี้ไม่ใช่ช่องทางแจ้งเหตุฉุกเฉิน",
        actions=tuple(Choice(f"โทร {line.number}", line.number, "call") for line in office.emergency[:3]),
        tone="urgent",
    )


_HOURS = regex.compile(
    r"(?:วันนี้|พรุ่งนี้|เสาร์อาทิตย์)?(?:สำนักงาน|อบต\.?|อบจ\.?|เทศบาล|ที่นี่)?(?:(?:เปิด|ปิด)(?:ทำการ|บริการ)?"
    r"(?:กี่โมง|เมื่อไหร่|เมื่อไร|ไหม|มั้ย|หรือเปล่า|วันไหน|วันไหนบ้าง|ถึงกี่โมง|เวลาไหน)|(?:เวลา|วัน)(?:ทำการ|ราชการ|เปิดปิด))(?:อะไร|บ้าง)?"
)
_PHONE = regex.compile(
    r"(?:ขอ|มี)?(?:เบอร์|หมายเลข)?(?:โทร|โทรศัพท์|เบอร์)(?:ติดต่อ|สำนักงาน|เจ้าหน้าที่|อะไร|เท่าไหร่|เท่าไร|ไหม|มั้ย|หน่อย|ที่ไหน)*"
)
_ADDRESS = regex.compile(
    r"(?:ขอ)?(?:สำนักงาน|อบต\.?|อบจ\.?|เทศบาล)?(?:ที่อยู่|ตั้งอยู่|อยู่)(?:สำนักงาน|ที่ไหน|ตรงไหน|ไหน|หน่อย)*|ไป(?:สำนักงาน)?ยังไง"
)


def hours_line(office: Office) -> str:
    return f"เปิดทำการวันจันทร์–ศุกร์ เวลา {office.hours.opens:%H.%M}–{office.hours.closes:%H.%M} น. เว้นวันหยุดราชการ"


def office_answer(office: Office, text: str) -> str | None:
    """One line on hours, phone or address, if that is all that is asked; None otherwise."""
    said = plain(text)
    if _HOURS.fullmatch(said):
        return f"{office.short_name} {hours_line(office)}"
    if _PHONE.fullmatch(said):
        return f"โทรศัพท์ {office.short_name}: {office.phone}"
    if _ADDRESS.fullmatch(said):
        return f"ที่อยู่: {office.address}"
    return None
