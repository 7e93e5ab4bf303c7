"""One turn of a talk: `advance(flow, state, event, now)`. Only the answers decide what is asked next.

In order: keys brought to this version, the question in between (cancel? change which?), command words, stamp checked,
the step reads, the next step is derived.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flows import amending, words
from flows.asking import NO, PATIENCE, SAME, SKIP, YES, answered_steps, ask, mode_options, passing, step_options
from flows.checks import NotUnderstood
from flows.effects import Forget, OpenCase
from flows.events import Event, Pressed, SentFile, SentPlace, SentSticker, SentUnusable, Typed
from flows.messages import Say
from flows.options import Stamp, pick, read_stamp
from flows.papers import add_file, hint, trouble
from flows.state import Got, State, Turn, files_of, is_check_page, messages_of, on_path, present_step, progress, upgrade
from flows.steps import DONE, LATER, SEND, SKIPPED, UNDO, Choose, Files, Flow, Place, Review, Step, Text

STALE = "ปุ่มนี้เป็นของคำถามก่อนหน้าแล้ว ขอเชิญตอบคำถามปัจจุบัน"
EARLY = "ข้อความล่าสุดส่งมาก่อนคำถามนี้ จึงยังไม่ได้ใช้เป็นคำตอบ"
STICKER = "ขอบคุณสำหรับสติกเกอร์ 😊 ขอเชิญตอบคำถามต่อ"


def advance(flow: Flow, state: State, event: Event, now: datetime) -> Turn:
    """What this event leads to. `now` dates the draft: it is kept for seven days from here.

    Messages taken back or changed are no part of it: they may concern a parked draft as well (`flows.recall`).
    """
    state = replace(upgrade(flow, state), touched=max(state.touched, now))
    match event:
        case Pressed():
            return _pressed(flow, state, read_stamp(event.value))
        case Typed():
            return _early(flow, state, event) if event.early else _typed(flow, state, event)
        case SentFile():
            return _with_file(flow, state, event)
        case SentPlace():
            return _placed(flow, state, event)
        case SentUnusable():
            return Turn(state, (ask(flow, state, trouble(event)),))
        case SentSticker() if not state.stickers:
            state = replace(state, stickers=1)
            return Turn(state, (ask(flow, state, STICKER),))
        case SentSticker():
            return _misread(flow, state, "สติกเกอร์ยังใช้เป็นคำตอบไม่ได้")
    return Turn(state, (ask(flow, state),))


def is_plain_answer(flow: Flow, state: State, event: Event) -> bool:
    """Whether it can only mean the present question: a right stamp, a named choice, a file or place asked for."""
    state = upgrade(flow, state)
    step = present_step(flow, state)
    match event:
        case Pressed():
            stamp = read_stamp(event.value)
            key = f"!{state.mode}" if state.mode else step.key
            return bool(stamp and (stamp.flow, stamp.draft, stamp.step) == (state.flow, state.draft, key))
        case Typed(early=False):
            options = mode_options(flow, state) if state.mode else step_options(flow, state, step)
            return pick(options, event.text, by_number=bool(state.mode) or step.listed) is not None
        case SentFile():
            return isinstance(step, Files)
        case SentPlace():
            return isinstance(step, Place)
    return False


def _pressed(flow: Flow, state: State, stamp: Stamp | None) -> Turn:
    if stamp is None or (stamp.flow, stamp.draft) != (state.flow, state.draft):
        return Turn(state, (ask(flow, state, STALE),))
    if state.mode and stamp.step == f"!{state.mode}":
        return _mode_answered(flow, state, stamp.value)
    step = present_step(flow, state)
    if stamp.step != step.key:
        return Turn(state, (ask(flow, state, STALE),))
    return _tapped(flow, replace(state, mode=""), step, stamp.value)


def _tapped(flow: Flow, state: State, step: Step, value: str) -> Turn:
    if value not in {option.key for option in step_options(flow, state, step)}:
        return Turn(state, (ask(flow, state, STALE),))
    if value == SKIP.key:
        return _skip(flow, state)
    if value == SAME.key:
        return answered(flow, state, step, state.aside[step.key], keep_heard=True)
    if isinstance(step, Review):
        return _send(flow, state) if value == SEND else _reopen(flow, state, value.removeprefix("edit."))
    if isinstance(step, Files):
        return _files_tapped(flow, state, step, value)
    if farewell := step.farewell(value):
        return _gone(state, farewell)
    return answered(flow, state, step, value)


def _typed(flow: Flow, state: State, event: Typed) -> Turn:
    if state.mode and (chosen := pick(mode_options(flow, state), event.text)):
        return _mode_answered(flow, state, chosen.key)
    match words.command(event.text):
        case "back":
            return _back(flow, state)
        case "edit":
            return _edit(flow, state)
        case "skip":
            return _skip(flow, state)
        case "cancel":
            return _end_or_ask(flow, state, "cancel")
        case "restart":
            return _end_or_ask(flow, state, "restart")
    if state.mode:
        return _misread(flow, state, "โปรดแตะปุ่ม หรือพิมพ์หมายเลขหน้าตัวเลือก")
    return _read(flow, state, present_step(flow, state), event)


def _read(flow: Flow, state: State, step: Step, event: Typed) -> Turn:
    numbers = step.listed or is_check_page(step)
    if chosen := pick(step_options(flow, state, step), event.text, by_number=numbers):
        turn = _tapped(flow, state, step, chosen.key)
        return replace(turn, state=_heard(turn.state, step, event)) if isinstance(step, Choose) else turn
    try:
        if isinstance(step, Files):
            return amending.add_words(flow, state, step.words_to, event)
        return _heard_turn(answered(flow, state, step, step.read(event)), step, event)
    except NotUnderstood as problem:
        return _misread(flow, state, str(problem))


def _heard_turn(turn: Turn, step: Step, event: Typed) -> Turn:
    return replace(turn, state=_heard(turn.state, step, event))


def _heard(state: State, step: Step, event: Typed) -> State:
    return replace(state, heard={**state.heard, step.key: [[event.message_id, event.text]]})


def answered(flow: Flow, state: State, step: Step, answer: Any, lead: str = "", *, keep_heard: bool = False) -> Turn:
    """The state with this answer, and the next question. Says so when a changed answer brings further questions."""
    answers = {**state.answers, step.key: answer}
    if step.key in state.aside:
        before = progress(flow, {**answers, step.key: state.aside[step.key]})[1]
        more = progress(flow, answers)[1] - before
        lead = lead or (f"คำตอบนี้ทำให้มีคำถามเพิ่มอีก {more} ข้อ" if more > 0 else "")
    state = replace(
        state,
        answers=answers,
        aside={key: old for key, old in state.aside.items() if key != step.key},
        heard=state.heard if keep_heard else {key: said for key, said in state.heard.items() if key != step.key},
        last=step.key,
        changing="",
        failures=0,
        mode="",
    )
    wishes = flow.asks(state.draft, step.key, on_path(flow, answers)[0]) if flow.asks else ()
    return Turn(state, () if wishes else (ask(flow, state, lead),), step.effects(answer) + wishes)


def _misread(flow: Flow, state: State, problem: str) -> Turn:
    """Twice in other words with an example, then buttons and a person (PEERS 6.2: 8)."""
    state = replace(state, failures=state.failures + 1)
    step = present_step(flow, state)
    like = "" if state.mode else step.example_for(state.answers)
    example = f"\nตัวอย่าง: {like}" if like else ""
    if state.failures >= PATIENCE:
        lead = "ขออภัยที่ระบบยังอ่านคำตอบนี้ไม่ได้ ท่านแตะปุ่มด้านล่าง หรือพิมพ์ “ติดต่อเจ้าหน้าที่” เพื่อให้คนช่วยได้"
    elif state.failures == 1:
        lead = problem + example
    else:
        lead = f"ขออภัย ระบบยังอ่านคำตอบไม่ได้ โปรดลองอีกครั้ง\n{problem}{example}"
    return Turn(state, (ask(flow, state, lead),))


def _back(flow: Flow, state: State) -> Turn:
    if state.mode:
        state = replace(state, mode="")
    elif state.changing:
        state = _restored(flow, state)
    elif steps := answered_steps(flow, state):
        state = replace(_aside(state, steps[-1]), failures=0)
    else:
        return Turn(state, (ask(flow, state, "นี่เป็นคำถามแรกแล้ว"),))
    return Turn(state, (ask(flow, state),))


def _aside(state: State, step: Step) -> State:
    """Without the answer to this step, which is offered again (files stay where they are)."""
    answer = state.answers[step.key]
    old = {} if answer is SKIPPED or (isinstance(step, Files) and answer != LATER) else {step.key: answer}
    answers = {key: value for key, value in state.answers.items() if key != step.key}
    return replace(state, answers=answers, aside={**state.aside, **old})


def _restored(flow: Flow, state: State) -> State:
    """The answer that was being changed, as it was."""
    key = state.changing
    step = flow.step(key)
    before = state.aside.get(key, DONE if isinstance(step, Files) and files_of(state, step) else SKIPPED)
    aside = {other: value for other, value in state.aside.items() if other != key}
    return replace(state, answers={**state.answers, key: before}, aside=aside, changing="", failures=0)


def _edit(flow: Flow, state: State) -> Turn:
    if not answered_steps(flow, state):
        return Turn(state, (ask(flow, state, "ยังไม่มีคำตอบให้แก้ไข"),))
    state = replace(state, mode="edit", failures=0)
    return Turn(state, (ask(flow, state),))


def _reopen(flow: Flow, state: State, key: str) -> Turn:
    """The question again; after it only what is newly needed is asked (PEERS 6.2: 10)."""
    state = replace(_restored(flow, state) if state.changing else state, mode="")
    step = next((step for step in answered_steps(flow, state) if step.key == key), None)
    if step is None:
        return Turn(state, (ask(flow, state, STALE),))
    state = replace(_aside(state, step), changing=key, failures=0)
    return Turn(state, (ask(flow, state),))


def _skip(flow: Flow, state: State) -> Turn:
    state = replace(state, mode="")
    step = present_step(flow, state)
    if not step.optional:
        return Turn(state, (ask(flow, state, "ข้อนี้จำเป็นต้องตอบ จึงข้ามไม่ได้"),))
    return answered(flow, state, step, DONE if isinstance(step, Files) and files_of(state, step) else SKIPPED)


def _end_or_ask(flow: Flow, state: State, mode: str) -> Turn:
    """ยกเลิก and เริ่มใหม่ ask once; a draft that holds nothing yet is simply ended."""
    if not answered_steps(flow, state) and not state.files and not state.aside:
        return _mode_answered(flow, replace(state, mode="cancel" if mode == "cancel" else "restart"), YES)
    state = replace(state, mode="cancel" if mode == "cancel" else "restart", failures=0)
    return Turn(state, (ask(flow, state),))


def _mode_answered(flow: Flow, state: State, value: str) -> Turn:
    mode, state = state.mode, replace(state, mode="", failures=0)
    if value == NO:
        return Turn(state, (ask(flow, state),))
    if mode == "edit":
        return _reopen(flow, state, value)
    if value != YES:
        return Turn(state, (ask(flow, state, STALE),))
    if mode == "restart":
        return Turn(replace(state, over="restart"), (), (Forget(state.refs),) if state.refs else ())
    return _gone(state, f"ยกเลิกและลบร่าง “{flow.title}” แล้ว")


def _gone(state: State, farewell: str) -> Turn:
    """The talk is over, and nothing of it is kept."""
    effects = (Forget(state.refs),) if state.refs else ()
    return Turn(replace(state, over="cancelled"), (Say(farewell),), effects)


def _send(flow: Flow, state: State) -> Turn:
    """The end of the talk; but a day that meanwhile is over, or too near, is asked for once more."""
    path, walked, _ = on_path(flow, state.answers)
    for step in walked:
        if path[step.key] is not SKIPPED and (lapsed := step.lapsed(path[step.key], state.touched)):
            answers = {key: answer for key, answer in state.answers.items() if key != step.key}
            state = replace(state, answers=answers, failures=0)
            return Turn(state, (ask(flow, state, lapsed),))
    state, let_go = _as_walked(state, walked)
    effect = flow.finish(state.draft, path, state.refs)
    if isinstance(effect, OpenCase):
        effect = replace(effect, messages=messages_of(state, walked))
    return Turn(replace(state, over="filed"), (), (effect, *let_go))


def _as_walked(state: State, walked: list[Step]) -> tuple[State, tuple[Forget, ...]]:
    """Without the pages of papers that are no longer asked for: the check page did not show them."""
    papers = {step.paper for step in walked if isinstance(step, Files)}
    kept = tuple(got for got in state.files if got.file.paper in papers)
    held = {got.file.sha256 for got in kept}
    gone = tuple(got.file for got in state.files if got not in kept and got.file.sha256 not in held)
    return replace(state, files=kept), (Forget(gone),) if gone else ()


def _files_tapped(flow: Flow, state: State, step: Files, value: str) -> Turn:
    mine = files_of(state, step)
    if value not in (DONE, LATER):
        return _files_cleared(flow, state, mine[-1:] if value == UNDO else mine)
    if value == DONE and len(mine) < step.at_least:
        return _misread(flow, state, f"โปรดส่งอย่างน้อย {step.at_least} ไฟล์" + " หรือแตะ “ส่งทีหลัง”" * bool(step.later))
    return answered(flow, state, step, LATER if value == LATER else DONE if mine else SKIPPED)


def _files_cleared(flow: Flow, state: State, gone: tuple[Got, ...]) -> Turn:
    whole = len(gone) == len(state.files)
    state = replace(state, files=tuple(kept for kept in state.files if kept not in gone))
    lead = "ลบไฟล์ที่แนบไว้ทั้งหมดแล้ว" if whole else f"ลบ {len(gone)} ไฟล์แล้ว"
    return Turn(state, (ask(flow, state, lead),), (Forget(tuple(kept.file for kept in gone)),) if gone else ())


def _with_file(flow: Flow, state: State, event: SentFile) -> Turn:
    turn = add_file(flow, state, event)
    step = present_step(flow, turn.state)
    if not isinstance(step, Files) or turn.state.mode:
        return turn
    count = len(files_of(turn.state, step))
    if count >= step.at_most and count > len(files_of(state, step)):
        doubt = hint(files_of(turn.state, step)) if step.paper else ""
        doubt += " (พิมพ์ “แก้ไข” เพื่อส่งใหม่)" if doubt else ""
        return answered(flow, turn.state, step, DONE, f"ได้รับครบ {count} ไฟล์แล้ว{doubt}")
    return turn


def _placed(flow: Flow, state: State, event: SentPlace) -> Turn:
    """A point at the step that asks for it; at another one it becomes the place of the matter, and we say so."""
    present = present_step(flow, state)
    if isinstance(present, Place):
        return answered(flow, replace(state, mode=""), present, present.read(event))
    step = next((step for step in flow.steps if isinstance(step, Place)), None)
    if step is None:
        return _misread(flow, state, "ขั้นตอนนี้ไม่ต้องใช้ตำแหน่งบนแผนที่")
    heard = {key: said for key, said in state.heard.items() if key != step.key}
    state = replace(state, answers={**state.answers, step.key: step.read(event)}, heard=heard)
    return Turn(state, (ask(flow, state, "บันทึกตำแหน่งนี้เป็นสถานที่เกิดเหตุแล้ว"),))


def _early(flow: Flow, state: State, event: Typed) -> Turn:
    """Sent before our question was seen: never its answer. It joins the answer just given, if that is made of words."""
    if words.command(event.text) == "cancel":
        return _end_or_ask(flow, state, "cancel")
    last = flow.step(state.last)
    if (
        words.command(event.text) is None
        and isinstance(last, Text | Place)
        and last.free
        and state.answers.get(last.key)
    ):
        try:
            turn = amending.add_words(flow, state, last.key, event)
        except NotUnderstood as problem:
            return Turn(state, (ask(flow, state, str(problem)),))
        return replace(turn, messages=tuple(passing(message, 1.2, "words") for message in turn.messages))
    return Turn(state, (ask(flow, state, EARLY),))
