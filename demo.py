"""The house of `app.py demo`: with the sandbox as its only platform, whatever accounts are configured."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import urllib3

from bot import line_menu
from flows.menu import page_greeting
from flows.words import MENU
from handlers.wiring import Wiring
from models.conversation import staff_groups
from office import desk, roster
from sandbox.demo import CLERK, demo_world
from sandbox.pages import create_sandbox
from sandbox.world import World
from serving import staffed
from settings import GoogleSettings, LineSettings, MessengerSettings, Settings

if TYPE_CHECKING:
    from flask import Flask

    from bot.line import Line
    from bot.messenger import Messenger

#: The sample cases were brought over three months.
OLDEST_EVENT = timedelta(days=100)

#: Who may say ลงรับ in the demonstration.
_ENTRY = {
    "name": CLERK,
    "position": "เจ้าพนักงานธุรการ",
    "role": "saraban",
    "unit": "",
    "order_ref": "คำสั่งตัวอย่าง",
    "since": None,
    "until": None,
}


def demo_house(
    settings: Settings, open_house: Callable[..., Wiring], web: Callable[[Wiring], Flask]
) -> tuple[Any, Callable[[], None]]:
    """The WSGI application, house and sandbox on one port, and what to call at the end."""
    here = f"http://127.0.0.1:{settings.port}"
    world = demo_world(here, f"{here}/webhooks/line", settings.var_dir, messenger=True, google=True)
    wiring = open_house(_with_accounts_of(world, settings, here), oldest_event=OLDEST_EVENT)
    end = staffed(wiring)
    threading.Thread(target=lambda: _furnish(wiring, world, here, settings.services_dir), daemon=True).start()
    return _beside(web(wiring), create_sandbox(world, settings.registers_dir)), end


def _with_accounts_of(world: World, settings: Settings, here: str) -> Settings:
    line = LineSettings(world.channel_secret, world.access_token, f"{here}/line", f"{here}/line")
    meta = world.meta
    secrets = (meta.page_token, meta.app_secret, meta.verify_token)
    page = MessengerSettings(meta.page_id, *secrets, media_hosts=(here,), api_url=f"{here}/graph")
    return replace(settings, line=line, messenger=page, google=_sheet_of(world, settings))


def _sheet_of(world: World, settings: Settings) -> GoogleSettings:
    google = world.google
    account = google.account_file(settings.var_dir / "sandbox-account.json")
    return GoogleSettings(account, next(iter(google.books)), google.sheets_url)


def _furnish(wiring: Wiring, world: World, here: str, services: Path) -> None:
    """Once the doors are open, what an office does on its first day: it installs its menus, types the code in the staff
    group, and its clerk types theirs."""
    urllib3.PoolManager().request("GET", f"{here}/health", retries=urllib3.Retry(20, backoff_factor=0.1))
    with suppress(line_menu.MenuTrouble):  # the weather may be bad from the start
        line_menu.install(cast("Line", wiring.channels["line"]), tuple(MENU), services)
    world.meta.subscribe()
    cast("Messenger", wiring.channels["messenger"]).set_up(page_greeting(wiring.office))
    with wiring.database.transaction() as tx:
        code = None if staff_groups(tx) else desk.make_code(tx, wiring.now())
        own = None if roster.listed(tx, wiring.now()) else roster.add(tx, _ENTRY, wiring.now())[1]
    if code:
        world.invite_desk(code)
    clerk = next((person.id for person in world.state.people.values() if person.name == CLERK), None)
    if own and clerk:
        world.follow(clerk)
        world.say(clerk, f"ยืนยันตัว {own}")


def _beside(house: Flask, sandbox: Flask) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The house's own doors are the house's; every other address is the sandbox."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        answering = house if path == "/health" or path.startswith(("/webhooks/", "/uploads/", "/folders/")) else sandbox
        return answering(environ, start_response)

    return application
