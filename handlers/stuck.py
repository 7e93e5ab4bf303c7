"""The drawer of what was given up: to look at, and to have done again (`app.py stuck`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from models import inbox, outbox, queue
from models.db import Tx
from models.errands import errands
from models.inbox import arrivals
from models.outbox import outgoing

_QUEUES = {table.name: table for table in (arrivals, outgoing, errands)}


def listed(tx: Tx) -> Iterator[str]:
    """One line for each: its name, when it was given up, why. No content: it may be personal."""
    found = False
    for name, table in _QUEUES.items():
        for row in queue.stuck(tx, table):
            found = True
            ended = row["finished_at"].isoformat(timespec="seconds")
            yield f"{name}:{row['id']}  {ended}  ลองแล้ว {row['attempts']} ครั้ง  {row['outcome']}"
    if not found:
        yield "ไม่มีรายการค้าง"


def again(tx: Tx, name: str, now: datetime) -> bool:
    """Have the row (`arrivals:12`) handled again; False if there is no such stuck row, or nobody can read it."""
    queue_name, _, number = name.partition(":")
    table = _QUEUES.get(queue_name)
    if table is None or not number.isdigit():
        return False
    if table is outgoing:
        return outbox.revive(tx, int(number), now)
    if table is arrivals and inbox.is_unreadable(tx, int(number)):
        return False
    return queue.revive(tx, table, int(number), now)
