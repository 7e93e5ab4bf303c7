"""Timed jobs that have run: the unique (job, due) makes each due time happen once, however many clocks there are.

What may be done only so often is noted here too (`begin_again`)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Instant, Tx, metadata

job_runs = sa.Table(
    "job_runs",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("due", Instant, primary_key=True),
    sa.Column("begun_at", Instant, nullable=False),
)


def begin(tx: Tx, job: str, due: datetime, now: datetime) -> bool:
    """True for the one who may run this job for this due time."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = insert(job_runs).values(job=job, due=due, begun_at=now).on_conflict_do_nothing().returning(job_runs.c.job)
    return tx.execute(row).first() is not None


def begin_again(tx: Tx, job: str, now: datetime, after: timedelta) -> bool:
    """True for the one who may run this job now; not if it began less than `after` ago."""
    last = last_begun(tx, job)
    return (last is None or now - last >= after) and begin(tx, job, now, now)


def last_begun(tx: Tx, job: str) -> datetime | None:
    """When this job last began; None if never."""
    begun: datetime | None = tx.scalar(sa.select(sa.func.max(job_runs.c.begun_at)).where(job_runs.c.job == job))
    return begun


def forget_before(tx: Tx, moment: datetime) -> None:
    """Old runs are of no use; the newest of each job stays through `last_begun` of younger rows."""
    tx.execute(sa.delete(job_runs).where(job_runs.c.due < moment))
