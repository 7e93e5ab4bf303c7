"""What happens when, in one table. Each due time happens once, however many clocks run (`models/jobs.py`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from flows.conversation import Memory, expire
from handlers import effects
from handlers.wiring import Wiring
from models import conversation, errands, jobs, queue
from models.inbox import arrivals
from models.outbox import outgoing
from office import audit, mirror, notices

log = structlog.get_logger()

#: What came in and went out is kept this long: 90 days is the least the law wants (A10, พ.ร.บ.คอมพิวเตอร์ ม.26).
KEEP_TRAFFIC = timedelta(days=92)
#: Nobody's draft is looked at while they may still be writing it.
SILENT = timedelta(hours=12)
PAGE = 200
#: A daily job that has not begun for longer than this was missed.
DAY = timedelta(hours=25)


@dataclass(frozen=True)
class Job:
    """`cron`: minute, hour as APScheduler's CronTrigger takes them, in the office's zone."""

    name: str
    minute: str
    hour: str
    work: Callable[[Wiring, datetime], None]


def run(wiring: Wiring, job: Job, due: datetime) -> bool:
    """Do the job for this due time, unless somebody has begun it; True if it was done here."""
    with wiring.database.transaction() as tx:
        mine = jobs.begin(tx, job.name, due, wiring.now())
    if mine:
        job.work(wiring, wiring.now())
    return mine


def minute(moment: datetime) -> datetime:
    """The due time that a job has when it runs at this moment."""
    return moment.replace(second=0, microsecond=0)


def catch_up(wiring: Wiring) -> None:
    """Do once what should have been done while the house was closed (and the tick)."""
    now = wiring.now()
    for job in JOBS:
        with wiring.database.reading() as tx:
            last = jobs.last_begun(tx, job.name)
        if last is None or now - last > DAY:
            run(wiring, job, minute(now))


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


def _tidy(wiring: Wiring, now: datetime) -> None:
    """Traffic beyond its time goes (PDPA: no longer than needed); what stands in cases and registers stays."""
    with wiring.database.transaction() as tx:
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


def _report_stuck(wiring: Wiring, now: datetime) -> None:
    """Each morning: what could not be handled or sent, so that nothing is forgotten in silence."""
    with wiring.database.transaction() as tx:
        counts = [queue.count_stuck(tx, table) for table in (arrivals, outgoing)]
        if any(counts):
            text = f"รายการที่ระบบดำเนินการไม่สำเร็จ: ข้อความเข้า {counts[0]} ข้อความออก {counts[1]} โปรดแจ้งผู้ดูแลระบบ"
            notices.trouble(tx, text, now)


JOBS: tuple[Job, ...] = (
    Job("tick", "*", "*", _tick),
    Job("report_stuck", "35", "8", _report_stuck),
    Job("expire_drafts", "10", "2", _expire_drafts),
    Job("reconcile_registers", "20", "2", _reconcile_registers),
    Job("tidy", "40", "2", _tidy),
    Job("examine_audit", "50", "2", _examine_audit),
)
