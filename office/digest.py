"""สรุปงาน: what came, what waits, what is late, told twice on a working day with a button to say that it was looked at
(B10). Counts and numbers of cases only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot import outbox
from bot.budget import LATE
from flows.messages import Card, Choice, Message, Say
from flows.thai import thai_date
from models import case, checks
from models.checks import Check
from models.conversation import Conversation, staff_groups
from models.db import Tx
from models.inbox import arrivals
from models.outbox import drop_stale, outgoing
from models.queue import count_stuck
from office import appointments, audit
from office.calendar import ZONE, Calendar
from office.desk import NEAR
from office.workflow import ENDED
from services.office import Office

#: ต้นและท้ายเวลาราชการ (S2 #1.5): when the desk is asked to look.
TIMES = (time(8, 30), time(16, 30))
SEEN = "ตรวจแล้ว"
#: So many cases are named in one line.
NAMED = 15
#: Nobody has begun with a case in one of these.
UNTOUCHED = frozenset(("received", "unsigned"))

Number = tuple[int, int]
"""Number and Buddhist year."""


@dataclass(frozen=True)
class Digest:
    """How the desk stands. `calls` and `unrecorded`: those of `office.appointments`. `missed` is the last check whose
    digest reached the staff, if nobody said to have made it; `stuck` how many arrivals and messages were given up since
    they last looked."""

    at: datetime
    new: tuple[Number, ...]
    waiting: int
    untouched: int
    today: tuple[Number, ...]
    near: tuple[Number, ...]
    late: tuple[Number, ...]
    calls: str
    unrecorded: str
    missed: datetime | None
    stuck: tuple[int, int]

    @property
    def empty(self) -> bool:
        """Nothing came, nothing waits, nothing went wrong."""
        return not self.new and not self.waiting and not any(self.stuck)


def due_check(calendar: Calendar, now: datetime) -> datetime | None:
    """The check that is to be asked for now; None on a day off, or when its time is not yet come or long past."""
    local = now.astimezone(ZONE)
    if not calendar.is_working_day(local.date()):
        return None
    past = [due for at in TIMES if (due := datetime.combine(local.date(), at, ZONE)) <= local]
    return past[-1] if past and local - past[-1] <= LATE else None


def send(tx: Tx, office: Office, calendar: Calendar, now: datetime) -> bool:
    """Ask every staff group for the check that is due, once; nothing is sent, and nothing paid, when there is nothing
    to look at. False if no check is due, or it was asked for before."""
    due, groups = due_check(calendar, now), staff_groups(tx)
    if due is None or not groups:
        return False
    digest = gather(tx, calendar, now)
    if not checks.begin(tx, due, now, asked=not digest.empty):
        return False
    for group in groups if not digest.empty else ():
        outbox.drop_digest(tx, group, now)
        outbox.tell_group(tx, group, card(digest, office), now, kind="digest")
    return True


def gather(tx: Tx, calendar: Calendar, now: datetime) -> Digest:
    """How the desk stands at this moment; new is what came since the last check that the staff can have made."""
    lanes = _lanes(tx)
    last, delivered = checks.last_open(tx, lanes), checks.last_delivered(tx, lanes)
    since = last.at if last else now - timedelta(days=1)
    waiting = case.unfinished(tx, ENDED)
    left = [((number, year), calendar.days_left(now, due)) for number, year, due, _ in waiting]
    return Digest(
        at=now,
        new=tuple(case.opened_after(tx, since)),
        waiting=len(waiting),
        untouched=sum(status in UNTOUCHED for *_, status in waiting),
        today=tuple(number for number, days in left if days == 0),
        near=tuple(number for number, days in left if 0 < days <= NEAR),
        late=tuple(number for number, days in left if days < 0),
        calls=appointments.calls_today(tx, now),
        unrecorded=appointments.unrecorded(tx, now),
        missed=delivered.due if delivered and delivered.seen_at is None else None,
        stuck=(count_stuck(tx, arrivals, since), count_stuck(tx, outgoing, since)),
    )


def on_demand(tx: Tx, group: Conversation, office: Office, calendar: Calendar, now: datetime) -> Message:
    """The same for a group that asks for it: no check of its own, and a reply costs nothing."""
    outbox.drop_digest(tx, group, now)
    digest = gather(tx, calendar, now)
    checks.was_shown(tx, _lanes(tx))
    if digest.empty:
        return Say(text=f"{_title(now)}\nไม่มีเรื่องใหม่และไม่มีงานค้าง")
    return card(replace(digest, missed=None), office)  # there is still time for this check


def card(digest: Digest, office: Office) -> Card:
    """The digest as the group reads it."""
    waiting = f"{digest.waiting:,} เรื่อง" + f" (ยังไม่เริ่มดำเนินการ {digest.untouched:,})" * bool(digest.untouched)
    lines = (
        ("เรื่องใหม่", _named(digest.new) or "ไม่มี"),
        ("งานค้าง", waiting),
        ("เกินกำหนด", _named(digest.late)),
        ("ครบกำหนดวันนี้", _named(digest.today)),
        (f"ใน {NEAR} วันทำการ", _named(digest.near)),
        ("นัดวิดีโอคอลวันนี้", digest.calls),
        ("ยังไม่บันทึกผลยืนยันตัวตน", digest.unrecorded),
        ("ระบบดำเนินการไม่สำเร็จ", _stuck(*digest.stuck)),
    )
    return Card(
        title=_title(digest.at),
        lines=tuple(line for line in lines if line[1]),
        text=_missed(digest, office),
        actions=(Choice(SEEN, kind="say"), Choice("งานค้าง", kind="say")),
        tone="urgent" if digest.late or digest.missed else "plain",
    )


def acknowledge(tx: Tx, who: str | None, now: datetime) -> str:
    """`who` (the platform's key of a person) says that the newest check they can know of was made; what to answer.
    The audit keeps it as evidence; of several who say so the first counts. Without a name it is no evidence."""
    check = checks.last_open(tx, _lanes(tx))
    if check is None:
        return "ยังไม่มีสรุปงานที่รอตรวจ พิมพ์ “สรุป” เพื่อดูสรุปงาน"
    if who is None:
        return "ระบบไม่ทราบว่าผู้ใดเป็นผู้แจ้ง จึงยังไม่บันทึกการตรวจ โปรดกดจาก LINE ในโทรศัพท์มือถือ"
    if not checks.see(tx, check.due, now):
        return f"{_round(check.due)} มีผู้ตรวจแล้วเมื่อ {_clock(check)}"
    audit.note(tx, who, "box_checked", "desk", None, {"check": check.due.isoformat()}, now)
    return f"บันทึกการตรวจ{_round(check.due)} เรียบร้อยแล้ว"


def let_go(tx: Tx, now: datetime) -> None:
    """A digest that could not go out in time is left to the next one."""
    drop_stale(tx, "digest", now - LATE, now)


def _lanes(tx: Tx) -> list[str]:
    return [group.lane for group in staff_groups(tx)]


def _stuck(coming: int, going: int) -> str:
    return f"ข้อความเข้า {coming:,} ข้อความออก {going:,} โปรดแจ้งผู้ดูแลระบบ" if coming or going else ""


def _missed(digest: Digest, office: Office) -> str:
    if digest.missed is None:
        return ""
    report = f" โปรดรายงานให้{office.head}ทราบ" if office.head else ""
    return f"{_round(digest.missed)} ยังไม่มีผู้แจ้งว่า “{SEEN}”{report}"


def _named(numbers: Sequence[Number]) -> str:
    if not numbers:
        return ""
    named = [f"{number}/{year}" for number, year in numbers[:NAMED]]
    more = f" และอีก {len(numbers) - NAMED:,} เรื่อง" if len(numbers) > NAMED else ""
    return f"{len(numbers):,} เรื่อง: {', '.join(named)}{more}"


def _title(at: datetime) -> str:
    local = at.astimezone(ZONE)
    return f"สรุปงาน {local:%H.%M} น. {_day(local.date())}"


def _round(due: datetime) -> str:
    local = due.astimezone(ZONE)
    return f"รอบ {local:%H.%M} น. วันที่ {_day(local.date())}"


def _clock(check: Check) -> str:
    seen = (check.seen_at or check.due).astimezone(ZONE)
    return f"{seen:%H.%M} น. วันที่ {_day(seen.date())}"


def _day(day: date) -> str:
    return thai_date(day, short=True)
