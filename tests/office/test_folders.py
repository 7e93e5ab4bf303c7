"""Who of the staff may open what (A22, OFFICE_RULES §6.1)."""

from __future__ import annotations

from datetime import date

import pytest

from office.folders import Folder, may_open
from office.roster import Member, Role

FOLDERS = {
    "of works": Folder(1, 1, "works", guarded=False),
    "of nobody": Folder(2, None, "", guarded=False),
    "guarded": Folder(3, 3, "works", guarded=True),
}

#         role, unit, order                what they may open
MAY = {
    "the head": ("head", "", "", {"of works", "of nobody", "guarded"}),
    "the centre by order": ("center", "", "คำสั่งที่ 1", {"of works", "of nobody", "guarded"}),
    "the centre without order": ("center", "", "", set()),
    "saraban": ("saraban", "", "คำสั่งที่ 1", {"of works", "of nobody"}),
    "the auditor": ("auditor", "", "", {"of works", "of nobody"}),
    "the unit's officer": ("officer", "works", "", {"of works"}),
    "another unit's officer": ("officer", "health", "", set()),
    "an officer of no unit": ("officer", "", "", set()),
    "finance": ("finance", "works", "", set()),
}


@pytest.mark.parametrize(("role", "unit", "order", "theirs"), MAY.values(), ids=MAY)
def test_each_opens_what_their_duty_needs(role: Role, unit: str, order: str, theirs: set[str]) -> None:
    who = Member(1, "สมศรี มั่นคง", "ตำแหน่ง", role, unit, order, date(2026, 1, 1), None)
    assert {name for name, folder in FOLDERS.items() if may_open(who, folder)} == theirs


def test_a_citizen_opens_nothing() -> None:
    assert not any(may_open(None, folder) for folder in FOLDERS.values())
