"""What a turn of the conversation is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flows.asking import ask
from flows.book import Book
from flows.effects import Acknowledge, Effect
from flows.memory import Filed, Memory
from flows.messages import Message
from flows.state import State, Turn, upgrade
from flows.steps import Flow


@dataclass(frozen=True)
class Heard:
    """What one event led to: what to remember, what to say, what to ask of the office."""

    memory: Memory
    messages: tuple[Message, ...] = ()
    effects: tuple[Effect, ...] = ()

    def after(self, messages: tuple[Message, ...] = (), effects: tuple[Effect, ...] = ()) -> Heard:
        """The same with this said and wished before it."""
        return replace(self, messages=messages + self.messages, effects=effects + self.effects)


@dataclass(frozen=True)
class Scene:
    """What a turn may know besides memory and event."""

    book: Book
    now: datetime
    draft_token: Callable[[], str]

    def flow(self, state: State) -> Flow:
        """The flow of a draft that `known` has let pass."""
        flow = self.book.pinned(state.flow, state.version)
        if flow is None:
            raise LookupError(f"no flow {state.flow}")
        return flow

    def ask(self, state: State, lead: str = "") -> Message:
        flow = self.flow(state)
        return ask(flow, upgrade(flow, state), lead)


def settled(scene: Scene, memory: Memory, turn: Turn) -> Heard:
    """What is remembered once the talk has taken its turn, and what follows when it is over."""
    read = [effect.notice for effect in turn.effects if isinstance(effect, Acknowledge)]
    memory = replace(memory, notice=max([memory.notice, *read]))
    heard = Heard(memory, turn.messages, turn.effects)
    match turn.state.over:
        case "":
            return replace(heard, memory=replace(memory, talk=turn.state))
        case "filed":
            talk = replace(turn.state, over="") if scene.flow(turn.state).asks else None
            filed = Filed(turn.state.draft, turn.state.flow, scene.now, talk=talk)
            return replace(heard, memory=replace(memory, talk=None).with_filed(filed))
    return replace(heard, memory=replace(memory, talk=None))
