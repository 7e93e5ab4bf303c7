"""A person with the spreadsheet open: what they type is read as Google reads typing, and protection stops them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.google.a1 import Span, name
from sandbox.google.grid import Json, Sheet
from sandbox.google.looks import grid_range

if TYPE_CHECKING:
    from sandbox.google.google import Google


class Hand:
    """Rows and columns count from 0. Whatever is not allowed raises GoogleError, and changes nothing."""

    def __init__(self, google: Google, book_id: str, email: str) -> None:
        self._google, self._book_id, self.email = google, book_id, email

    def sheet(self, tab: str) -> Sheet:
        return self._google.book(self._book_id, self.email, "Read").titled(tab)

    def rows(self, tab: str) -> list[list[str]]:
        """All that can be read on a tab, as text."""
        sheet = self.sheet(tab)
        box = sheet.filled()
        return [[str(sheet.cell(r, c).rendered()) for c in range(box.right)] for r in range(box.bottom)]

    def type(self, tab: str, row: int, column: int, text: str) -> None:
        """Types into a cell; "" empties it."""
        where = f"{_quoted(tab)}!{name(row, column)}"
        self._google.write(self._book_id, self.email, where, {"values": [[text]]}, {"valueInputOption": "USER_ENTERED"})

    def sort(self, tab: str, column: int, *, descending: bool = False) -> None:
        """Sorts the whole sheet below its frozen rows."""
        sheet = self.sheet(tab)
        box = sheet.found(Span(sheet.properties["gridProperties"].get("frozenRowCount", 0)))
        order = {"dimensionIndex": column, "sortOrder": "DESCENDING" if descending else "ASCENDING"}
        self._batch({"sortRange": {"range": grid_range(sheet, box), "sortSpecs": [order]}})

    def insert_row(self, tab: str, row: int) -> None:
        """An empty row, above the one that is there."""
        self._batch({"insertDimension": {"range": self._row(tab, row)}})

    def delete_row(self, tab: str, row: int) -> None:
        self._batch({"deleteDimension": {"range": self._row(tab, row)}})

    def insert_column(self, tab: str, column: int) -> None:
        self._batch({"insertDimension": {"range": {**self._row(tab, column), "dimension": "COLUMNS"}}})

    def delete_column(self, tab: str, column: int) -> None:
        self._batch({"deleteDimension": {"range": {**self._row(tab, column), "dimension": "COLUMNS"}}})

    def paint(self, tab: str, row: int, column: int, red: float, green: float, blue: float) -> None:
        """Gives a cell a colour."""
        sheet = self.sheet(tab)
        box = sheet.found(Span(row, column, row + 1, column + 1))
        cell = {"userEnteredFormat": {"backgroundColor": {"red": red, "green": green, "blue": blue}}}
        fields = "userEnteredFormat.backgroundColor"
        self._batch({"repeatCell": {"range": grid_range(sheet, box), "cell": cell, "fields": fields}})

    def filter(self, tab: str, column: int, hidden: list[str]) -> None:
        """Filters the sheet's data by the values of a column; no values: everything is shown again."""
        sheet = self.sheet(tab)
        if not hidden:
            self._batch({"clearBasicFilter": {"sheetId": sheet.id}})
            return
        specs = [{"columnIndex": column, "filterCriteria": {"hiddenValues": hidden}}]
        self._batch({"setBasicFilter": {"filter": {"range": grid_range(sheet, sheet.filled()), "filterSpecs": specs}}})

    def rename(self, tab: str, title: str) -> None:
        asked = {"sheetId": self.sheet(tab).id, "title": title}
        self._batch({"updateSheetProperties": {"properties": asked, "fields": "title"}})

    def delete_tab(self, tab: str) -> None:
        self._batch({"deleteSheet": {"sheetId": self.sheet(tab).id}})

    def _row(self, tab: str, index: int) -> Json:
        return {"sheetId": self.sheet(tab).id, "dimension": "ROWS", "startIndex": index, "endIndex": index + 1}

    def _batch(self, request: Json) -> None:
        self._google.batch_update(self._book_id, self.email, {"requests": [request]})


def _quoted(tab: str) -> str:
    return "'" + tab.replace("'", "''") + "'"
