"""Formulas, as far as colours by rule and simple cells need them; of any other one the stand-in says `#NAME?`.

Relative references are read as seen from the first cell of a rule's range, as Google reads them.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.google.a1 import column_number
from sandbox.google.cells import Scalar, serial, shown, typed

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|\"(?P<text>(?:[^\"]|\"\")*)\""
    r"|(?P<cell>\$?[A-Za-z]{1,3}\$?\d+)(?![A-Za-z0-9_(])|(?P<name>[A-Za-z]+)|(?P<mark><=|>=|<>|[-+*/&=<>(),]))"
)
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_LEVELS = (tuple(_COMPARED), ("&",), ("+", "-"), ("*", "/"))


class Unknown(Exception):
    """A formula, or a part of one, that is not built here."""


@dataclass
class Place:
    """Where a formula is read: `cell(row, column)` gives values, `down` and `right` move relative references."""

    cell: Callable[[int, int], Scalar]
    today: date | None = None
    down: int = 0
    right: int = 0


def reckoned(formula: str, place: Place) -> Scalar:
    """The value of a formula that begins with "="."""
    try:
        value = _Reader(_tokens(formula[1:]), place).whole()
    except ZeroDivisionError:
        return "#DIV/0!"
    except (Unknown, IndexError, RecursionError, OverflowError):
        return "#NAME?"
    except ValueError:
        return "#VALUE!"
    return _whole(value)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if not token or not token.lastgroup:
            raise Unknown(text)
        found.append((token.lastgroup, token[token.lastgroup]))
        at = token.end()
    return found


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]], place: Place) -> None:
        self.tokens, self._place = tokens, place

    def whole(self) -> Scalar:
        value = self.level(0)
        if self.tokens:
            raise Unknown(self.tokens[0][1])
        return value

    def level(self, depth: int) -> Scalar:
        if depth == len(_LEVELS):
            return self._single()
        value = self.level(depth + 1)
        while self.tokens and self.tokens[0][0] == "mark" and self.tokens[0][1] in _LEVELS[depth]:
            mark = self.tokens.pop(0)[1]
            value = _joined(value, mark, self.level(depth + 1))
        return value

    def _single(self) -> Scalar:
        kind, text = self.tokens.pop(0)
        match kind:
            case "number":
                return float(text)
            case "text":
                return text.replace('""', '"')
            case "cell":
                return self._cell(text)
            case "name" if text.upper() in ("TRUE", "FALSE"):
                return text.upper() == "TRUE"
            case "name":
                self._take("(")
                return self._call(text.upper(), self._arguments())
        if text == "-":
            return -_number(self._single())
        if text != "(":
            raise Unknown(text)
        value = self.level(0)
        self._take(")")
        return value

    def _arguments(self) -> list[Scalar]:
        found: list[Scalar] = []
        while self.tokens and self.tokens[0] != ("mark", ")"):
            found.append(self.level(0))
            if self.tokens and self.tokens[0] == ("mark", ","):
                self.tokens.pop(0)
        self._take(")")
        return found

    def _take(self, mark: str) -> None:
        if not self.tokens or self.tokens.pop(0) != ("mark", mark):
            raise Unknown(mark)

    def _cell(self, text: str) -> Scalar:
        column_fixed, column, row_fixed, row = re.fullmatch(r"(\$?)([A-Za-z]+)(\$?)(\d+)", text).groups()  # type: ignore[union-attr]
        right = 0 if column_fixed else self._place.right
        down = 0 if row_fixed else self._place.down
        return self._place.cell(int(row) - 1 + down, column_number(column) + right)

    def _call(self, name: str, given: list[Scalar]) -> Scalar:
        if name == "TODAY" and not given and self._place.today:
            return serial(self._place.today)
        if name not in _FUNCTIONS:
            raise Unknown(name)
        try:
            return _FUNCTIONS[name](*given)
        except TypeError:  # too many arguments, or too few
            raise Unknown(name) from None


def _joined(left: Scalar, mark: str, right: Scalar) -> Scalar:
    match mark:
        case "&":
            return _text(left) + _text(right)
        case "+":
            return _number(left) + _number(right)
        case "-":
            return _number(left) - _number(right)
        case "*":
            return _number(left) * _number(right)
        case "/":
            return _number(left) / _number(right)
    return _COMPARED[mark](_ranked(left, right), _ranked(right, left))


def _ranked(value: Scalar, other: Scalar) -> tuple[int, Any]:
    """Numbers come before text, text before truth; an empty cell is whatever the other side is."""
    if value is None:
        value = "" if isinstance(other, str) else False if isinstance(other, bool) else 0
    if isinstance(value, bool):
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def _number(value: Scalar) -> float:
    if isinstance(value, str):
        return float(value)
    return float(value or 0)


def _truth(value: Scalar) -> bool:
    return value.upper() == "TRUE" if isinstance(value, str) else bool(value)


def _text(value: Scalar) -> str:
    return "" if value is None else shown(value, {})


def _whole(value: Scalar) -> Scalar:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _dressed(value: Scalar, pattern: Scalar) -> str:
    kind = "DATE" if re.search(r"[ymd]", _text(pattern)) else "NUMBER"
    return shown(value, {"type": kind, "pattern": _text(pattern)})


_FUNCTIONS: Mapping[str, Callable[..., Scalar]] = {
    "AND": lambda *given: all(map(_truth, given)),
    "OR": lambda *given: any(map(_truth, given)),
    "NOT": lambda value: not _truth(value),
    "IF": lambda test, then, other=False: then if _truth(test) else other,
    "ISBLANK": lambda value: value in (None, ""),
    "LEN": lambda value: len(_text(value)),
    "LEFT": lambda value, count=1: _text(value)[: int(_number(count))],
    "DATEVALUE": lambda value: _number(typed(_text(value))[0]),
    "VALUE": lambda value: _number(typed(_text(value))[0]),
    "REGEXMATCH": lambda value, pattern: re.search(_text(pattern), _text(value)) is not None,
    "TEXT": _dressed,
}
