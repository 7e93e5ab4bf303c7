"""Whether there is room in a slot: said kindly before the check page, and once more if somebody else was quicker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flows.asking import ask
from flows.memory import Memory
from flows.scene import Heard, Scene
from flows.state import State
from flows.steps import Choose, Flow
from flows.thai import thai_date


def told(scene: Scene, memory: Memory, value: Mapping[str, Any]) -> Heard:
    """The next question if there is room; else the slot, or a day without any room, is asked for again."""
    memory, talk = _talk(memory, str(value.get("draft")))
    if talk is None:
        return Heard(memory)
    flow = scene.flow(talk)
    lead = ""
    if not value.get("free"):
        talk, lead = _again(scene, flow, talk, value)
    memory = replace(memory, talk=talk)
    return Heard(memory, (ask(flow, talk, lead),))


def _talk(memory: Memory, draft: str) -> tuple[Memory, State | None]:
    """The talk with this draft, brought back if it had been sent already."""
    if memory.talk and memory.talk.draft == draft:
        return memory, memory.talk
    filed = memory.filed_as(draft)
    if filed is None or filed.talk is None:
        return memory, None
    memory = replace(memory, filed=tuple(one for one in memory.filed if one is not filed))
    return replace(memory, talk=filed.talk), filed.talk


def _again(scene: Scene, flow: Flow, talk: State, value: Mapping[str, Any]) -> tuple[State, str]:
    service = scene.book.services[flow.name.removeprefix("petition."), flow.version]
    booking = service.booking
    if booking is None:
        return talk, ""
    party = int(value.get("party") or 1)
    day, slot = thai_date(date.fromisoformat(talk.answers[booking.day])), flow.step(booking.slot)
    names = {option.key: option.text or option.label for option in slot.of} if isinstance(slot, Choose) else {}
    open_ = [(str(names.get(key, key)), left) for key, left in dict(value.get("left") or {}).items() if left >= party]
    taken = names.get(talk.answers[booking.slot], "")
    if open_:
        listed = ", ".join(f"{name} (ว่าง {left:,})" if booking.party else name for name, left in open_)
        lead = f"ขออภัย {taken} วันที่ {day} มีผู้จองเต็มหรือเหลือที่ไม่พอแล้ว\nที่ยังว่าง: {listed}"
        gone = {booking.slot}
    else:
        lead = f"ขออภัย วันที่ {day} มีผู้จองเต็มหรือเหลือที่ไม่พอทุกช่วงเวลา โปรดเลือกวันอื่น"
        gone = {booking.day, booking.slot}
    answers = {key: answer for key, answer in talk.answers.items() if key not in gone}
    return replace(talk, answers=answers, changing="", failures=0, mode=""), lead
