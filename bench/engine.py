"""What it costs to derive the next question from the answers, and to take a whole turn of a conversation in memory."""

from __future__ import annotations

import json
import timeit
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any

from bench.house import ROOT
from bench.town import NOTICE_READ, SCRIPT
from flows.book import Book, open_book
from flows.conversation import Memory, hear
from flows.events import Typed
from flows.state import next_step
from flows.steps import Choose, Place, Review
from services.catalogue_file import read_catalogue
from services.office import read_office

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
#: As far as the check page: every step has been passed.
TO_THE_CHECK_PAGE = (SCRIPT[0], NOTICE_READ, *SCRIPT[1:6])


async def derived() -> str:
    """Medians of five series."""
    book = open_book(read_office(ROOT / "services" / "office.toml"))
    kept = _talked(book, *TO_THE_CHECK_PAGE)
    talk = Memory.from_data(json.loads(kept)).talk
    if talk is None:
        raise LookupError("the script leads nowhere")
    flow = book.latest(talk.flow)
    deriving = _microseconds(lambda: next_step(flow, talk.answers), 5000)
    turn = _microseconds(lambda: _hear(book, kept, "ย้อนกลับ"), 500)
    return (
        f"{deriving:.1f} µs for the next step ({_longest_service():.1f} µs in the longest service), "
        f"{turn:.0f} µs for a turn from memory to memory"
    )


def _longest_service() -> float:
    """The service with the most steps, all of them answered that are asked on one way through it."""
    services = read_catalogue(ROOT / "services", None)
    book = open_book(read_office(ROOT / "services" / "office.toml"), services)
    flow = max((book.flows[one.flow, one.version] for one in services), key=lambda one: len(one.steps))
    answers: dict[str, Any] = {}
    while (step := next_step(flow, answers)) and not isinstance(step, Review):
        options = step.options()
        answers[step.key] = options[0].key if isinstance(step, Choose) else {} if isinstance(step, Place) else 1
    return _microseconds(lambda: next_step(flow, answers), 5000)


def _talked(book: Book, *texts: str) -> str:
    kept = "{}"
    for text in texts:
        kept = _hear(book, kept, text)
    return kept


def _hear(book: Book, kept: str, text: str) -> str:
    heard = hear(book, Memory.from_data(json.loads(kept)), Typed(text, NOW, "m"), NOW, lambda: "d1")
    return json.dumps(heard.memory.to_data())


def _microseconds(work: Callable[[], object], times: int) -> float:
    return median(timeit.repeat(work, number=times, repeat=5)) / times * 1e6
