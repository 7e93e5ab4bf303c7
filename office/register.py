"""ทะเบียนรับ-ส่ง: one register for everything, with the columns of the paper book (B21).

The number belongs to the Buddhist calendar year of the legal receipt, not of the arrival, and not to the fiscal year
(OFFICE_RULES §2.4). It is asked for last: the book stays locked until the transaction ends. A closed book takes no more
numbers: what was received in its year and is filed late stands in the next open book, with its own date of receipt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from flows.thai import BANGKOK
from models import register
from models.db import Tx
from models.register import BookKind
from office import audit
from office.calendar import buddhist_year
from services.units import Unit

NO_REF = "-"
"""ที่: a citizen's message has no letter number of its own."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is written beside the number. `dated` is the letter's own date; for a chat message, the day it was sent."""

    sender: str
    addressee: str
    subject: str
    dated: date
    received_at: datetime
    action: str
    remark: str
    channel: str
    status: str
    unit: str
    due: date | None = None
    ref: str = NO_REF
    case_id: int | None = None


def enter(tx: Tx, book: BookKind, line: Line) -> tuple[int, int]:
    """Take the next number of the book and write its line; the number and the Buddhist year of the book."""
    return enter_line(tx, book, line)[1:]


def enter_line(tx: Tx, book: BookKind, line: Line) -> tuple[int, int, int]:
    """The same, with the id of the line before."""
    own = year = buddhist_year(line.received_at)
    while (taken := register.next_number(tx, book, year)) is None:
        year += 1
    book_id, number = taken
    if year != own:
        line = replace(line, remark=f"{line.remark} ลงทะเบียนหลังปิดเล่มปี {own}".strip())
    entry_id = register.add_entry(
        tx,
        book_id=book_id,
        number=number,
        code=reference(book, year, number),
        case_id=line.case_id,
        ref=line.ref,
        dated=line.dated,
        from_=line.sender,
        to_=line.addressee,
        subject=line.subject,
        action=line.action,
        remark=line.remark,
        received_at=line.received_at,
        channel=line.channel,
        status=line.status,
        due=line.due,
        unit=line.unit,
    )
    return entry_id, number, year


def reference(book: BookKind, year: int, number: int) -> str:
    """รหัสเรื่อง: names the line for good and may be shown to anyone, unlike the tracking code."""
    return f"{year}-{'' if book == 'incoming' else 'ส'}{number:06d}"


def void(tx: Tx, book: BookKind, year: int, number: int, *, why: str, who: str, now: datetime) -> bool:
    """ยกเลิกเลข: mark the line as cancelled. The number is never used again. False if there is nothing to cancel."""
    done = register.void_entry(tx, book, year, number, f" ยกเลิกเลข: {why}")
    if done:
        audit.note(tx, who, "entry_voided", f"{book}:{year}", None, {"number": number}, now)
    return done


def next_ref(tx: Tx, unit: Unit, at: datetime) -> str:
    """ที่ of the next letter of this unit, which numbers its own by the year."""
    year = buddhist_year(at)
    return unit.letter(register.next_letter(tx, unit.key, year), year)


def start(tx: Tx, book: BookKind, year: int, number: int, now: datetime) -> bool:
    """The office comes from another book in mid-year: the first number is this one (B22). False if the book has an
    entry already or is closed, and of any year but this and the next."""
    done = _is_near(year, now) and register.start(tx, book, year, number)
    if done:
        audit.note(tx, "operator", "book_started", f"{book}:{year}", None, {"number": number}, now)
    return done


def start_letters(tx: Tx, unit: str, year: int, number: int, now: datetime) -> bool:
    """The same for the unit's own numbers, of ที่."""
    done = _is_near(year, now) and register.start_letters(tx, unit, year, number)
    if done:
        audit.note(tx, "operator", "letters_started", f"letters:{unit}:{year}", None, {"number": number}, now)
    return done


def close(tx: Tx, book: BookKind, year: int, now: datetime) -> int | None:
    """ปิดเล่ม: the book of a past year takes no more numbers; its last one. None if there is no such book, it is closed
    already, or its year is not over."""
    last = register.close(tx, book, year, now) if year < buddhist_year(now) else None
    if last is not None:
        audit.note(tx, "operator", "book_closed", f"{book}:{year}", None, {"last": last}, now)
    return last


def _is_near(year: int, now: datetime) -> bool:
    """Whether it is this year or the next: any other is a slip of the pen."""
    return 0 <= year - buddhist_year(now) <= 1


def sent_on(moment: datetime) -> date:
    """ลงวันที่ of a chat message."""
    return moment.astimezone(BANGKOK).date()
