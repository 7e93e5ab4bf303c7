"""What we tell whom when something happens. The staff group hears numbers, kinds and days: never a name, a phone, a
place or a text, and of a secret tip nothing but that there is one (A22, OFFICE_RULES §0.12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bot.budget import Kind, Month
from bot.outbox import tell_group
from flows.messages import Card, Message, Say
from flows.thai import thai_date
from models import jobs
from models.conversation import Conversation, staff_groups
from models.db import Tx
from office.filing import channel_name, protected
from services.office import Sending

#: What one citizen can cause again and again is told once in this time: every telling is paid for.
AGAIN = timedelta(hours=1)


def case_card(case: Mapping[str, Any], *, urgent: bool = False) -> Card:
    """The card of a new case for the staff group, from the facts that `cases.open_case` gives."""
    due = ("กำหนดเสร็จ", thai_date(date.fromisoformat(case["due"]), short=True))
    lines: tuple[tuple[str, str], ...] = (("ประเภท", "แจ้งเบาะแส (ลับ)"), due)
    if case["kind"] != "tip":
        unit, channel = ("หน่วยงาน", case["unit"]), ("ช่องทาง", channel_name(case["channel"]))
        lines = (("ประเภท", case["category"]), due, unit, channel)
    return Card(title=f"เรื่องใหม่ {case['number']}/{case['year']}", lines=lines, tone="urgent" if urgent else "plain")


def case_opened(tx: Tx, sending: Sending, case: Mapping[str, Any], now: datetime, *, urgent: bool = False) -> None:
    """Tell every active staff group of a new case; an urgent one is not gathered with others. What is neither urgent
    nor a tip may be left to the digest, if the office wants to save."""
    pressing = urgent or case["kind"] == "tip"
    if pressing or sending.cards == "at once":
        _tell_staff(tx, case_card(case, urgent=urgent), now, urgent=urgent, kind="urgent" if pressing else "card")


def case_changed(tx: Tx, case: Mapping[str, Any], what: str, now: datetime, *, kind: Kind = "card") -> None:
    """Tell the staff groups that an officer has to look at this case again. `what` says nothing of its matter; of
    somebody who is protected not even that is told."""
    said = "" if protected(case) else f": {what}"
    _tell_staff(tx, Say(text=f"เรื่อง {case['number']}/{case['year']}{said} โปรดพิจารณา"), now, urgent=False, kind=kind)


def papers_complete(tx: Tx, case: Mapping[str, Any], now: datetime) -> None:
    """What a petition waited for has all come: somebody should look at it again (B28)."""
    _tell_staff(
        tx, Say(text=f"ได้รับเอกสารของเรื่อง {case['number']}/{case['year']} ครบตามรายการแล้ว โปรดตรวจ"), now, urgent=False
    )


def trouble(tx: Tx, text: str, now: datetime) -> None:
    """Alarm the staff groups at once. `text` is Thai and holds no personal data."""
    _tell_staff(tx, Say(text=text), now, urgent=True)


def person_wanted(tx: Tx, talk: Conversation, now: datetime) -> None:
    """Tell the staff groups that a citizen waits for a person; who it is, they see in the office's own chat. Of one
    conversation it is told once an hour."""
    if jobs.begin_again(tx, f"person_wanted:{talk.id}", now, AGAIN):
        text = f"มีประชาชนขอติดต่อเจ้าหน้าที่ทาง {channel_name(talk.channel)} โปรดเปิดแชตของหน่วยงานเพื่อตอบกลับ"
        _tell_staff(tx, Say(text=text), now, urgent=False, kind="urgent")


def proofs_unrecorded(tx: Tx, which: str, until: str, now: datetime) -> None:
    """The last day of these appointments is over, and nobody has recorded what became of them."""
    text = f"ยังไม่บันทึกผลการยืนยันตัวตน: {which}\nโปรดพิมพ์ “ตรวจตัวตน” ในแชตส่วนตัวกับบัญชีหน่วยงาน หลังจาก{until} จะถือว่าไม่มาตามนัด"
    _tell_staff(tx, Say(text=text), now, urgent=False, kind="urgent")


def quota_low(tx: Tx, month: Month, now: datetime) -> None:
    """Warn the staff groups that so much of the month's paid messages is used. Said once; it costs what it warns of."""
    used = f"{month.used:,} จาก {month.limit:,} ข้อความ"
    text = f"เดือนนี้ใช้โควตาข้อความไปแล้ว {month.per_cent}% ({used})\n{_SAVING[month.level]}\n{_ASK}"
    _tell_staff(tx, Say(text=text), now, urgent=False, kind="urgent")


_ASK = "พิมพ์ “สรุป” ในกลุ่มนี้เมื่อใดก็ได้ เพื่อดูสรุปงานและสิ่งที่พักไว้ โดยไม่เสียโควตา"
_SAVING = {
    70: "ระบบพักการส่งสรุปงานไว้ก่อน เพื่อเก็บโควตาไว้ให้ประชาชน (การ์ดเรื่องใหม่ที่ไม่ด่วนจะพักเมื่อใช้ถึง 80%)",
    90: "ระบบพักการส่งสรุปงานและการ์ดเรื่องใหม่ที่ไม่ด่วนไว้ก่อน ยังส่งเรื่องด่วนและข้อความถึงประชาชนตามปกติ",
}


def _tell_staff(tx: Tx, message: Message, now: datetime, *, urgent: bool, kind: Kind = "urgent") -> None:
    for group in staff_groups(tx):
        tell_group(tx, group, message, now, urgent=urgent, kind=kind)
