"""The words a flow is written in. A step is one question and how to read its answer; an answer is a plain JSON value.

`when` sees only the answers on the present path, so an answer left behind on another branch steers nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from flows.checks import NotUnderstood, at_least, map_point, not_too_long, place_words, without_ids
from flows.effects import Effect, Spot
from flows.events import Event, FileRef, SentPlace, Typed
from flows.messages import Choice, Message
from flows.options import Option, pick
from flows.thai import shorten, tidy

Answers = Mapping[str, Any]

#: What an optional question holds once it has been passed over.
SKIPPED = None


@dataclass(frozen=True)
class Given:
    """A condition on one earlier answer. While that is still to come, the step may be asked (progress counts it)."""

    key: str
    test: Callable[[Any], bool]

    def __call__(self, answers: Answers) -> bool:
        return self.key in answers and self.test(answers[self.key])


def given(key: str, *values: Any) -> Given:
    """Asked only if the earlier answer is one of these."""
    return Given(key, lambda answer: answer in values)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What all questions share. `title` is short, for the check page; `why` is said when sensitive data is asked."""

    #: Whether it counts in "ข้อ n/m" and stands on the check page.
    counted: ClassVar[bool] = True
    #: Whether any words could be its answer: then nothing typed is taken for a question to the office.
    free: ClassVar[bool] = False
    #: Whether its options are listed with numbers, and a number chooses one.
    listed: ClassVar[bool] = False

    key: str
    title: str
    question: str
    why: str = ""
    example: str = ""
    #: Better examples, by what was answered to the step `examples_by`.
    examples: Mapping[str, str] = field(default_factory=dict)
    examples_by: str = ""
    optional: bool = False
    when: Callable[[Answers], bool] | None = None

    def options(self) -> tuple[Option, ...]:
        """What can be tapped, numbered or named."""
        return ()

    def phone_buttons(self) -> tuple[Choice, ...]:
        """Buttons that open something on the citizen's phone."""
        return ()

    def read(self, event: Event) -> Any:  # noqa: ARG002 - a kind of step may look at it
        """The answer in this event. Raises NotUnderstood with what to send instead."""
        raise NotUnderstood("โปรดแตะปุ่มใต้คำถาม หรือพิมพ์ตอบตามคำถาม")

    def more(self, answer: Any, text: str) -> Any:  # noqa: ARG002 - a kind of step may look at it
        """The answer with these further words; None if words cannot be added to it."""
        return None

    def example_for(self, answers: Answers) -> str:
        """The example that fits what has been answered so far."""
        return self.examples.get(answers.get(self.examples_by, ""), self.example)

    def holds(self, answer: Any) -> bool:  # noqa: ARG002 - a kind of step may look at it
        """Whether a kept answer still means something; else the question is asked again."""
        return True

    def show(self, answer: Any) -> str:
        """The answer as the citizen reads it."""
        return str(answer)

    def lapsed(self, answer: Any, now: datetime) -> str:  # noqa: ARG002 - a kind of step may look at it
        """Why an answer that was right when it was given cannot be sent now; "" if it can."""
        return ""

    def farewell(self, answer: Any) -> str:  # noqa: ARG002 - a kind of step may look at it
        """What is said if this answer ends the talk; "" if the talk goes on."""
        return ""

    def effects(self, answer: Any) -> tuple[Effect, ...]:  # noqa: ARG002 - a kind of step may look at it
        """What the office is to know as soon as this is answered."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Text(Step):
    """Typed words. `long` ones may come in several messages, and any words may be the answer."""

    check: Callable[[str], str]
    long: bool = False

    @property
    def free(self) -> bool:  # type: ignore[override]
        return self.long

    def read(self, event: Event) -> Any:
        if isinstance(event, Typed):
            return self.check(event.text)
        raise NotUnderstood("ข้อนี้ขอให้พิมพ์ตอบเป็นข้อความ")

    def more(self, answer: Any, text: str) -> Any:
        return not_too_long(f"{answer}\n{tidy(text)}") if self.long and answer else None


@dataclass(frozen=True, kw_only=True)
class Choose(Step):
    """One of a few."""

    listed: ClassVar[bool] = True

    of: tuple[Option, ...]

    def options(self) -> tuple[Option, ...]:
        return self.of

    def read(self, event: Event) -> Any:
        chosen = pick(self.of, event.text) if isinstance(event, Typed) else None
        if chosen is None:
            raise NotUnderstood("โปรดแตะปุ่ม หรือพิมพ์หมายเลขหน้าตัวเลือก")
        return chosen.key

    def holds(self, answer: Any) -> bool:
        return isinstance(answer, str) and answer in self._keys

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(option.key for option in self.of)

    def show(self, answer: Any) -> str:
        return next((option.text or option.label for option in self.of if option.key == answer), str(answer))


@dataclass(frozen=True, kw_only=True)
class Place(Step):
    """The place of the matter, not of the phone: a point on the map, a map link, or words."""

    free: ClassVar[bool] = True

    def phone_buttons(self) -> tuple[Choice, ...]:
        return (Choice("เลือกบนแผนที่", kind="place"),)

    def read(self, event: Event) -> Any:
        if isinstance(event, SentPlace):
            words = " ".join(part for part in (event.title.strip(), event.address.strip()) if part)
            return {"words": words[:500], "latitude": event.latitude, "longitude": event.longitude, "link": ""}
        if not isinstance(event, Typed):
            raise NotUnderstood("โปรดเลือกตำแหน่งบนแผนที่ หรือพิมพ์บอกสถานที่เกิดเหตุ")
        point = map_point(event.text)
        if point is None:
            return {"words": place_words(event.text), "latitude": None, "longitude": None, "link": ""}
        return {"words": point.words, "latitude": point.latitude, "longitude": point.longitude, "link": point.link}

    def more(self, answer: Any, text: str) -> Any:
        return {**answer, "words": not_too_long(f"{answer.get('words', '')} {tidy(text)}".strip())} if answer else None

    def holds(self, answer: Any) -> bool:
        return isinstance(answer, dict)

    def show(self, answer: Any) -> str:
        point = "ตำแหน่งบนแผนที่" if has_point(answer) else ""
        return " · ".join(part for part in (point, answer.get("words"), answer.get("link")) if part) or "-"


def has_point(place: Any) -> bool:
    """Whether the answer to a Place step is on the map (a point, or a link to one)."""
    return isinstance(place, dict) and (place.get("latitude") is not None or bool(place.get("link")))


def spot(place: Any, landmark: str | None = None) -> Spot:
    """The answer to a Place step as the office takes it, with a landmark added to the words."""
    place = place if isinstance(place, dict) else {}
    words = " · ".join(part for part in (place.get("words"), landmark) if part)
    return Spot(words, place.get("latitude"), place.get("longitude"), place.get("link") or "")


DONE, CLEAR, UNDO, LATER, SEND = "done", "clear", "undo", "later", "send"


@dataclass(frozen=True, kw_only=True)
class Files(Step):
    """Pictures and files, in any number up to `at_most`, ended by ส่งครบแล้ว. The files themselves are in `State.files`.

    Words typed here are added to the answer of the step `words_to`. `paper`: its files are the pages of this paper, of
    several that the flow asks for; `later`: within what time it may follow after the filing, "" if it may not (B27).
    """

    at_least: int = 0
    at_most: int = 10
    words_to: str = ""
    paper: str = ""
    later: str = ""

    def options(self) -> tuple[Option, ...]:
        done = Option(DONE, "ส่งครบแล้ว", ("ครบแล้ว", "หมดแล้ว", "ส่งหมดแล้ว", "เสร็จแล้ว", "พอแล้ว"))
        later = Option(LATER, "ส่งทีหลัง", ("ไว้ทีหลัง", "ส่งภายหลัง", "ยังไม่มี"))
        return (done, *[later] * bool(self.later), *[_UNDO] * bool(self.paper), _CLEAR)

    def phone_buttons(self) -> tuple[Choice, ...]:
        return (Choice("ถ่ายรูป", kind="camera"), Choice("เลือกรูป", kind="album"), Choice("ไฟล์ใหญ่", kind="say"))

    def show(self, answer: Any) -> str:
        if answer == LATER:
            return f"ส่งทีหลัง ({self.later})"
        return f"{answer} ไฟล์" if answer else "ไม่แนบ"


_UNDO, _CLEAR = Option(UNDO, "ลบไฟล์ล่าสุด"), Option(CLEAR, "ลบไฟล์ทั้งหมด")


#: What a citizen confirms.
DECLARATION = (
    "ข้าพเจ้าขอรับรองว่าข้อมูลข้างต้นเป็นความจริง การแตะ “ยืนยันและส่ง” ถือเป็นการรับรองแทนการลงลายมือชื่อ "
    "(การแจ้งข้อความเท็จต่อเจ้าหน้าที่อาจมีความผิดตามกฎหมาย)\n"
    "หากต้องการแก้ไขข้อใด แตะปุ่ม หรือพิมพ์หมายเลขข้อนั้น"
)


@dataclass(frozen=True, kw_only=True)
class Review(Step):
    """ตรวจสอบก่อนส่ง: every answer with its แก้ไข, and what the last tap means; that is exactly ยืนยันและส่ง."""

    counted: ClassVar[bool] = False

    key: str = "review"
    title: str = "ตรวจสอบก่อนส่ง"
    question: str = DECLARATION

    def options(self) -> tuple[Option, ...]:
        return (CONFIRM,)


CONFIRM = Option(SEND, "ยืนยันและส่ง", ("ยืนยัน", "ส่งเลย", "ส่ง"))


@dataclass(frozen=True)
class Flow:
    """A named, versioned conversation.

    `finish` makes the effect that ends it from the draft's token, the answers on the path and the files.
    `upgrades[old]` maps keys of version `old` to those of the next. `opening` is said together with the first question.
    `asks`: what the office is to be asked once this step (by key) is answered so, given the draft's token and the path;
    its answer then speaks, and asks the next question.
    """

    name: str
    version: int
    title: str
    steps: tuple[Step, ...]
    finish: Callable[[str, Answers, tuple[FileRef, ...]], Effect]
    upgrades: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    opening: tuple[Message, ...] = ()
    asks: Callable[[str, str, Answers], tuple[Effect, ...]] | None = None

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)


def long_text(letters: int, otherwise: str) -> dict[str, Any]:
    """The two words that make a Text step a long one: `Text(…, **long_text(5, "…"))`."""
    return {"check": at_least(letters, otherwise), "long": True}


def shown(step: Step, answer: Any, most: int = 200) -> str:
    """An answer on one line of the check page; no identity number stands in it whole."""
    return "ข้าม" if answer is SKIPPED else shorten(" ".join(without_ids(step.show(answer)).split()), most)
