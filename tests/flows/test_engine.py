"""The engine with a small flow of its own: what the complaint does not need, the next flow may."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.book import book_of
from flows.checks import era_date
from flows.conversation import Memory, hear
from flows.effects import AddPapers, Forget
from flows.engine import advance
from flows.events import SentFile, SentPlace, Told, Typed
from flows.menu import page_greeting
from flows.options import Option
from flows.scene import Scene
from flows.state import State, next_step
from flows.steps import Choose, Files, Flow, Review, Text, given
from flows.talks import begin
from tests.flows.conftest import OFFICE, START, Citizen, picture, words

KIND = Choose(key="kind", title="ชนิด", question="ชนิดใด", of=(Option("a", "ก"), Option("b", "ข")))
DAY = Text(key="day", title="วันที่", question="วันใด", check=era_date, when=given("kind", "a"))


def flow(*steps, name="small") -> Flow:
    return Flow(
        name, 1, f"เรื่อง {name}", (*steps, Review()), lambda draft, answers, files: AddPapers(draft, files, str(answers))
    )


def run(a_flow: Flow, *events, state: State | None = None):
    state = state or State(a_flow.name, 1, "d", START)
    for event in events:
        turn = advance(a_flow, state, event, START)
        state = turn.state
    return turn


def typed(text: str) -> Typed:
    return Typed(text, START)


def test_the_next_step_is_the_first_that_applies_without_an_answer():
    small = flow(KIND, DAY)
    assert next_step(small, {}).key == "kind"
    assert next_step(small, {"kind": "a"}).key == "day"
    assert next_step(small, {"kind": "b"}).key == "review"
    assert next_step(small, {"kind": "b", "day": "2026-11-21"}).key == "review"  # an answer off the path steers nothing


def test_only_answers_on_the_path_reach_the_office():
    turn = run(flow(KIND, DAY), typed("ก"), typed("21/11/2569"), typed("แก้ไข 1"), typed("ข"), typed("ยืนยันและส่ง"))
    assert turn.effects == (AddPapers("d", (), str({"kind": "b"})),)
    assert turn.state.over == "filed"


def test_papers_that_are_needed_are_insisted_on():
    small = flow(Files(key="card", title="สำเนา", question="ส่งสำเนา", at_least=1))
    assert "อย่างน้อย 1" in words(run(small, typed("ส่งครบแล้ว")).messages[0])
    assert "ข้ามไม่ได้" in words(run(small, typed("ข้าม")).messages[0])
    assert "ส่งรูปหรือไฟล์" in words(run(small, typed("อะไรก็ไม่รู้")).messages[0])
    turn = run(small, SentFile(picture("a"), START), typed("ส่งครบแล้ว"), typed("ยืนยันและส่ง"))
    assert turn.effects[0].files == (picture("a"),)


def test_a_flow_without_papers_or_place_declines_them():
    turn = run(flow(KIND), SentFile(picture("a"), START))
    assert turn.effects == (Forget((picture("a"),)),)
    assert "ไม่ต้องใช้ตำแหน่ง" in words(run(flow(KIND), SentPlace(1.0, 2.0, START)).messages[0])


def test_more_choices_than_buttons_are_still_numbered():
    many = flow(Choose(key="m", title="ม", question="ใด", of=tuple(Option(str(n), f"ข้อที่ {n}") for n in range(1, 21))))
    turn = run(many, typed("อะไร"))
    assert "20. ข้อที่ 20" in words(turn.messages[0])
    assert len(turn.messages[0].choices) == 13
    assert run(many, typed("๒๐")).state.answers["m"] == "20"


def test_a_question_in_between_is_reworded_too():
    small = flow(KIND, DAY)
    turn = run(small, typed("ก"), typed("ยกเลิก"), typed("ไม่แน่ใจ"), typed("อืม"), typed("เอ"))
    assert turn.state.mode == "cancel"
    assert "ติดต่อเจ้าหน้าที่" in [choice.label for choice in turn.messages[0].choices]
    assert run(small, typed("ย้อนกลับ"), state=turn.state).state.mode == ""


def test_at_most_three_drafts_wait(book):
    flows = [flow(KIND, DAY, name=f"f{number}") for number in range(5)]
    scene = Scene(book_of(OFFICE, *flows), START, lambda: "d")
    memory = Memory()
    for number in range(5):
        heard = begin(scene, memory, f"f{number}")
        memory = heard.memory
        if memory.talk:
            memory = Memory(advance(flows[number], memory.talk, typed("ก"), START).state, memory.parked)
    assert len(memory.parked) == 3
    assert memory.talk.flow == "f3"
    assert "ค้างอยู่ 3 เรื่องแล้ว" in words(heard.messages[0])


def told(book, key, value, memory=None):
    return hear(book, memory or Memory(), Told(key, value, START), START, lambda: "d").messages


@pytest.mark.parametrize(
    ("key", "value", "seen"),
    [
        ("case", None, "หากไม่ได้รับเลขรับ"),
        ("case_status", None, "ไม่พบเรื่อง"),
        ("my_cases", {"cases": [], "more": 0}, "ยังไม่พบเรื่อง"),
        ("papers_added", None, "ยังเพิ่มในเรื่องเดิมไม่ได้"),
        ("papers_added", {"number": 1, "year": 2569, "count": 0}, "เพิ่มข้อความ"),
        ("papers_added", {"number": 1, "year": 2569, "amended": True}, "รับข้อความที่ท่านแก้ไขแล้ว"),
        ("staff_called", {"phone": "054-111-111", "open": True}, "หากเร่งด่วน โทร 054-111-111"),
        ("staff_called", None, "054-000-000"),
    ],
)
def test_whatever_the_office_says_can_be_told(book, key, value, seen):
    assert seen in words(told(book, key, value)[0])


def test_an_answer_nobody_asked_for_is_passed_over(book):
    assert told(book, "novel", {"x": 1}) == ()


def test_a_case_told_twice_is_acknowledged_twice_alike(book):
    citizen = Citizen(book).files_a_complaint()
    case = next(iter(citizen.cases.values()))
    assert told(book, "case", {**case, "again": True}, citizen.remembered) == citizen.bot.said


def test_the_greeting_of_a_page_fits_whatever_the_office_is_called(book):
    office = replace(book.office, short_name="องค์การบริหารส่วนจังหวัดพระนครศรีอยุธยา")
    assert len(page_greeting(office).encode("utf-16-le")) // 2 <= 160  # Messenger Profile API, greeting
