"""Requests about what stands in the cells: written, repeated, sorted, bound by rules, merged."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.google import looks, masks
from sandbox.google.a1 import Box
from sandbox.google.cells import EMPTY, Cell
from sandbox.google.errors import Invalid
from sandbox.google.grid import Book, Json, Kind, Sheet


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
    met = [merge for merge in sheet.merges if book.held(merge).meets(box)]
    if not all(box.holds(book.held(merge)) for merge in met):
        raise Invalid("You must select all cells in a merged range to merge or unmerge them.")
    sheet.merges = [merge for merge in sheet.merges if merge not in met]


KINDS: Mapping[str, Kind] = {
    "updateCells": _update_cells,
    "repeatCell": _repeat_cell,
    "sortRange": _sort_range,
    "setDataValidation": _set_validation,
    "mergeCells": _merge_cells,
    "unmergeCells": _unmerge_cells,
}
