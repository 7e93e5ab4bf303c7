"""What happens when, in one table. Each due time happens once, however many clocks run (`models/jobs.py`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from flows.conversation import Memory, expire
from handlers import effects, quota
from handlers.wiring import Wiring
from models import conversation, document, errands, files, inbox, jobs, outbox, queue
from models.inbox import arrivals
from models.outbox import outgoing
from office import audit, digest, mirror, notices, unreachable
from office.calendar import ZONE

log = structlog.get_logger()

#: What came in and went out is kept this long: 90 days is the least the law wants (A10, พ.ร.บ.คอมพิวเตอร์ ม.26).
KEEP_TRAFFIC = timedelta(days=92)
#: What was said is kept so long for looking into a fault; a case has its own copy of what it needs.
KEEP_WORDS = timedelta(days=7)
#: Nobody's draft is looked at while they may still be writing it.
SILENT = timedelta(hours=12)
PAGE = 200


@dataclass(frozen=True)
class Job:
    """`cron`: minute, hour as APScheduler's CronTrigger takes them, in the office's zone."""

    name: str
    minute: str
    hour: str
    work: Callable[[Wiring, datetime], None]

    def due_before(self, now: datetime) -> datetime:
        """When it was last due: this very minute, or its hour today or yesterday, however late it is done."""
        local = now.astimezone(ZONE).replace(second=0, microsecond=0)
        if self.hour == "*":
            return local
        due = local.replace(hour=int(self.hour), minute=int(self.minute))
        return due if due <= local else due - timedelta(days=1)


def run(wiring: Wiring, job: Job, due: datetime) -> bool:
    """Do the job for this due time, unless somebody has begun it; True if it was done here."""
    with wiring.database.transaction() as tx:
        mine = jobs.begin(tx, job.name, due, wiring.now())
    if mine:
        job.work(wiring, wiring.now())
    return mine


def _tick(_: Wiring, __: datetime) -> None:
    """The clock goes: `/health` shows when it last did."""


def _expire_drafts(wiring: Wiring, now: datetime) -> None:
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


def _reconcile_registers(wiring: Wiring, now: datetime) -> None:
    """Write the registers anew once a night, whatever has happened to the files."""
    with wiring.database.transaction() as tx:
        for year in mirror.years(tx):
            errands.put(tx, "mirror", lane=f"mirror:{year}", arguments={"year": year}, now=now)


def _sweep_files(wiring: Wiring, now: datetime) -> None:
    """Files that stand in no draft and no case go: whatever a crash, a failed turn or a declined file left behind."""
    yesterday = (now - timedelta(days=1)).timestamp()
    wiring.files.sweep_aside(yesterday)
    for sha256 in list(wiring.files.kept_before(yesterday)):
        with wiring.database.transaction() as tx:
            if not files.brought_by_anyone(tx, sha256) and not document.is_filed(tx, sha256):
                wiring.files.drop(sha256)


def _tidy(wiring: Wiring, now: datetime) -> None:
    """Words go after a week, traffic after its time (PDPA: no longer than needed); cases and registers stay."""
    with wiring.database.transaction() as tx:
        inbox.forget_words_before(tx, now - KEEP_WORDS)
        outbox.drop_held_before(tx, now - KEEP_TRAFFIC, now)
        outbox.forget_words_before(tx, now - KEEP_WORDS)
        for table in (arrivals, outgoing, errands.errands):
            count = queue.forget_before(tx, table, now - KEEP_TRAFFIC)
            if count:
                log.info("traffic_forgotten", table=table.name, rows=count)
        jobs.forget_before(tx, now - timedelta(days=7))


def _examine_audit(wiring: Wiring, now: datetime) -> None:
    """The trail is unbroken, or the staff are told (A10: nobody can alter it unnoticed)."""
    with wiring.database.reading() as tx:
        broken = audit.verify(tx)
    if broken is not None:
        log.error("audit_broken", line=broken)
        with wiring.database.transaction() as tx:
            notices.trouble(tx, f"ตรวจพบว่าบันทึกการใช้งานถูกแก้ไข ตั้งแต่รายการที่ {broken} โปรดแจ้งผู้ดูแลระบบ", now)


def _propose_disposal(wiring: Wiring, now: datetime) -> None:
    """B29: who could not be reached for thirty days."""
    with wiring.database.transaction() as tx:
        unreachable.propose_disposal(tx, wiring.office, now)


def _report_stuck(wiring: Wiring, now: datetime) -> None:
    """Each morning: what could not be handled or sent, so that nothing is forgotten in silence."""
    with wiring.database.transaction() as tx:
        counts = [queue.count_stuck(tx, table) for table in (arrivals, outgoing)]
        if any(counts):
            text = f"รายการที่ระบบดำเนินการไม่สำเร็จ: ข้อความเข้า {counts[0]} ข้อความออก {counts[1]} โปรดแจ้งผู้ดูแลระบบ"
            notices.trouble(tx, text, now)


def _send_digest(wiring: Wiring, now: datetime) -> None:
    """At the beginning and the end of each working day the desk is asked to look through what came (B10)."""
    with wiring.database.transaction() as tx:
        digest.send(tx, wiring.office, wiring.calendar, now)


JOBS: tuple[Job, ...] = (
    Job("tick", "*", "*", _tick),
    Job("mind_quota", "*", "*", quota.mind),
    Job("morning_digest", "30", "8", _send_digest),
    Job("evening_digest", "30", "16", _send_digest),
    Job("report_stuck", "35", "8", _report_stuck),
    Job("propose_disposal", "40", "8", _propose_disposal),
    Job("expire_drafts", "10", "2", _expire_drafts),
    Job("reconcile_registers", "20", "2", _reconcile_registers),
    Job("sweep_files", "30", "2", _sweep_files),
    Job("tidy", "40", "2", _tidy),
    Job("examine_audit", "50", "2", _examine_audit),
)
