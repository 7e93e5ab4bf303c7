"""บริการ: what a citizen may ask the office for, as the clerk's files describe it (read by `catalogue_file`).

A released definition never changes: a file that says something else has a higher `version`. So a definition is kept as
plain JSON (`to_data`), and a draft or a case of an old version can always be read by what was true for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Literal

import regex

from services.office import Counting

QuestionKind = Literal["text", "long", "choice", "yes_no", "date", "number", "phone", "thai_id", "place"]
Risk = Literal["low", "high"]
Result = Literal["chat", "letter"]

YES, NO = "yes", "no"

#: Units of UTF-16 and characters as seen: what the buttons of both platforms take.
_BUTTON = 20


@dataclass(frozen=True)
class When:
    """Asked only if that earlier choice was one of these."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Pick:
    """One thing to choose: `text` in the list, as much of it on the button as fits."""

    key: str
    text: str

    @property
    def label(self) -> str:
        return button_label(self.text)


@dataclass(frozen=True)
class Question:
    """One question. `least` and `most` bound a number, or a date in days from today; `measure` is a number's unit."""

    key: str
    kind: QuestionKind
    title: str
    ask: str
    why: str = ""
    example: str = ""
    optional: bool = False
    when: When | None = None
    choices: tuple[Pick, ...] = ()
    least: int | None = None
    most: int | None = None
    measure: str = ""


@dataclass(frozen=True)
class Paper:
    """One paper: one set of files, whatever number of copies the office needs (B33), never certified (B34).

    `later`: may be sent after the filing, within the service's `late_days`.
    """

    key: str
    title: str
    why: str
    example: str = ""
    required: bool = True
    later: bool = True
    pages: int = 10
    when: When | None = None


@dataclass(frozen=True)
class Booking:
    """ผู้จองก่อนได้ก่อน: the keys of the questions that say day and slot, and of whom there is room for.

    `resource`: each choice of that question has room of its own; `party`: so many of the `capacity` are taken, else 1.
    """

    day: str
    slot: str
    capacity: int
    resource: str = ""
    party: str = ""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One thing that can be asked for. `key` is the name of its file; `fee_satang` 0: free."""

    key: str
    version: int
    released: date
    title: str
    label: str
    group: str
    order: int
    who: str
    unit: str
    fee_satang: int
    days: int
    law: str
    counting: Counting = "working"
    fee_note: str = ""
    risk: Risk = "low"
    result: Result = "chat"
    consent: str = ""
    named: bool = True
    by_proxy: bool = False
    late_days: int = 10
    questions: tuple[Question, ...] = ()
    papers: tuple[Paper, ...] = ()
    booking: Booking | None = None

    @property
    def flow(self) -> str:
        """The name of its conversation."""
        return f"petition.{self.key}"

    @property
    def sensitive(self) -> bool:
        """Whether data of PDPA s.26 is asked for; then the register names nobody."""
        return bool(self.consent)

    @property
    def fee(self) -> str:
        """ค่าธรรมเนียม as it is read out."""
        amount = baht(self.fee_satang) if self.fee_satang else "ไม่เสียค่าธรรมเนียม"
        return f"{amount} ({self.fee_note})" if self.fee_note else amount

    @property
    def time(self) -> str:
        return f"{self.days} {'วันทำการ' if self.counting == 'working' else 'วัน'}"


def baht(satang: int) -> str:
    """`1,000 บาท`, `12.50 บาท`."""
    whole, rest = divmod(satang, 100)
    return f"{whole:,}.{rest:02} บาท" if rest else f"{whole:,} บาท"


def button_label(text: str) -> str:
    """As much of the text as fits a button of either platform, whole letters, … where something is left out."""
    if _fits(text):
        return text
    letters = regex.findall(r"\X", text)[:_BUTTON]
    while letters and not _fits("".join(letters).rstrip() + "…"):
        letters.pop()
    return "".join(letters).rstrip() + "…"


def _fits(text: str) -> bool:
    return len(text.encode("utf-16-le")) // 2 <= _BUTTON


def newest(services: Sequence[Service]) -> tuple[Service, ...]:
    """The newest version of each, in the clerk's order."""
    latest: dict[str, Service] = {}
    for service in sorted(services, key=lambda one: one.version):
        latest[service.key] = service
    return tuple(sorted(latest.values(), key=lambda one: (one.order, one.key)))


def to_data(service: Service) -> dict[str, Any]:
    """The definition as JSON values."""
    return {**asdict(service), "released": service.released.isoformat()}


def from_data(data: Mapping[str, Any]) -> Service:
    """The definition that `to_data` wrote; what a newer program added is ignored, what it lacks is defaulted."""
    known = _known(Service, data)
    known["released"] = date.fromisoformat(data["released"])
    known["questions"] = tuple(_question(one) for one in data.get("questions") or ())
    known["papers"] = tuple(Paper(**{**_known(Paper, one), "when": _when(one)}) for one in data.get("papers") or ())
    known["booking"] = Booking(**_known(Booking, data["booking"])) if data.get("booking") else None
    return Service(**known)


def _question(data: Mapping[str, Any]) -> Question:
    choices = tuple(Pick(**_known(Pick, one)) for one in data.get("choices") or ())
    return Question(**{**_known(Question, data), "when": _when(data), "choices": choices})


def _when(data: Mapping[str, Any]) -> When | None:
    when = data.get("when")
    return When(when["question"], tuple(when["values"])) if when else None


def _known(cls: type, data: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: data[field.name] for field in fields(cls) if field.name in data}
