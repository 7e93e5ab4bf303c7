"""Reads the register workbooks as a supervisor would open them: by another program than the one that wrote them."""

from __future__ import annotations

import threading
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

Book = dict[str, Any]


class Registers:
    """The books of a folder. `rev` rises when a file is replaced; an unreadable file keeps its last readable state."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: dict[Path, tuple[int, int]] = {}
        self._books: dict[Path, list[Book]] = {}
        self._rev = 0

    def look(self) -> tuple[int, list[Book]]:
        """The revision, and all sheets: year, title, header, rows (as text), the newest year first."""
        with self._lock:
            self._read_changed()
            return self._rev, [book for path in sorted(self._books, reverse=True) for book in self._books[path]]

    def workbook(self, year: str) -> Path | None:
        """The file of a year, if there is one; `year` may be anything a stranger typed."""
        path = next((path for path in self._files() if path.stem == year), None)
        return path.resolve() if path else None

    def _files(self) -> list[Path]:
        return list(self._folder.glob("[0-9][0-9][0-9][0-9].xlsx")) if self._folder else []

    def _read_changed(self) -> None:
        files = self._files()
        for path in self._books.keys() - set(files):
            del self._books[path], self._seen[path]
            self._rev += 1
        for path in files:
            try:
                stamp = (path.stat().st_mtime_ns, path.stat().st_size)
                if self._seen.get(path) == stamp:
                    continue
                self._books[path] = _sheets(path)
            except (OSError, CalamineError):
                continue  # it is being replaced; the next look will find it
            self._seen[path] = stamp
            self._rev += 1


def _sheets(path: Path) -> list[Book]:
    workbook = CalamineWorkbook.from_path(str(path))
    return [_sheet(path.stem, name, workbook) for name in workbook.sheet_names]


def _sheet(year: str, name: str, workbook: CalamineWorkbook) -> Book:
    rows = [[_text(cell) for cell in row] for row in workbook.get_sheet_by_name(name).to_python()]
    return {"year": year, "title": name, "header": rows[0] if rows else [], "rows": rows[1:]}


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime | date) else str(cell)
