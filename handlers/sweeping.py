"""Letting go of bytes that nobody needs: neither a draft, nor a case, nor as a copy of what one of these holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.wiring import Wiring
from models import document, errands, examinations, files
from models.db import Tx

#: Bytes that are let go stay a while: somebody may be bringing the same ones at this moment.
SWEEP_AFTER = timedelta(hours=2)


def sweep_later(tx: Tx, sha256: str, now: datetime) -> None:
    """Sweep these bytes when nobody can be about to use them any more."""
    lane, arguments = f"file:{sha256}", {"sha256": sha256}
    errands.put(tx, "sweep_file", lane=lane, arguments=arguments, now=now, due=now + SWEEP_AFTER)


def sweep(wiring: Wiring, sha256: str) -> None:
    """Remove these bytes, what is known of them and the copies made of them, unless somebody needs them. No transaction
    may be open: the store may be far away. What it did not remove is swept another night."""
    with wiring.database.transaction() as tx:
        idle = _let_go(tx, sha256)
    for digest in idle:
        wiring.files.drop(digest)


def _let_go(tx: Tx, sha256: str) -> list[str]:
    """The digests of what nobody needs any more, of which nothing is known from now on."""
    if _needed(tx, sha256):
        return []
    copies = examinations.forget(tx, sha256)
    return [digest for digest in (sha256, *copies) if not _needed(tx, digest)]


def _needed(tx: Tx, sha256: str) -> bool:
    return files.brought_by_anyone(tx, sha256) or document.is_filed(tx, sha256) or examinations.is_copy(tx, sha256)
