"""The clock's slow work, as errands: drafts expire, files are swept, the audit trail is examined. Each may be done
again at any time: what is done already is passed over."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from flows.conversation import Memory, expire
from handlers import effects
from handlers.sweeping import sweep
from handlers.wiring import Wiring
from models import conversation
from office import audit, notices

log = structlog.get_logger()

#: Nobody's draft is looked at while they may still be writing it.
SILENT = timedelta(hours=12)
PAGE = 200


def expire_drafts(wiring: Wiring, now: datetime) -> None:
    """Drafts whose announced day has come are deleted, with their files."""
    after = 0
    while True:
        with wiring.database.transaction() as tx:
            talks = conversation.with_drafts(tx, now - SILENT, after, PAGE)
            for talk in talks:
                memory, wishes = expire(Memory.from_data(talk.memory), now)
                if wishes or memory.to_data() != talk.memory:
                    conversation.keep_memory(tx, talk, memory.to_data())
                for wish in wishes:
                    effects.do(wiring, tx, talk, wish, now)
        if len(talks) < PAGE:
            return
        after = talks[-1].id


def sweep_files(wiring: Wiring, now: datetime) -> None:
    """Files that stand in no draft and no case go: whatever a crash, a failed turn or a declined file left behind."""
    yesterday = (now - timedelta(days=1)).timestamp()
    wiring.files.sweep_aside(yesterday)
    wiring.parts.sweep(yesterday)
    wiring.examiner.sweep(yesterday)
    for sha256 in list(wiring.files.kept_before(yesterday)):
        sweep(wiring, sha256)


def examine_audit(wiring: Wiring, now: datetime) -> None:
    """The trail is unbroken, or the staff are told (A10: nobody can alter it unnoticed)."""
    with wiring.database.reading() as tx:
        broken = audit.verify(tx)
    if broken is not None:
        log.error("audit_broken", line=broken)
        with wiring.database.transaction() as tx:
            notices.trouble(tx, f"ตรวจพบว่าบันทึกการใช้งานถูกแก้ไข ตั้งแต่รายการที่ {broken} โปรดแจ้งผู้ดูแลระบบ", now)
