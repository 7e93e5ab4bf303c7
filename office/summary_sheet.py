"""The sheet of figures in a workbook: small tables, beside each a chart that Excel draws from them.

Whoever cannot tell the colours apart has names, numbers and patterns.
"""

from __future__ import annotations

from typing import Any

from office.tables import CHART_ROWS, COLOURS, Block, Summary, cell_text

#: Okabe and Ito's colours, which colour-blind readers tell apart, each with a pattern of its own.
LOOKS = (
    {"fg_color": COLOURS[0], "bg_color": COLOURS[0], "pattern": "percent_90"},
    {"fg_color": COLOURS[1], "bg_color": "#FFFFFF", "pattern": "wide_upward_diagonal"},
    {"fg_color": COLOURS[2], "bg_color": "#FFFFFF", "pattern": "small_grid"},
    {"fg_color": COLOURS[3], "bg_color": "#FFFFFF", "pattern": "wide_downward_diagonal"},
)
TYPES = {
    "column": {"type": "column"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "line": {"type": "line"},
    "pie": {"type": "pie"},
}
NAMES_WIDTH, NUMBERS_WIDTH = 44, 16
ROW_PIXELS, WIDE = 20, 760
#: Numbers on a chart; nothing where there is none.
SOME = "#,##0;;"


def write_summary(book: Any, summary: Summary) -> None:
    """Add the sheet to the workbook (of xlsxwriter), last."""
    sheet = book.add_worksheet(summary.title)
    looks = {
        "note": book.add_format({"font_color": "#444444"}),
        "title": book.add_format({"bold": True, "font_size": 13}),
        "head": book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True}),
        "name": book.add_format({}),
        "number": book.add_format({"num_format": "#,##0", "align": "right"}),
    }
    sheet.set_column(0, 0, NAMES_WIDTH)
    sheet.set_column(1, max(len(block.header) for block in summary.blocks), NUMBERS_WIDTH)
    for row, note in enumerate(summary.notes):
        sheet.write_string(row, 0, cell_text(note), looks["note"])
    for row, block in summary.placed():
        _block(sheet, looks, row, block)
        if block.chart:
            place = {"object_position": 2, "x_offset": 24}
            sheet.insert_chart(row, len(block.header), _chart(book, summary.title, row, block), place)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _block(sheet: Any, looks: dict[str, Any], row: int, block: Block) -> None:
    sheet.write_string(row, 0, block.title, looks["title"])
    for column, name in enumerate(block.header):
        sheet.write_string(row + 1, column, name, looks["head"])
    for line, cells in enumerate(block.rows, row + 2):
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(line, column, cell, looks["number"])
            else:
                sheet.write_string(line, column, cell_text(cell), looks["number" if column else "name"])


def _chart(book: Any, sheet: str, row: int, block: Block) -> Any:
    """`row` is that of the block's title."""
    chart, first, last = book.add_chart(TYPES[block.chart]), row + 2, row + 1 + len(block.rows)
    for column in range(1, len(block.header)):
        series = {
            "name": [sheet, row + 1, column],
            "categories": [sheet, first, 0, last, 0],
            "values": [sheet, first, column, last, column],
            "data_labels": {"value": True, "num_format": SOME, "font": {"size": 10, "bold": True}},
        }
        chart.add_series(series | _look(block, column))
    chart.set_title({"name": block.title, "name_font": {"size": 13}, "overlay": False})
    if block.chart == "pie":
        chart.set_legend({"position": "right", "font": {"size": 11}})
    else:
        chart.set_x_axis({"name": block.header[0], "num_font": {"size": 10}})
        chart.set_y_axis({"name": "จำนวนเรื่อง", "min": 0, "num_format": "#,##0", "major_gridlines": {"visible": True}})
        chart.set_legend({"position": "bottom"} if len(block.header) > 2 else {"none": True})
    chart.set_size({"width": WIDE, "height": CHART_ROWS * ROW_PIXELS + ROW_PIXELS})
    return chart


def _look(block: Block, column: int) -> dict[str, Any]:
    """Each series, or each slice, has a colour and a pattern."""
    if block.chart == "pie":
        points = [{"pattern": LOOKS[n % len(LOOKS)], "border": {"color": "#444444"}} for n in range(len(block.rows))]
        return {"points": points}
    look = LOOKS[(column - 1) % len(LOOKS)]
    if block.chart == "line":
        return {"line": {"color": look["fg_color"], "width": 2.25}, "marker": {"type": "automatic"}}
    return {"pattern": look, "border": {"color": look["fg_color"]}, "gap": 60}
