"""`GET /health`: is the house awake? For the operator's monitoring; it says nothing of any citizen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Blueprint, Response, jsonify

from handlers import mirroring, quota
from handlers.wiring import Wiring
from models import channels, jobs
from models.db import Tx
from models.errands import errands
from models.inbox import arrivals
from models.outbox import oldest_overdue, outgoing
from models.queue import count_stuck, oldest_waiting

log = structlog.get_logger()

#: Beyond these ages something is wrong.
ARRIVAL_AGE = timedelta(minutes=2)
MESSAGE_AGE = timedelta(minutes=30)
TICK_AGE = timedelta(minutes=5)
MIRROR_AGE = timedelta(minutes=10)


def health(wiring: Wiring) -> Blueprint:
    """200 with `status` "ok" or "degraded"; 503 if the database does not answer."""
    doors = Blueprint("health", __name__)

    @doors.get("/health")
    def look() -> tuple[Response, int]:
        now = wiring.now()
        try:
            with wiring.database.reading() as tx:
                facts = _facts(wiring, tx, now)
        except Exception:
            log.exception("health_failed")
            return jsonify(status="degraded", database="unreachable"), 503
        return jsonify(facts), 200

    return doors


def _facts(wiring: Wiring, tx: Tx, now: datetime) -> dict[str, Any]:
    arrival, message = _age(oldest_waiting(tx, arrivals), now), _age(oldest_overdue(tx, now), now)
    tick = jobs.last_begun(tx, "tick")
    troubles, mirror = channels.states(tx), mirroring.age(wiring, tx, now)
    well = (
        (arrival or 0) <= ARRIVAL_AGE.total_seconds()
        and (message or 0) <= MESSAGE_AGE.total_seconds()
        and (tick is None or now - tick <= TICK_AGE)
        and (mirror or 0) <= MIRROR_AGE.total_seconds()
        and not troubles
    )
    return {
        "status": "ok" if well else "degraded",
        "database": "ok",
        "oldest_arrival_seconds": arrival,
        "oldest_message_seconds": message,
        "last_clock_tick": tick.isoformat() if tick else None,
        "mirror": wiring.google
        and next((told.state for name, told in troubles.items() if name.startswith("google")), "ok"),
        "mirror_age_seconds": mirror,
        "channels": {name: troubles[name].state if name in troubles else "ok" for name in wiring.channels},
        "quota": {
            name: {"limit": month.limit, "used": month.used, "level": month.level}
            for name, month in quota.standing(wiring, tx, now).items()
        },
        "stuck": {table.name: count_stuck(tx, table) for table in (arrivals, outgoing, errands)},
    }


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else round((now - moment).total_seconds(), 3)
