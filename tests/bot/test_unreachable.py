"""Whom nothing reaches (B29): after thirty days it is proposed to the head, and no more."""

from __future__ import annotations

import sqlalchemy as sa

from models.case import cases
from office import unreachable
from tests.bot.messenger_talk import RECEIPT, files_a_complaint, open_history, say
from tests.house import House, MessengerPhone, words


def proposes(house: House) -> None:
    with house.wiring.database.transaction() as tx:
        unreachable.propose_disposal(tx, house.wiring.office, house.clock())


def test_after_thirty_days_it_is_proposed_to_the_head_and_no_more(phone: MessengerPhone) -> None:
    house = phone.house
    group = house.staff_group()
    files_a_complaint(phone)
    house.world.meta.accounts[phone.user].blocked = True
    say(phone, RECEIPT)
    house.settle()
    for days in (29, 2, 1):
        house.later(days=days)
        proposes(house)
        house.settle()
    assert open_history(house) == ["opened", "disposal_proposed"]
    proposals = [words(message) for message in group.said() if "จำหน่ายเรื่อง" in words(message)]
    assert len(proposals) == 1
    assert "1/2569" in proposals[0]


def test_whoever_came_back_or_left_a_number_is_not_given_up(phone: MessengerPhone) -> None:
    house = phone.house
    files_a_complaint(phone)
    house.world.meta.accounts[phone.user].blocked = True
    say(phone, RECEIPT)
    house.settle()
    house.world.meta.accounts[phone.user].blocked = False
    phone.types("เมนู")
    house.later(days=41)
    proposes(house)
    assert open_history(house) == ["opened"]


def test_a_tip_is_not_named_beside_the_other_case_of_its_informant(phone: MessengerPhone) -> None:
    house = phone.house
    group = house.staff_group()
    files_a_complaint(phone)
    with house.wiring.database.transaction() as tx:
        tx.execute(sa.update(cases).values(secret=True))
    house.world.meta.accounts[phone.user].blocked = True
    say(phone, RECEIPT)
    house.settle()
    house.later(days=31)
    proposes(house)
    house.settle()
    assert open_history(house) == ["opened", "disposal_proposed"]
    assert not [words(message) for message in group.said() if "จำหน่ายเรื่อง" in words(message)]
