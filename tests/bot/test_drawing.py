"""What fits where: whatever we say, the strict stand-ins take it as it is drawn, and nothing of it is lost or torn."""

from __future__ import annotations

from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import line_drawing, messenger_drawing
from bot.drawing import LINE, MESSENGER, cut, fitted, pieces, units
from flows.messages import Card, Choice, Message, Say
from sandbox.judge import judge as line_judge
from sandbox.messenger.errors import GraphError
from sandbox.messenger.judge import Judge

SYLLABLES = ("ขอ", "ให้", "ซ่อม", "ถนน", "ที่", "นี่", "น้ำ", "ปั๊ม", "กู้", "ภัย", "👨‍👩‍👧", "a", "1", " ", " ", "\n")
WORDS = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=40).map("".join).map(str.strip).filter(bool)
LONG = st.builds(lambda text, times: (text + " ") * times, WORDS, st.integers(1, 60))
CHOICES = st.lists(st.builds(Choice, WORDS, WORDS, st.sampled_from(("press", "say"))), max_size=20).map(tuple)
LINES = st.lists(st.tuples(WORDS, WORDS), max_size=6).map(tuple)
MESSAGES: st.SearchStrategy[Message] = st.one_of(
    st.builds(Say, text=LONG, choices=CHOICES),
    st.builds(Card, title=WORDS, lines=LINES, text=LONG, actions=CHOICES.map(lambda all_: all_[:6]), choices=CHOICES),
)


def on_messenger(messages: list[Message]) -> list[str]:
    """The faults that Meta would find in our calls, titles that it would cut among them."""
    judge = Judge()
    try:
        for call in messenger_drawing.draw(messages):
            judge.message(call.message)
    except GraphError as error:
        return [str(error.body())]
    return judge.cut


@settings(max_examples=60, deadline=None)
@given(MESSAGES)
def test_messenger_takes_whatever_we_say(message: Message) -> None:
    assert on_messenger([message]) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(MESSAGES, min_size=1, max_size=5))
def test_line_takes_whatever_we_say(messages: list[Message]) -> None:
    drawn = line_drawing.draw(messages)
    assert line_judge("PushMessageRequest", {"to": "U" + "1" * 32, "messages": drawn}) == []


@settings(max_examples=80, deadline=None)
@given(LONG, st.integers(20, 400))
def test_a_long_text_is_split_between_characters_and_nothing_is_lost(text: str, most: int) -> None:
    parts = list(pieces(text.strip(), most))
    assert all(units(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    graphemes = regex.findall(r"\X", "".join(text.split()))
    assert [g for part in parts for g in regex.findall(r"\X", "".join(part.split()))] == graphemes


@given(WORDS, st.integers(1, 30))
def test_what_is_cut_is_cut_between_characters(text: str, most: int) -> None:
    assert text.startswith(fitted(text, most))
    assert regex.findall(r"\X", text)[: len(regex.findall(r"\X", fitted(text, most)))] == regex.findall(
        r"\X", fitted(text, most)
    )
    assert units(cut(text, most)) <= max(most, 1)


def _buttons(count: int) -> dict[str, Any]:
    buttons = [{"type": "postback", "title": "ต่อไป", "payload": "x"}] * count
    return {"attachment": {"type": "template", "payload": {"template_type": "button", "text": "x", "buttons": buttons}}}


def _replies(count: int, title: str = "x") -> dict[str, Any]:
    return {"text": "x", "quick_replies": [{"content_type": "text", "title": title, "payload": "x"}] * count}


@pytest.mark.parametrize(
    ("message", "takes"),
    [
        ({"text": "ก" * MESSENGER.text}, True),
        ({"text": "ก" * 2001}, False),
        (_replies(MESSENGER.quick_replies), True),
        (_replies(MESSENGER.quick_replies + 1), False),
        (_buttons(MESSENGER.buttons), True),
        (_buttons(MESSENGER.buttons + 1), False),
    ],
)
def test_the_table_says_what_messenger_takes(message: dict[str, Any], takes: bool) -> None:
    if takes:
        Judge().message(message)
    else:
        with pytest.raises(GraphError):
            Judge().message(message)


def test_a_label_of_the_tables_length_is_not_cut_and_a_longer_one_is() -> None:
    judge = Judge()
    judge.message(_replies(1, "ก" * MESSENGER.label))
    assert judge.cut == []
    judge.message(_replies(1, "ก" * (MESSENGER.label + 1)))
    assert len(judge.cut) == 1


@pytest.mark.parametrize(
    ("texts", "replies", "label", "faults"),
    [
        (LINE.text, LINE.quick_replies, LINE.label, 0),
        (LINE.text + 1, LINE.quick_replies, LINE.label, 1),
        (LINE.text, LINE.quick_replies + 1, LINE.label, 1),
        (LINE.text, 1, LINE.label + 1, 1),
    ],
)
def test_the_table_says_what_line_takes(texts: int, replies: int, label: int, faults: int) -> None:
    item = {"type": "action", "action": {"type": "message", "label": "ก" * label, "text": "x"}}
    message = {"type": "text", "text": "ก" * texts, "quickReply": {"items": [item] * replies}}
    assert len(line_judge("PushMessageRequest", {"to": "U" + "1" * 32, "messages": [message]})) == faults
