"""Columns that moved while we wrote. Columns are found by their headings, but a write names them by their places, so it
falls beside them: on people's cells, and worse, on keys. What stands in the old places word for word tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from office.google.columns import Cells, filled


@dataclass(frozen=True)
class Write:
    """Cells to be written from this place to the right (from 0). `key`: whose row it is, "" for headings."""

    row: int
    column: int
    cells: tuple[str | int, ...]
    key: str = ""


class Slips:
    """What was written into a layout that is gone; of no writes, nothing."""

    def __init__(self, writes: Iterable[Write]) -> None:
        self._keys = {(write.column, write.cells): write.key for write in writes if write.key and any(write.cells)}
        self._runs = {(column, len(cells)) for column, cells in self._keys}

    def owners(self, cells: Cells, rows: Iterable[int]) -> Iterator[tuple[str, int]]:
        """Whose each of these rows is, if it tells."""
        for row in rows:
            for _, key in self._found(cells[row]):
                yield key, row

    def cleared(self, cells: Cells, theirs: frozenset[int]) -> Iterator[Write]:
        """Takes out of other people's columns what we wrote there. What stood there before is lost."""
        for row, each in enumerate(cells if self._runs else ()):
            for columns, _ in self._found(each):
                yield from (Write(row, column, ("",)) for column in columns if column in theirs)

    def _found(self, cells: Sequence[Any]) -> Iterator[tuple[range, str]]:
        for start, length in self._runs:
            columns = range(start, start + length)
            key = self._keys.get((start, tuple(filled(cells, column) for column in columns)))
            if key is not None:
                yield columns, key
