"""A citizen's conversation: `hear` takes what is remembered and what happened, and gives what to remember and say.

In order: drafts whose time is over, a second tap on ยืนยันและส่ง, what came late, the question in between, words
understood at any step, danger, a long silence, then the open talk (`flows.engine`) or the free moment (`flows.free`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from flows import folder, identifying, interlude, late, proving, recall, registers, words
from flows.book import Book
from flows.checks import has_laser_id
from flows.commands import obey
from flows.effects import AskProof, Effect, LatePapers, LookUp
from flows.engine import STALE, advance, is_plain_answer
from flows.events import (
    Edited,
    Event,
    Followed,
    Pressed,
    SentFile,
    SentPlace,
    SentUnusable,
    Told,
    Typed,
    Unsent,
    Uploaded,
)
from flows.free import free
from flows.memory import Asking, Memory, expire
from flows.menu import greeting, menu_card
from flows.messages import Say
from flows.options import read_stamp
from flows.papers import trouble
from flows.scene import Heard, Scene, settled
from flows.state import State, is_check_page, present_step, upgrade
from flows.status import WITHDRAW, tracking_code
from flows.steps import SEND, Flow, Step
from flows.talks import anew, begin, by_the_way, drop_asking, known, present, waiting_note
from flows.thai import graphemes, thai_date
from flows.told import repeated, told
from flows.uploads import uploaded

__all__ = ["Heard", "Memory", "expire", "hear"]

#: After so long a silence in a talk the next words are met with a recap (PEERS 6.2: 13).
LONG_SILENCE = timedelta(minutes=30)

LASER_ID = (
    "เพื่อความปลอดภัยของท่าน โปรดอย่าส่งรหัสหลังบัตรประชาชน (Laser ID) หน่วยงานไม่ขอรหัสนี้ ข้อความนี้จึงไม่ถูกนำไปใช้\n"
    "โปรดลบข้อความนั้นออกจากแชต แล้วพิมพ์ใหม่โดยไม่มีรหัส"
)

#: A cry for help at a free-text question is also its answer only if it tells more than that.
_TELLS_MORE = 20


def hear(book: Book, memory: Memory, event: Event, now: datetime, draft_token: Callable[[], str]) -> Heard:
    """One turn. At most five messages; every event is answered but what came late, was taken back or corrected."""
    scene = Scene(book, now, draft_token)
    memory, forgotten = expire(memory, now)
    was_open = memory.talk
    memory, aside, gone = known(book, memory)
    aside, let_go = recall.left_aside(aside, event)
    closed = next((state for state in aside if was_open and state.draft == was_open.draft), None)
    heard = _put_aside(scene, memory, closed, event) if closed else _heard(scene, memory, event)
    kept = replace(heard.memory, parked=(*aside, *heard.memory.parked))
    return replace(heard, memory=kept).after(effects=forgotten + gone + let_go)


def _heard(scene: Scene, memory: Memory, event: Event) -> Heard:
    if isinstance(event, Told):
        return told(scene, memory, event)
    if isinstance(event, Uploaded):  # no word of the citizen: it neither makes others late nor breaks a silence
        return uploaded(scene, memory, event)
    heard = _with_lapsed(scene, _in_time(scene, memory, event))
    if isinstance(event, SentUnusable) and event.trouble == "unkept":  # it was tried for longer than a reply takes
        return replace(heard, messages=tuple(replace(message, must_arrive=True) for message in heard.messages))
    return heard


def _put_aside(scene: Scene, memory: Memory, state: State, event: Event) -> Heard:
    """To a member of the staff who is none any more, or has another role now. What they typed was an answer, and is
    taken for no matter of their own."""
    until = thai_date(state.kept_until, weekday=True)
    note = Say(
        "ขณะนี้ท่านไม่มีสิทธิทำรายการที่กรอกค้างอยู่ หากมีข้อสงสัย โปรดติดต่อผู้ดูแลระบบ\n"
        f"สิ่งที่กรอกไว้ยังไม่ได้ลงทะเบียน ระบบเก็บไว้ถึง{until} เพื่อให้ทำต่อได้หากท่านได้รับสิทธิอีกครั้ง"
    )
    if isinstance(event, Typed) and not words.command(event.text) and not words.sounds_urgent(event.text):
        heard = Heard(memory, (menu_card(scene.book.office),))
    else:
        heard = _heard(scene, memory, event)
    return heard.after((note,))


def _with_lapsed(scene: Scene, heard: Heard) -> Heard:
    """One line on drafts that were deleted since the last contact."""
    if not heard.memory.lapsed or not heard.messages:
        return heard
    flows = {name: scene.book.latest(name) for name in heard.memory.lapsed}
    titles = (flow.title if flow else registers.WORDS.get(name, "") for name, flow in flows.items())
    line = Say(f"ร่างเรื่อง{''.join(f' “{title}”' for title in titles if title)} ที่ค้างไว้พ้นกำหนดเก็บแล้ว จึงถูกลบไป")
    return replace(heard, memory=replace(heard.memory, lapsed=())).after((line,))


def _in_time(scene: Scene, memory: Memory, event: Event) -> Heard:
    """Events come in any order: what is older than the last one handled gives no command and answers no question."""
    last = memory.last_at
    late = last is not None and event.at < last
    silence = event.at - last if last is not None else timedelta()
    memory = replace(memory, last_at=last if late else event.at)
    if isinstance(event, Pressed) and (again := _sent_before(scene, memory, event)):
        return again
    if late and (isinstance(event, Pressed) or (isinstance(event, Typed) and words.command(event.text))):
        return Heard(memory)
    if late and isinstance(event, Typed):
        event = replace(event, early=True)
    if isinstance(event, Typed | Edited) and has_laser_id(event.text):
        return _laser_id(scene, memory)
    match event:
        case Unsent():
            return recall.unsent(scene, memory, event)
        case Edited():
            return recall.edited(scene, memory, event)
        case Followed():
            return _followed(scene, memory, event)
    return _route(scene, memory, event, silence)


def _laser_id(scene: Scene, memory: Memory) -> Heard:
    """The number on the back of an identity card opens bank accounts: it is never asked for, and joins no answer."""
    return Heard(memory, (present(scene, memory, LASER_ID),))


def _sent_before(scene: Scene, memory: Memory, event: Pressed) -> Heard | None:
    """The same acknowledgement again, if this confirms a draft that has been filed."""
    stamp = read_stamp(event.value)
    filed = memory.filed_as(stamp.draft) if stamp and stamp.value == SEND else None
    return repeated(scene, memory, filed.case) if filed else None


def _followed(scene: Scene, memory: Memory, event: Followed) -> Heard:
    hello = greeting(scene.book.office, again=event.again)
    if code := tracking_code(event.reference):  # the link of a receipt: how does this case stand?
        return Heard(memory, () if event.again else (hello,), (LookUp(code),))
    if memory.talk and not memory.asking:
        memory = replace(memory, asking=Asking("resume", scene.draft_token(), scene.now))
    return Heard(memory, (hello, present(scene, memory)))


def _route(scene: Scene, memory: Memory, event: Event, silence: timedelta) -> Heard:
    memory = replace(memory, receipts=())  # the answer takes them along
    if memory.asking and (heard := interlude.decided(scene, memory, memory.asking, event)):
        return heard
    if isinstance(event, Typed) and _means_the_draft(memory, event.text):
        return _cancelled(scene, memory, replace(event, text="ยกเลิก"), silence)
    if isinstance(event, Typed) and (heard := _obeyed(scene, memory, event)):
        return heard
    if isinstance(event, Typed) and words.sounds_urgent(event.text) and not _chosen(scene, memory, event):
        return _urgent(scene, memory, event, silence).after((words.emergency_card(scene.book.office),))
    return _handled(scene, memory, event, silence)


def _obeyed(scene: Scene, memory: Memory, event: Typed) -> Heard | None:
    """A command word; None if it is none, or one that only the open talk understands."""
    if awaited := identifying.asked_for(scene.book, event.text):
        dropped = drop_asking(memory)
        return Heard(dropped.memory, dropped.messages, (*dropped.effects, awaited))
    if desk := registers.asked_for(scene.book, event.text):
        return begin(scene, memory, *desk)
    if asked := folder.asked_for(scene.book, event.text):
        return by_the_way(scene, memory, asked) if isinstance(asked, Say) else Heard(memory, (), (asked,))
    if wish := _about_a_case(event.text):
        dropped = drop_asking(memory)
        return Heard(dropped.memory, dropped.messages, (*dropped.effects, wish))
    name = words.command(event.text)
    if name is None or (name == "go_on" and memory.talk and memory.talk.mode and not memory.asking):
        return None
    return obey(scene, memory, name)


def _means_the_draft(memory: Memory, text: str) -> bool:
    """ยกเลิกคำขอ without a code, while a draft is open and no question about a filed case is."""
    return memory.talk is not None and not (memory.asking and memory.asking.kind == "prove") and proving.cancels(text)


def _cancelled(scene: Scene, memory: Memory, event: Typed, silence: timedelta) -> Heard:
    """As ยกเลิก; whoever has a filed case is told how that is ended."""
    hint = Say(f"หากหมายถึงเรื่องที่ส่งแล้ว พิมพ์ “{WITHDRAW}”")
    return _handled(scene, memory, event, silence).after((hint,) if memory.filed else ())


def _about_a_case(text: str) -> Effect | None:
    """What is wanted of a case that is filed: late papers, to withdraw it, to prove who one is."""
    if (code := late.asked_for(text)) is not None:
        return LatePapers(code)
    proof = proving.asked_for(text)
    return AskProof(*proof) if proof else None


def _chosen(scene: Scene, memory: Memory, event: Typed) -> bool:
    return memory.talk is not None and is_plain_answer(scene.flow(memory.talk), memory.talk, event)


def _urgent(scene: Scene, memory: Memory, event: Typed, silence: timedelta) -> Heard:
    """After the emergency lines: the words are an answer where they tell more, else the question stands as it was."""
    waits = memory.asking and memory.asking.kind in {"add", "offer"}
    tells = graphemes(event.text) > _TELLS_MORE and not event.early
    if (memory.talk is None and not waits) or (tells and (waits or _step(scene, memory).free)):
        return _handled(scene, memory, event, silence)
    return Heard(memory, (present(scene, memory),))


def _step(scene: Scene, memory: Memory) -> Step:
    if memory.talk is None:
        raise LookupError("no open talk")
    flow = scene.flow(memory.talk)
    return present_step(flow, upgrade(flow, memory.talk))


def _handled(scene: Scene, memory: Memory, event: Event, silence: timedelta) -> Heard:
    command = words.command(event.text) if isinstance(event, Typed) else None
    if memory.asking and not command and (heard := interlude.joined(scene, memory, memory.asking, event)):
        return heard
    dropped = drop_asking(memory)
    memory = dropped.memory
    heard = _talk(scene, memory, memory.talk, event, silence) if memory.talk else free(scene, memory, event)
    return heard.after(dropped.messages, dropped.effects)


def _talk(scene: Scene, memory: Memory, talk: State, event: Event, silence: timedelta) -> Heard:
    """The open talk hears it, unless it comes after a long silence or asks the office something on the way."""
    flow = scene.flow(talk)
    talk = upgrade(flow, talk)
    command = words.command(event.text) if isinstance(event, Typed) else None
    if not command and not is_plain_answer(flow, talk, event) and not isinstance(event, SentFile | SentPlace):
        if silence > LONG_SILENCE:
            return _recap(scene, replace(memory, talk=talk), talk, event)
        if isinstance(event, Typed) and (heard := _asked_on_the_way(scene, memory, flow, talk, event)):
            return heard
    turn = advance(flow, replace(talk, kept=()), event, scene.now)
    heard = settled(scene, memory, turn)
    match turn.state.over:
        case "restart":
            return anew(scene, heard.memory, flow.name).after(heard.messages, heard.effects)
        case "cancelled":
            return _after_cancel(scene, heard)
    return heard


def _recap(scene: Scene, memory: Memory, talk: State, event: Event) -> Heard:
    """Where the draft stands, with ทำต่อ and เริ่มใหม่; words that may be the answer are kept for ทำต่อ."""
    if isinstance(event, Typed) and not event.early and interlude.takes_words(scene, talk):
        memory, _ = interlude.with_kept(memory, replace(talk, kept=()), event)
    memory = replace(memory, asking=Asking("resume", scene.draft_token(), scene.now))
    lead = STALE if isinstance(event, Pressed) else trouble(event) if isinstance(event, SentUnusable) else ""
    return Heard(memory, (present(scene, memory, lead),))


def _asked_on_the_way(scene: Scene, memory: Memory, flow: Flow, talk: State, event: Typed) -> Heard | None:
    """A question to the office, or a tracking code, where it cannot be the answer (PEERS 6.2: 6)."""
    step = present_step(flow, talk)
    if step.free and not talk.mode:
        return None
    if line := words.office_answer(scene.book.office, event.text):
        return by_the_way(scene, memory, Say(line))
    if (step.listed or is_check_page(step)) and (code := tracking_code(event.text)):
        return Heard(memory, (), (LookUp(code),))
    return None


def _after_cancel(scene: Scene, heard: Heard) -> Heard:
    rest = waiting_note(scene, heard.memory) or (menu_card(scene.book.office),)
    return replace(heard, messages=(*heard.messages, *rest))
