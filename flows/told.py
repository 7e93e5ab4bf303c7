"""The office's answers to what a conversation asked of it (`Told`), and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flows import folder, identifying, late, proving, room
from flows.asking import passing
from flows.events import Album, Told
from flows.memory import Asking, Memory
from flows.menu import NEXT
from flows.messages import Message, Say
from flows.options import say
from flows.papers import hint, remark, wait
from flows.registers import receipt
from flows.scene import Heard, Scene
from flows.status import LATE, acknowledgement, case_card, cases_card
from flows.talks import begin, by_the_way, present
from flows.thai import thai_moment
from flows.uploads import awaited, confirmed, link_card, nothing_awaited
from flows.words import hours_line


def told(scene: Scene, memory: Memory, event: Told) -> Heard:  # noqa: C901 - one case for each answer
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
        case "papers_added":
            return _papers_added(scene, memory, value)
        case "late_papers":
            return _late_papers(scene, memory, value)
        case "proof" | "proof_arranged" | "proof_dropped" | "proofs":
            return _proof(scene, memory, event)
        case "folder":
            message = folder.answer(event.value)
        case "upload_link":
            message = link_card(value, memory.asking)
        case "staff_called":
            message = _staff_called(scene, value)
        case _:
            return Heard(memory)
    return by_the_way(scene, memory, message)


def repeated(scene: Scene, memory: Memory, case: Mapping[str, Any] | None) -> Heard:
    """ยืนยันและส่ง tapped again: the same acknowledgement, then whatever is open now (PEERS 6.2: 26)."""
    office = scene.book.office
    if case and "desk" in case:
        return by_the_way(scene, memory, receipt(case["desk"]))
    message = acknowledgement(office, case) if case else Say("ส่งเรื่องนี้แล้ว เจ้าหน้าที่กำลังออกเลขรับให้", choices=say(*NEXT))
    return by_the_way(scene, memory, message)


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
    if "days" in case:  # the risk is high: how identity is proved is asked at once
        memory = _asking_proof(scene, memory, case)
    return repeated(scene, memory, case)


def _asking_proof(scene: Scene, memory: Memory, case: Mapping[str, Any], chosen: str = "") -> Memory:
    told = {name: case[name] for name in ("number", "year", "code", "purpose", "days", "proof") if name in case}
    return replace(memory, asking=Asking("prove", scene.draft_token(), scene.now, case=told, chosen=chosen))


def _proof(scene: Scene, memory: Memory, event: Told) -> Heard:
    """Why it cannot be asked for; how it can be given, while that is to be chosen; or what was arranged. To the staff,
    what is awaited."""
    case: Mapping[str, Any] = event.value or {}
    if event.key == "proofs":
        return _awaited(scene, memory, event.value)
    if event.key == "proof_dropped":
        return by_the_way(scene, memory, proving.kept(event.value))
    if case.get("refused"):
        return by_the_way(scene, memory, proving.refused(scene.book.office, case))
    if "days" not in case:
        return by_the_way(scene, memory, proving.arranged(scene.book.office, case))
    taken = case.get("taken")
    memory = _asking_proof(scene, memory, case, "video" if taken and case["days"] else "")
    return Heard(memory, (present(scene, memory, "ขออภัย เวลานี้มีผู้นัดแล้ว โปรดเลือกเวลาอื่น" if taken else ""),))


def _awaited(scene: Scene, memory: Memory, value: Mapping[str, Any] | None) -> Heard:
    """The proofs that are awaited; of one case, then the questions on what became of it."""
    if value and "one" in value:
        one = value["one"]
        known = {"number": f"{one['number']}/{one['year']}", "purpose": one["purpose"]}
        heard = begin(scene, memory, identifying.NAME, known)
        return heard.after((Say(f"{identifying.line(one)}\n{identifying.whom(one)}"),))
    message = receipt(None) if value is None else identifying.listed(value)
    return by_the_way(scene, memory, message)


def _late_papers(scene: Scene, memory: Memory, case: Mapping[str, Any]) -> Heard:
    if memory.asking and memory.asking.files:
        return _unasked(scene, memory, memory.asking, case)
    large = bool(case.get("large"))
    if "number" in case:
        return awaited(scene, memory, Asking("late", scene.draft_token(), scene.now, case=case, large=large))
    if large:
        return nothing_awaited(scene, memory)
    return by_the_way(scene, memory, Say(late.NOTHING_MISSING, choices=say(*NEXT, "ติดต่อเจ้าหน้าที่")))


def _uploaded(scene: Scene, memory: Memory, value: Mapping[str, Any]) -> Heard:
    """The receipt of what joined a filed case by the upload page."""
    memory = _now_missing(memory, value)
    if memory.asking:
        memory = replace(memory, asking=late.goes_on(memory.asking, value))
    where = f"เพิ่มในเรื่องเลขรับที่ {value['number']}/{value['year']} แล้ว"
    if late.tells(value):
        where = f"{where}\n{late.still_awaited(value)}"
    return confirmed(scene, memory, where, *[LATE] * bool(late.missing(value)))


def _unasked(scene: Scene, memory: Memory, asking: Asking, case: Mapping[str, Any]) -> Heard:
    """A file that came by itself: a paper that a case waits for, unless another case was filed since."""
    if "number" in case and (asking.kind == "offer" or case["draft"] == memory.filed[-1].draft):
        asking = replace(asking, kind="late", case=case)
    memory = replace(memory, asking=asking)
    last = asking.files[-1]
    album = Album(last.album, last.index, last.total) if last.album else None
    pages = hint(asking.files) if asking.kind == "late" else ""
    message = present(scene, memory, remark(asking.files, album) + pages)
    return Heard(memory, (passing(message, wait(asking.files, album)),))


def _papers_added(scene: Scene, memory: Memory, value: Mapping[str, Any]) -> Heard:
    if value.get("number") and memory.receipts:
        return _uploaded(scene, memory, value)
    memory, message = _joined(memory, value)
    return by_the_way(scene, memory, message)


def _joined(memory: Memory, value: Mapping[str, Any]) -> tuple[Memory, Say]:
    if not value.get("number"):
        return memory, Say("ยังเพิ่มในเรื่องเดิมไม่ได้ โปรดติดต่อเจ้าหน้าที่", choices=say("ติดต่อเจ้าหน้าที่", *NEXT))
    case = f"เรื่องเลขรับที่ {value['number']}/{value['year']}"
    if value.get("amended"):
        return memory, Say(f"{case}: รับข้อความที่ท่านแก้ไขแล้ว โดยยังเก็บข้อความเดิมไว้ด้วย", choices=say(*NEXT))
    memory = _now_missing(memory, value)
    if late.tells(value) and value.get("count"):
        return memory, late.added(value)
    what = f"ไฟล์ {value['count']} รายการ" if value.get("count") else "ข้อความ"
    return memory, Say(f"เพิ่ม{what}ใน{case} แล้ว", choices=say(*NEXT))


def _now_missing(memory: Memory, value: Mapping[str, Any]) -> Memory:
    """With what the case still waits for, where we remember the case."""
    filed = memory.filed_as(str(value.get("draft")))
    if filed is None or filed.case is None or "missing" not in value:
        return memory
    return memory.with_filed(replace(filed, case={**filed.case, "missing": value["missing"]}))


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
