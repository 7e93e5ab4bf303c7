"""The office's answers to what a conversation asked of it (`Told`), and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flows import late, room
from flows.events import Told
from flows.memory import Asking, Memory
from flows.menu import NEXT
from flows.messages import Message, Say
from flows.options import say
from flows.registers import receipt
from flows.scene import Heard, Scene
from flows.status import acknowledgement, case_card, cases_card
from flows.talks import present, waiting_note
from flows.thai import thai_moment
from flows.uploads import confirmed, link_card
from flows.words import hours_line


def told(scene: Scene, memory: Memory, event: Told) -> Heard:
    """What the office said, then the question that is open, if one is."""
    value: Mapping[str, Any] = event.value or {}
    match event.key:
        case "case" | "desk":
            return _filed(scene, memory, event)
        case "room" | "room_taken":
            return room.told(scene, memory, value)
        case "case_status":
            message: Message = case_card(event.value)
        case "my_cases":
            message = cases_card(list(value.get("cases") or ()), int(value.get("more") or 0))
        case "papers_added" if value.get("number") and memory.receipts:
            return confirmed(scene, memory, f"เพิ่มในเรื่องเลขรับที่ {value['number']}/{value['year']} แล้ว")
        case "papers_added":
            memory, message = _papers_added(memory, value)
        case "late_papers":
            return _late_papers(scene, memory, event.value)
        case "upload_link":
            message = link_card(value)
        case "staff_called":
            message = _staff_called(scene, value)
        case _:
            return Heard(memory)
    return Heard(memory, (message, *follow(scene, memory)))


def follow(scene: Scene, memory: Memory) -> tuple[Message, ...]:
    """What comes after an answer that was no part of a talk: the open question, or the offer to go on."""
    if memory.talk or memory.asking:
        return (present(scene, memory),)
    return waiting_note(scene, memory)


def repeated(scene: Scene, memory: Memory, case: Mapping[str, Any] | None) -> Heard:
    """ยืนยันและส่ง tapped again: the same acknowledgement, then whatever is open now (PEERS 6.2: 26)."""
    office = scene.book.office
    if case and "desk" in case:
        return Heard(memory, (receipt(case["desk"]), *follow(scene, memory)))
    message = acknowledgement(office, case) if case else Say("ส่งเรื่องนี้แล้ว เจ้าหน้าที่กำลังออกเลขรับให้", choices=say(*NEXT))
    return Heard(memory, (message, *follow(scene, memory)))


def _filed(scene: Scene, memory: Memory, event: Told) -> Heard:
    waiting = [one for one in memory.filed if one.case is None]
    case = {"desk": event.value} if event.key == "desk" else event.value
    if case is None or not case.keys() & {"number", "desk"}:
        office = scene.book.office
        return Heard(
            memory, (Say(f"ระบบรับเรื่องไว้แล้ว หากไม่ได้รับเลขรับภายใน 1 วันทำการ โทร {office.phone}", choices=say(*NEXT)),)
        )
    if waiting:
        memory = memory.with_filed(replace(waiting[-1], case=dict(case), talk=None))
    return repeated(scene, memory, case)


def _late_papers(scene: Scene, memory: Memory, case: Mapping[str, Any] | None) -> Heard:
    if case is None:
        return Heard(memory, (Say(late.NOTHING_MISSING, choices=say(*NEXT, "ติดต่อเจ้าหน้าที่")), *follow(scene, memory)))
    memory = replace(memory, asking=Asking("late", scene.draft_token(), scene.now, case=case))
    return Heard(memory, (present(scene, memory),))


def _papers_added(memory: Memory, value: Mapping[str, Any]) -> tuple[Memory, Say]:
    if not value.get("number"):
        return memory, Say("ยังเพิ่มในเรื่องเดิมไม่ได้ โปรดติดต่อเจ้าหน้าที่", choices=say("ติดต่อเจ้าหน้าที่", *NEXT))
    case = f"เรื่องเลขรับที่ {value['number']}/{value['year']}"
    if value.get("amended"):
        return memory, Say(f"{case}: รับข้อความที่ท่านแก้ไขแล้ว โดยยังเก็บข้อความเดิมไว้ด้วย", choices=say(*NEXT))
    filed = memory.filed_as(str(value.get("draft")))
    if "missing" in value and value.get("count"):
        if filed and filed.case:
            memory = memory.with_filed(replace(filed, case={**filed.case, "missing": value["missing"]}))
        return memory, late.added(value)
    what = f"ไฟล์ {value['count']} รายการ" if value.get("count") else "ข้อความ"
    return memory, Say(f"เพิ่ม{what}ใน{case} แล้ว", choices=say(*NEXT))


def _staff_called(scene: Scene, value: Mapping[str, Any]) -> Say:
    phone = value.get("phone") or scene.book.office.phone
    if value.get("open"):
        return Say(f"แจ้งเจ้าหน้าที่ให้แล้ว จะติดต่อกลับทางแชตนี้ หากเร่งด่วน โทร {phone}", choices=say(*NEXT))
    when = (
        f" ในเวลาทำการถัดไป ({thai_moment(datetime.fromisoformat(value['next_open']))})"
        if value.get("next_open")
        else ""
    )
    return Say(
        f"แจ้งเจ้าหน้าที่ให้แล้ว ขณะนี้อยู่นอกเวลาทำการ จะติดต่อกลับทางแชตนี้{when}\nโทร {phone}\n{hours_line(scene.book.office)}",
        choices=say(*NEXT),
    )
