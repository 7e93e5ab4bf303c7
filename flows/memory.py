"""What is kept of one citizen's conversation between two turns: the talk, the parked drafts, the cases filed last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from flows import state as states
from flows.effects import Effect, Forget
from flows.events import FileRef
from flows.state import KEPT_FOR, Got, State

#: So long after filing, what comes unasked is offered to that case.
_STILL_BELONGS = timedelta(hours=24)

#: How many filed drafts are remembered (a second tap on ยืนยันและส่ง), and for how long.
_MOST_FILED, _FILED_FOR = 5, timedelta(days=30)

AskingKind = Literal["resume", "again", "add", "offer", "choose", "begin", "late", "prove"]


@dataclass(frozen=True)
class Asking:
    """A question of ours outside every flow; `texts` ([message id, words]), `files`, `place` came unasked and wait.

    `resume`: go on after a long silence? `again`: go on with the old draft of `flow`, or begin anew?
    `add`: do these papers belong to the case filed last? `offer`: shall this be filed? `choose`: which service (of the
    group `flow`)? `begin`: shall the petition `flow`, of which was told what it needs, be begun?
    `late`: the pages of `paper`, for which `case` (a draft's, with number, year and what is missing) waits; `large`:
    once it is known which paper, a link to the upload page is wanted.
    `prove`: how and when identity is proved in `case`; `chosen`: "video" or the day, once that much is settled.
    """

    kind: AskingKind
    token: str
    at: datetime
    flow: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    files: tuple[Got, ...] = ()
    place: Mapping[str, Any] | None = None
    case: Mapping[str, Any] | None = None
    paper: str = ""
    chosen: str = ""
    large: bool = False

    @property
    def refs(self) -> tuple[FileRef, ...]:
        return tuple(got.file for got in self.files)


@dataclass(frozen=True)
class Filed:
    """A draft that has been filed, and what the office told of it (None until it has). Until then `talk` is kept: the
    office may have no room for it any more. What one of the staff filed for somebody is {"desk": …}, and not theirs."""

    draft: str
    flow: str
    at: datetime
    case: dict[str, Any] | None = None
    talk: State | None = None

    def to_data(self) -> dict[str, Any]:
        data = {"draft": self.draft, "flow": self.flow, "at": self.at.isoformat(), "case": self.case}
        return {**data, "talk": states.to_data(self.talk)} if self.talk else data


@dataclass(frozen=True)
class Receipt:
    """A file that came by the upload page, as it is confirmed in chat (B72). `more`: others stood in line behind it;
    `hint`: of a paper, what may make it hard to read."""

    name: str
    size: int
    at: datetime
    more: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Memory:
    """All that is kept of one citizen's conversation between two turns.

    `parked` has the newest last. `notice`: the version of the privacy notice acknowledged. `last_at`: the platform's
    time of the latest event handled. `lapsed` names the flows whose drafts expired and were not yet spoken of.
    `receipts`: what came by the upload page since the citizen last spoke.
    """

    talk: State | None = None
    parked: tuple[State, ...] = ()
    asking: Asking | None = None
    filed: tuple[Filed, ...] = ()
    notice: int = 0
    last_at: datetime | None = None
    lapsed: tuple[str, ...] = field(default=())
    receipts: tuple[Receipt, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """Plain JSON values; {} of nothing."""
        data = {
            "talk": states.to_data(self.talk) if self.talk else None,
            "parked": [states.to_data(state) for state in self.parked],
            "asking": {**asdict(self.asking), "at": self.asking.at.isoformat()} if self.asking else None,
            "filed": [one.to_data() for one in self.filed],
            "notice": self.notice,
            "last_at": self.last_at.isoformat() if self.last_at else None,
            "lapsed": list(self.lapsed),
            "receipts": [{**asdict(one), "at": one.at.isoformat()} for one in self.receipts],
        }
        return {name: value for name, value in data.items() if value}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Memory:
        """The memory that `to_data` wrote: unknown keys ignored, missing ones defaulted. {} is a new citizen."""
        return cls(
            talk=states.from_data(data["talk"]) if data.get("talk") else None,
            parked=tuple(states.from_data(state) for state in data.get("parked") or ()),
            asking=_asking(data["asking"]) if data.get("asking") else None,
            filed=tuple(_filed(one) for one in data.get("filed") or ()),
            notice=data.get("notice") or 0,
            last_at=datetime.fromisoformat(data["last_at"]) if data.get("last_at") else None,
            lapsed=tuple(data.get("lapsed") or ()),
            receipts=tuple(_receipt(one) for one in data.get("receipts") or ()),
        )

    @property
    def refs(self) -> tuple[FileRef, ...]:
        """Every file that is held: of the open talk, of parked drafts, of what waits."""
        drafts = tuple(state for state in (self.talk, *self.parked) if state is not None)
        return sum((state.refs for state in drafts), self.asking.refs if self.asking else ())

    def latest_case(self, now: datetime) -> Filed | None:
        """The case filed last, while what comes unasked is still offered to it."""
        last = self.filed[-1] if self.filed else None
        return last if last and last.case and "desk" not in last.case and now - last.at <= _STILL_BELONGS else None

    def draft(self, draft: str) -> State | None:
        """The open talk or the parked one with this token."""
        return next((state for state in (self.talk, *self.parked) if state and state.draft == draft), None)

    def with_draft(self, state: State) -> Memory:
        """With this state in the place of the one with its token."""
        if self.talk and self.talk.draft == state.draft:
            return replace(self, talk=state)
        return replace(self, parked=tuple(state if old.draft == state.draft else old for old in self.parked))

    def filed_as(self, draft: str) -> Filed | None:
        return next((one for one in self.filed if one.draft == draft), None)

    def with_filed(self, filed: Filed) -> Memory:
        others = tuple(one for one in self.filed if one.draft != filed.draft)
        return replace(self, filed=(*others, filed)[-_MOST_FILED:])


def _asking(data: Mapping[str, Any]) -> Asking:
    known = {name: data[name] for name in Asking.__dataclass_fields__ if name in data}
    known["at"] = datetime.fromisoformat(known["at"])
    known["texts"] = tuple((mark, text) for mark, text in known.get("texts", ()))
    known["files"] = tuple(states.got_from_data(item) for item in known.get("files", ()))
    return Asking(**known)


def _filed(data: Mapping[str, Any]) -> Filed:
    known = {name: data[name] for name in Filed.__dataclass_fields__ if name in data}
    talk = states.from_data(known["talk"]) if known.get("talk") else None
    return Filed(**{**known, "at": datetime.fromisoformat(known["at"]), "talk": talk})


def _receipt(data: Mapping[str, Any]) -> Receipt:
    known = {name: data[name] for name in Receipt.__dataclass_fields__ if name in data}
    return Receipt(**{**known, "at": datetime.fromisoformat(known["at"])})


def expire(memory: Memory, now: datetime) -> tuple[Memory, tuple[Effect, ...]]:
    """Without the drafts whose time is over, and the files to be forgotten with them (PEERS 6.2: 14).

    For the nightly job, and before every turn. The citizen hears of it at the next contact.
    """
    drafts = tuple(state for state in (memory.talk, *memory.parked) if state is not None)
    over = tuple(state for state in drafts if state.kept_until < now)
    asking_over = memory.asking is not None and memory.asking.at + KEPT_FOR < now
    files = sum((state.refs for state in over), memory.asking.refs if memory.asking and asking_over else ())
    resumed = memory.asking is not None and memory.asking.kind == "resume" and memory.talk in over
    memory = replace(
        memory,
        talk=None if memory.talk in over else memory.talk,
        parked=tuple(state for state in memory.parked if state not in over),
        asking=None if asking_over or resumed else memory.asking,
        filed=tuple(one for one in memory.filed if one.at + _FILED_FOR > now),
        lapsed=(*memory.lapsed, *(state.flow for state in over))[-_MOST_FILED:],
    )
    return memory, (Forget(files),) if files else ()
