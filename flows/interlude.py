"""What follows a question of ours outside every flow: its answer, and what comes while it is open."""

from __future__ import annotations

from dataclasses import replace

from flows import catalogue, late, proving
from flows.asking import ask, passing
from flows.between import answer_to
from flows.checks import MOST_WORDS, without_ids
from flows.effects import AddPapers, Effect, Forget, LookUp
from flows.engine import advance, is_plain_answer
from flows.events import Event, SentFile, SentPlace, SentSticker, SentUnusable, Typed
from flows.memory import Asking, Memory
from flows.menu import menu_card
from flows.messages import Say
from flows.papers import hint, is_new, remark, trouble, wait
from flows.scene import Heard, Scene, settled
from flows.state import State, got, present_step, upgrade
from flows.status import tracking_code
from flows.steps import Files, Place, Text
from flows.talks import NOT_KEPT, anew, begin, by_the_way, go_on, offer, present
from flows.thai import shorten
from flows.uploads import awaited

_MOST_FILES = 10

Said = tuple[tuple[str, str], ...]


def decided(scene: Scene, memory: Memory, asking: Asking, event: Event) -> Heard | None:
    """What follows if the event answers the question in between; None if it does not."""
    value = answer_to(scene.book, asking, event)
    quiet = replace(memory, asking=None)
    if value and (asking.kind == "prove" or (value != "no" and asking.kind in ("choose", "begin", "late"))):
        return _chosen(scene, quiet, asking, value)
    match asking.kind, value:
        case ("resume", "go_on") if memory.talk:
            return _resumed(scene, quiet, memory.talk, event)
        case ("resume", "anew") if memory.talk:
            return anew(scene, quiet, memory.talk.flow)
        case ("again", "go_on"):
            return go_on(scene, memory, asking.flow)
        case ("again", "anew"):
            return anew(scene, memory, asking.flow)
        case ("offer", "complaint" | "tip"):
            return begin(scene, memory, str(value))
        case ("add", "new"):
            return begin(scene, memory, "complaint")
        case ("add", "add") if memory.filed:
            text = "\n".join(text for _, text in asking.texts)
            messages = tuple(mark for mark, _ in asking.texts if mark)
            return Heard(quiet, (), (AddPapers(memory.filed[-1].draft, asking.refs, text, messages),))
        case (_, "no"):
            effects: tuple[Effect, ...] = (Forget(asking.refs),) if asking.refs else ()
            lead = NOT_KEPT if asking.texts or asking.files or asking.place else ""
            return Heard(quiet, (menu_card(scene.book.office, lead, parked=bool(quiet.parked)),), effects)
    return None


def _chosen(scene: Scene, quiet: Memory, asking: Asking, value: str) -> Heard:
    """A service, a paper, or a way to prove identity, of the list that was shown."""
    if asking.kind == "prove":
        return _prove(scene, quiet, asking, value)
    if asking.kind == "late":
        return _late(scene, quiet, asking, value)
    return begin(scene, quiet, asking.flow) if value == "go_on" else offer(scene, quiet, value)


def _late(scene: Scene, quiet: Memory, asking: Asking, value: str) -> Heard:
    """The paper is chosen, or its pages have all come."""
    paper, case = late.paper_of(asking), asking.case or {}
    if value == late.DONE.key and paper is not None:
        pages = tuple(replace(ref, paper=paper["key"]) for ref in asking.refs)
        return Heard(quiet, (), (AddPapers(case["draft"], pages),))
    asking = replace(asking, paper=value.removeprefix("p."))
    return awaited(scene, quiet, asking)


def _prove(scene: Scene, quiet: Memory, asking: Asking, value: str) -> Heard:
    """Not now, the next question, or what the office is to arrange."""
    if value == "no":
        return by_the_way(scene, quiet, proving.left(asking))
    wish = proving.chosen(asking, value)
    if not isinstance(wish, str):
        return Heard(quiet, (), (wish,))
    memory = replace(quiet, asking=replace(asking, chosen=wish))
    return Heard(memory, (present(scene, memory),))


def _resumed(scene: Scene, memory: Memory, talk: State, event: Event) -> Heard:
    """ทำต่อ after a recap: what was typed in between is the answer, if it can be one."""
    flow = scene.flow(talk)
    kept, talk = talk.kept, replace(upgrade(flow, talk), touched=scene.now, kept=())
    if not kept:
        return Heard(replace(memory, talk=talk), (ask(flow, talk),))
    step = present_step(flow, talk)
    used = kept if step.free or isinstance(step, Files) else kept[-1:]
    text = "\n".join(words for _, words in used)
    turn = advance(flow, talk, Typed(text, event.at, used[0][0]), scene.now)
    key = step.words_to if isinstance(step, Files) else step.key
    said = [part for part in turn.state.heard.get(key, []) if part[1] != text]
    if len(said) < len(turn.state.heard.get(key, [])):
        said += [[mark, words] for mark, words in used]
        turn = replace(turn, state=replace(turn.state, heard={**turn.state.heard, key: said}))
    lines = (Say("ใช้ข้อความล่าสุดเป็นคำตอบ"),) if len(used) < len(kept) else ()
    return settled(scene, memory, turn).after(lines)


def joined(scene: Scene, memory: Memory, asking: Asking, event: Event) -> Heard | None:
    """What comes while the question in between is open and waits with it; None: it goes where it always goes."""
    if asking.kind == "resume":
        return _kept(scene, memory, event)
    if asking.kind in ("choose", "begin", "prove"):
        return _choosing(scene, memory, asking, event)
    match event:
        case SentFile():
            return _another_file(scene, memory, asking, event)
        case Typed() if asking.kind in ("again", "late"):
            return Heard(memory, (present(scene, memory, "ยังไม่ได้ใช้ข้อความนี้ โปรดแตะปุ่ม หรือพิมพ์หมายเลข"),))
        case SentUnusable():
            return Heard(memory, (present(scene, memory, trouble(event)),))
        case SentPlace() if asking.kind not in ("add", "late"):
            place = Place(key="place", title="", question="").read(event)
            memory = replace(memory, asking=replace(asking, place=place))
        case Typed():
            if code := tracking_code(event.text):
                return Heard(memory, (), (LookUp(code),))
            texts, lead = _with_words(asking.texts, event)
            memory = replace(memory, asking=replace(asking, texts=texts))
            return Heard(memory, (present(scene, memory, lead),))
    return Heard(memory, (present(scene, memory),))


def _choosing(scene: Scene, memory: Memory, asking: Asking, event: Event) -> Heard | None:
    """While something of a list is being chosen: a service's name in other words, else the question again; files go
    their own way."""
    if asking.kind == "prove" and isinstance(event, SentFile | SentUnusable):
        return _not_a_proof(scene, memory, event)
    if isinstance(event, SentFile | SentPlace | SentUnusable):
        return None
    if isinstance(event, Typed):
        if code := tracking_code(event.text):
            return Heard(memory, (), (LookUp(code),))
        service = catalogue.named(scene.book, event.text) if asking.kind != "prove" else None
        if service:
            return offer(scene, replace(memory, asking=None), service.flow)
    return Heard(memory, (present(scene, memory, "โปรดแตะปุ่ม หรือพิมพ์หมายเลขหน้าตัวเลือก"),))


def _not_a_proof(scene: Scene, memory: Memory, event: SentFile | SentUnusable) -> Heard:
    """A picture of a card is sent by whoever has one: it proves nothing, and is not kept."""
    message = present(scene, memory, "ขอบคุณ แต่รูปบัตรใช้ยืนยันตัวตนไม่ได้ จึงไม่ได้เก็บไฟล์นี้ไว้ โปรดเลือกวิธีด้านล่าง")
    if isinstance(event, SentUnusable):
        return Heard(memory, (message,))
    return Heard(memory, (passing(message, wait((), event.album)),), (Forget((event.file,)),))


def _another_file(scene: Scene, memory: Memory, asking: Asking, event: SentFile) -> Heard:
    if not is_new(asking.files, event.file):
        return Heard(memory, (present(scene, memory, "ได้รับไฟล์นี้ไว้แล้ว"),))
    if len(asking.files) >= _MOST_FILES:
        dropped = any(kept.file.sha256 == event.file.sha256 for kept in asking.files)
        effects: tuple[Effect, ...] = () if dropped else (Forget((event.file,)),)
        lead = f"แนบได้ไม่เกิน {_MOST_FILES} ไฟล์ ไฟล์ล่าสุดจึงไม่ถูกแนบ"
        return Heard(memory, (present(scene, memory, lead),), effects)
    files = (*asking.files, got(event))
    memory = replace(memory, asking=replace(asking, files=files))
    pages = hint(files) if asking.kind == "late" else ""
    message = present(scene, memory, remark(files, event.album) + pages)
    return Heard(memory, (passing(message, wait(files, event.album)),))


def _kept(scene: Scene, memory: Memory, event: Event) -> Heard | None:
    """Words after a recap are kept as a candidate; what can only be the answer goes to the talk at once."""
    talk = memory.talk
    if talk is None or is_plain_answer(scene.flow(talk), talk, event):
        return None
    if isinstance(event, SentSticker):
        return Heard(memory, (present(scene, memory),))
    if not isinstance(event, Typed) or not takes_words(scene, talk):
        return None
    memory, lead = with_kept(memory, talk, event)
    return Heard(memory, (present(scene, memory, lead),))


def takes_words(scene: Scene, talk: State) -> bool:
    """Whether typed words could be the answer to the present question."""
    flow = scene.flow(talk)
    step = present_step(flow, upgrade(flow, talk))
    return not talk.mode and isinstance(step, Text | Place | Files)


def with_kept(memory: Memory, talk: State, event: Typed) -> tuple[Memory, str]:
    """The memory with these words kept for ทำต่อ, and what is to be said of them."""
    kept, lead = _with_words(talk.kept, event)
    return replace(memory, talk=replace(talk, kept=kept)), lead


def _with_words(said: Said, event: Typed) -> tuple[Said, str]:
    """What waits, with these words; or as it was, and a line on it, if all would be longer than an answer may be."""
    longer = (*said, (event.message_id, event.text))
    if not said or sum(len(text) + 1 for _, text in longer) <= MOST_WORDS:
        return longer, ""
    newest = shorten(without_ids(" ".join(event.text.split())), 30)
    return said, f"รวมแล้วยาวเกิน {MOST_WORDS:,} ตัวอักษร ข้อความล่าสุด (“{newest}”) จึงไม่ได้เก็บไว้"
