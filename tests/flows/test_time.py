"""Silence, parked drafts and their end (PEERS 6.2: 7, 13, 14)."""

from __future__ import annotations

from datetime import timedelta

from flows.conversation import expire
from flows.effects import Forget, OpenCase
from tests.flows.conftest import picture


def test_after_a_long_silence_the_next_words_are_met_with_a_recap(citizen, bot):
    citizen.at_files().waits(minutes=31).says("สวัสดีค่ะ")
    assert "ค้างเรื่อง “ร้องเรียน/ร้องทุกข์” อยู่ที่ ข้อ 4/7" in bot.asked
    assert "วันศุกร์ที่ 27 พฤศจิกายน 2569" in bot.asked  # told in advance until when it is kept
    assert bot.labels()[:2] == ["ทำต่อ", "เริ่มใหม่"]


def test_within_half_an_hour_there_is_no_recap(citizen, bot):
    citizen.at_details().waits(minutes=29).says("ถนนเป็นหลุมลึก")
    assert "รูปและไฟล์" in bot.asked


def test_words_after_a_silence_become_the_answer_on_going_on(citizen, bot):
    citizen.at_details().waits(hours=2).says("ถนนเป็นหลุมลึก", message_id="x1").says("มีรถล้ม", message_id="x2")
    assert "details" not in citizen.remembered.talk.answers
    citizen.taps("ทำต่อ")
    assert citizen.remembered.talk.answers["details"] == "ถนนเป็นหลุมลึก\nมีรถล้ม"
    citizen.unsends("x1")
    assert citizen.remembered.talk.answers["details"] == "มีรถล้ม"


def test_words_kept_that_are_no_answer_are_asked_again(citizen, bot):
    citizen.at_details().waits(hours=2).says("ก").says("ทำต่อ")
    assert "โปรดเล่าเพิ่ม" in bot.asked


def test_words_kept_can_be_taken_back(citizen, bot):
    citizen.at_details().waits(hours=2).says("ถนนเป็นหลุมลึก", message_id="x1").unsends("x1")
    assert "ถนนเป็นหลุมลึก" not in str(citizen.memory)
    assert "ทำต่อ" in bot.labels()


def test_what_can_only_be_the_answer_is_accepted_after_a_silence(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ").waits(hours=3).taps("ถนน ทางเท้า")
    assert "สถานที่เกิดเหตุ" in bot.asked
    citizen.waits(hours=3).sends_place()
    assert "จุดสังเกต" in bot.asked
    citizen.says("ข้าม").says("ถนนเป็นหลุมลึก").waits(hours=3).sends_photo("a")
    assert "ได้รับรูปแล้ว" in bot.asked
    citizen.taps("ส่งครบแล้ว").waits(hours=3).says("ไม่ระบุชื่อ")
    assert citizen.step == "review"


def test_start_anew_after_a_recap_forgets_the_old_draft(citizen, bot):
    citizen.at_files().sends_photo("a").waits(hours=1).says("สวัสดี").taps("เริ่มใหม่")
    assert "ข้อ 1/" in bot.asked
    assert citizen.wished(Forget) == [Forget((picture("a"),))]


def test_a_command_after_a_silence_is_obeyed(citizen, bot):
    citizen.at_files().waits(hours=1).says("ย้อนกลับ")
    assert "รายละเอียด" in bot.asked


def test_pause_parks_and_says_until_when(citizen, bot):
    citizen.at_files().says("พัก")
    assert "27 พฤศจิกายน 2569" in bot.text
    assert citizen.remembered.talk is None
    citizen.says("ทำต่อครับ")
    assert "รูปและไฟล์" in bot.asked


def test_a_menu_tap_parks_the_draft_and_offers_to_go_on_after(citizen, bot):
    citizen.at_details().says("แจ้งเบาะแสทุจริต")
    assert "พักเรื่อง “ร้องเรียน/ร้องทุกข์” ไว้แล้ว" in bot.asked
    citizen.taps("เรียกรับเงิน").says("ที่ทำการ").says("มีการเรียกรับเงินจริง").says("ข้าม")
    citizen.taps("ไม่ระบุชื่อ").says("ข้าม").taps("ยืนยันและส่ง")
    assert "เลขรับที่ 1/2569" in bot.text
    assert "ค้างอยู่ที่ ข้อ 3/7 (รายละเอียด)" in bot.asked
    citizen.taps("ทำต่อ").says("ถนนเป็นหลุมลึก").says("ข้าม").taps("ไม่ระบุชื่อ").taps("ยืนยันและส่ง")
    assert [case.kind for case in citizen.wished(OpenCase)] == ["tip", "complaint"]


def test_the_menu_in_the_middle_parks_and_shows_how_to_go_on(citizen, bot):
    citizen.at_details().says("เมนู")
    assert "ทำต่อ" in bot.labels()
    assert len(citizen.remembered.parked) == 1


def test_a_draft_that_holds_nothing_is_not_parked(citizen):
    citizen.says("ร้องเรียน/ร้องทุกข์").says("เมนู")
    assert citizen.remembered.parked == ()


def test_the_same_flow_twice_asks_whether_to_go_on(citizen, bot):
    citizen.at_details().says("ร้องเรียน/ร้องทุกข์")
    assert "ค้างเรื่อง" in bot.asked
    citizen.taps("ทำต่อ")
    assert "รายละเอียด" in bot.asked
    citizen.says("พัก").says("ร้องเรียน/ร้องทุกข์").taps("เริ่มใหม่")
    assert "ข้อ 1/" in bot.asked
    assert citizen.remembered.parked == ()


def test_a_picture_is_not_lost_between_two_drafts(citizen, bot):
    citizen.at_details().says("พัก").sends_photo("a").taps("แจ้งเรื่องร้องเรียน").taps("ทำต่อ")
    assert "รายละเอียด" in bot.asked
    assert len(citizen.remembered.talk.files) == 1
    assert not citizen.wished(Forget)


def test_go_on_with_nothing_parked_says_so(citizen, bot):
    citizen.says("ทำต่อ")
    assert "ไม่มีเรื่องที่พักไว้" in bot.text


def test_a_draft_is_kept_through_the_day_that_was_told(citizen):
    citizen.at_files()
    memory = citizen.remembered
    last = memory.talk.kept_until
    assert expire(memory, last)[0] == memory
    assert last - citizen.now >= timedelta(days=7)
    assert expire(memory, last + timedelta(seconds=1))[0].talk is None


def test_an_expired_draft_is_gone_with_its_files_and_told_once(citizen, bot):
    citizen.at_files().sends_photo("a").waits(days=9).says("สวัสดี")
    assert "“ร้องเรียน/ร้องทุกข์” ที่ค้างไว้พ้นกำหนดเก็บแล้ว" in bot.said[0].text
    assert citizen.wished(Forget) == [Forget((picture("a"),))]
    assert "ถนนเป็นหลุม" not in str(citizen.memory)
    citizen.says("สวัสดี")
    assert "พ้นกำหนด" not in bot.text


def test_the_nightly_job_forgets_and_the_citizen_hears_of_it_later(citizen, bot):
    citizen.at_files().sends_photo("a").says("พัก").waits(days=9)
    memory, effects = expire(citizen.remembered, citizen.now)
    assert effects == (Forget((picture("a"),)),)
    citizen.memory = memory.to_data()
    citizen.says("เมนู")
    assert "พ้นกำหนด" in bot.text


def test_what_waits_for_an_answer_expires_too(citizen):
    citizen.sends_photo("a").waits(days=9)
    memory, effects = expire(citizen.remembered, citizen.now)
    assert memory.asking is None
    assert effects == (Forget((picture("a"),)),)


def test_a_second_picture_waits_with_the_first_between_two_drafts(citizen):
    citizen.at_details().says("พัก").sends_photo("a").taps("แจ้งเรื่องร้องเรียน").sends_photo("b").taps("ทำต่อ")
    assert len(citizen.remembered.talk.files) == 2


def test_a_sticker_or_an_old_button_after_a_silence_is_met_with_the_recap(citizen, bot):
    citizen.at_files().waits(hours=1).sends_sticker()
    assert "ค้างเรื่อง" in bot.asked
    citizen.sends_sticker()
    assert "ค้างเรื่อง" in bot.asked
    citizen.taps("ทำต่อ").waits(hours=1).presses("complaint:old/category=road")
    assert "ปุ่มนี้" in bot.asked
    assert "ค้างเรื่อง" in bot.asked


def test_go_on_leaves_a_talk_just_begun_for_the_draft_that_waits(citizen, bot):
    citizen.at_details().says("แจ้งเบาะแสทุจริต").says("ทำต่อ")
    assert "รายละเอียด" in bot.asked
    assert citizen.remembered.parked == ()
    citizen.says("แจ้งเบาะแสทุจริต").taps("เรียกรับเงิน").says("ทำต่อ")
    assert citizen.remembered.talk.flow == "tip"
    assert "สถานที่เกิดเหตุ" in bot.asked
