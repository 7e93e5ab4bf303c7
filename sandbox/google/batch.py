"""`spreadsheets.batchUpdate`: each kind of request, applied in order to a copy that is kept only if all succeed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.google import looks, masks
from sandbox.google.a1 import Box
from sandbox.google.cells import EMPTY, Cell
from sandbox.google.errors import GoogleError, Invalid, bad, bad_field, unknown_name
from sandbox.google.grid import Book, Json, Sheet
from sandbox.google.shapes import REQUESTS, check

Kind = Callable[[Book, Json, str], Json]

#: Google knows these and the stand-in does not: they are refused, not passed over.
NOT_BUILT = frozenset(
    {
        *("addBanding", "addDataSource", "addDimensionGroup", "addNamedRange", "addSlicer", "addTable", "appendCells"),
        *("autoFill", "autoResizeDimensions", "cancelDataSourceRefresh", "copyPaste", "createDeveloperMetadata"),
        *("cutPaste", "deleteBanding", "deleteDataSource", "deleteDeveloperMetadata", "deleteDimensionGroup"),
        *(
            "deleteDuplicates",
            "deleteNamedRange",
            "deleteRange",
            "deleteTable",
            "duplicateFilterView",
            "duplicateSheet",
        ),
        *("findReplace", "insertRange", "pasteData", "randomizeRange", "refreshDataSource", "textToColumns"),
        *("trimWhitespace", "updateBanding", "updateBorders", "updateDataSource"),
        *(
            "updateDeveloperMetadata",
            "updateDimensionGroup",
            "updateEmbeddedObjectBorder",
            "updateEmbeddedObjectPosition",
        ),
        *("updateNamedRange", "updateSlicerSpec", "updateTable"),
    }
)


def apply(book: Book, requests: Any, caller: str) -> list[Json]:
    """The replies. The book handed in may be spoilt by a refusal, so it must be a copy."""
    if not isinstance(requests, list) or not requests:
        raise bad("Must specify at least one request.")
    requests = _without_nulls(requests)
    kinds = [_kind(request, index) for index, request in enumerate(requests)]
    replies = []
    for index, (request, kind) in enumerate(zip(requests, kinds, strict=True)):
        try:
            replies.append(KINDS[kind](book, request[kind], caller))
            book.check_size()
        except Invalid as fault:
            raise bad(f"Invalid requests[{index}].{kind}: {fault}") from None
        except (AttributeError, KeyError, TypeError) as fault:
            raise bad(f"Invalid requests[{index}].{kind}: {type(fault).__name__} {fault}") from None
    return replies


def _without_nulls(node: Any) -> Any:
    """A field that is null was not sent (proto3's JSON)."""
    if isinstance(node, dict):
        return {name: _without_nulls(value) for name, value in node.items() if value is not None}
    return [_without_nulls(each) for each in node] if isinstance(node, list) else node


def _kind(request: Any, index: int) -> str:
    """The one field of a request; the whole batch is looked through before anything of it is done."""
    where = f"requests[{index}]"
    if not isinstance(request, dict) or not request:
        raise bad(f"Invalid {where}: No request set.")
    for name in request:
        if name in NOT_BUILT:
            raise GoogleError(400, f"Invalid {where}: the stand-in has no {name}.")
        if name not in REQUESTS:
            raise unknown_name(name, where)
    kind, *more = request
    if more:
        raise bad_field(where, f"Invalid value at '{where}' (oneof), oneof field 'kind' is already set.")
    check(request[kind], REQUESTS[kind], f"{where}.{kind}")
    return str(kind)


# --- sheets ---


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


# --- cells ---


def _update_cells(book: Book, body: Json, caller: str) -> Json:
    mask, rows = masks.required(body), body.get("rows") or []
    height = len(rows)
    width = max((len(row.get("values") or ()) for row in rows), default=0)
    if "start" in body:
        start = body["start"]
        sheet = book.sheet(start.get("sheetId"))
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        box = Box(top, left, top + height, left + width)
        if box.bottom > sheet.rows or box.right > sheet.columns:
            raise sheet.beyond(box)
    else:
        sheet, box = book.area(body.get("range"))
        for what, size, room, first in (("row", height, box.height, box.top), ("column", width, box.width, box.left)):
            if size > room:
                last = first + room - 1
                raise Invalid(f"Attempting to write {what}: {last + 1}, beyond the last requested {what} of: {last}")
    book.guard(caller, sheet, box)
    for r in range(box.height):
        values = (rows[r].get("values") or []) if r < height else []
        reach = box.width if "range" in body else len(values)
        for c in range(reach):
            old = sheet.cell(box.top + r, box.left + c)
            new = looks.changed(old, values[c] if c < len(values) else {}, mask)
            if new != old:
                sheet.put(box.top + r, box.left + c, new)
    return {}


def _repeat_cell(book: Book, body: Json, caller: str) -> Json:
    sheet, box = book.area(body.get("range"))
    mask, cell = masks.required(body), body.get("cell") or {}
    book.guard(caller, sheet, box)
    made: dict[int, Cell] = {}  # an open range is mostly empty cells, all alike
    for r in range(box.top, box.bottom):
        for c in range(box.left, box.right):
            old = sheet.cell(r, c)
            if (new := made.get(id(old))) is None:
                new = looks.changed(old, cell, mask)
                made |= {id(old): new} if old is EMPTY else {}
            if new != old:
                sheet.put(r, c, new)
    return {}


def _sort_range(book: Book, body: Json, caller: str) -> Json:
    sheet, box = book.area(body.get("range"))
    book.guard(caller, sheet, box)
    specs = body.get("sortSpecs") or []
    if not specs:
        raise Invalid("Must specify at least one sort spec.")
    for spec in specs:
        if not box.left <= spec.get("dimensionIndex", 0) < box.right:
            raise Invalid(f"dimensionIndex[{spec.get('dimensionIndex', 0)}] is not within the range.")
    sort_rows(sheet, box, [(s.get("dimensionIndex", 0), s.get("sortOrder") == "DESCENDING") for s in specs])
    return {}


def sort_rows(sheet: Sheet, box: Box, by: list[tuple[int, bool]]) -> None:
    """Sorts the cells of a box by columns, each with whether it is descending; empty ones come last, whichever way."""
    rows = [[sheet.cell(r, c) for c in range(box.left, box.right)] for r in range(box.top, box.bottom)]
    for column, descending in reversed(by):
        at = column - box.left
        filled = [row for row in rows if not row[at].empty]
        empty = [row for row in rows if row[at].empty]
        rows = sorted(filled, key=lambda row: _rank(row[at]), reverse=descending) + empty
    for r, row in enumerate(rows, box.top):
        for c, cell in enumerate(row, box.left):
            if cell is not sheet.cell(r, c):
                sheet.put(r, c, cell)


def _rank(cell: Cell) -> tuple[int, float, str]:
    """Numbers before text before TRUE and FALSE."""
    value = cell.value
    if isinstance(value, bool):
        return 2, float(value), ""
    return (0, float(value), "") if isinstance(value, int | float) else (1, 0.0, str(value).casefold())


def _set_validation(book: Book, body: Json, caller: str) -> Json:
    sheet, box = book.area(body.get("range"))
    book.guard(caller, sheet, box)
    rule = body.get("rule")
    if rule is not None:
        looks.check_condition(rule.get("condition"))
    for r in range(box.top, box.bottom):
        for c in range(box.left, box.right):
            old = sheet.cell(r, c)
            if old.rule != rule:
                sheet.put(r, c, looks.ruled(old, rule))
    return {}


def _merge_cells(book: Book, body: Json, caller: str) -> Json:
    sheet, box = book.area(body.get("range"))
    book.guard(caller, sheet, box)
    kind = body.get("mergeType")
    if kind not in ("MERGE_ALL", "MERGE_COLUMNS", "MERGE_ROWS"):
        raise Invalid("mergeType must be MERGE_ALL, MERGE_COLUMNS or MERGE_ROWS")
    boxes = [box]
    if kind == "MERGE_ROWS":
        boxes = [Box(r, box.left, r + 1, box.right) for r in range(box.top, box.bottom)]
    if kind == "MERGE_COLUMNS":
        boxes = [Box(box.top, c, box.bottom, c + 1) for c in range(box.left, box.right)]
    for each in boxes:
        _dissolve(book, sheet, each)
        for r in range(each.top, each.bottom):
            for c in range(each.left, each.right):
                if (r, c) != (each.top, each.left) and not sheet.cell(r, c).empty:
                    sheet.put(r, c, sheet.cell(r, c).written("", "RAW"))
        sheet.merges.append(looks.grid_range(sheet, each))
    return {}


def _unmerge_cells(book: Book, body: Json, caller: str) -> Json:
    sheet, box = book.area(body.get("range"))
    book.guard(caller, sheet, box)
    _dissolve(book, sheet, box)
    return {}


def _dissolve(book: Book, sheet: Sheet, box: Box) -> None:
    met = [merge for merge in sheet.merges if book.area(merge)[1].meets(box)]
    if not all(box.holds(book.area(merge)[1]) for merge in met):
        raise Invalid("You must select all cells in a merged range to merge or unmerge them.")
    sheet.merges = [merge for merge in sheet.merges if merge not in met]


KINDS: Mapping[str, Kind] = {
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "updateSheetProperties": _update_sheet,
    "appendDimension": _append_dimension,
    "insertDimension": _insert_dimension,
    "deleteDimension": _delete_dimension,
    "updateDimensionProperties": _size_dimension,
    "updateCells": _update_cells,
    "repeatCell": _repeat_cell,
    "sortRange": _sort_range,
    "setDataValidation": _set_validation,
    "mergeCells": _merge_cells,
    "unmergeCells": _unmerge_cells,
    **looks.KINDS,
}
