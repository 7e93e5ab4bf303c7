"""ยื่นคำร้อง/คำขอ in the conversation: the list, what is needed, papers one by one, and a way out at every point."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import late
from flows.book import open_book
from flows.catalogue import options
from flows.effects import Forget, GiveLink, OpenCase
from flows.events import Told
from flows.memory import Asking
from flows.petition_steps import Count, Day, NationalId
from flows.preview import preview_page
from flows.registers import WORDS, staff_book
from flows.state import Got, present_step
from flows.steps import Choose, Files, Review
from services.catalogue import newest
from tests.flows.conftest import OFFICE, Citizen, picture
from tests.flows.test_anything import act, perform
from tests.house import SERVICES

BOOK = open_book(OFFICE, SERVICES)
MENU = "ยื่นคำร้อง/คำขอ"


@pytest.fixture
def citizen() -> Citizen:
    return Citizen(BOOK)


def begins(citizen: Citizen, label: str, *answers: str) -> Citizen:
    citizen.says(MENU).taps(label).taps("เริ่มยื่นคำขอ").says("รับทราบ")
    for answer in answers:
        citizen.says(answer)
    return citizen


def at_papers(citizen: Citizen) -> Citizen:
    trade = ("1", "1", "6", "ร้านสะอาดดี", "1", "12 ถนนศาลากลาง", "5", "4")
    return begins(citizen, "กิจการอันตรายฯ", *trade)


def test_a_service_is_found_by_number_label_or_name(citizen, bot):
    for words in ("2", "ขอใช้สถานที่", "สนามกีฬา"):
        citizen.says(MENU).says(words)
        assert "ขออนุญาตใช้สถานที่และสนามกีฬา" in bot.asked
        citizen.says("ดูบริการอื่น")
        assert "ต้องการยื่นคำขอใด" in bot.asked


def test_many_services_are_shown_in_groups(citizen, bot):
    many = [
        replace(SERVICES[0], key=f"s{n}", title=f"บริการที่ {n}", label=f"บริการ {n}", group=f"หมวด {n % 3}")
        for n in range(20)
    ]
    citizen.book = open_book(OFFICE, many)
    citizen.says(MENU)
    assert "1. หมวด 0" in bot.asked
    citizen.taps("หมวด 1")
    assert "บริการที่ 4" in bot.asked
    assert len(options(citizen.book, "หมวด 1")) == 7


def test_what_is_typed_instead_of_a_choice_is_asked_again(citizen, bot):
    citizen.says(MENU).says("อะไรก็ได้ที่ไม่มีในรายการนี้เลยนะ")
    assert "โปรดแตะปุ่ม หรือพิมพ์หมายเลข" in bot.asked
    assert citizen.remembered.asking.kind == "choose"


def test_a_condition_follows_the_answer_it_hangs_on(citizen, bot):
    at_papers(citizen)
    assert "เอกสารที่ 1 จาก 4" in bot.asked
    citizen.says("แก้ไข").says("แก้ไขประเภทคำขอ").says("ต่ออายุใบอนุญาต")
    assert "ใบอนุญาตเดิมเลขที่เท่าใด" in bot.asked
    citizen.says("12/2568")
    assert "เอกสารที่ 1 จาก 3" in bot.asked


def test_pages_belong_to_the_paper_that_was_open_and_can_be_sent_again(citizen, bot):
    at_papers(citizen).sends_photo("a", ("set", 1, 2)).sends_photo("b", ("set", 2, 2))  # the paper has two pages
    assert "เอกสารที่ 2 จาก 4" in bot.asked
    citizen.sends_photo("c").says("ลบไฟล์ล่าสุด")
    assert citizen.wished(Forget)[-1].files[0].message_id == "m-c"
    citizen.sends_photo("d").taps("ส่งครบแล้ว")
    papers = [got.file.paper for got in citizen.remembered.talk.files]
    assert papers == ["id_card", "id_card", "house"]


def test_a_late_picture_of_an_album_joins_its_own_paper(citizen, bot):
    at_papers(citizen).taps("ส่งทีหลัง").sends_photo("c", ("set", 1, 3)).taps("ส่งครบแล้ว")
    assert "เอกสารที่ 3 จาก 4" in bot.asked
    citizen.sends_photo("d", ("set", 2, 3))
    assert [got.file.paper for got in citizen.remembered.talk.files] == ["house", "house"]
    assert "แนบไว้กับเอกสาร “ทะเบียนบ้าน" in bot.text


def test_a_required_paper_is_sent_or_put_off_but_not_skipped(citizen, bot):
    at_papers(citizen).says("ข้าม")
    assert "จึงข้ามไม่ได้" in bot.asked
    citizen.taps("ส่งครบแล้ว")
    assert "หรือแตะ “ส่งทีหลัง”" in bot.asked
    citizen.taps("ส่งทีหลัง").says("ย้อนกลับ")
    assert "คำตอบเดิม: ส่งทีหลัง (ภายใน 15 วันทำการ" in bot.asked


def test_who_acts_for_another_shows_the_authority(citizen, bot):
    begins(citizen, "คัด/รับรองเอกสาร", "ยื่นแทนผู้อื่น", "งบประมาณ ปี 2569", "1", "1", "ใช้ศึกษา", "ข้าม")
    assert "หนังสือมอบอำนาจ" in bot.asked
    citizen.taps("ส่งทีหลัง")
    assert "www.rd.go.th" in bot.asked
    citizen.taps("ชำระ e-Stamp แล้ว").says("จ่ายแล้ว")
    assert "โปรดพิมพ์ตัวเลขและตัวอักษรอังกฤษ" in bot.asked
    citizen.says("๒๕๖๙ 1124-00012a")
    at_check_page(citizen).taps("ยืนยันและส่ง")
    (filed,) = citizen.wished(OpenCase)
    assert ("stamp", "รหัส e-Stamp", "25691124-00012A") in filed.petition.answers


@pytest.mark.parametrize("answer", ["ติดอากรแสตมป์แล้ว", "ยังไม่ได้ชำระ"])
def test_who_has_a_stamp_of_paper_or_none_yet_is_asked_for_no_code(citizen, answer):
    begins(citizen, "คัด/รับรองเอกสาร", "ยื่นแทนผู้อื่น", "งบประมาณ ปี 2569", "1", "1", "ใช้ศึกษา", "ข้าม")
    citizen.taps("ส่งทีหลัง").taps(answer)
    assert citizen.remembered.talk.answers["stamp_by"] in {"paper", "later"}
    at_check_page(citizen).taps("ยืนยันและส่ง")
    (filed,) = citizen.wished(OpenCase)
    assert "stamp" not in {key for key, _, _ in filed.petition.answers}


def test_a_choice_is_shown_whole_although_its_button_is_short(citizen, bot):
    begins(citizen, "กองทุนฟื้นฟูฯ", "ยินยอม", "ตนเอง", "อุปกรณ์เครื่องช่วย เช่น รถเข็น เตียงผู้ป่วย", "ย้อนกลับ")
    assert "คำตอบเดิม: อุปกรณ์เครื่องช่วย เช่น รถเข็น เตียงผู้ป่วย" in bot.asked
    assert "อุปกรณ์เครื่องช่วย…" in bot.labels()


def test_a_day_is_bounded_and_shown_in_the_buddhist_era(citizen, bot):
    begins(citizen, "ขอใช้รถราง", "1", "25", "21/11/2569")
    assert "วันแรกที่เลือกได้คือวันพุธที่ 25 พฤศจิกายน 2569" in bot.asked
    citizen.says("๑ ธ.ค. ๖๙").says("ย้อนกลับ")
    assert "คำตอบเดิม: วันอังคารที่ 1 ธันวาคม 2569" in bot.asked


def test_the_preview_shows_every_question_and_button_of_every_service():
    page = preview_page(BOOK)
    for service in SERVICES:
        for step in BOOK.latest(service.flow).steps:
            assert step.title in page
        for question in service.questions:
            assert all(pick.label in page for pick in question.choices)
    for flow in (*(BOOK.latest(name) for name in ("complaint", "tip")), *staff_book(BOOK, WORDS).flows.values()):
        assert all(escape(step.title) in page for step in flow.steps)
    assert "http" not in page.replace("https://example.go.th", "")  # needs no network


def test_the_newest_version_is_offered():
    old, new = SERVICES[0], replace(SERVICES[0], version=2)
    assert newest([new, old]) == (new,)


@pytest.mark.parametrize("service", ["ขอใช้รถราง", "กิจการอันตรายฯ"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(acts=st.lists(act, max_size=25))
def test_whatever_a_citizen_does_we_have_something_to_say(service, acts):
    citizen = Citizen(BOOK)
    begins(citizen, service)
    for what, how in acts:
        perform(citizen, what, how)
        drafts = [effect.draft for effect in citizen.wished(OpenCase)]
        assert len(drafts) == len(set(drafts))


def test_a_draft_is_filed_by_the_version_it_was_begun_in(citizen, bot):
    begins(citizen, "ข้อมูลใบอนุญาต", "1")
    old = next(one for one in SERVICES if one.key == "licence_data")
    new = replace(old, version=2, questions=old.questions[:1])
    citizen.book = open_book(OFFICE, [new], [old])
    citizen.says("ร้านสะอาดดี").says("ข้าม").taps("ยืนยันและส่ง")
    (filed,) = citizen.wished(OpenCase)
    assert (filed.category, filed.version) == ("licence_data", 1)
    assert [key for key, _, _ in filed.petition.answers] == ["licence", "which"]
    begins(citizen, "ข้อมูลใบอนุญาต", "1")
    assert citizen.step == "review"  # the new version asks no more


ANSWERS = {
    Day: "20/12/2569",
    Count: "10",
    NationalId: "1101700230708",
    "name": "สมชาย ใจดี",
    "phone": "0812345678",
    "email": "somchai@example.com",
}


def at_check_page(citizen: Citizen) -> Citizen:
    flow = BOOK.latest(citizen.remembered.talk.flow)
    while not isinstance(step := present_step(flow, citizen.remembered.talk), Review):
        if isinstance(step, Files):
            citizen.says("ส่งทีหลัง" if step.later else "ข้าม")
        elif isinstance(step, Choose):
            citizen.says("1")
        else:
            citizen.says(ANSWERS.get(step.key) or ANSWERS.get(type(step), "ถนนหน้าตลาดสด หมู่ 3"))
    return citizen


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.key)
def test_every_service_can_be_filed(citizen, bot, service):
    """Always the first choice, and every paper that may be put off is."""
    at_check_page(begins(citizen, service.label)).taps("ยืนยันและส่ง")
    (filed,) = citizen.wished(OpenCase)
    assert (filed.kind, filed.category, filed.notice) == ("petition", service.key, 1)
    assert {key for key, _, state in filed.petition.papers if state == "later"} >= {
        paper.key for paper in service.papers if paper.required and not paper.when
    }
    assert bool(filed.name) == service.named
    assert "เลขรับที่ 1/2569" in bot.text


def test_a_day_that_is_over_when_the_petition_is_confirmed_is_asked_again(citizen, bot):
    """The other answers stay."""
    at_check_page(begins(citizen, "ขอใช้รถราง", "1", "25", "26/11/2569")).waits(days=6)
    citizen.taps("ยืนยันและส่ง")
    assert not citizen.wished(OpenCase)
    assert "วันพฤหัสบดีที่ 26 พฤศจิกายน 2569 เลือกไม่ได้แล้ว วันแรกที่เลือกได้คือ" in bot.asked
    citizen.says("20/12/2569")
    assert citizen.step == "review"
    citizen.taps("ยืนยันและส่ง")
    (filed,) = citizen.wished(OpenCase)
    assert filed.petition.room.day == "2026-12-20"


def test_pages_of_a_paper_that_is_asked_for_no_longer_are_let_go(citizen):
    begins(citizen, "คัด/รับรองเอกสาร", "ยื่นแทนผู้อื่น", "งบประมาณ ปี 2569", "1", "1", "ใช้ศึกษา", "ข้าม")
    citizen.sends_photo("authority").taps("ส่งครบแล้ว").taps("ยังไม่ได้ชำระ")
    citizen.says("แก้ไข").says("แก้ไขผู้ยื่นคำขอ").says("ยื่นเพื่อตนเอง")
    at_check_page(citizen).taps("ยืนยันและส่ง")
    (filed,) = citizen.wished(OpenCase)
    assert filed.files == ()
    assert [file.message_id for file in citizen.wished(Forget)[-1].files] == ["m-authority"]


def test_nothing_is_kept_before_the_consent(citizen, bot):
    begins(citizen, "สงเคราะห์ผู้ป่วย").sends_photo("certificate")
    assert "โปรดตอบเรื่องความยินยอมก่อน" in bot.asked
    assert citizen.remembered.talk.files == ()
    assert citizen.wished(Forget)
    citizen.says("ไฟล์ใหญ่")
    assert "โปรดตอบเรื่องความยินยอมก่อน" in bot.asked
    assert not citizen.wished(GiveLink)


def test_a_file_at_the_end_joins_the_paper_that_is_awaited_not_the_one_passed_over(citizen):
    at_papers(citizen).says("ส่งทีหลัง").sends_photo("house").says("ส่งครบแล้ว").says("ส่งทีหลัง").says("ข้าม")
    citizen.sends_photo("card")
    talk = citizen.remembered.talk
    assert [got.file.paper for got in talk.files] == ["house", "id_card"]
    assert [talk.answers[key] for key in ("id_card", "map", "hearing")] == ["done", "later", None]


def test_a_page_that_may_be_hard_to_read_is_told_once_for_each_paper(citizen, bot):
    """B32: a hint, which blocks nothing; of an album it stands in the remark that stays."""
    hint = "ภาพอาจไม่ชัด"
    at_papers(citizen).sends_photo("a", ("set", 1, 2), hint).sends_photo("b", ("set", 2, 2), hint)
    assert bot.asked.count(hint) == 1
    assert "พิมพ์ “แก้ไข” เพื่อส่งใหม่" in bot.asked  # the next page is one of the next paper
    citizen.sends_photo("c")
    assert hint not in bot.asked
    citizen.sends_photo("d", ("other", 1, 2), hint).sends_photo("e", ("other", 2, 2))
    assert bot.asked.count(hint) == 1
    citizen.sends_photo("f", hint=hint)
    assert hint not in bot.asked


def test_a_picture_of_a_road_need_not_be_legible(citizen, bot):
    citizen.at_files().sends_photo("a", hint="ภาพอาจไม่ชัด")
    assert "ได้รับรูปแล้ว (รวม 1 ไฟล์)\n\n" in bot.asked


def test_a_late_page_that_may_be_hard_to_read_is_told_too(citizen, bot):
    case = {"draft": "d9", "number": 7, "year": 2569, "missing": [{"key": "map", "title": "แผนที่", "reason": ""}]}
    citizen.says("สวัสดี").does(Told("late_papers", case, citizen.now)).sends_photo("a", hint="ภาพมืดไป")
    assert "(รวม 1 ไฟล์)\nภาพมืดไป" in bot.asked


def test_a_link_for_a_late_paper_is_for_that_paper(citizen, bot):
    case = {"draft": "d9", "number": 7, "year": 2569, "missing": [{"key": "map", "title": "แผนที่", "reason": ""}]}
    citizen.says("สวัสดี").does(Told("late_papers", case, citizen.now)).taps("ไฟล์ใหญ่")
    assert citizen.wished(GiveLink) == [GiveLink("d9", "map")]
    assert "ลิงก์นี้ใช้ได้เฉพาะเอกสาร “แผนที่” จนถึง" in bot.said[0].text
    assert "โปรดส่งรูปหรือไฟล์ของ “แผนที่”" in bot.asked


def test_before_a_link_it_is_asked_for_which_of_several_late_papers(citizen, bot):
    papers = [{"key": key, "title": title, "reason": ""} for key, title in (("map", "แผนที่"), ("house", "ทะเบียนบ้าน"))]
    case = {"draft": "d9", "number": 7, "year": 2569, "missing": papers, "large": True}
    citizen.says("สวัสดี").does(Told("late_papers", case, citizen.now))
    assert "โปรดเลือกเอกสารที่จะส่งทางหน้าส่งไฟล์" in bot.asked
    citizen.taps("ทะเบียนบ้าน")
    assert citizen.wished(GiveLink) == [GiveLink("d9", "house")]


@pytest.mark.parametrize(
    ("paper", "pages", "rest", "asked"),
    [
        ("map", 0, ["house"], ""),  # it has come by the page
        ("house", 0, ["house"], "house"),  # another one has
        ("", 0, ["house"], "house"),  # the choice has become none
        ("map", 1, ["house"], "map"),  # its pages in the chat wait for ส่งครบแล้ว
        ("map", 0, [], ""),
    ],
)
def test_the_question_for_a_paper_ends_when_it_has_come_by_the_page(paper, pages, rest, asked):
    papers = {key: {"key": key, "title": key, "reason": ""} for key in ("map", "house")}
    files = (Got(picture("p")),) * pages
    case = {"draft": "d9", "missing": list(papers.values())}
    asking = Asking("late", "t", datetime(2026, 11, 24, tzinfo=UTC), case=case, paper=paper, files=files)
    after = late.goes_on(asking, {"draft": "d9", "missing": [papers[key] for key in rest]})
    assert (late.paper_of(after)["key"] if after else "") == asked
    assert late.goes_on(asking, {"draft": "other", "missing": []}) is asking
