"""The tab of figures (`สรุป`): its cells, and the charts beside its blocks. Nobody else writes in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from office.google.dress import Json, locked, undressed
from office.google.grid import Plan, Row, Tab, Write
from office.tables import Block, Summary

#: Charts stand this many columns to the right of the widest block.
GAP = 1
_KINDS = {"column": "COLUMN", "stacked": "COLUMN", "line": "LINE"}


def lines(summary: Summary) -> list[Row]:
    """The whole tab, row by row, as long as each goes."""
    found: dict[int, Row] = {row: (note,) for row, note in enumerate(summary.notes)}
    for row, block in summary.placed():
        found |= {row: (block.title,), row + 1: block.header}
        found |= {row + 2 + i: cells for i, cells in enumerate(block.rows)}
    return [found.get(row, ()) for row in range(max(found, default=-1) + 1)]


def plan(tab: Tab, summary: Summary) -> Plan:
    """Every row that does not say what it should, written over its whole length; what stands below goes."""
    wanted = lines(summary)
    there = [tuple(row) for row in tab.cells]
    writes = []
    for number in range(max(len(wanted), len(there))):
        now = there[number] if number < len(there) else ()
        due = wanted[number] if number < len(wanted) else ()
        width = max(len(now), len(due))
        due = (*due, *[""] * (width - len(due)))
        if (*now, *[""] * (width - len(now))) != due:
            writes.append(Write(number, 0, due))
    columns = max((len(row) for row in wanted), default=1)
    return Plan(tuple(writes), max(tab.rows, len(wanted)), max(tab.columns, columns))


def shape(summary: Summary) -> str:
    """Changes when the charts have to be drawn anew: blocks came, went, moved or grew."""
    told = [(row, block.title, block.header, len(block.rows), block.chart) for row, block in summary.placed()]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def dressed(tab: Mapping[str, Any], summary: Summary, account: str) -> Iterator[Json]:
    """Locked, and with a chart beside each block that wants one."""
    sheet = tab["properties"]["sheetId"]
    yield from undressed(tab)
    for chart in tab.get("charts", ()):
        yield {"deleteEmbeddedObject": {"objectId": chart["chartId"]}}
    yield locked(sheet, account)
    beside = max((len(block.header) for block in summary.blocks), default=0) + GAP
    for row, block in summary.placed():
        if block.chart and block.rows:
            chart = {"spec": _spec(sheet, row + 1, block), "position": _place(sheet, row, beside)}
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
        "series": [{"series": column, "targetAxis": "LEFT_AXIS"} for column in columns[1:]],
        **({"stackedType": "STACKED"} if block.chart == "stacked" else {}),
    }
    return {"title": block.title, "basicChart": basic}


def _source(sheet: int, start: int, end: int, column: int) -> Json:
    columns = {"startColumnIndex": column, "endColumnIndex": column + 1}
    return {"sourceRange": {"sources": [{"sheetId": sheet, "startRowIndex": start, "endRowIndex": end, **columns}]}}
