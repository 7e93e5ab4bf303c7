"""Citizens who file a complaint as people do: they read the last message, then answer it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sandbox.acts import Upload
from sandbox.world import World
from tests.house import actions, words
from tests.journeys.stories import JPEG

PLACE, STORY = "ถนนหน้าตลาดสด หมู่ 3", "ถนนเป็นหลุมลึกหน้าโรงเรียน ตั้งแต่ต้นเดือน"
CONFIRM, ALL_SENT, RECEIPT = "ยืนยันและส่ง", "ส่งครบแล้ว", "รับเรื่องแล้ว เลขรับที่"

Message = dict[str, Any]


def picture(mark: str) -> Upload:
    """A JPEG unlike any other."""
    return Upload(JPEG + mark.encode().ljust(300, b"\0"))


class Walk:
    """One citizen on the way from the greeting to the receipt; each step waits until the office has asked for it.

    In a hurry, they tap ส่งครบแล้ว right behind the pictures, unanswered, and tap ยืนยันและส่ง twice.
    """

    def __init__(self, world: World, name: str, *, pictures: int, hurry: bool = False) -> None:
        self.world, self.pictures, self.hurry = world, pictures, hurry
        self.user = world.add_person(name).id
        self.sent: list[str] = []
        """The message ids of the pictures, as they were sent."""
        self._steps = self._way()

    @property
    def arrived(self) -> bool:
        return not self._steps

    def ready(self) -> bool:
        """Whether the office has asked for what this citizen does next."""
        said = self.said()
        return bool(self._steps and said) and self._steps[0][0](said[-1])

    def go(self) -> None:
        """Do it."""
        _, act = self._steps.pop(0)
        act()

    def said(self) -> list[Message]:
        return self.world.said(self.user)

    def transcript(self) -> list[str]:
        """What the phone shows, without what differs from one citizen to the next, and without passing remarks."""
        shown = (_DIFFERENT.sub("#", words(message)) for message in self.said())
        return [text for text in shown if not text.startswith("ได้รับรูป")]

    def numbers(self) -> list[str]:
        """The register numbers on this phone, each as often as it was given."""
        return [found[1] for message in self.said() if (found := _NUMBER.search(words(message)))]

    def _way(self) -> list[tuple[Callable[[Message], bool], Callable[[], None]]]:
        taps = ["ร้องเรียน/ร้องทุกข์", "รับทราบและทำต่อ", "ถนน ทางเท้า"]
        way = [(_offers(label), self._tapping(label)) for label in taps]
        way.append((_asks("ข้อ 2/8"), lambda: self._say(PLACE)))
        way.append((_asks("ข้อ 3/7"), lambda: self._say(STORY)))
        way.append((_offers(ALL_SENT), self._attach))
        if not self.hurry:
            way.append((_asks(f"(รวม {self.pictures} ไฟล์)"), self._tapping(ALL_SENT)))
        way.append((_offers("ไม่ระบุชื่อ"), self._tapping("ไม่ระบุชื่อ")))
        way.append((_offers(CONFIRM), self._confirm))
        return [*way, (_asks("เลขรับที่"), lambda: None)]

    def _say(self, text: str) -> None:
        self.world.say(self.user, text)

    def _tapping(self, label: str) -> Callable[[], None]:
        return lambda: self._tap(label)

    def _tap(self, label: str) -> None:
        self.world.tap(self.user, button(self.said()[-1], label))

    def _attach(self) -> None:
        done = button(self.said()[-1], ALL_SENT)
        self.show_pictures()
        if self.hurry:
            self.world.tap(self.user, done)

    def show_pictures(self) -> None:
        """Send them, all at once."""
        uploads = [picture(f"{self.user} {number}") for number in range(self.pictures)]
        self.sent = [entry.id for entry in self.world.send_files(self.user, uploads)]

    def _confirm(self) -> None:
        confirm = button(self.said()[-1], CONFIRM)
        for _ in range(2 if self.hurry else 1):
            self.world.tap(self.user, confirm)


_NUMBER = re.compile(r"เลขรับที่ (\d+/\d{4})")
_DIFFERENT = re.compile(r"\d+/25\d\d|[A-Z0-9]{4}-[A-Z0-9]{4}|เวลา [\d.]+ น\.")


def _offers(label: str) -> Callable[[Message], bool]:
    return lambda message: any(action.get("label") == label for action in actions(message))


def _asks(text: str) -> Callable[[Message], bool]:
    return lambda message: text in words(message)


def button(message: Message, label: str) -> Any:
    return next(action for action in actions(message) if action.get("label") == label)


def all_arrive(world: World, walks: Sequence[Walk], patience: float = 30.0) -> None:
    """Every citizen goes on whenever the office has answered, until all have their receipt."""

    def somebody_can() -> bool:
        return all(walk.arrived for walk in walks) or any(walk.ready() for walk in walks)

    while not all(walk.arrived for walk in walks):
        assert world.wait_for(somebody_can, patience), f"left without an answer: {left_behind(walks)}"
        for walk in walks:
            if walk.ready():
                walk.go()


def left_behind(walks: Iterable[Walk]) -> list[list[str]]:
    return [walk.transcript()[-2:] for walk in walks if not walk.arrived]
