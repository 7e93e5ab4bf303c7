"""Which cases await a proof of identity, and which may not go on without one (B42). How it is arranged and given is in
`office.identity`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot import outbox
from flows.messages import Message, Say
from flows.options import say
from flows.proving import matter_of
from models import booking, conversation, petition, proof
from models import case as table
from models.db import Tx
from office.calendar import ZONE, Calendar, iso
from office.workflow import CHANGES, ENDED, reason

#: Working days within which somebody who comes in person, or has not chosen yet, is waited for.
IN_PERSON_DAYS = 10
#: What the history of a case calls everything about a proof begins so.
EVENTS = "identity_"
#: Where a case goes on of which nobody knows where it stood: an officer has put it there by hand.
UNKNOWN = "screening"

Facts = dict[str, Any]


class Refused(Exception):
    """Why something is not done, for the staff: what its docstring says before the colon."""

    def __init__(self) -> None:
        super().__init__(str(type(self).__doc__).partition(":")[0])


class NotProved(Refused):
    """ยังไม่ได้ยืนยันตัวตน จึงดำเนินการขั้นนี้ไม่ได้: this step of high risk needs a proof first."""


def await_(tx: Tx, calendar: Calendar, case_id: int, purpose: str, before: str, start: datetime) -> None:
    """A proof is awaited; nobody has said yet how it will be given. `before`: the status to go back to."""
    until = calendar.due(start, IN_PERSON_DAYS)
    proof.ask(tx, case_id=case_id, purpose=purpose, status_before=before, manner="", until=until, asked_at=start)


def await_owed(tx: Tx, case_id: int, now: datetime) -> None:
    """The same, at this very moment, where a proof is owed and none is awaited: an officer has set it aside, or it did
    not come in time. Nothing, where none is owed."""
    case = table.by_id(tx, case_id)
    if case is None or case["status"] in ENDED or proof.asked(tx, [case_id]) or not owed(tx, case_id):
        return
    before = UNKNOWN if case["status"] == "identity" else case["status"]
    today = now.astimezone(ZONE).date()
    proof.ask(tx, case_id=case_id, purpose="service", status_before=before, manner="", until=today, asked_at=now)


def then(tx: Tx, case_id: int, after: str) -> None:
    """Once the proof that is awaited has come or not, the case goes on there. Raises WrongStatus if it may not."""
    awaited = proof.asked(tx, [case_id]).get(case_id)
    before = awaited["status_before"] if awaited else "identity"
    if before != after:
        reason(before, after)
    if awaited:
        proof.change(tx, awaited["id"], status_before=after)


def demand(tx: Tx, case_id: int, after: str) -> None:
    """Raises NotProved before a case is withdrawn, or a request of high risk answered, without a proof (S2 #3.3)."""
    withdrawing = after == "withdrawn" and not proof.is_proved(tx, case_id, "withdraw")
    if withdrawing or (after == "answered" and owed(tx, case_id)):
        raise NotProved


def owed(tx: Tx, case_id: int) -> bool:
    """Whether this is a request of high risk, and who made it has not proved to be that person."""
    return bool(petition.of_high_risk(tx, [case_id])) and not proof.is_proved(tx, case_id, "service", "withdraw")


def end(tx: Tx, case_id: int, state: str, who: str, now: datetime, **evidence: str) -> Mapping[str, Any] | None:
    """The proof that was awaited is given or will not be; as it was until now, None if none was. Its hour is free."""
    awaited = proof.asked(tx, [case_id]).get(case_id)
    if awaited is None:
        return None
    proof.change(tx, awaited["id"], state=state, ended_by=who, ended_at=now, slot_id=None, **evidence)
    if awaited["slot_id"] is not None:
        booking.free(tx, awaited["slot_id"])
    return awaited


def set_aside(tx: Tx, case_id: int, who: str, now: datetime) -> None:
    """The officer `who` goes on with the case although a proof is awaited; whoever was to give it hears so. Nothing, if
    none is."""
    awaited = end(tx, case_id, "set_aside", who, now)
    if awaited is None:
        return
    no_call = " นัดยืนยันตัวตนเดิมจึงยกเลิกแล้ว" * bool(awaited["manner"])
    withdrawing = awaited["purpose"] == "withdraw"
    again = "เรื่องยังไม่ถูกถอน หากยังประสงค์ถอน ขอใหม่ได้" if withdrawing else "ก่อนแจ้งผลท่านยังต้องยืนยันตัวตน นัดใหม่ได้"
    tell(tx, case_id, f"เจ้าหน้าที่ดำเนินการต่อแล้ว{no_call}\n{again} โดยแตะ “ติดตามเรื่อง”", now)


def tell(tx: Tx, case_id: int, text: str, now: datetime) -> None:
    """In the chat that the case came from (B45, the Act s.11)."""
    row = table.by_id(tx, case_id)
    chat = conversation.by_id(tx, row["conversation_id"]) if row and row["conversation_id"] else None
    if row and chat:
        message: Message = Say(f"{matter_of(row)}: {text}", choices=say("ติดตามเรื่อง", "เมนู"), must_arrive=True)
        outbox.say(tx, chat, [message], now, purpose="status")


def concealed(tx: Tx, case: Mapping[str, Any]) -> Mapping[str, Any]:
    """The case as anybody else with its tracking code sees it: where it stood before a proof was awaited."""
    if case["status"] != "identity":
        return case
    awaited = proof.asked(tx, [case["id"]]).get(case["id"])
    return {**case, "status": awaited["status_before"] if awaited else UNKNOWN}


def facts(tx: Tx, cases: Sequence[Mapping[str, Any]]) -> dict[int, Facts]:
    """Of each case: `withdrawable` and `provable` (whether this may be asked now), and the `proof` that is awaited:
    `purpose`, `manner`, `at` (ISO, "" if there is no appointment) and `until` (ISO day)."""
    waiting = [case["id"] for case in cases if case["status"] == "identity"]
    awaited = proof.asked(tx, waiting) if waiting else {}
    petitions = [case["id"] for case in cases if case["kind"] == "petition" and "identity" in CHANGES[case["status"]]]
    unproved = {one for one in petition.of_high_risk(tx, petitions) if owed(tx, one)} if petitions else set()
    return {case["id"]: _facts(case, awaited.get(case["id"]), owed=case["id"] in unproved) for case in cases}


def _facts(case: Mapping[str, Any], awaited: Mapping[str, Any] | None, *, owed: bool) -> Facts:
    if awaited is None:
        return {"withdrawable": case["status"] == "identity" or "identity" in CHANGES[case["status"]], "provable": owed}
    return {"withdrawable": awaited["purpose"] != "withdraw", "provable": True, "proof": told(awaited)}


def told(awaited: Mapping[str, Any]) -> Facts:
    """`purpose`, `manner`, `at` and `until` of a proof that is awaited."""
    moment = iso(awaited["at"]) if awaited["at"] else ""
    kept = {name: awaited[name] for name in ("purpose", "manner")}
    return {**kept, "at": moment, "until": awaited["until"].isoformat()}
