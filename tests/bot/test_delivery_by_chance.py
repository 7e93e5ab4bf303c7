"""Any run of luck with the platform: what must arrive does, nothing shows twice, every lane drains."""

from __future__ import annotations

import random

import pytest

from flows.messages import Say
from tests.bot.test_delivery import conversation_of, forget_greeting, fresh_token, outcomes, said, say
from tests.house import House

FATES = ("ok", "ok", "drop", "cut", "500", "429", "401", "quota")


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_platform_does_nothing_is_lost_or_doubled_and_the_lane_drains(
    small_house: House, seed: int
) -> None:
    """A push never shows twice. Only a reply that was taken unseen may be followed by its push."""
    house, chance = small_house, random.Random(seed)
    talk = conversation_of(house, house.world.add_person("สมชาย").id)
    forget_greeting(house)
    needed, dropped_replies = [], 0
    for number in range(14):
        for operation in ("reply", "push"):
            fates = [chance.choice(FATES) for _ in range(chance.randrange(3))]
            house.world.next_answers(operation, fates)
            dropped_replies += fates.count("drop") if operation == "reply" else 0
        message = Say(f"ข้อความที่ {number}", must_arrive=chance.random() < 0.7)
        needed += [message.text] * message.must_arrive
        token = fresh_token(house, talk) if chance.random() < 0.6 else None
        say(house, talk, message, token=token)
        if chance.random() < 0.2:
            with house.wiring.database.transaction() as tx:
                house.delivery._next(tx, house.clock())  # a sender dies before it calls
        house.later(seconds=chance.choice((1, 10, 40, 90, 4000)))
    house.world.weather._next.clear()  # the platform recovers
    for _ in range(12):
        house.later(hours=1)
    shown = said(house, talk)
    assert set(needed) <= set(shown)
    assert sum(shown.count(text) - 1 for text in set(shown)) <= dropped_replies
    assert {state for state, _ in outcomes(house, talk)} <= {"done", "dropped"}
