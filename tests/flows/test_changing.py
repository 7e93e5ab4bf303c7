"""Changing one's mind (PEERS 6.2: 9-12, 20)."""

from __future__ import annotations

import pytest

from flows.effects import Forget, OpenCase, Withdraw


def test_back_asks_the_question_before_and_offers_the_old_answer(citizen, bot):
    citizen.at_files().says("ย้อนกลับ")
    assert "คำตอบเดิม: ถนนเป็นหลุมลึกมาก" in bot.asked
    citizen.taps("ใช้คำตอบเดิม")
    assert "รูปและไฟล์" in bot.asked
    assert citizen.remembered.talk.answers["details"].startswith("ถนนเป็นหลุม")


def test_back_and_back_again_reaches_the_first_question(citizen, bot):
    citizen.at_files()
    for _ in range(5):
        citizen.says("ย้อนกลับ")
    assert "คำถามแรก" in bot.asked
    assert "ข้อ 1/" in bot.asked
    citizen.taps("ใช้คำตอบเดิม").taps("ใช้คำตอบเดิม").taps("ใช้คำตอบเดิม")
    assert "รูปและไฟล์" in bot.asked


def test_an_answer_is_changed_from_the_check_page_and_back_there(citizen, bot):
    citizen.at_identity().taps("ไม่ระบุชื่อ").taps("แก้ไขประเภทเรื่อง")
    assert "คำตอบเดิม: ถนน ทางเท้า" in bot.asked
    citizen.taps("ไฟฟ้าสาธารณะ")
    assert citizen.step == "review"
    citizen.taps("ยืนยันและส่ง")
    assert citizen.wished(OpenCase)[0].category == "light"


@pytest.mark.parametrize("said", ["3", "๓", "แก้ไข 3", "แก้ไขรายละเอียด", "รายละเอียด"])
def test_the_check_page_takes_the_number_of_what_is_to_change(citizen, bot, said):
    citizen.at_identity().taps("ไม่ระบุชื่อ").says(said)
    assert "คำตอบเดิม: ถนนเป็นหลุม" in bot.asked


def test_back_while_changing_leaves_the_answer_as_it_was(citizen, bot):
    citizen.at_identity().taps("ไม่ระบุชื่อ").taps("แก้ไขรายละเอียด").says("ย้อนกลับ")
    assert citizen.step == "review"
    assert "ถนนเป็นหลุมลึกมาก" in bot.text


def test_a_changed_answer_that_brings_more_questions_says_so(citizen, bot):
    citizen.at_identity().taps("ไม่ระบุชื่อ").taps("แก้ไขการแสดงตัวตน").taps("แจ้งชื่อ (เปิดเผย)")
    assert "คำถามเพิ่มอีก 2 ข้อ" in bot.asked
    citizen.says("สมชาย ใจดี").says("0812345678")
    assert citizen.step == "review"


def test_answers_off_the_path_are_kept_but_neither_steer_nor_reach_the_office(citizen, bot):
    citizen.at_identity().taps("แจ้งชื่อ (เปิดเผย)").says("สมชาย ใจดี").says("0812345678")
    citizen.taps("แก้ไขการแสดงตัวตน").taps("ไม่ระบุชื่อ")
    assert "สมชาย" not in bot.text
    assert citizen.remembered.talk.answers["name"] == "สมชาย ใจดี"
    citizen.taps("ยืนยันและส่ง")
    (case,) = citizen.wished(OpenCase)
    assert (case.name, case.phone) == ("", "")


def test_an_answer_left_behind_comes_back_with_its_path(citizen, bot):
    citizen.at_identity().taps("แจ้งชื่อ (เปิดเผย)").says("สมชาย ใจดี").says("0812345678")
    citizen.taps("แก้ไขการแสดงตัวตน").taps("ไม่ระบุชื่อ").taps("แก้ไขการแสดงตัวตน").taps("แจ้งชื่อ (เปิดเผย)")
    assert citizen.step == "review"
    assert "สมชาย ใจดี" in bot.text


def test_edit_as_a_word_lists_the_answers_at_any_step(citizen, bot):
    citizen.at_files().says("แก้ไข")
    assert "1. ประเภทเรื่อง" in bot.asked
    citizen.says("๑").taps("ไฟฟ้าสาธารณะ")
    assert "รูปและไฟล์" in bot.asked
    citizen.says("แก้ไข").taps("ทำต่อ")
    assert "รูปและไฟล์" in bot.asked


def test_edit_with_nothing_answered_says_so(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").says("แก้ไข")
    assert "ยังไม่มีคำตอบ" in bot.asked


def test_cancel_asks_once_and_then_forgets(citizen, bot):
    citizen.at_files().sends_photo("a").says("ยกเลิก")
    assert "ใช่หรือไม่" in bot.asked
    citizen.says("ไม่ค่ะ")
    assert "รูปและไฟล์" in bot.asked
    citizen.says("ยกเลิก").taps("ยกเลิกและลบ")
    assert citizen.remembered.talk is None
    assert [file.message_id for file in citizen.wished(Forget)[0].files] == ["m-a"]
    assert "ลบร่าง" in bot.text
    assert "ถนนเป็นหลุม" not in str(citizen.memory)


def test_cancel_cannot_be_confirmed_by_an_old_button(citizen, bot):
    citizen.at_files().says("ยกเลิก")
    yes = next(c.value for c in bot.choices if c.label == "ยกเลิกและลบ")
    citizen.taps("ทำต่อ").presses(yes)
    assert "ปุ่มนี้" in bot.asked
    assert citizen.remembered.talk is not None


def test_restart_asks_once_and_begins_a_fresh_draft(citizen, bot):
    citizen.at_files()
    old = citizen.remembered.talk.draft
    citizen.says("เริ่มใหม่").taps("เริ่มใหม่")
    assert "ข้อ 1/" in bot.asked
    assert citizen.remembered.talk.draft != old
    assert "category" not in citizen.remembered.talk.answers


def test_cancel_without_a_talk_withdraws_no_case(citizen, bot):
    citizen.files_a_complaint().says("ยกเลิก")
    assert "หากต้องการถอน พิมพ์ “ขอถอนเรื่อง”" in bot.text


def test_a_message_taken_back_leaves_nothing_and_is_asked_again(citizen, bot):
    citizen.at_details().says("ถนนเป็นหลุมลึก", message_id="x1").unsends("x1")
    assert citizen.wished(Withdraw) == [Withdraw("x1")]
    assert "ข้อ 3/" in bot.asked
    assert "ถนนเป็นหลุมลึก" not in str(citizen.memory)


def test_of_several_messages_only_the_one_taken_back_goes(citizen, bot):
    citizen.at_details().says("ถนนเป็นหลุมลึก", message_id="x1").says(
        "เบอร์ผม 0812345678", message_id="x2", early=True
    ).unsends("x2")
    assert citizen.remembered.talk.answers["details"] == "ถนนเป็นหลุมลึก"
    assert "0812345678" not in str(citizen.memory)


def test_an_answer_set_aside_is_found_too_when_taken_back(citizen):
    citizen.at_details().says("ถนนเป็นหลุมลึก", message_id="x1").says("ย้อนกลับ").unsends("x1")
    assert "ถนนเป็นหลุมลึก" not in str(citizen.memory)


def test_a_photo_taken_back_leaves_the_draft_even_when_parked(citizen, bot):
    citizen.at_files().sends_photo("a").sends_photo("b").unsends("m-a")
    assert [got.file.message_id for got in citizen.remembered.talk.files] == ["m-b"]
    assert "แนบไว้แล้ว 1 ไฟล์" in bot.asked
    citizen.says("พัก").unsends("m-b")
    assert bot.said == ()
    assert citizen.remembered.parked[0].files == ()


def test_an_unknown_message_taken_back_is_passed_on(citizen, bot):
    citizen.files_a_complaint().unsends("t3")
    assert citizen.wished(Withdraw) == [Withdraw("t3")]
    assert bot.said == ()


def test_an_edited_message_corrects_the_answer_given_last(citizen, bot):
    citizen.at_details().says("ถนนเป็นหลุมลึก", message_id="x1").edits("x1", "ถนนเป็นหลุมลึก 1 เมตร")
    assert citizen.remembered.talk.answers["details"] == "ถนนเป็นหลุมลึก 1 เมตร"
    assert "แก้ไขรายละเอียด" in bot.asked


def test_an_edited_message_of_an_older_answer_is_not_taken_silently(citizen, bot):
    citizen.at_details().says("ถนนเป็นหลุมลึก", message_id="x1").says("ข้าม").edits("x1", "อย่างอื่น")
    assert citizen.remembered.talk.answers["details"] == "ถนนเป็นหลุมลึก"
    assert "แก้ไข" in bot.asked


def test_an_edit_that_is_no_answer_leaves_the_old_one(citizen, bot):
    citizen.at_details().says("ถนนเป็นหลุมลึก", message_id="x1").edits("x1", "ก")
    assert citizen.remembered.talk.answers["details"] == "ถนนเป็นหลุมลึก"
    assert "ยังใช้ข้อความที่แก้ไขไม่ได้" in bot.asked
