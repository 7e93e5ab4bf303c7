"""A spreadsheet as a person sees it in a browser: cells with their looks, what is hidden, protected, and the charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sandbox.google.cells import Cell, typed
from sandbox.google.formula import Place, reckoned
from sandbox.google.grid import Book, Json, Sheet

DRAWN = 500  # rows of a tab that a page is given
_ALIGNED = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}


def seen(book: Book, viewer: str, today: date) -> list[Json]:
    """The tabs that are not hidden, as this person sees them."""
    return [_tab(book, each, viewer, today) for each in book.sheets if not each.properties.get("hidden")]


def _tab(book: Book, sheet: Sheet, viewer: str, today: date) -> Json:
    box = sheet.filled()
    height, width = min(box.bottom, DRAWN), max(box.right, 1)
    paint = _Paint(book, sheet, today)
    grid = sheet.properties["gridProperties"]
    return {
        "id": sheet.id,
        "title": sheet.title,
        "frozen": min(grid.get("frozenRowCount", 0), height),
        "rows": [[paint.drawn(r, c) for c in range(width)] for r in range(height)],
        "more": box.bottom - height,
        "looks": paint.looks,
        "widths": [sheet.sizes["COLUMNS"].get(c, {}).get("pixelSize", 100) for c in range(width)],
        "hidden": sorted(_hidden(sheet, height)),
        "filtered": [spec.get("columnIndex", 0) for spec in (sheet.filter or {}).get("filterSpecs", ())],
        "locked": _locked(book, sheet, viewer, width),
        "charts": [chart for each in sheet.charts if (chart := _chart(book, each["spec"]))],
    }


def _locked(book: Book, sheet: Sheet, viewer: str, width: int) -> list[int]:
    """The columns that this person may not write in, as far as the row below the frozen ones tells."""
    row = min(sheet.properties["gridProperties"].get("frozenRowCount", 0), sheet.rows - 1)
    return [column for column in range(width) if not book.may_write(viewer, sheet, row, column)]


def _hidden(sheet: Sheet, height: int) -> set[int]:
    """Rows that the filter, or a person, has hidden."""
    rows = {row for row, told in sheet.sizes["ROWS"].items() if told.get("hiddenByUser") and row < height}
    for spec in (sheet.filter or {}).get("filterSpecs", ()):
        gone = set(spec.get("filterCriteria", {}).get("hiddenValues", ()))
        first = (sheet.filter or {})["range"].get("startRowIndex", 0) + 1  # the header stays
        for row in range(first, height):
            if str(sheet.cell(row, spec.get("columnIndex", 0)).rendered()) in gone:
                rows.add(row)
    return rows


# --- colours ---


class _Paint:
    """Gives each cell its text and the number of its looks; the same looks are told once."""

    def __init__(self, book: Book, sheet: Sheet, today: date) -> None:
        self._sheet, self._today = sheet, today
        self._rules = [(rule, [book.held(each) for each in rule["ranges"]]) for rule in sheet.rules]
        self._known: dict[tuple[tuple[str, str], ...], int] = {}

    @property
    def looks(self) -> list[dict[str, str]]:
        return [dict(each) for each in self._known]

    def drawn(self, row: int, column: int) -> Any:
        cell = self._sheet.cell(row, column)
        css = _css(cell.format)
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            css = {"text-align": "right", **css}
        for rule, boxes in self._rules:
            if any(b.top <= row < b.bottom and b.left <= column < b.right for b in boxes) and "booleanRule" in rule:
                condition, first = rule["booleanRule"]["condition"], boxes[0]
                place = Place(self._sheet.value, self._today, row - first.top, column - first.left)
                if met(condition, cell, place):
                    css |= _css(rule["booleanRule"].get("format") or {})
                    break
        text = str(cell.rendered())
        if not css:
            return text
        return [text, self._known.setdefault(tuple(sorted(css.items())), len(self._known))]


def met(condition: Json, cell: Cell, place: Place) -> bool:
    """Whether a cell meets the condition of a rule; one that the stand-in cannot judge is not met."""
    kind = str(condition["type"])
    given = [str(each.get("userEnteredValue", "")) for each in condition.get("values", ())]
    if kind == "CUSTOM_FORMULA":
        return reckoned(given[0], place) is True
    if kind in ("BLANK", "NOT_BLANK"):
        return cell.empty is (kind == "BLANK")
    if kind.startswith("TEXT_"):
        test = _TEXTS.get(kind)
        return test is not None and bool(test(str(cell.rendered()).casefold(), given[0].casefold()))
    if not isinstance(cell.value, int | float):
        return False
    figures = [typed(each)[0] for each in given]
    if not all(isinstance(each, int | float) for each in figures):
        return False
    number = _NUMBERS.get(kind.partition("_")[2])
    return number is not None and bool(number(cell.value, figures))


_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "TEXT_CONTAINS": lambda text, part: part in text,
    "TEXT_NOT_CONTAINS": lambda text, part: part not in text,
    "TEXT_STARTS_WITH": str.startswith,
    "TEXT_ENDS_WITH": str.endswith,
    "TEXT_EQ": lambda text, part: text == part,
    "TEXT_NOT_EQ": lambda text, part: text != part,
}
_NUMBERS: Mapping[str, Callable[[Any, list[Any]], bool]] = {
    "GREATER": lambda value, given: value > given[0],
    "AFTER": lambda value, given: value > given[0],
    "LESS": lambda value, given: value < given[0],
    "BEFORE": lambda value, given: value < given[0],
    "GREATER_THAN_EQ": lambda value, given: value >= given[0],
    "ON_OR_AFTER": lambda value, given: value >= given[0],
    "LESS_THAN_EQ": lambda value, given: value <= given[0],
    "ON_OR_BEFORE": lambda value, given: value <= given[0],
    "EQ": lambda value, given: value == given[0],
    "NOT_EQ": lambda value, given: value != given[0],
    "BETWEEN": lambda value, given: given[0] <= value <= given[1],
    "NOT_BETWEEN": lambda value, given: not given[0] <= value <= given[1],
}


def _css(looks: Mapping[str, Any]) -> dict[str, str]:
    text = looks.get("textFormat") or {}
    css = {
        "background-color": _colour(looks, "backgroundColor"),
        "color": _colour(text, "foregroundColor"),
        "font-weight": "700" if text.get("bold") else "",
        "font-style": "italic" if text.get("italic") else "",
        "text-decoration": "line-through" if text.get("strikethrough") else "",
        "text-align": _ALIGNED.get(str(looks.get("horizontalAlignment")), ""),
    }
    return {name: value for name, value in css.items() if value}


def _colour(looks: Mapping[str, Any], name: str) -> str:
    given = (looks.get(f"{name}Style") or {}).get("rgbColor", looks.get(name))
    if given is None:
        return ""
    return "#" + "".join(f"{round(255 * float(given.get(part, 0))):02x}" for part in ("red", "green", "blue"))


# --- charts ---


def _chart(book: Book, spec: Json) -> Json | None:
    """What a page needs to draw it; None for kinds that it cannot."""
    head = {"title": spec.get("title", ""), "subtitle": spec.get("subtitle", "")}
    if "pieChart" in spec:
        pie = spec["pieChart"]
        labels, series = _labelled(book, pie.get("domain"), [pie.get("series") or {}], None)
        return {**head, "kind": "PIE", "labels": labels, "series": series}
    if "basicChart" not in spec:
        return None
    basic = spec["basicChart"]
    domain = next((each.get("domain") for each in basic.get("domains", ())), None)
    sources = [each.get("series") or {} for each in basic.get("series", ())]
    labels, series = _labelled(book, domain, sources, basic.get("headerCount"))
    colours = [_colour(each, "color") for each in basic.get("series", ())]
    return {
        **head,
        "kind": basic["chartType"],
        "stacked": basic.get("stackedType", "NOT_STACKED") not in ("NOT_STACKED", "STACKED_TYPE_UNSPECIFIED"),
        "labels": labels,
        "series": [{**each, "colour": colour} for each, colour in zip(series, colours, strict=True)],
    }


def _labelled(book: Book, domain: Json | None, series: list[Json], headers: int | None) -> tuple[list[str], list[Json]]:
    lines = [_cells(book, each) for each in series]
    if headers is None:  # Google guesses: a text above numbers is a name
        headers = int(any(line and isinstance(line[0].value, str) for line in lines))
    labels = [str(cell.rendered()) for cell in _cells(book, domain or {})[headers:]]
    told = [
        {
            "name": str(line[0].rendered()) if headers and line else "",
            "values": [_figure(cell) for cell in line[headers:]],
        }
        for line in lines
    ]
    return labels, told


def _figure(cell: Cell) -> float:
    """A text that looks like a number is no number to a chart."""
    return cell.value if isinstance(cell.value, int | float) and not isinstance(cell.value, bool) else 0


def _cells(book: Book, data: Json) -> list[Cell]:
    found = []
    for source in data.get("sourceRange", {}).get("sources", ()):
        sheet, box = book.sheet(source["sheetId"]), book.held(source)
        found += [sheet.cell(r, c) for r in range(box.top, box.bottom) for c in range(box.left, box.right)]
    return found
