"""The tab of figures (`สรุป`): its cells, and the charts beside its blocks. Its columns are nobody else's to write in;
what people put beside them, charts too, stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from office.google.dress import Json, locked, sheet_id, undressed
from office.google.grid import Plan, Row, Tab
from office.google.slips import Write
from office.tables import COLOURS, Block, Summary

#: Charts stand this many columns to the right of the widest block.
GAP = 1
#: So many charts may be ours; the number of each is fixed by its place, so that it is known again.
CHARTS = 50
_TIME = re.compile(r"\d\d\.\d\d")
_KINDS = {"column": "COLUMN", "stacked": "COLUMN", "line": "LINE"}


def lines(summary: Summary) -> list[Row]:
    """The whole tab, row by row, as long as each goes."""
    found: dict[int, Row] = {row: (note,) for row, note in enumerate(summary.notes)}
    for row, block in summary.placed():
        found |= {row: (block.title,), row + 1: block.header}
        found |= {row + 2 + i: cells for i, cells in enumerate(block.rows)}
    return [found.get(row, ()) for row in range(max(found, default=-1) + 1)]


def plan(tab: Tab, summary: Summary) -> Plan:
    """Every row that does not say what it should, as wide as the figures are; what stands below goes. The time of day
    at which they were counted is news only if something else is."""
    wanted = lines(summary)
    width = max((len(row) for row in wanted), default=1)
    writes, news = [], False
    for number in range(max(len(wanted), len(tab.cells))):
        now = _padded(tab.cells[number] if number < len(tab.cells) else (), width)
        due = _padded(wanted[number] if number < len(wanted) else (), width)
        if now != due:
            writes.append(Write(number, 0, due))
            news = news or number >= len(summary.notes) or _timeless(now) != _timeless(due)
    rows, columns = max(tab.rows, len(wanted)), max(tab.columns, width)
    return Plan(tuple(writes) if news else (), rows, columns)


def _padded(cells: Sequence[Any], width: int) -> Row:
    return (*cells[:width], *[""] * (width - len(cells)))


def _timeless(cells: Row) -> list[str]:
    return [_TIME.sub("", str(cell)) for cell in cells]


def shape(summary: Summary) -> str:
    """Changes when the charts have to be drawn anew: blocks came, went, moved or grew."""
    told = [(row, block.title, block.header, len(block.rows), block.chart) for row, block in summary.placed()]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def dressed(tab: Mapping[str, Any], summary: Summary, account: str) -> Iterator[Json]:
    """Locked, and with a chart beside each block that wants one."""
    sheet = tab["properties"]["sheetId"]
    yield from undressed(tab)
    ours = [sheet_id(f"{sheet} {place}") for place in range(CHARTS)]
    for chart in tab.get("charts", ()):
        if chart["chartId"] in ours:
            yield {"deleteEmbeddedObject": {"objectId": chart["chartId"]}}
    yield locked(sheet, account)
    beside = max((len(block.header) for block in summary.blocks), default=0) + GAP
    drawn = [(row, block) for row, block in summary.placed() if block.chart and block.rows]
    for number, (row, block) in zip(ours, drawn, strict=False):
        chart = {"chartId": number, "spec": _spec(sheet, row + 1, block), "position": _place(sheet, row, beside)}
        yield {"addChart": {"chart": chart}}


def _place(sheet: int, row: int, column: int) -> Json:
    anchor = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    return {"overlayPosition": {"anchorCell": anchor, "widthPixels": 520, "heightPixels": 300}}


def _spec(sheet: int, head: int, block: Block) -> Json:
    end = head + 1 + len(block.rows)
    if block.chart == "pie":
        pie = {"domain": _source(sheet, head + 1, end, 0), "series": _source(sheet, head + 1, end, 1)}
        return {"title": block.title, "pieChart": {**pie, "legendPosition": "RIGHT_LEGEND"}}
    columns = [_source(sheet, head, end, column) for column in range(len(block.header))]
    basic = {
        "chartType": _KINDS[block.chart],
        "legendPosition": "BOTTOM_LEGEND",
        "headerCount": 1,
        "domains": [{"domain": columns[0]}],
        "series": [
            {"series": column, "targetAxis": "LEFT_AXIS", "colorStyle": {"rgbColor": _rgb(COLOURS[n % len(COLOURS)])}}
            for n, column in enumerate(columns[1:])
        ],
        **({"stackedType": "STACKED"} if block.chart == "stacked" else {}),
    }
    return {"title": block.title, "basicChart": basic}


def _rgb(colour: str) -> Json:
    return {name: int(colour[at : at + 2], 16) / 255 for name, at in (("red", 1), ("green", 3), ("blue", 5))}


def _source(sheet: int, start: int, end: int, column: int) -> Json:
    columns = {"startColumnIndex": column, "endColumnIndex": column + 1}
    return {"sourceRange": {"sources": [{"sheetId": sheet, "startRowIndex": start, "endRowIndex": end, **columns}]}}
