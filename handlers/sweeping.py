"""Letting go of bytes that nobody needs: neither a draft, nor a case, nor an upload that waits for its turn, nor as a
copy of what one of these holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.wiring import Wiring
from models import document, errands, examinations, files, inbox
from models.db import Tx
from models.parts import MARK

#: Bytes brought within this time stay: somebody is about to use them.
FRESH = timedelta(hours=1)
#: So bytes that are let go are looked at later.
SWEEP_AFTER = timedelta(hours=2)


def sweep_later(tx: Tx, sha256: str, now: datetime) -> None:
    """Sweep these bytes when nobody can be about to use them any more."""
    lane, arguments = f"file:{sha256}", {"sha256": sha256}
    errands.put(tx, "sweep_file", lane=lane, arguments=arguments, now=now, due=now + SWEEP_AFTER)


def sweep(wiring: Wiring, sha256: str) -> None:
    """Remove these bytes, what is known of them and the copies made of them, unless somebody needs them or has just
    brought them, be it while we look. No transaction may be open: the store may be far away. What it did not remove is
    swept another night."""
    with wiring.database.reading() as tx:
        if _needed(tx, sha256):
            return
    fresh = (wiring.now() - FRESH).timestamp()
    kept = wiring.files.kept_since(sha256)
    if kept is None or kept >= fresh:
        return
    with wiring.database.transaction() as tx:
        idle = _let_go(tx, sha256)
    for digest in idle:
        wiring.files.drop(digest, unless_since=fresh)


def _let_go(tx: Tx, sha256: str) -> list[str]:
    """The digests of what nobody needs any more, of which nothing is known from now on."""
    if _needed(tx, sha256):
        return []
    copies = examinations.forget(tx, sha256)
    return [digest for digest in (sha256, *copies) if not _needed(tx, digest)]


def _needed(tx: Tx, sha256: str) -> bool:
    """In the order in which bytes go from hand to hand, so that none is overlooked on the way."""
    return (
        inbox.awaits(tx, MARK, f'"sha256": "{sha256}"')
        or files.brought_by_anyone(tx, sha256)
        or document.is_filed(tx, sha256)
        or examinations.is_copy(tx, sha256)
    )
