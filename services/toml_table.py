"""A clerk's TOML file, read with a finger on the line: whatever is wrong is noted in Thai, and reading goes on.

A faulty value is replaced by a harmless one, so that one run shows every fault; `Table.done()` raises them together.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, overload

import regex

T = TypeVar("T")
Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong, and in which line of which file (line 1 where the file as a whole is meant)."""

    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class Faulty(Exception):
    """แฟ้มตั้งค่ามีข้อผิดพลาด: `faults` names each, by line."""

    def __init__(self, faults: Collection[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (str(fault.file), fault.line)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def open_toml(path: Path) -> Table:
    """The whole file as a table. Raises Faulty if it is not there or is no TOML at all."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")  # Notepad's mark and line ends
        data = tomllib.loads(text)
    except FileNotFoundError:
        raise Faulty([Fault(path, 1, "ไม่พบแฟ้มนี้")]) from None
    except UnicodeDecodeError:
        raise Faulty([Fault(path, 1, "แฟ้มต้องบันทึกเป็นรหัสอักขระ UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise Faulty([_broken(path, text, str(error))]) from None
    return Table(_File(path, _lines(text)), (), data)


def _broken(path: Path, text: str, message: str) -> Fault:
    found = re.search(r"at line (\d+)", message)
    line = int(found[1]) if found else text.count("\n") + 1
    what = "กำหนดค่านี้ซ้ำ" if "overwrite" in message or "twice" in message else "เขียนผิดรูปแบบ TOML"
    return Fault(path, line, f"{what} (ตรวจเครื่องหมายคำพูด วงเล็บ และชื่อในบรรทัดนี้)")


_HEADER = re.compile(r"\s*\[(\[)?\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


def _lines(text: str) -> dict[Path_, int]:
    """In which line each table and key stands; the tables of a list count from 0. Inline tables are not entered."""
    places: dict[Path_, int] = {}
    counts: dict[str, int] = {}
    table: Path_ = ()
    fence = ""  # the quotes of the long text we are in
    for number, line in enumerate(text.split("\n"), 1):
        if fence:
            fence = "" if fence in line else fence
        elif header := _HEADER.match(line):
            name = header[2]
            counts[name] = counts.get(name, -1) + 1
            table = (name, counts[name]) if header[1] else (name,)
            places[table] = number
        elif key := _KEY.match(line):
            places[(*table, key[1])] = number
            opened = re.match(r'\s*("""|\'\'\')', line[key.end() :])
            fence = opened[1] if opened and line.count(opened[1]) == 1 else ""
    return places


@dataclass
class _File:
    path: Path
    lines: dict[Path_, int]
    faults: list[Fault] = field(default_factory=list)
    keys: set[tuple[str | int, str]] = field(default_factory=set)
    tables: list[Table] = field(default_factory=list)


class Table:
    """One table of the file. Every value that is asked for is checked; what nobody asked for is unknown: a fault."""

    def __init__(self, file: _File, place: Path_, data: dict[str, Any], *, missing: bool = False) -> None:
        self._file, self._place, self._data, self._missing = file, place, data, missing
        self._asked: set[str] = set()
        self.has_faults = missing
        file.tables.append(self)

    @property
    def given(self) -> bool:
        """Whether anything stands in it."""
        return bool(self._data)

    def done(self) -> None:
        """Everything has been asked for. Raises Faulty with all that was wrong."""
        for table in self._file.tables:
            table.find_unknown()
        if self._file.faults:
            raise Faulty(self._file.faults)

    def find_unknown(self) -> None:
        """Note the keys that nobody asked for."""
        for key in self._data.keys() - self._asked:
            self.fault(key, f"ไม่รู้จัก “{key}” (พิมพ์ผิดหรือไม่)")

    def fault(self, key: str, text: str) -> None:
        """Note what is wrong with this key."""
        lines = self._file.lines
        line = next((lines[p] for p in ((*self._place, key), (key, 0), self._place) if p in lines), 1)
        self.has_faults = True
        self._file.faults.append(Fault(self._file.path, line, text))

    def table(self, name: str, *, required: bool = True) -> Table:
        """The one table of this name; without `required`, an empty one stands for it."""
        data = self._take(name, required=required)
        if data is None and not required:
            data = {}
        if data is not None and not isinstance(data, dict):
            self.fault(name, f"“{name}” ต้องเป็นตาราง [{name}]")
        good = isinstance(data, dict)
        return Table(self._file, (*self._place, name), data if good else {}, missing=not good)

    def tables(self, name: str, *, required: bool = True) -> tuple[Table, ...]:
        """Every table of this name, in the file's order; with `required` there must be one."""
        data = self._take(name, required=False)
        if data is None and required:
            self.fault(name, f"ต้องมี [[{name}]] อย่างน้อยหนึ่งรายการ")
        if data is not None and not (isinstance(data, list) and all(isinstance(item, dict) for item in data)):
            self.fault(name, f"“{name}” ต้องเขียนเป็นรายการ [[{name}]]")
            data = None
        return tuple(Table(self._file, (*self._place, name, i), item) for i, item in enumerate(data or []))

    def text(self, key: str, *, default: str | None = None, graphemes: int | None = None) -> str:
        """A text that is not blank; `graphemes` is the most it may have, counted as the eye counts."""
        value = self._take(key, required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str):
            return self._wrong(key, "ต้องเป็นข้อความในเครื่องหมายคำพูด", "")
        if default is None and not value.strip():
            return self._wrong(key, "ต้องไม่เว้นว่าง", "")
        length = len(regex.findall(r"\X", value))
        if graphemes is not None and length > graphemes:
            self.fault(key, f"“{key}” ยาว {length} ตัวอักษร เกินกำหนด {graphemes} ตัวอักษร")
        return value.strip()

    def key(self, *, unique: bool = True) -> str:
        """The key of this entry: short, Latin, and (with `unique`) its own within the list."""
        value = self.text("key")
        if value and not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", value):
            self.fault("key", "key ใช้ได้เฉพาะ a-z, 0-9 และ _ ขึ้นต้นด้วยตัวอักษร ไม่เกิน 40 ตัว")
        name = (self._place[0], value)
        if value and unique and name in self._file.keys:
            self.fault("key", f"key “{value}” ซ้ำกับรายการก่อนหน้า")
        self._file.keys.add(name)
        return value

    def one_of(self, key: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """One of these words."""
        value = self.text(key, default=default)
        if value and value not in allowed:
            self.fault(key, f"“{key}” ต้องเป็นค่าใดค่าหนึ่งใน: {', '.join(allowed)}")
        return value

    def link(self, key: str) -> str:
        """An https address, or nothing."""
        value = self.text(key, default="")
        if value and not re.fullmatch(r"https://[^\s/]+\S*", value):
            self.fault(key, f"“{key}” ต้องขึ้นต้นด้วย https://")
        return value

    @overload
    def positive(self, key: str) -> int: ...
    @overload
    def positive(self, key: str, *, required: Literal[False]) -> int | None: ...
    def positive(self, key: str, *, required: bool = True) -> int | None:
        """A whole number above 0; with `required` there must be one."""
        value = self._take(key, required=required)
        if value is None:
            return 1 if required else None
        if not isinstance(value, int) or isinstance(value, bool):
            return self._wrong(key, "ต้องเป็นจำนวนเต็ม ไม่ใส่เครื่องหมายคำพูด", 1)
        return value if value > 0 else self._wrong(key, "ต้องมากกว่า 0", 1)

    def whole(self, key: str) -> int | None:
        """A whole number, 0 and below too; None if nothing is said."""
        value = self._take(key, required=False)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        return self._wrong(key, "ต้องเป็นจำนวนเต็ม ไม่ใส่เครื่องหมายคำพูด", None)

    def satang(self, key: str) -> int:
        """An amount in baht (1000 or 12.50, 0: free), in satang."""
        value = self._take(key, required=True)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self._wrong(key, "ต้องเป็นจำนวนเงินบาท เช่น 100 หรือ 12.50 ไม่ใส่เครื่องหมายคำพูด", 0)
        if not 0 <= value < MOST_BAHT or round(value * 100) != round(value * 100, 6):
            return self._wrong(key, "ต้องเป็นจำนวนเงินตั้งแต่ 0 บาทขึ้นไป ทศนิยมไม่เกิน 2 ตำแหน่ง", 0)
        return round(value * 100)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, ["…", "…"]; none if nothing is said."""
        value = self._take(key, required=False)
        if value is None:
            return ()
        if not (isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)):
            return self._wrong(key, 'ต้องเป็นรายการข้อความ เช่น ["…", "…"]', ())
        return tuple(item.strip() for item in value)

    def pairs(self, key: str) -> dict[str, Any]:
        """An inline table, { name = … }, as it stands; empty if nothing is said."""
        value = self._take(key, required=False)
        if value is None:
            return {}
        return dict(value) if isinstance(value, dict) else self._wrong(key, "ต้องเขียนเป็น { คำถาม = คำตอบ }", {})

    def spelled(self) -> list[tuple[str, str]]:
        """Every text of this table, by key: what is read for words that must not stand in it."""
        return [(key, value) for key, value in self._data.items() if isinstance(value, str)]

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """True or false."""
        value = self._take(key, required=default is None)
        if value is None:
            return bool(default)
        return value if isinstance(value, bool) else self._wrong(key, "ต้องเป็น true หรือ false", bool(default))

    def time(self, key: str) -> dt.time:
        """A time of day, written "08:30"."""
        value = self._take(key, required=True)
        if isinstance(value, dt.time):
            return value.replace(second=0, microsecond=0)
        found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", value) if isinstance(value, str) else None
        if found:
            return dt.time(int(found[1]), int(found[2]))
        return dt.time() if value is None else self._wrong(key, 'ต้องเป็นเวลา เช่น "08:30"', dt.time())

    @overload
    def date(self, key: str) -> dt.date: ...
    @overload
    def date(self, key: str, *, required: Literal[False]) -> dt.date | None: ...
    def date(self, key: str, *, required: bool = True) -> dt.date | None:
        """A day of the Christian era, written 2026-04-16 without quotes; with `required` there must be one."""
        nothing = dt.date.min if required else None
        value = self._take(key, required=required)
        if value is None:
            return nothing
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            return self._wrong(key, "ต้องเป็นวันที่ เช่น 2026-04-16 (ปี ค.ศ. ไม่ใส่เครื่องหมายคำพูด)", nothing)
        if value.year > BUDDHIST_LOOKING:
            return self._wrong(key, f"ต้องใช้ปี ค.ศ. (พ.ศ. {value.year} คือ {value.year - 543})", nothing)
        return value

    def _take(self, key: str, *, required: bool) -> Any:
        self._asked.add(key)
        if required and key not in self._data and not self._missing:
            self.fault(key, f"ขาด “{key}”" + (f" ใน [{self._place[0]}]" if self._place else ""))
        return self._data.get(key)

    def _wrong(self, key: str, text: str, instead: T) -> T:
        self.fault(key, f"“{key}” {text}")
        return instead


MOST_BAHT = 100_000_000

BUDDHIST_LOOKING = 2400
"""A year above this was meant as พ.ศ."""
