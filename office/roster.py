"""บัญชีผู้ใช้: the staff by name, position, role and order, each bound to one chat account (A14, B9, B56).

`member` is the one question that the rest of the house asks. What a member does from a bound account counts as signed
by them (B57), so it is noted under their key; whoever is not on the roster, or not any more, is a citizen like any
other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from models import conversation
from models import roster as table
from models.conversation import Conversation
from models.db import Tx
from office import audit, codes
from office.calendar import ZONE

Role = Literal["saraban", "center", "officer", "finance", "head", "auditor"]
ROLES: Mapping[Role, str] = {
    "saraban": "เจ้าหน้าที่สารบรรณ",
    "center": "เจ้าหน้าที่ศูนย์รับเรื่องร้องเรียนร้องทุกข์",
    "officer": "เจ้าหน้าที่ผู้รับผิดชอบ",
    "finance": "เจ้าหน้าที่การเงิน",
    "head": "ผู้บังคับบัญชา",
    "auditor": "ผู้ตรวจสอบภายใน",
}
#: Who is appointed by an order of the head (B9); of the complaints centre nobody may take in anything without (A14).
BY_ORDER: frozenset[Role] = frozenset({"saraban", "center"})

#: Who may know of those who brought a secret matter, or one in confidence (A22, OFFICE_RULES §6.1).
GUARDIANS: frozenset[Role] = frozenset({"center", "head"})

Act = Literal["incoming", "outgoing", "void", "open", "prove"]
"""ลงรับ, ลงส่ง, ยกเลิกเลข, แฟ้ม, ตรวจตัวตน."""

_MAY: Mapping[Act, frozenset[Role]] = {
    "incoming": frozenset({"saraban", "center"}),
    "outgoing": frozenset({"saraban"}),
    "void": frozenset({"saraban"}),
    "open": frozenset({"saraban", "center", "officer", "head", "auditor"}),  # which folders: `office.folders`
    "prove": frozenset({"saraban", "center", "head"}),  # of a protected person: `office.appointments`
}


class NotAllowed(Exception):
    """วันสิ้นสุดอยู่ก่อนวันเริ่ม หรือผ่านไปแล้ว: ตรวจ --from และ --until"""


@dataclass(frozen=True)
class Member:
    """One of the staff, in force today. `unit` is the key of one of the office's units, "" if none."""

    id: int
    name: str
    position: str
    role: Role
    unit: str
    order: str
    since: date
    until: date | None

    @property
    def key(self) -> str:
        """Names them in histories and in the audit trail."""
        return f"staff:{self.id}"

    @property
    def title(self) -> str:
        """The role in Thai."""
        return ROLES[self.role]


def member(tx: Tx, channel: str, person: str, now: datetime) -> Member | None:
    """Who of the staff speaks from this account (the platform's id of a person, in a chat or in a group); None of a
    citizen, and of an entry that has ended, expired or not begun."""
    entry = table.by_lane(tx, conversation.lane_of(channel, person))
    return _member(entry) if entry and table.in_force(entry, _today(now)) else None


def may(who: Member | None, act: Act) -> bool:
    """Whether this is for them to do."""
    return who is not None and who.role in _MAY[act] and (who.role != "center" or bool(who.order))


def acts(who: Member | None) -> tuple[Act, ...]:
    """Everything that is for them to do."""
    return tuple(act for act in _MAY if may(who, act))


def add(tx: Tx, entry: Mapping[str, Any], now: datetime) -> tuple[int, str]:
    """A new entry (`name`, `position`, `role`, `unit`, `order_ref`, `since`, `until`): its id and its one-time code.

    Raises NotAllowed if its time ends before it begins, or is over.
    """
    role, since = entry["role"], entry["since"] or _today(now)
    if entry["until"] and entry["until"] < max(since, _today(now)):
        raise NotAllowed
    new = table.add(tx, **{**entry, "since": since}, added_at=now)
    facts = {"role": role, "unit": entry["unit"], "since": str(since), "until": str(entry["until"] or "")}
    audit.note(tx, "operator", "member_added", f"staff:{new}", None, facts, now)
    return new, codes.make(tx, now, new)


def lacking(role: Role, unit: str, order: str) -> list[str]:
    """What the operator should know of an entry that was taken as it is."""
    no_order = f"โปรดทราบ: {ROLES[role]} ต้องมีคำสั่งแต่งตั้ง (--order)" + " จึงจะลงรับและเปิดแฟ้มได้" * (role == "center")
    no_unit = f"โปรดทราบ: {ROLES[role]} ยังไม่ได้ระบุหน่วยงาน (--unit) จึงยังเปิดแฟ้มไม่ได้"
    return [no_order] * (role in BY_ORDER and not order) + [no_unit] * (role == "officer" and not unit)


def new_code(tx: Tx, member_id: int, now: datetime) -> str | None:
    """A code to bind another account; None if there is no such entry, or it has ended. Earlier codes are void."""
    entry = table.by_id(tx, member_id)
    if entry is None or _is_over(entry, now):
        return None
    audit.note(tx, "operator", "member_code_made", f"staff:{member_id}", None, None, now)
    return codes.make(tx, now, member_id)


def bind(tx: Tx, code: str, talk: Conversation, now: datetime) -> Member | None:
    """Bind this chat's account to the entry that the code was made for; None, and nothing changes, if it is not good.

    The account leaves any other entry, and the entry any other account.
    """
    member_id = codes.spend_for_member(tx, code, talk.id, now)
    entry = table.by_id(tx, member_id) if member_id else None
    if entry is None or _is_over(entry, now):
        return None
    held = {one["id"]: one for one in (entry, table.by_lane(tx, talk.lane)) if one and one["lane"]}
    for one in held.values():
        _release(tx, one, now)
    table.bind(tx, entry["id"], talk.lane, now)
    conversation.set_staff(tx, talk.id, now)
    after = {"conversation": talk.id}
    audit.note(tx, f"staff:{entry['id']}", "member_bound", f"staff:{entry['id']}", None, after, now)
    return _member(entry)


def end(tx: Tx, member_id: int, now: datetime) -> bool:
    """พ้นหน้าที่: from now on the entry has no effect; False if there is none, or it has ended already."""
    entry = table.by_id(tx, member_id)
    if entry is None or not table.end(tx, member_id, now):
        return False
    if entry["lane"]:
        _release(tx, entry, now)
    audit.note(tx, "operator", "member_ended", f"staff:{member_id}", None, None, now)
    return True


def listed(tx: Tx, now: datetime) -> list[str]:
    """The roster as an operator reads it, one line an entry, without accounts."""
    return [_line(entry, now) for entry in table.everyone(tx)]


def _release(tx: Tx, entry: Any, now: datetime) -> None:
    """The account is nobody's any more."""
    talk = conversation.find(tx, entry["lane"])
    if talk is not None:
        conversation.set_staff(tx, talk.id, None)
    table.bind(tx, entry["id"], None, now)
    before = {"conversation": talk.id if talk else 0}
    audit.note(tx, "system", "member_unbound", f"staff:{entry['id']}", before, None, now)


def _line(entry: Any, now: datetime) -> str:
    until = f" ถึง {entry['until']}" if entry["until"] else ""
    state = "พ้นหน้าที่" if _is_over(entry, now) else "ผูกบัญชีแล้ว" if entry["lane"] else "ยังไม่ผูกบัญชี"
    parts = (entry["id"], entry["name"], entry["position"], entry["role"], entry["unit"], entry["order_ref"])
    return " · ".join(str(part) for part in (*parts, f"ตั้งแต่ {entry['since']}{until}", state) if part)


def _is_over(entry: Any, now: datetime) -> bool:
    return entry["ended_at"] is not None or (entry["until"] is not None and entry["until"] < _today(now))


def _today(now: datetime) -> date:
    return now.astimezone(ZONE).date()


def _member(entry: Any) -> Member:
    return Member(
        id=entry["id"],
        name=entry["name"],
        position=entry["position"],
        role=entry["role"],
        unit=entry["unit"],
        order=entry["order_ref"],
        since=entry["since"],
        until=entry["until"],
    )
