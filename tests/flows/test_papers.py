"""Pictures and files (PEERS 6.2: 16-20)."""

from __future__ import annotations

import pytest

from flows.effects import AddPapers, Forget, OpenCase
from tests.flows.conftest import picture


def ids(case):
    return [file.message_id for file in case.files]


def test_an_album_is_one_answer_in_its_own_order(citizen, bot):
    citizen.at_files()
    for index in (1, 2, 5, 3, 4):
        citizen.sends_photo(f"p{index}", ("set", index, 5))
        (remark,) = bot.said
        assert remark.topic == "files"
    assert "5/5" in remark.text
    assert remark.wait == 1.2
    citizen.taps("ส่งครบแล้ว").taps("ไม่ระบุชื่อ").taps("ยืนยันและส่ง")
    assert ids(citizen.wished(OpenCase)[0]) == ["m-p1", "m-p2", "m-p3", "m-p4", "m-p5"]


def test_while_a_set_is_incomplete_the_remark_waits_longer(citizen, bot):
    citizen.at_files().sends_photo("p2", ("set", 2, 5)).sends_photo("p1", ("set", 1, 5))
    assert "ได้รับรูป 2/5" in bot.asked
    assert bot.said[0].wait == 4


def test_sets_keep_the_order_in_which_they_came(citizen):
    citizen.at_files().sends_photo("one").sends_photo("b2", ("b", 2, 2)).sends_photo("two").sends_photo(
        "b1", ("b", 1, 2)
    )
    citizen.says("ส่งครบแล้วค่ะ").taps("ไม่ระบุชื่อ").taps("ยืนยันและส่ง")
    assert ids(citizen.wished(OpenCase)[0]) == ["m-one", "m-b1", "m-b2", "m-two"]


def test_the_same_message_brings_its_file_once(citizen):
    citizen.at_files().sends_photo("a").sends_photo("a")
    assert len(citizen.remembered.talk.files) == 1


def test_the_tenth_file_ends_the_step_and_the_eleventh_is_declined(citizen, bot):
    citizen.at_files()
    for number in range(10):
        citizen.sends_photo(f"p{number}")
    assert "ได้รับครบ 10 ไฟล์แล้ว" in bot.asked
    assert "การแสดงตัวตน" in bot.asked
    citizen.sends_photo("p10")
    assert "ไม่เกิน 10" in bot.asked
    assert citizen.wished(Forget) == [Forget((picture("p10"),))]


def test_a_set_that_is_too_large_keeps_its_first_ten(citizen):
    citizen.at_files()
    for index in range(1, 13):
        citizen.sends_photo(f"p{index}", ("set", index, 12))
    assert len(citizen.remembered.talk.files) == 10


def test_a_complaint_needs_no_picture(citizen, bot):
    citizen.at_files().taps("ข้าม")
    assert "การแสดงตัวตน" in bot.asked


def test_to_skip_does_not_throw_away_what_came(citizen):
    citizen.at_files().sends_photo("a").says("ข้าม").taps("ไม่ระบุชื่อ").taps("ยืนยันและส่ง")
    assert ids(citizen.wished(OpenCase)[0]) == ["m-a"]


def test_the_files_can_be_removed(citizen, bot):
    citizen.at_files().sends_photo("a").taps("ลบไฟล์ทั้งหมด")
    assert citizen.remembered.talk.files == ()
    assert citizen.wished(Forget)


def test_words_among_the_pictures_join_the_details(citizen, bot):
    citizen.at_files().sends_photo("a").says("รูปนี้ถ่ายเมื่อเช้า")
    assert citizen.remembered.talk.answers["details"].endswith("\nรูปนี้ถ่ายเมื่อเช้า")
    assert "เพิ่มข้อความไว้ในรายละเอียดแล้ว" in bot.asked
    assert "รูปและไฟล์" in bot.asked


def test_a_number_does_not_end_the_pictures(citizen):
    citizen.at_files().sends_photo("a").says("1")
    assert "files" not in citizen.remembered.talk.answers


def test_a_late_picture_joins_the_draft_with_a_line(citizen, bot):
    citizen.at_files().sends_photo("a").taps("ส่งครบแล้ว").sends_photo("b")
    assert "แนบไว้กับเรื่องนี้แล้ว" in bot.asked
    assert "การแสดงตัวตน" in bot.asked
    citizen.taps("ไม่ระบุชื่อ").sends_photo("c")
    assert citizen.step == "review"
    assert "3 ไฟล์" in bot.text
    citizen.taps("ยืนยันและส่ง")
    assert ids(citizen.wished(OpenCase)[0]) == ["m-a", "m-b", "m-c"]


def test_a_picture_after_the_step_was_skipped_counts(citizen):
    citizen.at_identity().sends_photo("a").taps("ไม่ระบุชื่อ").taps("ยืนยันและส่ง")
    assert ids(citizen.wished(OpenCase)[0]) == ["m-a"]


def test_a_picture_before_its_step_is_kept_for_it(citizen, bot):
    citizen.at_details().sends_photo("a")
    assert "แนบไว้กับเรื่องนี้แล้ว" in bot.asked
    assert "รายละเอียด" in bot.asked
    citizen.says("ถนนเป็นหลุมลึก")
    assert "แนบไว้แล้ว 1 ไฟล์" in bot.asked


def test_a_picture_after_filing_is_offered_to_the_case(citizen, bot):
    citizen.files_a_complaint().sends_photo("a", ("s", 1, 2)).sends_photo("b", ("s", 2, 2))
    assert "เลขรับที่ 1/2569" in bot.asked
    assert bot.said[0].topic == "files"
    citizen.says("ป้ายทะเบียน กข 1").taps("เพิ่มในเรื่องเดิม")
    (papers,) = citizen.wished(AddPapers)
    assert [file.message_id for file in papers.files] == ["m-a", "m-b"]
    assert papers.words == "ป้ายทะเบียน กข 1"
    assert papers.draft == citizen.wished(OpenCase)[0].draft
    assert "เพิ่มไฟล์ 2 รายการในเรื่องเลขรับที่ 1/2569" in bot.text


def test_a_picture_a_day_after_filing_begins_something_new(citizen, bot):
    citizen.files_a_complaint().waits(hours=25).sends_photo("a")
    assert "เรื่องที่ส่งล่าสุด" not in bot.asked
    assert "แจ้งเรื่องร้องเรียน" in bot.labels()


def test_a_picture_that_belongs_nowhere_is_forgotten(citizen):
    citizen.files_a_complaint().sends_photo("a").taps("ไม่ต้อง")
    assert citizen.wished(Forget) == [Forget((picture("a"),))]


def test_a_picture_after_filing_can_begin_a_new_complaint(citizen, bot):
    citizen.files_a_complaint().sends_photo("a").taps("แจ้งเป็นเรื่องใหม่")
    assert "ข้อ 1/" in bot.asked
    assert len(citizen.remembered.talk.files) == 1


def test_a_picture_out_of_the_blue_is_taken_along_into_the_complaint(citizen, bot):
    citizen.sends_photo("a").says("ร้องเรียน/ร้องทุกข์")
    assert len(citizen.remembered.talk.files) == 1
    assert not citizen.wished(Forget)


def test_a_picture_out_of_the_blue_is_forgotten_with_another_wish(citizen):
    citizen.sends_photo("a").says("สถานะ")
    assert citizen.wished(Forget) == [Forget((picture("a"),))]


@pytest.mark.parametrize(
    ("trouble", "instead"),
    [
        ("too_large", "10 MB"),
        ("archive", "PDF"),
        ("video", "รูปภาพ"),
        ("audio", "พิมพ์"),
        ("program", "PDF"),
        ("protected", "ถ่ายรูป"),
        ("empty", "ส่งใหม่"),
        ("gone", "ส่งไฟล์นี้ใหม่"),
        ("unknown_kind", "JPEG"),
    ],
)
def test_what_cannot_be_used_is_refused_kindly_with_what_to_send_instead(citizen, bot, trouble, instead):
    citizen.at_files().sends_unusable(trouble, limit=10_000_000)
    assert instead in bot.asked
    assert "รูปและไฟล์" in bot.asked
    assert citizen.remembered.talk.failures == 0


def test_at_most_ten_pictures_wait_for_an_answer(citizen, bot):
    for number in range(11):
        citizen.sends_photo(f"p{number}")
    assert "ไม่เกิน 10" in bot.asked
    assert citizen.wished(Forget) == [Forget((picture("p10"),))]
    citizen.sends_photo("p1")
    assert "ได้รับไฟล์นี้ไว้แล้ว" in bot.asked


def test_what_waits_can_be_taken_back(citizen, bot):
    citizen.sends_photo("a").says("ถนนพัง", message_id="x1").unsends("x1")
    assert "ถนนพัง" not in str(citizen.memory)
    citizen.unsends("m-a")
    assert citizen.remembered.asking is None
    assert "ลบสิ่งที่ท่านยกเลิกการส่งแล้ว" in bot.text
