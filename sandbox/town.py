"""About forty invented cases of a plausible province, told to the product by people with phones.

A citizen knows nothing of the product: they read what comes, look at the labels of the buttons, and answer as a person
would. The past is played: each event carries the time at which it is said to have happened, the oldest first.
"""

from __future__ import annotations

import re
import threading
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from sandbox.acts import Upload
from sandbox.pictures import photo
from sandbox.world import World

CASES = Path(__file__).with_name("town.toml")
WEEKS = 6
PATIENCE = 12.0  # seconds a citizen waits for an answer
STEPS = 40  # answers a citizen gives before they lose heart
_THAI_TIME = timezone(timedelta(hours=7))

FILED = re.compile(r"เลขรับที่\s*\d+/\d{4}")
CONFIRM, ALL_SENT, SKIP = "ยืนยันและส่ง", "ส่งครบแล้ว", "ข้าม"
_NEVER = re.compile(r"ยกเลิก|ย้อนกลับ|เริ่มใหม่|พัก|เมนู|เจ้าหน้าที่|^โทร|แก้ไข|ลบ")
_MENU = {"complaint": re.compile("ร้องเรียน|ร้องทุกข์"), "tip": re.compile("เบาะแส")}
_NOTICE = re.compile("รับทราบ|ยอมรับ|ยินยอม|ตกลง")
_IDENTITY = {
    "open": re.compile("เปิดเผย|แจ้งชื่อ"),
    "confidential": re.compile("ปกปิด|ปิดชื่อ"),
    "anonymous": re.compile("ไม่ระบุ|ไม่ประสงค์|ไม่แจ้งชื่อ|นิรนาม"),
}


@dataclass(frozen=True)
class Case:
    """What a citizen has to say. `category`: words that may be on the right button. `at`: the time of day."""

    line: str
    text: str
    category: tuple[str, ...]
    words: str
    at: time
    kind: str = "complaint"
    point: tuple[float, float] | None = None
    landmark: str = ""
    photos: tuple[str, ...] = ()
    identity: str = "open"
    name: str = ""
    phone: str = ""
    evidence: str = ""


def read_cases(path: Path = CASES) -> list[Case]:
    return [_case(table) for table in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]]


def _case(table: Mapping[str, Any]) -> Case:
    facts: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return Case(**facts)


def in_the_past(cases: list[Case], now: datetime) -> list[tuple[datetime, Case]]:
    """The cases with their moments, spread over the last weeks up to yesterday, the oldest first."""
    today = now.astimezone(_THAI_TIME)
    spread = []
    for index, case in enumerate(cases):
        days = WEEKS * 7 - index * (WEEKS * 7 - 1) // len(cases)
        day = (today - timedelta(days=days)).date()
        spread.append((datetime.combine(day, case.at, _THAI_TIME), case))
    return sorted(spread, key=lambda pair: pair[0])


@dataclass(frozen=True)
class Button:
    label: str
    action: Mapping[str, Any]


@dataclass
class Screen:
    """What stands on the phone since the citizen's last answer: texts, and the buttons that can be tapped."""

    text: str = ""
    buttons: list[Button] = field(default_factory=list)

    def button(self, label: str | re.Pattern[str]) -> Button | None:
        found = (re.compile(re.escape(label)) if isinstance(label, str) else label).search
        return next((button for button in self.buttons if found(button.label)), None)

    def offers(self, *kinds: str) -> bool:
        return any(button.action["type"] in kinds for button in self.buttons)


def read_screen(messages: list[Mapping[str, Any]]) -> Screen:
    """Buttons in the messages, and the quick replies of the last one, which alone LINE shows."""
    screen = Screen("\n".join(word for message in messages for word in _words(message)))
    for message in messages:
        for part in _parts(message.get("contents") or message.get("template") or {}):
            action = part.get("action")
            if isinstance(action, dict):
                screen.buttons.append(Button(action.get("label") or "", action))
            screen.buttons += [Button(item.get("label") or "", item) for item in part.get("actions", ())]
    for item in (messages[-1].get("quickReply") or {}).get("items", ()) if messages else ():
        screen.buttons.append(Button(item["action"]["label"], item["action"]))
    return screen


def _parts(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
        for key, item in value.items():
            if key not in ("action", "actions", "quickReply"):
                yield from _parts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item)


def _words(message: Mapping[str, Any]) -> Iterator[str]:
    for part in _parts(message):
        if isinstance(part.get("text"), str):
            yield part["text"]


Way = tuple[str, Callable[[Screen], bool], Callable[[Screen], None]]
"""A way to answer: its name, whether it fits what stands on the screen, and the doing of it."""


class Citizen:
    """One person telling one case. `tell()` is true when they have read a register number."""

    def __init__(self, world: World, case: Case, at: datetime, seed: int) -> None:
        self._world, self._case, self._at, self._seed = world, case, at, seed
        self._given: Counter[str] = Counter()
        self._read = 0
        self._user = ""

    def tell(self) -> bool:
        self._user = self._world.add_person(self._case.line, at=self._at).id
        for _ in range(STEPS):
            messages = self._wait()
            if not messages:
                return False
            screen = read_screen(messages)
            if FILED.search(screen.text):
                return True
            self._at += timedelta(seconds=14 + (self._seed * 7 + len(self._given) * 11) % 40)
            self._answer(screen)
        return False

    def _wait(self) -> list[Mapping[str, Any]]:
        """What the office has said since, after waiting for it."""
        self._world.wait_for(lambda: len(self._world.said(self._user)) > self._read, PATIENCE)
        said = self._world.said(self._user)
        new, self._read = said[self._read :], len(said)
        return list(new)

    def _answer(self, screen: Screen) -> None:
        """The first thing that fits and has not been tried twice already."""
        for name, fits, give in self._ways():
            if self._given[name] < 2 and fits(screen):
                self._given[name] += 1
                give(screen)
                return
        harmless = next((b for b in screen.buttons if not _NEVER.search(b.label) and self._tap(b)), None)
        if harmless is None:
            self._say(self._case.text)

    def _ways(self) -> Iterator[Way]:
        case = self._case
        yield self._tapping("confirm", CONFIRM)
        yield "photos", self._wants_photos, self._send_photos
        if case.photos:
            yield self._tapping("sent", ALL_SENT)
        yield "no photos", self._wants_files, lambda s: self._touch(s, re.compile(f"{SKIP}|{ALL_SENT}"))
        yield self._tapping("notice", _NOTICE)
        yield self._tapping("menu", _MENU[case.kind])
        yield self._tapping("category", re.compile("|".join(map(re.escape, case.category))))
        yield self._tapping("identity", _IDENTITY[case.identity])
        yield "landmark", _asks("จุดสังเกต"), lambda s: self._say_or_skip(s, case.landmark)
        yield "place", _asks_place, lambda _: self._show_place()
        yield "evidence", _asks("หลักฐาน|พยาน"), lambda s: self._say_or_skip(s, case.evidence)
        yield "details", _asks("เล่า|รายละเอียด|เกิดอะไร"), lambda _: self._say(case.text)
        yield "name", _asks("ชื่อ"), lambda _: self._say(case.name)
        yield "phone", _asks("เบอร์|โทรศัพท์"), lambda s: self._say_or_skip(s, case.phone)

    def _tapping(self, name: str, label: str | re.Pattern[str]) -> Way:
        return name, lambda s: bool(s.button(label)), lambda s: self._touch(s, label)

    def _wants_files(self, screen: Screen) -> bool:
        return bool(screen.button(ALL_SENT)) or screen.offers("camera", "cameraRoll")

    def _wants_photos(self, screen: Screen) -> bool:
        return bool(self._case.photos) and not self._given["photos"] and self._wants_files(screen)

    def _send_photos(self, _: Screen) -> None:
        pictures = [photo(scene, self._seed * 10 + index) for index, scene in enumerate(self._case.photos)]
        uploads = [Upload(data, "photo.png", "image/png") for data in pictures]
        self._world.send_files(self._user, uploads, at=self._at)

    def _show_place(self) -> None:
        case = self._case
        if case.point and not self._given["point"]:
            self._given["point"] += 1
            self._world.send_place(self._user, *case.point, title=case.words, address="จังหวัดศรีนคร", at=self._at)
        else:
            self._say(case.words)

    def _say_or_skip(self, screen: Screen, words: str) -> None:
        skip = screen.button(SKIP)
        if words or skip is None:
            self._say(words or "ไม่มี")
        else:
            self._tap(skip)

    def _say(self, words: str) -> None:
        self._world.say(self._user, words, at=self._at)

    def _touch(self, screen: Screen, label: str | re.Pattern[str]) -> None:
        button = screen.button(label)
        if button is None or not self._tap(button):
            self._say(button.label if button else SKIP)

    def _tap(self, button: Button) -> bool:
        return self._world.tap(self._user, button.action, at=self._at)


def _asks_place(screen: Screen) -> bool:
    return screen.offers("location") or _asks("ที่ใด|ที่ไหน|สถานที่|บริเวณ")(screen)


def _asks(words: str) -> Callable[[Screen], bool]:
    return lambda screen: bool(re.search(words, screen.text))


class Town:
    """Lets the citizens come one after another, so that the register's numbers follow their days."""

    def __init__(self, world: World, cases: list[Case] | None = None) -> None:
        self._world = world
        self._cases = read_cases() if cases is None else cases
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        world.set_town(self._done(), len(self._cases), running=False)

    def start(self) -> bool:
        """Begin, or go on after an interruption; False while it runs, and when all have come."""
        with self._lock:
            done = self._done()
            if (self._thread and self._thread.is_alive()) or done >= len(self._cases):
                return False
            cases = in_the_past(self._cases, self._world.now())
            self._world.set_town(done, len(cases), running=True)
            self._thread = threading.Thread(target=self._run, args=(cases, done), name="town", daemon=True)
            self._thread.start()
            return True

    def _done(self) -> int:
        return int(self._world.state.others["town"].get("done", 0))

    def wait(self, patience: float) -> bool:
        """True once the last citizen has gone."""
        if self._thread:
            self._thread.join(patience)
        return self._thread is None or not self._thread.is_alive()

    def _run(self, cases: list[tuple[datetime, Case]], done: int) -> None:
        unheard = 0
        for index, (at, case) in enumerate(cases[done:], done):
            unheard = 0 if Citizen(self._world, case, at, index).tell() else unheard + 1
            if unheard == 3:
                break  # nobody is at the desk
            self._world.state.save_other("town", "done", index + 1)
            self._world.set_town(index + 1, len(cases), running=True)
        self._world.set_town(self._world.town["done"], len(cases), running=False)
