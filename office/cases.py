"""เรื่อง: filing a case, changing it, telling how it stands.

Filing is one piece: case, reporter, files, history, number, register line, audit and notices are kept together or not
at all. `record` is the one gate that every later change passes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flows.thai import tidy
from models import case as table
from models import document, people
from models import register as lines
from models.db import Tx
from models.parts import MARK
from office import audit, booking, mirror, notices, petitions, proofs, register, workflow
from office.calendar import Calendar, iso
from office.filing import TIP, FileFacts, Filing, case_row, category_of, protected, register_line
from office.tracking import new_code, tidy_code
from services.office import Office

__all__ = [
    "Filing",
    "OpenedCase",
    "add_papers",
    "amend_message",
    "cases_of",
    "closed_to_uploads",
    "facts_of",
    "open_case",
    "own_case",
    "record",
    "status_by_code",
    "withdraw_message",
]

CITIZEN = "citizen"
SHOWN_CASES = 10

Facts = dict[str, Any]
"""How a case stands, as plain JSON values: `number`, `year`, `reference`, `code`, `kind`, `category`, `channel`,
`received_at` and `arrived_at` (ISO, +07:00), `after_hours`, `due` (ISO day), `days_left` (working days; below 0: late;
None: ended), `status` (Thai), `ended`, `unit`, `phone`, `history` (`at`, `text`; oldest first), and for whose case it
is those of `proofs.facts`; of a petition those of `petitions.facts` as well."""


@dataclass(frozen=True)
class OpenedCase:
    """The case that a draft has become. `facts` are ready for the conversation and say `again` as well:
    this draft had been filed before, and nothing was done now."""

    id: int
    facts: Facts

    @property
    def again(self) -> bool:
        return bool(self.facts["again"])


def open_case(
    tx: Tx, office: Office, calendar: Calendar, filing: Filing, *, now: datetime, who: str = CITIZEN
) -> OpenedCase:
    """File it, give it its number, tell the staff. The same draft a second time gives the same case again.

    `who` files it, if not the citizen: the key of a member of the staff ("staff:12").

    Raises RoomTaken, before anything is written, if the places it books are gone.
    """
    room = filing.petition.room if filing.petition else None
    if room and table.id_of_draft(tx, filing.draft) is not None:  # it has its places already
        return _filed_before(tx, calendar, filing.draft, now)
    slot_id = booking.take(tx, room) if room else None
    case = case_row(office, calendar, filing, new_code(), now)
    case_id = table.add(tx, case)
    if case_id is None:
        if room:
            booking.release(tx, room)
        return _filed_before(tx, calendar, filing.draft, now)
    _keep_with_it(tx, case_id, filing, now, who)
    petitions.keep(tx, calendar, case_id, case["received_at"], filing, slot_id)
    text = workflow.STATUSES[case["status"]].told
    event = {"at": now, "actor": who, "what": "opened", "text": text, "note": "", "status_before": ""}
    table.add_event(tx, {**event, "case_id": case_id, "status_after": case["status"]})
    number, year = register.enter(tx, "incoming", register_line(office, filing, case, case_id))
    opened = {"number": f"{number}/{year}", "status": case["status"], "due": str(case["due"])}
    audit.note(tx, who, "case_opened", f"case:{case_id}", None, opened, now, first=True)
    mirror.ask(tx, year, number, now)
    numbered = {
        **case,
        "id": case_id,
        "number": number,
        "year": year,
        "reference": register.reference("incoming", year, number),
    }
    facts = _facts(numbered, [{"at": iso(now), "text": text}], calendar, now)
    facts |= petitions.facts(tx, [numbered]).get(case_id, {}) | proofs.facts(tx, [numbered])[case_id]
    notices.case_opened(tx, office.sending, facts, now, urgent=category_of(office, filing).urgent)
    return OpenedCase(case_id, {**facts, "again": False})


def _filed_before(tx: Tx, calendar: Calendar, draft: str, now: datetime) -> OpenedCase:
    row = _numbered(tx, table.id_of_draft(tx, draft))
    return OpenedCase(row["id"], {**_with_history(tx, [row], calendar, now)[0], "again": True})


def _keep_with_it(tx: Tx, case_id: int, filing: Filing, now: datetime, who: str) -> None:
    ids = json.dumps(dict(filing.petition.ids)) if filing.petition and filing.petition.ids else None
    if ids or (filing.identity != "anonymous" and (filing.name or filing.phone)):
        people.keep_reporter(tx, case_id, tidy(filing.name), tidy(filing.phone), ids)
    _add_files(tx, case_id, filing.files, now, who)
    _add_words(tx, case_id, "", filing.messages, now)


def _add_files(tx: Tx, case_id: int, files: Sequence[FileFacts], now: datetime, source: str = CITIZEN) -> None:
    rows = [
        {
            "case_id": case_id,
            **file._asdict(),
            "name": tidy(file.name),
            "added_at": now,
            "source": source,
        }
        for file in (FileFacts(*facts) for facts in files)
    ]
    if rows:
        document.add_files(tx, rows)


def _add_words(tx: Tx, case_id: int, text: str, messages: Sequence[str], now: datetime) -> None:
    """Words and the messages they came in, a row for each, the text in the first; no text: the case's own words."""
    ids = messages or ([""] if text else [])
    texts = [tidy(text), *[""] * len(ids)]
    rows = [
        {"case_id": case_id, "text": part, "message_id": message_id, "added_at": now}
        for part, message_id in zip(texts, ids, strict=False)
    ]
    if rows:
        document.add_words(tx, *rows)


def record(  # noqa: PLR0913 - one gate, told by name what passes it
    tx: Tx,
    case_id: int,
    *,
    who: str,
    what: str,
    now: datetime,
    status: str | None = None,
    action: str | None = None,
    text: str = "",
    note: str = "",
) -> None:
    """Note a change of the case: history, audit and, where it shows there, the register.

    `who` is a key ("citizen", "staff:12"), never a name; `text` may be read by the citizen, `note` by the staff only;
    `action` is the register's การปฏิบัติ. Raises WrongStatus, LookupError if there is no such case.
    """
    case = table.lock(tx, case_id)
    if case is None:
        raise LookupError(f"no case {case_id}")
    before, after = case["status"], status or case["status"]
    if status is not None:
        why = workflow.reason(before, after)
        note = note or why
        proofs.demand(tx, case_id, after)
        if before == "identity":
            proofs.set_aside(tx, case_id, who, now)
    table.change(tx, case_id, status=after)
    if after in petitions.GIVES_BACK:
        booking.give_back(tx, case_id)
    event = {"case_id": case_id, "at": now, "actor": who, "what": what, "text": text, "note": note}
    table.add_event(tx, {**event, "status_before": before, "status_after": after})
    audit.note(tx, who, what, f"case:{case_id}", {"status": before}, {"status": after}, now)
    hidden = after == "identity" and protected(case)  # the register is read by many: its line stays as it was
    shown = {"status": workflow.STATUSES[status].title} if status and not hidden else {}
    if action is not None:
        shown["action"] = action
    if shown:
        number, year = lines.amend_entry(tx, case_id, **shown)
        mirror.ask(tx, year, number, now)


def add_papers(
    tx: Tx,
    calendar: Calendar,
    draft: str,
    files: Sequence[FileFacts],
    words: str,
    now: datetime,
    *,
    messages: Sequence[str] = (),
) -> Facts | None:
    """Join what came after the filing to the case of this draft; how the case stands, and whether all that it waited
    for has come now (`complete`); None if it was never filed.

    `messages` are the ids of the messages that the words came in.
    """
    case_id = table.id_of_draft(tx, draft)
    if case_id is None:
        return None
    _add_files(tx, case_id, files, now)
    _add_words(tx, case_id, words, messages if words else (), now)
    complete = petitions.came(tx, case_id, {FileFacts(*facts).paper for facts in files})
    came = [f"ไฟล์ {len(files)} รายการ"] * bool(files) + ["ข้อความ 1 รายการ"] * bool(words)
    note = f"ผู้ร้องส่งเพิ่มเติม: {' และ'.join(came)}"
    told = "ได้รับข้อมูลเพิ่มเติมจากท่านแล้ว"
    waited = complete and _numbered(tx, case_id)["status"] == "papers"
    status = "screening" if waited else None
    record(tx, case_id, who=CITIZEN, what="papers_added", now=now, status=status, text=told, note=note)
    added = _with_history(tx, [_numbered(tx, case_id)], calendar, now)[0]
    if complete:
        notices.papers_complete(tx, added, now)
    return {**added, "complete": complete}


def _numbered(tx: Tx, case_id: int | None) -> dict[str, Any]:
    row = None if case_id is None else table.by_id(tx, case_id)
    if row is None:
        raise LookupError(f"case {case_id} has no number")
    return row


def closed_to_uploads(tx: Tx, draft: str, most: int) -> Literal["", "ended", "full"] | None:
    """Why the case of this draft takes no more files by the upload page, "" if it does: after the filing it takes so
    many. None if it was never filed."""
    case_id = table.id_of_draft(tx, draft)
    if case_id is None:
        return None
    case = _numbered(tx, case_id)
    if workflow.STATUSES[case["status"]].ended:
        return "ended"
    return "full" if document.brought_since(tx, case_id, case["created_at"], MARK) >= most else ""


def withdraw_message(tx: Tx, message_id: str, now: datetime) -> bool:
    """The citizen took this message back: what it brought to filed cases, or said in them, is marked for an officer.

    A filed case keeps its content; False if no case holds any of it.
    """
    touched = document.mark_withdrawn(tx, message_id) if message_id else []
    note = "ผู้ร้องยกเลิกการส่งข้อความหรือไฟล์ที่เป็นส่วนหนึ่งของเรื่องนี้ สิ่งที่ยกเลิกมีเครื่องหมายกำกับไว้ โปรดพิจารณา"
    for case_id in touched:
        record(tx, case_id, who=CITIZEN, what="message_withdrawn", now=now, note=note)
        _tell_officers(tx, case_id, "ผู้ส่งเรื่องยกเลิกการส่งข้อความหรือไฟล์ สิ่งที่ยกเลิกมีเครื่องหมายกำกับไว้", now)
    return bool(touched)


def amend_message(tx: Tx, calendar: Calendar, message_id: str, words: str, now: datetime) -> Facts | None:
    """The citizen changed this message: filed cases that hold it keep its old words, and the new ones beside them for
    an officer. How the newest of them stands; None if no case holds it."""
    holding = document.cases_with_words(tx, message_id) if message_id else []
    note = "ผู้ร้องแก้ไขข้อความที่เป็นส่วนหนึ่งของเรื่องนี้ ข้อความเดิมยังอยู่ ฉบับแก้ไขเก็บไว้ต่อท้าย โปรดพิจารณา"
    for case_id in holding:
        _add_words(tx, case_id, words, [message_id], now)
        text = "ได้รับข้อความที่ท่านแก้ไขแล้ว"
        record(tx, case_id, who=CITIZEN, what="message_amended", now=now, text=text, note=note)
        _tell_officers(tx, case_id, "ผู้ส่งเรื่องแก้ไขข้อความที่ส่งไว้ ฉบับเดิมและฉบับแก้ไขเก็บไว้ทั้งคู่", now)
    return _with_history(tx, [_numbered(tx, holding[-1])], calendar, now)[0] if holding else None


def _tell_officers(tx: Tx, case_id: int, what: str, now: datetime) -> None:
    case = _numbered(tx, case_id)
    notices.case_changed(tx, case, what, now)


def status_by_code(tx: Tx, calendar: Calendar, conversation_id: int, code: str, now: datetime) -> Facts | None:
    """How the case with this tracking code stands, or the citizen's own with this number; None if there is none.
    Spaces, dashes and case of a code do not matter.

    Whether it is to be withdrawn, and how identity is proved, is told only in the conversation that it came from.
    """
    row = own_case(tx, conversation_id, code) if "/" in code else table.by_code(tx, tidy_code(code))
    if row is None:
        return None
    own = row["conversation_id"] == conversation_id
    return _with_history(tx, [row if own else proofs.concealed(tx, row)], calendar, now, own=own)[0]


def waiting_for_papers(
    tx: Tx, calendar: Calendar, conversation_id: int, code: str, now: datetime
) -> tuple[str, Facts] | None:
    """The draft and the facts of the citizen's own case that waits for papers: with this code, or the newest."""
    rows = table.by_conversation(tx, conversation_id, SHOWN_CASES)
    for row, facts in zip(rows, _with_history(tx, rows, calendar, now), strict=True):
        if facts.get("missing") and not facts["ended"] and tidy_code(code) in ("-", facts["code"]):
            return row["draft"], facts
    return None


def own_case(tx: Tx, conversation_id: int, code: str) -> dict[str, Any] | None:
    """The case with this code, or with this number ("41/2569"), if it came from this conversation."""
    if "/" in code:
        number, year = map(int, code.split("/"))
        row = table.by_number(tx, number, year)
    else:
        row = table.by_code(tx, tidy_code(code))
    return row if row and row["conversation_id"] == conversation_id else None


def facts_of(tx: Tx, calendar: Calendar, row: Mapping[str, Any], now: datetime) -> Facts:
    """How this numbered case stands."""
    return _with_history(tx, [row], calendar, now)[0]


def cases_of(
    tx: Tx, calendar: Calendar, conversation_id: int, now: datetime, most: int | None = SHOWN_CASES
) -> list[Facts]:
    """The newest cases that came from this conversation, newest first; all of them if `most` is None."""
    return _with_history(tx, table.by_conversation(tx, conversation_id, most), calendar, now)


def _with_history(
    tx: Tx, rows: Sequence[Mapping[str, Any]], calendar: Calendar, now: datetime, *, own: bool = True
) -> list[Facts]:
    history: dict[int, list[dict[str, str]]] = {row["id"]: [] for row in rows}
    for event in table.told(tx, list(history)) if rows else ():
        if own or not event["what"].startswith(proofs.EVENTS):
            history[event["case_id"]].append({"at": iso(event["at"]), "text": event["text"]})
    more, proof = petitions.facts(tx, rows), proofs.facts(tx, rows) if own else {}
    told = (_facts(row, history[row["id"]], calendar, now) for row in rows)
    return [facts | proof.get(row["id"], {}) | more.get(row["id"], {}) for row, facts in zip(rows, told, strict=True)]


def _facts(case: Mapping[str, Any], history: list[dict[str, str]], calendar: Calendar, now: datetime) -> Facts:
    status = workflow.STATUSES[case["status"]]
    return {
        "number": case["number"],
        "year": case["year"],
        "reference": case["reference"],
        "code": case["code"],
        "kind": case["kind"],
        "category": TIP if case["secret"] else case["category_title"],
        "channel": case["channel"],
        "received_at": iso(case["received_at"]),
        "arrived_at": iso(case["arrived_at"]),
        "after_hours": case["received_at"] != case["arrived_at"],
        "due": case["due"].isoformat(),
        "days_left": None if status.ended else calendar.days_left(now, case["due"]),
        "status": status.told,
        "ended": status.ended,
        "unit": case["unit_name"],
        "phone": case["unit_phone"],
        "history": history,
    }
