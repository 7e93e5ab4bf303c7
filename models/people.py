"""Who: the vault of those who brought a matter (A22), the notices they were shown, the codes that let a group in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Id, Instant, Tx, metadata

#: Kept apart from the case so that whoever handles the matter need not see who brought it.
reporters = sa.Table(
    "reporters",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("national_ids", sa.Text),  # JSON: {question: 13 digits}; shown masked, if at all
)

notices_shown = sa.Table(
    "notices_shown",
    metadata,
    sa.Column("conversation_id", Id, primary_key=True, autoincrement=False),
    sa.Column("notice", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
)

desk_codes = sa.Table(
    "desk_codes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("used_by", Id),
    sa.Column("member_id", Id, index=True),
)

desk_attempts = sa.Table(
    "desk_attempts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("conversation_id", Id, nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
)


def keep_reporter(tx: Tx, case_id: int, name: str, phone: str, national_ids: str | None = None) -> None:
    """Lay name and phone into the vault, and identity numbers if there are any."""
    row = {"case_id": case_id, "name": name, "phone": phone, "national_ids": national_ids}
    tx.execute(sa.insert(reporters), row)


def left_a_phone(tx: Tx, case_id: int) -> bool:
    """Whether whoever brought this case can be telephoned."""
    return bool(tx.scalar(sa.select(reporters.c.phone).where(reporters.c.case_id == case_id)))


def reporter(tx: Tx, case_id: int) -> tuple[str, str]:
    """Name and phone of whoever brought this case, "" where they were not given."""
    row = tx.one(sa.select(reporters.c.name, reporters.c.phone).where(reporters.c.case_id == case_id))
    return (row["name"], row["phone"]) if row else ("", "")


def notice_was_shown(tx: Tx, conversation_id: int, notice: int, now: datetime) -> None:
    """Remember that this version of the privacy notice was shown here; the first time counts (A8)."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = {"conversation_id": conversation_id, "notice": notice, "at": now}
    tx.execute(insert(notices_shown).on_conflict_do_nothing(), row)


def last_notice(tx: Tx, conversation_id: int) -> int:
    """The newest version that was shown here; 0 if none."""
    mine = notices_shown.c.conversation_id == conversation_id
    return tx.scalar(sa.select(sa.func.max(notices_shown.c.notice)).where(mine)) or 0


def add_code(tx: Tx, code_hash: str, now: datetime, expires_at: datetime, member_id: int | None = None) -> None:
    """A code for a group, or for the account of a member of the staff; of a member's codes the newest alone is good."""
    if member_id is not None:
        older = (desk_codes.c.member_id == member_id, desk_codes.c.expires_at > now)
        tx.execute(sa.update(desk_codes).where(*older).values(expires_at=now))
    row = {"hash": code_hash, "made_at": now, "expires_at": expires_at, "member_id": member_id}
    tx.execute(sa.insert(desk_codes), row)


def use_code(tx: Tx, code_hash: str, conversation_id: int, now: datetime, *, personal: bool) -> sa.Row[Any] | None:
    """Spend a code for a group, or a `personal` one (then `member_id` says whose). None if it is unknown, of the other
    sort, spent or too old. Of two at once, one gets it."""
    sort = desk_codes.c.member_id.is_not(None) if personal else desk_codes.c.member_id.is_(None)
    good = (desk_codes.c.hash == code_hash, sort, desk_codes.c.used_at.is_(None), desk_codes.c.expires_at > now)
    spent = sa.update(desk_codes).where(*good).values(used_at=now, used_by=conversation_id)
    return tx.execute(spent.returning(desk_codes.c.member_id)).first()


def note_attempt(tx: Tx, conversation_id: int, now: datetime) -> None:
    tx.execute(sa.insert(desk_attempts), {"conversation_id": conversation_id, "at": now})


def attempts_since(tx: Tx, moment: datetime) -> dict[int, int]:
    """Failed attempts since then, by conversation."""
    count = sa.select(desk_attempts.c.conversation_id, sa.func.count().label("tries"))
    recent = count.where(desk_attempts.c.at > moment).group_by(desk_attempts.c.conversation_id)
    return {row["conversation_id"]: row["tries"] for row in tx.all(recent)}
