"""Nothing a citizen typed vanishes without a word."""

from __future__ import annotations

import pytest

from flows.checks import MOST_WORDS
from flows.effects import AddPapers

MANY = [f"ถนนหน้าบ้านเป็นหลุมลึกจุดที่ {number}" for number in range(1, 16)]
LONG = "ถนนพัง " * (MOST_WORDS // 7 - 10)


def test_many_messages_before_choosing_are_all_taken_along(citizen):
    for text in MANY:
        citizen.says(text)
    citizen.taps("แจ้งเรื่องร้องเรียน")
    assert citizen.remembered.talk.answers["details"] == "\n".join(MANY)


def test_many_messages_are_all_added_to_the_case(citizen):
    citizen.files_a_complaint()
    for text in MANY:
        citizen.says(text)
    citizen.taps("เพิ่มในเรื่องเดิม")
    assert citizen.wished(AddPapers)[0].words == "\n".join(MANY)


def test_many_messages_after_a_long_silence_are_all_the_answer(citizen):
    citizen.at_details().waits(hours=2)
    for text in MANY:
        citizen.says(text)
    citizen.taps("ทำต่อ")
    assert citizen.remembered.talk.answers["details"] == "\n".join(MANY)


def test_what_would_grow_too_long_is_named_and_not_kept(citizen, bot):
    citizen.says(LONG).says("เสาไฟฟ้าล้มขวางถนนตั้งแต่เมื่อวาน" * 5)
    assert "ข้อความล่าสุด (“เสาไฟฟ้าล้มขวาง" in bot.asked
    assert "ไม่ได้เก็บไว้" in bot.asked
    citizen.taps("แจ้งเรื่องร้องเรียน")
    assert "เสาไฟฟ้า" not in str(citizen.memory)
    assert citizen.remembered.talk.answers["details"] == LONG.strip()


def test_what_would_grow_too_long_after_a_silence_is_named_and_not_kept(citizen, bot):
    citizen.at_details().waits(hours=2).says(LONG).says("เสาไฟฟ้าล้มขวางถนนตั้งแต่เมื่อวาน" * 5)
    assert "ข้อความล่าสุด (“เสาไฟฟ้าล้มขวาง" in bot.asked
    citizen.taps("ทำต่อ")
    assert citizen.remembered.talk.answers["details"] == LONG.strip()


@pytest.mark.parametrize(("said", "why"), [("ก", "โปรดเล่าเพิ่มอีกเล็กน้อย"), ("ถนนพัง" * 800, "ยาวเกิน 4,000 ตัวอักษร")])
def test_words_that_cannot_be_taken_along_are_spoken_of(citizen, bot, said, why):
    citizen.sends_photo("a").says(said).taps("แจ้งเรื่องร้องเรียน")
    assert "ยังไม่ได้ใช้ข้อความที่ส่งมา" in bot.asked
    assert why in bot.asked
    assert len(citizen.remembered.talk.files) == 1


def test_words_too_many_for_the_old_draft_are_spoken_of(citizen, bot):
    citizen.at_details().says(LONG).says("พัก").says("เสาไฟฟ้าล้มขวางถนนตั้งแต่เมื่อวาน" * 5)
    citizen.taps("แจ้งเรื่องร้องเรียน").taps("ทำต่อ")
    assert "ยังไม่ได้ใช้ข้อความที่ส่งมา" in bot.asked
    assert citizen.remembered.talk.answers["details"] == LONG.strip()


def test_of_several_messages_only_the_last_can_be_a_name_and_we_say_so(citizen, bot):
    citizen.at_identity().taps("แจ้งชื่อ (เปิดเผย)").waits(hours=2).says("สวัสดีค่ะ").says("สมหญิง ใจกล้า").taps("ทำต่อ")
    assert citizen.remembered.talk.answers["name"] == "สมหญิง ใจกล้า"
    assert "ใช้ข้อความล่าสุดเป็นคำตอบ" in bot.text


@pytest.mark.parametrize("wish", ["เมนู", "สถานะ", "พัก", "ยกเลิก", "ทำต่อ"])
def test_another_wish_lets_go_of_what_waits_and_says_so(citizen, bot, wish):
    citizen.says(MANY[0]).says(wish)
    assert "ไม่ได้เก็บสิ่งที่ส่งมาไว้" in bot.text
    assert citizen.remembered.asking is None


@pytest.mark.parametrize("wish", ["เมนู", "พัก", "ย้อนกลับ", "แจ้งเบาะแสทุจริต"])
def test_words_after_a_silence_that_become_no_answer_are_spoken_of(citizen, bot, wish):
    citizen.at_details().waits(hours=2).says("มีคนมาซ่อมหรือยัง").says(wish)
    assert "ยังไม่ได้ใช้ข้อความที่พิมพ์ไว้เป็นคำตอบ" in bot.text


def test_a_photo_after_words_kept_says_what_became_of_them(citizen, bot):
    citizen.at_files().waits(hours=2).says("ป้ายทะเบียน กข 1").sends_photo("a")
    assert "ยังไม่ได้ใช้ข้อความที่พิมพ์ไว้เป็นคำตอบ" in bot.text
    assert "ได้รับรูปแล้ว" in bot.asked


def test_pause_at_the_first_question_says_that_the_form_was_left(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ").says("พัก")
    assert "ออกจากเรื่อง “ร้องเรียน/ร้องทุกข์” แล้ว" in bot.text
    assert "ไม่มีเรื่องที่กำลังทำ" not in bot.text
    assert "เมนู" in bot.labels()
    citizen.taps("เมนู").taps("ร้องเรียน/ร้องทุกข์")
    assert "ข้อ 1/" in bot.asked
    assert citizen.remembered.parked == ()


def test_pause_at_the_first_question_keeps_the_older_draft_in_reach(citizen, bot):
    citizen.at_details().says("แจ้งเบาะแสทุจริต").says("พัก")
    assert "ออกจากเรื่อง “แจ้งเบาะแสทุจริต” แล้ว" in bot.text
    citizen.taps("ทำต่อ")
    assert "รายละเอียด" in bot.asked


def test_pause_with_nothing_open_says_so(citizen, bot):
    citizen.says("พัก")
    assert "ขณะนี้ไม่มีเรื่องที่กำลังทำ" in bot.text
