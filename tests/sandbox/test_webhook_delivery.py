"""How webhooks travel: signed, in order within a chat, again if they must, several in one if a test wants it."""

import base64
import hashlib
import hmac
import socket

import pytest

from sandbox import webhooks
from sandbox.acts import Upload
from sandbox.world import World
from tests.sandbox.standin import SECRET, START, TOKEN


def test_the_signature_is_lines():
    body = '{"destination":"U…","events":[]}'.encode()
    expected = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    assert webhooks.sign(SECRET, body) == expected


def test_one_chat_keeps_its_order(world, product):
    people = [world.add_person() for _ in range(3)]
    for number in range(20):
        for person in people:
            world.say(person.id, str(number))
    assert world.wait_idle()
    for person in people:
        told = [
            e["message"]["text"]
            for e in product.events
            if e["type"] == "message" and e["source"]["userId"] == person.id
        ]
        assert told == [str(number) for number in range(20)]


def test_every_event_has_its_own_ulid_and_token(world, product, citizen):
    for _ in range(10):
        world.say(citizen.id, "ก")
    assert world.wait_idle()
    ids = [event["webhookEventId"] for event in product.events]
    assert len(set(ids)) == len(ids) == len({event["replyToken"] for event in product.events})
    assert all(len(name) == 26 and set(name) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for name in ids)


def test_pictures_sent_at_once_are_one_set(world, product, citizen):
    world.send_files(citizen.id, [Upload(b"\xff\xd8\xff1"), Upload(b"\xff\xd8\xff2")])
    world.send_files(citizen.id, [Upload(b"\xff\xd8\xff3")])
    assert world.wait_idle()
    first, second, alone = (event["message"] for event in product.events if event["type"] == "message")
    assert first["imageSet"]["id"] == second["imageSet"]["id"]
    assert [(m["imageSet"]["index"], m["imageSet"]["total"]) for m in (first, second)] == [(1, 2), (2, 2)]
    assert "imageSet" not in alone


def test_a_redelivered_event_differs_in_one_thing_only(world, product, citizen):
    world.say(citizen.id, "ก")
    assert world.wait_idle()
    world.deliver(world.events[-1], redelivery=True)
    before, after = product.events[-2:]
    assert after.pop("deliveryContext") == {"isRedelivery": True}
    assert before.pop("deliveryContext") == {"isRedelivery": False}
    assert before == after


def test_held_events_go_together_twice_or_reordered(world, product, citizen):
    other = world.add_person()
    assert world.wait_idle()
    with world.held() as events:
        world.say(citizen.id, "1")
        world.say(other.id, "2")
    assert world.wait_idle()
    seen = len(product.bodies)
    world.deliver(*reversed(events))
    world.deliver(events[0])
    assert [[e["message"]["text"] for e in body["events"]] for body in product.bodies[seen:]] == [["2", "1"], ["1"]]
    assert product.bodies[-1]["destination"] == world.bot_id


def test_a_failed_delivery_is_tried_again_if_the_channel_says_so(product):
    world = World(SECRET, TOKEN, product.url, lambda: START, redelivery=(0.01, 0.01))
    product.answers += ["500 Broken", "503 Away"]
    world.add_person()
    assert world.wait_for(lambda: len(world.deliveries) == 3)
    assert [delivery.status for delivery in world.deliveries] == [500, 503, 200]
    assert [event["deliveryContext"]["isRedelivery"] for event in product.events] == [False, True, True]
    world.close()


def test_without_redelivery_a_failed_event_is_lost(world, product):
    product.answers.append("500 Broken")
    world.add_person()
    assert world.wait_idle()
    assert [(delivery.event, delivery.status, delivery.reason) for delivery in world.deliveries] == [
        ("follow", 500, "ERROR_STATUS_CODE")
    ]


def test_a_product_that_does_not_answer_in_time_is_noted(monkeypatch):
    monkeypatch.setattr(webhooks, "PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        world = World(SECRET, TOKEN, f"http://127.0.0.1:{deaf.getsockname()[1]}/", lambda: START)
        world.add_person()
        assert world.wait_idle()
        world.close()
    assert [(delivery.status, delivery.reason) for delivery in world.deliveries] == [(0, "REQUEST_TIMEOUT")]


def test_a_product_that_is_not_there_is_noted():
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    world = World(SECRET, TOKEN, f"http://127.0.0.1:{port}/", lambda: START)
    world.add_person()
    assert world.wait_idle()
    assert world.deliveries[0].reason == "COULD_NOT_CONNECT"
    world.close()


def test_groups_say_who_wrote_and_not_always_who_pressed(world, product, group):
    member = group.members[0]
    world.say(member, "งานค้าง", chat=group.id)
    world.press(member, "a=1", chat=group.id)
    world.group_postback_has_user = False
    world.press(member, "a=1", chat=group.id)
    assert world.wait_idle()
    join, typed, pressed, unnamed = product.events
    assert join["source"] == {"type": "group", "groupId": group.id}
    assert typed["source"]["userId"] == pressed["source"]["userId"] == member
    assert "userId" not in unnamed["source"]


def test_only_members_write_in_a_group(world, citizen, group):
    with pytest.raises(KeyError):
        world.say(citizen.id, "ขอเข้ากลุ่ม", chat=group.id)


def test_an_edited_message_keeps_its_id_and_gets_new_tokens(world, product, group):
    entry = world.say(group.members[0], "รับ 12", chat=group.id)
    world.edit(group.members[0], entry.id, "รับ 13")
    assert world.wait_idle()
    before, after = product.events[-2:]
    assert (after["type"], after["message"]["text"]) == ("messageEdited", "รับ 13")
    assert after["message"]["id"] == before["message"]["id"]
    assert after["message"]["quoteToken"] != before["message"]["quoteToken"]
    assert after["replyToken"] != before["replyToken"]
    assert "markAsReadToken" not in after["message"]
    with pytest.raises(KeyError):
        world.edit(group.members[1], entry.id, "ของคนอื่น")


def test_odd_letters_travel(world, product, citizen):
    world.say(citizen.id, "ก\ud800\x00🍎")
    assert world.wait_idle()
    assert product.events[-1]["message"]["text"] == "ก\ud800\x00🍎"


def test_tapping_buttons(world, product, citizen):
    assert world.tap(citizen.id, {"type": "postback", "label": "ก", "data": "a=1", "displayText": "เลือก ก"})
    assert world.tap(citizen.id, {"type": "message", "label": "ข", "text": "ข้อความ"})
    assert not world.tap(citizen.id, {"type": "uri", "label": "ค", "uri": "tel:191"})
    assert world.wait_idle()
    pressed, typed = product.events[-2:]
    assert pressed["postback"] == {"data": "a=1"}
    assert typed["message"]["text"] == "ข้อความ"
    assert [entry.message.get("text") for entry in world.chat(citizen.id) if entry.side == "person"] == [
        "เลือก ก",
        "ข้อความ",
    ]


def test_the_desk_is_invited_by_a_member(world, product, group):
    world.invite_desk("AB12-CD34")
    assert world.wait_idle()
    event = product.events[-1]
    assert event["message"]["text"] == "เปิดใช้ AB12-CD34"
    assert event["source"] == {"type": "group", "groupId": group.id, "userId": group.members[0]}
