"""การยืนยันตัวตน: who was asked to prove who they are, for what, how, and what proved it (B42-B45).

At most one proof of a case is `asked` at a time. Of the document its kind and last digits are kept, never its number.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from models.case import cases
from models.db import Id, Instant, Tx, metadata
from models.register import books, entries

#: `status_before`: where the case stood when it was asked; `slot_id` and `at`: the appointment, None for who comes in
#: person; `until`: the last day. `kept`: the citizen wants it no more; `lapsed`: they did not appear; `set_aside`: an
#: officer went on with the case before they could.
identity_proofs = sa.Table(
    "identity_proofs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("status_before", sa.Text, nullable=False),
    sa.Column("manner", sa.Text, nullable=False),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id")),
    sa.Column("at", Instant),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("last_digits", sa.Text, nullable=False),
    sa.Column("ended_by", sa.Text, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("ix_identity_proofs_state", "state", "until"),
    sa.CheckConstraint("purpose IN ('withdraw', 'service')", name="purpose"),
    sa.CheckConstraint("state IN ('asked', 'proved', 'kept', 'lapsed', 'set_aside')", name="state"),
    sa.CheckConstraint("manner IN ('', 'office', 'video')", name="manner"),
)

_NOTHING_YET = {"state": "asked", "slot_id": None, "at": None, "document": "", "last_digits": "", "ended_by": ""}


def ask(tx: Tx, **proof: Any) -> None:
    """One proof more is asked for."""
    tx.execute(sa.insert(identity_proofs), {**_NOTHING_YET, "ended_at": None, **proof})


def asked(tx: Tx, case_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The proof that is awaited, by case; without those that await none."""
    waiting = (identity_proofs.c.case_id.in_(case_ids), identity_proofs.c.state == "asked")
    return {row["case_id"]: dict(row) for row in tx.all(sa.select(identity_proofs).where(*waiting))}


def change(tx: Tx, proof_id: int, **values: Any) -> None:
    tx.execute(sa.update(identity_proofs).where(identity_proofs.c.id == proof_id).values(**values))


def is_proved(tx: Tx, case_id: int, *purposes: str) -> bool:
    """Whether identity was proved in this case for one of these purposes."""
    good = (identity_proofs.c.state == "proved", identity_proofs.c.purpose.in_(purposes))
    return tx.scalar(sa.select(identity_proofs.c.id).where(identity_proofs.c.case_id == case_id, *good)) is not None


def last(tx: Tx, case_id: int) -> dict[str, Any] | None:
    """The proof of this case that was asked for last, however it ended."""
    mine = sa.select(identity_proofs).where(identity_proofs.c.case_id == case_id)
    row = tx.one(mine.order_by(identity_proofs.c.id.desc()).limit(1))
    return dict(row) if row else None


def all_asked(tx: Tx) -> list[dict[str, Any]]:
    """Every proof that is awaited, with number, year, `secret` and `identity` of its case; the soonest last day first,
    and of one day in the order of the hours."""
    numbered = (cases.c.secret, cases.c.identity, entries.c.number, books.c.year)
    query = sa.select(identity_proofs, *numbered).join_from(identity_proofs, cases)
    query = query.join(entries, entries.c.case_id == cases.c.id)
    query = query.join(books, (books.c.id == entries.c.book_id) & (books.c.kind == "incoming"))
    awaited = query.where(identity_proofs.c.state == "asked")
    return [dict(row) for row in tx.all(awaited.order_by(identity_proofs.c.until, identity_proofs.c.at, entries.c.id))]
