"""Keeping the Google sheet true: one writer at a time, no transaction open while Google is called, and what lasts is
told to the staff once, as is its end."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from handlers.wiring import Wiring
from models import channels, errands, mirrored
from models.channels import ChannelState
from models.db import Tx
from office import audit, figures, mirror, notices
from office.calendar import buddhist_year
from office.google.contents import Ledger, Outcome
from office.google.sheet import GoogleSheet, Hold
from office.google.trouble import REASONS, Busy, Closed, Trouble
from office.tables import YearTables

log = structlog.get_logger()

GOOGLE = "google"
#: Whoever writes may be silent so long: longer than a token and a call with all their time-outs.
LEASE = timedelta(seconds=100)
#: What Google cannot do for so long is told.
LASTING = timedelta(minutes=10)
#: So many keys are named; the rest is counted.
NAMED = 20

#: One of the sheet's two ways to become right: `follow` or `rebuild`.
Way = Callable[[GoogleSheet, Sequence[YearTables], Ledger, Hold], Outcome]


def ask(tx: Tx, year: int, now: datetime) -> None:
    """Have the sheet of this year looked at."""
    errands.put(tx, GOOGLE, lane=_lane(year), arguments={"year": year}, now=now)


def mind(wiring: Wiring, tx: Tx, now: datetime) -> None:
    """Every minute: people may have written into the tabs of this year and, in its last days, of the next. The others
    are looked at once a night."""
    if wiring.google is None:
        for name in _troubles(tx):  # it may have been switched off because it was in trouble
            channels.clear(tx, name)
        return
    for year in _minded(tx, now):
        mirrored.expect(tx, _lane(year), now)
        ask(tx, year, now)


def follow(wiring: Wiring, _: str, arguments: Mapping[str, Any]) -> None:
    """Make the tabs of one year true. Raises Trouble."""
    if wiring.google is None:
        return
    year = int(arguments["year"])

    def read(tx: Tx) -> list[YearTables]:
        return [_tables(wiring, tx, year)]

    _go(wiring, wiring.google, read, GoogleSheet.follow)


def rebuild(wiring: Wiring) -> None:
    """Make the whole sheet anew, as it may have been thrown away. Raises Trouble."""
    if wiring.google is None:
        return

    def read(tx: Tx) -> list[YearTables]:
        return [_tables(wiring, tx, year) for year in _years(tx, wiring.now())]

    _go(wiring, wiring.google, read, GoogleSheet.rebuild)


def _tables(wiring: Wiring, tx: Tx, year: int) -> YearTables:
    """With สรุป if it is this year, whose figures the one tab of that name holds."""
    tables, now = mirror.read_tables(tx, year), wiring.now()
    if year != buddhist_year(now):
        return tables
    return replace(tables, summary=figures.summary(tx, wiring.office, wiring.book.offered, year, now))


def _years(tx: Tx, now: datetime) -> list[int]:
    """The years that have tabs, oldest first: this one, and all others of which anything is registered."""
    return sorted({*mirror.years(tx), buddhist_year(now)})


def _minded(tx: Tx, now: datetime) -> list[int]:
    """The years that are looked at each minute: this one and, in its last days, the next."""
    return [year for year in _years(tx, now) if year >= buddhist_year(now)]


def _lane(year: int) -> str:
    return f"{GOOGLE}:{year}"


def _troubles(tx: Tx) -> list[str]:
    """What is wrong with the sheet: `GOOGLE` as a whole, or lanes of it."""
    return [name for name in channels.states(tx) if name.split(":")[0] == GOOGLE]


def age(wiring: Wiring, tx: Tx, now: datetime) -> float | None:
    """Seconds since all that is looked at each minute was last known to be true; None without a sheet."""
    true_at = mirrored.true_at(tx, map(_lane, _minded(tx, now))) if wiring.google is not None else None
    return None if true_at is None else round((now - true_at).total_seconds(), 3)


def _go(wiring: Wiring, google: GoogleSheet, read: Callable[[Tx], Sequence[YearTables]], way: Way) -> None:
    with _writing(wiring) as hold:  # whoever wrote before us may have written what we do not know yet: read afterwards
        with wiring.database.reading() as tx:
            tables, ledger = read(tx), mirrored.ledger(tx)
        lanes = [_lane(each.year) for each in tables]
        try:
            outcome = way(google, tables, ledger, hold)
        except Trouble as trouble:
            _tell(wiring, trouble, lanes[-1])
            raise
        with wiring.database.transaction() as tx:
            _note(tx, ledger, outcome, wiring.now())
            _well(tx, lanes, wiring.now())


@contextmanager
def _writing(wiring: Wiring) -> Iterator[Hold]:
    """As the one writer. What comes out is called before each call to Google. Raises Busy if somebody else is it."""
    writer = secrets.token_hex(8)

    def hold() -> None:
        now = wiring.now()
        with wiring.database.transaction() as tx:
            if not mirrored.take(tx, GOOGLE, writer, now, now + LEASE):
                raise Busy("another writer")

    hold()
    try:
        yield hold
    finally:
        with wiring.database.transaction() as tx:
            mirrored.let_go(tx, GOOGLE, writer, wiring.now())


def _well(tx: Tx, lanes: Sequence[str], now: datetime) -> None:
    """These lanes are true, so Google works; the staff hear of it when nothing else is in trouble."""
    for lane in lanes:
        mirrored.was_true(tx, lane, now)
    cleared = [name for name in (GOOGLE, *lanes) if channels.clear(tx, name)]
    if cleared and not _troubles(tx):
        notices.trouble(tx, "ทะเบียนใน Google Sheets กลับมาปรับปรุงตามปกติแล้ว", now)


def _tell(wiring: Wiring, trouble: Trouble, lane: str) -> None:
    """The staff hear of what lasts, once: of what somebody must mend at once, of the rest after ten minutes. Whatever
    waits for somebody concerns the whole sheet, but for calls that Google does not like; all else its lane."""
    if isinstance(trouble, Busy):
        return
    now, closed = wiring.now(), isinstance(trouble, Closed)
    with wiring.database.transaction() as tx:
        since, others = mirrored.failed(tx, lane, now), _troubles(tx)
        if not closed and now - since <= LASTING:
            return
        why = REASONS.get(trouble.reason, "ติดต่อ Google ไม่ได้เป็นเวลานาน ระบบจะลองใหม่ต่อไป")
        name = GOOGLE if closed and trouble.reason != "odd" else lane
        standing = channels.states(tx).get(name)
        if closed and standing and standing.reason != trouble.reason:  # somebody mended one thing, and met the next
            channels.clear(tx, name)
        news = channels.set_state(tx, ChannelState(name, "stopped", trouble.reason, now, now + LASTING))
        if news and (closed or not others):
            notices.trouble(tx, f"ทะเบียนใน Google Sheets หยุดปรับปรุง: {why}\nข้อมูลในระบบยังครบถ้วน", now)


def _note(tx: Tx, ledger: Ledger, outcome: Outcome, now: datetime) -> None:
    """What stands in the sheet, and what people did to our cells: keys, never what they wrote."""
    seen = ((tab, key, known) for tab, rows in outcome.known.items() for key, known in rows.items())
    mirrored.note(tx, [each for each in seen if ledger.get(each[0], {}).get(each[1]) != each[2]])
    for what in ("edited", "gone", "doubled"):
        for tab, keys in getattr(outcome, what).items():
            log.warning("mirror_put_right", what=what, tab=tab, rows=len(keys))
            facts = {"rows": len(keys), "keys": keys[:NAMED]}
            audit.note(tx, "google_sheet", f"mirror_{what}", f"mirror:{tab}", None, facts, now)
    for tab, keys in outcome.refused.items():
        log.error("mirror_rows_refused", tab=tab, keys=keys)
        notices.trouble(tx, f"Google Sheets ไม่รับบางรายการของ “{tab}”: {', '.join(keys)} โปรดแจ้งผู้ดูแลระบบ", now)
