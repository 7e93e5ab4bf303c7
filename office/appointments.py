"""นัดยืนยันตัวตน as the staff see them: who is awaited, who of them may know and record it, and what is told when nobody
has recorded what became of it (B42-B45).

Whoever brought a secret matter is known to the complaints centre and the head alone (A22, OFFICE_RULES §6.1): to
everybody else such an appointment is one more of a count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flows.effects import RecordProof
from flows.identifying import WORD
from flows.thai import thai_date
from models import case, people, proof
from models.db import Tx
from office import audit, cases, identity, notices, proofs, roster
from office.calendar import ZONE, Calendar
from office.filing import FileFacts, channel_name, protected
from office.identity import Evidence, NoEvidence, NothingToProve
from office.roster import Member
from office.workflow import ENDED, STATUSES

Facts = dict[str, Any]

SYSTEM = "system"
#: So many working days after the staff were told that nothing was recorded it counts as not having come.
GRACE = 2
#: In the history of a case: the staff were told so.
_TOLD = "identity_unrecorded"

_NOT_THEIRS = "ไม่พบเรื่องนี้ในทะเบียนหนังสือรับ หรือเรื่องนี้ไม่อยู่ในหน้าที่ของท่าน"
_OWN = "เรื่องนี้ส่งจากบัญชีของท่านเอง ต้องให้เจ้าหน้าที่อื่นบันทึก"
_CHANGED = f"ผู้ส่งเรื่องไม่ได้รอยืนยันตัวตนเพื่อการนี้ โปรดพิมพ์ “{WORD}” แล้วตรวจอีกครั้ง"
_TOO_EARLY = "ยังไม่ถึงเวลานัด หรือยังไม่ถึงวันสุดท้ายที่นัดไว้"


# -- one member's


def awaited(tx: Tx, who: Member) -> list[Facts]:
    """Every proof that is awaited of which they may know: `number`, `year` and those of `proofs.told`."""
    return [_facts(one, one) for one in proof.all_asked(tx) if not protected(one) or who.role in roster.GUARDIANS]


def awaited_in(tx: Tx, who: Member, number: int, year: int, now: datetime) -> Facts:
    """The same of one case, also where a proof is owed that nobody awaits at the moment; else `why` there is none. With
    `name`, `phone` and `channel` of whoever is awaited, for a document is compared with these; that they were shown is
    noted (A22)."""
    row = _theirs(tx, who, number, year)
    if row is None:
        return {"why": _NOT_THEIRS}
    asked = proof.asked(tx, [row["id"]]).get(row["id"])
    if asked is None and (row["status"] in ENDED or not proofs.owed(tx, row["id"])):
        return {"why": str(NothingToProve())}
    facts = _facts(row, asked or {"purpose": "service", "manner": "", "at": None, "until": _today(now)})
    case.lock(tx, row["id"])
    audit.note(tx, who.key, "reporter_shown", f"case:{row['id']}", None, None, now)
    name, phone = people.reporter(tx, row["id"])
    return {**facts, "name": name, "phone": phone, "channel": channel_name(row["channel"])}


def _facts(numbered: Mapping[str, Any], asked: Mapping[str, Any]) -> Facts:
    return {"number": numbered["number"], "year": numbered["year"], **proofs.told(asked)}


def _theirs(tx: Tx, who: Member, number: int, year: int) -> Mapping[str, Any] | None:
    row = case.by_number(tx, number, year)
    return row if row and (not protected(row) or who.role in roster.GUARDIANS) else None


def record(tx: Tx, calendar: Calendar, who: Member, conversation_id: int, wish: RecordProof, now: datetime) -> Facts:
    """What became of it, as this member says in this conversation; what they are told."""
    row = _theirs(tx, who, wish.number, wish.year)
    told = {"act": "not_proved", "number": wish.number, "year": wish.year}
    if row is None or row["conversation_id"] == conversation_id:
        return {**told, "why": _NOT_THEIRS if row is None else _OWN}
    case.lock(tx, row["id"])
    asked = proof.asked(tx, [row["id"]]).get(row["id"])
    if wish.purpose != (asked["purpose"] if asked else "service"):
        return {**told, "why": _CHANGED}
    if not wish.came and asked and _is_early(asked, now):
        return {**told, "why": _TOO_EARLY}
    try:
        return {**told, **_recorded(tx, calendar, row["id"], who, wish, now)}
    except (NoEvidence, NothingToProve) as refused:
        return {**told, "why": str(refused)}


def _recorded(tx: Tx, calendar: Calendar, case_id: int, who: Member, wish: RecordProof, now: datetime) -> Facts:
    if not wish.came:
        identity.did_not_appear(tx, calendar, case_id, who.key, now)
        return {"act": "absent_owing" if proof.asked(tx, [case_id]) else "absent"}
    identity.prove_identity(tx, case_id, _evidence(wish), who.key, now)
    row = case.by_id(tx, case_id)
    return {"act": "proved", "status": STATUSES[row["status"]].title if row else ""}


def _evidence(wish: RecordProof) -> Evidence:
    image = next((FileFacts(ref.sha256, ref.kind, ref.size, ref.name, "") for ref in wish.files), None)
    return Evidence(wish.document, wish.last_digits, wish.manner, image)


def _is_early(asked: Mapping[str, Any], now: datetime) -> bool:
    """Whether they may still come."""
    return bool(now < asked["at"] if asked["at"] else _today(now) < asked["until"])


# -- everybody's: numbers and hours, of secret matters a count


def calls_today(tx: Tx, now: datetime) -> str:
    """`09.00 น. เรื่อง 1/2569, และเรื่องลับ 1 นัด`: today's video calls of which nothing is recorded yet; "" if none."""
    calls = [one for one in proof.all_asked(tx) if one["at"] and one["until"] == _today(now)]
    hours = [f"{one['at'].astimezone(ZONE):%H.%M} น. เรื่อง {one['number']}/{one['year']}" for one in _open(calls)]
    return _with_secret(hours, len(calls) - len(hours), "นัด")


def unrecorded(tx: Tx, now: datetime) -> str:
    """Whose last day is over, and nobody recorded what became of it; "" if none."""
    return _numbers([one for one in proof.all_asked(tx) if one["manner"] and one["until"] < _today(now)])


def _open(asked: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [one for one in asked if not protected(one)]


def _numbers(asked: Sequence[Mapping[str, Any]]) -> str:
    numbers = [f"{one['number']}/{one['year']}" for one in _open(asked)]
    return _with_secret(numbers, len(asked) - len(numbers), "เรื่อง")


def _with_secret(named: Sequence[str], secret: int, unit: str) -> str:
    count = [f"เรื่องลับ {secret:,} {unit}"] * bool(secret)
    return " และ".join(filter(None, [", ".join(named), *count]))


# -- the clock's


def expire(tx: Tx, calendar: Calendar, now: datetime) -> int:
    """What was not proved by its last day is wanted no more; how many that were. Somebody may have come all the same:
    of what was arranged the staff are told first, and have GRACE working days to record it. Nothing on a day off."""
    today = _today(now)
    if not calendar.is_working_day(today):
        return 0
    over = [one for one in proof.all_asked(tx) if one["until"] < today]
    told = case.last_events(tx, [one["case_id"] for one in over], _TOLD)
    arranged = [one for one in over if one["manner"]]
    known = {one["case_id"] for one in arranged if _day_of(told.get(one["case_id"])) > one["until"]}
    _tell(tx, calendar, [one for one in arranged if one["case_id"] not in known], now)
    gone = [one["case_id"] for one in over if not one["manner"]]
    gone += [case_id for case_id in sorted(known) if calendar.due(told[case_id], GRACE) < today]
    for case_id in gone:
        identity.did_not_appear(tx, calendar, case_id, SYSTEM, now)
    return len(gone)


def _tell(tx: Tx, calendar: Calendar, unknown: Sequence[Mapping[str, Any]], now: datetime) -> None:
    for one in unknown:
        cases.record(tx, one["case_id"], who=SYSTEM, what=_TOLD, now=now, note="แจ้งเจ้าหน้าที่แล้วว่ายังไม่บันทึกผลการยืนยันตัวตน")
    if unknown:
        until = thai_date(calendar.due(now, GRACE), weekday=True)
        notices.proofs_unrecorded(tx, _numbers(unknown), until, now)


def _day_of(moment: datetime | None) -> date:
    return _today(moment) if moment else date.min


def _today(now: datetime) -> date:
    return now.astimezone(ZONE).date()
