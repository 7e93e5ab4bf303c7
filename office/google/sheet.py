"""ทะเบียนใน Google Sheets: a mirror of the database that people may sort, cut and write in; it can be thrown away.

One look is one cycle: read the tabs, write what is not right (RAW, to named cells), read again. The second reading
is what makes it safe without locks: whoever sorted in between has moved our write, and the next round puts it right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from office.google import dress, figures, grid
from office.google.columns import layout_of, letter
from office.google.contents import Content, Ledger, Outcome, charts_moved, known, plan_of, tabs_of, without_rows
from office.google.grid import Plan, Tab, blocks
from office.google.slips import Write
from office.google.trouble import Closed, Later, Unwelcome
from office.tables import Summary, YearTables

if TYPE_CHECKING:
    from office.google.client import HTTPClient

log = structlog.get_logger()

#: So many rows go into one call; 2 MB is what Google recommends at most.
ROWS_A_CALL = 500
#: Look, write, look; more only while people move things under our hands.
ROUNDS = 7
_SIZE = re.compile(r"!\$?[A-Z]+\$?\d+:\$?([A-Z]+)\$?(\d+)$")

#: Called before each call to Google: raises if somebody else has become the writer.
Hold = Callable[[], None]
#: The writes of some rows, by tab and row.
Rows = dict[tuple[str, int], list[Write]]


class GoogleSheet:
    """The office's spreadsheet, as an account may use it with which a person has shared it. gspread is loaded at the
    first call: an office without Google never pays for it."""

    def __init__(self, account_file: Path, sheet_id: str, url: str, timeout: tuple[float, float] | None = None) -> None:
        self._account_file, self._id, self._url, self._timeout = account_file, sheet_id, url, timeout
        self._account = ""
        self._client: HTTPClient | None = None

    def follow(self, years: Sequence[YearTables], ledger: Ledger, hold: Hold) -> Outcome:
        """Make the tabs of these years right. Raises Trouble; whatever was written until then is right already."""
        with _understood():
            return self._follow(tabs_of(years), ledger, hold)

    def rebuild(self, years: Sequence[YearTables], ledger: Ledger, hold: Hold) -> Outcome:
        """Write everything anew, in order, with its looks and rights: one batch, done as a whole or not at all."""
        wanted = tabs_of(years)
        with _understood():
            self._make(wanted, hold)
            return self._follow(wanted, ledger, hold)

    def _follow(self, wanted: Mapping[str, Content], ledger: Ledger, hold: Hold) -> Outcome:
        outcome = Outcome()
        plans: dict[str, Plan] = {}
        for turn in range(ROUNDS):
            tabs = self._tabs(wanted, hold)
            plans = {t: plan_of(tabs[t], content, ledger, outcome, plans.get(t)) for t, content in wanted.items()}
            outcome.notice(plans)
            if all(plan.idle for plan in plans.values()):
                self._make(charts_moved(wanted, ledger), hold)
                outcome.known = known(wanted, ledger, outcome)
                return outcome
            try:
                self._make_room(tabs, plans, hold)
                for title, key in self._write(plans, hold, one_by_one=turn > 0):
                    outcome.refuse(title, key, wanted[title])
            except Unwelcome:  # somebody has made the tab smaller; if it is a row, the next round finds out which
                log.warning("mirror_write_refused", round=turn)
        raise Later("restless")

    # --- calls ---

    def call(self) -> HTTPClient:
        """The client of gspread. Raises Closed if the account's file cannot be used."""
        if self._client is None:
            from office.google.client import TIMEOUT, account_in, connect

            try:
                account = account_in(self._account_file)
                client = connect(account, self._url, self._timeout or TIMEOUT)
            except (OSError, ValueError, TypeError, KeyError):
                raise Closed("key") from None
            self._client, self._account = client, str(account["client_email"])
        return self._client

    def _tabs(self, wanted: Mapping[str, Content], hold: Hold) -> dict[str, Tab]:
        """The tabs as they stand; those that are not there are made first."""
        hold()
        try:
            return self._read(list(wanted))
        except Unwelcome:
            there = self._there(wanted, hold)
        self._make({title: content for title, content in wanted.items() if title not in there}, hold)
        hold()
        return self._read(list(wanted))

    def _read(self, titles: Sequence[str]) -> dict[str, Tab]:
        if not titles:
            return {}
        # FORMULA: what stands in the cell, not how it looks
        options: dict[str, Any] = {"valueRenderOption": "FORMULA", "majorDimension": "ROWS"}
        answer = self.call().values_batch_get(self._id, [_quoted(title) for title in titles], options)
        found = answer.get("valueRanges", ())
        if len(found) != len(titles):
            raise Later("an odd answer")
        return {title: _tab(title, each) for title, each in zip(titles, found, strict=True)}

    def _meta(self, hold: Hold) -> list[dict[str, Any]]:
        """What Google says of every tab but its cells."""
        hold()
        return list(self.call().spreadsheets_get(self._id, dict(dress.META)).get("sheets", ()))

    def _there(self, wanted: Mapping[str, Content], hold: Hold) -> dict[str, dict[str, Any]]:
        """The same by title. A tab of ours to which somebody gave another name gets its own back, notes and all."""
        found = {sheet["properties"]["title"]: sheet for sheet in self._meta(hold)}
        ours = {dress.sheet_id(title): title for title in wanted if title not in found}
        named = {title: ours.get(sheet["properties"]["sheetId"], title) for title, sheet in found.items()}
        astray = [(found[title], name) for title, name in named.items() if name != title]
        self._batch([dress.named(sheet["properties"]["sheetId"], name) for sheet, name in astray], hold)
        return {named[title]: sheet for title, sheet in found.items()}

    def _batch(self, requests: Sequence[Mapping[str, Any]], hold: Hold) -> None:
        if requests:
            hold()
            self.call().batch_update(self._id, {"requests": list(requests)})

    def _make(self, wanted: Mapping[str, Content], hold: Hold) -> None:
        """Make tabs, or make them anew around what people wrote. If Google does not like all of it, without the rows,
        among which `follow` finds the bad one; if not even that, the bare tabs."""
        if not wanted:
            return
        there = self._there(wanted, hold)
        hold()
        tabs = self._read([title for title in wanted if title in there])
        for contents in (wanted, {title: without_rows(content) for title, content in wanted.items()}):
            try:
                self._batch([r for title in wanted for r in self._whole(title, contents[title], there, tabs)], hold)
            except Unwelcome:
                log.exception("mirror_not_dressed")
            else:
                return
        self._batch([dress.made(title) for title in wanted if title not in there], hold)

    def _whole(
        self, title: str, content: Content, there: Mapping[str, dict[str, Any]], tabs: Mapping[str, Tab]
    ) -> Iterator[dress.Json]:
        if title not in there:
            yield dress.made(title)
        tab = tabs.get(title, Tab(title, dress.SPARE, 26, ()))
        meta = there.get(title, {"properties": {"sheetId": dress.sheet_id(title)}})
        sheet = meta["properties"]["sheetId"]
        if isinstance(content, Summary):
            plan = figures.plan(tab, content)
            yield from (*dress.grown(sheet, plan, tab), *dress.written(sheet, plan.writes))
            yield from figures.dressed(meta, content, self._account)
            return
        if layout_of(tab.cells, content) is None:
            yield dress.headed(sheet)
            tab = replace(tab, rows=tab.rows + 1, cells=[[], *tab.cells])
        plan = grid.plan(tab, content, frozenset(), whole=True)
        yield from (*dress.grown(sheet, plan, tab), *dress.written(sheet, plan.writes))
        yield from dress.inserted(sheet, plan.new)
        yield from dress.dressed(meta, content, plan)

    def _make_room(self, tabs: Mapping[str, Tab], plans: Mapping[str, Plan], hold: Hold) -> None:
        tight = {t for t, plan in plans.items() if plan.rows > tabs[t].rows or plan.columns > tabs[t].columns}
        headless = {title for title, plan in plans.items() if plan.headless}
        if tight or headless:
            ids = self._ids(hold)
            room = [r for title in tight if title in ids for r in dress.grown(ids[title], plans[title], tabs[title])]
            self._batch([*(dress.headed(ids[title]) for title in headless if title in ids), *room], hold)

    def _ids(self, hold: Hold) -> dict[str, int]:
        return {sheet["properties"]["title"]: sheet["properties"]["sheetId"] for sheet in self._meta(hold)}

    def _write(self, plans: Mapping[str, Plan], hold: Hold, *, one_by_one: bool) -> Iterator[tuple[str, str]]:
        """Do what is planned. `one_by_one`: of a call that Google refuses, find out which rows it is, and yield tab and
        key of those."""

        def put(rows: Rows) -> None:
            data = [_range(title, *block) for title, writes in _by_tab(rows).items() for block in blocks(writes)]
            hold()
            self.call().values_batch_update(self._id, {"valueInputOption": "RAW", "data": data})

        yield from _send({title: plan.writes for title, plan in plans.items()}, put, one_by_one=one_by_one)
        if not any(plan.new for plan in plans.values()):
            return
        ids = self._ids(hold)

        def insert(rows: Rows) -> None:
            new = {ids[title]: writes for title, writes in _by_tab(rows).items() if title in ids}
            self._batch([r for sheet, writes in new.items() for r in dress.inserted(sheet, writes)], hold)

        yield from _send({title: plan.new for title, plan in plans.items()}, insert, one_by_one=one_by_one)


@contextmanager
def _understood() -> Iterator[None]:
    """A call that Google does not like and nobody in here knows how to mend is a trouble like any other."""
    try:
        yield
    except Unwelcome:
        log.exception("mirror_call_refused")
        raise Closed("odd") from None


def _send(
    writes: Mapping[str, Sequence[Write]], send: Callable[[Rows], None], *, one_by_one: bool
) -> Iterator[tuple[str, str]]:
    """Send the rows so many at a time; yields tab and key of those that are refused alone too."""
    rows: Rows = {}
    for title, some in writes.items():
        for write in some:
            rows.setdefault((title, write.row), []).append(write)
    places = list(rows)
    for start in range(0, len(places), ROWS_A_CALL):
        part = {place: rows[place] for place in places[start : start + ROWS_A_CALL]}
        if one_by_one:
            yield from _halved(part, send)
        else:
            send(part)


def _halved(rows: Rows, send: Callable[[Rows], None]) -> Iterator[tuple[str, str]]:
    try:
        send(rows)
    except Unwelcome:
        if len(rows) == 1:
            yield from ((title, writes[0].key) for (title, _), writes in rows.items())
            return
        half, places = len(rows) // 2, list(rows)
        for part in (places[:half], places[half:]):
            yield from _halved({place: rows[place] for place in part}, send)


def _by_tab(rows: Rows) -> dict[str, list[Write]]:
    found: dict[str, list[Write]] = {}
    for (title, _), writes in rows.items():
        found.setdefault(title, []).extend(writes)
    return found


def _tab(title: str, found: Mapping[str, Any]) -> Tab:
    size = _SIZE.search(found["range"])
    column, rows = (size[1], int(size[2])) if size else ("A", 1)
    columns = 0
    for character in column:
        columns = columns * 26 + ord(character) - ord("A") + 1
    return Tab(title, rows, columns, found.get("values", []))


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _range(title: str, row: int, column: int, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    end = f"{letter(column + len(rows[0]) - 1)}{row + len(rows)}"
    name = f"{_quoted(title)}!{letter(column)}{row + 1}:{end}"
    return {"range": name, "majorDimension": "ROWS", "values": [list(each) for each in rows]}
