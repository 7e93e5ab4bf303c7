"""The free moment: nothing is open, and the citizen says or sends something."""

from __future__ import annotations

from dataclasses import replace

from flows import catalogue, words
from flows.commands import obey
from flows.effects import LatePapers, LookUp
from flows.events import Event, SentFile, SentPlace, SentSticker, SentUnusable, Typed
from flows.memory import Asking, AskingKind, Memory
from flows.menu import NEXT, menu_card
from flows.messages import Say
from flows.options import pick, say
from flows.papers import trouble
from flows.scene import Heard, Scene
from flows.state import got
from flows.status import WITHDRAW, own_number, tracking_code
from flows.steps import CONFIRM, Place
from flows.talks import by_the_way, offer, present
from flows.thai import graphemes, plain
from flows.told import repeated

#: From this length on, words are taken for a matter to be filed rather than for a greeting.
_LONG = 20

_HELLO = {plain(word) for word in ("สวัสดี", "หวัดดี", "ดี", "hello", "hi", "สอบถาม", "สอบถามหน่อย")}
_THANKS = {plain(word) for word in ("ขอบคุณ", "ขอบคุณมาก", "ขอบใจ", "thank you", "thanks", "โอเค", "ok")}


def free(scene: Scene, memory: Memory, event: Event) -> Heard:
    """The answer when no question is open; never silence."""
    match event:
        case Typed():
            return _typed(scene, memory, event)
        case SentFile():
            return _file(scene, memory, event)
        case SentPlace():
            place = Place(key="place", title="", question="").read(event)
            return _offer(scene, memory, Asking("offer", scene.draft_token(), scene.now, place=place))
        case SentUnusable():
            return _menu(scene, memory, trouble(event))
        case SentSticker():
            return _menu(scene, memory, "ขอบคุณสำหรับสติกเกอร์ 😊")
    return _menu(scene, memory, "ปุ่มนี้เป็นของข้อความเก่าแล้ว โปรดเลือกจากเมนู")


def _menu(scene: Scene, memory: Memory, lead: str) -> Heard:
    return Heard(memory, (menu_card(scene.book.office, lead, parked=bool(memory.parked)),))


def _typed(scene: Scene, memory: Memory, event: Typed) -> Heard:
    if memory.filed and pick((CONFIRM,), event.text, by_number=False) and plain(event.text) == plain(CONFIRM.label):
        return repeated(scene, memory, memory.filed[-1].case)
    if name := words.wish(event.text):
        return obey(scene, memory, name) or _nothing_open(scene, memory, name)
    if code := tracking_code(event.text):
        return Heard(memory, (), (LookUp(code),))
    if service := catalogue.named(scene.book, event.text):
        return offer(scene, memory, service.flow)
    if number := own_number(event.text):
        return Heard(memory, (), (LookUp(number),))
    if line := words.office_answer(scene.book.office, event.text):
        return by_the_way(scene, memory, Say(line, choices=say(*NEXT)))
    if plain(event.text) in _THANKS:
        return by_the_way(scene, memory, Say("ยินดีให้บริการ", choices=say(*NEXT)))
    if plain(event.text) in _HELLO:
        return _menu(scene, memory, "สวัสดี ต้องการติดต่อเรื่องใด")
    if graphemes(event.text.strip()) >= _LONG:
        texts = ((event.message_id, event.text),)
        return _offer(scene, memory, Asking(_kind(scene, memory), scene.draft_token(), scene.now, texts=texts))
    return _menu(scene, memory, "ขออภัย ยังไม่เข้าใจข้อความนี้ โปรดเลือกหัวข้อ หรือพิมพ์เล่าเรื่องให้ละเอียดขึ้น")


def _nothing_open(scene: Scene, memory: Memory, name: str) -> Heard:
    if name == "cancel":
        line = f"ขณะนี้ไม่มีเรื่องที่กำลังทำ เรื่องที่ส่งแล้วยังดำเนินการต่อ หากต้องการถอน พิมพ์ “{WITHDRAW}”"
        return by_the_way(scene, memory, Say(line, choices=say(WITHDRAW, *NEXT, "ติดต่อเจ้าหน้าที่")))
    return _menu(scene, memory, "ขณะนี้ไม่มีเรื่องที่กำลังทำ")


def _file(scene: Scene, memory: Memory, event: SentFile) -> Heard:
    files = (got(event),)
    asking = Asking(_kind(scene, memory), scene.draft_token(), scene.now, files=files)
    return Heard(replace(memory, asking=asking), (), (LatePapers(),))  # asked once the office has told (`flows.told`)


def _kind(scene: Scene, memory: Memory) -> AskingKind:
    """Whether what comes unasked is offered to the case filed last, or to be filed."""
    return "add" if memory.latest_case(scene.now) else "offer"


def _offer(scene: Scene, memory: Memory, asking: Asking) -> Heard:
    memory = replace(memory, asking=asking)
    return Heard(memory, (present(scene, memory),))
