"""Greeting, main menu, help, and what is not open in chat yet."""

from __future__ import annotations

from flows.messages import Card, Choice, Say
from flows.options import say
from flows.words import MENU, hours_line
from services.office import Office

HELP = (
    "ตอบคำถามทีละข้อ โดยแตะปุ่ม พิมพ์หมายเลข หรือพิมพ์ข้อความ\n"
    "คำที่พิมพ์ได้ทุกเมื่อ:\n"
    "ย้อนกลับ · แก้ไข · ข้าม · พัก · ยกเลิก · เริ่มใหม่\n"
    "เมนู · สถานะ · ไฟล์ใหญ่ · ติดต่อเจ้าหน้าที่"
)

#: The rest of the menu, always within a tap.
NEXT = ("เมนู", "ติดตามเรื่อง")


def menu_card(office: Office, lead: str = "", *, parked: bool = False) -> Card:
    """The six labels of the main menu; a tap posts the label, a number does too."""
    hint = "แตะหัวข้อที่ต้องการ หรือพิมพ์หมายเลข 1–6 ตามลำดับ"
    return Card(
        title=f"{office.short_name} ยินดีให้บริการ",
        text=f"{lead}\n\n{hint}" if lead else hint,
        actions=tuple(Choice(label, kind="say") for label in MENU),
        choices=say("ทำต่อ") if parked else (),
    )


def greeting(office: Office, *, again: bool) -> Say:
    """The first words; says that a machine speaks, and whom to call in danger."""
    hello = "ยินดีต้อนรับกลับสู่" if again else "สวัสดี ยินดีต้อนรับสู่"
    urgent = " · ".join(f"{line.number} {line.what}" for line in office.emergency)
    return Say(f"{hello}{office.name}\nที่นี่คือระบบรับเรื่องอัตโนมัติ รับเรื่องได้ตลอด 24 ชั่วโมง\nเหตุด่วน โทร {urgent}")


def page_greeting(office: Office) -> str:
    """What stands on a Messenger page before anything is said."""
    offered = "ร้องเรียน แจ้งเบาะแส ยื่นคำขอ และติดตามเรื่อง"
    return f"ท่านสามารถ{offered}กับ{office.short_name}ได้ตลอด 24 ชั่วโมง แตะ “เริ่มต้นใช้งาน” เพื่อเริ่ม"


def not_open(office: Office, title: str) -> Say:
    """ยื่นคำร้อง/คำขอ and ชำระค่าธรรมเนียม, while they are not open in chat."""
    return Say(
        f"ขออภัย บริการ “{title}” ยังไม่เปิดให้ใช้ทางแชต\n"
        f"โปรดติดต่อ {office.short_name} โทร {office.phone}\n{hours_line(office)}",
        choices=say(*NEXT, "ติดต่อเจ้าหน้าที่"),
    )
