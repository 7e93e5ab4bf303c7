"""One-time codes that let a group or a member of the staff in (B56).

A code works once and for a day. Only its hash is kept. Guessing is limited per conversation; many wrong ones in all
alarm the staff, but stop nobody else: there are 25⁸ codes, and strangers must not keep the staff out.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from models import jobs, people
from models.db import Tx
from office import audit, notices
from office.tracking import new_code, tidy_code

CODE_LIVES = timedelta(hours=24)
WINDOW = timedelta(hours=1)
TRIES_EACH = 5
#: So many wrong codes within the window, from whomever, are told to the staff; again a day later at the soonest.
ALARM_AT = 30
TOLD_AGAIN = timedelta(days=1)


def make(tx: Tx, now: datetime, member_id: int | None = None) -> str:
    """A new code for a group, or for this member; the member's earlier ones are void."""
    code = new_code()
    people.add_code(tx, _hash(code), now, now + CODE_LIVES, member_id)
    return code


def spend_for_group(tx: Tx, code: str, conversation_id: int, now: datetime) -> bool:
    """Whether this code lets the group in."""
    return _spend(tx, code, conversation_id, now, personal=False) is not None


def spend_for_member(tx: Tx, code: str, conversation_id: int, now: datetime) -> int | None:
    """The entry of the roster that this code was made for; None if it is not good."""
    spent = _spend(tx, code, conversation_id, now, personal=True)
    return spent.member_id if spent else None


def must_wait(tx: Tx, conversation_id: int, now: datetime) -> bool:
    """Whether so many wrong codes came from here that for a while none is looked at."""
    return people.attempts_since(tx, now - WINDOW).get(conversation_id, 0) >= TRIES_EACH


def _spend(tx: Tx, code: str, conversation_id: int, now: datetime, *, personal: bool) -> Any:
    """None if it is wrong, spent or too old, or after too many wrong ones from here."""
    if must_wait(tx, conversation_id, now):
        return None
    spent = people.use_code(tx, _hash(tidy_code(code)), conversation_id, now, personal=personal)
    if spent is None:
        people.note_attempt(tx, conversation_id, now)
        _alarm(tx, now)
    return spent


def _alarm(tx: Tx, now: datetime) -> None:
    tries = people.attempts_since(tx, now - WINDOW)
    if sum(tries.values()) < ALARM_AT or not jobs.begin_again(tx, "codes_guessed", now, TOLD_AGAIN):
        return
    facts = {"tries": sum(tries.values()), "conversations": len(tries)}
    audit.note(tx, "system", "codes_guessed", "codes", None, facts, now)
    notices.trouble(
        tx,
        f"มีผู้พิมพ์รหัสเปิดใช้หรือรหัสยืนยันตัวผิดถึง {ALARM_AT} ครั้งใน 1 ชั่วโมง อาจมีผู้พยายามเดารหัส โปรดแจ้งผู้ดูแลระบบ",
        now,
    )


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
