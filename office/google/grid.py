"""What must be written so that a tab of the Google sheet says what the database says. Pure: cells in, writes out.

A tab belongs to people as much as to us. They sort, insert, delete and move at any moment, and Sheets can neither lock
nor compare before it writes, so a write may land one row beside the one that was read. Hence these rules:

* Rows are known by their key, columns by their heading, wherever they stand.
* No range ever spans a column that is not ours. What people wrote stays in the row it was written in.
* A row of ours is never overwritten together with its key: what lands on another row leaves that row its key, and the
  next look finds it by that key, sees what is wrong and puts it right, the note still beside it.
* A key that has to come back, or to go from a copy, is written alone, while all rows say whose they are: so does the
  row that it hits by mistake, or over which somebody dragged it.
* Copies go before anything is put right: a row whose key stands twice and that speaks for another can be believed.
* A new row is inserted, never written over what stands there.

So each reading tells by itself what is wrong, and nothing has to be remembered of the one before, or of a write whose
answer was lost. The one exception, columns that moved while we wrote, is in `slips`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from office.google.columns import Layout, filled, layout_of
from office.google.slips import Slips, Write
from office.tables import Table

#: Rows that must be there below the last one: an insertion needs one, and what Google refuses leaves gaps.
ROOM = 10

Row = tuple[str | int, ...]


@dataclass(frozen=True)
class Tab:
    """A tab as it was read: how many rows and columns there are, and its cells as far as they are filled."""

    title: str
    rows: int
    columns: int
    cells: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Plan:
    """`writes` go into places of a tab of at least this many `rows` and `columns`; then the `new` rows are inserted
    where they say. `rekeyed`: keys that are written, or taken away, alone. What was noticed: keys whose cells of ours
    somebody had changed, keys that had gone, keys that stood twice."""

    writes: tuple[Write, ...]
    rows: int
    columns: int
    new: tuple[Write, ...] = ()
    rekeyed: frozenset[str] = frozenset()
    edited: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    layout: Layout | None = None
    headless: bool = False

    @property
    def idle(self) -> bool:
        """There is nothing to do."""
        return not (self.writes or self.new or self.headless)


def plan(
    tab: Tab,
    table: Table,
    shown: frozenset[str],
    last: Plan | None = None,
    *,
    others: frozenset[str] = frozenset(),
    whole: bool = False,
) -> Plan:
    """How to make the tab right. `shown` are the keys whose present content was seen in the tab before: if it is not
    there any more, that was somebody else. `last`: what was done since the look before. `others`: keys of ours that are
    no business of this look (another year's). `whole`: write every row, right or not.

    A tab that has lost its headings is `headless`: it needs an empty first row before anything else.
    """
    layout = layout_of(tab.cells, table)
    if layout is None:
        return Plan((), tab.rows, tab.columns, headless=True)
    moved = last is not None and last.layout is not None and last.layout.at != layout.at
    slips = Slips((*last.writes, *last.new) if last and moved else ())
    rekeyed = last.rekeyed if last else frozenset()
    put = frozenset(write.key for write in last.writes if write.cells != (write.key,)) if last else frozenset()
    return _Reading(tab, table, layout, slips, rekeyed, put, others).plan(shown, whole=whole)


class _Reading:
    """One look at one tab."""

    def __init__(
        self,
        tab: Tab,
        table: Table,
        layout: Layout,
        slips: Slips,
        rekeyed: frozenset[str],
        put: frozenset[str],
        others: frozenset[str],
    ) -> None:
        self._tab, self._layout, self._slips, self._others = tab, layout, slips, others
        self._rekeyed, self._just_put = rekeyed, put
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
        keys_of = {wanted[0]: key for key, wanted in self._wanted.items()}
        robbed = self._robbed(keys_of)
        doubles = self._keep_one_each()
        adopted = self._adopted(keys_of, robbed)
        kept = {key: rows[0] for key, rows in self._places.items() if rows}
        missing = [key for key in self._wanted if key not in kept and key not in adopted]
        wrong = [key for key, row in kept.items() if self._ours(row) != self._wanted[key]]
        copies = (
            *(write for row in self._strays(kept) for write in self._blank(row, "")),
            *(write for row, key in doubles if not self._is_blank(row) for write in self._blank(row, key)),
        )
        right = (write for key in (kept if whole else wrong) for write in self._put(kept[key], key))
        keyless = copies if copies and not whole else (*right, *copies)
        told = all(self._ours(row)[0] == self._wanted[key][0] for key, row in kept.items())
        keys = [Write(row, self._layout.at[self._key], (key,), key) for key, row in adopted.items() if told]
        if not adopted and not keyless:
            keys = [Write(row, self._layout.at[self._key], ("",), key) for row, key in doubles]
        writes = (
            *(Write(self._layout.top, column, (name,)) for column, name in self._layout.headings),
            *keys,
            *self._slips.cleared(self._tab.cells, frozenset(column for column, _ in self._layout.theirs)),
            *(() if keys else keyless),  # while keys come and go, every row has to say whose it is
        )
        end = max(len(self._tab.cells), self._layout.top + 1)
        new = tuple(write for i, key in enumerate(missing) for write in self._new(end + i, key))
        return Plan(
            writes,
            rows=max([self._tab.rows, end + ROOM * bool(new), *(write.row + 1 for write in writes)]),
            columns=max([self._tab.columns, *(write.column + len(write.cells) for write in (*writes, *new))]),
            new=new,
            rekeyed=frozenset(write.key for write in keys) or (self._rekeyed if adopted else frozenset()),
            edited=tuple(key for key in (*wrong, *adopted) if key in shown),
            gone=tuple(key for key in missing if key in shown),
            doubled=tuple(key for _, key in doubles),
            layout=self._layout,
        )

    def _keep_one_each(self) -> list[tuple[int, str]]:
        """Of a key that stands twice the row with a note stays, else the first that says something; the others."""
        found = []
        for key, rows in self._places.items():
            rows.sort(key=lambda row: (not self._noted(row), self._is_blank(row)))
            found += [(row, key) for row in rows[1:]]
            del rows[1:]
        return found

    def _adopted(self, keys_of: Mapping[str, str], robbed: Mapping[str, int]) -> dict[str, int]:
        """Keys that have to come back, and the rows of ours from which they have gone: changed or cleared by somebody,
        or by us."""
        slipped = self._slips.owners(self._tab.cells, self._nobodys)
        found = {**{key: row for key, row in slipped if self._places.get(key) == []}, **robbed}
        for row in [row for row in self._nobodys if row not in found.values()]:
            key = self._told(row, keys_of)
            if key is None or key in found:
                continue
            if key in self._rekeyed and self._at(key) and self._is_blank(self._at(key)[0]):  # it fell on an empty row
                self._places[key].pop()
            if not self._at(key):
                found[key] = row
        taken = set(found.values())
        self._nobodys = [row for row in self._nobodys if row not in taken]
        return found

    def _robbed(self, keys_of: Mapping[str, str]) -> dict[str, int]:
        """Rows with a key that speak for another which is nowhere else: it fell on them, or somebody put it there. A
        key that we did not bring back has to have a row besides, or it may be the cells that are not theirs."""
        found: dict[str, int] = {}
        homeless = {self._told(row, keys_of) for row in self._nobodys if self._noted(row)}
        for key in sorted(self._places, key=lambda key: key not in self._rekeyed):
            besides = len(self._places[key]) > 1 or key in homeless
            for row in list(self._places[key]):
                owner = self._told(row, keys_of)
                if owner is None or owner == key or owner in found or self._places[owner]:
                    continue
                if key in self._rekeyed or (besides and owner not in self._just_put):
                    found[owner] = row
                    self._places[key].remove(row)
        return found

    def _at(self, key: str) -> list[int]:
        return self._places.get(key, [])

    def _told(self, row: int, keys_of: Mapping[str, str]) -> str | None:
        """Whose row this is by what it says: the number is the same, and most of the rest."""
        ours = self._ours(row)
        key = keys_of.get(ours[0])
        alike = sum(a == b for a, b in zip(ours, self._wanted[key], strict=True)) if key is not None else 0
        return key if 2 * alike > len(ours) else None

    def _strays(self, kept: Iterable[str]) -> list[int]:
        """Rows without a key that repeat one of ours word for word: a write of ours fell on them."""
        said = {self._keyless(self._wanted[key]) for key in kept} if self._nobodys else set()
        return [row for row in self._nobodys if self._keyless(self._ours(row)) in said]

    def _keyless(self, cells: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*cells[: self._key], *cells[self._key + 1 :])

    def _is_blank(self, row: int) -> bool:
        return not any(cell != "" for cell in self._keyless(self._ours(row)))

    def _ours(self, row: int) -> tuple[Any, ...]:
        return tuple(filled(self._tab.cells[row], column) for column in self._layout.at)

    def _noted(self, row: int) -> bool:
        return any(filled(self._tab.cells[row], column) != "" for column, _ in self._layout.theirs)

    def _blank(self, row: int, key: str) -> Iterator[Write]:
        return self._cells(row, ("",) * len(self._layout.at), key)

    def _put(self, row: int, key: str) -> Iterator[Write]:
        return self._cells(row, self._wanted[key], key)

    def _cells(self, row: int, cells: Sequence[str], key: str) -> Iterator[Write]:
        """Our cells of a row that is there, as runs of neighbours without its key."""
        for start, columns in self._layout.runs_without(self._key):
            yield Write(row, start, tuple(cells[i] for i in columns), key)

    def _new(self, row: int, key: str) -> Iterator[Write]:
        for start, columns in self._layout.runs:
            yield Write(row, start, tuple(self._wanted[key][i] for i in columns), key)


def blocks(writes: Iterable[Write]) -> list[tuple[int, int, list[Row]]]:
    """The same writes in as few rectangles as they make: first row, first column, rows of cells."""
    ordered = sorted(writes, key=lambda write: (write.column, len(write.cells), write.row))
    together = groupby(enumerate(ordered), lambda each: (each[1].column, len(each[1].cells), each[1].row - each[0]))
    found = [[write for _, write in group] for _, group in together]
    return [(group[0].row, group[0].column, [write.cells for write in group]) for group in found]
