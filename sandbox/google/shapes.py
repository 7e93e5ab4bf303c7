"""The fields that each kind of request has (Sheets API v4 reference, "Request"): a name that is not there is refused.

None: any value. A dict: an object with these fields. A list of one: a list of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.google.errors import bad_field, unknown_name

Shape = Mapping[str, Any] | list[Any] | None


def _any(names: str) -> dict[str, Shape]:
    return dict.fromkeys(names.split())


_COLOR = _any("red green blue alpha")
_STYLE = {"rgbColor": _COLOR, "themeColor": None}
_COLORS = {"backgroundColor": _COLOR, "backgroundColorStyle": _STYLE}
_TEXT = {
    **_any("fontFamily fontSize bold italic strikethrough underline link"),
    "foregroundColor": _COLOR,
    "foregroundColorStyle": _STYLE,
}
_BORDER = {**_any("style width"), "color": _COLOR, "colorStyle": _STYLE}
_FORMAT = {
    **_COLORS,
    **_any("horizontalAlignment verticalAlignment wrapStrategy textDirection hyperlinkDisplayType textRotation"),
    "numberFormat": _any("type pattern"),
    "borders": dict.fromkeys(("top", "bottom", "left", "right"), _BORDER),
    "padding": _any("top right bottom left"),
    "textFormat": _TEXT,
}
_RANGE = _any("sheetId startRowIndex endRowIndex startColumnIndex endColumnIndex")
_STRETCH = _any("sheetId dimension startIndex endIndex")
_AT = _any("sheetId rowIndex columnIndex")
_CONDITION = {"type": None, "values": [_any("userEnteredValue relativeDate")]}
_VALIDATION = {**_any("inputMessage strict showCustomUi"), "condition": _CONDITION}
_CELL = {
    "userEnteredValue": _any("numberValue stringValue boolValue formulaValue"),
    "userEnteredFormat": _FORMAT,
    "note": None,
    "dataValidation": _VALIDATION,
}
_GRID = _any(
    "rowCount columnCount frozenRowCount frozenColumnCount hideGridlines rowGroupControlAfter columnGroupControlAfter"
)
_SHEET = {
    **_any("sheetId title index sheetType hidden rightToLeft"),
    "gridProperties": _GRID,
    "tabColor": _COLOR,
    "tabColorStyle": _STYLE,
}
_PROTECTION = {
    **_any("protectedRangeId namedRangeId tableId description warningOnly requestingUserCanEdit"),
    "range": _RANGE,
    "unprotectedRanges": [_RANGE],
    "editors": _any("users groups domainUsersCanEdit"),
}
_SORT = {**_any("dimensionIndex sortOrder"), **_COLORS, "foregroundColor": _COLOR, "foregroundColorStyle": _STYLE}
_CRITERIA = {
    "hiddenValues": None,
    "condition": _CONDITION,
    "visibleBackgroundColor": _COLOR,
    "visibleBackgroundColorStyle": _STYLE,
    "visibleForegroundColor": _COLOR,
    "visibleForegroundColorStyle": _STYLE,
}
_FILTER = {
    "range": _RANGE,
    "tableId": None,
    "sortSpecs": [_SORT],
    "criteria": None,
    "filterSpecs": [{"columnIndex": None, "filterCriteria": _CRITERIA}],
}
_VIEW = {**_FILTER, **_any("filterViewId title namedRangeId")}
_POINT = {**_any("type value"), "color": _COLOR, "colorStyle": _STYLE}
_RULE = {
    "ranges": [_RANGE],
    "booleanRule": {"condition": _CONDITION, "format": _FORMAT},
    "gradientRule": {"minpoint": _POINT, "midpoint": _POINT, "maxpoint": _POINT},
}
_DATA = {**_any("groupRule aggregateType"), "sourceRange": {"sources": [_RANGE]}}
_LABEL = {**_any("type placement"), "textFormat": _TEXT, "customLabelData": _DATA}
_SERIES = {
    **_any("targetAxis type lineStyle pointStyle"),
    "series": _DATA,
    "color": _COLOR,
    "colorStyle": _STYLE,
    "dataLabel": _LABEL,
    "styleOverrides": [{"index": None, "color": _COLOR, "colorStyle": _STYLE, "pointStyle": None}],
}
_BASIC = {
    **_any("chartType legendPosition headerCount threeDimensional interpolateNulls stackedType lineSmoothing"),
    "compareMode": None,
    "axis": [{**_any("position title titleTextPosition viewWindowOptions"), "format": _TEXT}],
    "domains": [{"domain": _DATA, "reversed": None}],
    "series": [_SERIES],
    "totalDataLabel": _LABEL,
}
_SPEC = {
    **_any("title altText titleTextPosition subtitle subtitleTextPosition fontName maximized hiddenDimensionStrategy"),
    **_any("bubbleChart candlestickChart orgChart histogramChart waterfallChart treemapChart scorecardChart"),
    **_COLORS,
    "titleTextFormat": _TEXT,
    "subtitleTextFormat": _TEXT,
    "basicChart": _BASIC,
    "pieChart": {"legendPosition": None, "threeDimensional": None, "pieHole": None, "domain": _DATA, "series": _DATA},
}
_OVERLAY = {**_any("offsetXPixels offsetYPixels widthPixels heightPixels"), "anchorCell": _AT}
_CHART = {
    "chartId": None,
    "spec": _SPEC,
    "position": {"sheetId": None, "newSheet": None, "overlayPosition": _OVERLAY},
    "border": {"color": _COLOR, "colorStyle": _STYLE},
}

REQUESTS: Mapping[str, Mapping[str, Shape]] = {
    "addSheet": {"properties": _SHEET},
    "deleteSheet": {"sheetId": None},
    "updateSheetProperties": {"properties": _SHEET, "fields": None},
    "appendDimension": _any("sheetId dimension length"),
    "insertDimension": {"range": _STRETCH, "inheritFromBefore": None},
    "deleteDimension": {"range": _STRETCH},
    "updateDimensionProperties": {"range": _STRETCH, "properties": _any("hiddenByUser pixelSize"), "fields": None},
    "updateCells": {"rows": [{"values": [_CELL]}], "fields": None, "start": _AT, "range": _RANGE},
    "repeatCell": {"range": _RANGE, "cell": _CELL, "fields": None},
    "sortRange": {"range": _RANGE, "sortSpecs": [_SORT]},
    "setDataValidation": {"range": _RANGE, "rule": _VALIDATION, "filteredRowsIncluded": None},
    "mergeCells": {"range": _RANGE, "mergeType": None},
    "unmergeCells": {"range": _RANGE},
    "addProtectedRange": {"protectedRange": _PROTECTION},
    "updateProtectedRange": {"protectedRange": _PROTECTION, "fields": None},
    "deleteProtectedRange": {"protectedRangeId": None},
    "setBasicFilter": {"filter": _FILTER},
    "clearBasicFilter": {"sheetId": None},
    "addFilterView": {"filter": _VIEW},
    "updateFilterView": {"filter": _VIEW, "fields": None},
    "deleteFilterView": {"filterId": None},
    "addConditionalFormatRule": {"rule": _RULE, "index": None},
    "updateConditionalFormatRule": {"rule": _RULE, "index": None, "sheetId": None, "newIndex": None},
    "deleteConditionalFormatRule": {"index": None, "sheetId": None},
    "addChart": {"chart": _CHART},
    "updateChartSpec": {"chartId": None, "spec": _SPEC},
    "deleteEmbeddedObject": {"objectId": None},
}


def check(node: Any, shape: Shape, where: str) -> None:
    """Raises GoogleError at the first field that is not there, or is an object where it should be a list."""
    match shape:
        case None:
            return
        case [inner]:
            if not isinstance(node, list):
                raise bad_field(where, f"Invalid value at '{where}', expected a list")
            for index, each in enumerate(node):
                check(each, inner, f"{where}[{index}]")
        case _:
            if not isinstance(node, dict):
                raise bad_field(where, f"Invalid value at '{where}', expected an object")
            for name, value in node.items():
                if name not in shape:
                    raise unknown_name(name, where)
                check(value, shape[name], f"{where}.{name}")
