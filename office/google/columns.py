"""Which column of a tab is which: by its heading, wherever people have moved it; by what is in it, if they wrote over
the heading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from office.tables import Table

Cells = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Layout:
    """`top`: the row of the headings; `at`: for each of our columns, where it stands; `headings`: those to be written
    (column, name); `theirs`: everybody else's columns that have something in them."""

    top: int
    at: tuple[int, ...]
    headings: tuple[tuple[int, str], ...]
    theirs: tuple[tuple[int, str], ...]

    @cached_property
    def runs(self) -> list[tuple[int, tuple[int, ...]]]:
        """Our columns as runs of neighbours: where each begins, and which of ours it holds."""
        return _runs(enumerate(self.at))

    def runs_without(self, column: int) -> list[tuple[int, tuple[int, ...]]]:
        """The same without one of them."""
        return _runs((ours, at) for ours, at in enumerate(self.at) if ours != column)


def filled(cells: Sequence[Any], column: int) -> Any:
    """The cell, "" where nothing is."""
    return cells[column] if column < len(cells) else ""


def letter(column: int) -> str:
    """The name of a column: 0 is A, 26 is AA."""
    name = ""
    while column >= 0:
        name, column = chr(ord("A") + column % 26) + name, column // 26 - 1
    return name


def layout_of(cells: Cells, table: Table) -> Layout | None:
    """Where our columns stand. What is missing is put behind everything else. None: filled, but without headings."""
    top = _top(cells, table)
    if top is None:
        return None
    heads = [str(head).strip() for head in cells[top]] if cells else []
    found = _found(cells, top, heads, table)
    width = max((len(row) for row in cells), default=0)
    for ours in range(len(table.header)):
        if ours not in found:
            found[ours], width = width, width + 1
    at = tuple(found[ours] for ours in range(len(table.header)))
    missing = [(column, name) for column, name in zip(at, table.header, strict=True) if filled(heads, column) != name]
    staffs = _staffs(heads, at, table.staffs)
    theirs = [(column, filled(heads, column) or letter(column)) for column in range(width) if column not in set(at)]
    return Layout(top, at, (*missing, *staffs), tuple(theirs))


def _top(cells: Cells, table: Table) -> int | None:
    """The row of the headings; where there are none, the first if it is empty."""
    if not cells or table.key in cells[0]:
        return 0
    names = {*table.header, *table.staffs}
    count, top = max((sum(cell in names for cell in row), -number) for number, row in enumerate(cells))
    if count > 1:
        return -top
    return None if any(cells[0]) else 0


def _found(cells: Cells, top: int, heads: Sequence[str], table: Table) -> dict[int, int]:
    """For each of our columns that can be found, where it stands."""
    key, rows = table.header.index(table.key), {row[table.header.index(table.key)]: row for row in table.rows}
    body = [row for number, row in enumerate(cells) if number != top]
    known = {*table.header, *table.staffs}
    nameless = [column for column in range(max(map(len, cells), default=0)) if filled(heads, column) not in known]

    def best(name: str, score: Any) -> int | None:
        named = [column for column, head in enumerate(heads) if head == name]
        if len(named) == 1:
            return named[0]
        scores = [(score(column), -column) for column in named or nameless]
        most, column = max(scores, default=(0, 0))
        return -column if named or most > 0 else None

    found: dict[int, int] = {}
    where = best(table.key, lambda column: sum(filled(row, column) in rows for row in body))
    if where is None:
        return _named_only(heads, table)
    found[key] = where
    keyed = [(row, rows[filled(row, where)]) for row in body if filled(row, where) in rows]
    for ours, name in enumerate(table.header):
        if ours == key:
            continue
        column = best(name, lambda column, ours=ours: _agreeing(keyed, column, ours))
        if column is not None and column not in found.values():
            found[ours] = column
    return found


def _named_only(heads: Sequence[str], table: Table) -> dict[int, int]:
    return {ours: heads.index(name) for ours, name in enumerate(table.header) if name in heads}


def _agreeing(keyed: Iterable[tuple[Sequence[Any], Sequence[str]]], column: int, ours: int) -> int:
    """In how many rows this column says what ours should say; 0 unless in most."""
    said = [filled(row, column) == wanted[ours] for row, wanted in keyed if wanted[ours]]
    return sum(said) if 2 * sum(said) > len(said) else 0


def _staffs(heads: Sequence[str], at: Sequence[int], names: Sequence[str]) -> list[tuple[int, str]]:
    """Headings of the staff's columns that are not there, each over the next column that has none."""
    free = (column for column in range(max(at) + 1, max(at) + 2 + len(heads) + len(names)) if not filled(heads, column))
    return [(next(free), name) for name in names if name not in heads]


def _runs(columns: Iterable[tuple[int, int]]) -> list[tuple[int, tuple[int, ...]]]:
    ordered = sorted((at, ours) for ours, at in columns)
    grouped = groupby(enumerate(ordered), lambda each: each[1][0] - each[0])
    runs = [[place for _, place in group] for _, group in grouped]
    return [(run[0][0], tuple(ours for _, ours in run)) for run in runs]
