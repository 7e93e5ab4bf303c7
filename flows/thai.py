"""Thai dates, digits and words: how the office writes them and how citizens type them.

Times are shown in the office's zone and the Buddhist era; everything else in the program is aware and Gregorian.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import regex

#: Thailand has had one offset and no summer time since 1920, so no zone database is needed.
BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")

MONTHS = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
SHORT_MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
SHORT_WEEKDAYS = ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา.")
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")

_THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
_TO_ARABIC = str.maketrans(_THAI_DIGITS + "０１２３４５６７８９", "0123456789" * 2)
_TO_THAI = str.maketrans("0123456789", _THAI_DIGITS)
_UNSEEN = regex.compile(r"[\p{Cf}\p{Cc}\p{Cs}\s]+")
_STRAY = regex.compile(r"[\u200b\u2060\ufeff\p{Cs}]|[^\P{Cc}\n\t]")
_EDGES = " .,!?…ๆ\"'“”‘’()[]"
_PARTICLE = regex.compile(r"(?:นะ)?(?:ครับผม|ครับ|คร้าบ|คับ|ค้าบ|ค่ะ|คะ|ค่า|ขา|จ้า|จ้ะ|จ๊ะ|จ๋า|ฮะ|ฮับ|นะ|น้า)$")
_GRAPHEME = regex.compile(r"\X")


def arabic(text: str) -> str:
    """The text with Thai (and full-width) digits written as 0-9."""
    return text.translate(_TO_ARABIC)


def thai_digits(text: str) -> str:
    """The text with 0-9 written as ๐-๙."""
    return text.translate(_TO_THAI)


def era_year(day: date) -> int:
    """ปี พ.ศ."""
    return day.year + 543


def thai_date(day: date, *, weekday: bool = False, short: bool = False) -> str:
    """`21 พฤศจิกายน 2569`; with `weekday`, `วันเสาร์ที่ 21 …`; `short` as `21 พ.ย. 2569`. A moment is read in Bangkok."""
    if isinstance(day, datetime):
        day = day.astimezone(BANGKOK).date()
    month = (SHORT_MONTHS if short else MONTHS)[day.month - 1]
    written = f"{day.day} {month} {era_year(day)}"
    return f"วัน{WEEKDAYS[day.weekday()]}ที่ {written}" if weekday else written


def thai_moment(moment: datetime) -> str:
    """`วันเสาร์ที่ 21 พฤศจิกายน 2569 เวลา 08.30 น.`, in Bangkok."""
    local = moment.astimezone(BANGKOK)
    return f"{thai_date(local, weekday=True)} เวลา {local:%H.%M} น."


def graphemes(text: str) -> int:
    """How many characters a reader sees; LINE counts labels this way."""
    return len(_GRAPHEME.findall(text))


def units(text: str) -> int:
    """How many UTF-16 units it is long; Messenger counts labels this way, and all platforms texts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, most: int) -> str:
    """At most `most` visible characters, the last being … when something was cut; no cluster is split."""
    if len(text) <= most:
        return text
    clusters = _GRAPHEME.findall(text)
    if len(clusters) <= most and len(text) <= 2 * most:
        return text
    return "".join(clusters[: most - 1])[: 2 * most].rstrip() + "…"


def tidy(text: str) -> str:
    """What was typed, written in one way: line feeds, สระอำ in one piece, no invisible marks, nothing at the edges."""
    return _STRAY.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("ํา", "ำ").strip()


def plain(text: str) -> str:
    """What is left to compare: no spaces, case, marks at the edges or polite particles (ครับ, ค่ะ, นะคะ …)."""
    bare = _UNSEEN.sub("", arabic(text).replace("ํา", "ำ")).lower().strip(_EDGES)
    while (shorter := _PARTICLE.sub("", bare).strip(_EDGES)) != bare:
        if not shorter:
            return bare
        bare = shorter
    return bare
