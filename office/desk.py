"""โต๊ะเจ้าหน้าที่: how a chat group becomes the staff's (B56), and what waits there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from flows.messages import Message, Say
from flows.thai import BANGKOK, thai_date
from models import case
from models.db import Tx
from office import appointments, audit, codes
from office.calendar import Calendar
from office.workflow import ENDED, STATUSES

NEAR = 3  # working days: "near due"
LISTED = 60  # numbers named in one message

Open = tuple[int, int, date, str]
"""Number, Buddhist year, due date and status key of a case."""


def make_code(tx: Tx, now: datetime) -> str:
    """A new one-time code that lets one group in."""
    code = codes.make(tx, now)
    audit.note(tx, "operator", "desk_code_made", "desk", None, None, now)
    return code


def redeem(tx: Tx, code: str, conversation_id: int, now: datetime) -> bool:
    """Spend the code for this conversation. False if it is wrong, spent or too old, or after too many wrong ones."""
    if not codes.spend_for_group(tx, code, conversation_id, now):
        return False
    audit.note(tx, f"conversation:{conversation_id}", "desk_code_redeemed", "desk", None, None, now)
    return True


def worklist(tx: Tx, calendar: Calendar, now: datetime) -> tuple[Message, ...]:
    """งานค้าง: what is late, what is nearly due, and how many wait in each status. Numbers only."""
    waiting = case.unfinished(tx, ENDED)
    today = thai_date(now.astimezone(BANGKOK).date(), short=True)
    if not waiting:
        return (Say(text=f"ไม่มีเรื่องค้าง ณ วันที่ {today}"),)
    left = {row: calendar.days_left(now, row[2]) for row in waiting}
    late = [row for row in waiting if left[row] < 0]
    near = [row for row in waiting if 0 <= left[row] <= NEAR]
    counted = Counter(status for *_, status in waiting)
    by_status = [f"• {status.title} {counted[key]:,} เรื่อง" for key, status in STATUSES.items() if counted[key]]
    summary = "\n".join([f"งานค้าง {len(waiting):,} เรื่อง ณ วันที่ {today}", *by_status])
    parts = (_appointments(tx, now), _listed("เกินกำหนด", late), _listed(f"ครบกำหนดภายใน {NEAR} วันทำการ", near), summary)
    return tuple(Say(text=part) for part in parts if part)


def _appointments(tx: Tx, now: datetime) -> str:
    today, over = appointments.calls_today(tx, now), appointments.unrecorded(tx, now)
    lines = [f"นัดวิดีโอคอลวันนี้: {today}"] * bool(today) + [f"ยังไม่บันทึกผลยืนยันตัวตน: {over}"] * bool(over)
    return "\n".join(lines)


def _listed(title: str, rows: Sequence[Open]) -> str:
    if not rows:
        return ""
    numbers = [f"• {number}/{year} (กำหนด {thai_date(due, short=True)})" for number, year, due, _ in rows[:LISTED]]
    more = [f"และอีก {len(rows) - LISTED:,} เรื่อง"] * (len(rows) > LISTED)
    return "\n".join([f"{title} {len(rows):,} เรื่อง", *numbers, *more])
