"""Letting go of bytes that nobody needs: neither a draft, nor a case, nor as a copy of what one of these holds."""

from __future__ import annotations

from handlers.wiring import Wiring
from models import document, examinations, files
from models.db import Tx


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
