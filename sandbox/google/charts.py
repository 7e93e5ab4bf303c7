"""Charts: made, changed, taken away; their sources must lie on the grid."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sandbox.google.errors import Invalid
from sandbox.google.grid import Book, Json, Kind
from sandbox.google.looks import every, given_number, one

_CHARTS = (
    *("basicChart", "pieChart", "bubbleChart", "candlestickChart", "orgChart", "histogramChart"),
    *("waterfallChart", "treemapChart", "scorecardChart"),
)


def _add_chart(book: Book, body: Json, _: str) -> Json:
    asked = copy.deepcopy(body.get("chart") or {})
    _check_chart(book, asked.get("spec"))
    anchor = asked.get("position", {}).get("overlayPosition", {}).get("anchorCell")
    if anchor is None:
        raise Invalid("the stand-in places charts by position.overlayPosition.anchorCell only")
    sheet = book.sheet(anchor.get("sheetId"))
    if anchor.get("rowIndex", 0) >= sheet.rows or anchor.get("columnIndex", 0) >= sheet.columns:
        raise Invalid("The anchor cell is not on the grid.")
    made = {**asked, "chartId": given_number(asked.get("chartId"), {each["chartId"] for each in every(book, "charts")})}
    sheet.charts.append(made)
    return {"addChart": {"chart": copy.deepcopy(made)}}


def _update_chart(book: Book, body: Json, _: str) -> Json:
    chart = one(book, "charts", "chartId", body.get("chartId"), "chart")[1]
    spec = copy.deepcopy(body.get("spec"))
    _check_chart(book, spec)
    chart["spec"] = spec
    return {}


def _delete_object(book: Book, body: Json, _: str) -> Json:
    sheet, chart = one(book, "charts", "chartId", body.get("objectId"), "embedded object")
    sheet.charts.remove(chart)
    return {}


def _check_chart(book: Book, spec: Any) -> None:
    if not isinstance(spec, dict):
        raise Invalid("spec is required.")
    kinds = [name for name in _CHARTS if name in spec]
    if len(kinds) != 1:
        raise Invalid("A chart must have exactly one kind of spec.")
    sources = _sources(spec[kinds[0]])
    if not sources:
        raise Invalid(f"{kinds[0]}: no source ranges.")
    for source in sources:
        source.setdefault("sheetId", 0)
        _, box = book.area(source)
        if box.width > 1 and box.height > 1:
            raise Invalid("A source range must be one row or one column.")
    if kinds == ["basicChart"] and not spec["basicChart"].get("chartType"):
        raise Invalid("basicChart.chartType is required.")


def _sources(node: Any) -> list[Json]:
    if isinstance(node, dict):
        own = list(node.get("sourceRange", {}).get("sources", ()))
        return own + [source for name, value in node.items() if name != "sourceRange" for source in _sources(value)]
    return [source for value in node for source in _sources(value)] if isinstance(node, list) else []


KINDS: Mapping[str, Kind] = {
    "addChart": _add_chart,
    "updateChartSpec": _update_chart,
    "deleteEmbeddedObject": _delete_object,
}
