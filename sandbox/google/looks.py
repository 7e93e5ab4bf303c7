"""What lies over the cells of a sheet: protected ranges, filters, colours by rule; and the looks of a cell."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.google import masks
from sandbox.google.a1 import Box
from sandbox.google.cells import Cell
from sandbox.google.errors import Invalid, protected
from sandbox.google.grid import Book, Json, Kind, Sheet
from sandbox.google.masks import Mask

_VALUES = ("numberValue", "stringValue", "boolValue", "formulaValue")
_CELL_FIELDS = {"userEnteredValue", "userEnteredFormat", "note", "dataValidation"}
_CONDITIONS: Mapping[str, tuple[int, int]] = {  # how many values each takes
    **dict.fromkeys(("BLANK", "NOT_BLANK"), (0, 0)),
    **dict.fromkeys(("TEXT_CONTAINS", "TEXT_NOT_CONTAINS", "TEXT_STARTS_WITH", "TEXT_ENDS_WITH"), (1, 1)),
    **dict.fromkeys(("NUMBER_GREATER", "NUMBER_LESS", "NUMBER_GREATER_THAN_EQ", "NUMBER_LESS_THAN_EQ"), (1, 1)),
    **dict.fromkeys(("NUMBER_EQ", "NUMBER_NOT_EQ", "TEXT_EQ", "TEXT_NOT_EQ"), (1, 10**6)),
    **dict.fromkeys(("DATE_BEFORE", "DATE_AFTER", "DATE_ON_OR_BEFORE", "DATE_ON_OR_AFTER", "DATE_EQ"), (1, 1)),
    **dict.fromkeys(("NUMBER_BETWEEN", "NUMBER_NOT_BETWEEN", "DATE_BETWEEN", "DATE_NOT_BETWEEN"), (2, 2)),
    **dict.fromkeys(("DATE_IS_VALID", "TEXT_IS_EMAIL", "TEXT_IS_URL"), (0, 0)),
    "CUSTOM_FORMULA": (1, 1),
    "BOOLEAN": (0, 2),
    "ONE_OF_LIST": (1, 500),
    "ONE_OF_RANGE": (1, 1),
}


def grid_range(sheet: Sheet, box: Box) -> Json:
    rows = {"startRowIndex": box.top, "endRowIndex": box.bottom}
    return {"sheetId": sheet.id, **rows, "startColumnIndex": box.left, "endColumnIndex": box.right}


# --- one cell ---


def changed(cell: Cell, data: Json, mask: Mask) -> Cell:
    """The cell with the fields of the mask taken from a CellData; what it does not give is emptied."""
    wanted = _CELL_FIELDS if "*" in mask else mask.keys()
    if unknown := wanted - _CELL_FIELDS:
        raise Invalid(f"fields: a cell has no field {min(unknown)} that can be written here")
    if "userEnteredValue" in wanted:
        cell = _with_value(cell, data.get("userEnteredValue") or {})
    if "userEnteredFormat" in wanted:
        new = data.get("userEnteredFormat") or {}
        below = mask.get("userEnteredFormat")
        cell = replace(cell, format=masks.merged(dict(cell.format), new, below) if below else new)
    if "note" in wanted:
        cell = replace(cell, note=str(data.get("note") or ""))
    if "dataValidation" in wanted:
        cell = ruled(cell, data.get("dataValidation"))
    return cell


def ruled(cell: Cell, rule: Json | None) -> Cell:
    return replace(cell, rule=rule)


def _with_value(cell: Cell, value: Json) -> Cell:
    """A typed value: "=1+1" as stringValue is text."""
    if not value:
        return replace(cell, value=None, formula="", by="")
    kind, *more = value
    if more or kind not in _VALUES:
        raise Invalid(f"userEnteredValue must be one of {', '.join(_VALUES)}")
    entered = value[kind]
    expected = {"numberValue": int | float, "boolValue": bool}.get(kind, str)
    if not isinstance(entered, expected) or (kind == "numberValue" and isinstance(entered, bool)):
        raise Invalid(f"Invalid value at 'userEnteredValue.{kind}'")
    if kind == "formulaValue" and not str(entered).startswith("="):
        raise Invalid("formulaValue must begin with =")
    return cell.written(entered, "USER_ENTERED" if kind == "formulaValue" else "CELL")


def check_condition(condition: Any) -> None:
    kind = condition.get("type") if isinstance(condition, dict) else None
    if kind not in _CONDITIONS:
        raise Invalid(f"Invalid value at 'condition.type', \"{kind}\"")
    low, high = _CONDITIONS[str(kind)]
    values = condition.get("values") or []
    if not low <= len(values) <= high:
        raise Invalid(f"ConditionType {kind} does not take {len(values)} values.")
    for value in values:
        given = value.get("userEnteredValue", value.get("relativeDate"))
        if not isinstance(given, str):
            raise Invalid("a ConditionValue must have a userEnteredValue or a relativeDate")
        if kind == "CUSTOM_FORMULA" and not given.startswith("="):
            raise Invalid("CUSTOM_FORMULA must begin with =")


# --- protection ---


def _add_protection(book: Book, body: Json, caller: str) -> Json:
    asked = copy.deepcopy(body.get("protectedRange") or {})
    sheet = _within(book, asked)
    for part in asked.get("unprotectedRanges", ()):
        book.area(part)
    taken = {each["protectedRangeId"] for each in every(book, "protections")}
    number = given_number(asked.get("protectedRangeId"), taken)
    made = {"protectedRangeId": number, **asked}
    made["requestingUserCanEdit"] = True
    _settle_editors(book, made, caller)
    sheet.protections.append(made)
    return {"addProtectedRange": {"protectedRange": copy.deepcopy(made)}}


def _update_protection(book: Book, body: Json, caller: str) -> Json:
    asked, mask = copy.deepcopy(body.get("protectedRange") or {}), masks.required(body)
    sheet, old = one(book, "protections", "protectedRangeId", asked.get("protectedRangeId"), "protected range")
    if not book.may_edit(caller, old):
        raise protected()
    new = {**masks.merged(old, asked, mask), "protectedRangeId": old["protectedRangeId"]}
    if _within(book, new) is not sheet:
        raise Invalid("A protected range cannot be moved to another sheet.")
    _settle_editors(book, new, caller)
    sheet.protections[sheet.protections.index(old)] = new
    return {}


def _delete_protection(book: Book, body: Json, caller: str) -> Json:
    sheet, old = one(book, "protections", "protectedRangeId", body.get("protectedRangeId"), "protected range")
    if not book.may_edit(caller, old):
        raise protected()
    sheet.protections.remove(old)
    return {}


def _settle_editors(book: Book, made: Json, caller: str) -> None:
    """Whoever protects can edit, as can the owner, whatever was asked for; a warning has no editors."""
    if made.get("warningOnly"):
        made.pop("editors", None)
        return
    made.pop("warningOnly", None)
    owners = [who for who, role in book.shared.items() if role == "owner"]
    users = [*(made.get("editors") or {}).get("users", ()), caller, *owners]
    rest = {name: value for name, value in (made.get("editors") or {}).items() if name != "users" and value}
    made["editors"] = {**rest, "users": list(dict.fromkeys(users))}


# --- filters ---


def _set_filter(book: Book, body: Json, caller: str) -> Json:
    asked = copy.deepcopy(body.get("filter") or {})
    sheet, box = book.area(asked.get("range"))
    book.guard(caller, sheet, box)
    sheet.filter = {**asked, "range": grid_range(sheet, box)}
    return {}


def _clear_filter(book: Book, body: Json, _: str) -> Json:
    book.sheet(body.get("sheetId")).filter = None
    return {}


def _add_view(book: Book, body: Json, _: str) -> Json:
    asked = copy.deepcopy(body.get("filter") or {})
    sheet = _within(book, asked)
    number = given_number(asked.get("filterViewId"), {each["filterViewId"] for each in every(book, "views")})
    title = asked.get("title") or f"Filter {len(sheet.views) + 1}"
    if any(each["title"] == title for each in sheet.views):
        raise Invalid(f'A filter view with the name "{title}" already exists.')
    made = {"filterViewId": number, "title": title, **asked}
    sheet.views.append(made)
    return {"addFilterView": {"filter": copy.deepcopy(made)}}


def _update_view(book: Book, body: Json, _: str) -> Json:
    asked, mask = copy.deepcopy(body.get("filter") or {}), masks.required(body)
    sheet, old = one(book, "views", "filterViewId", asked.get("filterViewId"), "filter view")
    new = {**masks.merged(old, asked, mask), "filterViewId": old["filterViewId"]}
    if _within(book, new) is not sheet:
        raise Invalid("A filter view cannot be moved to another sheet.")
    sheet.views[sheet.views.index(old)] = new
    return {}


def _delete_view(book: Book, body: Json, _: str) -> Json:
    sheet, old = one(book, "views", "filterViewId", body.get("filterId"), "filter view")
    sheet.views.remove(old)
    return {}


# --- colours by rule ---


def _add_rule(book: Book, body: Json, _: str) -> Json:
    rule = copy.deepcopy(body.get("rule") or {})
    sheet, index = _check_rule(book, rule), body.get("index", 0)
    if not 0 <= index <= len(sheet.rules):
        raise Invalid(f"index[{index}] is past the end of the rules.")
    sheet.rules.insert(index, rule)
    return {}


def _update_rule(book: Book, body: Json, _: str) -> Json:
    index = body.get("index", 0)
    if "rule" in body:
        rule = copy.deepcopy(body["rule"])
        sheet = _check_rule(book, rule)
        old = _rule_at(sheet, index)
        sheet.rules[index] = rule
        return {"updateConditionalFormatRule": {"newRule": rule, "newIndex": index, "oldRule": old}}
    sheet = book.sheet(body.get("sheetId"))
    old = _rule_at(sheet, index)
    sheet.rules.insert(body.get("newIndex", 0), sheet.rules.pop(index))
    told = {"newRule": old, "newIndex": body.get("newIndex", 0), "oldRule": old, "oldIndex": index}
    return {"updateConditionalFormatRule": told}


def _delete_rule(book: Book, body: Json, _: str) -> Json:
    sheet, index = book.sheet(body.get("sheetId")), body.get("index", 0)
    old = _rule_at(sheet, index)
    del sheet.rules[index]
    return {"deleteConditionalFormatRule": {"rule": old}}


def _rule_at(sheet: Sheet, index: int) -> Json:
    if not 0 <= index < len(sheet.rules):
        raise Invalid(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return sheet.rules[index]


def _check_rule(book: Book, rule: Json) -> Sheet:
    ranges = rule.get("ranges") or []
    sheets = [book.area(each)[0] for each in ranges]
    if not sheets or any(each is not sheets[0] for each in sheets):
        raise Invalid("A rule must have ranges, all of them on one sheet.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise Invalid("A rule must have either a booleanRule or a gradientRule.")
    if "booleanRule" in rule:
        check_condition(rule["booleanRule"].get("condition"))
    for each in ranges:
        each.setdefault("sheetId", 0)
    return sheets[0]


# --- finding things ---


def _within(book: Book, thing: Json) -> Sheet:
    """The sheet that a protection or a view lies on; its range is made to name it."""
    sheet, _ = book.area(thing.get("range"))
    for each in (thing["range"], *thing.get("unprotectedRanges", ())):
        each.setdefault("sheetId", 0)
    return sheet


def every(book: Book, what: str) -> list[Json]:
    return [thing for sheet in book.sheets for thing in getattr(sheet, what)]


def one(book: Book, what: str, key: str, number: Any, called: str) -> tuple[Sheet, Json]:
    for sheet in book.sheets:
        for thing in getattr(sheet, what):
            if thing[key] == number:
                return sheet, thing
    raise Invalid(f"No {called} with ID: {number}")


def given_number(asked: Any, taken: set[int]) -> int:
    if asked in taken:
        raise Invalid(f"Duplicate id: {asked}")
    return int(asked) if asked is not None else secrets.randbelow(2**31 - 1) + 1


KINDS: Mapping[str, Kind] = {
    "addProtectedRange": _add_protection,
    "updateProtectedRange": _update_protection,
    "deleteProtectedRange": _delete_protection,
    "setBasicFilter": _set_filter,
    "clearBasicFilter": _clear_filter,
    "addFilterView": _add_view,
    "updateFilterView": _update_view,
    "deleteFilterView": _delete_view,
    "addConditionalFormatRule": _add_rule,
    "updateConditionalFormatRule": _update_rule,
    "deleteConditionalFormatRule": _delete_rule,
}
