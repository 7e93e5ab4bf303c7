"""Opening a case file: read, its papers looked at again if need be, bound, and the opening noted."""

from __future__ import annotations

from typing import BinaryIO

from handlers.attachments import examined
from handlers.wiring import Wiring
from office import casefile


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
    seen = {stored.sha256: examined(wiring, stored) for stored in file.to_examine()}
    binder = casefile.one_paper(file, seen, paper) if paper else casefile.whole(wiring.office, file, seen)
    bound = wiring.examiner.bind(wiring.files, binder)
    if bound is None:
        raise NotBound
    return bound
