"""The trail: who did what to which matter, appended and never changed, linked by hashes.

There is one chain per subject (`case:12`, `desk`), not one for all. A single chain would make every turn wait for the
turn before it, from its audit line to its commit, and would add a lock that turns take in different orders; the lines
of one case are already kept apart by the lock on the case itself. `unique (subject, step)` refuses a fork: of two
writers at the same step, the second is undone and tries again. What one chain per subject cannot show, a tail cut
off, shows in `cut_off`: a case counts its own changes.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from models.append_only import append_only
from models.case import cases
from models.db import Id, Instant, Tx, metadata

audit = append_only(
    sa.Table(
        "audit",
        metadata,
        sa.Column("id", Id, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.UniqueConstraint("subject", "step"),
    )
)


def head(tx: Tx, subject: str) -> tuple[int, str]:
    """The last step of this subject's chain and its hash; (0, "") before the first."""
    row = tx.execute(_HEAD, {"subject_": subject}).first()
    return (0, "") if row is None else (row.step, row.hash)


_HEAD = (
    sa.select(audit.c.step, audit.c.hash)
    .where(audit.c.subject == sa.bindparam("subject_"))
    .order_by(audit.c.step.desc())
    .limit(1)
)


def append(tx: Tx, line: dict[str, Any]) -> None:
    """One line more. Raises IntegrityError if its step is taken."""
    tx.execute(sa.insert(audit), line)


def lines(tx: Tx) -> sa.MappingResult:
    """Every line, chain by chain, in order."""
    in_order = sa.select(audit).order_by(audit.c.subject, audit.c.step)
    return tx.execute(in_order.execution_options(yield_per=1000)).mappings()


def cut_off(tx: Tx) -> int | None:
    """The last line left (0: none) of a case that has changed more often than its chain says; None if all is well."""
    chain = sa.literal("case:") + sa.cast(cases.c.id, sa.String)
    last = sa.func.coalesce(sa.func.max(audit.c.id), 0).label("last")
    short = (
        sa.select(last)
        .select_from(cases.outerjoin(audit, audit.c.subject == chain))
        .group_by(cases.c.id, cases.c.version)
        .having(cases.c.version > sa.func.coalesce(sa.func.max(audit.c.step), 0))
        .order_by(last)
    )
    found: int | None = tx.scalar(short.limit(1))
    return found
