"""Opening a case file: read, its papers looked at again if need be, bound, and the opening noted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from handlers.attachments import examined
from handlers.wiring import Wiring
from models import case
from models.files import Stored
from models.vault import Unopened
from office import casefile
from office.casefile import Binder
from office.examined import Examined

#: The papers lie there as they came, as pages and bound: so many times the room they take, and this is left for others.
_TIMES, _RESERVE = 3, 200_000_000


class NotBound(Exception):
    """รวมเล่มไม่ได้: the papers are too much for one PDF, or none of them can be read."""


class NoRoom(NotBound):
    """พื้นที่ดิสก์ไม่พอสำหรับรวมเล่ม: the papers would fill the disk."""


def case_file(wiring: Wiring, case_id: int, by: str, paper: str = "") -> BinaryIO:
    """One PDF of the case for `by`, who is noted in the trail; of one `paper` alone (its key), if it is named. It is
    open for reading and lies nowhere: close it.

    No transaction may be open. Raises LookupError if there is no such case or paper, NotBound (NoRoom),
    NotExamined or Unreachable.
    """
    with wiring.database.transaction() as tx:
        file = casefile.opened(tx, case_id, by, paper, wiring.now())
    if paper:
        return _bound(wiring, file.to_examine(), lambda seen: casefile.one_paper(file, seen, paper))
    return _bound(wiring, file.to_examine(), lambda seen: casefile.whole(wiring.office, file, seen))


def letter_file(wiring: Wiring, entry_id: int, by: str) -> BinaryIO:
    """The same of a letter that is no case, by its line in the register."""
    with wiring.database.transaction() as tx:
        file = casefile.letter_opened(tx, entry_id, by, wiring.now())
    return _bound(wiring, file.to_examine(), lambda seen: casefile.letter(wiring.office, file, seen))


def _bound(wiring: Wiring, papers: Sequence[Stored], binder: Callable[[Mapping[str, Examined]], Binder]) -> BinaryIO:
    if wiring.examiner.room() < _RESERVE + _TIMES * sum(stored.size for stored in papers):
        raise NoRoom
    try:
        bound = wiring.examiner.bind(wiring.files, binder(dict(_seen(wiring, papers))))
    except OSError as error:
        raise NotBound from error
    if bound is None:
        raise NotBound
    return bound


def _seen(wiring: Wiring, papers: Iterable[Stored]) -> Iterator[tuple[str, Examined]]:
    """What is found of them, but for those that are not kept any more: one of these keeps no case closed. A seat
    is left to the chat."""
    for stored in papers:
        with suppress(FileNotFoundError, Unopened):
            yield stored.sha256, examined(wiring, stored, leave_one=True)


def write_case_file(wiring: Wiring, number: int, year: int, by: str, path: Path, paper: str = "") -> None:
    """The same by number, in a file that its owner alone may read, instead of what was there. Raises likewise, or
    OSError if it cannot be written there."""
    with wiring.database.reading() as tx:
        row = case.by_number(tx, number, year)
    if row is None:
        raise LookupError(number, year)
    with case_file(wiring, row["id"], by, paper) as pdf:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(pdf, file)
