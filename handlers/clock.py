"""What happens when, in one table. Each due time happens once, however many clocks run (`models/jobs.py`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from handlers import mirroring, quota
from handlers.wiring import Wiring
from models import errands, inbox, jobs, outbox, queue
from models.db import Tx
from models.inbox import arrivals
from models.outbox import outgoing
from office import appointments, completeness, digest, mirror, unreachable
from office.calendar import ZONE

log = structlog.get_logger()

#: What came in and went out is kept this long: 90 days is the least the law wants (A10, พ.ร.บ.คอมพิวเตอร์ ม.26).
KEEP_TRAFFIC = timedelta(days=92)
#: What was said is kept so long for looking into a fault; a case has its own copy of what it needs.
KEEP_WORDS = timedelta(days=7)
#: What failed is tried again each minute, for so long.
AGAIN = timedelta(hours=1)

#: Work of the transaction in which the job begins: both are done, or neither.
Work = Callable[[Wiring, Tx, datetime], None]


@dataclass(frozen=True)
class Job:
    """Due at this `minute` and `hour` of each day in the office's zone, or ("*") every minute."""

    name: str
    minute: str
    hour: str
    work: Work

    def due_before(self, now: datetime) -> datetime:
        """When it was last due: this very minute, or its hour today or yesterday, however late it is done."""
        local = now.astimezone(ZONE).replace(second=0, microsecond=0)
        if self.hour == "*":
            return local
        due = local.replace(hour=int(self.hour), minute=int(self.minute))
        return due if due <= local else due - timedelta(days=1)


def run(wiring: Wiring, job: Job, due: datetime) -> bool:
    """Do the job for this due time, unless it was done; True if it was done here."""
    with wiring.database.transaction() as tx:
        mine = jobs.begin(tx, job.name, due, wiring.now())
        if mine:
            job.work(wiring, tx, wiring.now())
    return mine


def look(wiring: Wiring, job: Job, back: timedelta = AGAIN) -> None:
    """Each minute: do the job if it was due within this time and has not been done."""
    now = wiring.now()
    due = job.due_before(now)
    if now - due <= back:
        run(wiring, job, due)


def _tick(_: Wiring, __: Tx, ___: datetime) -> None:
    """The clock goes: `/health` shows when it last did."""


def _reconcile_registers(_: Wiring, tx: Tx, now: datetime) -> None:
    """Write the registers anew once a night, whatever has happened to the files."""
    for year in mirror.years(tx):
        errands.put(tx, "mirror", lane=f"mirror:{year}", arguments={"year": year}, now=now)


def _tidy(_: Wiring, tx: Tx, now: datetime) -> None:
    """Words go after a week, traffic after its time (PDPA: no longer than needed); cases and registers stay."""
    inbox.forget_words_before(tx, now - KEEP_WORDS)
    outbox.drop_held_before(tx, now - KEEP_TRAFFIC, now)
    outbox.forget_words_before(tx, now - KEEP_WORDS)
    for table in (arrivals, outgoing, errands.errands):
        count = queue.forget_before(tx, table, now - KEEP_TRAFFIC)
        if count:
            log.info("traffic_forgotten", table=table.name, rows=count)
    errands.forget_done(tx, mirroring.GOOGLE, now - timedelta(days=1))
    jobs.forget_before(tx, now - timedelta(days=7))


def _ask_in_the_morning(wiring: Wiring, tx: Tx, now: datetime) -> None:
    """B10, and B29: who could not be reached for thirty days. Told together they are one push."""
    if digest.due_check(wiring.calendar, now):
        _ask(wiring, tx, now)
        unreachable.propose_disposal(tx, wiring.office, now)


def _remind_of_papers(wiring: Wiring, tx: Tx, now: datetime) -> None:
    """B27: the citizen before the last day on which papers may follow, the staff after it."""
    completeness.remind(tx, wiring.calendar, now)
    completeness.tell_overdue(tx, now)


def _expire_proofs(wiring: Wiring, tx: Tx, now: datetime) -> None:
    """B42: who did not prove their identity by the last day is told that the matter goes on as it was."""
    appointments.expire(tx, wiring.calendar, now)


def _ask(wiring: Wiring, tx: Tx, now: datetime) -> None:
    """At the beginning and the end of each working day the desk is asked to look through what came (B10)."""
    digest.send(tx, wiring.office, wiring.calendar, now)


# Work of several transactions is an errand: done elsewhere (`handlers/nightly.py`), and tried until it succeeds.


def _mind_uploads(wiring: Wiring, tx: Tx, now: datetime) -> None:
    if any(True for _ in wiring.parts.every()):
        errands.put(tx, "mind_uploads", lane="clock:mind_uploads", now=now)


def _expire_drafts(_: Wiring, tx: Tx, now: datetime) -> None:
    errands.put(tx, "expire_drafts", lane="clock:expire_drafts", now=now)


def _sweep_files(_: Wiring, tx: Tx, now: datetime) -> None:
    errands.put(tx, "sweep_files", lane="clock:sweep_files", now=now)


def _examine_audit(_: Wiring, tx: Tx, now: datetime) -> None:
    errands.put(tx, "examine_audit", lane="clock:examine_audit", now=now)


JOBS: tuple[Job, ...] = (
    Job("tick", "*", "*", _tick),
    Job("mind_quota", "*", "*", quota.mind),
    Job("mind_mirror", "*", "*", mirroring.mind),
    Job("mind_uploads", "*", "*", _mind_uploads),
    Job("morning_digest", "30", "8", _ask_in_the_morning),
    Job("evening_digest", "30", "16", _ask),
    Job("remind_of_papers", "0", "9", _remind_of_papers),
    Job("expire_proofs", "0", "9", _expire_proofs),
    Job("expire_drafts", "10", "2", _expire_drafts),
    Job("reconcile_registers", "20", "2", _reconcile_registers),
    Job("sweep_files", "30", "2", _sweep_files),
    Job("tidy", "40", "2", _tidy),
    Job("examine_audit", "50", "2", _examine_audit),
)
