"""What stands on Messenger's small buttons: whole if it fits, and never a broken character."""

from __future__ import annotations

import pytest
import regex

from bot.drawing import MESSENGER
from bot.messenger_drawing import draw
from flows.book import open_book
from flows.messages import Choice, Say
from flows.thai import units
from services.office import Office


def titles(*labels: str) -> list[str]:
    (call,) = draw([Say("ข้อใด", choices=tuple(Choice(label, f"x:y/z={label}") for label in labels))])
    return [reply["title"] for reply in call.message["quick_replies"]]


def test_every_choice_of_the_office_is_shown_whole_and_unlike_its_neighbours(office: Office) -> None:
    for flow in open_book(office).flows.values():
        for step in filter(lambda step: step.options(), flow.steps):
            labels = [option.label for option in step.options()]
            assert titles(*labels) == labels
            assert len(labels) == len(set(labels))


@pytest.mark.parametrize("label", ["แจ้งเรื่องร้องเรียนและร้องทุกข์", "ที่" * 9, "👨‍👩‍👧" * 5, "กํ" * 11])
def test_a_button_that_is_too_long_is_cut_between_characters_and_says_so(label: str) -> None:
    (title,) = titles(label)
    assert units(title) <= MESSENGER.label
    assert title.endswith("…")
    shown = regex.findall(r"\X", title[:-1])
    assert shown == regex.findall(r"\X", label)[: len(shown)]
