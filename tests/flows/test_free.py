"""Greeting, menu, status, and words out of the blue."""

from __future__ import annotations

import pytest

from flows.effects import LookUp
from flows.status import tracking_code
from flows.words import MENU


def test_a_new_citizen_is_greeted_by_a_machine_that_says_so(citizen, bot):
    citizen.follows()
    assert "ระบบรับเรื่องอัตโนมัติ" in bot.text
    assert "191" in bot.text
    assert [label for label in bot.labels() if label in MENU] == list(MENU)


def test_who_comes_back_in_the_middle_of_a_draft_is_reminded(citizen, bot):
    citizen.at_details().follows(again=True)
    assert "ต้อนรับกลับ" in bot.text
    citizen.taps("ทำต่อ")
    assert "รายละเอียด" in bot.asked


@pytest.mark.parametrize(
    ("number", "seen"),
    [("1", "ประกาศ"), ("๒", "ประกาศ"), ("3", "ยังไม่เปิด"), ("4", "ยังไม่พบ"), ("5", "ยังไม่เปิด"), ("6", "แจ้งเจ้าหน้าที่")],
)
def test_the_menu_is_read_by_number(citizen, bot, number, seen):
    citizen.says("เมนู").says(number)
    assert seen in bot.text or "รับทราบและทำต่อ" in bot.labels()


@pytest.mark.parametrize("label", ["ยื่นคำร้อง/คำขอ", "ชำระค่าธรรมเนียม"])
def test_what_is_not_open_yet_is_said_kindly_with_phone_and_hours(citizen, bot, label):
    citizen.says(label)
    for word in (label, "054-000-000", "08.30–16.30"):
        assert word in bot.text
    citizen.at_details().says(label)
    assert "รายละเอียด" in bot.asked  # the open question stands


def test_words_not_understood_get_one_line_and_the_menu(citizen, bot):
    citizen.says("อิอิ")
    assert len(bot.said) == 1
    assert "ยังไม่เข้าใจ" in bot.text
    assert list(MENU) == bot.labels()


def test_a_long_text_is_offered_to_be_filed_and_becomes_the_details(citizen, bot):
    citizen.says("ถนนหน้าบ้านเป็นหลุมลึกมาก รถล้มเกือบทุกวัน", message_id="x1").says("ช่วยมาซ่อมด้วย")
    assert "แจ้งเรื่องร้องเรียน" in bot.labels()
    citizen.taps("แจ้งเรื่องร้องเรียน").taps("รับทราบและทำต่อ").taps("ถนน ทางเท้า").says("หน้าตลาดสด")
    assert "รูปและไฟล์" in bot.asked  # details are there already
    assert citizen.remembered.talk.answers["details"].endswith("\nช่วยมาซ่อมด้วย")


def test_a_place_out_of_the_blue_is_kept_for_the_complaint(citizen, bot):
    citizen.sends_place().taps("แจ้งเรื่องร้องเรียน").taps("รับทราบและทำต่อ").taps("ถนน ทางเท้า")
    assert "จุดสังเกต" in bot.asked


def test_an_old_button_outside_a_talk_gets_the_menu(citizen, bot):
    citizen.presses("complaint:gone/category=road")
    assert "ปุ่มนี้" in bot.text


@pytest.mark.parametrize("said", ["สวัสดีครับ", "ขอบคุณค่ะ", "เปิดกี่โมง", "ยกเลิก", "ย้อนกลับ", "พัก", "ช่วยเหลือ"])
def test_there_is_always_an_answer(citizen, bot, said):
    citizen.says(said)
    assert bot.said


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7QF-2MXA", "K7QF-2MXA"),
        ("k7qf-2mxa", "K7QF-2MXA"),
        ("K7QF2MXA", "K7QF-2MXA"),
        ("k7qf 2mxa", "K7QF-2MXA"),
        (" K7QF – 2MXA ", "K7QF-2MXA"),
        ("รหัสติดตาม K7QF-2MXA", "K7QF-2MXA"),
        ("ABCD-EFGH", "ABCD-EFGH"),
        ("complain", None),  # a word
        ("12345678", None),  # a number
        ("K7QF-2MX", None),
        ("สวัสดีครับ", None),
    ],
)
def test_a_tracking_code_is_read_however_it_is_typed(typed, code):
    assert tracking_code(typed) == code


def test_a_case_is_shown_by_its_code(citizen, bot):
    citizen.files_a_complaint().says("k7qf 2mx1")
    assert citizen.wished(LookUp) == [LookUp("K7QF-2MX1")]
    for word in ("เลขรับที่ 1/2569", "รับเรื่องแล้ว", "ลงทะเบียนรับ", "เหลือ 12 วันทำการ", "ถนน ทางเท้า"):
        assert word in bot.text


def test_an_unknown_code_says_what_to_check(citizen, bot):
    citizen.says("AAAA-1111")
    assert "ไม่พบเรื่อง" in bot.text
    assert "8 ตัว" in bot.text


def test_a_number_can_be_guessed_so_it_shows_only_ones_own_cases(citizen, bot):
    citizen.says("เลขรับที่ ๑/2569")
    assert citizen.wished(LookUp) == [LookUp("1/2569")]


def test_several_own_cases_are_listed_and_opened_by_a_tap(citizen, bot):
    citizen.files_a_complaint().files_a_complaint().says("ติดตามเรื่อง")
    assert "เลขรับที่ 1/2569" in bot.text
    assert "เลขรับที่ 2/2569" in bot.text
    citizen.taps("ดู 1/2569")
    assert "ลงทะเบียนรับ" in bot.text


def test_of_a_tip_nothing_is_shown_of_what_it_is_about(citizen, bot):
    citizen.at_identity(menu="แจ้งเบาะแสทุจริต", category="เรียกรับเงิน").taps("ไม่ระบุชื่อ").says("ข้าม").taps("ยืนยันและส่ง")
    citizen.says("สถานะ")
    assert "เลขรับที่ 1/2569" in bot.text
    assert "ถนน" not in bot.text
    assert "เรียกรับเงิน" not in bot.text


def test_a_code_typed_at_a_choice_is_looked_up_and_the_question_stands(citizen, bot):
    citizen.files_a_complaint().says("ร้องเรียน/ร้องทุกข์").says("K7QF-2MX1")
    assert "ลงทะเบียนรับ" in bot.text
    assert "ข้อ 1/" in bot.asked
