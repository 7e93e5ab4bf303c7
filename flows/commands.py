"""Words understood at any step when they are the whole message, as far as they concern more than the open talk."""

from __future__ import annotations

from flows import words
from flows.effects import CallStaff, MyCases
from flows.memory import Memory
from flows.menu import HELP, NEXT, menu_card, not_open
from flows.messages import Say
from flows.options import say
from flows.registers import help_line
from flows.scene import Heard, Scene
from flows.talks import begin, by_the_way, drop_asking, go_on, offer, park, parked_note
from flows.uploads import give_link


def obey(scene: Scene, memory: Memory, name: str) -> Heard | None:
    """What this command does; None if it is for the open talk to obey (ย้อนกลับ, แก้ไข, ข้าม, ยกเลิก, เริ่มใหม่)."""
    match name:
        case "complaint" | "tip":
            return begin(scene, memory, name)
        case "petition" if scene.book.offered:
            dropped = drop_asking(memory)
            return offer(scene, dropped.memory).after(dropped.messages, dropped.effects)
        case "petition" | "payment":
            title = next(label for label, kind in words.MENU.items() if kind == name)
            return by_the_way(scene, memory, not_open(scene.book.office, title))
        case "help":
            return by_the_way(scene, memory, Say(HELP + help_line(scene.book), choices=say(*NEXT)))
        case "staff":
            return Heard(memory, (), (CallStaff(),))
        case "go_on":
            return go_on(scene, memory)
        case "large_files":
            return give_link(scene, memory)
        case "menu" | "status" | "pause":
            return _leave(scene, memory, name)
    return None


def _leave(scene: Scene, memory: Memory, name: str) -> Heard:
    """เมนู, สถานะ, พัก: the open talk is parked, and the citizen is told until when it is kept."""
    dropped = drop_asking(memory)
    memory = dropped.memory
    parked = park(scene, memory)
    note = parked_note(scene, parked.parked[-1]) if len(parked.parked) > len(memory.parked) else ""
    if name == "status":
        heard = Heard(parked, (), (MyCases(),))
    elif name == "menu":
        heard = Heard(parked, (menu_card(scene.book.office, note, parked=bool(parked.parked)),))
    else:
        again = ("ทำต่อ",) if parked.parked else ()
        heard = Heard(parked, (Say(note or _left(scene, memory), choices=say(*again, *NEXT)),))
    return heard.after(dropped.messages, dropped.effects)


def _left(scene: Scene, memory: Memory) -> str:
    """Of a talk that held nothing yet, and so was let go."""
    if memory.talk is None:
        return "ขณะนี้ไม่มีเรื่องที่กำลังทำ"
    return f"ออกจากเรื่อง “{scene.flow(memory.talk).title}” แล้ว ยังไม่มีคำตอบที่ต้องเก็บไว้ เริ่มใหม่ได้จากเมนูเมื่อพร้อม"
