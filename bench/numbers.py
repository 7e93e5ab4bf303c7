"""Whether numbers stay gapless when sixteen write at once and every third turn fails (`LETTERS=10000`: a long run)."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import sqlalchemy as sa

from bench.house import ROOT, postgresql
from flows.effects import EnterLetter, Intake
from models.db import Database
from models.register import entries
from models.upgrading import upgrade
from office import intake
from office.calendar import Calendar
from services.office import read_office

WRITERS, LETTERS = 16, int(os.environ.get("LETTERS", "1000"))
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LETTER = EnterLetter("incoming", Intake("post", NOW.isoformat()), "อำเภอเมือง", "ขอข้อมูล", "works")


class _Failed(Exception):
    """The turn after the number was taken."""


async def gapless() -> str:
    """On PostgreSQL, where writers do not stand in one line."""
    return await asyncio.to_thread(_gapless)


def _gapless() -> str:
    with postgresql() as url:
        database = Database(url)
        upgrade(database)
        turns = itertools.count()
        began = time.monotonic()
        with ThreadPoolExecutor(WRITERS) as pool:
            failed = sum(pool.map(lambda _: _write(database, turns), range(WRITERS)))
        seconds = time.monotonic() - began
        with database.reading() as tx:
            kept = list(tx.execute(sa.select(entries.c.number).order_by(entries.c.number)).scalars())
        database.dispose()
    gaps, doubles = len(set(range(1, len(kept) + 1)) - set(kept)), len(kept) - len(set(kept))
    return (
        f"{len(kept):,} numbers from {WRITERS} writers with {failed:,} rollbacks between them: "
        f"{gaps} gaps, {doubles} doubles, {len(kept) / seconds:.0f}/s"
    )


def _write(database: Database, turns: Iterator[int]) -> int:
    """Write until all letters are written; how many turns failed on the way."""
    office, failed = read_office(ROOT / "services" / "office.toml"), 0
    calendar = Calendar(office.hours, office.exceptions)
    while (turn := next(turns)) < LETTERS * 3 // 2:
        try:
            with database.transaction() as tx:
                intake.enter(tx, office, calendar, LETTER, who="staff:1", at=NOW, now=NOW)
                _fail_every_third(turn)
        except _Failed:
            failed += 1
    return failed


def _fail_every_third(turn: int) -> None:
    if turn % 3 == 2:
        raise _Failed
