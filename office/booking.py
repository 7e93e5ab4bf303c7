"""การจอง: what room is left, and taking it in the same transaction in which the petition is filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.effects import Room
from models import booking
from models.db import Tx


@dataclass
class RoomTaken(Exception):
    """ที่ว่างไม่พอแล้ว: somebody else was quicker. `left` says what is left, as of `look`."""

    facts: dict[str, Any]


def look(tx: Tx, room: Room) -> dict[str, Any]:
    """`draft`, `free` (whether there is room), `party`, and `left`: places by slot of that day."""
    taken = booking.taken(tx, _where(room), room.slots)
    left = {slot: max(0, room.capacity - taken.get(slot, 0)) for slot in room.slots}
    return {"draft": room.draft, "free": left.get(room.slot, 0) >= room.party, "party": room.party, "left": left}


def take(tx: Tx, room: Room) -> int:
    """Take the places, until this transaction is undone or they are given back; the slot's id. Raises RoomTaken."""
    slot_id = booking.take(tx, _where(room), room.slot, room.party, room.capacity)
    if slot_id is None:
        raise RoomTaken({**look(tx, room), "free": False})
    return slot_id


def release(tx: Tx, room: Room) -> None:
    """Undo `take`: these places are nobody's."""
    booking.take(tx, _where(room), room.slot, -room.party, room.capacity)


def give_back(tx: Tx, case_id: int) -> None:
    """What this case had booked is free again."""
    booking.give_back(tx, case_id)


def _where(room: Room) -> booking.Where:
    return room.service, room.resource, date.fromisoformat(room.day)
