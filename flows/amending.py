"""Words added, taken back or corrected after they were sent (PEERS 6.2: 17, 20, 24)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flows.asking import ask
from flows.checks import NotUnderstood
from flows.events import Edited, Typed, Unsent
from flows.state import State, Turn, files_of
from flows.steps import DONE, SKIPPED, Files, Flow, Step, Text

Said = list[list[Any]]


def add_words(flow: Flow, state: State, key: str, event: Typed) -> Turn:
    """These words join the answer of that step. Raises NotUnderstood if there is none, or it would grow too long."""
    step = flow.step(key)
    longer = step.more(state.answers.get(key), event.text) if step else None
    if step is None or longer is None:
        raise NotUnderstood("โปรดส่งรูปหรือไฟล์ แล้วแตะ “ส่งครบแล้ว” (ถ้าไม่มี พิมพ์ “ข้าม” หรือแตะปุ่มใต้คำถาม)")
    said = [*state.heard.get(key, []), [event.message_id, event.text]]
    state = replace(state, answers={**state.answers, key: longer}, heard={**state.heard, key: said}, failures=0)
    return Turn(state, (ask(flow, state, f"เพิ่มข้อความไว้ใน{step.title}แล้ว"),))


def taken_back(flow: Flow, state: State, event: Unsent) -> Turn:
    """Nothing of that message stays in the draft; if an answer is gone with it, the question comes again.

    Its files are let go by `flows.recall`, which knows whether another draft holds them too.
    """
    files = tuple(kept for kept in state.files if kept.file.message_id != event.message_id)
    kept = tuple(said for said in state.kept if said[0] != event.message_id)
    state, found = replace(state, files=files, kept=kept), (files, kept) != (state.files, state.kept)
    state = replace(state, answers=_still_sent(flow, state))
    for key, said in state.heard.items():
        if remaining := _without(said, event.message_id):
            state, found = _retold(flow, state, key, remaining[0]), True
    lead = "ลบสิ่งที่ท่านยกเลิกการส่งออกจากร่างแล้ว"
    return Turn(state, (ask(flow, state, lead),) if found else ())


def _without(said: Said, message_id: str) -> tuple[Said] | None:
    """What remains when that message goes, in a tuple; None if it was not among them."""
    remaining = [part for part in said if part[0] != message_id]
    return (remaining,) if message_id and len(remaining) < len(said) else None


def _still_sent(flow: Flow, state: State) -> dict[str, Any]:
    """The answers as the files left bear them out: a step that can do without is passed over, another asks again."""
    answers = dict(state.answers)
    for step in flow.steps:
        if isinstance(step, Files) and answers.get(step.key) == DONE and not files_of(state, step):
            del answers[step.key]
            if not step.at_least:
                answers[step.key] = SKIPPED
    return answers


def _retold(flow: Flow, state: State, key: str, said: Said) -> State:
    """The answer of a step made anew from the messages that remain; without an answer if none does."""
    answers = {other: answer for other, answer in state.answers.items() if other != key}
    aside = {other: answer for other, answer in state.aside.items() if other != key}
    step = flow.step(key)
    try:
        if said and step is not None:
            (aside if key in state.aside else answers)[key] = _answer(step, said, state)
    except NotUnderstood:
        said = []
    heard = {other: parts for other, parts in {**state.heard, key: said}.items() if parts}
    changing = "" if state.changing == key and key not in aside else state.changing  # no old answer to go back to
    return replace(state, answers=answers, aside=aside, heard=heard, changing=changing)


def _answer(step: Step, said: Said, state: State) -> Any:
    answer = step.read(Typed(said[0][1], state.touched))
    for _, text in said[1:]:
        answer = step.more(answer, text)
    return answer


def corrected(flow: Flow, state: State, event: Edited) -> Turn:
    """A changed text corrects the answer given last; an older one is changed by แก้ไข, where the citizen sees it."""
    if any(mark == event.message_id for mark, _ in state.kept):
        kept = tuple((mark, event.text if mark == event.message_id else text) for mark, text in state.kept)
        return Turn(replace(state, kept=kept))
    key = next((key for key, said in state.heard.items() if any(part[0] == event.message_id for part in said)), None)
    step = flow.step(key) if key else None
    if key is None or step is None or not event.message_id:
        return Turn(state)
    if key != state.last or not isinstance(step, Text):
        lead = f"หากต้องการเปลี่ยนคำตอบข้อ “{step.title}” ให้พิมพ์ “แก้ไข”"
        return Turn(state, (ask(flow, state, lead),))
    said = [[mark, event.text if mark == event.message_id else text] for mark, text in state.heard[key]]
    try:
        answer = _answer(step, said, state)
    except NotUnderstood as problem:
        return Turn(state, (ask(flow, state, f"ยังใช้ข้อความที่แก้ไขไม่ได้: {problem}"),))
    state = replace(state, heard={**state.heard, key: said})
    if key in state.aside:
        state = replace(state, aside={**state.aside, key: answer})
    else:
        state = replace(state, answers={**state.answers, key: answer})
    return Turn(state, (ask(flow, state, f"แก้ไข{step.title}ตามข้อความใหม่แล้ว"),))
