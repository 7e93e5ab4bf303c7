"""What was taken back: its file is let go at once, and the office knows which messages a case is made of (20)."""

from __future__ import annotations

from dataclasses import replace

from flows.effects import AddPapers, Forget, OpenCase, Withdraw
from flows.events import SentFile
from tests.flows.conftest import picture


def test_a_photo_taken_back_is_let_go_from_the_open_talk(citizen):
    citizen.at_files().sends_photo("a").sends_photo("b").unsends("m-a")
    assert citizen.wished(Forget) == [Forget((picture("a"),))]


def test_a_photo_taken_back_is_let_go_from_a_parked_draft(citizen):
    citizen.at_files().sends_photo("a").says("พัก").unsends("m-a")
    assert citizen.wished(Forget) == [Forget((picture("a"),))]
    citizen.unsends("m-a")
    assert len(citizen.wished(Forget)) == 1


def test_a_photo_taken_back_is_let_go_from_the_question_in_between(citizen, bot):
    citizen.sends_photo("a").sends_photo("b").unsends("m-a")
    assert citizen.wished(Forget) == [Forget((picture("a"),))]
    assert "ไฟล์ 1 รายการ" in bot.asked
    citizen.unsends("m-b")
    assert citizen.wished(Forget)[1:] == [Forget((picture("b"),))]
    assert citizen.remembered.asking is None


def test_a_file_that_another_message_brought_too_stays(citizen):
    citizen.at_files().sends_photo("a")
    again = replace(picture("a"), message_id="m-again")
    citizen.does(SentFile(again, citizen.now)).unsends("m-a")
    assert not citizen.wished(Forget)
    citizen.unsends("m-again")
    assert citizen.wished(Forget) == [Forget((again,))]


def test_a_file_that_a_parked_draft_holds_too_stays(citizen):
    citizen.at_files().sends_photo("a").says("พัก")
    citizen.does(SentFile(replace(picture("a"), message_id="m-again"), citizen.now)).unsends("m-again")
    assert not citizen.wished(Forget)


def test_what_has_no_file_lets_nothing_go(citizen):
    citizen.at_files().sends_photo("a").says("เสาไฟล้ม", message_id="x1").unsends("x1")
    assert citizen.wished(Withdraw) == [Withdraw("x1")]
    assert not citizen.wished(Forget)


def test_an_answer_taken_back_while_it_is_changed_is_asked_again_whatever_comes(citizen, bot):
    citizen.at_details().says("ถนนเป็นหลุมลึก", message_id="x1").says("ข้าม").taps("ไม่ระบุชื่อ")
    citizen.taps("แก้ไขรายละเอียด").unsends("x1").says("ย้อนกลับ").says("ถนนหน้าตลาด")
    citizen.says("ถนนพังมาก").taps("ยืนยันและส่ง")
    assert citizen.wished(OpenCase)[0].details == "ถนนพังมาก"


def test_the_office_learns_which_messages_a_case_is_made_of(citizen):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ").says("1", message_id="choice")
    citizen.sends_place().says("ข้างเสาไฟ", message_id="landmark").says("ถนนเป็นหลุมลึก", message_id="details")
    citizen.says("รถล้มบ่อย", message_id="more").says("ข้าม", message_id="skip").says("แจ้งชื่อ", message_id="who")
    citizen.says("สมชาย ใจดี", message_id="name").says("0812345678", message_id="phone").says("ยืนยันและส่ง")
    assert citizen.wished(OpenCase)[0].messages == ("landmark", "details", "more", "name", "phone")


def test_messages_of_a_path_since_left_or_of_an_answer_since_changed_are_not_in_the_case(citizen):
    citizen.at_details().says("ถนนเป็นหลุมลึก", message_id="old").says("ข้าม").taps("แจ้งชื่อ (เปิดเผย)")
    citizen.says("สมชาย ใจดี", message_id="name").says("0812345678", message_id="phone")
    citizen.taps("แก้ไขการแสดงตัวตน").taps("ไม่ระบุชื่อ").taps("แก้ไขรายละเอียด").says("ไฟดับทั้งซอย", message_id="new")
    citizen.taps("ยืนยันและส่ง")
    messages = citizen.wished(OpenCase)[0].messages
    assert "new" in messages
    assert not {"old", "name", "phone"} & set(messages)


def test_evidence_counts_among_the_messages_of_a_tip(citizen):
    citizen.at_identity(menu="แจ้งเบาะแสทุจริต", category="เรียกรับเงิน").taps("ไม่ระบุชื่อ")
    citizen.says("มีใบเสร็จ", message_id="evidence").taps("ยืนยันและส่ง")
    assert citizen.wished(OpenCase)[0].messages[-1] == "evidence"


def test_words_taken_along_are_among_the_messages_and_a_place_since_replaced_is_not(citizen):
    citizen.at_details().says("พัก").sends_place().says("ถนนหน้าบ้านเป็นหลุมลึกมาก", message_id="along")
    citizen.taps("แจ้งเรื่องร้องเรียน").taps("ทำต่อ")
    assert "place" not in citizen.remembered.talk.heard
    citizen.says("ข้าม").says("ข้าม").taps("ไม่ระบุชื่อ").taps("ยืนยันและส่ง")
    assert citizen.wished(OpenCase)[0].messages == ("along",)


def test_words_added_after_filing_bring_their_messages(citizen):
    citizen.files_a_complaint().sends_photo("a").says("ป้ายทะเบียน กข 1", message_id="x1")
    citizen.says("รถสีแดง", message_id="x2").taps("เพิ่มในเรื่องเดิม")
    (papers,) = citizen.wished(AddPapers)
    assert (papers.words, papers.messages) == ("ป้ายทะเบียน กข 1\nรถสีแดง", ("x1", "x2"))


def test_a_message_changed_or_taken_back_after_filing_breaks_nothing(citizen, bot):
    citizen.at_details().says("ถนนเป็นหลุมลึก", message_id="x1").says("ข้าม").taps("ไม่ระบุชื่อ").taps("ยืนยันและส่ง")
    before = {**citizen.memory, "last_at": ""}
    citizen.edits("x1", "ถนนเป็นหลุมลึก 1 เมตร")
    assert bot.said == ()
    citizen.unsends("x1")
    assert bot.said == ()
    assert citizen.wished(Withdraw) == [Withdraw("x1")]
    assert {**citizen.memory, "last_at": ""} == before
