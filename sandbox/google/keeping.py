"""A spreadsheet as JSON, so that a restarted demo shows it again."""

from __future__ import annotations

from typing import Any

from sandbox.google.cells import EMPTY, Cell
from sandbox.google.grid import Book, Json, Sheet


def closed(book: Book) -> Json:
    sheets = [{**vars(each), "lines": [[_put(cell) for cell in line] for line in each.lines]} for each in book.sheets]
    return {**vars(book), "sheets": sheets}


def opened(told: Json) -> Book:
    return Book(**{**told, "sheets": [_sheet(each) for each in told["sheets"]]})


def _sheet(told: Json) -> Sheet:
    lines = [[Cell(**cell) if cell else EMPTY for cell in line] for line in told["lines"]]
    sizes = {dimension: {int(n): size for n, size in each.items()} for dimension, each in told["sizes"].items()}
    return Sheet(**{**told, "lines": lines, "sizes": sizes})


def _put(cell: Cell) -> dict[str, Any] | None:
    """What is at its default is left out."""
    return None if cell is EMPTY else {name: value for name, value in vars(cell).items() if value not in (None, "", {})}
