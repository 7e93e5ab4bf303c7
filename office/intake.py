"""ลงรับ and ลงส่ง by the staff: letters that are registered only, matters that are not, numbers that are voided.

What becomes a case goes to `office.cases`, as everything does (A16-A20, B13-B19, B22).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import structlog

from flows.effects import Dismiss, EnterLetter, Intake, VoidNumber
from flows.events import FileRef
from flows.thai import tidy
from models import case, document
from models import register as lines
from models.db import Tx
from office import audit, mirror, register
from office.calendar import Calendar, iso
from office.filing import UNANNOUNCED, Letter, arrival_remark, channel_name
from office.register import NO_REF, Line, sent_on
from office.workflow import STATUSES
from services.office import Office

log = structlog.get_logger()

Facts = dict[str, Any]
"""What became of it, as plain JSON values: `act` names the sort."""

ENTERED, SENT = "ลงรับแล้ว", "ส่งแล้ว"


def came_at(intake: Intake) -> datetime:
    """When it came, as the staff say."""
    return datetime.fromisoformat(intake.came)


def counts_from(intake: Intake, at: datetime) -> datetime:
    """From when receipt is reckoned: its coming; of a channel that was not announced, the filing (S2 #2.4)."""
    return at if intake.channel == UNANNOUNCED else came_at(intake)


def letter_of(intake: Intake) -> Letter:
    """ที่, ลงวันที่, ถึง."""
    dated = date.fromisoformat(intake.dated) if intake.dated else None
    return Letter(tidy(intake.ref), dated, tidy(intake.addressee))


def enter(
    tx: Tx, office: Office, calendar: Calendar, wish: EnterLetter, *, who: str, at: datetime, now: datetime
) -> Facts:
    """Register a letter. `at` is when the staff confirmed it."""
    line = _received(office, calendar, wish, at) if wish.book == "incoming" else _sent(tx, office, wish, at)
    entry_id, number, year = register.enter_line(tx, wish.book, line)
    if wish.files:
        document.add_pages(tx, [_page(entry_id, ref, now) for ref in wish.files])
    reference = register.reference(wish.book, year, number)
    audit.note(tx, who, "letter_entered", f"entry:{reference}", None, {"number": f"{number}/{year}"}, now, first=True)
    mirror.ask(tx, year, number, now)
    return {
        "act": "letter",
        "book": wish.book,
        "number": number,
        "year": year,
        "reference": reference,
        "ref": line.ref,
        "received_at": iso(line.received_at),
    }


def dismiss(tx: Tx, office: Office, wish: Dismiss, *, who: str, now: datetime) -> Facts:
    """Not registered; but that it came, and what was done with it, stays in the trail and in the log (CCA s.26)."""
    what = "misdirected" if wish.agency else "discarded"
    facts = {"agency": wish.agency} if wish.agency else {"reason": wish.reason}
    audit.note(tx, who, what, f"intake:{wish.draft}", None, facts, now, first=True)
    log.info("intake_dismissed", what=what, who=who, **facts)
    agency = next((one for one in office.agencies if one.key == wish.agency), None)
    told = {"name": agency.name, "phone": agency.phone} if agency else {"name": "", "phone": ""}
    return {"act": what, "office": office.name, **told}


def void(tx: Tx, wish: VoidNumber, *, who: str, now: datetime) -> Facts:
    """ยกเลิกเลข. The number of a case that is still worked on cannot be voided: nobody would look after it any more."""
    if why := _not_voidable(tx, wish):
        return {"act": "not_voided", "why": why}
    register.void(tx, wish.book, wish.year, wish.number, why=tidy(wish.why), who=who, now=now)
    mirror.ask(tx, wish.year, wish.number, now)
    return {"act": "voided", "number": wish.number, "year": wish.year}


def _not_voidable(tx: Tx, wish: VoidNumber) -> str:
    entry = lines.entry(tx, wish.book, wish.year, wish.number)
    if entry is None:
        return f"ไม่พบเลข {wish.number}/{wish.year} ในทะเบียนนี้"
    if entry["void"]:
        return f"เลข {wish.number}/{wish.year} ถูกยกเลิกไว้แล้ว"
    held = case.lock(tx, entry["case_id"]) if entry["case_id"] else None
    if held is not None and not STATUSES[held["status"]].ended:
        return f"เรื่องเลขรับที่ {wish.number}/{wish.year} ยังดำเนินการอยู่ โปรดยุติเรื่องก่อน"
    return ""


def _received(office: Office, calendar: Calendar, wish: EnterLetter, at: datetime) -> Line:
    intake, letter, unit = wish.intake, letter_of(wish.intake), office.unit(wish.unit)
    came, received = came_at(intake), calendar.received_as_of(counts_from(intake, at))
    return Line(
        sender=tidy(wish.sender),
        addressee=letter.addressee or office.addressee,
        subject=tidy(wish.subject),
        dated=letter.dated or sent_on(came),
        received_at=received,
        action=f"แจ้ง{unit.name}" if unit else "",
        remark=arrival_remark(intake.channel, came, received),
        channel=channel_name(intake.channel),
        status=ENTERED,
        unit=unit.name if unit else "",
        ref=letter.ref or NO_REF,
    )


def _sent(tx: Tx, office: Office, wish: EnterLetter, at: datetime) -> Line:
    letter, unit = letter_of(wish.intake), office.unit(wish.unit)
    channel = channel_name(wish.intake.channel)
    return Line(
        sender=unit.name if unit else office.short_name,
        addressee=letter.addressee,
        subject=tidy(wish.subject),
        dated=letter.dated or sent_on(at),
        received_at=at,
        action=f"ส่งทาง{channel}",
        remark="",
        channel=channel,
        status=SENT,
        unit=unit.name if unit else "",
        ref=letter.ref or (register.next_ref(tx, unit, at) if unit and unit.ref else NO_REF),
    )


def _page(entry_id: int, file: FileRef, now: datetime) -> Facts:
    page = {"sha256": file.sha256, "kind": file.kind, "size": file.size, "name": tidy(file.name)}
    return {"entry_id": entry_id, **page, "added_at": now}
