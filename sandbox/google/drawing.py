"""A spreadsheet as `spreadsheets.get` tells it. What is at its default is not said, as protocol buffers have it."""

from __future__ import annotations

import math
import struct
from typing import Any

from sandbox.google.a1 import Box
from sandbox.google.cells import Cell
from sandbox.google.errors import GoogleError, Invalid, bad
from sandbox.google.grid import Book, Json, Sheet
from sandbox.google.masks import Mask, picked, read

_COLOURS = ("backgroundColor", "foregroundColor", "tabColor", "color")
_BOOK = {"spreadsheetId", "properties", "sheets", "namedRanges", "spreadsheetUrl", "developerMetadata", "*"}
_SHEET = {
    *("properties", "data", "merges", "conditionalFormats", "filterViews", "protectedRanges", "basicFilter", "charts"),
    *("bandedRanges", "developerMetadata", "rowGroups", "columnGroups", "slicers", "tables", "*"),
}


def told(book: Book, caller: str, ranges: list[str], fields: str, *, grid: bool) -> Json:
    """The answer. A mask overrules `grid` (includeGridData)."""
    mask = _mask(fields)
    if mask and "*" not in mask:
        grid = "data" in mask.get("sheets", {})
    boxes = _boxes(book, ranges)
    sheets = [
        _sheet(book, each, caller, boxes.get(each.id, [each.whole]) if grid else [])
        for each in book.sheets
        if not ranges or each.id in boxes
    ]
    answer = {
        "spreadsheetId": book.id,
        "properties": {"title": book.title, "locale": "en_US", "autoRecalc": "ON_CHANGE", "timeZone": "Asia/Bangkok"},
        "sheets": sheets,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
    }
    shown: Json = picked(answer, mask)
    return shown


def _mask(fields: str) -> Mask:
    try:
        mask = read(fields)
    except Invalid as fault:
        raise bad(str(fault)) from None
    wrong = [name for name in mask if name not in _BOOK]
    wrong += [f"sheets.{name}" for name in mask.get("sheets", {}) if name not in _SHEET]
    if wrong:
        why = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{wrong[0]}'."
        violation = {"field": wrong[0], "description": why}
        details = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
        raise GoogleError(400, "Request contains an invalid argument.", details)
    return mask


def _boxes(book: Book, ranges: list[str]) -> dict[int, list[Box]]:
    found: dict[int, list[Box]] = {}
    for text in ranges:
        try:
            sheet, span = book.at(text)
            found.setdefault(sheet.id, []).append(sheet.found(span))
        except Invalid as fault:
            raise bad(str(fault)) from None
    return found


def _sheet(book: Book, sheet: Sheet, caller: str, boxes: list[Box]) -> Json:
    protections = [{**each, "requestingUserCanEdit": book.may_edit(caller, each)} for each in sheet.protections]
    lists = {
        "merges": sheet.merges,
        "conditionalFormats": sheet.rules,
        "filterViews": sheet.views,
        "protectedRanges": protections,
        "charts": sheet.charts,
    }
    answer: Json = {
        "properties": plain(_properties(sheet)),
        **({"data": [_data(sheet, box) for box in boxes]} if boxes else {}),
        **{name: plain(things) for name, things in lists.items() if things},
    }
    if sheet.filter:
        answer["basicFilter"] = plain(sheet.filter)
    return answer


def _properties(sheet: Sheet) -> Json:
    told = {name: value for name, value in sheet.properties.items() if value is not False and value != {}}
    grid = sheet.properties["gridProperties"]
    return {**told, "gridProperties": {name: n for name, n in grid.items() if n or name in ("rowCount", "columnCount")}}


def plain(node: Any) -> Any:
    """As protocol buffers say it (seen on the real service): a range on the sheet with id 0 does not name it, a
    colour is of 255 steps in 32-bit numbers, without its zeros, and has a `…Style` beside it."""
    if isinstance(node, list):
        return [plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    shown = {name: plain(value) for name, value in node.items() if name not in _COLOURS}
    for name in _COLOURS:
        colour = (node.get(f"{name}Style") or {}).get("rgbColor", node.get(name))
        if isinstance(colour, dict):
            steps = {part: math.ceil(value * 255 - 0.5) for part, value in colour.items()}
            shown[name] = {part: _float32(step / 255) for part, step in steps.items() if step}
            shown[f"{name}Style"] = {"rgbColor": shown[name]}
    if "title" not in shown and shown.get("sheetId") == 0:
        del shown["sheetId"]
    return shown


def _float32(value: float) -> float:
    """The shortest number that is the same in 32 bits."""
    near = struct.unpack("f", struct.pack("f", value))[0]
    short = next(float(f"{near:.{digits}g}") for digits in range(1, 10) if _same(float(f"{near:.{digits}g}"), near))
    return int(short) if short.is_integer() else short


def _same(one: float, other: float) -> bool:
    return struct.pack("f", one) == struct.pack("f", other)


def _data(sheet: Sheet, box: Box) -> Json:
    start = {name: value for name, value in (("startRow", box.top), ("startColumn", box.left)) if value}
    rows: list[Json] = []
    for line in sheet.lines[box.top : box.bottom]:
        cells = [_cell(cell) for cell in line[box.left : box.right]]
        while cells and not cells[-1]:
            cells.pop()
        rows.append({"values": cells} if cells else {})
    while rows and not rows[-1]:
        rows.pop()
    return {
        **start,
        **({"rowData": rows} if rows else {}),
        "rowMetadata": [_size(sheet, "ROWS", n) for n in range(box.top, box.bottom)],
        "columnMetadata": [_size(sheet, "COLUMNS", n) for n in range(box.left, box.right)],
    }


def _size(sheet: Sheet, dimension: str, index: int) -> Json:
    return {"pixelSize": 21 if dimension == "ROWS" else 100, **sheet.sizes[dimension].get(index, {})}


def _cell(cell: Cell) -> Json:
    shown: Json = {}
    if not cell.empty:
        value = _extended(cell.value)
        shown = {
            "userEnteredValue": {"formulaValue": cell.formula} if cell.formula else value,
            "effectiveValue": value,
            "formattedValue": cell.rendered(),
        }
    if cell.format:
        shown |= {"userEnteredFormat": plain(dict(cell.format)), "effectiveFormat": plain(dict(cell.format))}
    if cell.note:
        shown["note"] = cell.note
    if cell.rule:
        shown["dataValidation"] = dict(cell.rule)
    return shown


def _extended(value: Any) -> Json:
    if isinstance(value, bool):
        return {"boolValue": value}
    return {"numberValue": value} if isinstance(value, int | float) else {"stringValue": str(value)}
