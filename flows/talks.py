"""The stack of talks: begin, park, go on. A talk that is interrupted waits; at most three do (PEERS 6.2: 7, 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from flows.asking import answered_steps, ask, standing
from flows.between import question
from flows.book import PETITION, AnotherBook, Book
from flows.checks import NotUnderstood
from flows.consent import KEY as NOTICE
from flows.effects import Effect, Forget
from flows.events import Typed
from flows.memory import Asking, Memory
from flows.menu import NEXT, menu_card
from flows.messages import Choice, Message, Say
from flows.options import MOST_CHOICES, say
from flows.papers import with_file
from flows.scene import Heard, Scene
from flows.state import State, receiving, upgrade
from flows.steps import Answers, Flow, Place, Text
from flows.thai import thai_date

MOST_PARKED = 3

_LATER = "และจะชวนทำต่อเมื่อเสร็จเรื่องนี้"


def known(book: Book, memory: Memory) -> tuple[Memory, tuple[State, ...], tuple[Effect, ...]]:
    """Without the drafts of flows that this book does not have, which are to be put aside: a member of the staff who is
    none for now may become one again. Raises AnotherBook for a draft of a service: whatever was ever open is in the
    book, so only a newer process can have begun it."""
    drafts = [state for state in (memory.talk, *memory.parked) if state is not None]
    for state in drafts:
        if state.flow.startswith(PETITION) and book.pinned(state.flow, state.version) is None:
            raise AnotherBook(f"{state.flow} {state.version}")
    aside = tuple(state for state in drafts if book.latest(state.flow) is None)
    if not aside:
        return memory, (), ()
    asking, was_open, names = memory.asking, memory.talk in aside, {state.flow for state in aside}
    over = asking if asking and (asking.flow in names or (asking.kind == "resume" and was_open)) else None
    memory = replace(
        memory,
        talk=None if was_open else memory.talk,
        parked=tuple(state for state in memory.parked if state not in aside),
        asking=None if over else asking,
    )
    forgotten = (Forget(over.refs),) if over and over.refs else ()
    return memory, tuple(_at_rest(state) for state in aside), forgotten


def present(scene: Scene, memory: Memory, lead: str = "") -> Message:
    """The question that is open, after `lead`; the main menu if none is."""
    if memory.asking:
        return question(scene, memory, memory.asking, lead)
    if memory.talk:
        return scene.ask(memory.talk, lead)
    return menu_card(scene.book.office, lead, parked=bool(memory.parked))


def park(scene: Scene, memory: Memory) -> Memory:
    """With the present talk among the parked ones; one that holds nothing yet is let go."""
    talk = memory.talk
    if talk is None:
        return memory
    flow = scene.flow(talk)
    talk = _at_rest(upgrade(flow, talk))
    return replace(memory, talk=None, parked=(*memory.parked, talk) if _holds(flow, talk) else memory.parked)


def _at_rest(state: State) -> State:
    return replace(state, mode="", failures=0, stickers=0, kept=())


def _holds(flow: Flow, talk: State) -> bool:
    """Whether there is anything in the draft to be lost."""
    return bool(talk.files or talk.aside or answered_steps(flow, talk))


def offer(scene: Scene, memory: Memory, name: str = "") -> Heard:
    """Which service? Of the one with this flow: what it needs, and whether to begin. `name` may also be a group."""
    known = any(service.flow == name for service in scene.book.offered)
    asking = Asking("begin" if known else "choose", scene.draft_token(), scene.now, flow=name)
    memory = replace(memory, asking=asking)
    return Heard(memory, (present(scene, memory),))


def begin(scene: Scene, memory: Memory, name: str, answers: Answers = MappingProxyType({})) -> Heard:
    """A new talk of this flow, some of whose answers may be known. What is open is parked; a draft of the same flow is
    asked about first."""
    flow = scene.book.latest(name)
    if flow is None:
        raise LookupError(f"no flow {name}")
    parked = park(scene, memory)
    before = any(state.flow == name for state in parked.parked)
    if len(parked.parked) > MOST_PARKED and not before:
        return Heard(memory, (present(scene, memory, f"มีเรื่องค้างอยู่ {MOST_PARKED} เรื่องแล้ว โปรดทำต่อหรือยกเลิกก่อน"),))
    dropped = Heard(memory) if _carried(memory) else drop_asking(memory)
    if before:
        return _again(scene, dropped.memory, name).after(dropped.messages, dropped.effects)
    note = parked_note(scene, parked.parked[-1], _LATER) if len(parked.parked) > len(memory.parked) else ""
    return _open(scene, parked, flow, note, answers).after(dropped.messages, dropped.effects)


def _again(scene: Scene, memory: Memory, name: str) -> Heard:
    """Go on with the old draft of this flow, or begin anew? What came unasked waits for the answer."""
    asking = Asking("again", scene.draft_token(), scene.now, flow=name)
    if carried := _carried(memory):
        asking = replace(asking, texts=carried.texts, files=carried.files, place=carried.place)
    memory = replace(memory, asking=asking)
    return Heard(memory, (present(scene, memory),))


def anew(scene: Scene, memory: Memory, name: str) -> Heard:
    """A new talk of this flow in place of the old draft, which is forgotten."""
    old = [state for state in (memory.talk, *memory.parked) if state is not None and state.flow == name]
    refs = sum((state.refs for state in old), ())
    memory = replace(
        memory,
        talk=None if memory.talk in old else memory.talk,
        parked=tuple(state for state in memory.parked if state not in old),
    )
    return begin(scene, memory, name).after(effects=(Forget(refs),) if refs else ())


def _open(scene: Scene, memory: Memory, flow: Flow, note: str, answers: Answers) -> Heard:
    read = {NOTICE: str(memory.notice)} if memory.notice else {}
    state = State(flow.name, flow.version, scene.draft_token(), scene.now, answers={**read, **answers})
    if carried := _carried(memory):
        state, taken = _taken_along(flow, state, carried)
        note = _lines(note, taken)
    memory = replace(memory, talk=state, asking=None)
    return Heard(memory, (*flow.opening, ask(flow, state, note)))


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _carried(memory: Memory) -> Asking | None:
    """What came unasked and goes along into a draft."""
    asking = memory.asking
    return asking if asking and (asking.texts or asking.files or asking.place) else None


def _taken_along(flow: Flow, state: State, asking: Asking) -> tuple[State, str]:
    """The draft with what came unasked, and what is said of it: words for the long question, a point, the files."""
    problem = ""
    try:
        state = _with_words(flow, state, asking)
    except NotUnderstood as why:  # too short to stand alone, or too long: the question will be asked
        problem = f"ยังไม่ได้ใช้ข้อความที่ส่งมา: {why}"
    place = next((step for step in flow.steps if isinstance(step, Place)), None)
    if place and asking.place:
        heard = {key: said for key, said in state.heard.items() if key != place.key}
        state = replace(state, answers={**state.answers, place.key: dict(asking.place)}, heard=heard)
    taken = asking.files or asking.place or (asking.texts and not problem)
    said = "นำสิ่งที่ส่งมาแล้วใส่ไว้ในเรื่องนี้ให้แล้ว" if taken else ""
    for file in asking.files:
        step = receiving(flow, state)
        state = with_file(state, step, file) if step else replace(state, files=(*state.files, file))
    return state, _lines(said, problem)


def _with_words(flow: Flow, state: State, asking: Asking) -> State:
    """The draft with the words that waited, for the long question. Raises NotUnderstood if they are no answer."""
    step = next((step for step in flow.steps if isinstance(step, Text) and step.long and step.when is None), None)
    if not asking.texts:
        return state
    if step is None:
        raise NotUnderstood("โปรดพิมพ์ตอบทีละข้อ")
    text = "\n".join(text for _, text in asking.texts)
    old = state.answers.get(step.key)
    answer = step.more(old, text) if old else step.read(Typed(text, asking.at))
    said = [*state.heard.get(step.key, []), *([mark, text] for mark, text in asking.texts)]
    return replace(state, answers={**state.answers, step.key: answer}, heard={**state.heard, step.key: said})


NOT_KEPT = "ไม่ได้เก็บสิ่งที่ส่งมาไว้"


def drop_asking(memory: Memory) -> Heard:
    """Without the question in between; what waited for its answer is let go, and the citizen hears of it."""
    asking, talk = memory.asking, memory.talk
    if asking is None:
        return Heard(memory)
    unused = "ยังไม่ได้ใช้ข้อความที่พิมพ์ไว้เป็นคำตอบ" if talk and talk.kept else ""
    lines = [NOT_KEPT] * bool(_carried(memory)) + [unused] * bool(unused)
    effects: tuple[Effect, ...] = (Forget(asking.refs),) if asking.refs else ()
    memory = replace(memory, asking=None, talk=replace(talk, kept=()) if talk else None)
    return Heard(memory, tuple(Say(line) for line in lines), effects)


def go_on(scene: Scene, memory: Memory, flow: str = "") -> Heard:
    """ทำต่อ: the open talk, else the draft parked last (or that of `flow`). A talk just begun gives way to it."""
    carried = _carried(memory) if memory.asking and memory.asking.kind == "again" else None
    dropped = Heard(replace(memory, asking=None)) if carried else drop_asking(memory)
    return _going_on(scene, dropped.memory, flow, carried).after(dropped.messages, dropped.effects)


def _going_on(scene: Scene, memory: Memory, flow: str, carried: Asking | None) -> Heard:
    gives_way = bool(memory.talk and memory.parked and not _holds(scene.flow(memory.talk), memory.talk))
    if memory.talk and (flow == memory.talk.flow or (flow == "" and not gives_way)):
        talk, taken = _taken_along(scene.flow(memory.talk), memory.talk, carried) if carried else (memory.talk, "")
        return Heard(replace(memory, talk=talk), (scene.ask(talk, taken),))
    waiting = [state for state in memory.parked if flow in {"", state.flow}]
    if not waiting:
        return Heard(memory, (present(scene, memory, "ขณะนี้ไม่มีเรื่องที่พักไว้"),))
    chosen, taken = replace(waiting[-1], touched=scene.now), ""
    if carried:
        chosen, taken = _taken_along(scene.flow(chosen), chosen, carried)
    others = tuple(state for state in memory.parked if state.draft != chosen.draft)
    memory = replace(park(scene, replace(memory, parked=others)), talk=chosen)
    lead = _lines(f"ทำเรื่อง “{scene.flow(chosen).title}” ต่อ", taken)
    return Heard(memory, (scene.ask(chosen, lead),))


def parked_note(scene: Scene, state: State, then: str = "พิมพ์ “ทำต่อ” เมื่อพร้อม") -> str:
    """Tells in advance until when a draft is kept."""
    until = thai_date(state.kept_until, weekday=True)
    return f"พักเรื่อง “{scene.flow(state).title}” ไว้แล้ว ร่างเก็บไว้ถึง{until} {then}"


def waiting_note(scene: Scene, memory: Memory) -> tuple[Message, ...]:
    """The offer to go on with the draft parked last, if there is one."""
    if not memory.parked:
        return ()
    state = memory.parked[-1]
    flow = scene.flow(state)
    until = thai_date(state.kept_until, weekday=True)
    text = f"ท่านมีเรื่อง “{flow.title}” ค้างอยู่ที่ {standing(flow, upgrade(flow, state))} ร่างเก็บไว้ถึง{until}"
    return (Say(text, choices=say("ทำต่อ", *NEXT)),)


def by_the_way(scene: Scene, memory: Memory, message: Message) -> Heard:
    """An answer by the way, then the question that is open, or the offer to go on. What the answer itself offers stands
    there too: above something newer it could not be tapped any more."""
    own = tuple(choice for choice in message.choices if choice.label not in NEXT)
    if memory.talk or memory.asking:
        question = present(scene, memory)
        return Heard(memory, (message, replace(question, choices=_all_of(question.choices, own))))
    notes = waiting_note(scene, memory)
    return Heard(memory, (message, *(replace(note, choices=_all_of(own, note.choices)) for note in notes)))


def _all_of(first: Sequence[Choice], then: Sequence[Choice]) -> tuple[Choice, ...]:
    by_label = {choice.label: choice for choice in reversed((*first, *then))}
    return tuple(by_label[label] for label in dict.fromkeys(c.label for c in (*first, *then)))[:MOST_CHOICES]
