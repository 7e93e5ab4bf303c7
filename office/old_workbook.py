"""An .xlsx file that people may have saved, read without ever holding a sheet in memory.

Only the cells that are asked for become objects, so 100,000 rows cost a few megabytes (a library that hands over whole
sheets: 230). Numbers, dates and texts read as a person sees them, whichever program wrote them.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO, Any, NamedTuple, Self
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

CHUNK = 1 << 16
BEGINNING = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
#: Number formats that show a date or a time without saying how: Excel's own, and the Thai ones.
DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), *range(71, 82)))

Cell = str | int
"""What stands in a cell as text, or the place of it among the shared strings."""
Attributes = dict[str, str]


class Line(NamedTuple):
    """The cells of one row that were asked for and are not empty, by column from 0; whether others are not empty."""

    cells: dict[int, Cell]
    others: bool


class OldWorkbook:
    """The file at this path. What is wrong with it raises one of `FAULTS`, at any call."""

    def __init__(self, path: Path) -> None:
        self._package = ZipFile(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._package.close()

    @cached_property
    def sheets(self) -> Mapping[str, str]:
        """The part of the package that holds each sheet, by title."""
        parts = {
            attributes["Id"]: posixpath.normpath(posixpath.join("/xl", attributes["Target"]))[1:]
            for name, attributes in self._elements("xl/_rels/workbook.xml.rels")
            if name == "Relationship"
        }
        return {
            attributes["name"]: parts[{_local(key): value for key, value in attributes.items()}["id"]]
            for name, attributes in self._elements("xl/workbook.xml")
            if name == "sheet"
        }

    def lines(self, title: str, without: Collection[int] = ()) -> Iterator[Line]:
        """The rows that are written, `without` these columns."""
        reader = _SheetReader(frozenset(without), self._dates)
        with self._package.open(self.sheets[title]) as part:
            for _ in _fed(reader.parser, part):
                yield from reader.taken()
        yield from reader.taken(last=True)

    def strings(self, places: Collection[int]) -> dict[int, str]:
        """The shared strings at these places."""
        if not places:
            return {}
        reader, last = _StringsReader(places), max(places)
        with self._package.open("xl/sharedStrings.xml") as part:
            for _ in _fed(reader.parser, part):
                if reader.place > last:
                    break
        return {place: _text("".join(pieces)) for place, pieces in reader.found.items()}

    @cached_property
    def _dates(self) -> frozenset[str]:
        """The numbers of the cell styles that show a date."""
        if "xl/styles.xml" not in self._package.namelist():
            return frozenset()
        dates, styles, group = {str(number) for number in DATES}, list[str](), ""
        for name, attributes in self._elements("xl/styles.xml"):
            if name == "numFmt" and _shows_a_date(attributes["formatCode"]):
                dates.add(attributes["numFmtId"])
            elif name == "xf" and group == "cellXfs":
                styles.append(attributes.get("numFmtId", "0"))
            elif name.endswith("s"):  # the plural encloses a group: cellStyleXfs, cellXfs, cellStyles
                group = name
        return frozenset(str(place) for place, number in enumerate(styles) if number in dates)

    def _elements(self, part: str) -> Iterator[tuple[str, Attributes]]:
        found = list[tuple[str, Attributes]]()
        parser = _parser(lambda name, attributes: found.append((_local(name), attributes)))
        with self._package.open(part) as stream:
            for _ in _fed(parser, stream):
                yield from found
                found.clear()


#: What reading raises: no package, cut off, a part or a place missing, no XML, a number that is none, a password.
FAULTS = (BadZipFile, zlib.error, EOFError, LookupError, expat.ExpatError, ValueError, OverflowError, RuntimeError)


class _SheetReader:
    """Cells as they come by; texts are listened to only in the cells that are wanted."""

    def __init__(self, without: frozenset[int], dates: frozenset[str]) -> None:
        self.parser = _parser(self._start)
        self._without, self._dates = without, dates
        self._lines: list[Line] = []
        self._cells: dict[int, Cell] = {}
        self._others = False
        self._column, self._kind, self._style = -1, "", ""
        self._pieces: list[str] = []

    def taken(self, *, last: bool = False) -> list[Line]:
        """The rows that are complete by now."""
        if last:
            self._end_row()
        lines, self._lines = self._lines, []
        return lines

    def _start(self, name: str, attributes: Attributes) -> None:
        kind = name if ":" not in name else _local(name)
        if kind in ("v", "t"):
            if self._column in self._without:
                self._others = True
            else:
                self.parser.CharacterDataHandler = self._pieces.append
            return
        self.parser.CharacterDataHandler = None
        if kind == "c":
            self._end_cell()
            place = attributes.get("r")
            self._column = _column(place.rstrip("0123456789")) if place else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        elif kind == "row":
            self._end_row()

    def _end_cell(self) -> None:
        if not self._pieces:
            return
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        if text:
            self._cells[self._column] = self._value(text)

    def _end_row(self) -> None:
        self._end_cell()
        if self._cells or self._others:
            self._lines.append(Line(self._cells, self._others))
        self._cells, self._others, self._column = {}, False, -1

    def _value(self, text: str) -> Cell:
        match self._kind:
            case "s":
                return int(text)
            case "b":
                return "TRUE" if text == "1" else "FALSE"
            case "n":
                return _date(float(text)) if self._style in self._dates else _number(text)
            case _:
                return _text(text)


class _StringsReader:
    """The shared strings at some places, in pieces; without how to pronounce them."""

    def __init__(self, places: Collection[int]) -> None:
        self.parser = _parser(self._start)
        self.found: dict[int, list[str]] = {}
        self.place, self._places, self._wanted = -1, places, False

    def _start(self, name: str, _: Attributes) -> None:
        kind = name if ":" not in name else _local(name)
        self.parser.CharacterDataHandler = None
        if kind == "si":
            self.place += 1
            self._wanted = self.place in self._places
        elif kind == "rPh":
            self._wanted = False
        elif kind == "t" and self._wanted:
            self.parser.CharacterDataHandler = self.found.setdefault(self.place, []).append


def _parser(start: Callable[[str, Attributes], Any]) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    return parser


def _refuse(*_: object) -> None:
    raise ValueError("a workbook declares no types")


def _fed(parser: expat.XMLParserType, part: IO[bytes]) -> Iterator[None]:
    while chunk := part.read(CHUNK):
        parser.Parse(chunk, False)
        yield
    parser.Parse(b"", True)
    yield


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    """A → 0 … Z → 25, AA → 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _shows_a_date(code: str) -> bool:
    """Whether a number format has a day, month, year, hour or second outside quotes and brackets."""
    return re.search("[dmyhs]", re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code.lower())) is not None


def _text(text: str) -> str:
    """With its characters back that XML cannot hold, and without blanks around it."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text).strip()


def _number(text: str) -> str:
    number = float(text)
    return str(int(number)) if number.is_integer() else str(number)


def _date(days: float) -> str:
    if days < 1:
        return str((BEGINNING + timedelta(seconds=round(days * 86_400))).time())
    moment = BEGINNING + timedelta(seconds=round(days * 86_400))
    return str(moment) if days % 1 else str(moment.date())
