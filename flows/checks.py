"""Reading what was typed. Each check gives the value in one canonical form, or says what to send instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import regex

from flows.thai import MONTHS, SHORT_MONTHS, arabic, tidy

#: Characters kept of one free-text answer; one LINE text holds 5,000.
MOST_WORDS = 4000


class NotUnderstood(Exception):
    """What the citizen can mend. The text is the next message: it says what to send instead."""


def at_least(letters: int, otherwise: str) -> Callable[[str], str]:
    """A check for free text: that many letters or digits, at most MOST_WORDS characters; `otherwise` asks for more."""

    def check(text: str) -> str:
        text = tidy(text)
        if sum(character.isalnum() for character in text) < letters:
            raise NotUnderstood(otherwise)
        return not_too_long(text)

    return check


def not_too_long(text: str) -> str:
    if len(text) > MOST_WORDS:
        raise NotUnderstood(f"ข้อความยาวเกิน {MOST_WORDS:,} ตัวอักษร โปรดย่อให้สั้นลง หรือส่งเป็นไฟล์แนบ")
    return text


_NAME = regex.compile(r"[\p{L}\p{M}.'’\-]+(?: [\p{L}\p{M}.'’\-]+)+")


def person_name(text: str) -> str:
    """ชื่อและนามสกุล: two words or more, letters only; single spaces between them."""
    name = " ".join(tidy(text).split())
    if regex.search(r"\d", name):
        raise NotUnderstood("ชื่อไม่มีตัวเลข โปรดพิมพ์เฉพาะชื่อและนามสกุล")
    if not _NAME.fullmatch(name) or len(name) > 150:
        raise NotUnderstood("โปรดพิมพ์ทั้งชื่อและนามสกุล เว้นวรรคระหว่างกัน (ถ้าไม่มีนามสกุล ให้พิมพ์ชื่อ แล้วตามด้วย “ไม่มีนามสกุล”)")
    return name


_PHONE = regex.compile(r"(?P<number>\+?[\d\s().\-–]+?)(?:\s*(?:ต่อ|ext\.?|#)\s*(?P<extension>\d{1,5}))?")


def thai_phone(text: str) -> str:
    """`081-234-5678`, `02-123-4567` or `054-123-456`, with ` ต่อ 12` if given. Reads Thai digits, dashes and +66."""
    found = _PHONE.fullmatch(regex.sub(r"^(?:เบอร์|โทรศัพท์|โทร|มือถือ)?[.:\s]*", "", arabic(tidy(text)).lower()))
    digits = regex.sub(r"\D", "", found["number"]) if found else ""
    if found and digits.startswith("66") and (found["number"].startswith("+") or len(digits) > 10):
        digits = "0" + digits[2:].removeprefix("0")
    for pattern, shape in (
        (r"(0[689]\d)(\d{3})(\d{4})", r"\1-\2-\3"),
        (r"(02)(\d{3})(\d{4})", r"\1-\2-\3"),
        (r"(0[3457]\d)(\d{3})(\d{3})", r"\1-\2-\3"),
    ):
        if found and regex.fullmatch(pattern, digits):
            extension = f" ต่อ {found['extension']}" if found["extension"] else ""
            return regex.sub(pattern, shape, digits) + extension
    raise NotUnderstood("โปรดพิมพ์เบอร์มือถือ 10 หลัก หรือเบอร์บ้าน 9 หลัก")


def stamp_code(text: str) -> str:
    """The code of an e-stamp receipt, without spaces, in capitals; an officer looks it up (B41).

    The Revenue Department publishes no form of it that we know of: what is checked is only that it could be one, six to
    thirty Latin letters, digits and dashes, most of them digits.
    """
    code = regex.sub(r"\s+", "", arabic(tidy(text))).upper()
    digits = sum(character.isdigit() for character in code)
    if not regex.fullmatch(r"[0-9A-Z][0-9A-Z/\-]{4,28}[0-9A-Z]", code) or digits * 2 < len(code):
        raise NotUnderstood("รหัสนี้ไม่ครบหรือมีอักขระอื่นปน โปรดพิมพ์ตัวเลขและตัวอักษรอังกฤษตามใบเสร็จ e-Stamp หากหาไม่พบ พิมพ์ “ข้าม”")
    return code


_EMAIL = regex.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+", regex.ASCII)


def email_address(text: str) -> str:
    """An address of e-mail, in lower case."""
    address = tidy(text).lower()
    if len(address) > 200 or not _EMAIL.fullmatch(address):
        raise NotUnderstood("โปรดพิมพ์อีเมล เช่น somchai@example.com")
    return address


def short_words(text: str) -> str:
    """A few words on one line."""
    words = " ".join(tidy(text).split())
    if not any(letter.isalnum() for letter in words):
        raise NotUnderstood("ข้อนี้ขอให้พิมพ์ตอบเป็นข้อความ")
    if len(words) > 200:
        raise NotUnderstood("โปรดพิมพ์สั้น ๆ ไม่เกิน 200 ตัวอักษร")
    return words


_ENTRY = regex.compile(r"(\d{1,6})\s*/\s*(2[4-6]\d\d)")


def entry_number(text: str) -> str:
    """The number of a line of a register: `12/2569`."""
    found = _ENTRY.fullmatch(arabic(tidy(text)))
    if found is None or int(found[1]) == 0:
        raise NotUnderstood("โปรดพิมพ์เลขและปี พ.ศ. เช่น 12/2569")
    return f"{int(found[1])}/{found[2]}"


def whole_number(text: str) -> int:
    """`1,250` or `๑๒๕๐` as a number; a unit may follow it (`25 คน`)."""
    found = regex.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d{1,9})\s*\p{L}{0,12}\p{M}*", arabic(tidy(text)))
    if not found:
        raise NotUnderstood("โปรดพิมพ์เป็นตัวเลขจำนวนเต็ม เช่น 25")
    return int(found[1].replace(",", ""))


def masked_id(digits: str) -> str:
    """เลขประจำตัวประชาชน as it may be shown: `1-1017-xxxxx-xx-6` (OFFICE_RULES §6.2)."""
    return f"{digits[:1]}-{digits[1:5]}-xxxxx-xx-{digits[12:]}"


def thai_id(text: str) -> str:
    """เลขประจำตัวประชาชน: 13 digits whose last is the check digit."""
    digits = regex.sub(r"[\s\-–]", "", arabic(tidy(text)))
    if not regex.fullmatch(r"[0-9]{13}", digits):
        raise NotUnderstood("โปรดพิมพ์เลขประจำตัวประชาชน 13 หลัก")
    if not _is_id(digits):
        raise NotUnderstood("เลขประจำตัวประชาชนไม่ถูกต้อง โปรดตรวจทานแล้วพิมพ์ใหม่ทั้ง 13 หลัก")
    return digits


def _is_id(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - total % 11) % 10 == int(digits[12])


_THIRTEEN = regex.compile(r"(?<!\d)\d(?:[ \-–]?\d){12}(?!\d)")
_LASER_ID = regex.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}\d[ \-–]?\d{7}[ \-–]?\d{2}(?!\d)")


def national_ids(text: str) -> tuple[str, ...]:
    """The identity numbers that stand in a text, 13 digits each, however they are written."""
    found = (regex.sub(r"\D", "", one) for one in _THIRTEEN.findall(arabic(text)))
    return tuple(dict.fromkeys(digits for digits in found if _is_id(digits)))


def without_ids(text: str) -> str:
    """The text with every identity number in it masked; digits that are none stay as they are."""

    def masked(found: regex.Match[str]) -> str:
        digits = regex.sub(r"\D", "", arabic(found[0]))
        return masked_id(digits) if _is_id(digits) else found[0]

    return _THIRTEEN.sub(masked, text)


def has_laser_id(text: str) -> bool:
    """Whether the number on the back of an identity card stands in it: two letters and ten digits."""
    return bool(_LASER_ID.search(arabic(text)))


_MONTH_BY_NAME = {name.rstrip("."): n for names in (MONTHS, SHORT_MONTHS) for n, name in enumerate(names, 1)}
_MONTH_BY_NAME |= {name.replace(".", ""): n for n, name in enumerate(SHORT_MONTHS, 1)}
_DATE = regex.compile(
    r"(?:วันที่\s*)?(\d{1,2})\s*(?:[/\-.]\s*(\d{1,2})\s*[/\-.]|(\p{Thai}[\p{Thai}.]*))\s*(?:พ\.?ศ\.?\s*)?(\d{2}|\d{4})"
)


_HOW_TO_DATE = "โปรดพิมพ์วัน เดือน ปี พ.ศ. เช่น 21/11/2569 หรือ 21 พฤศจิกายน 2569"


def era_date(text: str) -> str:
    """A date of the Buddhist era as ISO (Gregorian): `21/11/2569`, `๒๑ พ.ย. ๖๙`, `21 พฤศจิกายน พ.ศ. 2569`.

    A two-digit year is of the 2500s; a Gregorian year (below 2400) is refused rather than guessed.
    """
    found = _DATE.fullmatch(arabic(tidy(text)))
    month = int(found[2]) if found and found[2] else _MONTH_BY_NAME.get(found[3].rstrip("."), 0) if found else 0
    if not found or not month:
        raise NotUnderstood(_HOW_TO_DATE)
    year = int(found[4]) + (2500 if len(found[4]) == 2 else 0)
    if not 2400 <= year <= 2700:
        raise NotUnderstood("โปรดพิมพ์ปีเป็น พ.ศ. เช่น 21/11/2569")
    try:
        return date(year - 543, month, int(found[1])).isoformat()
    except ValueError:
        raise NotUnderstood(_HOW_TO_DATE) from None


def amount(text: str) -> int:
    """Baht as typed (`1,250.50 บาท`, `๕๐๐`) in satang; more than zero, below a hundred million baht."""
    found = regex.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(\.\d{1,2})?\s*(?:บาท|฿)?(?:ถ้วน)?", arabic(tidy(text)))
    satang = Decimal((found[1].replace(",", "") + (found[2] or "")) if found else 0) * 100
    if not 0 < satang < 10_000_000_000:
        raise NotUnderstood("โปรดพิมพ์จำนวนเงินเป็นตัวเลข เช่น 1,250 หรือ 1250.50")
    return int(satang.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class MapPoint:
    """What a map link or typed co-ordinates say: a point (WGS84 degrees) if readable, the link, the words beside it."""

    latitude: float | None = None
    longitude: float | None = None
    link: str = ""
    words: str = ""


_LINK = regex.compile(
    r"https?://(?:maps\.app\.goo\.gl|goo\.gl/maps|(?:www\.|maps\.)?google\.(?:com|co\.th)/(?:maps)?)[^\s<>\"]*",
    regex.IGNORECASE,
)
_DEGREES = r"(-?\d{1,3}\.\d+)"
_IN_LINK = tuple(
    regex.compile(pattern)
    for pattern in (
        rf"!3d{_DEGREES}!4d{_DEGREES}",  # the pin itself; @ is only the middle of the window
        rf"[?&](?:q|query|ll|destination)=(?:loc:)?{_DEGREES}(?:,|%2C)\+?(?:%20)?{_DEGREES}",
        rf"/(?:search|place)/{_DEGREES},\+?{_DEGREES}",
        rf"@{_DEGREES},{_DEGREES}",
    )
)
_TYPED = regex.compile(rf"\(?{_DEGREES}\s*[, ]\s*{_DEGREES}\)?")


def map_point(text: str) -> MapPoint | None:
    """The point that a map link, or co-ordinates typed alone, stands for; None if there is neither."""
    text = tidy(text)
    link = _LINK.search(text)
    if link is None:
        typed = _TYPED.fullmatch(arabic(text))
        point = _on_earth(typed[1], typed[2]) if typed else None
        return MapPoint(*point) if point else None
    beside = " ".join((text[: link.start()] + " " + text[link.end() :]).split())
    for pattern in _IN_LINK:
        found = pattern.search(link[0])
        point = _on_earth(found[1], found[2]) if found else None
        if point:
            return MapPoint(*point, link=link[0][:1000], words=beside)
    return MapPoint(link=link[0][:1000], words=beside)


def _on_earth(latitude: str, longitude: str) -> tuple[float, float] | None:
    point = float(latitude), float(longitude)
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None


place_words = at_least(3, "โปรดบอกสถานที่ให้ละเอียดขึ้น เช่น หมู่บ้าน ถนน ซอย หรือจุดสังเกต")
"""Where, in words."""
