"""Questions of ours outside every flow: go on or begin anew? does this belong to your case? shall this be filed?"""

from __future__ import annotations

from flows import catalogue, late, proving
from flows.asking import standing
from flows.book import Book
from flows.events import Event, Pressed, Typed
from flows.memory import Asking, Memory
from flows.messages import Say
from flows.options import Option, Stamp, buttons, numbered, pick, read_stamp, say
from flows.scene import Scene
from flows.state import upgrade
from flows.thai import thai_date

GO_ON, ANEW = Option("go_on", "ทำต่อ", ("ใช่", "ต่อ", "ตกลง", "โอเค")), Option("anew", "เริ่มใหม่")
ADD, NEW_CASE, DROP = (
    Option("add", "เพิ่มในเรื่องเดิม", ("ใช่", "เพิ่ม")),
    Option("new", "แจ้งเป็นเรื่องใหม่"),
    Option("no", "ไม่ต้อง", ("ไม่", "ไม่ใช่")),
)
BEGIN, OTHERS = Option("go_on", "เริ่มยื่นคำขอ", ("เริ่ม", "ยื่น", "ตกลง", "ใช่")), Option("others", "ดูบริการอื่น", ("อื่น",))
FILE, TELL = (
    Option("complaint", "แจ้งเรื่องร้องเรียน", ("แจ้งเป็นเรื่องร้องเรียน", "ใช่", "แจ้ง", "ตกลง")),
    Option("tip", "แจ้งเบาะแสทุจริต"),
)


_MORE = {"resume": ("ยกเลิก",), "late": ("ไฟล์ใหญ่", "เมนู")}


def options(book: Book, asking: Asking) -> tuple[Option, ...]:
    """What the question in between can be answered with."""
    if asking.kind == "choose":
        return catalogue.options(book, asking.flow)
    if asking.kind == "late":
        return late.options(asking)
    if asking.kind == "prove":
        return proving.options(asking)
    return {
        "begin": (BEGIN, OTHERS, DROP),
        "resume": (GO_ON, ANEW),
        "again": (GO_ON, ANEW),
        "add": (ADD, NEW_CASE, DROP),
        "offer": (FILE, TELL, DROP),
    }[asking.kind]


def stamp_of(asking: Asking, value: str = "") -> Stamp:
    return Stamp("-", asking.token, asking.kind, value)


def question(scene: Scene, memory: Memory, asking: Asking, lead: str = "") -> Say:
    """The question in between, with its buttons."""
    offered = options(scene.book, asking)
    choices = buttons(offered, "-", asking.token, asking.kind)
    text = f"{_question(scene, memory, asking)}\n{numbered(offered)}"
    more = say(*_MORE.get(asking.kind, ("เมนู",)))
    return Say(f"{lead}\n\n{text}" if lead else text, choices=choices + more)


def _question(scene: Scene, memory: Memory, asking: Asking) -> str:
    if asking.kind == "choose":
        return catalogue.QUESTION
    if asking.kind == "late":
        return late.question(asking)
    if asking.kind == "prove":
        return proving.question(asking)
    if asking.kind == "begin":
        return catalogue.needs(scene.book, asking.flow)
    if asking.kind == "add":
        case = (memory.filed[-1].case if memory.filed else None) or {}
        number = f" (เลขรับที่ {case['number']}/{case['year']})" if "number" in case else ""
        return f"ต้องการเพิ่ม{_what(asking)}ในเรื่องที่ส่งล่าสุด{number} หรือไม่"
    if asking.kind == "offer":
        return f"ต้องการแจ้งเรื่องพร้อม{_what(asking)}หรือไม่"
    drafts = (memory.talk, *reversed(memory.parked))
    state = next((draft for draft in drafts if draft and asking.flow in {"", draft.flow}), None)
    if state is None:
        return "ต้องการทำต่อหรือเริ่มใหม่"
    flow = scene.flow(state)
    recap = f"ค้างเรื่อง “{flow.title}” อยู่ที่ {standing(flow, upgrade(flow, state))}"
    kept = "\nข้อความที่เพิ่งพิมพ์จะใช้เป็นคำตอบเมื่อแตะ “ทำต่อ”" if state.kept else ""
    return f"{recap}\nร่างนี้เก็บไว้ถึง{thai_date(state.kept_until, weekday=True)}{kept}"


def _what(asking: Asking) -> str:
    parts = [f"ไฟล์ {len(asking.files)} รายการ"] if asking.files else []
    parts += ["ข้อความนี้"] if asking.texts else []
    parts += ["ตำแหน่งนี้"] if asking.place else []
    return "และ".join(parts)


def answer_to(book: Book, asking: Asking, event: Event) -> str | None:
    """The option this event chooses, or None. Words sent before the question was seen choose nothing."""
    if isinstance(event, Pressed):
        stamp = read_stamp(event.value)
        own = stamp is not None and stamp == stamp_of(asking, stamp.value)
        return stamp.value if own and stamp and stamp.value in {o.key for o in options(book, asking)} else None
    chosen = pick(options(book, asking), event.text) if isinstance(event, Typed) and not event.early else None
    return chosen.key if chosen else None
