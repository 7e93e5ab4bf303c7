"""Where a citizen stands in one talk. The position is not kept: it is derived from the answers (`next_step`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from flows.effects import Effect
from flows.events import Album, FileRef, SentFile
from flows.messages import Message
from flows.petition_steps import Consent
from flows.steps import LATER, SKIPPED, Answers, Files, Flow, Given, Review, Step
from flows.thai import BANGKOK

#: A draft is kept for this long after the citizen's last word on it.
KEPT_FOR = timedelta(days=7)

Mode = Literal["", "cancel", "restart", "edit"]
End = Literal["", "filed", "cancelled", "restart"]


@dataclass(frozen=True)
class Got:
    """A file of the draft, its place in the album it came with (index counts from 1), what may make it hard to read."""

    file: FileRef
    album: str = ""
    index: int = 0
    total: int = 0
    hint: str = ""


@dataclass(frozen=True)
class State:
    """One talk. All of it is plain JSON but `files` and `touched`.

    `aside`: the answer a question had before ย้อนกลับ or แก้ไข, offered again. `heard`: by step, [message id, text] of
    what an answer was made of, so that a message taken back or corrected is found. `last`: the step answered last.
    `changing`: the step opened from the check page. `kept`: [message id, text] typed after a long silence.
    """

    flow: str
    version: int
    draft: str
    touched: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)
    aside: Mapping[str, Any] = field(default_factory=dict)
    heard: Mapping[str, list[list[Any]]] = field(default_factory=dict)
    files: tuple[Got, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    last: str = ""
    changing: str = ""
    failures: int = 0
    stickers: int = 0
    mode: Mode = ""
    over: End = ""

    @property
    def refs(self) -> tuple[FileRef, ...]:
        """The files in order: sets in the order in which they began to come, each by its own numbering."""
        began: dict[str, int] = {}
        for place, got in enumerate(self.files):
            began.setdefault(got.album or f"#{place}", place)
        ordered = sorted(enumerate(self.files), key=lambda item: (began[item[1].album or f"#{item[0]}"], item[1].index))
        return tuple(got.file for _, got in ordered)

    @property
    def kept_until(self) -> datetime:
        """The last moment at which the draft is still there: the end, in Thailand, of the seventh day after."""
        last_day = (self.touched + KEPT_FOR).astimezone(BANGKOK)
        return last_day.replace(hour=23, minute=59, second=59, microsecond=0)


@dataclass(frozen=True)
class Turn:
    """What one event led to."""

    state: State
    messages: tuple[Message, ...] = ()
    effects: tuple[Effect, ...] = ()


def on_path(flow: Flow, answers: Answers) -> tuple[dict[str, Any], list[Step], Step | None]:
    """The answers on the present path, their steps, and the next step: the first that applies without an answer.

    Branches see these answers only; what was said on a path since left stays stored and steers nothing.
    """
    path: dict[str, Any] = {}
    walked: list[Step] = []
    for step in flow.steps:
        if step.when is not None and not step.when(path):
            continue
        if step.key not in answers or not (answers[step.key] is None or step.holds(answers[step.key])):
            return path, walked, step
        path[step.key] = answers[step.key]
        walked.append(step)
    return path, walked, None


def next_step(flow: Flow, answers: Answers) -> Step | None:
    """The question to ask now."""
    return on_path(flow, answers)[2]


def present_step(flow: Flow, state: State) -> Step:
    """The question to ask now; the check page stays the last one until the talk is over."""
    return next_step(flow, state.answers) or flow.steps[-1]


def progress(flow: Flow, answers: Answers) -> tuple[int, int]:
    """`n, m` of "ข้อ n/m". The longest way still open is counted, so m falls but does not rise on the way."""
    path, walked, present = on_path(flow, answers)
    done = sum(1 for step in walked if step.counted)
    total = _longest(flow, path)
    return min(done + (present is None or present.counted), total), total


def _longest(flow: Flow, path: Answers) -> int:
    """How many questions are counted on the longest way that these answers leave open."""
    steps = [step for step in flow.steps if step.counted and _may_come(flow, step, path)]
    open_: dict[str, list[Given]] = {}
    for step in steps:
        if isinstance(step.when, Given) and step.key not in path and step.when.key not in path:
            open_.setdefault(step.when.key, []).append(step.when)
    sure = len(steps) - sum(map(len, open_.values()))
    return sure + sum(_most(flow.step(key), conditions) for key, conditions in open_.items())


def _most(asked: Step | None, conditions: list[Given]) -> int:
    """How many of the conditions one answer to that question can meet at once."""
    options = asked.options() if asked and asked.listed else ()
    return max((sum(1 for c in conditions if c.test(o.key)) for o in options), default=len(conditions))


def _may_come(flow: Flow, step: Step, path: Answers) -> bool:
    if step.when is None or step.key in path or step.when(path):
        return True
    condition = step.when
    if not isinstance(condition, Given) or condition.key in path:
        return False
    asked = flow.step(condition.key)
    return asked is not None and _may_come(flow, asked, path)


def messages_of(state: State, steps: Iterable[Step]) -> tuple[str, ...]:
    """The ids of the messages whose words the answers to these steps are made of (a choice holds no words)."""
    said = [part for step in steps if not step.listed for part in state.heard.get(step.key, [])]
    return tuple(dict.fromkeys(mark for mark, _ in said if mark))


def is_check_page(step: Step) -> bool:
    return isinstance(step, Review)


def files_of(state: State, step: Files) -> tuple[Got, ...]:
    """The files that this step has been given."""
    return tuple(got for got in state.files if got.file.paper == step.paper)


def files_steps(flow: Flow, answers: Answers) -> list[Files]:
    """The steps that take files on the present path, whether past, present or to come."""
    path, _, _ = on_path(flow, answers)
    return [step for step in flow.steps if isinstance(step, Files) and _may_come(flow, step, path)]


def receiving(flow: Flow, state: State, album: Album | None = None) -> Files | None:
    """Where a file belongs: with its album, to what is asked for now, what was asked for last, or what will be; but to
    nothing before the consent, and to no paper that was passed over while another is awaited."""
    if awaits_consent(flow, state):
        return None
    steps = files_steps(flow, state.answers)
    if len(steps) < 2:
        return next(iter(steps), None)
    begun = next((kept.file.paper for kept in state.files if album and kept.album == album.id), None)
    present, last = present_step(flow, state), flow.step(state.last)
    awaited = [step for step in steps if state.answers.get(step.key, LATER) == LATER]
    if awaited and last and state.answers.get(last.key) is SKIPPED:
        last = None
    for paper in (begun, getattr(present, "paper", None), getattr(last, "paper", None)):
        if found := next((step for step in steps if step.paper == paper), None):
            return found
    given = [step for step in steps if state.answers.get(step.key) is not SKIPPED]
    unasked = (step for step in awaited if step.key not in state.answers)
    return next(unasked, None) or (*awaited[:1], *given[-1:], steps[-1])[0]


def awaits_consent(flow: Flow, state: State) -> bool:
    """Whether the citizen has still to agree that anything is kept at all (PDPA s.26)."""
    return any(isinstance(step, Consent) and not step.holds(state.answers.get(step.key)) for step in flow.steps)


def upgrade(flow: Flow, state: State) -> State:
    """The state in the keys of this flow's version. Keys it does not know are kept and ignored."""
    if state.version >= flow.version:
        return state
    for version in range(state.version, flow.version):
        state = _renamed(state, flow.upgrades.get(version, {}))
    return replace(state, version=flow.version)


def _renamed(state: State, names: Mapping[str, str]) -> State:
    if not names:
        return state

    def moved(values: Mapping[str, Any]) -> dict[str, Any]:
        return {names.get(key, key): value for key, value in values.items()}

    return replace(
        state,
        answers=moved(state.answers),
        aside=moved(state.aside),
        heard=moved(state.heard),
        last=names.get(state.last, state.last),
        changing=names.get(state.changing, state.changing),
    )


def got(event: SentFile) -> Got:
    album = event.album or Album("", 0, 0)
    return Got(event.file, album.id, album.index, album.total, event.hint)


def to_data(state: State) -> dict[str, Any]:
    """The state as JSON values."""
    return {**asdict(state), "touched": state.touched.isoformat()}


def from_data(data: Mapping[str, Any]) -> State:
    """The state that `to_data` wrote; what a newer version added is ignored, what it lacks is defaulted."""
    known = {name: data[name] for name in State.__dataclass_fields__ if name in data}
    known["touched"] = datetime.fromisoformat(known["touched"])
    known["files"] = tuple(got_from_data(item) for item in known.get("files", ()))
    known["kept"] = tuple((str(mark), str(text)) for mark, text in known.get("kept", ()))
    return State(**known)


def got_from_data(data: Mapping[str, Any]) -> Got:
    known = {name: data[name] for name in Got.__dataclass_fields__ if name in data}
    return Got(**{**known, "file": file_from_data(data["file"])})


def file_from_data(data: Mapping[str, Any]) -> FileRef:
    return FileRef(**{name: data[name] for name in FileRef.__dataclass_fields__ if name in data})
