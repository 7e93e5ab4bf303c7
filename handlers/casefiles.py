"""Opening a case file: read, its papers looked at again if need be, bound, and the opening noted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from handlers.attachments import examined
from handlers.wiring import Wiring
from models import case
from models.files import Stored
from office import casefile
from office.casefile import Binder
from office.examined import Examined


class NotBound(Exception):
    """รวมเล่มไม่ได้: the papers are too much for one PDF, or none of them can be read."""


def case_file(wiring: Wiring, case_id: int, by: str, paper: str = "") -> BinaryIO:
    """One PDF of the case for `by`, who is noted in the trail; of one `paper` alone (its key), if it is named. It is
    open for reading and lies nowhere: close it.

    No transaction may be open. Raises LookupError if there is no such case or paper, NotBound, NotExamined or
    Unreachable.
    """
    with wiring.database.transaction() as tx:
        file = casefile.opened(tx, case_id, by, paper, wiring.now())
    seen = _examined(wiring, file.to_examine())
    return _bound(wiring, casefile.one_paper(file, seen, paper) if paper else casefile.whole(wiring.office, file, seen))


def letter_file(wiring: Wiring, entry_id: int, by: str) -> BinaryIO:
    """The same of a letter that is no case, by its line in the register."""
    with wiring.database.transaction() as tx:
        file = casefile.letter_opened(tx, entry_id, by, wiring.now())
    return _bound(wiring, casefile.letter(wiring.office, file, _examined(wiring, file.to_examine())))


def write_case_file(wiring: Wiring, number: int, year: int, by: str, path: Path, paper: str = "") -> None:
    """The same by number, in a file that its owner alone may read, instead of what was there. Raises likewise."""
    with wiring.database.reading() as tx:
        row = case.by_number(tx, number, year)
    if row is None:
        raise LookupError(number, year)
    with case_file(wiring, row["id"], by, paper) as pdf:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(pdf, file)


def _examined(wiring: Wiring, files: Iterable[Stored]) -> dict[str, Examined]:
    """What was found in each, by its SHA-256; a seat is left to the chat."""
    return {stored.sha256: examined(wiring, stored, leave_one=True) for stored in files}


def _bound(wiring: Wiring, binder: Binder) -> BinaryIO:
    bound = wiring.examiner.bind(wiring.files, binder)
    if bound is None:
        raise NotBound
    return bound
