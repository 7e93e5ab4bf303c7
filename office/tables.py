"""What is written for people to read, as plain tables: no file, no spreadsheet service, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, overload

CELL_UNITS = 32_767
CUT = " …(ตัดข้อความ)"
#: The colours of a chart's series, one after the other: told apart by everybody (Okabe and Ito).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#9A6700")
#: So many rows a chart is high.
CHART_ROWS = 15
#: So many rows are read at once.
PAGE = 500

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One sheet: our columns (`header`) and the staff's (`staffs`), whose cells we never fill.

    `key` names the column that identifies a row for good; `due` and `status` those that tell a late row from one that
    has `ended`. `rows` may be read from the database whenever they are gone through.
    """

    title: str
    header: tuple[str, ...]
    staffs: tuple[str, ...]
    key: str
    due: str
    status: str
    ended: tuple[str, ...]
    rows: Sequence[Row]


class Pages(Sequence[Row]):
    """Rows that are read when they are asked for: `read(start, most)` gives those from `start`, so many at most."""

    def __init__(self, length: int, read: Callable[[int, int], Sequence[Row]]) -> None:
        self._length, self._read = length, read

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, wanted: int) -> Row: ...
    @overload
    def __getitem__(self, wanted: slice) -> Sequence[Row]: ...
    def __getitem__(self, wanted: int | slice) -> Row | Sequence[Row]:
        places = range(self._length)[wanted]
        if isinstance(places, int):
            return self._read(places, 1)[0]
        if not places:
            return ()
        first = min(places[0], places[-1])
        rows = self._read(first, abs(places[-1] - places[0]) + 1)
        return [rows[place - first] for place in places]

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, self._length, PAGE):
            yield from self._read(start, min(PAGE, self._length - start))


@dataclass(frozen=True)
class Block:
    """One small table of counts in a `Summary`: the first column names, the others are whole numbers, or a word where
    a number is not told or not known; a row may be shorter than the header. `chart` says how it is drawn beside the
    table; not at all if it is empty."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    chart: Literal["", "column", "stacked", "line", "pie"] = ""


@dataclass(frozen=True)
class Summary:
    """The sheet of figures: `notes` are its first lines (of when, counted how), the blocks stand below each other."""

    title: str
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]

    def placed(self) -> Iterator[tuple[int, Block]]:
        """Each block with the row of its title, from 0; its header is the next row. Charts have room beside them."""
        row = len(self.notes) + 1
        for block in self.blocks:
            yield row, block
            row += max(len(block.rows) + 2, CHART_ROWS if block.chart else 0) + 2


@dataclass(frozen=True)
class YearTables:
    """The registers of one Buddhist year."""

    year: int
    tables: tuple[Table, ...]
    summary: Summary | None = None


def cell_text(text: str) -> str:
    """What a cell can hold: no control characters, no half characters, and visibly cut where it is too long."""
    clean = "".join("�" if "\ud800" <= c <= "\udfff" else c for c in text if c >= " " or c in "\n\t")
    if len(clean.encode("utf-16-le")) <= 2 * CELL_UNITS:
        return clean
    room = 2 * (CELL_UNITS - len(CUT))
    return clean.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT
