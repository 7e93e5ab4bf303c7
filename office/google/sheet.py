"""ทะเบียนใน Google Sheets: a mirror of the database that people may sort, cut and write in; it can be thrown away.

One look is one cycle: read the tabs, write what is not right (RAW, to named cells), read again. The second reading
is what makes it safe without locks: whoever sorted in between has moved our write, and the next round puts it right.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from models.mirrored import Known
from office import mirror
from office.google import dress, figures, grid
from office.google.columns import layout_of, letter
from office.google.grid import Before, Plan, Tab, Write, blocks
from office.google.trouble import Closed, Later, Unwelcome
from office.tables import Summary, Table, YearTables, cell_text

if TYPE_CHECKING:
    from office.google.client import HTTPClient

log = structlog.get_logger()

#: So many rows go into one call; 2 MB is what Google recommends at most.
ROWS_A_CALL = 500
#: Look, write, look; more only while people move things under our hands.
ROUNDS = 5
#: More rows refused one by one than this, and it is not the rows.
MOST_REFUSED = 5
_SIZE = re.compile(r"!\$?[A-Z]+\$?\d+:\$?([A-Z]+)\$?(\d+)$")
#: The key under which a tab's charts are remembered.
CHARTS = ""

#: Called before each call to Google: raises if somebody else has become the writer.
Hold = Callable[[], None]
Content = Table | Summary
#: What was last seen in the sheet, by tab and key.
Ledger = Mapping[str, Mapping[str, Known]]


@dataclass
class Outcome:
    """What stands in the sheet now, by tab and key, and what was noticed on the way (keys, never texts)."""

    known: dict[str, dict[str, Known]] = field(default_factory=dict)
    refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    edited: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gone: dict[str, tuple[str, ...]] = field(default_factory=dict)
    doubled: dict[str, tuple[str, ...]] = field(default_factory=dict)


class GoogleSheet:
    """The office's spreadsheet, as an account may use it with which a person has shared it. gspread is loaded at the
    first call: an office without Google never pays for it."""

    def __init__(self, account_file: Path, sheet_id: str, url: str, timeout: tuple[float, float] | None = None) -> None:
        self._account_file, self._id, self._url, self._timeout = account_file, sheet_id, url, timeout
        self._account = ""
        self._client: HTTPClient | None = None

    def follow(self, years: Sequence[YearTables], ledger: Ledger, hold: Hold) -> Outcome:
        """Make the tabs of these years right. Raises Trouble; whatever was written until then is right already."""
        wanted, outcome = tabs_of(years), Outcome()
        before: dict[str, Before] = {}
        for turn in range(ROUNDS):
            tabs = self._tabs(wanted, hold)
            plans = {title: _plan(tabs[title], wanted[title], ledger, outcome, before, turn) for title in wanted}
            _notice(outcome, plans)
            if not any(plan.writes or plan.headless for plan in plans.values()):
                self._charts(wanted, ledger, hold)
                outcome.known = _known(wanted, ledger, outcome)
                return outcome
            try:
                self._make_room(tabs, plans, hold)
                self._write(plans, wanted, outcome, hold, one_by_one=turn > 0)
            except Unwelcome:  # somebody has made the tab smaller; if it is a row, the next round finds out which
                log.warning("mirror_write_refused", round=turn)
            before = {title: plan.before for title, plan in plans.items()}
        raise Later("the sheet does not come to rest")

    def rebuild(self, years: Sequence[YearTables], ledger: Ledger, hold: Hold) -> Outcome:
        """Write everything anew, in order, with its looks and rights: one batch, done as a whole or not at all."""
        wanted = tabs_of(years)
        self._make(wanted, hold)
        return self.follow(years, ledger, hold)

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
            there = self._meta(hold)
            missing = {title: content for title, content in wanted.items() if title not in there}
        if not missing:
            raise Closed("odd")
        self._make(missing, hold)
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

    def _meta(self, hold: Hold) -> dict[str, dict[str, Any]]:
        """What Google says of every tab but its cells."""
        hold()
        found = self.call().spreadsheets_get(self._id, dict(dress.META))
        return {sheet["properties"]["title"]: sheet for sheet in found.get("sheets", ())}

    def _batch(self, requests: Sequence[Mapping[str, Any]], hold: Hold) -> None:
        if requests:
            hold()
            self.call().batch_update(self._id, {"requests": list(requests)})

    def _make(self, wanted: Mapping[str, Content], hold: Hold) -> None:
        """Make tabs, or make them anew around what people wrote. If Google does not like all of it, without the rows,
        among which `follow` finds the bad one; if not even that, the bare tabs."""
        there = self._meta(hold)
        hold()
        tabs = self._read([title for title in wanted if title in there])
        for contents in (wanted, {title: _emptied(content) for title, content in wanted.items()}):
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
        layout = layout_of(tab.cells, content)
        if layout is None:
            yield dress.headed(sheet)
            tab = replace(tab, rows=tab.rows + 1, cells=[[], *tab.cells])
            layout = layout_of(tab.cells, content)
        plan = grid.plan(tab, content, frozenset(), whole=True)
        yield from (*dress.grown(sheet, plan, tab), *dress.written(sheet, plan.writes))
        yield from dress.dressed(meta, layout, content, self._account, plan) if layout else ()

    def _charts(self, wanted: Mapping[str, Content], ledger: Ledger, hold: Hold) -> None:
        """Draw the charts anew where blocks have moved."""
        moved = {
            title: content
            for title, content in wanted.items()
            if isinstance(content, Summary) and _remembered(ledger, title, CHARTS) not in ("", figures.shape(content))
        }
        if moved:
            self._make(moved, hold)

    def _make_room(self, tabs: Mapping[str, Tab], plans: Mapping[str, Plan], hold: Hold) -> None:
        tight = {t for t, plan in plans.items() if plan.rows > tabs[t].rows or plan.columns > tabs[t].columns}
        headless = {title for title, plan in plans.items() if plan.headless}
        if tight or headless:
            ids = {title: meta["properties"]["sheetId"] for title, meta in self._meta(hold).items()}
            room = [r for title in tight if title in ids for r in dress.grown(ids[title], plans[title], tabs[title])]
            self._batch([*(dress.headed(ids[title]) for title in headless if title in ids), *room], hold)

    def _write(
        self,
        plans: Mapping[str, Plan],
        wanted: Mapping[str, Content],
        outcome: Outcome,
        hold: Hold,
        *,
        one_by_one: bool,
    ) -> None:
        rows: dict[tuple[str, int], list[Write]] = {}
        for title, plan in plans.items():
            for write in plan.writes:
                rows.setdefault((title, write.row), []).append(write)
        places = list(rows)
        for start in range(0, len(places), ROWS_A_CALL):
            part = {place: rows[place] for place in places[start : start + ROWS_A_CALL]}
            for (title, _), writes in self._send(part, hold, one_by_one=one_by_one):
                _refuse(outcome, title, writes[0].key, wanted[title])

    def _send(
        self, rows: dict[tuple[str, int], list[Write]], hold: Hold, *, one_by_one: bool
    ) -> Iterator[tuple[tuple[str, int], list[Write]]]:
        """Write these rows in one call; `one_by_one`: if that is refused, find out which rows it is, and yield them."""
        data = []
        for title in dict.fromkeys(title for title, _ in rows):
            writes = [write for (each, _), some in rows.items() if each == title for write in some]
            data += [_range(title, *block) for block in blocks(writes)]
        hold()
        try:
            self.call().values_batch_update(self._id, {"valueInputOption": "RAW", "data": data})
        except Unwelcome:
            if not one_by_one:
                raise
            if len(rows) == 1:
                yield from rows.items()
                return
            half, places = len(rows) // 2, list(rows)
            for part in (places[:half], places[half:]):
                yield from self._send({place: rows[place] for place in part}, hold, one_by_one=True)


def tabs_of(years: Sequence[YearTables]) -> dict[str, Content]:
    """Every tab with what should stand in it. Registers have a tab for each year; the others one for all, and the
    figures are those of the last year."""
    found: dict[str, Content] = {}
    for tables in years:
        for table in tables.tables:
            title = f"{table.title} {tables.year}" if table.title in mirror.TITLES.values() else table.title
            before = found.get(title)
            rows = tuple(tuple(cell_text(cell) for cell in row) for row in table.rows)
            found[title] = replace(table, rows=(*(before.rows if isinstance(before, Table) else ()), *rows))
        if tables.summary is not None:
            found[tables.summary.title] = tables.summary
    return found


def _emptied(content: Content) -> Content:
    return content if isinstance(content, Summary) else replace(content, rows=())


def version(row: Sequence[str]) -> str:
    """Two rows of the same version say the same."""
    return hashlib.blake2b("\x1f".join(row).encode(), digest_size=16).hexdigest()


def _versions(table: Table) -> dict[str, str]:
    key = table.header.index(table.key)
    return {row[key]: version(row) for row in table.rows}


def _remembered(ledger: Ledger, title: str, key: str) -> str:
    known = ledger.get(title, {}).get(key)
    return known.version if known and not known.refused else ""


def _plan(
    tab: Tab, content: Content, ledger: Ledger, outcome: Outcome, before: Mapping[str, Before], turn: int
) -> Plan:
    if isinstance(content, Summary):
        return figures.plan(tab, content)
    title, versions = tab.title, _versions(content)
    refused = _refused(title, versions, ledger, outcome)
    key = content.header.index(content.key)
    content = replace(content, rows=tuple(row for row in content.rows if row[key] not in refused))
    seen = () if turn else (k for k, its in versions.items() if _remembered(ledger, title, k) == its)
    others = ledger.get(title, {}).keys() - versions.keys()
    return grid.plan(tab, content, frozenset(seen), before.get(title), others=frozenset(others))


def _refused(title: str, versions: Mapping[str, str], ledger: Ledger, outcome: Outcome) -> set[str]:
    """Rows that Google would not have as they are."""
    told = ledger.get(title, {})
    before = {key for key, its in versions.items() if told.get(key) == Known(its, refused=True)}
    return before | set(outcome.refused.get(title, ()))


def _notice(outcome: Outcome, plans: Mapping[str, Plan]) -> None:
    for title, plan in plans.items():
        for name in ("edited", "gone", "doubled"):
            if keys := getattr(plan, name):
                getattr(outcome, name).setdefault(title, keys)


def _refuse(outcome: Outcome, title: str, key: str, content: Content) -> None:
    """Leave the row out until it says something else. Raises Closed if it cannot be the rows."""
    outcome.refused[title] = (*outcome.refused.get(title, ()), key)
    if not key or isinstance(content, Summary) or sum(map(len, outcome.refused.values())) > MOST_REFUSED:
        raise Closed("odd")


def _known(wanted: Mapping[str, Content], ledger: Ledger, outcome: Outcome) -> dict[str, dict[str, Known]]:
    found: dict[str, dict[str, Known]] = {}
    for title, content in wanted.items():
        if isinstance(content, Summary):
            found[title] = {CHARTS: Known(figures.shape(content))}
        else:
            versions = _versions(content)
            refused = _refused(title, versions, ledger, outcome)
            found[title] = {key: Known(its, key in refused) for key, its in versions.items()}
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
