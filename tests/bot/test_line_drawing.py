"""What we say, as LINE's JSON: the same as last time (golden files), and always something that LINE takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.drawing import LINE, cut, in_words
from bot.limits import GATHERED
from bot.line_drawing import draw
from flows.menu import greeting, menu_card
from flows.messages import Card, Choice, GiveFile, Message, Picture, Say, from_data, to_data
from flows.status import acknowledgement, case_card
from flows.steps import Text, shown
from flows.words import emergency_card
from office.notices import case_card as staff_card
from sandbox.judge import judge
from services.office import Office
from tests.house import labels, words

GOLDEN = Path(__file__).parent / "golden"

CASE = {
    "number": 1, "year": 2569, "code": "K7QF-2MXA", "kind": "complaint", "category": "ถนนและทางเท้า", "channel": "line",
    "received_at": "2026-11-24T10:01:50+07:00", "arrived_at": "2026-11-24T10:01:50+07:00", "after_hours": False,
    "due": "2026-12-03", "days_left": 7, "status": "รับเรื่องแล้ว", "ended": False, "unit": "กองช่าง",
    "phone": "0 2000 1240", "history": [{"at": "2026-11-24T10:01:50+07:00", "text": "รับเรื่องแล้ว"}],
}  # fmt: skip
TIP = {**CASE, "kind": "tip", "category": "แจ้งเบาะแส"}
NIGHT = {
    **CASE,
    "arrived_at": "2026-12-04T17:00:00+07:00",
    "received_at": "2026-12-08T08:30:00+07:00",
    "after_hours": True,
}


def samples(office: Office) -> dict[str, list[Message]]:
    """What is drawn, by the name of its golden file."""
    question = Say(
        "ข้อ 2/8 · สถานที่เกิดเหตุ\nปัญหาอยู่ที่ใด",
        choices=(
            Choice("เลือกบนแผนที่", kind="place"),
            Choice("ถ่ายรูป", kind="camera"),
            Choice("เลือกรูป", kind="album"),
            Choice("ถนน ทางเท้า", "complaint:3f9a1c/category=road"),
            Choice("ย้อนกลับ", kind="say"),
        ),
    )
    return {
        "greeting": [greeting(office, again=False), menu_card(office)],
        "emergency": [emergency_card(office)],
        "question": [question],
        "acknowledgement": [acknowledgement(office, CASE)],
        "acknowledgement-at-night": [acknowledgement(office, NIGHT)],
        "status": [case_card(CASE)],
        "status-of-a-tip": [case_card(TIP)],
        "staff-card": [staff_card(CASE)],
        "staff-card-urgent": [staff_card(CASE, urgent=True)],
        "staff-card-of-a-tip": [staff_card(TIP)],
        "burst": [staff_card({**CASE, "number": number}) for number in range(1, 15)],
        "picture": [Picture(url="https://x.go.th/a.png", preview_url="https://x.go.th/b.png", alt="คิวอาร์โค้ด")],
        "file": [GiveFile(url="https://x.go.th/a.pdf", title="ใบเสร็จรับเงิน")],
    }


NAMES = (
    "greeting", "emergency", "question", "acknowledgement", "acknowledgement-at-night", "status", "status-of-a-tip",
    "staff-card", "staff-card-urgent", "staff-card-of-a-tip", "burst", "picture", "file",
)  # fmt: skip


def faults(messages: list[dict[str, Any]]) -> list[Any]:
    return judge("PushMessageRequest", {"to": "U" + "1" * 32, "messages": messages})


@pytest.mark.parametrize("name", NAMES)
def test_it_is_drawn_as_it_was(office: Office, name: str, request: pytest.FixtureRequest) -> None:
    """`pytest tests/bot --update-golden` writes the files anew; then look at the difference."""
    drawn, path = draw(samples(office)[name]), GOLDEN / f"{name}.json"
    if request.config.getoption("--update-golden"):
        path.write_text(json.dumps(drawn, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    assert drawn == json.loads(path.read_text())
    assert faults(drawn) == []


def test_there_is_no_golden_file_without_its_sample(office: Office) -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(NAMES) == set(samples(office))


# --- buttons ---

KINDS = {
    "press": (Choice("ถนน", "stamp"), {"type": "postback", "label": "ถนน", "data": "stamp", "displayText": "ถนน"}),
    "say": (Choice("เมนู", kind="say"), {"type": "message", "label": "เมนู", "text": "เมนู"}),
    "say something else": (
        Choice("ดู 1/2569", "K7QF-2MXA", "say"),
        {"type": "message", "label": "ดู 1/2569", "text": "K7QF-2MXA"},
    ),
    "place": (Choice("แผนที่", kind="place"), {"type": "location", "label": "แผนที่"}),
    "camera": (Choice("ถ่ายรูป", kind="camera"), {"type": "camera", "label": "ถ่ายรูป"}),
    "album": (Choice("เลือกรูป", kind="album"), {"type": "cameraRoll", "label": "เลือกรูป"}),
    "link": (Choice("เปิด", "https://x.go.th/a", "link"), {"type": "uri", "label": "เปิด", "uri": "https://x.go.th/a"}),
}


@pytest.mark.parametrize(("choice", "action"), KINDS.values(), ids=KINDS.keys())
def test_each_kind_of_choice_is_a_quick_reply(choice: Choice, action: dict[str, str]) -> None:
    (drawn,) = draw([Say("?", choices=(choice,))])
    assert drawn["quickReply"]["items"] == [{"type": "action", "action": action}]
    assert faults([drawn]) == []


def test_a_call_dials_the_number_as_phones_want_it() -> None:
    (drawn,) = draw(
        [Card("โทร", actions=(Choice("โทร", "0 2000 1234", "call"), Choice("โทร", "+66 2 000 1234", "call")))]
    )
    assert [button["action"]["uri"] for button in drawn["contents"]["footer"]["contents"]] == [
        "tel:020001234",
        "tel:+6620001234",
    ]


def test_labels_are_cut_by_what_a_reader_sees() -> None:
    """ที่ is one letter to LINE, three to Python."""
    label = "ที่" * 25
    (drawn,) = draw([Card("ก", actions=(Choice(label, "v"),), choices=(Choice(label, "v"),))])
    quick, framed = drawn["quickReply"]["items"][0]["action"], drawn["contents"]["footer"]["contents"][0]["action"]
    assert quick["label"] == "ที่" * 20
    assert framed["label"] == label
    assert quick["displayText"] == label
    assert faults([drawn]) == []


def test_thirteen_buttons_and_no_more() -> None:
    (drawn,) = draw([Say("?", choices=tuple(Choice(str(n), f"v{n}") for n in range(20)))])
    assert len(drawn["quickReply"]["items"]) == 13
    assert faults([drawn]) == []


def test_quick_replies_stand_below_the_last_message_whoever_brought_them() -> None:
    asked = Say("ข้อ 1", choices=(Choice("ถนน", "a"),))
    assert [labels(message) for message in draw([asked, Say("ต่อ")])] == [[], ["ถนน"]]
    later = Say("ข้อ 2", choices=(Choice("ไฟ", "b"),))
    assert [labels(message) for message in draw([asked, later])] == [[], ["ไฟ"]]


# --- many at once ---


def test_up_to_five_go_as_they_are() -> None:
    five = [Say(str(n)) for n in range(5)]
    assert [message["text"] for message in draw(five)] == list("01234")


@pytest.mark.parametrize("count", [6, 12, 13, GATHERED])
def test_cards_become_carousels_that_lose_none(count: int) -> None:
    drawn = draw([staff_card({**CASE, "number": number}) for number in range(1, count + 1)])
    assert len(drawn) == -(-count // LINE.cards) <= LINE.at_once
    assert faults(drawn) == []
    told = "\n".join(words(message) for message in drawn)
    assert all(f"เรื่องใหม่ {number}/2569" in told for number in range(1, count + 1))


def test_as_many_as_are_gathered_fit_whatever_the_mixture(office: Office) -> None:
    card, said = staff_card(CASE), Say("มีประชาชนขอติดต่อเจ้าหน้าที่ โปรดเปิดแชตของหน่วยงานเพื่อตอบกลับ")
    for mixture in ([card, said] * (GATHERED // 2), [said] * GATHERED, [said, *[card] * (GATHERED - 1)]):
        drawn = draw(mixture)
        assert len(drawn) <= LINE.at_once
        assert faults(drawn) == []
        told = "\n".join(words(message) for message in drawn)
        assert told.count(said.text) == mixture.count(said)


def test_the_widest_cards_of_the_office_fit_into_one_carousel(office: Office) -> None:
    """50 KB, and each Thai letter is six bytes on the wire."""
    widest = {
        **CASE,
        "category": max((category.title for category in office.complaints), key=len),
        "unit": max((unit.name for unit in office.units), key=len),
        "number": 123456,
    }
    assert faults(draw([staff_card(widest)] * LINE.cards * 2)) == []


# --- text ---


def test_texts_are_cut_at_letters_as_readers_see_them() -> None:
    assert cut("สวัสดี", 6) == "สวัสดี"
    assert cut("กี่กี่กี่", 7) == "กี่กี่…"  # the next would be the tenth unit
    assert cut("กี่กี่กี่", 6) == "กี่…"
    assert cut("🍎🍎🍎", 5) == "🍎🍎…"
    assert cut("👩‍👩‍👧‍👦ก", 5) == "…"


units = st.integers(1, 50)


@given(st.text(max_size=80), units)
def test_cutting_keeps_within_the_limit_and_splits_nothing(text: str, limit: int) -> None:
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    short = cut(text, limit)
    assert len(short.encode("utf-16-le")) // 2 <= limit
    whole = regex.findall(r"\X", text)
    kept = short.removesuffix("…") if short != text else text
    assert text.startswith(kept)
    assert sum(len(part) for part in whole[: len(regex.findall(r"\X", kept))]) == len(kept)


def test_an_empty_text_is_still_a_message() -> None:
    assert faults(draw([Say(""), Card("ก", (("ชื่อ", ""),), text="")])) == []


# --- whatever it is, LINE takes it ---

thai = st.text(alphabet="กขคงจ่้ีุ 09\n🍎", max_size=30)
label = st.text(alphabet="กขคง่ีุ", min_size=1, max_size=40)
value = st.text(alphabet="abc:/=.!-", min_size=1, max_size=60)
choice = st.builds(Choice, label, value, st.sampled_from(["press", "say"])) | st.builds(
    Choice, label, st.just(""), st.sampled_from(["place", "camera", "album"])
)
framed = st.builds(Choice, label, value, st.sampled_from(["press", "say"]))
long_text = st.builds(lambda part, times: part * times, thai, st.sampled_from([1, 20, 300]))
says = st.builds(Say, text=long_text, choices=st.lists(choice, max_size=15).map(tuple))
cards = st.builds(
    Card,
    title=thai.filter(str.strip),
    lines=st.lists(st.tuples(thai, thai), max_size=10).map(tuple),
    text=thai,
    actions=st.lists(framed, max_size=6).map(tuple),
    choices=st.lists(choice, max_size=15).map(tuple),
    tone=st.sampled_from(["plain", "good", "urgent"]),
)
pictures = st.builds(
    Picture, url=st.just("https://x.go.th/a.png"), preview_url=st.just("https://x.go.th/b.png"), alt=thai
)
papers = st.builds(GiveFile, url=st.just("https://x.go.th/a.pdf"), title=thai.filter(str.strip))
anything = st.one_of(says, cards, pictures, papers)


@given(st.lists(anything, min_size=1, max_size=8))
def test_whatever_is_drawn_is_at_most_five_messages_that_line_takes(messages: list[Message]) -> None:
    drawn = draw(messages)
    assert 1 <= len(drawn) <= LINE.at_once
    assert faults(drawn) == []


@given(anything)
def test_what_is_kept_for_sending_comes_back_as_it_was(message: Message) -> None:
    assert from_data(json.loads(json.dumps(to_data(message)))) == message


def test_a_check_page_full_of_long_answers_still_fits(office: Office) -> None:
    """A bubble holds 30 KB; a letter may carry a tower of marks, and a citizen may write 4,000 characters anywhere."""
    tower = "ก" + "่" * 3999
    step = Text(key="details", title="รายละเอียด", question="?", check=str, long=True)
    lines = tuple((f"{n}. รายละเอียด", shown(step, tower)) for n in range(1, 9))
    assert faults(draw([Card("ตรวจสอบก่อนส่ง", lines, text="ข้าพเจ้าขอรับรอง")])) == []


def test_a_message_can_be_read_where_nothing_is_drawn(office: Office) -> None:
    card = Card("เรื่องใหม่ 1/2569", (("ประเภท", "ถนน"),), text="ด่วน")
    assert in_words(card) == "เรื่องใหม่ 1/2569\nประเภท: ถนน\nด่วน"
    assert draw([card])[0]["altText"] == in_words(card)


def test_an_old_phone_reads_everything_of_a_long_card_up_to_the_limit() -> None:
    (drawn,) = draw([Card("ก" * 100, (("ข" * 50, "ค" * 2000),))])
    assert len(drawn["altText"]) == LINE.alt
    assert faults([drawn]) == []
