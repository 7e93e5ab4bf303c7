"""เรื่อง: the matter itself and its history. Who brought it is kept apart, in `models.people.reporters` (A22)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.append_only import append_only
from models.db import Id, Instant, Tx, metadata
from models.register import books, entries

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("draft", sa.Text, nullable=False, unique=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("secret", sa.Boolean, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("category_title", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("unit_name", sa.Text, nullable=False),
    sa.Column("unit_phone", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("spot_words", sa.Text, nullable=False),
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    sa.Column("spot_link", sa.Text, nullable=False),
    sa.Column("identity", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("arrived_at", Instant, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("counting", sa.Text, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("conversation_id", Id, index=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("flow", sa.Text, nullable=False),
    sa.Column("flow_version", sa.Integer, nullable=False),
    sa.Column("notice_version", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_cases_status_due", "status", "due"),
    sa.CheckConstraint("kind IN ('complaint', 'tip', 'petition')", name="kind"),
    sa.CheckConstraint("identity IN ('open', 'confidential', 'anonymous')", name="identity"),
)

#: What happened to a case: `text` may be read by the citizen, `note` by the staff alone. No personal data in either.
case_events = append_only(
    sa.Table(
        "case_events",
        metadata,
        sa.Column("id", Id, primary_key=True),
        sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("status_before", sa.Text, nullable=False),
        sa.Column("status_after", sa.Text, nullable=False),
    )
)


def add(tx: Tx, case: Mapping[str, Any]) -> int | None:
    """Put a case in, its id comes back; None if its draft has been filed before."""
    new: int | None = tx.execute(_ADD[tx.dialect], case).scalar()
    return new


_ADD = {
    dialect: insert(cases).on_conflict_do_nothing(index_elements=["draft"]).returning(cases.c.id)
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def add_event(tx: Tx, event: Mapping[str, Any]) -> None:
    """One line more in the history."""
    tx.execute(sa.insert(case_events), event)


def lock(tx: Tx, case_id: int) -> sa.RowMapping | None:
    """The case, kept to this transaction until it ends; None if there is none."""
    return tx.one(sa.select(cases).where(cases.c.id == case_id).with_for_update())


def change(tx: Tx, case_id: int, **values: Any) -> None:
    """Set these columns of a case that is locked, and count the change."""
    tx.execute(sa.update(cases).where(cases.c.id == case_id).values(**values, version=cases.c.version + 1))


def id_of_draft(tx: Tx, draft: str) -> int | None:
    """The case that was filed from this draft."""
    found: int | None = tx.scalar(sa.select(cases.c.id).where(cases.c.draft == draft))
    return found


_NUMBERED = (
    sa.select(cases, entries.c.number, entries.c.code.label("reference"), books.c.year)
    .join_from(cases, entries, entries.c.case_id == cases.c.id)
    .join(books, (books.c.id == entries.c.book_id) & (books.c.kind == "incoming"))
)


def any_case(tx: Tx) -> bool:
    """Whether anything was ever filed."""
    return tx.scalar(sa.select(cases.c.id).limit(1)) is not None


def by_id(tx: Tx, case_id: int) -> dict[str, Any] | None:
    """The case with its `number` and `year` in the register and its public `reference`."""
    return next(iter(_numbered(tx, _NUMBERED.where(cases.c.id == case_id))), None)


def by_number(tx: Tx, number: int, year: int) -> dict[str, Any] | None:
    """As `by_id`, by its number in the register of incoming letters."""
    return next(iter(_numbered(tx, _NUMBERED.where(entries.c.number == number, books.c.year == year))), None)


def by_code(tx: Tx, code: str) -> dict[str, Any] | None:
    """As `by_id`, by tracking code."""
    return next(iter(_numbered(tx, _NUMBERED.where(cases.c.code == code))), None)


def by_conversation(tx: Tx, conversation_id: int, limit: int | None = None) -> list[dict[str, Any]]:
    """As `by_id`, what came from this conversation, newest first."""
    mine = _NUMBERED.where(cases.c.conversation_id == conversation_id)
    return _numbered(tx, mine.order_by(cases.c.id.desc()).limit(limit))


def _numbered(tx: Tx, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in tx.all(query)]


def told(tx: Tx, case_ids: Collection[int]) -> Sequence[sa.RowMapping]:
    """What citizens may read of the history of these cases, oldest first."""
    shown = (case_events.c.case_id.in_(case_ids), case_events.c.text != "")
    return tx.all(sa.select(case_events).where(*shown).order_by(case_events.c.id))


def last_events(tx: Tx, case_ids: Collection[int], what: str) -> dict[int, datetime]:
    """When this last happened to each of these cases; without those to which it never did."""
    mine = (case_events.c.case_id.in_(case_ids), case_events.c.what == what)
    last = sa.select(case_events.c.case_id, sa.func.max(case_events.c.at).label("at")).where(*mine)
    return {row["case_id"]: row["at"] for row in tx.all(last.group_by(case_events.c.case_id))}


def opened_after(tx: Tx, moment: datetime) -> list[tuple[int, int]]:
    """Number and year of every case that was filed after this moment, in order."""
    rows = (
        _NUMBERED.with_only_columns(entries.c.number, books.c.year)
        .where(cases.c.created_at > moment, entries.c.void.is_(False))
        .order_by(cases.c.id)
    )
    return [(row["number"], row["year"]) for row in tx.all(rows)]


def unfinished(tx: Tx, ended: Collection[str]) -> list[tuple[int, int, date, str]]:
    """Number, year, due date and status key of every case that has not ended, the soonest due first."""
    rows = (
        _NUMBERED.with_only_columns(entries.c.number, books.c.year, cases.c.due, cases.c.status)
        .where(cases.c.status.not_in(ended), entries.c.void.is_(False))
        .order_by(cases.c.due, books.c.year, entries.c.number)
    )
    return [(row["number"], row["year"], row["due"], row["status"]) for row in tx.all(rows)]
