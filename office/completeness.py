"""ความครบถ้วนของคำขอ (B25-B28): one list of all defects with a clear last day, told to the citizen at once; a reminder
before that day; and after the first list nothing that was not on it (Licensing Facilitation Act 2558 s.8)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot import outbox
from flows.messages import Card, Choice
from flows.status import LATE
from flows.thai import thai_date
from models import case as table
from models import conversation, petition
from models.db import Tx
from office import cases, notices, proofs
from office.calendar import ZONE, Calendar
from office.workflow import ENDED

#: Working days before the last day on which the citizen is reminded.
REMIND_BEFORE = 2
#: So many cases are named in one notice.
NAMED = 20
SYSTEM = "system"
#: In the history of a case: the staff were told that papers did not come in time.
_TOLD = "papers_overdue"


@dataclass(frozen=True)
class Defect:
    """A paper that is missing or cannot be used: its key and title, and what is wrong in words for the citizen."""

    key: str
    title: str
    reason: str


class NewDemand(Exception):
    """เรียกเอกสารที่ไม่อยู่ในรายการแรกไม่ได้: what was not on the first list cannot be asked for later (s.8)."""


class NoClearList(Exception):
    """ต้องระบุรายการที่ขอ พร้อมจำนวนวันที่ให้ส่ง: nothing is wanted, or nobody could tell by when (B27)."""


class NoPetition(Exception):
    """เรื่องนี้ไม่ใช่คำขอ จึงไม่มีรายการเอกสาร: only a petition has papers."""


def ask_for(
    tx: Tx, calendar: Calendar, case_id: int, defects: Sequence[Defect], *, days: int, who: str, now: datetime
) -> date:
    """Send the one list: these defects, and what was promised and has not come; the last day, `days` working days on.

    A case that waits for a proof of identity goes on waiting for it, and for the papers afterwards.
    Raises NewDemand if a later list names what the first one did not, or what was accepted; NoClearList, WrongStatus,
    NoPetition.
    """
    row = table.lock(tx, case_id)
    if row is None or petition.of_case(tx, case_id) is None:
        raise NoPetition(str(NoPetition.__doc__).partition(":")[0])
    papers = {paper["key"]: paper for paper in petition.papers_of(tx, case_id)}
    if days < 1 or not (defects or _promised(papers, defects)):
        raise NoClearList(str(NoClearList.__doc__).partition(":")[0])
    if _new_demand(papers, defects):
        raise NewDemand(str(NewDemand.__doc__).partition(":")[0])
    nth, due = petition.count_round(tx, case_id), calendar.due(now, days)
    for one in (*defects, *_promised(papers, defects)):
        listed = papers[one.key]["listed"] if one.key in papers else 0
        values = {"state": "wanted", "reason": one.reason, "due": due, "reminded_at": None, "listed": listed or nth}
        if not petition.set_paper(tx, case_id, one.key, **values):
            petition.add_paper(tx, {"case_id": case_id, "key": one.key, "title": one.title, **values})
    if row["status"] == "identity":
        proofs.then(tx, case_id, "papers")
    status = None if row["status"] in ("papers", "identity") else "papers"
    text = f"ขอเอกสารเพิ่มเติมภายในวันที่ {thai_date(due)}"
    note = f"แจ้งรายการที่ต้องแก้ไข ครั้งที่ {nth}"
    cases.record(tx, case_id, who=who, what="papers_wanted", now=now, status=status, text=text, note=note)
    _tell(tx, case_id, "เอกสารที่ต้องส่งเพิ่มหรือแก้ไข", now)
    return due


def _new_demand(papers: dict[str, Any], defects: Sequence[Defect]) -> bool:
    first = not any(paper["listed"] for paper in papers.values())
    wanted = [papers.get(one.key) for one in defects]
    accepted = any(paper and paper["state"] == "good" for paper in wanted)
    return accepted or (not first and not all(paper and paper["listed"] for paper in wanted))


def accept(tx: Tx, case_id: int, keys: Collection[str], *, who: str, now: datetime) -> None:
    """These papers were looked at and are good (B25): they are not asked for again. Raises LookupError if one of them
    is no paper of the case, or has not come."""
    table.lock(tx, case_id)
    titles = {paper["key"]: paper["title"] for paper in petition.papers_of(tx, case_id) if paper["state"] == "sent"}
    for key in keys:
        if key not in titles:
            raise LookupError(f"no paper {key} to accept in case {case_id}")
        petition.set_paper(tx, case_id, key, state="good", reason="", due=None)
    note = f"ตรวจแล้วใช้ได้: {', '.join(titles[key] for key in keys)}"
    cases.record(tx, case_id, who=who, what="papers_accepted", now=now, note=note)


def _promised(papers: dict[str, Any], defects: Sequence[Defect]) -> list[Defect]:
    """What the citizen still owes stands on the same list: there is only one."""
    named = {one.key for one in defects}
    owed = [paper for key, paper in papers.items() if paper["state"] in petition.MISSING and key not in named]
    return [Defect(paper["key"], paper["title"], paper["reason"] or "ยังไม่ได้รับ") for paper in owed]


def remind(tx: Tx, calendar: Calendar, now: datetime) -> int:
    """Remind, once for each last day, whoever still owes papers; how many were reminded."""
    owing = petition.to_remind(tx, now.astimezone(ZONE).date(), calendar.due(now, REMIND_BEFORE), ENDED)
    for case_id in owing:
        _tell(tx, case_id, "ใกล้ครบกำหนดส่งเอกสารแล้ว", now)
        petition.was_reminded(tx, case_id, now)
        cases.record(tx, case_id, who=SYSTEM, what="papers_reminded", now=now, note="แจ้งเตือนกำหนดส่งเอกสารแล้ว")
    return len(owing)


def tell_overdue(tx: Tx, now: datetime) -> list[str]:
    """Tell the staff, once for each last day, where papers did not come by it: an officer decides what follows (s.9).
    The numbers. Whatever day the machine was off, none is forgotten."""
    last_days = petition.overdue(tx, now.astimezone(ZONE).date(), ENDED)
    told = table.last_events(tx, last_days, _TOLD)
    over = [one for one, day in last_days.items() if one not in told or told[one].astimezone(ZONE).date() <= day]
    rows = [table.by_id(tx, case_id) for case_id in over]
    numbers = [f"{row['number']}/{row['year']}" for row in rows if row]
    for case_id in over:
        cases.record(tx, case_id, who=SYSTEM, what=_TOLD, now=now, note="แจ้งเจ้าหน้าที่แล้วว่าพ้นกำหนดส่งเอกสาร")
    if numbers:
        notices.trouble(tx, f"พ้นกำหนดส่งเอกสารแล้วแต่ยังไม่ครบ: เรื่อง {listed(numbers)} โปรดพิจารณา", now)
    return numbers


def listed(numbers: Sequence[str]) -> str:
    """`1/2569, 2/2569`, the first of them if there are many."""
    more = len(numbers) - NAMED
    return ", ".join(numbers[:NAMED]) + (f" และอีก {more:,} เรื่อง" if more > 0 else "")


def _tell(tx: Tx, case_id: int, title: str, now: datetime) -> None:
    """One message with the whole list, in the chat that the petition came from (B26)."""
    row = table.by_id(tx, case_id)
    chat = conversation.by_id(tx, row["conversation_id"]) if row and row["conversation_id"] else None
    if row is None or chat is None:
        return
    papers = petition.missing(tx, [case_id])
    due = min((paper["due"] for paper in papers if paper["due"]), default=None)
    card = Card(
        title=f"{title} · เลขรับที่ {row['number']}/{row['year']}",
        lines=tuple((paper["title"], paper["reason"] or "ยังไม่ได้รับ") for paper in papers),
        text=f"โปรดส่งภายใน{thai_date(due, weekday=True)} ทางแชตนี้ ชุดเดียวพอ ไม่ต้องเซ็นรับรอง" if due else "",
        choices=(Choice(LATE, f"{LATE} {row['code']}", "say"), Choice("ติดต่อเจ้าหน้าที่", kind="say")),
        must_arrive=True,
    )
    outbox.say(tx, chat, [card], now, purpose="status")
