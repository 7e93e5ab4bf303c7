"""คำขอ: what a petition has beside its case, its papers one by one, and every definition of a service ever released."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.case import cases
from models.db import Id, Instant, Tx, metadata
from models.register import books, entries

#: The definition as JSON; one that is in is never changed.
service_versions = sa.Table(
    "service_versions",
    metadata,
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("definition", sa.Text, nullable=False),
    sa.Column("released_at", Instant, nullable=False),
)

#: Copied when the case is opened: a later change of the service does not touch it. `rounds`: lists of defects sent.
petitions = sa.Table(
    "petitions",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("service_version", sa.Integer, nullable=False),
    sa.Column("fee_satang", Id, nullable=False),
    sa.Column("fee_note", sa.Text, nullable=False),
    sa.Column("risk", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("answers", sa.Text, nullable=False),
    sa.Column("consented", sa.Boolean, nullable=False),
    sa.Column("rounds", sa.Integer, nullable=False),
)

#: `sent`: looked at by nobody yet; `later`: promised; `wanted`: on the list of defects, for `reason`; `good`: accepted.
#: `listed`: the round in which it was first demanded, 0 if never.
case_papers = sa.Table(
    "case_papers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("due", sa.Date),
    sa.Column("reminded_at", Instant),
    sa.Column("listed", sa.Integer, nullable=False),
    sa.UniqueConstraint("case_id", "key"),
    sa.Index("ix_case_papers_due", "due"),
    sa.CheckConstraint("state IN ('sent', 'later', 'wanted', 'good')", name="state"),
)

MISSING = ("later", "wanted")


def release(tx: Tx, service: str, version: int, definition: str, now: datetime) -> None:
    """Keep the definition, unless it is kept already."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = {"service": service, "version": version, "definition": definition, "released_at": now}
    tx.execute(insert(service_versions).on_conflict_do_nothing(), row)


def released(tx: Tx) -> list[str]:
    """Every definition ever released, older versions first."""
    return list(tx.execute(sa.select(service_versions.c.definition).order_by(service_versions.c.version)).scalars())


def add(tx: Tx, petition: Mapping[str, Any], papers: Sequence[Mapping[str, Any]]) -> None:
    tx.execute(sa.insert(petitions), {**petition, "rounds": 0})
    if papers:
        tx.execute(sa.insert(case_papers), [{"reason": "", "due": None, "listed": 0, **paper} for paper in papers])


def of_case(tx: Tx, case_id: int) -> sa.RowMapping | None:
    """What the case has as a petition; None if it is none."""
    return tx.one(sa.select(petitions).where(petitions.c.case_id == case_id))


def of_high_risk(tx: Tx, case_ids: Collection[int]) -> set[int]:
    """Those of these cases in which the service asks for a proof of identity."""
    risky = (petitions.c.case_id.in_(case_ids), petitions.c.risk == "high")
    return set(tx.execute(sa.select(petitions.c.case_id).where(*risky)).scalars())


def papers_of(tx: Tx, case_id: int) -> Sequence[sa.RowMapping]:
    return tx.all(sa.select(case_papers).where(case_papers.c.case_id == case_id).order_by(case_papers.c.id))


def missing(tx: Tx, case_ids: Collection[int]) -> Sequence[sa.RowMapping]:
    """The papers of these cases that are still to come."""
    mine = (case_papers.c.case_id.in_(case_ids), case_papers.c.state.in_(MISSING))
    return tx.all(sa.select(case_papers).where(*mine).order_by(case_papers.c.id))


def add_paper(tx: Tx, paper: Mapping[str, Any]) -> None:
    """One paper more, which nobody had thought of at the filing."""
    tx.execute(sa.insert(case_papers), paper)


def set_paper(tx: Tx, case_id: int, key: str, **values: Any) -> bool:
    """Change a paper of the case; False if it has none of this key."""
    this = (case_papers.c.case_id == case_id, case_papers.c.key == key)
    return tx.execute(sa.update(case_papers).where(*this).values(**values)).rowcount == 1


def count_round(tx: Tx, case_id: int) -> int:
    """One list of defects more; which one it is."""
    counted = sa.update(petitions).where(petitions.c.case_id == case_id).values(rounds=petitions.c.rounds + 1)
    return int(tx.execute(counted.returning(petitions.c.rounds)).scalar_one())


def to_remind(tx: Tx, today: date, until: date, ended: Collection[str]) -> list[int]:
    """Cases that wait for papers due from today until this day, and were not reminded of them."""
    due = case_papers.c.due.between(today, until)
    wanted = (case_papers.c.state.in_(MISSING), due, case_papers.c.reminded_at.is_(None))
    waiting = sa.select(case_papers.c.case_id).join(cases).where(*wanted, cases.c.status.not_in(ended))
    return list(tx.execute(waiting.distinct().order_by(case_papers.c.case_id)).scalars())


def overdue(tx: Tx, today: date, ended: Collection[str]) -> dict[int, date]:
    """Cases that still wait for papers whose last day is over, and which day that was."""
    owed = (case_papers.c.state.in_(MISSING), case_papers.c.due < today, cases.c.status.not_in(ended))
    last_days = sa.select(case_papers.c.case_id, sa.func.max(case_papers.c.due).label("due")).join(cases).where(*owed)
    rows = tx.all(last_days.group_by(case_papers.c.case_id).order_by(case_papers.c.case_id))
    return {row["case_id"]: row["due"] for row in rows}


def was_reminded(tx: Tx, case_id: int, now: datetime) -> None:
    mine = (case_papers.c.case_id == case_id, case_papers.c.state.in_(MISSING))
    tx.execute(sa.update(case_papers).where(*mine).values(reminded_at=now))


def fees_of(tx: Tx, year: int, start: int = 0, most: int | None = None) -> list[sa.RowMapping]:
    """What petitions with a fee owe: those that stand in the incoming book of the year, by number, with their line; the
    cancelled ones too; without the first `start`, and so many at most."""
    line = (entries.c.number, entries.c.code, entries.c.received_at, entries.c.due, entries.c.status, entries.c.void)
    fee = (cases.c.category_title, petitions.c.fee_satang, petitions.c.fee_note)
    owed = sa.select(*line, *fee).join_from(entries, books).join(cases).join(petitions).where(*_with_fee(year))
    return list(tx.all(owed.order_by(entries.c.number).offset(start).limit(most)))


def count_fees(tx: Tx, year: int) -> int:
    owed = sa.select(sa.func.count()).select_from(entries).join(books).join(cases).join(petitions)
    return tx.scalar(owed.where(*_with_fee(year))) or 0


def _with_fee(year: int) -> tuple[sa.ColumnElement[bool], ...]:
    return books.c.kind == "incoming", books.c.year == year, petitions.c.fee_satang > 0
