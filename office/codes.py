"""One-time codes that let a group or a member of the staff in (B56).

A code works once and for a day. Only its hash is kept; guessing is limited per conversation and in all.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from models import people
from models.db import Tx
from office.tracking import new_code, tidy_code

CODE_LIVES = timedelta(hours=24)
WINDOW = timedelta(hours=1)
TRIES_EACH = 5
TRIES_IN_ALL = 30


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


def _spend(tx: Tx, code: str, conversation_id: int, now: datetime, *, personal: bool) -> Any:
    """None if it is wrong, spent or too old, or after too many wrong ones."""
    tries = people.attempts_since(tx, now - WINDOW)
    if tries.get(conversation_id, 0) >= TRIES_EACH or sum(tries.values()) >= TRIES_IN_ALL:
        return None
    spent = people.use_code(tx, _hash(tidy_code(code)), conversation_id, now, personal=personal)
    if spent is None:
        people.note_attempt(tx, conversation_id, now)
    return spent


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
