"""The store of files does not answer: the staff hear it once, and once more when something could be kept again."""

from __future__ import annotations

from datetime import timedelta

from handlers.wiring import Wiring
from models import jobs
from models.db import Tx
from office import notices

_AWAY, _BACK = "files_away", "files_back"
#: What comes and goes is told once in this time.
_AGAIN = timedelta(hours=1)
_BEGUN = "ที่เก็บไฟล์ไม่ตอบ ขณะนี้เก็บไฟล์ที่ประชาชนส่งมาไม่ได้ โปรดแจ้งผู้ดูแลระบบ"
_OVER = "ที่เก็บไฟล์กลับมาใช้งานได้ตามปกติแล้ว"


def begun(wiring: Wiring) -> None:
    """Something could not be kept, and not for a moment only."""
    now = wiring.now()
    with wiring.database.transaction() as tx:
        if not _is_away(tx) and jobs.begin_again(tx, _AWAY, now, _AGAIN):
            notices.trouble(tx, _BEGUN, now)


def over(wiring: Wiring) -> None:
    """Something has been kept, and read."""
    with wiring.database.reading() as tx:
        if not _is_away(tx):
            return
    now = wiring.now()
    with wiring.database.transaction() as tx:
        if _is_away(tx) and jobs.begin(tx, _BACK, now, now):
            notices.trouble(tx, _OVER, now)


def _is_away(tx: Tx) -> bool:
    away, back = jobs.last_begun(tx, _AWAY), jobs.last_begun(tx, _BACK)
    return away is not None and (back is None or back < away)
