"""How a tab looks, and who may write where: requests of one batchUpdate, which Google does as a whole or not at all.

Whatever is ours (the protection, the filter view, the colour of late rows) is taken away and made anew; what people
added (their colours, their own views and rules) stays.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from office.google.columns import Layout, letter
from office.google.grid import Plan, Tab, blocks
from office.google.slips import Write
from office.tables import Table

Json = dict[str, Any]

OURS = "รับเรื่อง: ระบบเขียนส่วนนี้ให้ เจ้าหน้าที่เขียนในช่องบันทึกของตน"
OPEN_ONES = "เรื่องที่ยังไม่เสร็จ"
#: Rows to spare below the last one, so that growing is rare.
SPARE = 500
_WIDTHS = {"จาก": 200, "ถึง": 210, "เรื่อง": 280, "การปฏิบัติ": 210, "หมายเหตุ": 300, "วันเวลาที่รับ": 190, "หน่วยงาน": 210}
_WIDTH, _STAFFS_WIDTH = 120, 300
_HEAD = {"red": 0.91, "green": 0.933, "blue": 0.957}
_LATE = {"red": 0.992, "green": 0.89, "blue": 0.882}
_META = "sheets(properties(sheetId,title,gridProperties),protectedRanges,filterViews,conditionalFormats,charts)"
META: Json = {"fields": _META, "includeGridData": "false"}


def sheet_id(title: str) -> int:
    """The number under which we make a tab; fixed, so that making it twice fails instead of making two, and it is known
    under whatever name."""
    return zlib.crc32(title.encode()) & 0x7FFFFFFF


def made(title: str) -> Json:
    """A tab that is not there yet."""
    size = {"rowCount": SPARE, "columnCount": 26, "frozenRowCount": 1}
    return {"addSheet": {"properties": {"sheetId": sheet_id(title), "title": title, "gridProperties": size}}}


def named(sheet: int, title: str) -> Json:
    """The tab under its own name again."""
    return {"updateSheetProperties": {"properties": {"sheetId": sheet, "title": title}, "fields": "title"}}


def grown(sheet: int, plan: Plan, tab: Tab) -> Iterator[Json]:
    """Room for what is planned, and some more."""
    sizes = (("ROWS", plan.rows, tab.rows, SPARE), ("COLUMNS", plan.columns, tab.columns, 0))
    for dimension, wanted, there, spare in sizes:
        if wanted > there:
            length = wanted + spare - there
            yield {"appendDimension": {"sheetId": sheet, "dimension": dimension, "length": length}}


def headed(sheet: int) -> Json:
    """An empty row before all others."""
    first = {"sheetId": sheet, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    return {"insertDimension": {"range": first, "inheritFromBefore": False}}


def written(sheet: int, writes: Sequence[Write]) -> Iterator[Json]:
    """The cells, typed: text is never parsed."""
    for row, column, rows in blocks(writes):
        cells = [{"values": [_cell(cell) for cell in each]} for each in rows]
        start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
        yield {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}


def inserted(sheet: int, new: Sequence[Write]) -> Iterator[Json]:
    """Rows of their own for these writes, and their cells: whatever stood there is pushed down, never overwritten."""
    if new:
        rows = {"startIndex": min(write.row for write in new), "endIndex": max(write.row for write in new) + 1}
        place = {"sheetId": sheet, "dimension": "ROWS", **rows}
        yield {"insertDimension": {"range": place, "inheritFromBefore": False}}
        yield from written(sheet, new)


def _cell(cell: str | int) -> Json:
    if cell == "":
        return {}
    return {"userEnteredValue": {"numberValue" if isinstance(cell, int) else "stringValue": cell}}


def _in_order(sheet: int, layout: Layout, table: Table) -> Json:
    """Whole rows, notes and all, by their key: Google moves them, so no note passes through our hands."""
    by = {"dimensionIndex": layout.at[table.header.index(table.key)], "sortOrder": "ASCENDING"}
    return {"sortRange": {"range": {"sheetId": sheet, "startRowIndex": layout.top + 1}, "sortSpecs": [by]}}


def dressed(tab: Mapping[str, Any], table: Table, plan: Plan) -> Iterator[Json]:
    """The tab in its order, its looks and its rights, once it is written. `tab` is what Google says of it."""
    sheet, layout = tab["properties"]["sheetId"], plan.layout
    if layout is None:
        return
    yield _in_order(sheet, layout, table)
    yield from undressed(tab)
    frozen = {"sheetId": sheet, "gridProperties": {"frozenRowCount": layout.top + 1}}
    yield {"updateSheetProperties": {"properties": frozen, "fields": "gridProperties.frozenRowCount"}}
    head = {"sheetId": sheet, "startRowIndex": layout.top, "endRowIndex": layout.top + 1}
    yield _looks(head, {"textFormat": {"bold": True}, "backgroundColor": _HEAD, "wrapStrategy": "WRAP"})
    for start, columns in layout.runs:
        box = {"sheetId": sheet, "startColumnIndex": start, "endColumnIndex": start + len(columns)}
        yield _looks(box, {"numberFormat": {"type": "TEXT"}})
        yield _protected({"range": box, "warningOnly": True})
    for name, column in zip(table.header, layout.at, strict=True):
        yield _wide(sheet, column, _WIDTHS.get(name, _WIDTH))
    for column, name in (*layout.headings, *layout.theirs):
        if name in table.staffs:
            yield _wide(sheet, column, _STAFFS_WIDTH)
    width = {"startColumnIndex": 0, "endColumnIndex": plan.columns}
    everything = {"sheetId": sheet, "startRowIndex": layout.top, **width}
    criteria = {str(layout.at[table.header.index(table.status)]): {"hiddenValues": list(table.ended)}}
    yield {"addFilterView": {"filter": {"title": OPEN_ONES, "range": everything, "criteria": criteria}}}
    yield _coloured({**everything, "startRowIndex": layout.top + 1}, layout, table)


def undressed(tab: Mapping[str, Any]) -> Iterator[Json]:
    """What we had put over the cells, taken away."""
    for each in tab.get("protectedRanges", ()):
        if each.get("description") == OURS:
            yield {"deleteProtectedRange": {"protectedRangeId": each["protectedRangeId"]}}
    for each in tab.get("filterViews", ()):
        if each.get("title") == OPEN_ONES:
            yield {"deleteFilterView": {"filterId": each["filterViewId"]}}
    for index, rule in reversed(list(enumerate(tab.get("conditionalFormats", ())))):
        values = rule.get("booleanRule", {}).get("condition", {}).get("values") or [{}]
        if str(values[0].get("userEnteredValue", "")).startswith(_LATE_BEGINS):
            yield {"deleteConditionalFormatRule": {"sheetId": tab["properties"]["sheetId"], "index": index}}


def locked(sheet: int, account: str) -> Json:
    """A tab in which nobody else writes."""
    return _protected({"range": {"sheetId": sheet}, "editors": {"users": [account]}, "warningOnly": False})


def _protected(how: Json) -> Json:
    return {"addProtectedRange": {"protectedRange": {**how, "description": OURS}}}


_LATE_BEGINS = "=AND(ISTEXT($"


def _coloured(box: Json, layout: Layout, table: Table) -> Json:
    """Past its day and not ended."""
    first = layout.top + 2
    due, status = (f"${letter(layout.at[table.header.index(name)])}{first}" for name in (table.due, table.status))
    ended = ",".join(f'{status}="{word}"' for word in table.ended)
    formula = f"{_LATE_BEGINS}{due[1:]}),NOT(OR({ended})),IFERROR(DATEVALUE({due})<TODAY(),FALSE))"
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
    rule = {"ranges": [box], "booleanRule": {"condition": condition, "format": {"backgroundColor": _LATE}}}
    return {"addConditionalFormatRule": {"rule": rule, "index": 0}}


def _looks(box: Json, looks: Json) -> Json:
    fields = ",".join(f"userEnteredFormat.{name}" for name in looks)
    return {"repeatCell": {"range": box, "cell": {"userEnteredFormat": looks}, "fields": fields}}


def _wide(sheet: int, column: int, pixels: int) -> Json:
    place = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
    return {"updateDimensionProperties": {"range": place, "properties": {"pixelSize": pixels}, "fields": "pixelSize"}}
