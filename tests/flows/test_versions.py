"""A deployment strands nobody: keys are frozen per version, renamed keys are carried over ."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.book import AnotherBook, Book, book_of, open_book
from flows.conversation import Memory, hear
from flows.effects import Forget
from flows.events import Typed
from flows.state import State, next_step, upgrade
from flows.steps import Choose
from flows.talks import known
from tests.flows.conftest import OFFICE, START, Citizen, picture, words

#: Step keys and choice keys of every released (flow, version); the office's categories are configuration.
FROZEN = {
    ("complaint", 1): (
        "notice category place landmark details files identity[open confidential anonymous] name phone callback review"
    ),
    ("tip", 1): (
        "notice category place landmark details files identity[open confidential anonymous] name phone callback"
        " evidence review"
    ),
}

WHAT_TO_DO = """
The keys of {flow} version {version} have changed, and drafts with the old keys are out there.
1. Raise `version` of the flow.
2. Put renamed keys into its `upgrades`: {{{version}: {{"old": "new"}}}}. A key that is merely gone needs nothing.
3. Add the new version to FROZEN, keep the old line, and write a test that carries an old draft over.
"""


def keys(flow):
    configured = {"category", "notice"}
    parts = []
    for step in flow.steps:
        options = [option.key for option in step.of] if isinstance(step, Choose) and step.key not in configured else []
        parts.append(f"{step.key}[{' '.join(options)}]" if options else step.key)
    return " ".join(parts)


def test_every_flow_in_the_book_is_frozen(book):
    assert set(book.flows) <= set(FROZEN)


@pytest.mark.parametrize(("flow", "version"), list(FROZEN))
def test_keys_of_a_released_version_do_not_change(book, flow, version):
    known = book.flows.get((flow, version))
    if known is not None:
        assert keys(known) == FROZEN[flow, version], WHAT_TO_DO.format(flow=flow, version=version)


def test_every_step_has_a_title_a_question_and_a_key_of_its_own(book):
    for flow in book.flows.values():
        assert len({step.key for step in flow.steps}) == len(flow.steps)
        for step in flow.steps:
            assert step.title
            assert step.question or step.key == "review"


def newer(book: Book) -> Book:
    """A book in which `details` is called `story`, and a question has been added."""
    old = book.latest("complaint")
    steps = tuple(replace(step, key="story") if step.key == "details" else step for step in old.steps)
    steps = tuple(replace(step, words_to="story") if step.key == "files" else step for step in steps)
    return book_of(OFFICE, replace(old, version=2, steps=steps, upgrades={1: {"details": "story"}}))


def test_a_draft_is_carried_to_the_new_version_with_its_answers(book):
    citizen = Citizen(book).at_files()
    citizen.book = newer(book)
    citizen.says("รูปอยู่ที่บ้าน").says("ย้อนกลับ")
    talk = citizen.remembered.talk
    assert talk.version == 2
    assert talk.aside["story"] == "ถนนเป็นหลุมลึกมาก รถล้มบ่อย\nรูปอยู่ที่บ้าน"
    assert "details" not in talk.answers


def test_a_draft_stays_on_its_version_while_that_is_in_the_book(book):
    both = Book(OFFICE, {**book.flows, **newer(book).flows})
    citizen = Citizen(book).at_details()
    citizen.book = both
    citizen.says("ถนนเป็นหลุมลึก")
    assert citizen.remembered.talk.version == 1


def test_an_older_code_reads_a_newer_draft_and_keeps_what_it_does_not_know(book):
    state = State("complaint", 3, "d", START, answers={"notice": "1", "category": "road", "novel": 1})
    flow = book.pinned("complaint", 3)
    assert upgrade(flow, state) == state
    assert next_step(flow, state.answers).key == "place"


def test_a_choice_the_office_has_removed_is_asked_again(book):
    answers = {"notice": "1", "category": "gone", "place": {"words": "ตลาด"}}
    assert next_step(book.latest("complaint"), answers).key == "category"


def test_a_draft_whose_flow_is_gone_waits_for_its_return(book):
    citizen = Citizen(book).at_files().sends_photo("a")
    citizen.book = book_of(OFFICE, book.latest("tip"))
    citizen.says("สวัสดี")
    assert "ไม่มีสิทธิ" in words(citizen.bot.said[0])
    citizen.says("ทำต่อ")
    assert "ไม่มีเรื่องที่พักไว้" in words(citizen.bot.said[0])
    citizen.book = book
    citizen.says("ทำต่อ")
    assert citizen.remembered.talk.refs == (picture("a"),)
    assert citizen.wished(Forget) == []


def test_a_message_taken_back_takes_along_a_draft_whose_flow_is_gone(book):
    citizen = Citizen(book).at_files().sends_photo("a")
    citizen.book = book_of(OFFICE, book.latest("tip"))
    citizen.says("สวัสดี").unsends(picture("a").message_id)
    assert Forget((picture("a"),)) in citizen.wished(Forget)
    assert citizen.remembered.parked == ()


def test_what_was_asked_about_a_draft_whose_flow_is_gone_is_asked_no_more(book):
    citizen = Citizen(book).at_files().says("พัก").sends_photo("b").taps("แจ้งเรื่องร้องเรียน")
    assert citizen.remembered.asking.kind == "again"
    citizen.book = book_of(OFFICE, book.latest("tip"))
    citizen.says("สวัสดี")
    assert citizen.wished(Forget) == [Forget((picture("b"),))]
    assert "ไม่มีสิทธิ" not in words(citizen.bot.said[0])


def test_a_draft_of_a_service_that_a_newer_program_began_is_left_alone(book):
    draft = replace(Citizen(book).at_files().remembered.talk, flow="petition.tram", version=2)
    with pytest.raises(AnotherBook):
        known(book, Memory(talk=draft))


def test_memory_is_tolerant():
    assert Memory.from_data({}) == Memory()
    assert Memory.from_data({"novel": 1, "notice": 2, "parked": None}) == Memory(notice=2)


def test_memory_of_a_newer_program_is_read(book):
    citizen = Citizen(book).at_files().sends_photo("a").says("พัก").sends_photo("b")
    data = citizen.memory
    data["parked"][0]["novel"] = data["asking"]["novel"] = data["parked"][0]["files"][0]["file"]["novel"] = 1
    memory = Memory.from_data(json.loads(json.dumps(data)))
    assert memory == citizen.remembered
    assert memory.to_data() == Memory.from_data(memory.to_data()).to_data()


def test_a_turn_depends_on_nothing_but_its_arguments(book):
    now = datetime(2026, 11, 21, tzinfo=UTC)
    event = Typed("ร้องเรียน/ร้องทุกข์", now)
    assert hear(book, Memory(), event, now, lambda: "d") == hear(open_book(OFFICE), Memory(), event, now, lambda: "d")
