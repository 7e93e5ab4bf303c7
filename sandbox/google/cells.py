"""A cell: what was entered, what it shows, and how Google reads what is typed (locale en_US, as a new file has)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.google.errors import Invalid

Scalar = str | int | float | bool | None

LONGEST = 50_000  # characters of one cell (Sheets API, "Usage limits")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers have no zone
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?(?:[eE][+-]?\d+)?(%?)")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


@dataclass(frozen=True)
class Cell:
    """`formula` with its "=", if it is one. `by`: the option it was written with (RAW, USER_ENTERED), or CELL when it
    was typed data of `updateCells`. `format`, `rule` are JSON as sent."""

    value: Scalar = None
    formula: str = ""
    by: str = ""
    format: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    rule: Mapping[str, Any] | None = None

    @property
    def empty(self) -> bool:
        return self.value in (None, "") and not self.formula

    def written(self, value: Scalar, option: str) -> Cell:
        """The cell with a value written into it, its looks kept; "" empties it."""
        if isinstance(value, str) and len(value) > LONGEST:
            raise Invalid(f"Your input contains more than the maximum of {LONGEST} characters in a single cell.")
        if value == "":
            return replace(self, value=None, formula="", by="")
        if option != "USER_ENTERED" or not isinstance(value, str):
            return replace(self, value=value, formula="", by=option)
        shown, formula, pattern = typed(value)
        looks = (
            {**self.format, "numberFormat": pattern} if pattern and "numberFormat" not in self.format else self.format
        )
        return replace(self, value=shown, formula=formula, by=option, format=looks)

    @property
    def pattern(self) -> Mapping[str, str]:
        return self.format.get("numberFormat") or {}

    def rendered(self, option: str = "FORMATTED_VALUE", dates: str = "SERIAL_NUMBER") -> Scalar:
        """For a reader: `option` and `dates` are valueRenderOption and dateTimeRenderOption."""
        if option == "FORMULA" and self.formula:
            return self.formula
        if self.value is None:
            return ""
        is_date = self.pattern.get("type") in ("DATE", "TIME", "DATE_TIME")
        if option == "FORMATTED_VALUE" or (is_date and dates == "FORMATTED_STRING"):
            return shown(self.value, self.pattern)
        return self.value


EMPTY = Cell()


def typed(text: str) -> tuple[Scalar, str, dict[str, str] | None]:
    """What a person's typing becomes: value (of a formula still to be reckoned), formula, number format."""
    if text.startswith("'"):
        return text[1:], "", None
    if text.startswith("=") and len(text) > 1:
        return None, text, None
    bare = text.strip()
    if bare.upper() in ("TRUE", "FALSE"):
        return bare.upper() == "TRUE", "", None
    return _number(bare) or _moment(bare) or (text, "", None)


def _number(text: str) -> tuple[Scalar, str, dict[str, str] | None] | None:
    found = _NUMBER.fullmatch(text)
    if not found or not any(letter.isascii() and letter.isdigit() for letter in text) or not text.isascii():
        return None
    number = float(text.replace(",", "").rstrip("%"))
    if found[1]:
        return number / 100, "", {"type": "PERCENT", "pattern": "0.00%" if "." in text else "0%"}
    pattern = {"type": "NUMBER", "pattern": "#,##0.00" if "." in text else "#,##0"} if "," in text else None
    return _whole(number), "", pattern


def _moment(text: str) -> tuple[Scalar, str, dict[str, str] | None] | None:
    try:
        if found := _ISO.fullmatch(text):
            year, month, day = map(int, found.group(1, 2, 3))
            hour, minute, second = (int(part or 0) for part in found.group(4, 5, 6))
            kind, tail = ("DATE_TIME", " hh:mm:ss") if found[4] else ("DATE", "")
            moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
            return serial(moment), "", {"type": kind, "pattern": f"yyyy-mm-dd{tail}"}
        if found := _AMERICAN.fullmatch(text):
            month, day, year = map(int, found.groups())
            return serial(datetime(year, month, day)), "", {"type": "DATE", "pattern": "m/d/yyyy"}  # noqa: DTZ001
        if found := _CLOCK.fullmatch(text):
            hour, minute, second = (int(part or 0) for part in found.groups())
            fraction = (hour * 3600 + minute * 60 + second) / 86400
            return fraction, "", {"type": "TIME", "pattern": "hh:mm:ss" if found[3] else "hh:mm"}
    except ValueError:
        pass  # 2020-13-45 is text
    return None


def serial(moment: datetime | date) -> float | int:
    """Days since 30 December 1899."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
    return _whole((moment - _EPOCH) / timedelta(days=1))


# --- how it is shown ---


def shown(value: Scalar, pattern: Mapping[str, str]) -> str:
    """The value as a reader sees it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if not isinstance(value, int | float):
        return str(value or "")
    kind, text = pattern.get("type", ""), pattern.get("pattern", "")
    if kind in ("DATE", "TIME", "DATE_TIME"):
        return _date(value, text or {"DATE": "yyyy-mm-dd", "TIME": "hh:mm:ss"}.get(kind, "yyyy-mm-dd hh:mm:ss"))
    if kind in ("NUMBER", "PERCENT", "CURRENCY") and text:
        number, percent = (value * 100, "%") if "%" in text else (value, "")
        decimals = len(re.sub(r"[^0#]", "", text.partition(".")[2]))
        return f"{number:{',' if ',' in text else ''}.{decimals}f}{percent}"
    return str(value) if isinstance(value, int) else f"{value:.10g}"


def _date(value: float, pattern: str) -> str:
    moment = _EPOCH + timedelta(seconds=round(value * 86400))
    parts = {
        "yyyy": f"{moment.year:04d}",
        "yy": f"{moment.year % 100:02d}",
        "dd": f"{moment.day:02d}",
        "d": str(moment.day),
        "hh": f"{moment.hour:02d}",
        "h": str(moment.hour),
        "ss": f"{moment.second:02d}",
    }

    def part(found: re.Match[str]) -> str:
        if found[0] in ("mm", "m"):  # minutes after hours, months elsewhere
            number = moment.minute if "h" in pattern[: found.start()] else moment.month
            return f"{number:02d}" if found[0] == "mm" else str(number)
        return parts[found[0]]

    return re.sub(r"yyyy|yy|mm|m|dd|d|hh|h|ss", part, pattern)


def _whole(number: float) -> float | int:
    return int(number) if math.isfinite(number) and number == int(number) else number
