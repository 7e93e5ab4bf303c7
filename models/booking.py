"""การจอง: places in a slot, and who has taken how many. A slot is a row with a counter, so two at once never both get
the last place: the second waits for the first one's transaction and then finds what is left."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.db import Id, Tx, metadata

slots = sa.Table(
    "slots",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("slot", sa.Text, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False),
    sa.UniqueConstraint("service", "resource", "day", "slot"),
    sa.CheckConstraint("taken >= 0", name="taken"),
)

bookings = sa.Table(
    "bookings",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id"), nullable=False, index=True),
    sa.Column("party", sa.Integer, nullable=False),
    sa.Column("given_back", sa.Boolean, nullable=False),
)

Where = tuple[str, str, object]
"""Service, resource, day."""


def taken(tx: Tx, where: Where, names: Collection[str]) -> dict[str, int]:
    """How many places are taken, by slot; a slot that nobody asked for is not named."""
    service, resource, day = where
    mine = (slots.c.service == service, slots.c.resource == resource, slots.c.day == day, slots.c.slot.in_(names))
    return {row["slot"]: row["taken"] for row in tx.all(sa.select(slots.c.slot, slots.c.taken).where(*mine))}


def take(tx: Tx, where: Where, slot: str, party: int, capacity: int) -> int | None:
    """Take so many places; the slot's id, or None if they are not there any more."""
    service, resource, day = where
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = {"service": service, "resource": resource, "day": day, "slot": slot, "taken": 0}
    tx.execute(insert(slots).on_conflict_do_nothing(), row)
    this = (slots.c.service == service, slots.c.resource == resource, slots.c.day == day, slots.c.slot == slot)
    enough = slots.c.taken + party <= capacity
    found: int | None = tx.execute(
        sa.update(slots).where(*this, enough).values(taken=slots.c.taken + party).returning(slots.c.id)
    ).scalar()
    return found


def note(tx: Tx, case_id: int, slot_id: int, party: int) -> None:
    """Whose places they are."""
    tx.execute(sa.insert(bookings), {"case_id": case_id, "slot_id": slot_id, "party": party, "given_back": False})


def give_back(tx: Tx, case_id: int) -> None:
    """The places of this case are free again; nothing if it has none, or has given them back."""
    mine = (bookings.c.case_id == case_id, bookings.c.given_back.is_(False))
    held = tx.one(sa.select(bookings.c.slot_id, bookings.c.party).where(*mine))
    if held is not None:
        tx.execute(sa.update(bookings).where(*mine).values(given_back=True))
        free(tx, held["slot_id"], held["party"])


def free(tx: Tx, slot_id: int, party: int = 1) -> None:
    """So many places of this slot, of which no booking tells, are free again."""
    tx.execute(sa.update(slots).where(slots.c.id == slot_id).values(taken=slots.c.taken - party))
