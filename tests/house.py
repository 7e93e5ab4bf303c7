"""A product and a world around it, joined over real HTTP; nothing happens until a test lets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import regex
from python_calamine import CalamineWorkbook

from bot.delivery import Delivery
from bot.line import Line
from bot.messenger import Account, Messenger
from building import web
from flows.book import open_book
from handlers import errands, turns
from handlers.links import Links
from handlers.wiring import Wiring
from models.db import Database
from models.files import FileStore
from models.inbox import Inbox
from models.parts import Parts
from models.vault import Vault
from office import desk, notices
from office.calendar import Calendar
from office.examination import Examiner
from office.sheets import Workbooks
from sandbox.acts import Upload
from sandbox.pages import create_sandbox
from sandbox.server import serve
from sandbox.world import World
from services.catalogue_file import read_catalogue
from services.office import Office

SECRET, TOKEN = "channel-secret", "channel-token"
SERVICES = read_catalogue(Path(__file__).parents[1] / "services", None)


class Clock:
    """The house's time; it stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **span: float) -> datetime:
        self.moment += timedelta(**span)
        return self.moment


class House:
    """The product (`wiring`, `client`) and the outside world (`world`). `channel`: where its citizens are."""

    def __init__(self, wiring: Wiring, world: World, clock: Clock, registers: Path, channel: str) -> None:
        self.wiring, self.world, self.clock, self.registers = wiring, world, clock, registers
        self.channel = channel
        self.delivery = Delivery(wiring.database, wiring.channels, notices.trouble)
        self.client = web(wiring).test_client()

    def settle(self) -> None:
        """Let everything happen that is due now."""
        busy = True
        while busy:
            assert self.world.wait_idle()
            busy = self.turn() or self.send() or errands.work(self.wiring)

    def turn(self) -> bool:
        """One worker takes what waits."""
        return turns.work(self.wiring, slow=False) or turns.work(self.wiring, slow=True)

    def send(self) -> bool:
        """One sender sends what is next."""
        return self.delivery.send_one(self.wiring.now)

    def later(self, **span: float) -> None:
        """Let time pass, and what becomes due with it happen."""
        self.clock.pass_(**span)
        self.settle()

    def citizen(self, name: str = "สมชาย ใจดี") -> Phone:
        """Somebody new on `self.channel`; on LINE they have just added the office's account and read its greeting."""
        if self.channel == "messenger":
            return self.messenger_citizen(name)
        person = self.world.add_person(name)
        self.settle()
        return Phone(self, person.id)

    def messenger_citizen(self, name: str = "สมหญิง ใจดี") -> MessengerPhone:
        """Somebody who has opened the page's thread on Messenger."""
        account = self.world.meta.add_person(name)
        self.settle()
        return MessengerPhone(self, account.id)

    def staff_group(self) -> Phone:
        """An activated staff group of five, seen by its first member."""
        members = [self.world.add_person(f"เจ้าหน้าที่ {n}", follow=False).id for n in range(1, 6)]
        group = self.world.add_group("กลุ่มเจ้าหน้าที่", members)
        with self.wiring.database.transaction() as tx:
            code = desk.make_code(tx, self.wiring.now())
        phone = Phone(self, members[0], group.id)
        phone.types(f"เปิดใช้ {code}")
        return phone

    def register(self, year: int = 2569, sheet: str = "ทะเบียนหนังสือรับ") -> list[dict[str, str]]:
        """The register as a supervisor reads it: the workbook's rows by column name."""
        self.later(minutes=2)
        rows = CalamineWorkbook.from_path(self.registers / f"{year}.xlsx").get_sheet_by_name(sheet).to_python()
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


class Phone:
    """One person's view of one chat: what they do, and what the office says to it. This one is on LINE.

    `world` is the platform's half of the sandbox: what it can do (`say`, `send_files`, `held`, …) goes by the same
    names on every platform.
    """

    def __init__(self, house: House, user: str, chat: str | None = None) -> None:
        self.house, self.user, self.chat = house, user, chat or user
        self._group = {} if chat is None else {"chat": chat}

    @property
    def world(self) -> Any:
        return self.house.world

    def types(self, text: str) -> list[dict[str, Any]]:
        """Type it, and read what the office says to it."""
        return self._after(lambda: self.world.say(self.user, text, **self._group))

    def taps(self, label: str) -> list[dict[str, Any]]:
        """Tap the newest button with this label."""
        return self.presses(self.button(label))

    def presses(self, button: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Tap a button that was seen before."""
        return self._after(lambda: self.world.tap(self.user, button, **self._group))

    def sends(self, *files: Upload, kind: str = "image") -> list[dict[str, Any]]:
        """Send these at once."""
        return self._after(lambda: self.world.send_files(self.user, files, kind, **self._group))

    def does(self, act: Any) -> list[dict[str, Any]]:
        """Anything else: a call that gets the platform's world and the user's id."""
        return self._after(lambda: act(self.world, self.user))

    def blocks(self, *, blocked: bool = True) -> list[dict[str, Any]]:
        """Block the office, or come back to it."""
        return self.does(lambda world, user: world.unfollow(user) if blocked else world.follow(user))

    def redelivers(self, *events: dict[str, Any]) -> None:
        """The platform delivers these once more."""
        self.world.deliver(*events, redelivery=True)

    def button(self, label: str) -> Mapping[str, Any]:
        """The newest button with this label; of quick replies only the last message's are there."""
        *before, last = self.said()
        for message in (last, *({**message, **_NONE_BELOW} for message in reversed(before))):
            for action in actions(message):
                if _label(action) == label:
                    return action
        raise AssertionError(f"no button {label!r} in {[labels(message) for message in self.said()[-3:]]}")

    def sees(self, label: str) -> bool:
        return label in labels(self.said()[-1])

    def said(self) -> list[dict[str, Any]]:
        """All that the office has said here, as it sent it."""
        said: list[dict[str, Any]] = self.world.said(self.chat)
        return said

    @property
    def last(self) -> str:
        """The words of the last message."""
        return words(self.said()[-1])

    def _after(self, act: Any) -> list[dict[str, Any]]:
        before = len(self.said())
        self.house.clock.pass_(seconds=5)
        act()
        self.house.settle()
        self.house.later(seconds=5)  # passing remarks wait a moment
        return self.said()[before:]


class MessengerPhone(Phone):
    """The same, on Messenger."""

    @property
    def world(self) -> Any:
        return self.house.world.meta

    def blocks(self, *, blocked: bool = True) -> list[dict[str, Any]]:
        """Nobody is told; who comes back has to say something."""
        return self.does(lambda world, user: world.block(user, blocked=blocked))

    def redelivers(self, *events: dict[str, Any]) -> None:
        self.world.deliver(*events)


#: What stands below a message until something newer is said.
_NONE_BELOW: Mapping[str, Any] = {"quickReply": {}, "quick_replies": ()}


def actions(message: Any) -> Iterator[Mapping[str, Any]]:
    """Every button of a message, as its platform has it: those in the frame, then the quick replies below."""
    if isinstance(message, dict):
        if isinstance(message.get("action"), dict):
            yield message["action"]
        for name, value in message.items():
            yield from value if name in ("buttons", "quick_replies") else actions(value)
    elif isinstance(message, list):
        for value in message:
            yield from actions(value)


def labels(message: Any) -> list[str]:
    return [_label(action) for action in actions(message)]


def _label(action: Mapping[str, Any]) -> str:
    """LINE calls it a label, Messenger a title."""
    return str(action.get("label") or action.get("title"))


def words(message: Mapping[str, Any]) -> str:
    """All that a person can read in a message."""
    found = [str(message[key]) for key in ("text", "altText") if key in message]
    found += [str(text) for text in [message.get("attachment", {}).get("payload", {}).get("text")] if text]
    return "\n".join(found + _texts(message.get("contents")))


def _texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if node.get("type") == "text" else []
        return own + [text for value in node.values() for text in _texts(value)]
    return [text for value in node for text in _texts(value)] if isinstance(node, list) else []


def case_number(phone: Phone) -> tuple[int, int]:
    """The number that the office has just given, and its year."""
    found = regex.findall(r"เลขรับที่ (\d+)/(\d{4})", "\n".join(words(message) for message in phone.said()[-3:]))
    assert found, phone.last
    return int(found[-1][0]), int(found[-1][1])


def _account(world: World, url: str) -> Account:
    meta = world.meta
    meta.origin, meta.webhook_url = url, ""
    return Account(
        page_id=meta.page_id,
        page_token=meta.page_token,
        app_secret=meta.app_secret,
        verify_token=meta.verify_token,
        media_hosts=(url,),
        api_url=f"{url}/graph",
    )


def _all_was_shown_as_meant(world: World) -> None:
    """Meta took every message as it was, and cut none of its buttons."""
    assert world.meta.cut_titles == []
    assert [call.answer for call in world.meta.calls if call.status != 200] == []


@contextmanager
def opened_house(
    database: Database, office: Office, clock: Clock, folder: Path, examiner: Examiner, channel: str = "line"
) -> Iterator[House]:
    """A house whose platform is the sandbox on loopback, and whose doors the sandbox knocks at."""
    world = World(SECRET, TOKEN, "http://127.0.0.1:9/", clock, allow_local_urls=True)
    with serve(create_sandbox(world, None)) as platform:
        line = Line(SECRET, TOKEN, f"{platform.url}/line", f"{platform.url}/line")
        files = FileStore(folder / "files", Vault("secret"))
        wiring = Wiring(
            database=database,
            inbox=Inbox(database),
            files=files,
            examiner=examiner,
            parts=Parts(folder / "uploads"),
            links=Links("secret-key", "http://127.0.0.1:9"),
            channels={"line": line, "messenger": Messenger(_account(world, platform.url), files.read)},
            office=office,
            calendar=Calendar(office.hours, office.exceptions),
            book=open_book(office, SERVICES),
            sheets=(Workbooks(folder / "registers"),),
            now=clock,
        )
        with serve(web(wiring)) as doors:
            world.webhook_url = f"{doors.url}/webhooks/line"
            try:
                yield House(wiring, world, clock, folder / "registers", channel)
                if channel == "messenger":
                    _all_was_shown_as_meant(world)
            finally:
                world.close()
