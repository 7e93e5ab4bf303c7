"""แฟ้ม: what a member of the staff may type, and that nobody else has the word."""

from __future__ import annotations

import pytest

from flows.book import open_book
from flows.effects import OpenFolder
from flows.folder import answer, asked_for
from flows.messages import Say
from flows.registers import staff_book
from tests.flows.conftest import OFFICE

BOOK = staff_book(open_book(OFFICE), ("open",))

#                typed                           asked for
ASKED = {
    "a number": ("แฟ้ม 12/2569", OpenFolder(12, 2569)),
    "in Thai digits": ("แฟ้ม๑๒ / ๒๕๖๙", OpenFolder(12, 2569)),
    "with a reason": ("แฟ้ม 12/2569 ตรวจสอบ\nข้อเท็จจริง", OpenFolder(12, 2569, "ตรวจสอบ ข้อเท็จจริง")),
    "politely": ("แฟ้ม 12/2569 นะครับ", OpenFolder(12, 2569)),
    "an identity number": ("แฟ้ม 1/2569 สอบปากคำ 1101700207366", OpenFolder(1, 2569, "สอบปากคำ 1-1017-xxxxx-xx-6")),
    "other words": ("แฟ้มหายทำอย่างไร", None),
}


@pytest.mark.parametrize(("typed", "asked"), ASKED.values(), ids=ASKED)
def test_a_folder_is_asked_for_by_its_number(typed, asked):
    assert asked_for(BOOK, typed) == asked
    assert asked_for(staff_book(open_book(OFFICE), ("incoming",)), typed) is None
    assert asked_for(open_book(OFFICE), typed) is None


@pytest.mark.parametrize("typed", ["แฟ้มครับ", "แฟ้ม 12/2026", "แฟ้ม 0/2569", f"แฟ้ม 12/2569 {'ก' * 201}"])
def test_who_asks_in_another_way_is_told_how(typed):
    assert isinstance(asked_for(BOOK, typed), Say)


def test_a_link_is_for_one_person_and_a_while():
    card = answer({"number": 12, "year": 2569, "url": "https://x/folders/t", "until": "2026-11-24T10:15:00+07:00"})
    assert (card.title, card.actions[0].value) == ("แฟ้ม 12/2569", "https://x/folders/t")
    assert "10.15 น." in card.text
