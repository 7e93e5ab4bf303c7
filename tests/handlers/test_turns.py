"""Turns at the edges: nobody to answer, groups that are none of our business, a photo the platform does not give."""

from __future__ import annotations

import json
from datetime import timedelta

import sqlalchemy as sa

from models.inbox import arrivals
from tests.handlers.test_webhooks import knock, text_event
from tests.house import House, words
from tests.journeys.stories import photo


def operations(house: House) -> list[str]:
    return [call.operation for call in house.world.calls]


def test_somebody_whom_the_platform_does_not_name_is_answered_by_reply_alone(small_house: House) -> None:
    house = small_house
    token = house.world.platform.tokens.issue("nobody", house.clock(), house.clock())
    house.world.platform.tokens.delivered(token, house.clock())
    event = text_event() | {"source": {"type": "user"}, "replyToken": token}
    assert knock(house, {"events": [event]}) == 200
    house.settle()
    (reply,) = [call for call in house.world.calls if call.operation == "reply"]
    assert "โทร" in words(reply.json["messages"][0])


def test_where_the_reply_to_a_nameless_person_comes_too_late_nothing_is_pushed(small_house: House) -> None:
    assert knock(small_house, {"events": [text_event() | {"source": {"type": "user"}}]}) == 200
    small_house.turn()
    small_house.later(minutes=5)
    assert operations(small_house) == []


def test_what_a_group_shares_is_neither_fetched_nor_kept(small_house: House) -> None:
    house = small_house
    group = house.staff_group()
    group.does(lambda world, user: world.send_files(user, [photo()], chat=group.chat))
    group.types("เย็นนี้กินข้าวที่ไหนดี")
    assert "content" not in operations(house)
    with house.wiring.database.reading() as tx:
        kept = [row["payload"] for row in tx.all(sa.select(arrivals).where(arrivals.c.lane == f"line:{group.chat}"))]
    assert set(kept) == {"{}"}


def test_a_photo_that_the_platform_cannot_give_is_asked_for_again_within_a_minute(small_house: House) -> None:
    house = small_house
    citizen = house.citizen()
    house.world.next_answers("content", ["500", "cut", "500", "500"])
    citizen.does(lambda world, user: world.send_files(user, [photo()]))
    before = house.clock()
    for _ in range(10):
        house.later(seconds=5)
        if "content" in operations(house)[-1:] or house.clock() - before > timedelta(seconds=45):
            break
    house.later(seconds=30)
    assert house.clock() - before < timedelta(minutes=1, seconds=30)
    assert any(word in citizen.last for word in ("อีกครั้ง", "ส่งใหม่")), citizen.last


def test_a_chat_in_the_hands_of_another_system_is_left_alone(small_house: House) -> None:
    house = small_house
    citizen = house.citizen()
    house.world.mode = "standby"
    assert citizen.types("สวัสดี") == []


def test_events_are_kept_as_they_came_for_as_long_as_the_law_wants(small_house: House) -> None:
    house = small_house
    house.citizen().types("สวัสดี")
    with house.wiring.database.reading() as tx:
        kept = [json.loads(row["payload"])["type"] for row in tx.all(sa.select(arrivals).order_by(arrivals.c.id))]
    assert kept == ["follow", "message"]


def test_an_event_that_kills_its_worker_is_given_up_in_the_end(small_house: House) -> None:
    house = small_house
    citizen = house.citizen()
    group = house.staff_group()
    house.world.say(citizen.user, "สวัสดี")
    assert house.world.wait_idle()
    with house.wiring.database.transaction() as tx:
        tx.execute(sa.update(arrivals).where(arrivals.c.state == "waiting").values(attempts=20))
    house.later(seconds=1)
    house.later(minutes=2)
    assert "ขออภัย" in citizen.last
    assert "ประมวลผลไม่สำเร็จ" in "".join(words(message) for message in group.said())
