"""Which cases await a proof of identity, and which may not go on without one (B42). How it is arranged and given is in
`office.identity`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from models import booking, petition, proof
from models.db import Tx
from office.calendar import Calendar, iso
from office.workflow import CHANGES, reason

#: Working days within which somebody who comes in person, or has not chosen yet, is waited for.
IN_PERSON_DAYS = 10

Facts = dict[str, Any]


class NotProved(Exception):
    """ยังไม่ได้ยืนยันตัวตน จึงดำเนินการขั้นนี้ไม่ได้: this step of high risk needs a proof first."""

    def __init__(self) -> None:
        super().__init__(str(type(self).__doc__).partition(":")[0])


def await_(tx: Tx, calendar: Calendar, case_id: int, purpose: str, before: str, start: datetime) -> None:
    """A proof is awaited; nobody has said yet how it will be given. `before`: the status to go back to."""
    until = calendar.due(start, IN_PERSON_DAYS)
    proof.ask(tx, case_id=case_id, purpose=purpose, status_before=before, manner="", until=until, asked_at=start)


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
    told = {name: awaited[name] for name in ("purpose", "manner")}
    told |= {"at": iso(awaited["at"]) if awaited["at"] else "", "until": awaited["until"].isoformat()}
    return {"withdrawable": awaited["purpose"] != "withdraw", "provable": True, "proof": told}
