"""How many cases: counted by the database, so that a hundred thousand of them cost little.

Counted is what has a number that was not cancelled, under the moment of its legal receipt in Thai time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.case import case_events, cases
from models.db import Tx
from models.register import books, entries

_NUMBERED = sa.select(entries).join(books).where(books.c.kind == "incoming", entries.c.void.is_(False)).subquery()


def count(
    tx: Tx, by: Sequence[str], since: datetime, until: datetime, today: date, ended: Collection[str]
) -> list[dict[str, Any]]:
    """How many cases were received from `since` to before `until`, `n` for each combination of what is named in `by`.
    Cases in an `ended` status have ended.

    To be named: `kind`, `service` (its key; of a petition only), `title` (its name on the day of the filing), `unit`,
    `status`, `month` ("2026-11"), `ended`, `late` (ended after its day, or not ended and its day is over).
    """
    over = _ended_at(ended)
    is_ended = cases.c.status.in_(ended)
    is_late = sa.case((is_ended, _thai(tx, over.c.at, "day") > _day(tx, cases.c.due)), else_=cases.c.due < today)
    what = {
        "kind": cases.c.kind,
        "service": sa.case((cases.c.kind == "petition", cases.c.category), else_=""),
        "title": sa.case((cases.c.kind == "petition", cases.c.category_title), else_=""),
        "unit": _NUMBERED.c.unit,
        "status": cases.c.status,
        "month": _thai(tx, _NUMBERED.c.received_at, "month"),
        "ended": sa.case((is_ended, 1), else_=0),
        "late": sa.case((is_late, 1), else_=0),
    }
    columns = [what[name].label(name) for name in by]
    source = _NUMBERED.join(cases, cases.c.id == _NUMBERED.c.case_id).outerjoin(over, over.c.case_id == cases.c.id)
    counted = sa.select(*columns, sa.func.count().label("n")).select_from(source).where(*_between(since, until))
    return [dict(row) for row in tx.all(counted.group_by(*columns))]


def _between(since: datetime, until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return _NUMBERED.c.received_at >= since, _NUMBERED.c.received_at < until


def _ended_at(ended: Collection[str]) -> sa.Subquery:
    """When each case came to its end, the last time."""
    came = (case_events.c.status_after.in_(ended), case_events.c.status_before.not_in(ended))
    last = sa.select(case_events.c.case_id, sa.func.max(case_events.c.at).label("at")).where(*came)
    return last.group_by(case_events.c.case_id).subquery()


def _thai(tx: Tx, moment: sa.ColumnElement[Any], part: str) -> sa.ColumnElement[str]:
    """The day ("2026-11-23") or the month of a moment in Thailand, which has one offset and no summer time."""
    if tx.dialect == "postgresql":
        return sa.func.to_char(sa.func.timezone("Asia/Bangkok", moment), _PARTS[part][1])
    return sa.func.strftime(_PARTS[part][0], moment, "+7 hours")


def _day(tx: Tx, day: sa.ColumnElement[date]) -> sa.ColumnElement[str]:
    return sa.func.to_char(day, _PARTS["day"][1]) if tx.dialect == "postgresql" else sa.func.strftime("%Y-%m-%d", day)


_PARTS = {"day": ("%Y-%m-%d", "YYYY-MM-DD"), "month": ("%Y-%m", "YYYY-MM")}
