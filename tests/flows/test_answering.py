"""Question and answer (PEERS 6.2: 1-8, 20, 24-26, 30)."""

from __future__ import annotations

from copy import deepcopy

import pytest

from flows.effects import CallStaff, MyCases, OpenCase


@pytest.fixture
def asked(citizen):
    """A citizen at the first question: what is it about?"""
    return citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ")


@pytest.mark.parametrize(
    "said",
    [
        "1",
        "๑",
        "1.",
        "ข้อ 1",
        "ถนน ทางเท้า",
        "ถนนทางเท้า",
        " ถนน  ทางเท้าครับ",
        "ถนน ทางเท้า ค่ะ",
        "ถนนและทางเท้าชำรุด",
        "ROAD นะคะ",
    ],
)
def test_a_choice_is_read_by_number_and_by_words(asked, said):
    assert asked.says(said).remembered.talk.answers["category"] == "road"


def test_the_list_is_numbered_in_the_text_for_those_who_see_no_buttons(asked, bot):
    assert "1. ถนน ทางเท้า" in bot.asked
    assert "3. ขยะ กลิ่น เสียง" in bot.asked


def test_two_failures_reword_the_third_offers_a_person(asked, bot):
    first = asked.says("อะไรก็ได้").bot.asked
    second = asked.says("ไม่รู้").bot.asked
    assert first != second
    assert "ติดต่อเจ้าหน้าที่" not in bot.labels()
    asked.says("ไม่รู้จริง ๆ")
    assert "ติดต่อเจ้าหน้าที่" in bot.labels()
    asked.taps("ถนน ทางเท้า")
    assert asked.remembered.talk.failures == 0
    assert "ติดต่อเจ้าหน้าที่" not in bot.labels()


def test_a_failure_gives_an_example(citizen, bot):
    citizen.at_details().says("ก")
    assert "ตัวอย่าง: ถนนเป็นหลุมลึกหน้าตลาดสด" in bot.asked  # that of the category
    citizen.says("แก้ไข").says("1").taps("ไฟฟ้าสาธารณะ").says("ก")
    assert "ตัวอย่าง: ถนนเป็นหลุมลึกหน้าโรงเรียน" in bot.asked


@pytest.mark.parametrize("said", ["ติดต่อเจ้าหน้าที่", "ติดต่อเจ้าหน้าที่ค่ะ"])
def test_a_person_can_be_called_at_any_step_without_losing_the_place(asked, bot, said):
    asked.says(said)
    assert asked.wished(CallStaff) == [CallStaff()]
    assert "054-000-000" in bot.text
    assert "23 พฤศจิกายน 2569" in bot.text
    assert "ข้อ 1/" in bot.asked


def test_staff_are_not_told_that_someone_is_writing_a_tip(citizen):
    citizen.says("แจ้งเบาะแสทุจริต").says("ติดต่อเจ้าหน้าที่")
    assert citizen.wished(CallStaff) == [CallStaff()]


def test_commands_are_commands_only_as_the_whole_message(citizen):
    citizen.at_details().says("ไม่มีใครมายกเลิกป้ายเก่าที่ถนน")
    assert citizen.remembered.talk.answers["details"] == "ไม่มีใครมายกเลิกป้ายเก่าที่ถนน"


def test_help_names_the_words_and_asks_again(asked, bot):
    asked.says("ช่วยเหลือครับ")
    assert "ย้อนกลับ" in bot.text
    assert "ข้อ 1/" in bot.asked


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("เปิดกี่โมง", "08.30–16.30"),
        ("เปิดกี่โมงคะ", "08.30–16.30"),
        ("เบอร์โทร", "054-000-000"),
        ("ขอเบอร์โทรหน่อยค่ะ", "054-000-000"),
        ("ที่อยู่", "99 หมู่ 1"),
    ],
)
def test_a_question_on_the_way_is_answered_in_one_line(asked, bot, question, answer):
    asked.says(question)
    assert answer in bot.said[0].text
    assert "ข้อ 1/" in bot.asked
    assert asked.remembered.talk.failures == 0


def test_on_a_free_text_step_every_word_is_the_answer(citizen):
    citizen.at_details().says("เปิดกี่โมง ที่อยู่ไหน")
    assert citizen.remembered.talk.answers["details"] == "เปิดกี่โมง ที่อยู่ไหน"
    citizen.says("เมนู").says("ร้องเรียน/ร้องทุกข์").taps("เริ่มใหม่").taps("ถนน ทางเท้า").says("ที่อยู่")
    assert citizen.remembered.talk.answers["place"]["words"] == "ที่อยู่"


def test_a_name_is_no_question_to_the_office(citizen, bot):
    citizen.at_identity().taps("แจ้งชื่อ (เปิดเผย)").says("เปิดกี่โมง")
    assert "08.30" in bot.text
    assert "name" not in citizen.remembered.talk.answers


def test_a_sticker_is_thanked_and_not_counted_the_first_time(asked, bot):
    asked.sends_sticker()
    assert "ขอบคุณ" in bot.asked
    assert "ข้อ 1/" in bot.asked
    assert asked.remembered.talk.failures == 0
    asked.sends_sticker()
    assert asked.remembered.talk.failures == 1


def test_a_button_of_an_earlier_question_changes_nothing(asked, bot):
    old = next(choice.value for choice in bot.choices if choice.label == "ถนน ทางเท้า")
    asked.presses(old).says("หน้าตลาดสด หมู่ 3")
    before = asked.remembered.talk
    asked.presses(old)
    assert "ปุ่มนี้เป็นของคำถามก่อนหน้า" in bot.asked
    assert "รายละเอียด" in bot.asked
    assert asked.remembered.talk.answers == before.answers


def test_a_button_of_another_draft_changes_nothing(asked, bot):
    old = next(choice.value for choice in bot.choices if choice.label == "ถนน ทางเท้า")
    asked.says("เริ่มใหม่").presses(old)
    assert "ปุ่มนี้" in bot.asked
    assert "category" not in asked.remembered.talk.answers


@pytest.mark.parametrize("value", ["", "x", "complaint:/=", "complaint:d1/category=nothing", "a:b/c=d"])
def test_a_button_that_is_none_of_ours_changes_nothing(asked, bot, value):
    asked.presses(value)
    assert "ข้อ 1/" in bot.asked


def test_words_sent_before_the_question_was_seen_join_the_answer_before(citizen, bot):
    citizen.at_details().says("ถนนเป็นหลุม").says("ลึกมากด้วย", early=True)
    assert citizen.remembered.talk.answers["details"] == "ถนนเป็นหลุม\nลึกมากด้วย"
    assert "เพิ่มข้อความไว้ในรายละเอียดแล้ว" in bot.asked
    assert bot.said[0].topic  # a passing remark: four lines get one answer


def test_words_sent_too_early_never_choose(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ").says("2", early=True)
    assert "category" not in citizen.remembered.talk.answers
    assert "ข้อ 1/" in bot.asked


@pytest.mark.parametrize("said", ["ข้าม", "ย้อนกลับ", "เริ่มใหม่"])
def test_an_early_command_does_not_hit_the_new_question(citizen, bot, said):
    citizen.at_files()
    before = citizen.remembered.talk.answers
    citizen.says(said, early=True)
    assert citizen.remembered.talk.answers == before
    assert not citizen.remembered.talk.mode


def test_late_commands_and_presses_are_ignored_late_words_join(citizen, bot):
    citizen.at_files()
    confirm = next(c.value for c in bot.choices if c.label == "ข้าม")
    assert citizen.says("ยกเลิก", ago=60).bot.said == ()
    assert citizen.presses(confirm, ago=60).bot.said == ()
    citizen.says("มีรถล้มแล้วสองคัน", ago=60)
    assert citizen.remembered.talk.answers["details"].endswith("\nมีรถล้มแล้วสองคัน")


def test_equal_times_are_in_time(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ").says("1", ago=1)
    assert citizen.remembered.talk.answers["category"] == "road"


def test_danger_is_answered_at_once_then_the_question_stands(asked, bot):
    asked.says("ช่วยด้วย")
    assert bot.said[0].tone == "urgent"
    assert "ข้อ 1/" in bot.asked
    assert asked.remembered.talk.failures == 0


def test_danger_told_at_length_is_kept_as_the_answer_too(citizen, bot):
    citizen.at_details().says("ไฟไหม้กองขยะข้างโรงเรียนทุกเย็น ควันเข้าห้องเรียน")
    assert bot.said[0].tone == "urgent"
    assert citizen.remembered.talk.answers["details"].startswith("ไฟไหม้กองขยะ")


def test_danger_outside_a_talk_gives_the_lines_and_the_menu(citizen, bot):
    citizen.says("ไฟไหม้")
    assert bot.said[0].tone == "urgent"
    assert "ร้องเรียน/ร้องทุกข์" in bot.labels()


def test_status_is_told_in_the_middle_and_the_draft_waits(citizen, bot):
    citizen.at_details().says("สถานะ")
    assert citizen.wished(MyCases)
    assert "ทำต่อ" in bot.labels()
    citizen.taps("ทำต่อ")
    assert "รายละเอียด" in bot.asked


def test_confirmation_by_word_counts_as_the_tap(citizen):
    citizen.at_identity().says("3").says("ยืนยันและส่งค่ะ")
    assert len(citizen.wished(OpenCase)) == 1


def test_a_place_or_a_file_where_none_is_asked_is_kept(asked, bot):
    asked.sends_place().sends_photo("a")
    talk = asked.remembered.talk
    assert talk.answers["place"]["latitude"] == 18.14
    assert len(talk.files) == 1
    assert "ข้อ 1/" in bot.asked


def test_whatever_can_be_tapped_can_be_typed(citizen):
    """For those whose phone shows no buttons (any more): Messenger drops them as soon as something newer is said."""
    asked = 0
    for act in ("ร้องเรียน/ร้องทุกข์", "รับทราบ", "1", "หน้าตลาด", "ถนนเป็นหลุมลึก", "ข้าม", "ไม่ระบุชื่อ", "ยกเลิก", "ทำต่อ", "แก้ไข"):
        citizen.says(act)
        for choice in (choice for choice in citizen.bot.choices if choice.kind == "press"):
            typing, tapping = deepcopy(citizen), deepcopy(citizen)
            assert typing.says(choice.label).bot.text == tapping.presses(choice.value).bot.text, choice.label
            asked += 1
    assert asked > 25
