"""Errands: slow work that a turn leaves behind (write the registers, leave a group), done later and elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.db import Tx
from models.queue import queue_table, waiting_row

errands = queue_table(
    "errands",
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("arguments", sa.Text, nullable=False),
)


def put(
    tx: Tx,
    kind: str,
    *,
    lane: str,
    now: datetime,
    due: datetime | None = None,
    arguments: Mapping[str, Any] | None = None,
    once: bool = True,
) -> None:
    """Have `kind` done at `due`. With `once`, an errand of the same kind that waits untouched in the lane is enough."""
    if once and tx.scalar(_SAME, {"lane_": lane, "kind_": kind}) is not None:
        return
    row = {**waiting_row(lane, now, due), "kind": kind, "arguments": json.dumps(dict(arguments or {}))}
    tx.execute(_NEW, row)
    tx.wake("errands")


_NEW = sa.insert(errands)
#: The lock keeps it waiting until this transaction has ended: whoever does the errand then sees what it left behind.
_SAME = (
    sa.select(errands.c.id)
    .where(
        errands.c.lane == sa.bindparam("lane_"),
        errands.c.kind == sa.bindparam("kind_"),
        errands.c.state == sa.literal_column("'waiting'"),
        errands.c.attempts == sa.literal_column("0"),
    )
    .limit(1)
    .with_for_update(read=True)
)


def forget_done(tx: Tx, kind: str, before: datetime) -> None:
    """What is done every minute is of no use to anybody the day after."""
    done = (errands.c.kind == kind, errands.c.state == "done", errands.c.finished_at < before)
    tx.execute(sa.delete(errands).where(*done))


def call_off(tx: Tx, kind: str, *, lane: str, now: datetime) -> None:
    """What waits in this lane under this kind is not wanted any more."""
    dropped = {"state": "dropped", "finished_at": now, "outcome": "called off"}
    mine = (errands.c.lane == lane, errands.c.kind == kind, errands.c.state == "waiting")
    tx.execute(sa.update(errands).where(*mine).values(**dropped))
