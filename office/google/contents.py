"""What should stand in each tab, what was last seen there, and what came of it: titles, keys and versions, no calls."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.mirrored import Known
from office import mirror
from office.google import figures, grid
from office.google.grid import Plan, Tab
from office.google.trouble import Closed
from office.tables import Summary, Table, YearTables, cell_text

#: More rows refused one by one than this, and it is not the rows.
MOST_REFUSED = 5
#: The key under which a tab's charts are remembered.
CHARTS = ""

Content = Table | Summary
#: What was last seen in the sheet, by tab and key.
Ledger = Mapping[str, Mapping[str, Known]]


@dataclass
class Outcome:
    """What stands in the sheet now, by tab and key, and what was noticed on the way (keys, never texts)."""

    known: dict[str, dict[str, Known]] = field(default_factory=dict)
    refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    edited: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gone: dict[str, tuple[str, ...]] = field(default_factory=dict)
    doubled: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def notice(self, plans: Mapping[str, Plan]) -> None:
        """What the first look at each tab found, as later ones find our own writes."""
        for title, plan in plans.items():
            for name in ("edited", "gone", "doubled"):
                if keys := getattr(plan, name):
                    getattr(self, name).setdefault(title, keys)

    def refuse(self, title: str, key: str, content: Content) -> None:
        """Leave the row out until it says something else. Raises Closed if it cannot be the rows."""
        self.refused[title] = (*self.refused.get(title, ()), key)
        if not key or isinstance(content, Summary) or sum(map(len, self.refused.values())) > MOST_REFUSED:
            raise Closed("odd")


def tabs_of(years: Sequence[YearTables]) -> dict[str, Content]:
    """Every tab with what should stand in it. Registers have a tab for each year; the others one for all, and the
    figures are those of the last year."""
    found: dict[str, Content] = {}
    for tables in years:
        for table in tables.tables:
            title = f"{table.title} {tables.year}" if table.title in mirror.TITLES.values() else table.title
            before = found.get(title)
            rows = tuple(tuple(cell_text(cell) for cell in row) for row in table.rows)
            found[title] = replace(table, rows=(*(before.rows if isinstance(before, Table) else ()), *rows))
        if tables.summary is not None:
            found[tables.summary.title] = tables.summary
    return found


def plan_of(tab: Tab, content: Content, ledger: Ledger, outcome: Outcome, last: Plan | None) -> Plan:
    """How to make a tab right. `last`: what was done since the look before, if there was one."""
    if isinstance(content, Summary):
        return figures.plan(tab, content)
    title, versions = tab.title, _versions(content)
    refused = _refused(title, versions, ledger, outcome)
    key = content.header.index(content.key)
    content = replace(content, rows=tuple(row for row in content.rows if row[key] not in refused))
    seen = () if last else (k for k, its in versions.items() if _remembered(ledger, title, k) == its)
    others = ledger.get(title, {}).keys() - versions.keys()
    return grid.plan(tab, content, frozenset(seen), last, others=frozenset(others))


def without_rows(content: Content) -> Content:
    """The same tab with its headings only."""
    return content if isinstance(content, Summary) else replace(content, rows=())


def charts_moved(wanted: Mapping[str, Content], ledger: Ledger) -> dict[str, Content]:
    """The tabs whose charts were drawn beside blocks of another shape."""
    return {
        title: content
        for title, content in wanted.items()
        if isinstance(content, Summary) and _remembered(ledger, title, CHARTS) not in ("", figures.shape(content))
    }


def known(wanted: Mapping[str, Content], ledger: Ledger, outcome: Outcome) -> dict[str, dict[str, Known]]:
    """What is to be remembered of tabs that say what they should."""
    found: dict[str, dict[str, Known]] = {}
    for title, content in wanted.items():
        if isinstance(content, Summary):
            found[title] = {CHARTS: Known(figures.shape(content))}
        else:
            versions = _versions(content)
            refused = _refused(title, versions, ledger, outcome)
            found[title] = {key: Known(its, key in refused) for key, its in versions.items()}
    return found


def version(row: Sequence[str]) -> str:
    """Two rows of the same version say the same."""
    return hashlib.blake2b("\x1f".join(row).encode(), digest_size=16).hexdigest()


def _versions(table: Table) -> dict[str, str]:
    key = table.header.index(table.key)
    return {row[key]: version(row) for row in table.rows}


def _remembered(ledger: Ledger, title: str, key: str) -> str:
    seen = ledger.get(title, {}).get(key)
    return seen.version if seen and not seen.refused else ""


def _refused(title: str, versions: Mapping[str, str], ledger: Ledger, outcome: Outcome) -> set[str]:
    """Rows that Google would not have as they are."""
    told = ledger.get(title, {})
    before = {key for key, its in versions.items() if told.get(key) == Known(its, refused=True)}
    return before | set(outcome.refused.get(title, ()))
