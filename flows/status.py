"""ติดตามเรื่อง: the citizen's own cases, and any case by its tracking code; without it, none but one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import regex

from flows.messages import Card, Choice, Say
from flows.options import MOST_LABEL, say
from flows.thai import arabic, shorten, thai_date, thai_moment, tidy
from services.office import Office

_CODE = regex.compile(r"[0-9A-Z]{8}")
_NUMBER = regex.compile(r"(?:เลขรับ(?:ที่)?|เรื่อง(?:ที่)?)?\s*(\d{1,6})\s*/\s*(25\d\d)")

LATE = "ส่งเอกสารเพิ่ม"
"""What a citizen says who has the rest of the papers, alone or with the tracking code."""

WITHDRAW, CANCEL, PROVE = "ขอถอนเรื่อง", "ขอยกเลิกคำขอ", "นัดยืนยันตัวตน"
"""What a citizen says who wants a filed case ended, or has to prove who they are, alone or with the tracking code."""

_CODE_HINT = "หากมีรหัสติดตาม (เช่น K7QF-2MXA) พิมพ์ส่งมาได้เลย"


def tracking_code(text: str) -> str | None:
    """`XXXX-XXXX` from what was typed, also without its dash, in lower case or with spaces; None if it is no code."""
    bare = regex.sub(r"^รหัส(?:ติดตาม)?[:\s]*", "", arabic(tidy(text))).upper()
    code = regex.sub(r"[\s\-–—_]", "", bare)
    split = regex.fullmatch(r"[0-9A-Z]{4}[\s\-–—_]+[0-9A-Z]{4}", bare)
    mixed = any(c.isdigit() for c in code) and any(c.isalpha() for c in code)  # else it may be a word, or a number
    return f"{code[:4]}-{code[4:]}" if _CODE.fullmatch(code) and (split or mixed) else None


def own_number(text: str) -> str | None:
    """The number in `เลขรับที่ 1/2569`, as "1/2569". It can be guessed, so it leads to the citizen's own cases only."""
    found = _NUMBER.fullmatch(arabic(tidy(text)))
    return f"{int(found[1])}/{found[2]}" if found else None


def case_card(case: Mapping[str, Any] | None) -> Card | Say:
    """Where a case stands; of a tip nothing of what it is about."""
    if case is None:
        return Say(
            "ไม่พบเรื่องตามรหัสนี้ โปรดตรวจทานรหัส 8 ตัวจากข้อความแจ้งรับเรื่อง (ตัวอักษรอังกฤษและตัวเลข)",
            choices=say("ติดตามเรื่อง", "ติดต่อเจ้าหน้าที่", "เมนู"),
        )
    lines = [
        ("เรื่อง", _about(case)),
        ("สถานะ", str(case.get("status") or "-")),
        ("วันที่รับ", thai_moment(datetime.fromisoformat(case["received_at"]))),
        ("กำหนดแจ้งผล", _due(case)),
        ("รหัสติดตาม", str(case.get("code") or "-")),
        *([("ยืนยันตัวตน", way_to_prove(case["proof"]))] if case.get("proof") else ()),
        ("สอบถาม", _contact(case)),
    ]
    return Card(
        title=f"เลขรับที่ {case['number']}/{case['year']}",
        lines=tuple(lines),
        text="\n\n".join(part for part in (_history(case), _missing(case) if case.get("missing") else "") if part),
        choices=(*_add_late(case), *_proving(case), *say("เมนู", "ติดต่อเจ้าหน้าที่")),
    )


def way_to_prove(proof: Mapping[str, Any]) -> str:
    """How and until when identity is proved."""
    if proof.get("at"):
        return f"วิดีโอคอล {thai_moment(datetime.fromisoformat(proof['at']))}"
    until = thai_date(date.fromisoformat(proof["until"]), weekday=True)
    return f"ที่สำนักงาน ภายใน{until}" if proof.get("manner") else f"โปรดเลือกวิธี ภายใน{until}"


def _proving(case: Mapping[str, Any]) -> tuple[Choice, ...]:
    """To change how identity is proved, or to ask that the case be withdrawn."""
    wishes = [PROVE] * bool(case.get("provable"))
    wishes += [CANCEL if case.get("kind") == "petition" else WITHDRAW] * bool(case.get("withdrawable"))
    return tuple(Choice(wish, f"{wish} {case['code']}", "say") for wish in wishes)


def _missing(case: Mapping[str, Any]) -> str:
    """Which papers are still waited for, and until when (B27: the day is clear)."""
    papers = [f"• {one['title']}" + (f" ({one['reason']})" if one.get("reason") else "") for one in case["missing"]]
    until = thai_date(date.fromisoformat(case["papers_due"]), weekday=True) if case.get("papers_due") else ""
    return "\n".join([f"เอกสารที่ยังรออยู่ โปรดส่งภายใน{until}" if until else "เอกสารที่ยังรออยู่", *papers])


def _add_late(case: Mapping[str, Any]) -> tuple[Choice, ...]:
    return (Choice(LATE, f"{LATE} {case['code']}", "say"),) if case.get("missing") and not case.get("ended") else ()


def cases_card(cases: list[Mapping[str, Any]], more: int) -> Card | Say:
    """The citizen's own cases, newest first; one alone is shown whole."""
    if not cases:
        return Say(f"ยังไม่พบเรื่องที่ท่านส่งจากบัญชีนี้\n{_CODE_HINT}", choices=say("เมนู", "ติดต่อเจ้าหน้าที่"))
    if len(cases) == 1 and not more:
        return case_card(cases[0])
    rest = f"และยังมีอีก {more} เรื่อง\n" if more else ""
    return Card(
        title="เรื่องของท่าน",
        lines=tuple((f"เลขรับที่ {c['number']}/{c['year']}", f"{_about(c)} · {c.get('status') or '-'}") for c in cases),
        text=f"{rest}แตะเลขรับเพื่อดูรายละเอียด\n{_CODE_HINT}",
        choices=(*(_look(case) for case in cases), *say("เมนู")),
    )


def _look(case: Mapping[str, Any]) -> Choice:
    return Choice(shorten(f"ดู {case['number']}/{case['year']}", MOST_LABEL), str(case["code"]), "say")


def _about(case: Mapping[str, Any]) -> str:
    return "เรื่องที่ท่านแจ้งไว้" if case.get("kind") == "tip" else str(case.get("category") or "-")


def _due(case: Mapping[str, Any]) -> str:
    day = thai_date(date.fromisoformat(case["due"][:10])) if case.get("due") else "-"
    left = case.get("days_left")
    return f"{day} (เหลือ {left} วันทำการ)" if isinstance(left, int) and left > 0 else day


def _contact(case: Mapping[str, Any]) -> str:
    return " ".join(str(case[part]) for part in ("unit", "phone") if case.get(part)) or "-"


def _history(case: Mapping[str, Any]) -> str:
    """The last few steps, oldest first. What was filed after hours is there from its legal receipt on (B16)."""
    received, steps = datetime.fromisoformat(case["received_at"]), list(case.get("history") or ())
    days = [datetime.fromisoformat(step["at"]) for step in steps]
    days[:1] = [max(days[0], received)] if days else []
    lines = [
        f"{thai_date(day, short=True)} {shorten(str(step['text']), 120)}" for day, step in zip(days, steps, strict=True)
    ]
    return "\n".join(lines[-5:])


def acknowledgement(office: Office, case: Mapping[str, Any]) -> Card:
    """แจ้งการรับเรื่อง: number, deemed time of receipt, tracking code, due date, phone (B16, B23)."""
    received = datetime.fromisoformat(case["received_at"])
    lines = [
        ("เลขรับที่", f"{case['number']}/{case['year']}"),
        ("วันเวลาที่รับ", thai_moment(received)),
        ("รหัสติดตาม", str(case["code"])),
        (
            "กำหนดแจ้งผล",
            f"ภายใน{thai_date(date.fromisoformat(case['due'][:10]), weekday=True)}" if case.get("due") else "-",
        ),
        ("โทรสอบถาม", " ".join(part for part in (case.get("phone") or office.phone, case.get("unit")) if part)),
    ]
    return Card(
        title=f"รับเรื่องแล้ว เลขรับที่ {case['number']}/{case['year']}",
        lines=tuple(lines),
        text="\n".join(_afterwards(case)),
        actions=(Choice("ถามความคืบหน้า", case["chat_link"], "link"),) if case.get("chat_link") else (),
        tone="good",
        must_arrive=True,
        choices=(*_add_late(case), *say("เมนู", "ติดตามเรื่อง")),
    )


def _afterwards(case: Mapping[str, Any]) -> list[str]:
    notes = []
    if case.get("after_hours") and case.get("arrived_at"):
        arrived = thai_moment(datetime.fromisoformat(case["arrived_at"]))
        notes.append(f"ท่านส่งเรื่องนอกเวลาราชการ ({arrived}) จึงถือว่าได้รับเมื่อเริ่มเวลาราชการ ตามวันเวลาที่รับข้างต้น")
    notes += [_missing(case)] if case.get("missing") else []
    if case.get("proof"):
        notes.append("คำขอนี้ต้องยืนยันตัวตนก่อนดำเนินการ มาที่สำนักงานหรือนัดวิดีโอคอลได้ ไม่มีค่าใช้จ่าย")
    notes.append("เจ้าหน้าที่จะตรวจสอบและแจ้งผลทางแชตนี้ หากมีรูปหรือข้อมูลเพิ่มเติม ส่งมาได้ภายใน 24 ชั่วโมง")
    if case.get("kind") == "petition":
        notes.append("การส่งเอกสารทางแชตถือเป็นการรับรองสำเนาแล้ว ไม่ต้องส่งฉบับกระดาษหรือส่งเพิ่มอีกชุด")
    if case.get("chat_link"):
        notes.append("ต้องการทราบความคืบหน้าเมื่อใด แตะปุ่ม “ถามความคืบหน้า”")
    if case.get("kind") == "tip":
        notes.append("โปรดเก็บรหัสติดตามเป็นความลับ ผู้ที่มีรหัสจะดูสถานะของเรื่องได้")
    return notes
