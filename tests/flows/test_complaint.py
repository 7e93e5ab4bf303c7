"""The complaint and the tip, from the first tap to the number."""

from __future__ import annotations

from flows.effects import Acknowledge, OpenCase, Spot
from flows.messages import Card
from flows.options import read_stamp


def test_a_complaint_by_taps_becomes_a_numbered_case(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ").taps("ถนน ทางเท้า").sends_place(18.14, 100.14)
    citizen.says("ตรงข้ามร้านยา").says("ถนนเป็นหลุมลึก รถล้มบ่อย").sends_photo("a").taps("ส่งครบแล้ว")
    citizen.taps("แจ้งชื่อ (เปิดเผย)").says("สมชาย ใจดี").says("0812345678").taps("ยืนยันและส่ง")
    (case,) = citizen.wished(OpenCase)
    assert case.draft
    assert (case.kind, case.category, case.identity) == ("complaint", "road", "open")
    assert case.spot == Spot("ตรงข้ามร้านยา", 18.14, 100.14)
    assert case.details == "ถนนเป็นหลุมลึก รถล้มบ่อย"
    assert [file.message_id for file in case.files] == ["m-a"]
    assert (case.name, case.phone, case.notice) == ("สมชาย ใจดี", "081-234-5678", 1)
    assert (case.flow, case.version) == ("complaint", 1)


def test_the_acknowledgement_says_number_time_code_due_and_phone(citizen, bot):
    citizen.files_a_complaint()
    (card,) = bot.said
    assert isinstance(card, Card)
    assert card.must_arrive
    assert "เลขรับที่ 1/2569" in card.title
    assert "วันจันทร์ที่ 23 พฤศจิกายน 2569 เวลา 08.30 น." in bot.text
    assert "วันศุกร์ที่ 20 พฤศจิกายน 2569 เวลา 21.00 น." in bot.text  # why it counts from Monday (B16)
    assert "K7QF-2MX1" in bot.text
    assert "14 ธันวาคม 2569" in bot.text
    assert "054-000-001" in bot.text
    assert bot.labels() == ["เมนู", "ติดตามเรื่อง"]


def test_in_office_hours_nothing_is_said_of_the_hour(citizen, bot):
    from flows.status import acknowledgement
    from tests.flows.conftest import OFFICE, case_of

    citizen.files_a_complaint()
    case = {**case_of(citizen.wished(OpenCase)[0], 1), "after_hours": False}
    assert "นอกเวลาราชการ" not in acknowledgement(OFFICE, case).text


def test_the_emergency_lines_come_first_with_the_first_question(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์")
    urgent, question = bot.said
    assert urgent.tone == "urgent"
    assert [number for number, _ in urgent.lines] == ["191", "199", "1669"]
    assert "privacy" in question.text


def test_the_notice_is_shown_once_per_version(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ")
    assert citizen.wished(Acknowledge) == [Acknowledge(1)]
    citizen.says("ยกเลิก").says("แจ้งเบาะแสทุจริต")
    assert "ข้อ 1/" in bot.asked
    assert len(citizen.wished(Acknowledge)) == 1


def test_a_newer_notice_is_shown_again(citizen, bot):
    from dataclasses import replace

    from flows.book import open_book
    from tests.flows.conftest import OFFICE

    citizen.files_a_complaint()
    citizen.book = open_book(replace(OFFICE, notice=replace(OFFICE.notice, version=2)))
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ")
    assert citizen.wished(Acknowledge) == [Acknowledge(1), Acknowledge(2)]


def test_who_does_not_accept_the_notice_cancels_without_a_question(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("ยกเลิก")
    assert citizen.remembered.talk is None
    assert "ยกเลิก" in bot.text


def test_anonymity_is_explained_before_it_is_chosen(citizen, bot):
    citizen.at_identity()
    for word in ("เห็นชื่อ", "เท่านั้นที่เห็น", "ไม่ถามชื่อ", "บัญชีแชต", "ดำเนินการต่อไม่ได้"):
        assert word in bot.asked
    assert bot.labels()[:3] == ["แจ้งชื่อ (เปิดเผย)", "ปกปิดชื่อ", "ไม่ระบุชื่อ"]


def test_phone_is_asked_only_of_those_who_give_their_name(citizen, bot):
    citizen.at_identity().taps("ไม่ระบุชื่อ")
    assert citizen.step == "review"
    citizen.taps("ยืนยันและส่ง")
    (case,) = citizen.wished(OpenCase)
    assert (case.identity, case.name, case.phone) == ("anonymous", "", "")


def test_who_stays_confidential_need_not_give_a_phone(citizen, bot):
    citizen.at_identity().taps("ปกปิดชื่อ").says("สมชาย ใจดี")
    assert "ข้าม" in bot.labels()
    citizen.says("ข้าม").taps("ยืนยันและส่ง")
    (case,) = citizen.wished(OpenCase)
    assert (case.identity, case.name, case.phone) == ("confidential", "สมชาย ใจดี", "")


def test_the_phone_question_says_why_and_insists_for_an_open_complaint(citizen, bot):
    citizen.at_identity().taps("แจ้งชื่อ (เปิดเผย)").says("สมชาย ใจดี")
    assert "เหตุผลที่ถาม" in bot.asked
    citizen.says("ข้าม")
    assert "ข้ามไม่ได้" in bot.asked


def test_the_place_is_of_the_matter_not_of_the_phone(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ").taps("ถนน ทางเท้า")
    assert "ไม่ใช่ตำแหน่งโทรศัพท์" in bot.asked
    assert ("เลือกบนแผนที่", "place") in [(choice.label, choice.kind) for choice in bot.choices]
    citizen.sends_place(1.0, 2.0)
    assert "ใช่หรือไม่" in bot.asked
    citizen.sends_place(18.14, 100.14)  # it was not: another point
    assert citizen.remembered.talk.answers["place"]["latitude"] == 18.14


def test_a_map_link_is_a_place_and_words_ask_for_no_landmark(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ").taps("ถนน ทางเท้า")
    citizen.says("https://maps.app.goo.gl/AbCd12")
    assert citizen.remembered.talk.answers["place"]["link"] == "https://maps.app.goo.gl/AbCd12"
    assert "จุดสังเกต" in bot.asked
    citizen.says("ย้อนกลับ").says("หน้าตลาดสด")
    assert "รายละเอียด" in bot.asked


def test_an_anonymous_tip_is_asked_for_evidence_and_may_pass(citizen, bot):
    citizen.at_identity(menu="แจ้งเบาะแสทุจริต", category="เรียกรับเงิน").taps("ไม่ระบุชื่อ")
    assert "พยาน" in bot.asked
    citizen.says("มีใบเสร็จ และนายดำเป็นพยาน").taps("ยืนยันและส่ง")
    (tip,) = citizen.wished(OpenCase)
    assert (tip.kind, tip.category, tip.evidence) == ("tip", "bribe", "มีใบเสร็จ และนายดำเป็นพยาน")
    assert "รหัสติดตามเป็นความลับ" in bot.text


def test_a_tip_by_name_is_not_asked_for_evidence(citizen, bot):
    citizen.at_identity(menu="แจ้งเบาะแสทุจริต", category="เรียกรับเงิน").taps("แจ้งชื่อ (เปิดเผย)")
    citizen.says("สมชาย ใจดี").says("0812345678")
    assert citizen.step == "review"


def test_the_check_page_shows_every_answer_with_its_change_and_the_declaration(citizen, bot):
    citizen.at_identity().taps("ไม่ระบุชื่อ")
    (card,) = bot.said
    assert [value for _, value in card.lines] == [
        "ถนน ทางเท้า",
        "หน้าตลาดสด หมู่ 3",
        "ถนนเป็นหลุมลึกมาก รถล้มบ่อย",
        "ไม่แนบ",
        "ไม่ระบุชื่อ",
    ]
    assert sum(label.startswith("แก้ไข") for label in bot.labels()) == len(card.lines)
    assert "รับรองว่าข้อมูลข้างต้นเป็นความจริง" in card.text
    assert bot.labels()[0] == "ยืนยันและส่ง"


def test_progress_falls_but_never_rises_on_the_way(citizen, bot):
    import regex

    totals = []
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ")
    for say in ("1", "หน้าตลาด หมู่ 3", "ถนนเป็นหลุมลึกมาก", "ข้าม", "แจ้งชื่อ", "สมชาย ใจดี"):
        totals.append(tuple(map(int, regex.search(r"ข้อ (\d+)/(\d+)", bot.asked).groups())))
        citizen.says(say)
    assert [n for n, _ in totals] == [1, 2, 3, 4, 5, 6]
    assert [m for _, m in totals] == sorted((m for _, m in totals), reverse=True)
    assert totals[0][1] == 8
    assert totals[-1][1] == 7


def test_every_press_is_stamped_with_flow_draft_and_step(citizen, bot):
    citizen.says("ร้องเรียน/ร้องทุกข์").taps("รับทราบและทำต่อ")
    stamp = read_stamp(next(c.value for c in bot.choices if c.label == "ถนน ทางเท้า"))
    draft = citizen.remembered.talk.draft
    assert (stamp.flow, stamp.draft, stamp.step, stamp.value) == ("complaint", draft, "category", "road")


def test_a_second_tap_gives_the_same_number_again(citizen, bot):
    citizen.at_identity().taps("ไม่ระบุชื่อ")
    confirm = next(choice.value for choice in bot.choices if choice.label == "ยืนยันและส่ง")
    first = citizen.presses(confirm).bot.said
    assert citizen.presses(confirm).bot.said == first
    assert citizen.says("ยืนยันและส่ง").bot.said == first
    assert citizen.presses(confirm, ago=300).bot.said == first  # redelivered late
    assert len(citizen.wished(OpenCase)) == 1


def test_a_second_tap_during_another_talk_gives_the_number_and_the_question(citizen, bot):
    citizen.at_identity().taps("ไม่ระบุชื่อ")
    confirm = next(choice.value for choice in bot.choices if choice.label == "ยืนยันและส่ง")
    citizen.presses(confirm).says("แจ้งเบาะแสทุจริต").presses(confirm)
    assert "เลขรับที่ 1/2569" in bot.said[0].title
    assert "ข้อ 1/" in bot.asked
    assert len(citizen.wished(OpenCase)) == 1
