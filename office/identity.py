"""การยืนยันตัวตน: proved only where the risk is high: a case is withdrawn, a request cancelled, personal data disclosed
(B42-B45, S2 #3.3). In person or by a video call by appointment; until then the case keeps its day and its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import regex

from flows.effects import ArrangeProof
from flows.identifying import DOCUMENTS
from flows.status import way_to_prove
from flows.thai import thai_moment
from models import booking, document, errands, jobs, petition, proof
from models import case as table
from models.db import Tx
from office import cases, notices, proofs
from office.calendar import ZONE, Calendar
from office.cases import CITIZEN, Facts
from office.filing import FileFacts
from office.proofs import Refused
from office.workflow import ENDED

#: So many of the coming working days are offered for a video call; an hour is one citizen's.
DAYS_OFFERED = 5
NOON = 12
#: The errand that tells the staff groups how it stands.
TELL = "tell_proof"


@dataclass(frozen=True)
class Evidence:
    """What an officer saw: the document shown and its last two to four digits, never all of them; of a video call also
    an image of it (B44)."""

    document: str
    last_digits: str
    manner: str
    image: FileFacts | None = None


class NoEvidence(Refused):
    """หลักฐานการยืนยันตัวตนไม่ครบ: a document, 2-4 last digits, and an image if it was a video call (B44)."""


class NothingToProve(Refused):
    """เรื่องนี้ไม่ได้รอการยืนยันตัวตน: no proof is awaited in this case."""


# -- what the citizen asks


def ask(tx: Tx, calendar: Calendar, conversation_id: int, purpose: str, code: str, now: datetime) -> Facts:
    """How identity can be proved in this case of the conversation; or `refused`, and why not (AskProof)."""
    if not code:
        return _ask_without_code(tx, calendar, conversation_id, purpose, now)
    row = cases.own_case(tx, conversation_id, code)
    return {"refused": "unknown", "purpose": purpose} if row is None else _offer(tx, calendar, row, purpose, now)


def _ask_without_code(tx: Tx, calendar: Calendar, conversation_id: int, purpose: str, now: datetime) -> Facts:
    wanted = "withdrawable" if purpose == "withdraw" else "provable"
    mine = cases.cases_of(tx, calendar, conversation_id, now, most=None)
    fitting = [facts for facts in mine if facts[wanted] or facts.get("proof")]
    if len(fitting) > 1:
        told = [{name: facts[name] for name in ("number", "year", "code")} for facts in fitting[: cases.SHOWN_CASES]]
        return {"refused": "which", "purpose": purpose, "cases": told}
    only = (*fitting, *mine)[:1]  # if none will do, the newest says why
    return (
        ask(tx, calendar, conversation_id, purpose, only[0]["code"], now)
        if only
        else {"refused": "none", "purpose": purpose}
    )


def _offer(tx: Tx, calendar: Calendar, row: Mapping[str, Any], purpose: str, now: datetime) -> Facts:
    facts = cases.facts_of(tx, calendar, row, now)
    purpose = purpose or facts.get("proof", {}).get("purpose") or "service"
    facts |= {"purpose": purpose}
    if refused := _refused(row, facts):
        return {**facts, "refused": refused}
    return {**facts, "days": hours_offered(tx, calendar, now)}


def _refused(row: Mapping[str, Any], facts: Facts) -> str:
    """Why no proof can be asked for, "" if it can."""
    if row["status"] in ENDED:
        return "ended"
    if row["identity"] == "anonymous":  # nobody knows whom to compare with; the office decides (OFFICE_RULES §5.3)
        return "anonymous"
    if not facts["withdrawable"] and "proof" not in facts:
        return "answered"
    return "needless" if facts["purpose"] == "service" and not facts["provable"] else ""


def hours_offered(tx: Tx, calendar: Calendar, now: datetime) -> dict[str, list[str]]:
    """The full hours that are free, by ISO day, on the next working days; the noon hour is nobody's."""
    days = [calendar.due(now, nth) for nth in range(1, DAYS_OFFERED + 1)]
    opens, closes = calendar.hours.opens, calendar.hours.closes
    names = [f"{h:02}.00" for h in range(opens.hour, closes.hour) if h != NOON and time(h) >= opens]
    free = {day.isoformat(): _free(tx, day, names) for day in days}
    return {day: left for day, left in free.items() if left}


def _free(tx: Tx, day: date, names: list[str]) -> list[str]:
    taken = booking.taken(tx, _where(day), names)
    return [name for name in names if not taken.get(name)]


def _where(day: date) -> booking.Where:
    return "identity", "video", day


def arrange(tx: Tx, calendar: Calendar, conversation_id: int, wish: ArrangeProof, now: datetime) -> Facts:
    """How and when, instead of what was arranged before; the case waits for it from now on. As of `ask`; `taken` if the
    hour is not free any more: then nothing has changed."""
    row = cases.own_case(tx, conversation_id, wish.code)
    if row is None:
        return {"refused": "unknown", "purpose": wish.purpose}
    table.lock(tx, row["id"])
    row = _numbered(tx, row["id"])  # as it stands now that it is ours
    offer = _offer(tx, calendar, row, wish.purpose, now)
    if "refused" in offer:
        return offer
    slot_id, at = _appointment(tx, offer["days"], wish)
    if wish.manner == "video" and slot_id is None:
        return {**offer, "taken": True}
    if "proof" not in offer:
        _await(tx, calendar, row, offer["purpose"], now)
    awaited = proof.asked(tx, [row["id"]])[row["id"]]
    if awaited["slot_id"] is not None:
        booking.free(tx, awaited["slot_id"])
    until = at.date() if at else calendar.due(now, proofs.IN_PERSON_DAYS)
    values = {"manner": wish.manner, "slot_id": slot_id, "at": at, "until": until, "purpose": offer["purpose"]}
    proof.change(tx, awaited["id"], **values)
    return _arranged(tx, calendar, row["id"], now)


def _appointment(tx: Tx, days: Mapping[str, list[str]], wish: ArrangeProof) -> tuple[int | None, datetime | None]:
    if wish.manner != "video" or wish.hour not in days.get(wish.day, ()):
        return None, None
    day = date.fromisoformat(wish.day)
    slot_id = booking.take(tx, _where(day), wish.hour, 1, 1)
    return slot_id, datetime.combine(day, time.fromisoformat(wish.hour.replace(".", ":")), ZONE)


def _await(tx: Tx, calendar: Calendar, row: Mapping[str, Any], purpose: str, now: datetime) -> None:
    """The case waits for a proof. Where it stood is unknown if an officer has put it there by hand."""
    text = "ขอถอนเรื่อง รอการยืนยันตัวตน" if purpose == "withdraw" else "รอการยืนยันตัวตน"
    by_hand = row["status"] == "identity"
    status = None if by_hand else "identity"
    cases.record(tx, row["id"], who=CITIZEN, what="identity_wanted", now=now, status=status, text=text)
    proofs.await_(tx, calendar, row["id"], purpose, proofs.UNKNOWN if by_hand else row["status"], now)


def _arranged(tx: Tx, calendar: Calendar, case_id: int, now: datetime) -> Facts:
    """Note and tell what was arranged."""
    facts = cases.facts_of(tx, calendar, _numbered(tx, case_id), now)
    note = f"นัดยืนยันตัวตน: {way_to_prove(facts['proof'])}"
    cases.record(tx, case_id, who=CITIZEN, what="identity_arranged", now=now, text=note, note=note)
    _tell_staff_soon(tx, case_id, now)
    return facts


def drop(tx: Tx, calendar: Calendar, conversation_id: int, code: str, now: datetime) -> Facts | None:
    """The citizen does not want it withdrawn any more: it goes on where it was, or, where the request itself needs the
    proof, that is awaited as it was arranged. None if no such wish is open."""
    row = cases.own_case(tx, conversation_id, code)
    if row is None:
        return None
    table.lock(tx, row["id"])
    awaited = proof.asked(tx, [row["id"]]).get(row["id"])
    if awaited is None or awaited["purpose"] != "withdraw":
        return None
    if proofs.owed(tx, row["id"]):
        proof.change(tx, awaited["id"], purpose="service")
        text = "ไม่ประสงค์ถอนเรื่องแล้ว ยังต้องยืนยันตัวตนก่อนดำเนินการ"
        cases.record(tx, row["id"], who=CITIZEN, what="identity_kept", now=now, text=text)
    else:
        _go_back(tx, row["id"], "kept", CITIZEN, "ไม่ประสงค์ถอนเรื่องแล้ว ดำเนินการต่อ", now)
    _tell_staff_soon(tx, row["id"], now)
    return cases.facts_of(tx, calendar, _numbered(tx, row["id"]), now)


def _tell_staff_soon(tx: Tx, case_id: int, now: datetime) -> None:
    """At once, or as soon as it is long enough since they last heard of this case."""
    last = jobs.last_begun(tx, f"{TELL}:{case_id}")
    due = max(now, last + notices.AGAIN) if last else now
    errands.put(tx, TELL, lane=f"proof:{case_id}", arguments={"case": case_id}, now=now, due=due)


def tell_staff(tx: Tx, case_id: int, now: datetime) -> None:
    """Tell the groups how it stands by now: the number and the day, nothing else. What an officer did is no news."""
    last = proof.last(tx, case_id)
    if last is None or last["state"] not in _TOLD or last["ended_by"].startswith("staff:"):
        return
    if not jobs.begin_again(tx, f"{TELL}:{case_id}", now, notices.AGAIN):  # it has changed while they were being told
        _tell_staff_soon(tx, case_id, now)
        return
    wish = "ขอถอนเรื่อง " if last["purpose"] == "withdraw" else ""
    state = last["state"] if last["manner"] or last["state"] != "asked" else "owed"
    what = _TOLD[state].format(wish=wish, way=way_to_prove(proofs.told(last)))
    notices.case_changed(tx, _numbered(tx, case_id), what, now, kind="urgent")


_TOLD = {
    "asked": "{wish}นัดยืนยันตัวตน: {way}",
    "owed": "ยังรอการยืนยันตัวตนก่อนดำเนินการตามคำขอ ผู้ส่งเรื่องยังไม่ได้นัด",
    "kept": "ผู้ส่งเรื่องไม่ประสงค์ถอนเรื่องแล้ว ดำเนินการต่อ",
    "lapsed": "ผู้ส่งเรื่องไม่ได้ยืนยันตัวตนภายในกำหนด กลับสู่สถานะเดิมแล้ว",
}


# -- what the office does


def prove_identity(tx: Tx, case: int, evidence: Evidence, who: str, now: datetime) -> None:
    """The officer `who` has seen who it is: what it was wanted for is done, and the citizen hears of it in the chat
    that the case came from, as a warning to anyone for whom somebody else has acted (B45). Also where a proof is owed
    that nobody awaits at the moment.

    Raises NothingToProve, NoEvidence.
    """
    row = table.lock(tx, case)
    if not _good(evidence):
        raise NoEvidence
    proofs.await_owed(tx, case, now)
    kept = {"document": evidence.document, "last_digits": evidence.last_digits, "manner": evidence.manner}
    awaited = proofs.end(tx, case, "proved", who, now, **kept)
    if row is None or awaited is None:
        raise NothingToProve
    if evidence.image:
        image = {**evidence.image._asdict(), "paper": document.IDENTITY_PROOF, "case_id": case}
        document.add_files(tx, [{**image, "added_at": now, "source": who}])
    withdrawn = awaited["purpose"] == "withdraw"
    after = "withdrawn" if withdrawn else _back_to(tx, case, awaited["status_before"])
    status = None if after == row["status"] else after
    text = "ยืนยันตัวตนแล้ว ถอนเรื่องตามความประสงค์" if withdrawn else "ยืนยันตัวตนแล้ว ดำเนินการต่อ"
    note = f"ตรวจ{DOCUMENTS[evidence.document]} ({'วิดีโอคอล' if evidence.manner == 'video' else 'ที่สำนักงาน'})"
    cases.record(tx, case, who=who, what="identity_proved", now=now, status=status, text=text, note=note)
    aim = "ถอนเรื่อง และถอนเรื่องให้แล้ว" if withdrawn else "ดำเนินการตามคำขอ เจ้าหน้าที่จะดำเนินการต่อ"
    warning = f"หากท่านไม่ได้ดำเนินการเอง โปรดโทร {_numbered(tx, case)['unit_phone']} ทันที"
    proofs.tell(tx, case, f"มีการยืนยันตัวตนเมื่อ{thai_moment(now)} เพื่อ{aim}\n{warning}", now)


def _good(evidence: Evidence) -> bool:
    digits = regex.fullmatch(r"[0-9]{2,4}", evidence.last_digits) is not None
    seen = evidence.manner == "office" or (evidence.manner == "video" and evidence.image is not None)
    return evidence.document in DOCUMENTS and digits and seen


def did_not_appear(tx: Tx, calendar: Calendar, case: int, who: str, now: datetime) -> None:
    """Nobody came: the case goes on where it was, and the citizen is told that they may ask again. Where it was to be
    withdrawn and the request itself needs the proof, that is awaited anew."""
    table.lock(tx, case)
    asked = proof.asked(tx, [case]).get(case)
    if asked and asked["purpose"] == "withdraw" and proofs.owed(tx, case):
        _await_service_again(tx, calendar, case, who, now)
        return
    awaited = _go_back(tx, case, "lapsed", who, "ไม่ได้ยืนยันตัวตนภายในกำหนด", now)
    again = "ขอถอนเรื่องใหม่" if awaited["purpose"] == "withdraw" else "นัดยืนยันตัวตนใหม่"
    after = "เรื่องจึงยังไม่ถูกถอน และดำเนินการต่อตามเดิม" if awaited["purpose"] == "withdraw" else "จึงยังดำเนินการตามคำขอไม่ได้"
    proofs.tell(tx, case, f"ยังไม่ได้ยืนยันตัวตนภายในกำหนด {after}\n{again}ได้ โดยแตะ “ติดตามเรื่อง”", now)
    _tell_staff_soon(tx, case, now)


def _await_service_again(tx: Tx, calendar: Calendar, case: int, who: str, now: datetime) -> None:
    awaited = proofs.end(tx, case, "lapsed", who, now)
    if awaited is None:
        raise NothingToProve
    proofs.await_(tx, calendar, case, "service", awaited["status_before"], now)
    text = "ไม่ได้ยืนยันตัวตนเพื่อถอนเรื่องภายในกำหนด ยังต้องยืนยันตัวตนก่อนดำเนินการ"
    cases.record(tx, case, who=who, what="identity_lapsed", now=now, text=text)
    told = "ยังไม่ได้ยืนยันตัวตนภายในกำหนด เรื่องจึงยังไม่ถูกถอน และยังต้องยืนยันตัวตนก่อนดำเนินการตามคำขอ"
    proofs.tell(tx, case, f"{told}\nนัดใหม่ได้ โดยแตะ “ติดตามเรื่อง”", now)
    if who == "system":
        _tell_staff_soon(tx, case, now)


def _go_back(tx: Tx, case_id: int, state: str, who: str, text: str, now: datetime) -> Mapping[str, Any]:
    awaited = proofs.end(tx, case_id, state, who, now)
    if awaited is None:
        raise NothingToProve
    status = _back_to(tx, case_id, awaited["status_before"])
    cases.record(tx, case_id, who=who, what=f"identity_{state}", now=now, status=status, text=text)
    return awaited


def _back_to(tx: Tx, case_id: int, before: str) -> str:
    """The former status; what came meanwhile is looked at first."""
    return "screening" if before == "papers" and not petition.missing(tx, [case_id]) else before


def _numbered(tx: Tx, case_id: int) -> dict[str, Any]:
    row = table.by_id(tx, case_id)
    if row is None:
        raise LookupError(f"no case {case_id}")
    return row
