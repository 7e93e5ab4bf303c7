"""A message taken back or changed after it was sent: found in the open talk, in parked drafts, in what waits."""

from __future__ import annotations

from dataclasses import replace

from flows.amending import corrected, taken_back
from flows.effects import Amend, Effect, Forget, Withdraw
from flows.events import Edited, Event, Unsent
from flows.memory import Memory
from flows.scene import Heard, Scene
from flows.state import State, upgrade
from flows.talks import present

_GONE = "ลบสิ่งที่ท่านยกเลิกการส่งแล้ว"


def unsent(scene: Scene, memory: Memory, event: Unsent) -> Heard:
    """Nothing of the message stays with us; the office withdraws what it has (LINE asks for it, "Unsend event")."""
    heard = _forgetting(scene, memory, event)
    return heard.after(effects=(Withdraw(event.message_id), *_let_go(memory, heard.memory)))


def left_aside(aside: tuple[State, ...], event: Event) -> tuple[tuple[State, ...], tuple[Effect, ...]]:
    """What stays of the drafts that are put aside: one that holds a message that is taken back goes altogether, as
    there is no flow to ask for it again."""
    left = tuple(state for state in aside if not (isinstance(event, Unsent) and event.message_id in _messages(state)))
    refs = sum((state.refs for state in aside if state not in left), ())
    return left, (Forget(refs),) if refs else ()


def _messages(state: State) -> set[str]:
    return {mark for said in state.heard.values() for mark, _ in said} | {ref.message_id for ref in state.refs}


def _forgetting(scene: Scene, memory: Memory, event: Unsent) -> Heard:
    memory, asked = _out_of_waiting(memory, event)
    parked = tuple(_without(scene, state, event) for state in memory.parked)
    memory = replace(memory, parked=parked)
    if memory.talk is None:
        return Heard(memory, (present(scene, memory, _GONE),) if asked else ())
    flow = scene.flow(memory.talk)
    turn = taken_back(flow, upgrade(flow, memory.talk), event)
    memory = replace(memory, talk=turn.state)
    if memory.asking and (asked or turn.messages):
        return Heard(memory, (present(scene, memory, _GONE),))
    return Heard(memory, turn.messages)


def _let_go(before: Memory, after: Memory) -> tuple[Effect, ...]:
    """The files that went with the message, but those that another message brought as well."""
    held = {ref.sha256 for ref in after.refs}
    gone = tuple(ref for ref in dict.fromkeys(before.refs) if ref.sha256 not in held)
    return (Forget(gone),) if gone else ()


def _without(scene: Scene, state: State, event: Unsent) -> State:
    flow = scene.flow(state)
    return taken_back(flow, upgrade(flow, state), event).state


def _out_of_waiting(memory: Memory, event: Unsent) -> tuple[Memory, bool]:
    """The memory without that message among what waits; whether it was there. A question about nothing is dropped."""
    asking = memory.asking
    if asking is None:
        return memory, False
    left = replace(
        asking,
        texts=tuple(said for said in asking.texts if said[0] != event.message_id),
        files=tuple(got for got in asking.files if got.file.message_id != event.message_id),
    )
    empty = asking.kind in {"add", "offer"} and not (left.texts or left.files or left.place)
    return replace(memory, asking=None if empty else left), left != asking


def edited(scene: Scene, memory: Memory, event: Edited) -> Heard:
    """The new words in place of the old, where they are still ours to change; the office looks after what is filed."""
    amended = (Amend(event.message_id, event.text),) if event.message_id and event.text else ()
    return _corrected(scene, memory, event).after(effects=amended)


def _corrected(scene: Scene, memory: Memory, event: Edited) -> Heard:
    if memory.asking:
        texts = tuple((mark, event.text if mark == event.message_id else text) for mark, text in memory.asking.texts)
        memory = replace(memory, asking=replace(memory.asking, texts=texts))
    if memory.talk is None:
        return Heard(memory)
    flow = scene.flow(memory.talk)
    turn = corrected(flow, upgrade(flow, memory.talk), event)
    messages = (present(scene, replace(memory, talk=turn.state)),) if memory.asking and turn.messages else turn.messages
    return Heard(replace(memory, talk=turn.state), messages)
