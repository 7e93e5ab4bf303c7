"""Requests about whole tabs, and about their rows and columns."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sandbox.google import masks
from sandbox.google.a1 import Box
from sandbox.google.cells import EMPTY
from sandbox.google.errors import Invalid
from sandbox.google.grid import Book, Json, Kind, Sheet


def _add_sheet(book: Book, body: Json, _: str) -> Json:
    asked = body.get("properties") or {}
    taken = {each.id for each in book.sheets}
    sheet_id = asked.get("sheetId")
    if sheet_id in taken:
        raise Invalid(f"A sheet with the id {sheet_id} already exists. Please specify a different id.")
    grid = {"rowCount": 1000, "columnCount": 26, **(asked.get("gridProperties") or {})}
    properties = {
        "sheetId": _number(taken) if sheet_id is None else sheet_id,
        "title": asked.get("title") or _free_title(book),
        "index": 0,
        "sheetType": "GRID",
        **{name: value for name, value in asked.items() if name not in ("sheetId", "title", "index")},
        "gridProperties": grid,
    }
    _check_title(book, properties["title"])
    sheet = Sheet(properties)
    _check_grid(sheet)
    book.sheets.insert(asked.get("index", len(book.sheets)), sheet)
    book.number_sheets()
    return {"addSheet": {"properties": dict(properties)}}


def _delete_sheet(book: Book, body: Json, caller: str) -> Json:
    sheet = book.sheet(body.get("sheetId"))
    if len(book.sheets) == 1:
        raise Invalid("You can't remove all the sheets in a document.")
    book.guard(caller, sheet, sheet.whole)
    book.sheets.remove(sheet)
    book.number_sheets()
    return {}


def _update_sheet(book: Book, body: Json, caller: str) -> Json:
    asked = body.get("properties") or {}
    sheet, mask = book.sheet(asked.get("sheetId")), masks.required(body)
    if sheet.protections and mask.keys() - {"index"}:
        book.guard(caller, sheet, sheet.whole)
    title, index = sheet.title, sheet.properties["index"]
    mask = {name: {} for name in asked} if "*" in mask else mask
    sheet.properties = {**masks.merged(sheet.properties, asked, mask), "sheetId": sheet.id}
    if sheet.title != title:
        _check_title(book, sheet.title, but=sheet)
    _check_grid(sheet)
    sheet.resize("ROWS", sheet.rows)
    sheet.resize("COLUMNS", sheet.columns)
    if all(each.properties.get("hidden") for each in book.sheets):
        raise Invalid("You can't hide all the sheets in a document.")
    if sheet.properties.get("index", index) != index:
        book.sheets.remove(sheet)
        book.sheets.insert(sheet.properties["index"], sheet)
    book.number_sheets()
    return {}


def _check_title(book: Book, title: Any, but: Sheet | None = None) -> None:
    if not isinstance(title, str) or not 0 < len(title) <= 100:
        raise Invalid("The sheet name must be between 1 and 100 characters.")
    if any(each.title.lower() == title.lower() for each in book.sheets if each is not but):
        raise Invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')


def _check_grid(sheet: Sheet) -> None:
    grid = sheet.properties.get("gridProperties") or {}
    if not all(isinstance(grid.get(name), int) and grid[name] > 0 for name in ("rowCount", "columnCount")):
        raise Invalid("The grid must have at least one row and one column.")
    for frozen, size, what in (
        ("frozenRowCount", sheet.rows, "rows"),
        ("frozenColumnCount", sheet.columns, "columns"),
    ):
        if grid.get(frozen, 0) >= size:
            raise Invalid(f"You can't freeze all visible {what} on the sheet.")


def _free_title(book: Book) -> str:
    titles = {each.title for each in book.sheets}
    return next(title for n in range(1, 10**6) if (title := f"Sheet{n}") not in titles)


def _number(taken: set[int]) -> int:
    return next(number for _ in range(10**6) if (number := secrets.randbelow(2**31 - 1) + 1) not in taken)


# --- rows and columns ---


def _append_dimension(book: Book, body: Json, caller: str) -> Json:
    sheet, dimension = book.sheet(body.get("sheetId")), _dimension(body)
    length = body.get("length", 0)
    if length < 1:
        raise Invalid("length must be positive")
    book.guard(caller, sheet, sheet.whole)
    sheet.resize(dimension, sheet.size(dimension) + length)
    return {}


def _insert_dimension(book: Book, body: Json, caller: str) -> Json:
    sheet, dimension, start, end = _stretch(book, body, inserting=True)
    if start == sheet.size(dimension) and not body.get("inheritFromBefore"):
        raise Invalid(f"range.startIndex[{start}] is too large. Only {start} {dimension.lower()} available.")
    book.guard(caller, sheet, _across(sheet, dimension, max(start - 1, 0), start + 1))
    count = end - start
    sheet.resize(dimension, sheet.size(dimension) + count)
    if dimension == "ROWS":
        if start < len(sheet.lines):
            sheet.lines[start:start] = [[] for _ in range(count)]
    else:
        for line in sheet.lines:
            if start < len(line):
                line[start:start] = [EMPTY] * count
    book.shift(sheet, dimension, start, count)
    return {}


def _delete_dimension(book: Book, body: Json, caller: str) -> Json:
    sheet, dimension, start, end = _stretch(book, body)
    if end - start >= sheet.size(dimension):
        raise Invalid(f"You can't delete all the {dimension.lower()} on the sheet.")
    book.guard(caller, sheet, _across(sheet, dimension, start, end))
    for line in [sheet.lines] if dimension == "ROWS" else sheet.lines:
        del line[start:end]
    sheet.resize(dimension, sheet.size(dimension) - (end - start))
    book.shift(sheet, dimension, start, start - end)
    return {}


def _size_dimension(book: Book, body: Json, caller: str) -> Json:
    sheet, dimension, start, end = _stretch(book, body)
    mask = masks.required(body)
    book.guard(caller, sheet, _across(sheet, dimension, start, end))
    for index in range(start, end):
        old = sheet.sizes[dimension].get(index, {})
        sheet.sizes[dimension][index] = masks.merged(old, body.get("properties") or {}, mask)
    return {}


def _dimension(body: Json) -> str:
    if body.get("dimension") not in ("ROWS", "COLUMNS"):
        raise Invalid("dimension must be ROWS or COLUMNS")
    return str(body["dimension"])


def _stretch(book: Book, body: Json, *, inserting: bool = False) -> tuple[Sheet, str, int, int]:
    asked = body.get("range") or {}
    sheet, dimension = book.sheet(asked.get("sheetId")), _dimension(asked)
    size = sheet.size(dimension)
    start, end = asked.get("startIndex", 0), asked.get("endIndex", size)
    if not 0 <= start < end or start > size or (end > size and not inserting):
        raise Invalid(f"range [{start}, {end}) is not within the {size} {dimension.lower()} of the sheet.")
    return sheet, dimension, start, end


def _across(sheet: Sheet, dimension: str, start: int, end: int) -> Box:
    end = min(end, sheet.size(dimension))
    return Box(start, 0, end, sheet.columns) if dimension == "ROWS" else Box(0, start, sheet.rows, end)


KINDS: Mapping[str, Kind] = {
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "updateSheetProperties": _update_sheet,
    "appendDimension": _append_dimension,
    "insertDimension": _insert_dimension,
    "deleteDimension": _delete_dimension,
    "updateDimensionProperties": _size_dimension,
}
