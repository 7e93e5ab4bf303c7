"""คำขอ: what a petition keeps beside its case, and which papers it still waits for.

Fee, time and papers are those of the service on the day of the filing; a later version of it changes no open case.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from models import booking, petition
from models.db import Tx
from office import proofs
from office.calendar import Calendar
from office.filing import Filing

#: Statuses with which what was booked is free again.
GIVES_BACK = frozenset(("rejected", "forwarded", "withdrawn", "struck_off"))

Facts = dict[str, Any]


def keep(tx: Tx, calendar: Calendar, case_id: int, received: datetime, filing: Filing, slot_id: int | None) -> None:
    """Keep what the petition says, its papers, and whose the booked slot is. Nothing, if it is no petition."""
    service, said = filing.service, filing.petition
    if service is None or said is None:
        return
    row = {
        "case_id": case_id,
        "service": service.key,
        "service_version": service.version,
        "fee_satang": service.fee_satang,
        "fee_note": service.fee_note,
        "risk": service.risk,
        "result": service.result,
        "answers": json.dumps(said.answers, ensure_ascii=False),
        "consented": said.consented,
    }
    due = calendar.due(received, service.late_days)
    papers = [
        {"case_id": case_id, "key": key, "title": title, "state": state, "due": due if state == "later" else None}
        for key, title, state in said.papers
    ]
    petition.add(tx, row, papers)
    if service.risk == "high":
        proofs.await_(tx, calendar, case_id, "service", "received", received)
    if slot_id is not None and said.room:
        booking.note(tx, case_id, slot_id, said.room.party)


def came(tx: Tx, case_id: int, keys: Collection[str]) -> bool:
    """Pages of these papers have come; whether that was the last of what the case waited for."""
    waited = {paper["key"] for paper in petition.missing(tx, [case_id])}
    for key in waited & set(keys):
        petition.set_paper(tx, case_id, key, state="sent", reason="", due=None)
    return bool(waited) and waited <= set(keys)


def facts(tx: Tx, cases: Sequence[Mapping[str, Any]]) -> dict[int, Facts]:
    """Of each petition among these cases: `missing`, papers still to come (`key`, `title`, `reason`), and `papers_due`,
    the ISO day until which the first of them is waited for."""
    found: dict[int, Facts] = {case["id"]: {"missing": []} for case in cases if case["kind"] == "petition"}
    for paper in petition.missing(tx, list(found)) if found else ():
        of_case = found[paper["case_id"]]
        of_case["missing"].append({name: paper[name] for name in ("key", "title", "reason")})
        of_case["papers_due"] = _sooner(of_case.get("papers_due"), paper["due"])
    return found


def _sooner(day: str | None, other: date | None) -> str | None:
    return min(filter(None, (day, other.isoformat() if other else None)), default=None)
