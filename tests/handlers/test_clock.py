"""The clock's jobs: each due time once, on both databases, and what each of them does."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from handlers import clock, nightly
from handlers.wiring import Wiring
from models import marks
from models.audit import audit
from models.conversation import conversations
from models.db import Tx
from models.errands import errands
from models.inbox import arrivals
from models.jobs import job_runs
from models.outbox import outgoing
from office.calendar import ZONE
from tests.house import House
from tests.journeys import stories
from tests.journeys.stories import count, run_job, set_time, text_of


class Counted:
    """A job that says how often it was done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self, _: Wiring, __: Tx, ___: datetime) -> None:
        self.done += 1


def test_each_due_time_is_done_once_and_the_next_again(house: House) -> None:
    work = Counted()
    job = clock.Job("count", "*", "*", work)
    due = house.clock()
    assert clock.run(house.wiring, job, due)
    assert not clock.run(house.wiring, job, due)
    assert clock.run(house.wiring, job, due + timedelta(minutes=1))
    assert work.done == 2


def test_what_fails_leaves_no_trace_and_is_done_in_the_next_minute(small_house: House) -> None:
    done: list[datetime] = []

    def work(_: Wiring, tx: Tx, now: datetime) -> None:
        marks.put(tx, "half done", now)
        done.append(now)
        if len(done) == 1:
            raise TimeoutError

    local = small_house.clock().astimezone(ZONE)
    job = clock.Job("fails once", str(local.minute), str(local.hour), work)
    with pytest.raises(TimeoutError):
        clock.look(small_house.wiring, job)
    assert count(small_house, marks.house_marks) == count(small_house, job_runs) == 0
    for _ in range(2):
        small_house.clock.pass_(minutes=1)
        clock.look(small_house.wiring, job)
    assert len(done) == 2
    small_house.clock.pass_(days=1, hours=1)
    clock.look(small_house.wiring, job)  # an hour and more after its time it is left to the next
    assert len(done) == 2


def test_two_jobs_may_be_due_at_once(house: House) -> None:
    first, second = Counted(), Counted()
    for name, work in (("a", first), ("b", second)):
        assert clock.run(house.wiring, clock.Job(name, "*", "*", work), house.clock())
    assert (first.done, second.done) == (1, 1)


def test_of_many_clocks_one_does_it(house: House) -> None:
    work = Counted()
    job, due = clock.Job("count", "*", "*", work), house.clock()
    threads = [threading.Thread(target=clock.run, args=(house.wiring, job, due)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert work.done == 1


def test_every_job_can_be_run_in_an_empty_house_and_after_a_full_day(house: House) -> None:
    for job in clock.JOBS:
        clock.run(house.wiring, job, house.clock())
    stories.complains(house.citizen())
    house.clock.pass_(days=1)
    for job in clock.JOBS:
        assert clock.run(house.wiring, job, house.clock())
    house.settle()
    assert count(house, arrivals, arrivals.c.state == "stuck") == 0


def test_registers_are_written_anew_whatever_happened_to_the_files(small_house: House) -> None:
    stories.complains(small_house.citizen())
    small_house.later(minutes=2)
    (small_house.registers / "2569.xlsx").unlink()
    run_job(small_house, "reconcile_registers")
    assert [row["เลขทะเบียนรับ"] for row in small_house.register()] == ["1"]


def test_traffic_is_kept_for_ninety_days_and_then_forgotten(small_house: House) -> None:
    """A10, พ.ร.บ.คอมพิวเตอร์ ม.26: at least 90 days. What stands in cases and registers stays."""
    stories.complains(small_house.citizen())
    small_house.later(minutes=2)
    small_house.clock.pass_(days=90)
    run_job(small_house, "tidy")
    assert count(small_house, arrivals) > 0
    small_house.clock.pass_(days=3)
    run_job(small_house, "tidy")
    assert [count(small_house, table) for table in (arrivals, outgoing, errands)] == [0, 0, 0]
    assert len(small_house.register()) == 1


def test_the_clocks_own_diary_does_not_grow_for_ever(small_house: House) -> None:
    for _ in range(10):
        run_job(small_house, "tick")
        small_house.clock.pass_(days=1)
    run_job(small_house, "tidy")
    assert count(small_house, job_runs) <= 9


def test_an_altered_trail_is_found_and_told(small_house: House) -> None:
    group = small_house.staff_group()
    stories.complains(small_house.citizen())
    run_job(small_house, "examine_audit")
    small_house.later(minutes=2)
    assert "ถูกแก้ไข" not in text_of(group.said())
    with small_house.wiring.database.transaction() as tx:
        tx.execute(sa.text("DROP TRIGGER audit_no_update"))
        tx.execute(sa.update(audit).where(audit.c.what == "case_opened").values(who="somebody else"))
    small_house.clock.pass_(days=1)
    run_job(small_house, "examine_audit")
    assert "ตรวจพบว่าบันทึกการใช้งานถูกแก้ไข" in text_of(group.said())


def test_what_became_stuck_is_told_by_the_next_digest_and_not_again(small_house: House) -> None:
    set_time(small_house, "2026-11-24 07:00")
    group = small_house.staff_group()
    give_up_one(small_house)
    told = []
    for day in ("24", "25"):
        before = len(group.said())
        set_time(small_house, f"2026-11-{day} 08:30")
        run_job(small_house, "morning_digest")
        told.append(text_of(group.said()[before:]))
    assert "ข้อความเข้า 1 ข้อความออก 0" in told[0]
    assert told[1] == ""


def give_up_one(house: House) -> None:
    row: dict[str, Any] = {
        "lane": "line:?", "state": "stuck", "due": house.clock(), "attempts": 4, "kept_at": house.clock(),
        "finished_at": house.clock(), "outcome": "Boom",
        "channel": "line", "event_id": "x", "payload": "{}", "slow": False,
    }  # fmt: skip
    with house.wiring.database.transaction() as tx:
        tx.execute(sa.insert(arrivals), row)


def test_more_drafts_than_one_page_are_all_looked_at(house: House) -> None:
    """One draft on the last page expires like one on the first."""
    citizen = house.citizen()
    stories.begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    with house.wiring.database.transaction() as tx:
        (mine,) = tx.all(sa.select(conversations).where(conversations.c.address == citizen.user))
        copies = [{**mine, "id": mine["id"] + n, "lane": f"line:U{n}"} for n in range(1, nightly.PAGE + 20)]
        tx.execute(sa.insert(conversations), copies)
    house.clock.pass_(days=9)
    run_job(house, "expire_drafts")
    assert count(house, conversations, conversations.c.memory.contains("category")) == 0


def test_what_a_citizen_says_while_the_drafts_are_looked_at_is_not_forgotten(house: House) -> None:
    """The job has read a whole page of memories; one of these people writes before it has written them back."""
    if house.wiring.database.is_sqlite:
        pytest.skip("one writer at a time: nobody can come between")
    first, second = house.citizen(), house.citizen()
    stories.at_photos(first)
    stories.sends(first, stories.photo())
    stories.begins(second)
    second.taps("ถนน ทางเท้า")
    house.clock.pass_(days=9)
    house.world.say(second.user, "ร้องเรียน/ร้องทุกข์")
    house.world.wait_idle()
    turn = threading.Thread(target=house.turn)

    def meanwhile() -> datetime:
        if turn.ident is None:
            turn.start()
            turn.join(2)  # it is done by then, or it waits for the job
        return house.clock()

    nightly.expire_drafts(replace(house.wiring, now=meanwhile), house.clock())
    turn.join()
    house.settle()
    assert "ข้อ 2/" in text_of(second.taps("ถนน ทางเท้า"))


def test_a_draft_that_somebody_may_still_be_writing_is_left_alone(small_house: House) -> None:
    citizen = small_house.citizen()
    stories.begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    small_house.clock.pass_(days=6)
    run_job(small_house, "expire_drafts")
    assert count(small_house, conversations, conversations.c.memory.contains("category")) == 1
