"""Messenger against its strict stand-in: what each refusal means for a person, and for the page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channel import Refused, TryAgain
from bot.messenger_errors import meaning
from flows.messages import Card, Choice
from tests.bot.messenger_talk import RECEIPT, outcomes, say, sends, talk_of
from tests.house import MessengerPhone, words


def test_a_dead_token_stops_the_channel_until_it_is_mended(phone: MessengerPhone) -> None:
    house, meta = phone.house, phone.house.world.meta
    group = house.staff_group()
    meta.set_weather("token")
    say(phone, RECEIPT)
    house.settle()
    house.later(minutes=1)
    assert house.client.get("/health").get_json()["channels"]["messenger"] == "stopped"
    assert "Facebook Messenger" in "".join(words(message) for message in group.said())
    meta.set_weather("ok")
    house.later(minutes=6)
    assert words(phone.said()[-1]) == RECEIPT.text
    assert house.client.get("/health").get_json()["channels"]["messenger"] == "ok"


def test_a_restricted_page_stops_sending(phone: MessengerPhone) -> None:
    phone.house.world.meta.rights.restricted = True
    say(phone, RECEIPT)
    phone.house.settle()
    phone.house.later(minutes=2)
    refused = [call for call in sends(phone) if call.status != 200]
    assert [call.answer["error"]["error_subcode"] for call in refused] == [1893063]
    assert phone.house.client.get("/health").get_json()["channels"]["messenger"] == "stopped"


def test_whoever_blocked_the_page_is_unreachable_and_not_tried_again(phone: MessengerPhone) -> None:
    phone.house.world.meta.accounts[phone.user].blocked = True
    say(phone, RECEIPT)
    phone.house.settle()
    phone.house.later(hours=3)
    assert len([call for call in sends(phone) if call.status != 200]) == 1
    assert not talk_of(phone).reachable
    assert outcomes(phone)[-1][:2] == ("waiting", "window")
    phone.house.world.meta.accounts[phone.user].blocked = False
    said = phone.types("สวัสดี")
    assert words(said[0]) == RECEIPT.text
    assert talk_of(phone).reachable


def test_too_many_calls_mean_a_little_later(phone: MessengerPhone) -> None:
    phone.house.world.meta.next_answers("send", ["rate", "429"])
    say(phone, RECEIPT)
    phone.house.settle()
    phone.house.later(seconds=2)
    phone.house.later(seconds=10)
    assert words(phone.said()[-1]) == RECEIPT.text


def test_an_invalid_message_is_given_up_and_the_staff_are_told(phone: MessengerPhone) -> None:
    group = phone.house.staff_group()
    say(phone, Card("x", actions=(Choice("เปิด", "http://not-https.example/", "link"),), must_arrive=True))
    phone.house.settle()
    assert outcomes(phone)[-1][0] == "stuck"
    assert "ไม่สำเร็จ" in words(group.said()[-1])


@pytest.mark.parametrize(
    ("code", "subcode", "scope"),
    [
        (10, 2018278, "window"),  # outside the 24 hours
        (10, 2018300, "window"),  # another app has this thread
        (10, 1893063, "channel"),  # the page is restricted
        (190, 460, "channel"),
        (10, 0, "message"),  # a permission: of this call, perhaps of this person
        (200, 0, "message"),
        (230, 0, "message"),
        (613, 0, "rate"),
        (4, 0, "rate"),
    ],
)
def test_every_error_concerns_no_more_than_it_says(code: int, subcode: int, scope: str) -> None:
    outcome = meaning(400, {"code": code, "error_subcode": subcode})
    assert isinstance(outcome, TryAgain)
    assert (outcome.scope, outcome.unsure) == (scope, False)


@pytest.mark.parametrize(
    ("code", "subcode", "unreachable"),
    [(551, 1545041, True), (100, 2018001, True), (100, 0, False)],
)
def test_what_is_refused_for_good(code: int, subcode: int, unreachable: bool) -> None:
    outcome = meaning(400, {"code": code, "error_subcode": subcode})
    assert isinstance(outcome, Refused)
    assert outcome.unreachable == unreachable


@pytest.mark.parametrize(("status", "code"), [(500, 1), (400, 2), (400, 1200), (503, 0)])
def test_what_may_have_been_taken_is_unsure(status: int, code: int) -> None:
    outcome = meaning(status, {"code": code})
    assert isinstance(outcome, TryAgain)
    assert outcome.unsure


def test_what_is_refused_to_one_person_silences_nobody_else(phone: MessengerPhone) -> None:
    house = phone.house
    house.world.meta.next_answers("send", ["permission"] * 3)
    say(phone, RECEIPT)
    house.settle()
    neighbour = house.messenger_citizen("วิภา แสงจันทร์")
    assert neighbour.types("เมนู") != []
    assert house.client.get("/health").get_json()["channels"]["messenger"] == "ok"


def test_a_page_that_wants_a_pause_gets_it_and_hears_all_in_order(phone: MessengerPhone) -> None:
    phone.house.world.meta.next_answers("send", ["rate"])
    say(phone, replace(RECEIPT, text="หนึ่ง"), replace(RECEIPT, text="สอง"))
    phone.house.settle()
    phone.house.later(seconds=2)
    assert [words(message) for message in phone.said()[-2:]] == ["หนึ่ง", "สอง"]
