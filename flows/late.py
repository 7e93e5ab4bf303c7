"""ส่งเอกสารเพิ่ม: papers that were promised, or that the office found wanting, join the case they belong to (B27, B28)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flows.memory import Asking
from flows.messages import Say
from flows.options import Option, say
from flows.status import LATE, tracking_code
from flows.thai import plain, thai_date
from services.catalogue import button_label

NOTHING_MISSING = "ไม่มีเรื่องของท่านที่รอเอกสารอยู่ หากต้องการเพิ่มเอกสารในเรื่องเดิม โปรดติดต่อเจ้าหน้าที่"
DONE = Option("done", "ส่งครบแล้ว", ("ครบแล้ว", "หมดแล้ว", "เสร็จแล้ว"))
NOT_NOW = Option("no", "ไม่ส่งตอนนี้", ("ไม่", "ไม่ต้อง", "ไว้ก่อน"))


def asked_for(text: str) -> str | None:
    """The tracking code in `ส่งเอกสารเพิ่ม K7QF-2MXA`, "" without one; None if the message says something else."""
    if not plain(text).startswith(plain(LATE)):
        return None
    rest = text.strip()[len(LATE) :].strip()
    return (tracking_code(rest) or "") if plain(text) == plain(LATE) or tracking_code(rest) else None


def missing(case: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    return list((case or {}).get("missing") or ())


def options(asking: Asking) -> tuple[Option, ...]:
    """Which paper, if there are several; then ส่งครบแล้ว once something has come."""
    if paper_of(asking) is None:
        papers = missing(asking.case)[:11]
        return (*(Option(f"p.{one['key']}", button_label(one["title"]), text=one["title"]) for one in papers), NOT_NOW)
    return (DONE, NOT_NOW) if asking.files else (NOT_NOW,)


def paper_of(asking: Asking) -> Mapping[str, Any] | None:
    """The paper whose pages are awaited; None while it is not known."""
    papers = missing(asking.case)
    if len(papers) == 1:
        return papers[0]
    return next((one for one in papers if one["key"] == asking.paper), None)


def question(asking: Asking) -> str:
    case, paper, count = asking.case or {}, paper_of(asking), len(asking.files)
    matter = f"เรื่องเลขรับที่ {case.get('number')}/{case.get('year')}"
    if paper is None:
        return f"ไฟล์ {count} รายการนี้เป็นเอกสารใด ({matter})" if count else f"ต้องการส่งเอกสารใด ({matter})"
    if count:
        return f"ได้รับ “{paper['title']}” {count} ไฟล์ ส่งเพิ่มได้ หรือแตะ “ส่งครบแล้ว”"
    reason = f"\nสิ่งที่ต้องแก้: {paper['reason']}" if paper.get("reason") else ""
    how = "ส่งได้หลายหน้า ชุดเดียวพอ ไม่ต้องเซ็นรับรอง ไฟล์ที่ใหญ่กว่า 20 MB แตะ “ไฟล์ใหญ่”"
    return f"โปรดส่งรูปหรือไฟล์ของ “{paper['title']}” ({matter}){reason}\n{how}"


def added(value: Mapping[str, Any]) -> Say:
    """What came, and what is still waited for."""
    head = f"เพิ่มเอกสาร {value['count']} ไฟล์ ในเรื่องเลขรับที่ {value['number']}/{value['year']} แล้ว"
    again = (LATE,) if missing(value) else ()
    return Say(f"{head}\n{still_awaited(value)}", choices=say(*again, "เมนู", "ติดตามเรื่อง"))


def tells(value: Mapping[str, Any]) -> bool:
    """Whether it is to be said what the case still waits for: it does, or did until now."""
    return bool(missing(value) or value.get("complete"))


def still_awaited(value: Mapping[str, Any]) -> str:
    """Which papers are still to come, and until when."""
    rest = [f"• {one['title']}" for one in missing(value)]
    if not rest:
        return "ได้รับเอกสารครบตามรายการแล้ว เจ้าหน้าที่จะตรวจสอบต่อไป"
    day = value.get("papers_due")
    until = f" ภายในวันที่ {thai_date(date.fromisoformat(day))}" if day else ""
    return "\n".join([f"ยังรออีก {len(rest)} รายการ{until}", *rest])


def goes_on(asking: Asking, value: Mapping[str, Any]) -> Asking | None:
    """The question after papers of its case came by the upload page; None if it has its answer. Pages that wait in the
    chat keep it open."""
    if asking.kind != "late" or (asking.case or {}).get("draft") != value.get("draft") or asking.files:
        return asking
    wanted, rest = paper_of(asking), missing(value)
    if not rest or (wanted and wanted["key"] not in {one["key"] for one in rest}):
        return None
    return replace(asking, case={**(asking.case or {}), "missing": rest})
