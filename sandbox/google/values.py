"""`spreadsheets.values`: reading and writing rectangles, and finding the table that `append` goes below."""

from __future__ import annotations

from typing import Any

from sandbox.google.a1 import Box, Span
from sandbox.google.errors import Invalid, bad, bad_field
from sandbox.google.grid import Book, Json, Sheet

_INPUT = ("RAW", "USER_ENTERED")
_RENDER = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
_DATES = ("SERIAL_NUMBER", "FORMATTED_STRING")


def read(book: Book, text: Any, options: Json) -> Json:
    """A ValueRange: trailing empty cells and rows are not there, and `values` itself is not if nothing is."""
    render = _one_of(options, "valueRenderOption", _RENDER)
    dates = _one_of(options, "dateTimeRenderOption", _DATES)
    major = _one_of(options, "majorDimension", ("ROWS", "COLUMNS"))
    try:
        sheet, span = book.at(text)
        box = sheet.found(span)
    except Invalid as fault:
        raise bad(str(fault)) from None
    lines = sheet.lines[box.top : box.bottom]
    rows = [[cell.rendered(render, dates) for cell in line[box.left : box.right]] for line in lines]
    if major == "COLUMNS":
        rows = [[row[n] if n < len(row) else "" for row in rows] for n in range(max(map(len, rows), default=0))]
    rows = _trimmed(rows)
    return {
        "range": box.named(sheet.title),
        "majorDimension": major,
        **({"values": rows} if rows else {}),
    }


def read_all(book: Book, ranges: list[str], options: Json) -> Json:
    return {"spreadsheetId": book.id, "valueRanges": [read(book, each, options) for each in ranges]}


def write(book: Book, caller: str, text: Any, body: Json, options: Json, where: str = "data") -> Json:
    """An UpdateValuesResponse: null is passed over, "" empties a cell and counts as updated."""
    option = input_option(options)
    rows = _rows(body, where)
    try:
        sheet, span = book.at(text)
        box = sheet.meant(span, len(rows), max(map(len, rows), default=0))
        done = _fill(book, caller, sheet, box, rows, option)
    except Invalid as fault:
        raise bad(str(fault) if where == "data" else f"Invalid {where}: {fault}") from None
    return _updated(book, sheet, done, rows, options)


def write_all(book: Book, caller: str, body: Json) -> Json:
    """All or none: the book handed in may be spoilt by a refusal, so it must be a copy."""
    option = {"valueInputOption": input_option(body)}
    if not isinstance(body.get("data"), list):
        raise bad_field("data", "Invalid value at 'data'")
    rows: set[tuple[int, int]] = set()
    columns: set[tuple[int, int]] = set()
    told = []
    for index, each in enumerate(body["data"]):
        if not isinstance(each, dict):
            raise bad_field(f"data[{index}]", f"Invalid value at 'data[{index}]'")
        answer = write(book, caller, each.get("range"), each, option, f"data[{index}]")
        sheet, span = book.at(answer["updatedRange"])
        box = sheet.found(span)
        rows |= {(sheet.id, row) for row in range(box.top, box.bottom)}
        columns |= {(sheet.id, column) for column in range(box.left, box.right)}
        told.append(answer)
    return {
        "spreadsheetId": book.id,
        "totalUpdatedRows": len(rows),
        "totalUpdatedColumns": len(columns),
        "totalUpdatedCells": sum(answer.get("updatedCells", 0) for answer in told),
        "totalUpdatedSheets": len({sheet_id for sheet_id, _ in rows}),
        "responses": told,
    }


def append(book: Book, caller: str, text: Any, body: Json, options: Json) -> Json:
    """Below the table that is found at the range, which may begin further right than the range does; the grid grows."""
    option, rows = input_option(options), _rows(body, "data")
    insert = _one_of(options, "insertDataOption", ("OVERWRITE", "INSERT_ROWS"))
    try:
        sheet, span = book.at(text)
        table = _table(sheet, span)
        top, left = (table.bottom, table.left) if table else (span.top or 0, span.left or 0)
        box = Box(top, left, top + len(rows), left + max(map(len, rows), default=1))
        sheet.resize("ROWS", max(sheet.rows, box.bottom))
        sheet.resize("COLUMNS", max(sheet.columns, box.right))
        book.check_size()
        if insert == "INSERT_ROWS":
            sheet.lines[top:top] = [[] for _ in rows] if top < len(sheet.lines) else []
            sheet.resize("ROWS", sheet.rows + len(rows))
            book.shift(sheet, "ROWS", top, len(rows))
        done = _fill(book, caller, sheet, box, rows, option)
    except Invalid as fault:
        raise bad(str(fault)) from None
    found = {"tableRange": table.named(sheet.title)} if table else {}
    return {"spreadsheetId": book.id, **found, "updates": _updated(book, sheet, done, rows, options)}


def clear(book: Book, caller: str, text: Any) -> str:
    """Empties the cells, their looks kept; the range that was meant."""
    try:
        sheet, span = book.at(text)
        box = sheet.found(span)
        book.guard(caller, sheet, box)
    except Invalid as fault:
        raise bad(str(fault)) from None
    for line in sheet.lines[box.top : box.bottom]:
        line[box.left : box.right] = [cell.written("", "RAW") for cell in line[box.left : box.right]]
    return box.named(sheet.title)


def input_option(options: Json) -> str:
    option = options.get("valueInputOption")
    if option in (None, "", "INPUT_VALUE_OPTION_UNSPECIFIED"):
        raise bad("'valueInputOption' is required but not specified")
    if option not in _INPUT:
        raise bad_field("value_input_option", f"Invalid value at 'value_input_option', \"{option}\"")
    return str(option)


def _table(sheet: Sheet, span: Span) -> Box | None:
    """The table that lies at the range: from where it asks for, or (if it only names the sheet) the last one there is.

    Cells belong together when they touch, corners included (seen on the real service: A1 and C1 do not).
    """
    if span == Span():
        filled = sheet.filled()
        row = filled.bottom - 1
        starts = [column for column in range(filled.right) if row >= 0 and not sheet.cell(row, column).empty]
        return _grown(sheet, row, starts[-1]) if starts else None
    row, column = span.top or 0, span.left or 0
    return None if sheet.cell(row, column).empty else _grown(sheet, row, column)


def _grown(sheet: Sheet, row: int, column: int) -> Box:
    box = Box(row, column, row + 1, column + 1)
    while True:
        ring = [
            (r, c)
            for r in range(max(box.top - 1, 0), min(box.bottom + 1, len(sheet.lines)))
            for c in range(max(box.left - 1, 0), box.right + 1)
            if not (box.top <= r < box.bottom and box.left <= c < box.right) and not sheet.cell(r, c).empty
        ]
        if not ring:
            return box
        rows, columns = [r for r, _ in ring], [c for _, c in ring]
        box = Box(
            min(box.top, *rows),
            min(box.left, *columns),
            max(box.bottom, *(r + 1 for r in rows)),
            max(box.right, *(c + 1 for c in columns)),
        )


def _fill(book: Book, caller: str, sheet: Sheet, box: Box, rows: list[list[Any]], option: str) -> Box:
    """Writes, and gives the cells that the rows covered."""
    done = Box(box.top, box.left, box.top + max(len(rows), 1), box.left + max(max(map(len, rows), default=0), 1))
    book.guard(caller, sheet, done)
    for row, values in enumerate(rows, box.top):
        for column, value in enumerate(values, box.left):
            if value is not None:
                cell = sheet.cell(row, column).written(value, option)
                if not (cell.empty and sheet.cell(row, column).empty):
                    sheet.put(row, column, cell)
    return done


def _updated(book: Book, sheet: Sheet, done: Box, rows: list[list[Any]], options: Json) -> Json:
    cells = sum(value is not None for row in rows for value in row)
    answer: Json = {"spreadsheetId": book.id, "updatedRange": done.named(sheet.title)}
    if cells:
        across = {column for row in rows for column, value in enumerate(row) if value is not None}
        down = sum(any(value is not None for value in row) for row in rows)
        answer |= {"updatedRows": down, "updatedColumns": len(across), "updatedCells": cells}
    if str(options.get("includeValuesInResponse")).lower() == "true":
        answer["updatedData"] = read(book, answer["updatedRange"], {})
    return answer


def _rows(body: Json, where: str) -> list[list[Any]]:
    """The rows of a ValueRange, as they are to stand in the grid."""
    found = body.get("values", [])
    if not isinstance(found, list) or not all(isinstance(row, list) for row in found):
        wrong = found if not isinstance(found, list) else next(row for row in found if not isinstance(row, list))
        shown = f'"{wrong}"' if isinstance(wrong, str) else str(wrong)
        what = f"Invalid value at '{where}.values' (type.googleapis.com/google.protobuf.ListValue), {shown}"
        raise bad_field(f"{where}.values", what)
    for r, row in enumerate(found):
        for c, value in enumerate(row):
            if isinstance(value, list | dict):
                kind = "list_value" if isinstance(value, list) else "struct_value"
                raise bad(f"Invalid values[{r}][{c}]: {kind} {{}}")
    if body.get("majorDimension") == "COLUMNS":
        width = max(map(len, found), default=0)
        return [[column[n] if n < len(column) else None for column in found] for n in range(width)]
    return found


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    kept = []
    for row in rows:
        width = max((n + 1 for n, value in enumerate(row) if value != ""), default=0)
        kept.append(row[:width])
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _one_of(options: Json, name: str, known: tuple[str, ...]) -> str:
    value = options.get(name) or known[0]
    if value not in known:
        raise bad_field(name, f"Invalid value at '{name}', \"{value}\"")
    return str(value)
