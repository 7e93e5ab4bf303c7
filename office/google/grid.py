"""What must be written so that a tab of the Google sheet says what the database says. Pure: cells in, writes out.

A tab belongs to people as much as to us. They sort, insert, delete and move at any moment, and Sheets can neither lock
nor compare before it writes, so a write may land one row beside the one that was read. Hence three rules:

* Rows are known by their key, columns by their heading, wherever they stand.
* No range ever spans a column that is not ours. What people wrote stays in the row it was written in.
* The key of a row that is there is never written. A write that lands on another row leaves that row its key, and the
  next look finds it by that key, sees what is wrong and puts it right, the note still beside it; on a row that has no
  key, it finds what was just written and takes it away.

Only a new row brings its key along; should it land on a row that was pushed down in that moment, `Before` tells whose
note stands there, and the row is given back to its owner. (Whose, of two with the same words, makes no difference.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from office.google.columns import Layout, filled, layout_of
from office.tables import Table

Row = tuple[str | int, ...]
#: What stands in people's own columns of a row: heading and cell.
Note = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Tab:
    """A tab as it was read: how many rows and columns there are, and its cells as far as they are filled."""

    title: str
    rows: int
    columns: int
    cells: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Write:
    """Cells to be written from this place to the right (from 0). `key`: whose row it is, "" for headings."""

    row: int
    column: int
    cells: Row
    key: str = ""


@dataclass(frozen=True)
class Before:
    """What the look before our last write had seen: what people had noted beside each key, and whether that write has
    `keyed` rows, new or emptied; and what was written without a key since the first look."""

    notes: Mapping[str, Note] = field(default_factory=dict)
    keyed: bool = False
    wrote: frozenset[tuple[str, ...]] = frozenset()


@dataclass(frozen=True)
class Plan:
    """What to write into a tab of at least this many `rows` and `columns`, and what was noticed: keys whose cells of
    ours somebody had changed, keys that had gone, keys that stood twice."""

    writes: tuple[Write, ...]
    rows: int
    columns: int
    edited: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    before: Before = Before()
    headless: bool = False


def plan(
    tab: Tab,
    table: Table,
    shown: frozenset[str],
    before: Before | None = None,
    *,
    others: frozenset[str] = frozenset(),
    whole: bool = False,
) -> Plan:
    """How to make the tab right. `shown` are the keys whose present content was seen in the tab before: if it is not
    there any more, that was somebody else. `others`: keys of ours that are no business of this look (another year's).
    `whole`: write every row, right or not.

    A tab that has lost its headings is `headless`: it needs an empty first row before anything else.
    """
    layout = layout_of(tab.cells, table)
    if layout is None:
        return Plan((), tab.rows, tab.columns, headless=True)
    return _Reading(tab, table, layout, before or Before(), others).plan(shown, whole=whole)


class _Reading:
    """One look at one tab."""

    def __init__(self, tab: Tab, table: Table, layout: Layout, before: Before, others: frozenset[str]) -> None:
        self._tab, self._layout, self._before, self._others = tab, layout, before, others
        self._key = table.header.index(table.key)
        self._wanted = {row[self._key]: row for row in table.rows}
        self._places: dict[str, list[int]] = {key: [] for key in self._wanted}
        self._nobodys: list[int] = []
        for number, cells in enumerate(tab.cells):
            if number != layout.top:
                self._sort_in(number, cells)

    def _sort_in(self, number: int, cells: Sequence[Any]) -> None:
        key = str(filled(cells, self._layout.at[self._key])).strip()
        if key in self._places:
            self._places[key].append(number)
        elif key not in self._others and any(cell != "" for cell in cells):
            self._nobodys.append(number)

    def plan(self, shown: frozenset[str], *, whole: bool) -> Plan:
        back = self._given_back()
        doubles = self._keep_one_each(back)
        adopted = self._adopted()
        kept = {key: rows[0] for key, rows in self._places.items() if rows}  # neither given back nor adopted
        new = [key for key in self._wanted if key not in kept and key not in adopted and key not in back]
        wrong = [key for key, row in kept.items() if not self._is_right(row, key)]
        end = max(len(self._tab.cells), self._layout.top + 1)
        with_key = {**back, **adopted, **{key: end + i for i, key in enumerate(new)}}
        blank = tuple([""] * len(self._layout.at))
        strays = [row for row in self._nobodys if self._keyless(self._ours(row)) in self._before.wrote]
        keyless = list(kept) if whole else wrong
        writes = [
            *(Write(self._layout.top, column, (name,)) for column, name in self._layout.headings),
            *(write for key in keyless for write in self._put(kept[key], key)),
            *(write for row in strays for write in self._cells(row, blank, "", with_key=False)),
            *(write for row, key in doubles for write in self._cells(row, blank, key, with_key=True)),
            *(write for key, row in with_key.items() for write in self._put(row, key, with_key=True)),
        ]
        return Plan(
            tuple(writes),
            rows=max([self._tab.rows, *(write.row + 1 for write in writes)]),
            columns=max([self._tab.columns, *(write.column + len(write.cells) for write in writes)]),
            edited=tuple(key for key in (*wrong, *adopted) if key in shown),
            gone=tuple(key for key in new if key in shown),
            doubled=tuple(key for _, key in doubles),
            before=Before(
                self._notes({**kept, **back, **adopted}),
                bool(with_key or doubles),
                self._before.wrote.union(self._keyless(self._wanted[key]) for key in keyless),
            ),
        )

    def _given_back(self) -> dict[str, int]:
        """Keys that have lost their note to a row of another key, and those rows: our own last write fell on them."""
        back: dict[str, int] = {}
        if self._before.keyed:
            rows, owners = defaultdict[Note, list[int]](list), defaultdict[Note, list[str]](list)
            for row in range(len(self._tab.cells)):
                rows[self._note(row)].append(row)
            for key, note in self._before.notes.items():
                owners[note].append(key)
            for note, keys in owners.items():
                theirs = {row for key in keys for row in self._places.get(key, ())}
                lost = [key for key in keys if not any(row in rows[note] for row in self._places.get(key, rows[note]))]
                back |= zip(lost, (row for row in rows[note] if row not in theirs), strict=False)
        self._take_out(set(back.values()))
        return back

    def _take_out(self, taken: set[int]) -> None:
        if taken:
            self._nobodys = [row for row in self._nobodys if row not in taken]
            self._places = {key: [row for row in rows if row not in taken] for key, rows in self._places.items()}

    def _keep_one_each(self, back: Mapping[str, int]) -> list[tuple[int, str]]:
        """Of a key that stands twice the row with a note stays, else the first; the others, with their key."""
        found = []
        for key, rows in self._places.items():
            rows.sort(key=lambda row: not self._note(row))
            kept = 0 if key in back else 1
            found += [(row, key) for row in rows[kept:]]
            del rows[kept:]
        return found

    def _adopted(self) -> dict[str, int]:
        """Rows of ours whose key somebody has changed or cleared: the number is the same, and most of the rest."""
        found: dict[str, int] = {}
        numbers = {self._ours(row)[0]: row for row in self._nobodys}
        for key, rows in self._places.items():
            row = numbers.get(self._wanted[key][0]) if not rows else None
            if row is not None and self._likeness(row, key) > len(self._layout.at) // 2:
                found[key] = row
                self._nobodys.remove(row)
        return found

    def _likeness(self, row: int, key: str) -> int:
        return sum(a == b for a, b in zip(self._ours(row), self._wanted[key], strict=True))

    def _keyless(self, cells: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*cells[: self._key], *cells[self._key + 1 :])

    def _is_right(self, row: int, key: str) -> bool:
        return self._ours(row) == self._wanted[key]

    def _ours(self, row: int) -> tuple[Any, ...]:
        cells = self._tab.cells[row] if row < len(self._tab.cells) else ()
        return tuple(filled(cells, column) for column in self._layout.at)

    def _notes(self, places: Mapping[str, int]) -> dict[str, Note]:
        """The notes by key; of a key that cannot be found just now, as they were."""
        found = ((key, self._note(row)) for key, row in places.items())
        return {**self._before.notes, **{key: note for key, note in found if note}}

    def _note(self, row: int) -> Note:
        cells = self._tab.cells[row] if row < len(self._tab.cells) else ()
        return tuple((name, cells[column]) for column, name in self._layout.theirs if filled(cells, column) != "")

    def _put(self, row: int, key: str, *, with_key: bool = False) -> Iterator[Write]:
        return self._cells(row, self._wanted[key], key, with_key=with_key)

    def _cells(self, row: int, cells: Sequence[str], key: str, *, with_key: bool) -> Iterator[Write]:
        """Our cells of a row as runs of neighbours."""
        for start, columns in self._layout.runs if with_key else self._layout.runs_without(self._key):
            yield Write(row, start, tuple(cells[i] for i in columns), key)


def blocks(writes: Iterable[Write]) -> list[tuple[int, int, list[Row]]]:
    """The same writes in as few rectangles as they make: first row, first column, rows of cells."""
    ordered = sorted(writes, key=lambda write: (write.column, len(write.cells), write.row))
    together = groupby(enumerate(ordered), lambda each: (each[1].column, len(each[1].cells), each[1].row - each[0]))
    found = [[write for _, write in group] for _, group in together]
    return [(group[0].row, group[0].column, [write.cells for write in group]) for group in found]
