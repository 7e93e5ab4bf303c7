"""What happens between the first tap and the last: people change their minds, go silent, come back, and platforms
deliver it all twice and in any order."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from handlers import clock, stuck
from models.case import case_events, cases
from models.conversation import conversations
from models.document import case_words
from models.inbox import arrivals
from sandbox.state import Entry
from tests.house import House, Phone, actions, case_number, labels, words
from tests.journeys import stories
from tests.journeys.stories import (
    COMPLAINT,
    EVERYWHERE,
    ON_BOTH,
    SEND,
    age_files,
    at_photos,
    begins,
    calls,
    complains,
    kept_files,
    photo,
    rows,
    run_job,
    sends,
    text_of,
    to_check_page,
)


def own(house: House, phone: Phone) -> list[Entry]:
    """The person's own bubbles that still stand."""
    return [entry for entry in house.world.chat(phone.user) if entry.who == phone.user and not entry.unsent]


def test_a_newcomer_is_greeted_by_a_machine_that_says_so(small_house: House) -> None:
    citizen = small_house.citizen()
    greeting = text_of(citizen.said())
    assert "ระบบรับเรื่องอัตโนมัติ" in greeting
    assert "191" in greeting
    menu = [action.get("label") for action in actions(citizen.said()[-1])]
    assert menu == [
        "ร้องเรียน/ร้องทุกข์", "แจ้งเบาะแสทุจริต", "ยื่นคำร้อง/คำขอ", "ติดตามเรื่อง", "ชำระค่าธรรมเนียม", "ติดต่อเจ้าหน้าที่",
    ]  # fmt: skip


# --- choices ---

WAYS = ("2", "๒", "ข้อ 2", "ข้อ ๒", " 2 ", "ไฟฟ้าสาธารณะ", "ไฟฟ้าสาธารณะครับ", "ไฟฟ้าสาธารณะค่ะ", "２")


@pytest.mark.parametrize("typed", WAYS)
def test_a_choice_is_made_by_number_thai_digit_or_words(small_house: House, typed: str) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    assert "ข้อ 2/" in text_of(citizen.types(typed))
    citizen.types("หน้าตลาดสด")
    citizen.types("ไฟดับสามดวง")
    citizen.types("ข้าม")
    citizen.types("๓")
    citizen.taps(SEND)
    assert rows(small_house, cases)[0]["category"] == "light"


@ON_BOTH
def test_a_choice_that_is_none_is_reworded_twice_and_then_a_person_is_offered(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    first, second, third = (text_of(citizen.types("ไม่รู้สิ")) for _ in range(3))
    assert len({first, second, third}) == 3
    assert "ติดต่อเจ้าหน้าที่" not in labels(citizen.said()[-3])
    assert "ติดต่อเจ้าหน้าที่" in labels(citizen.said()[-1])
    assert "ข้อ 2/" in text_of(citizen.types("1"))  # and still the answer is taken


@ON_BOTH
def test_an_old_button_gets_one_polite_line_and_the_present_question(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    old = citizen.button("ไฟฟ้าสาธารณะ")
    citizen.taps("ถนน ทางเท้า")
    (said,) = citizen.presses(old)
    assert "ปุ่มนี้เป็นของคำถามก่อนหน้าแล้ว" in words(said)
    assert "ข้อ 2/" in words(said)
    citizen.types("หน้าตลาดสด")
    citizen.types("ถนนเป็นหลุมลึก")
    citizen.types("ข้าม")
    citizen.types("3")
    citizen.taps(SEND)
    assert rows(small_house, cases)[0]["category"] == "road"


@pytest.mark.parametrize(
    "data", ["", "x", "complaint:zz/category=road", "-:zz/resume=go_on", "complaint:/=", "'; DROP TABLE cases; --"]
)
def test_a_button_that_was_never_ours_does_no_harm(small_house: House, data: str) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    said = citizen.does(lambda world, user: world.press(user, data))
    assert "ต้องการแจ้งเรื่องใด" in text_of(said)


@ON_BOTH
def test_a_neighbours_button_is_nobodys_answer(small_house: House) -> None:
    """Stamps carry the draft, so a forwarded or guessed one of another citizen's decides nothing."""
    citizen, neighbour = small_house.citizen(), small_house.citizen()
    to_check_page(neighbour, COMPLAINT, "ถนน ทางเท้า", "หน้าตลาดสด", "ถนนเป็นหลุมลึก")
    begins(citizen)
    citizen.presses(neighbour.button(SEND))
    assert rows(small_house, cases) == []


# --- there and back ---


@ON_BOTH
def test_back_offers_the_old_answer_again(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    citizen.types("หน้าตลาดสด")
    said = citizen.types("ย้อนกลับ")
    assert "คำตอบเดิม: หน้าตลาดสด" in text_of(said)
    assert "ข้อ 3/" in text_of(citizen.taps("ใช้คำตอบเดิม"))


@ON_BOTH
def test_a_menu_tap_in_the_midst_parks_the_draft_and_offers_to_go_on(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    citizen.types("หน้าตลาดสด")
    said = text_of(citizen.types("แจ้งเบาะแสทุจริต"))
    assert "พักเรื่อง “ร้องเรียน/ร้องทุกข์” ไว้แล้ว" in said
    citizen.types("เมนู")
    said = citizen.taps("ทำต่อ")
    assert "ข้อ 3/" in text_of(said)
    citizen.types("ถนนเป็นหลุมลึก")
    citizen.types("ข้าม")
    citizen.types("3")
    citizen.taps(SEND)
    (case,) = rows(small_house, cases)
    assert (case["kind"], case["spot_words"]) == ("complaint", "หน้าตลาดสด")


def test_after_the_second_matter_the_first_is_offered_again(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    citizen.types("หน้าตลาดสด")
    stories.tips(citizen)
    assert "ค้างอยู่ที่ ข้อ 3/" in citizen.last
    assert "ข้อ 3/" in text_of(citizen.taps("ทำต่อ"))


@ON_BOTH
def test_cancel_asks_once_and_then_nothing_is_left(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    assert "ใช่หรือไม่" in text_of(citizen.types("ยกเลิก"))
    assert "แล้ว" in text_of(citizen.taps("ยกเลิกและลบ"))
    memory = next(row["memory"] for row in rows(small_house, conversations) if row["address"] == citizen.user)
    assert "\\u0e15\\u0e25\\u0e32\\u0e14" not in memory  # ตลาด


def test_fees_are_not_open_yet_and_say_so(small_house: House) -> None:
    assert "ยังไม่เปิดให้ใช้ทางแชต" in text_of(small_house.citizen().types("ชำระค่าธรรมเนียม"))


@pytest.mark.parametrize(
    "word", ["เมนู", "ย้อนกลับ", "แก้ไข", "ข้าม", "ยกเลิก", "เริ่มใหม่", "พัก", "สถานะ", "ช่วยเหลือ", "ติดต่อเจ้าหน้าที่"]
)
@pytest.mark.parametrize("particle", ["", "ค่ะ"])
def test_the_words_of_the_contract_are_understood_at_any_step(small_house: House, word: str, particle: str) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")  # at a question that takes any words for its answer
    said = text_of(citizen.types(word + particle))
    assert said
    assert "ข้อ 3/" not in said, "taken for the place"


# --- silence ---


@ON_BOTH
def test_after_a_long_silence_the_first_words_are_met_with_a_recap_and_not_lost(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    small_house.later(minutes=45)
    said = text_of(citizen.types("หน้าตลาดสด หมู่ 3"))
    assert "ค้างเรื่อง “ร้องเรียน/ร้องทุกข์” อยู่ที่ ข้อ 2/" in said
    assert "เก็บไว้ถึงวันอังคารที่ 1 ธันวาคม 2569" in said
    citizen.taps("ทำต่อ")
    assert "รายละเอียด" in citizen.last
    citizen.types("ถนนเป็นหลุมลึก")
    citizen.types("ข้าม")
    citizen.types("3")
    citizen.taps(SEND)
    assert rows(small_house, cases)[0]["spot_words"] == "หน้าตลาดสด หมู่ 3"


def test_a_tap_after_a_long_silence_is_simply_the_answer(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    small_house.later(hours=5)
    assert "ข้อ 2/" in text_of(citizen.taps("ถนน ทางเท้า"))


def test_a_draft_expires_on_the_day_that_was_told_with_its_files_and_with_notice(house: House) -> None:
    citizen = house.citizen()
    at_photos(citizen)
    sends(citizen, photo())
    assert "วันอังคารที่ 1 ธันวาคม 2569" in text_of(citizen.types("พัก"))
    pushes = len(calls(house, "push"))
    stories.set_time(house, "2026-12-01 23:50")
    run_job(house, "expire_drafts")
    assert len(kept_files(house)) == 1  # the day is not over
    stories.set_time(house, "2026-12-02 02:10")
    run_job(house, "expire_drafts")
    age_files(house)
    house.later(hours=4)
    assert kept_files(house) == []
    memory = next(row["memory"] for row in rows(house, conversations) if row["address"] == citizen.user)
    assert "\\u0e15\\u0e25\\u0e32\\u0e14" not in memory  # ตลาด
    assert len(calls(house, "push")) == pushes  # the notice waits for the next word: it costs nothing
    said = text_of(citizen.types("สวัสดี"))
    assert "ร่างเรื่อง “ร้องเรียน/ร้องทุกข์” ที่ค้างไว้พ้นกำหนดเก็บแล้ว จึงถูกลบไป" in said
    assert "พ้นกำหนด" not in text_of(citizen.types("สวัสดี"))


def test_a_job_is_done_once_however_many_clocks_there_are(house: House) -> None:
    due = house.clock()
    assert [clock.run(house.wiring, job, due) for job in clock.JOBS] == [True] * len(clock.JOBS)
    assert [clock.run(house.wiring, job, due) for job in clock.JOBS] == [False] * len(clock.JOBS)


# --- taken back ---


def test_words_taken_back_before_filing_leave_the_draft(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    citizen.types("หน้าบ้านนายก")
    message = own(small_house, citizen)[-1]
    assert citizen.does(lambda world, user: world.unsend(user, message.id)) == []  # it cannot be replied to for nothing
    memory = next(row["memory"] for row in rows(small_house, conversations) if row["address"] == citizen.user)
    assert "\\u0e19\\u0e32\\u0e22\\u0e01" not in memory  # นายก
    said = text_of(citizen.types("สวัสดี"))
    assert "ลบสิ่งที่ท่านยกเลิกการส่งออกจากร่างแล้ว" in said
    assert "ข้อ 2/" in said


def test_words_taken_back_after_filing_are_marked_for_an_officer(small_house: House) -> None:
    """The case keeps them (it is a filing), but whoever handles it must see that they were withdrawn."""
    citizen = small_house.citizen()
    complains(citizen, details="ถนนเป็นหลุมลึกหน้าบ้านนายก")
    message = next(entry for entry in own(small_house, citizen) if "หน้าบ้านนายก" in str(entry.message.get("text")))
    citizen.does(lambda world, user: world.unsend(user, message.id))
    assert "message_withdrawn" in [row["what"] for row in rows(small_house, case_events)]


@ON_BOTH
def test_words_changed_after_filing_stand_beside_those_that_were_filed(small_house: House) -> None:
    citizen = small_house.citizen()
    complains(citizen, details="ถนนเป็นหลุมลึกหน้าวัด")
    message = next(entry for entry in citizen.world.chat(citizen.user) if "หน้าวัด" in str(entry.message.get("text")))
    for words_now in ("ถนนเป็นหลุมลึกหน้าโรงเรียน", "ถนนเป็นหลุมลึกหน้าตลาด"):
        said = citizen.does(lambda world, user, words=words_now: world.edit(user, message.id, words))
        assert "เรื่องเลขรับที่ 1/2569: รับข้อความที่ท่านแก้ไขแล้ว โดยยังเก็บข้อความเดิมไว้ด้วย" in text_of(said)
    assert rows(small_house, cases)[0]["details"] == "ถนนเป็นหลุมลึกหน้าวัด"
    added = [row["text"] for row in rows(small_house, case_words) if row["text"]]
    assert ["หน้าโรงเรียน" in added[0], "หน้าตลาด" in added[1]] == [True, True]


def test_words_added_after_filing_and_taken_back_are_marked(small_house: House) -> None:
    citizen = small_house.citizen()
    complains(citizen)
    citizen.types("ขอเพิ่มเติมว่ามีรถล้มอีกคันหนึ่งเมื่อเช้านี้")
    message = own(small_house, citizen)[-1]
    citizen.taps("เพิ่มในเรื่องเดิม")
    assert [row["withdrawn"] for row in rows(small_house, case_words) if row["text"]] == [False]
    citizen.does(lambda world, user: world.unsend(user, message.id))
    assert [row["withdrawn"] for row in rows(small_house, case_words) if row["text"]] == [True]


def test_taking_messages_back_does_not_spend_the_offices_quota(small_house: House) -> None:
    """An unsend has no reply token: what is not worth a paid push waits for the next reply."""
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    for n in range(5):
        citizen.types(f"หน้าตลาดสด {n}")
        message = own(small_house, citizen)[-1]
        citizen.does(lambda world, user, gone=message.id: world.unsend(user, gone))
    assert len(calls(small_house, "push")) <= 1


# --- gone and come back ---


def test_who_blocks_us_and_returns_finds_the_draft(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    small_house.world.unfollow(citizen.user)
    small_house.settle()
    assert not next(row["reachable"] for row in rows(small_house, conversations) if row["address"] == citizen.user)
    said = citizen.does(lambda world, user: world.follow(user))
    assert "ยินดีต้อนรับกลับ" in words(said[0])
    assert "ทำต่อ" in labels(said[-1])
    assert "ข้อ 2/" in text_of(citizen.taps("ทำต่อ"))


def test_nothing_is_sent_to_who_blocks_us(small_house: House) -> None:
    citizen = small_house.citizen()
    before = len(small_house.world.calls)
    small_house.world.unfollow(citizen.user)
    small_house.later(minutes=5)
    assert len(small_house.world.calls) == before


# --- what platforms do ---


@EVERYWHERE
def test_a_redelivered_event_changes_nothing(house: House) -> None:
    citizen = house.citizen()
    complains(citizen)
    events, before = citizen.world.events, len(citizen.said())
    stories.again(citizen, *events)
    stories.again(citizen, *reversed(events))
    assert len(citizen.said()) == before
    assert len(rows(house, cases)) == 1
    assert len(rows(house, arrivals)) == len(events)


@ON_BOTH
def test_a_webhook_that_was_not_stored_comes_again_and_is_answered_then(small_house: House) -> None:
    citizen = small_house.citizen()
    with citizen.world.held() as happened:
        citizen.world.say(citizen.user, "ร้องเรียน/ร้องทุกข์")
    small_house.clock.pass_(minutes=10)
    stories.again(citizen, *happened)
    assert "ข้อมูลส่วนบุคคล" in text_of(citizen.said())


@ON_BOTH
def test_words_overtaken_by_later_ones_are_not_lost_and_answer_nothing_by_mistake(small_house: House) -> None:
    """Two messages at the question for details arrive in the wrong order: both belong to it."""
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    citizen.types("หน้าตลาดสด")
    with citizen.world.held() as happened:
        citizen.world.say(citizen.user, "ถนนเป็นหลุมลึกมาก")
        small_house.clock.pass_(seconds=1)
        citizen.world.say(citizen.user, "รถล้มไปแล้วสองคัน")
    for event in reversed(happened):
        citizen.world.deliver(event)
        small_house.settle()
    small_house.later(seconds=5)
    citizen.types("ข้าม")
    citizen.types("3")
    citizen.taps(SEND)
    (case,) = rows(small_house, cases)
    assert "หลุมลึก" in case["details"]
    assert "รถล้ม" in case["details"]


@ON_BOTH
def test_a_late_tap_is_passed_over_in_silence(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    with citizen.world.held() as happened:
        citizen.world.tap(citizen.user, citizen.button("ไฟฟ้าสาธารณะ"))
        small_house.clock.pass_(seconds=2)
        citizen.world.tap(citizen.user, citizen.button("ถนน ทางเท้า"))
    citizen.world.deliver(happened[1])
    small_house.settle()
    before = len(citizen.said())
    citizen.world.deliver(happened[0])
    small_house.later(seconds=5)
    assert len(citizen.said()) == before
    citizen.types("หน้าตลาดสด")
    citizen.types("ถนนเป็นหลุมลึก")
    citizen.types("ข้าม")
    citizen.types("3")
    citizen.taps(SEND)
    assert rows(small_house, cases)[0]["category"] == "road"


@ON_BOTH
def test_many_words_in_one_webhook_are_one_story(small_house: House) -> None:
    citizen = small_house.citizen()
    begins(citizen)
    citizen.taps("ถนน ทางเท้า")
    citizen.types("หน้าตลาดสด")
    with citizen.world.held() as happened:
        for text in ("ถนนเป็นหลุมลึก", "รถล้มบ่อย", "ขอให้ซ่อมด้วย"):
            citizen.world.say(citizen.user, text)
            small_house.clock.pass_(milliseconds=400)
    citizen.world.deliver(*happened)
    small_house.later(seconds=5)
    citizen.types("ข้าม")
    citizen.types("3")
    citizen.taps(SEND)
    details = rows(small_house, cases)[0]["details"]
    assert all(part in details for part in ("หลุมลึก", "รถล้มบ่อย", "ขอให้ซ่อม"))


@ON_BOTH
def test_in_standby_not_a_word_is_said(small_house: House) -> None:
    """Another system holds the chat (LINE, "Channel mode"): whatever comes, we are silent."""
    citizen = small_house.citizen()
    before = len(citizen.world.calls)
    citizen.world.mode = "standby"
    citizen.types("ร้องเรียน/ร้องทุกข์")
    sends(citizen, photo())
    citizen.does(lambda world, user: world.press(user, "x"))
    small_house.later(minutes=10)
    assert citizen.world.calls[before:] == []
    citizen.world.mode = "active"
    assert "ข้อมูลส่วนบุคคล" in text_of(citizen.types("ร้องเรียน/ร้องทุกข์"))


@pytest.mark.parametrize("source", [None, {}, {"type": "user"}, {"type": "group", "groupId": "C" + "1" * 32}])
def test_an_event_without_a_user_id_is_survived_and_answered_by_reply_at_most(
    small_house: House, source: dict[str, str] | None
) -> None:
    citizen = small_house.citizen()
    with small_house.world.held() as happened:
        small_house.world.say(citizen.user, "ร้องเรียน/ร้องทุกข์")
    if source is None:
        del happened[0]["source"]
    else:
        happened[0]["source"] = source
    small_house.world.deliver(*happened)
    small_house.later(minutes=1)
    assert [row["state"] for row in rows(small_house, arrivals)][-1] == "done"
    assert calls(small_house, "push") == []
    assert "ข้อ 1/" not in text_of(citizen.said())


@EVERYWHERE
def test_what_failed_for_a_moment_is_done_a_moment_later_once(house: House) -> None:
    """The turn is one transaction: a failure in its midst leaves nothing; the second try is the first that counts."""
    citizen = house.citizen()
    to_check_page(citizen, COMPLAINT, "ถนน ทางเท้า", "หน้าตลาดสด", "ถนนเป็นหลุมลึก")
    with house.wiring.database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE entries RENAME TO away"))
    citizen.world.tap(citizen.user, citizen.button(SEND))
    house.settle()
    assert rows(house, cases) == []
    with house.wiring.database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE away RENAME TO entries"))
    house.later(seconds=2)
    assert case_number(citizen) == (1, 2569)


@EVERYWHERE
def test_what_cannot_be_done_is_given_up_within_a_minute_with_an_apology_and_a_word_to_the_staff(
    house: House,
) -> None:
    group, citizen = house.staff_group(), house.citizen()
    to_check_page(citizen, COMPLAINT, "ถนน ทางเท้า", "หน้าตลาดสด", "ถนนเป็นหลุมลึก")
    with house.wiring.database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE entries RENAME TO away"))
    begun = house.clock()
    citizen.world.tap(citizen.user, citizen.button(SEND))
    while "ขออภัย ระบบขัดข้อง" not in text_of(citizen.said()):
        house.later(seconds=1)
        assert house.clock() - begun < timedelta(minutes=1)
    house.later(seconds=5)
    assert "ประมวลผลไม่สำเร็จ" in text_of(group.said())
    with house.wiring.database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE away RENAME TO entries"))
    with house.wiring.database.transaction() as tx:
        (line,) = stuck.listed(tx)
        assert stuck.again(tx, line.split()[0], house.clock())
    house.settle()
    assert case_number(citizen) == (1, 2569)
