"""A1 notation: `'ทะเบียน 2569'!A2:C`. Rows and columns count from 0 here, and ends are exclusive."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CORNER = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,7})?")
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOKS_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]")


@dataclass(frozen=True)
class Box:
    """A rectangle of cells."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left

    def meets(self, other: Box) -> bool:
        return (
            self.top < other.bottom and other.top < self.bottom and self.left < other.right and other.left < self.right
        )

    def holds(self, other: Box) -> bool:
        return (
            self.top <= other.top
            and other.bottom <= self.bottom
            and self.left <= other.left
            and other.right <= self.right
        )

    def named(self, title: str) -> str:
        """As Google writes it in its answers."""
        first, last = name(self.top, self.left), name(self.bottom - 1, self.right - 1)
        return f"{quoted(title)}!{first if first == last else f'{first}:{last}'}"


@dataclass(frozen=True)
class Span:
    """A range as it was asked for: None is open. `one`: a single cell was named, which is where a writing may begin."""

    top: int | None = None
    left: int | None = None
    bottom: int | None = None
    right: int | None = None
    one: bool = False


def parse(text: str) -> tuple[str | None, Span]:
    """The sheet's title (None: the first sheet) and the cells. Raises ValueError."""
    if text.startswith("'"):
        found = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
        if not found:
            raise ValueError(text)
        return found[1].replace("''", "'"), _span(found[2]) if found[2] is not None else Span()
    title, mark, cells = text.rpartition("!")
    if mark:
        return title, _span(cells)
    try:
        return None, _span(text)
    except ValueError:
        return text, Span()


def quoted(title: str) -> str:
    """A title as it stands before `!`; quoted when it is not a plain English word."""
    if _PLAIN_TITLE.fullmatch(title) and not _LOOKS_LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def name(row: int, column: int) -> str:
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """0 is A, 26 is AA."""
    text, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(65 + digit) + text
    return text


def column_number(name: str) -> int:
    """A is 0, AA is 26."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _span(cells: str) -> Span:
    first, mark, last = cells.partition(":")
    top, left = _corner(first)
    if not mark:
        if top is None or left is None:
            raise ValueError(cells)
        return Span(top, left, top + 1, left + 1, one=True)
    bottom, right = _corner(last)
    top, bottom = _sorted(top, bottom)
    left, right = _sorted(left, right)
    return Span(top, left, bottom if bottom is None else bottom + 1, right if right is None else right + 1)


def _corner(text: str) -> tuple[int | None, int | None]:
    found = _CORNER.fullmatch(text)
    if not text or not found:
        raise ValueError(text)
    return (int(found[2]) - 1 if found[2] else None), (column_number(found[1]) if found[1] else None)


def _sorted(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    return (last, first) if first is not None and last is not None and last < first else (first, last)
