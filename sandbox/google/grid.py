"""A spreadsheet: its sheets, their grids, and what lies over them (protection, filters, colours, charts)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.google.a1 import Box, Span, parse
from sandbox.google.cells import EMPTY, Cell, Scalar
from sandbox.google.errors import Invalid, protected
from sandbox.google.formula import Place, reckoned

Json = dict[str, Any]
#: A kind of request: what it does to a spreadsheet with its body, in the name of a caller; its reply.
Kind = Callable[["Book", Json, str], Json]

MOST_CELLS = 10_000_000  # of one spreadsheet
_ENDS = {"ROWS": ("startRowIndex", "endRowIndex"), "COLUMNS": ("startColumnIndex", "endColumnIndex")}


@dataclass
class Sheet:
    """One tab. `properties` is Google's JSON; ranges in `protections`, `views`, … always name their sheet.

    `lines` may be shorter than the grid, and a line shorter than its width: what is not there is empty.
    """

    properties: Json
    lines: list[list[Cell]] = field(default_factory=list)
    sizes: dict[str, dict[int, Json]] = field(default_factory=lambda: {"ROWS": {}, "COLUMNS": {}})
    protections: list[Json] = field(default_factory=list)
    views: list[Json] = field(default_factory=list)
    rules: list[Json] = field(default_factory=list)
    charts: list[Json] = field(default_factory=list)
    merges: list[Json] = field(default_factory=list)
    filter: Json | None = None

    @property
    def id(self) -> int:
        return int(self.properties["sheetId"])

    @property
    def title(self) -> str:
        return str(self.properties["title"])

    @property
    def rows(self) -> int:
        return int(self.properties["gridProperties"]["rowCount"])

    @property
    def columns(self) -> int:
        return int(self.properties["gridProperties"]["columnCount"])

    def size(self, dimension: str) -> int:
        return self.rows if dimension == "ROWS" else self.columns

    def resize(self, dimension: str, count: int) -> None:
        """The grid gets this many rows or columns; what lies beyond is gone."""
        self.properties["gridProperties"]["rowCount" if dimension == "ROWS" else "columnCount"] = count
        if dimension == "ROWS":
            del self.lines[count:]
        else:
            for line in self.lines:
                del line[count:]

    def cell(self, row: int, column: int) -> Cell:
        line = self.lines[row] if row < len(self.lines) else []
        return line[column] if column < len(line) else EMPTY

    def put(self, row: int, column: int, cell: Cell) -> None:
        while len(self.lines) <= row:
            self.lines.append([])
        line = self.lines[row]
        if len(line) <= column:
            line.extend([EMPTY] * (column + 1 - len(line)))
        if cell.formula:  # reckoned once, when it is entered
            cell = replace(cell, value=reckoned(cell.formula, Place(self.value)))
        line[column] = cell

    def value(self, row: int, column: int) -> Scalar:
        return self.cell(row, column).value

    @property
    def whole(self) -> Box:
        return Box(0, 0, self.rows, self.columns)

    def found(self, span: Span) -> Box:
        """The cells of a range for reading: open ends and ends beyond the grid stop at its edge."""
        box = self._open(span)
        if box.top >= self.rows or box.left >= self.columns:
            raise self.beyond(box)
        return Box(box.top, box.left, min(box.bottom, self.rows), min(box.right, self.columns))

    def meant(self, span: Span, height: int, width: int) -> Box:
        """The cells that a writing of this size fills, which must lie in the range (or begin at it, if it is one cell)
        and in the grid."""
        box = self._open(span)
        if span.one:
            box = Box(box.top, box.left, box.top + max(height, 1), box.left + max(width, 1))
        if box.bottom > self.rows or box.right > self.columns:
            raise self.beyond(box)
        for what, size, room, first in (("row", height, box.height, box.top), ("column", width, box.width, box.left)):
            if size > room:
                raise Invalid(
                    f"Requested writing within range [{box.named(self.title)}], "
                    f"but tried writing to {what} [{first + room + 1}]"
                )
        return box

    def beyond(self, box: Box) -> Invalid:
        where = box.named(self.title)
        return Invalid(f"Range ({where}) exceeds grid limits. Max rows: {self.rows}, max columns: {self.columns}")

    def filled(self) -> Box:
        """The smallest rectangle from A1 that holds all values; of no size if there are none."""
        bottom = right = 0
        for row, line in enumerate(self.lines):
            used = max((column + 1 for column, cell in enumerate(line) if not cell.empty), default=0)
            bottom, right = (row + 1 if used else bottom), max(right, used)
        return Box(0, 0, bottom, right)

    def copied(self) -> Sheet:
        """One that can be changed without changing this one; cells themselves never change."""
        rest = {name: copy.deepcopy(value) for name, value in vars(self).items() if name != "lines"}
        return Sheet(**rest, lines=[line[:] for line in self.lines])

    def _open(self, span: Span) -> Box:
        return Box(
            span.top or 0,
            span.left or 0,
            self.rows if span.bottom is None else span.bottom,
            self.columns if span.right is None else span.right,
        )


@dataclass
class Book:
    """A spreadsheet. `shared`: e-mail address -> "owner", "writer" or "reader". `deleted`: it is in nobody's Drive."""

    id: str
    title: str
    shared: dict[str, str]
    sheets: list[Sheet]
    deleted: bool = False

    def copied(self) -> Book:
        return Book(self.id, self.title, dict(self.shared), [each.copied() for each in self.sheets], self.deleted)

    def at(self, text: Any) -> tuple[Sheet, Span]:
        """The sheet and the cells that an A1 range names."""
        try:
            title, span = parse(str(text))
            sheet = self.sheets[0] if title is None else next(each for each in self.sheets if each.title == title)
        except (ValueError, StopIteration):
            raise Invalid(f"Unable to parse range: {text}") from None
        return sheet, span

    def sheet(self, sheet_id: Any) -> Sheet:
        found = next((each for each in self.sheets if each.id == (sheet_id or 0)), None)
        if found is None:
            raise Invalid(f"No grid with id: {sheet_id or 0}")
        return found

    def titled(self, title: str) -> Sheet:
        """For tests and people: the tab of this title."""
        return next(each for each in self.sheets if each.title == title)

    def area(self, grid_range: Any) -> tuple[Sheet, Box]:
        """The sheet and the cells of a GridRange; a bound that is not there is the edge."""
        if not isinstance(grid_range, dict):
            raise Invalid("Must specify a range.")
        sheet = self.sheet(grid_range.get("sheetId"))
        box = Box(
            grid_range.get("startRowIndex", 0),
            grid_range.get("startColumnIndex", 0),
            grid_range.get("endRowIndex", sheet.rows),
            grid_range.get("endColumnIndex", sheet.columns),
        )
        if box.top < 0 or box.left < 0 or box.height <= 0 or box.width <= 0:
            raise Invalid("The range has no cells in it.")
        if box.bottom > sheet.rows or box.right > sheet.columns:
            raise sheet.beyond(box)
        return sheet, box

    def held(self, grid_range: Json) -> Box:
        """The cells of a range that was good when it was made; the grid may have become smaller since."""
        sheet = self.sheet(grid_range["sheetId"])
        return Box(
            grid_range.get("startRowIndex", 0),
            grid_range.get("startColumnIndex", 0),
            min(grid_range.get("endRowIndex", sheet.rows), sheet.rows),
            min(grid_range.get("endColumnIndex", sheet.columns), sheet.columns),
        )

    def may_write(self, caller: str, sheet: Sheet, row: int, column: int) -> bool:
        try:
            self.guard(caller, sheet, Box(row, column, row + 1, column + 1))
        except Invalid:
            return False
        return True

    def guard(self, caller: str, sheet: Sheet, box: Box) -> None:
        """Refuses to let somebody write where it is protected from them."""
        for each in sheet.protections:
            kept = self.held(each["range"])
            open_to_all = [self.held(part) for part in each.get("unprotectedRanges", ())]
            if not kept.meets(box) or any(part.holds(box) for part in open_to_all):
                continue
            if not self.may_edit(caller, each):
                raise protected()

    def may_edit(self, caller: str, protection: Json) -> bool:
        users = protection.get("editors", {}).get("users", ())
        return bool(protection.get("warningOnly")) or self.shared.get(caller) == "owner" or caller in users

    def check_size(self) -> None:
        cells = sum(each.rows * each.columns for each in self.sheets)
        if cells > MOST_CELLS:
            raise Invalid(
                f"This action would increase the number of cells in the workbook above the limit of {MOST_CELLS} cells."
            )

    def number_sheets(self) -> None:
        for index, sheet in enumerate(self.sheets):
            sheet.properties["index"] = index

    def shift(self, sheet: Sheet, dimension: str, at: int, by: int) -> None:
        """After rows or columns were put in (`by` > 0) or taken out: every range that lies over the sheet follows."""
        for each in self.sheets:
            held = (each.protections, each.views, each.rules, each.charts, each.merges, [each.filter])
            for found in _ranges(list(held)):
                if found["sheetId"] == sheet.id:
                    _shift(found, dimension, at, by)
            for things in held[:-1]:
                things[:] = [thing for thing in _without_empty(things) if thing.get("ranges") != []]
            each.filter = next(iter(_without_empty([each.filter])), None)
        sizes = sheet.sizes[dimension]
        sheet.sizes[dimension] = {
            _moved(index, at, by): told for index, told in sizes.items() if by > 0 or not at <= index < at - by
        }


def _ranges(node: Any) -> Iterator[Json]:
    """Every GridRange in the JSON."""
    if isinstance(node, dict):
        if "sheetId" in node and "rowIndex" not in node:
            yield node
        for value in node.values():
            yield from _ranges(value)
    elif isinstance(node, list):
        for value in node:
            yield from _ranges(value)


def _shift(grid_range: Json, dimension: str, at: int, by: int) -> None:
    start, end = _ENDS[dimension]
    if start in grid_range:
        grid_range[start] = _moved(grid_range[start], at, by)
    if end in grid_range:
        grid_range[end] = _moved(grid_range[end] - 1, at, by) + 1 if by > 0 else _moved(grid_range[end], at, by)


def _moved(index: int, at: int, by: int) -> int:
    return index if index < at else max(at, index + by)


def _without_empty(node: Any) -> Any:
    """The JSON without ranges of which all cells were taken out, and without what lay on such a range alone."""
    if isinstance(node, list):
        return [_without_empty(each) for each in node if not _empty(each)]
    return {name: _without_empty(value) for name, value in node.items()} if isinstance(node, dict) else node


def _empty(thing: Any) -> bool:
    grid_range = thing.get("range", thing) if isinstance(thing, dict) else {}
    return any(end in grid_range and grid_range[end] <= grid_range.get(start, 0) for start, end in _ENDS.values())
