"""Who waits longer than a second sees that we are at it: once, alone with us, and never at the cost of an answer."""

from __future__ import annotations

import pytest

from handlers import waiting
from sandbox.acts import Upload
from tests.house import House

PHOTO = Upload(b"\xff\xd8\xff\xe0" + b"photo" * 400)


def shown(house: House) -> list[dict[str, object]]:
    return [call.json for call in house.world.calls if call.operation == "loading"]


def wait(house: House, seconds: float) -> None:
    """Nobody is at work meanwhile but the usher, who looks twice."""
    assert house.world.wait_idle()
    house.clock.pass_(seconds=seconds)
    waiting.work(house.wiring)
    waiting.work(house.wiring)


def test_whoever_waits_sees_it_once_and_until_the_answer(small_house: House) -> None:
    house = small_house
    citizen = house.citizen()
    house.world.say(citizen.user, "เมนู")
    wait(house, 0.9)
    assert shown(house) == []
    wait(house, 0.2)
    wait(house, 2)
    assert shown(house) == [{"chatId": citizen.user, "loadingSeconds": 30}]
    assert citizen.user in house.world.state.typing
    house.settle()
    assert citizen.user not in house.world.state.typing


def test_a_photo_that_is_long_in_coming_is_waited_for_in_the_same_way(small_house: House) -> None:
    house = small_house
    citizen = house.citizen()
    house.world.next_answers("content", ["500"])
    house.world.send_files(citizen.user, [PHOTO])
    house.settle()
    wait(house, 1.1)
    assert len(shown(house)) == 1


def test_it_is_not_for_groups_nor_for_what_gets_no_answer_nor_for_what_was_answered(small_house: House) -> None:
    house = small_house
    citizen, other, group = house.citizen(), house.citizen("วิภา"), house.staff_group()
    said = house.world.say(citizen.user, "เมนู")
    house.settle()
    house.world.say(group.user, "งานค้าง", chat=group.chat)
    house.world.unsend(citizen.user, said.id)
    house.world.unfollow(other.user)
    wait(house, 5)
    assert shown(house) == []


def test_who_has_waited_for_minutes_does_not_look_any_more(small_house: House) -> None:
    small_house.world.say(small_house.citizen().user, "เมนู")
    wait(small_house, 61)
    assert shown(small_house) == []


@pytest.mark.parametrize("fault", ["500", "401", "cut"])
def test_where_it_does_not_work_it_is_not_tried_again_and_the_answer_comes(small_house: House, fault: str) -> None:
    house = small_house
    first, second = house.citizen(), house.citizen("วิภา")
    house.world.next_answers("loading", [fault, fault])  # type: ignore[list-item]
    house.world.say(first.user, "เมนู")
    house.world.say(second.user, "เมนู")
    wait(house, 2)
    assert len(shown(house)) == 1  # nor of the second: a platform in trouble takes it for nobody
    before = len(first.said()), len(second.said())
    house.settle()
    assert (len(first.said()), len(second.said())) == (before[0] + 1, before[1] + 1)


def test_one_to_whom_it_cannot_be_shown_is_in_nobodys_way(small_house: House) -> None:
    house = small_house
    first, second = house.citizen(), house.citizen("วิภา")
    house.world.say(first.user, "เมนู")
    house.world.say(second.user, "เมนู")
    assert house.world.wait_idle()
    del house.world.state.people[first.user]
    wait(house, 2)
    assert {call["chatId"] for call in shown(house)} == {first.user, second.user}
    assert list(house.world.state.typing) == [second.user]
