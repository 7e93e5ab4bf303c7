"""The parts of a running house, put together once by `app.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.channel import Channel
from flows.book import Book
from handlers.links import Links
from models.db import Database
from models.files import Store
from models.inbox import Inbox
from models.parts import Parts
from office.calendar import Calendar
from office.examination import Examiner
from office.google.sheet import GoogleSheet
from office.sheets import Sheets
from services.office import Office


@dataclass(frozen=True)
class Wiring:
    """What every handler may use. `now` is the house's clock (aware); `sheets` are where the registers are written,
    `google` their mirror outside; `parts` are files that are being uploaded, `links` the right to do so."""

    database: Database
    inbox: Inbox
    files: Store
    examiner: Examiner
    parts: Parts
    links: Links
    channels: Mapping[str, Channel]
    office: Office
    calendar: Calendar
    book: Book
    sheets: tuple[Sheets, ...]
    now: Callable[[], datetime]
    google: GoogleSheet | None = None
