"""A citizen who says, taps and sends; an office that answers. The memory passes through JSON at every turn."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256

import pytest

from bot.drawing import MESSENGER
from bot.messenger_drawing import draw
from flows import messages as drawn
from flows.book import Book, open_book
from flows.conversation import Heard, Memory, hear
from flows.effects import (
    AddPapers,
    ArrangeProof,
    AskProof,
    AwaitedProofs,
    CallStaff,
    DropProof,
    Effect,
    GiveLink,
    LatePapers,
    LookUp,
    MyCases,
    OpenCase,
    RecordProof,
    Room,
)
from flows.events import (
    Album,
    Edited,
    Event,
    FileRef,
    Followed,
    Pressed,
    SentFile,
    SentPlace,
    SentSticker,
    SentUnusable,
    Told,
    Typed,
    Unsent,
    Uploaded,
)
from flows.messages import Card, Choice, Message, Say
from flows.options import MOST_CHOICES, MOST_LABEL, MOST_STAMP, read_stamp
from flows.thai import units
from services.office import Category, EmergencyLine, Hours, Notice, Office, Unit

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # Friday 20 November 2569, 21.00 in Bangkok

OFFICE = Office(
    name="องค์การบริหารส่วนตำบลบ้านกลาง",
    short_name="อบต.บ้านกลาง",
    kind="อบต.",
    phone="054-000-000",
    address="99 หมู่ 1 ตำบลบ้านกลาง อำเภอเมือง จังหวัดแพร่ 54000",
    area="ตำบลบ้านกลาง",
    hours=Hours(time(8, 30), time(16, 30)),
    units=(Unit("works", "กองช่าง", "054-000-001"),),
    complaints=(
        Category("road", "ถนน ทางเท้า", "ถนนและทางเท้าชำรุด", "works", 15, "ตัวอย่าง", example="ถนนเป็นหลุมลึกหน้าตลาดสด"),
        Category("light", "ไฟฟ้าสาธารณะ", "ไฟฟ้าสาธารณะขัดข้อง", "works", 7, "ตัวอย่าง"),
        Category("waste", "ขยะ กลิ่น เสียง", "ขยะและเหตุรำคาญ", "works", 7, "ตัวอย่าง"),
    ),
    tips=(
        Category("bribe", "เรียกรับเงิน", "เรียกรับเงินหรือผลประโยชน์", "works", 15, "ตัวอย่าง"),
        Category("procure", "จัดซื้อจัดจ้าง", "จัดซื้อจัดจ้างไม่โปร่งใส", "works", 15, "ตัวอย่าง"),
    ),
    notice=Notice(1, "อบต.บ้านกลาง เก็บข้อมูลที่ท่านให้เพื่อดำเนินการเรื่องนี้ตามหน้าที่", "https://example.go.th/privacy"),
    emergency=(
        EmergencyLine("191", "เหตุด่วนเหตุร้าย"),
        EmergencyLine("199", "ไฟไหม้"),
        EmergencyLine("1669", "เจ็บป่วยฉุกเฉิน"),
    ),
)


def picture(name: str) -> FileRef:
    return FileRef(sha256(name.encode()).hexdigest(), "image/jpeg", 1000, message_id=f"m-{name}")


class Bot:
    """All that was said in the last turn, and since the beginning."""

    def __init__(self) -> None:
        self.said: tuple[Message, ...] = ()
        self.seen: list[Choice] = []

    @property
    def text(self) -> str:
        return "\n".join(words(message) for message in self.said)

    @property
    def asked(self) -> str:
        """The last message: the question that is open."""
        return words(self.said[-1]) if self.said else ""

    @property
    def choices(self) -> list[Choice]:
        return [choice for message in self.said for choice in offered(message)]

    def labels(self) -> list[str]:
        return [choice.label for choice in self.choices]


def offered(message: Message) -> tuple[Choice, ...]:
    return (*message.choices, *(message.actions if isinstance(message, Card) else ()))


def words(message: Message) -> str:
    if isinstance(message, Card):
        return "\n".join([message.title, *(f"{name}: {value}" for name, value in message.lines), message.text])
    return message.text if isinstance(message, Say) else ""


class Citizen:
    """One chat. Every act is one turn (and one second); the office's answers come in the same turn."""

    def __init__(self, book: Book) -> None:
        self.book, self.bot = book, Bot()
        self.now, self.memory = START, {}
        self.effects: list[Effect] = []
        self.cases: dict[str, dict] = {}
        self._tokens, self._ids = itertools.count(1), itertools.count(1)

    # -- what a citizen does

    def says(self, text: str, *, early: bool = False, ago: float = 0, message_id: str = "") -> Citizen:
        return self.does(Typed(text, self._tick(ago), message_id or f"t{next(self._ids)}", early))

    def taps(self, label: str) -> Citizen:
        """The button with this label that was shown last; `say` buttons post their words."""
        choice = next(choice for choice in reversed(self.bot.seen) if choice.label == label)
        return self.says(choice.value or choice.label) if choice.kind == "say" else self.presses(choice.value)

    def presses(self, value: str, *, ago: float = 0) -> Citizen:
        return self.does(Pressed(value, self._tick(ago)))

    def sends_photo(self, name: str = "photo", album: tuple[str, int, int] | None = None, hint: str = "") -> Citizen:
        return self.does(SentFile(picture(name), self._tick(), Album(*album) if album else None, hint))

    def uploads(self, name: str = "plan.jpg") -> Citizen:
        """By the page that the last link led to."""
        drafts = [effect.draft for effect in self.effects if isinstance(effect, GiveLink)] or ["nobody's"]
        return self.does(Uploaded(picture(name), drafts[-1], self._tick()))

    def sends_place(self, latitude: float = 18.14, longitude: float = 100.14) -> Citizen:
        return self.does(SentPlace(latitude, longitude, self._tick()))

    def sends_sticker(self) -> Citizen:
        return self.does(SentSticker(self._tick()))

    def sends_unusable(self, trouble: str, limit: int | None = None) -> Citizen:
        return self.does(SentUnusable(trouble, self._tick(), limit=limit))

    def follows(self, *, again: bool = False) -> Citizen:
        return self.does(Followed(self._tick(), again))

    def unsends(self, message_id: str) -> Citizen:
        return self.does(Unsent(message_id, self._tick()))

    def edits(self, message_id: str, text: str) -> Citizen:
        return self.does(Edited(message_id, text, self._tick()))

    def waits(self, **span: float) -> Citizen:
        self.now += timedelta(**span)
        return self

    def files_a_complaint(self, identity: str = "ไม่ระบุชื่อ") -> Citizen:
        self.at_identity().taps(identity)
        if identity != "ไม่ระบุชื่อ":
            self.says("สมชาย ใจดี").says("0812345678")
        return self.taps("ยืนยันและส่ง")

    def at_details(self, menu: str = "ร้องเรียน/ร้องทุกข์", category: str = "ถนน ทางเท้า") -> Citizen:
        self.says(menu)
        if "รับทราบและทำต่อ" in self.bot.labels():
            self.taps("รับทราบและทำต่อ")
        return self.taps(category).says("หน้าตลาดสด หมู่ 3")

    def at_files(self, **how: str) -> Citizen:
        return self.at_details(**how).says("ถนนเป็นหลุมลึกมาก รถล้มบ่อย")

    def at_identity(self, **how: str) -> Citizen:
        return self.at_files(**how).says("ข้าม")

    # -- what follows

    def does(self, event: Event) -> Citizen:
        heard = self._hear(event)
        said, waiting = list(heard.messages), list(heard.effects)
        while waiting:
            effect = waiting.pop(0)
            self.effects.append(effect)
            if told := self._office(effect):
                heard = self._hear(told)
                said += heard.messages
                waiting += heard.effects
        self.bot.said = tuple(said)
        self.bot.seen += self.bot.choices
        fits(self.bot.said)
        return self

    def _hear(self, event: Event) -> Heard:
        heard = hear(self.book, Memory.from_data(self.memory), event, self.now, lambda: f"d{next(self._tokens)}")
        self.memory = json.loads(json.dumps(heard.memory.to_data()))
        return heard

    def _tick(self, ago: float = 0) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now - timedelta(seconds=ago)

    def _office(self, effect: Effect) -> Told | None:
        match effect:
            case OpenCase():
                again = effect.draft in self.cases
                case = self.cases.setdefault(effect.draft, case_of(effect, len(self.cases) + 1))
                return Told("case", {**case, "again": again}, self.now)
            case MyCases():
                return Told("my_cases", {"cases": list(self.cases.values())[::-1][:5], "more": 0}, self.now)
            case LookUp(code):
                found = next((case for case in self.cases.values() if case["code"] == code), None)
                return Told("case_status", found, self.now)
            case GiveLink(draft):
                until = self.now + timedelta(hours=2)
                value = {"url": f"https://x/uploads/{draft}", "until": until.isoformat(), "largest_mb": 500}
                return Told("upload_link", value, self.now)
            case AddPapers(draft, files):
                case = self.cases[draft]
                value = {"number": case["number"], "year": case["year"], "count": len(files)}
                return Told("papers_added", value, self.now)
            case Room():
                left = dict.fromkeys(effect.slots, effect.capacity)
                return Told(
                    "room", {"draft": effect.draft, "free": True, "party": effect.party, "left": left}, self.now
                )
            case AskProof(purpose, code):
                return Told("proof", self._provable(purpose, code), self.now)
            case ArrangeProof(code, purpose, manner):
                proof = {"purpose": purpose, "manner": manner, "at": "", "until": "2026-12-08"}
                case = {name: value for name, value in self._provable(purpose, code).items() if name != "days"}
                return Told("proof_arranged", {**case, "proof": proof}, self.now)
            case AwaitedProofs(number, year):
                one = {"number": number or 1, "year": year or 2569, "purpose": "withdraw", "manner": "office"}
                one |= {"at": "", "until": "2026-12-08"}
                whom = {"name": "สมชาย ใจดี", "phone": "0812345678", "channel": "LINE"}
                return Told("proofs", {"one": one | whom} if number else {"awaited": [one]}, self.now)
            case RecordProof(number, year):
                value = {"act": "not_proved", "number": number, "year": year, "why": "เรื่องนี้ไม่ได้รอการยืนยันตัวตน"}
                return Told("desk", value, self.now)
            case DropProof():
                return Told("proof_dropped", None, self.now)
            case LatePapers():
                return Told("late_papers", None, self.now)
            case CallStaff():
                value = {"phone": "054-000-000", "open": False, "next_open": "2026-11-23T08:30:00+07:00"}
                return Told("staff_called", value, self.now)
        return None

    def _provable(self, purpose: str, code: str) -> dict:
        """The case with this code, or the newest, and the hours that are free."""
        found = [case for case in self.cases.values() if code in {"", case["code"]}]
        days = {"2026-11-24": ["09.00", "10.00"], "2026-11-25": ["13.00"]}
        return {**found[-1], "purpose": purpose, "days": days} if found else {"refused": "none", "purpose": purpose}

    # -- what can be looked at

    @property
    def remembered(self) -> Memory:
        return Memory.from_data(self.memory)

    @property
    def step(self) -> str:
        """The stamp of the last press button offered: the step that is open."""
        stamps = [stamp for c in self.bot.choices if c.kind == "press" and (stamp := read_stamp(c.value))]
        return stamps[-1].step if stamps else ""

    def wished(self, kind: type[Effect]) -> list:
        return [effect for effect in self.effects if isinstance(effect, kind)]


def case_of(effect: OpenCase, number: int) -> dict:
    return {
        "number": number,
        "year": 2569,
        "received_at": "2026-11-23T08:30:00+07:00",
        "arrived_at": "2026-11-20T21:00:00+07:00",
        "due": "2026-12-14",
        "code": f"K7QF-2MX{number % 10}",
        "phone": "054-000-001",
        "unit": "กองช่าง",
        "kind": effect.kind,
        "category": "ถนน ทางเท้า",
        "after_hours": True,
        "status": "รับเรื่องแล้ว",
        "history": [{"at": "2026-11-20T21:00:00+07:00", "text": "ลงทะเบียนรับ"}],
        "days_left": 12,
    }


def fits(said: Sequence[Message]) -> None:
    """Whether LINE could carry it, and Messenger show every choice uncut and unlike the others."""
    assert len(said) <= 5
    for message in said:
        assert drawn.from_data(json.loads(json.dumps(drawn.to_data(message)))) == message
        assert 0 < len(words(message).encode("utf-16-le")) // 2 <= 5000
        assert len(message.choices) <= MOST_CHOICES
        for choice in offered(message):
            assert 0 < units(choice.label) <= MOST_LABEL, choice.label
            assert len(choice.value) <= MOST_STAMP
        labels = [choice.label for choice in message.choices]
        assert len(labels) == len(set(labels)), labels
    tapped = [reply["title"] for call in draw(said) for reply in call.message.get("quick_replies", ())]
    assert len(tapped) == len(set(tapped)) <= MESSENGER.quick_replies, tapped


@pytest.fixture
def office() -> Office:
    return OFFICE


@pytest.fixture(scope="session")
def book() -> Book:
    return open_book(OFFICE)


@pytest.fixture
def citizen(book: Book) -> Citizen:
    return Citizen(book)


@pytest.fixture
def bot(citizen: Citizen) -> Bot:
    return citizen.bot
