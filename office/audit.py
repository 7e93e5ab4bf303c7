"""The audit trail: noted with every change, checked at will (A10). Keys and numbers only, never any personal
data; and the reason that one of the staff gave, with its identity numbers masked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from models import audit
from models.db import Tx

Facts = Mapping[str, Any] | None


def note(
    tx: Tx, who: str, what: str, subject: str, before: Facts, after: Facts, now: datetime, *, first: bool = False
) -> None:
    """Append one line to the subject's chain. `first`: the subject is new, so there is no chain to look up."""
    step, previous = (0, "") if first else audit.head(tx, subject)
    line = {
        "at": now,
        "who": who,
        "what": what,
        "subject": subject,
        "step": step + 1,
        "before": _text(before),
        "after": _text(after),
        "previous": previous,
    }
    audit.append(tx, {**line, "hash": _hash(line)})


def verify(tx: Tx) -> int | None:
    """None if the trail is whole, else the id of its first broken line: altered, moved, or next to a removed one.

    0 stands for a case whose whole chain is gone.
    """
    broken = []
    subject, step, previous = "", 0, ""
    for line in audit.lines(tx):
        if line["subject"] != subject:
            subject, step, previous = line["subject"], 0, ""
        if line["step"] != step + 1 or line["previous"] != previous or line["hash"] != _hash(dict(line)):
            broken.append(int(line["id"]))
        step, previous = line["step"], line["hash"]
    cut = audit.cut_off(tx)
    return min(broken + ([] if cut is None else [cut]), default=None)


def _text(facts: Facts) -> str:
    return "" if facts is None else json.dumps(dict(facts), ensure_ascii=False, sort_keys=True)


_HASHED = ("who", "what", "subject", "step", "before", "after", "previous")


def _hash(line: Mapping[str, Any]) -> str:
    told = [line["at"].astimezone(UTC).isoformat(), *(line[name] for name in _HASHED)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()
