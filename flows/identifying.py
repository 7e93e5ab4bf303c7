"""ตรวจตัวตน: a member of the staff records in their own chat who came to prove who they are, and who did not (B42-B45).

What is awaited, and by whom it may be recorded, the office says. Of the document its kind and last digits are asked for
alone; of a video call an image.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from flows.book import Book
from flows.checks import NotUnderstood, entry_number
from flows.effects import AwaitedProofs, RecordProof
from flows.events import FileRef
from flows.incoming import REVIEW
from flows.messages import Choice, Say
from flows.options import Option, say
from flows.status import way_to_prove
from flows.steps import Answers, Choose, Files, Flow, Review, Text, given
from flows.thai import arabic, plain, tidy

NAME, WORD = "prove", "ตรวจตัวตน"
DOCUMENTS: Mapping[str, str] = {
    "id_card": "บัตรประจำตัวประชาชน",
    "passport": "หนังสือเดินทาง",
    "driving_licence": "ใบอนุญาตขับรถ",
}
#: So many cases have a button.
_MOST = 10
_ASKED = regex.compile(rf"{WORD}\s*(?P<number>\d+\s*/\s*\d+)")
_PURPOSES = (Option("withdraw", "ถอนเรื่อง"), Option("service", "ดำเนินการตามคำขอ"))
_CAME = (Option("yes", "มาแสดงตัวแล้ว", ("มา", "มาแล้ว")), Option("no", "ไม่มาตามนัด", ("ไม่มา",)))
_MANNERS = (Option("office", "ที่สำนักงาน", ("สำนักงาน",)), Option("video", "วิดีโอคอล", ("วิดีโอ",)))


def asked_for(book: Book, text: str) -> AwaitedProofs | None:
    """What is awaited in this case, or ("ตรวจตัวตน" alone) in which; None if these are none of this member's words."""
    if NAME not in book.acts:
        return None
    found = _ASKED.fullmatch(arabic(tidy(text)))
    if found is None:
        return AwaitedProofs() if plain(text) == plain(WORD) else None
    try:
        number, year = entry_number(found["number"]).split("/")
    except NotUnderstood:
        return AwaitedProofs()
    return AwaitedProofs(int(number), int(year))


def identifying() -> Flow:
    """ตรวจตัวตน."""
    seen = given("came", "yes")
    documents = tuple(Option(key, title) for key, title in DOCUMENTS.items())
    image = "ส่งภาพที่บันทึกระหว่างวิดีโอคอล 1 ภาพ เก็บเป็นหลักฐานและไม่อยู่ในแฟ้มเรื่อง"
    steps = (
        Text(key="number", title="เลขรับที่", question="บันทึกผลของเรื่องใด", example="12/2569", check=entry_number),
        Choose(key="purpose", title="เพื่อ", question="ผู้ส่งเรื่องยืนยันตัวตนเพื่ออะไร", of=_PURPOSES),
        Choose(key="came", title="ผล", question="ผู้ส่งเรื่องมาแสดงตัวหรือไม่", of=_CAME),
        Choose(key="manner", title="วิธี", question="ตรวจด้วยวิธีใด", of=_MANNERS, when=seen),
        Choose(key="document", title="เอกสาร", question="ผู้ส่งเรื่องแสดงเอกสารตัวจริงใด", of=documents, when=seen),
        Text(
            key="digits",
            title="เลขท้าย",
            question="เลขท้ายของเอกสาร 2–4 หลัก (อย่าพิมพ์ทั้งเลข และไม่ต้องถ่ายสำเนา)",
            example="7081",
            when=seen,
            check=last_digits,
        ),
        Files(
            key="image",
            title="ภาพวิดีโอคอล",
            question=image,
            at_least=1,
            at_most=1,
            when=given("manner", "video"),
        ),
        Review(question=REVIEW),
    )
    return Flow(NAME, 1, WORD, steps, _finish)


def last_digits(text: str) -> str:
    """The last two to four digits of a document's number."""
    digits = arabic(tidy(text))
    if not regex.fullmatch(r"[0-9]{2,4}", digits):
        raise NotUnderstood("โปรดพิมพ์เฉพาะเลขท้าย 2–4 หลัก")
    return digits


def _finish(_: str, answers: Answers, files: tuple[FileRef, ...]) -> RecordProof:
    number, year = map(int, answers["number"].split("/"))
    return RecordProof(
        number=number,
        year=year,
        purpose=answers["purpose"],
        came=answers["came"] == "yes",
        manner=answers.get("manner", ""),
        document=answers.get("document", ""),
        last_digits=answers.get("digits", ""),
        files=files,
    )


# -- what the office said


def listed(value: Mapping[str, Any]) -> Say:
    """Every case in which a proof is awaited that is this member's to see; or why there is none."""
    awaited: list[Mapping[str, Any]] = value.get("awaited", [])
    if not awaited:
        return Say(value.get("why") or "ไม่มีเรื่องที่รอการยืนยันตัวตน", choices=say("เมนู"))
    lines = [f"• {line(one)}" for one in awaited]
    numbers = [f"{one['number']}/{one['year']}" for one in awaited[:_MOST]]
    choices = (*(Choice(f"ตรวจ {number}", f"{WORD} {number}", "say") for number in numbers), *say("เมนู"))
    return Say("\n".join([f"รอการยืนยันตัวตน {len(awaited):,} เรื่อง", *lines]), choices=choices)


def line(one: Mapping[str, Any]) -> str:
    """For what, how and until when."""
    what = "เพื่อถอนเรื่อง" if one["purpose"] == "withdraw" else "เพื่อดำเนินการตามคำขอ"
    way = way_to_prove(one) if one["manner"] else "ยังไม่ได้นัด"
    return f"{one['number']}/{one['year']} {what} · {way}"


def whom(one: Mapping[str, Any]) -> str:
    """Who is to show a document, and where they are reached."""
    name = one.get("name") or "ไม่ได้แจ้งชื่อไว้"
    phone = f" โทร {one['phone']}" if one.get("phone") else ""
    return f"ผู้ส่งเรื่อง: {name}{phone} (ส่งเรื่องทาง {one['channel']})\nโปรดเทียบชื่อกับเอกสารตัวจริง และอย่าส่งต่อข้อความนี้"


def receipt(value: Mapping[str, Any]) -> Say:
    """What was recorded, or why nothing was."""
    number = f"{value['number']}/{value['year']}"
    text = {
        "proved": f"บันทึกการยืนยันตัวตนของเรื่อง {number} แล้ว สถานะ: {value.get('status')} แจ้งผู้ส่งเรื่องแล้ว",
        "absent": f"บันทึกแล้วว่าไม่มายืนยันตัวตน เรื่อง {number} กลับสู่สถานะเดิม และแจ้งผู้ส่งเรื่องแล้ว",
        "absent_owing": f"บันทึกแล้วว่าไม่มายืนยันตัวตน เรื่อง {number} ไม่ถูกถอน และยังรอยืนยันตัวตนตามคำขอ แจ้งผู้ส่งเรื่องแล้ว",
    }
    return Say(text.get(value["act"]) or f"ยังไม่ได้บันทึก {value.get('why', '')}", choices=say(WORD, "เมนู"))
