"""The Google sheet in a whole house: who writes, who waits, who is told, and what never leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from building import web
from handlers import errands, mirroring
from handlers.health import MIRROR_AGE
from models import channels, mirrored
from models.audit import audit
from models.channels import ChannelState
from models.db import Database
from office import register
from office.calendar import ZONE
from office.google.sheet import GoogleSheet
from office.google.trouble import Busy, Later
from tests.handlers.test_health import look, tick
from tests.house import Clock, House, Phone, words
from tests.journeys import stories
from tests.journeys.test_tip import NAMED, SECRETS
from tests.office.test_numbers import line

TAB = "ทะเบียนหนังสือรับ 2569"
STOPPED, RESUMED = "หยุดปรับปรุง", "กลับมาปรับปรุงตามปกติ"


@pytest.fixture
def house(small_house: House, tmp_path: Path) -> House:
    """A house with a Google sheet that is shared with it."""
    google = small_house.world.google
    google.origin = small_house.world.meta.origin
    sheet = GoogleSheet(google.account_file(tmp_path / "account.json"), google.make_spreadsheet().id, google.sheets_url)
    small_house.wiring = replace(small_house.wiring, google=sheet)
    small_house.client = web(small_house.wiring).test_client()
    return small_house


def book_of(house: House) -> str:
    return next(iter(house.world.google.books))


def rows(house: House) -> list[list[str]]:
    return house.world.google.hand(book_of(house)).rows(TAB)


def told(group: Phone, word: str) -> int:
    return sum(word in words(message) for message in group.said())


def test_a_case_is_in_the_sheet_within_a_minute_and_so_is_its_change(house: House) -> None:
    number, year = stories.complains(house.citizen())
    house.later(seconds=55)
    (row,) = rows(house)[1:]
    assert (row[0], row[13]) == (str(number), f"{year}-{number:06}")
    assert [line[:14] for line in rows(house)[1:]] == [list(line.values())[:14] for line in house.register()]


def test_what_people_spoil_is_right_a_minute_later_and_noted_without_its_words(house: House) -> None:
    stories.complains(house.citizen())
    house.later(minutes=1)
    before = rows(house)
    hand = house.world.google.hand(book_of(house), "palad@srinakhon.example")
    hand.type(TAB, 1, 5, "ถ้อยคำที่ไม่ควรอยู่ในบันทึก")
    hand.type(TAB, 1, 14, "ทราบ")
    house.clock.pass_(minutes=1)
    stories.run_job(house, "mind_mirror")
    house.settle()
    assert [line[:14] for line in rows(house)] == [line[:14] for line in before]
    assert rows(house)[1][14] == "ทราบ"
    (line,) = stories.rows(house, audit, audit.c.what == "mirror_edited")
    assert json.loads(line["after"]) == {"rows": 1, "keys": ["2569-000001"]}


def test_the_last_days_of_a_year_belong_to_both_books(house: House) -> None:
    """What comes in on the evening of 30 December stands in the next year's book; this year is still looked at."""
    house.clock.moment = datetime(2026, 12, 30, 9, 0, tzinfo=ZONE)
    stories.complains(house.citizen())
    house.clock.pass_(hours=9)
    assert stories.complains(house.citizen()) == (1, 2570)
    house.later(minutes=1)
    hand, before = house.world.google.hand(book_of(house), "palad@srinakhon.example"), rows(house)
    for tab in (TAB, "ทะเบียนหนังสือรับ 2570"):
        hand.type(tab, 1, 5, "แก้ของระบบ")
    house.clock.pass_(minutes=1)
    stories.run_job(house, "mind_mirror")
    house.settle()
    assert rows(house) == before
    assert hand.rows("ทะเบียนหนังสือรับ 2570")[1][5] == before[1][5]
    summary = str(hand.rows("สรุป"))
    assert "ปี 2569 รับเรื่อง 1 เรื่อง" in summary
    assert "ปี 2570 รับ" not in summary
    mirroring.rebuild(house.wiring)
    assert str(hand.rows("สรุป")) == summary


def test_a_new_year_is_looked_at_before_anything_has_come(house: House) -> None:
    stories.complains(house.citizen())
    house.clock.moment = datetime(2027, 1, 1, 8, 0, tzinfo=ZONE)
    stories.run_job(house, "mind_mirror")
    house.settle()
    hand = house.world.google.hand(book_of(house))
    assert "ปี 2570 ไม่มีเรื่องร้องเรียนและไม่มีคำร้อง/คำขอ" in str(hand.rows("สรุป"))
    assert len(hand.rows("ทะเบียนหนังสือรับ 2570")) == 1


@pytest.mark.parametrize("fault", ["500", "unshared"])
def test_neither_citizens_nor_the_workbook_wait_for_google(house: House, fault: str) -> None:
    house.world.google.set_weather(fault)  # type: ignore[arg-type]
    citizen = house.citizen()
    stories.complains(citizen)
    assert len(house.register()) == 1
    house.world.google.set_weather("ok")
    house.later(minutes=6)
    assert len(rows(house)) == 2


def test_a_sheet_that_is_not_shared_any_more_is_told_once_and_so_is_its_return(house: House) -> None:
    group, book = house.staff_group(), book_of(house)
    stories.complains(house.citizen())
    house.later(minutes=2)
    house.world.google.unshare(book)
    stories.complains(house.citizen())
    for _ in range(4):
        house.later(minutes=6)
    assert (told(group, STOPPED), told(group, RESUMED)) == (1, 0)
    assert look(house)["status"] == "degraded"
    house.world.google.share(book)
    house.later(minutes=6)
    house.later(minutes=2)
    assert (told(group, STOPPED), told(group, RESUMED)) == (1, 1)
    assert len(rows(house)) == 3


def test_a_bad_hour_of_google_is_told_after_ten_minutes_once(house: House) -> None:
    group = house.staff_group()
    house.world.google.set_weather("503")
    stories.complains(house.citizen())
    for _ in range(9):
        house.later(minutes=1)
    assert told(group, STOPPED) == 0
    for _ in range(9):
        house.later(minutes=1)
    assert told(group, STOPPED) == 1
    house.world.google.set_weather("ok")
    house.later(minutes=2)
    house.later(minutes=2)
    assert told(group, RESUMED) == 1


def test_health_tells_how_old_the_mirror_is(house: House) -> None:
    assert look(house)["mirror_age_seconds"] is None
    stories.complains(house.citizen())
    house.later(minutes=1)
    age = look(house)["mirror_age_seconds"]
    assert 0 <= age <= 60
    house.clock.pass_(seconds=MIRROR_AGE.total_seconds() - age)
    tick(house)
    found = look(house)
    assert (found["status"], round(found["mirror_age_seconds"])) == ("ok", 600)
    house.clock.pass_(seconds=2)
    assert look(house)["status"] == "degraded"


def test_two_processes_take_turns(database: Database, clock: Clock) -> None:
    now, minute = clock(), timedelta(minutes=1)
    with database.transaction() as tx:
        assert mirrored.take(tx, "google", "one", now, now + minute)
        assert mirrored.take(tx, "google", "one", now, now + minute)
        assert not mirrored.take(tx, "google", "two", now, now + minute)
        assert mirrored.take(tx, "google", "two", now + minute, now + 2 * minute)  # the first has died
        mirrored.let_go(tx, "google", "one", now)
        assert not mirrored.take(tx, "google", "one", now + minute, now + 2 * minute)


def test_whoever_finds_another_writer_comes_back(house: House) -> None:
    now = house.clock()
    with house.wiring.database.transaction() as tx:
        mirrored.take(tx, "google", "elsewhere", now, now + timedelta(minutes=5))
    stories.complains(house.citizen())
    with pytest.raises(Busy):
        mirroring.rebuild(house.wiring)
    house.later(minutes=1)
    assert house.world.google.calls == []
    house.later(minutes=5)
    assert len(rows(house)) == 2


def test_nothing_that_identifies_an_informant_ever_reaches_google(house: House) -> None:
    tipster = house.citizen("ประสงค์ ร้องไห้")
    stories.tips(tipster, evidence="พยานชื่อนิด", **{k: v for k, v in NAMED.items() if k != "evidence"})
    code = stories.code_of(tipster)
    stories.complains(house.citizen(), details="เลข 1101700123456 ถนนเป็นหลุม", place="บ้านเลขที่ 55")
    house.later(minutes=2)
    mirroring.rebuild(house.wiring)
    sent = "\n".join(
        json.dumps([call.path, call.json, call.headers], ensure_ascii=False) for call in house.world.google.calls
    )
    assert "2569-000001" in sent
    assert [word for word in (*SECRETS, code, tipster.user, "1101700123456") if word in sent] == []


def test_a_house_without_google_carries_nothing_of_it(small_house: House) -> None:
    assert small_house.wiring.google is None
    loading = "import sys, building, handlers.errands; print([m for m in sys.modules if m in ('gspread', 'requests')])"
    found = subprocess.run([sys.executable, "-c", loading], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
    now = small_house.clock()
    with small_house.wiring.database.transaction() as tx:
        channels.set_state(tx, ChannelState("google", "stopped", "unshared", now, now))  # why it was switched off
        mirroring.mind(small_house.wiring, tx, now)
    assert not errands.work(small_house.wiring)
    assert look(small_house)["status"] == "ok"


def in_order(house: House, *lanes: str) -> bool:
    """These lanes, known to be in trouble, are so no more."""
    with house.wiring.database.reading() as tx:
        return not set(lanes) & set(channels.states(tx))


def stopped(house: House, *lanes: str) -> None:
    now = house.clock()
    with house.wiring.database.transaction() as tx:
        for lane in lanes:
            channels.set_state(tx, ChannelState(lane, "stopped", "odd", now, now))


def test_health_forgets_the_sheets_troubles_when_it_is_switched_off(house: House) -> None:
    stopped(house, "google", "google:2568", "google:2569")
    house.wiring = replace(house.wiring, google=None)
    stories.run_job(house, "mind_mirror")
    assert in_order(house, "google", "google:2568", "google:2569")


def test_a_rebuild_is_the_end_of_the_troubles_of_all_its_years(house: House) -> None:
    stories.complains(house.citizen())
    with house.wiring.database.transaction() as tx:
        assert register.enter(tx, "incoming", line(datetime(2025, 6, 2, 10, 0, tzinfo=ZONE))) == (1, 2568)
    stopped(house, "google:2568", "google:2569")
    mirroring.rebuild(house.wiring)
    assert in_order(house, "google:2568", "google:2569")


def test_an_older_year_is_told_when_it_lasts_and_is_not_the_age_of_this_one(house: House) -> None:
    group, now = house.staff_group(), house.clock()
    stories.complains(house.citizen())
    house.later(minutes=1)
    for minutes, told_of in ((0, 0), (9, 0), (11, 1), (12, 1)):
        house.clock.moment = now + timedelta(minutes=minutes)
        mirroring._tell(house.wiring, Later("429"), "google:2560")
        house.settle()
        assert told(group, STOPPED) == told_of
    with house.wiring.database.transaction() as tx:
        mirrored.was_true(tx, "google:2560", house.clock())
        assert mirroring.age(house.wiring, tx, house.clock()) > 600


def test_nothing_is_written_while_nothing_changes(house: House) -> None:
    stories.complains(house.citizen())
    house.later(minutes=2)
    since = len(house.world.google.calls)
    for _ in range(3):
        house.clock.pass_(minutes=1)
        stories.run_job(house, "mind_mirror")
        house.settle()
    assert {call.operation for call in house.world.google.calls[since:]} == {"values_batch_get"}
