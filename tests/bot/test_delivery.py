"""Sending, against the strict platform: reply first, push where a reply cannot serve, nothing twice, nothing lost."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot import limits, outbox
from bot.outbox import ReplyToken
from flows.messages import Card, Choice, Message, Picture, Say
from handlers import stuck as drawer
from models import channels, conversation
from models import outbox as rows
from models.channels import ChannelState
from models.conversation import Conversation
from tests.house import House, labels, words

CHATTER = Say("รายละเอียดเป็นอย่างไร")
RECEIPT = Say("เลขรับที่ 1/2569", must_arrive=True)


@pytest.fixture
def talk(house: House) -> Conversation:
    return conversation_of(house, house.world.add_person("สมชาย", follow=True).id)


def conversation_of(house: House, user: str) -> Conversation:
    house.settle()
    with house.wiring.database.transaction() as tx:
        return conversation.meet(tx, "line", user, "person", house.clock())


def fresh_token(house: House, talk: Conversation) -> ReplyToken:
    """The token of something that has happened just now."""
    tokens, now = house.world.platform.tokens, house.clock()
    token = tokens.issue(talk.address, now, now)
    tokens.delivered(token, now)
    return ReplyToken(token, now + timedelta(seconds=50))


def say(house: House, talk: Conversation, *messages: Message, token: ReplyToken | None = None) -> None:
    with house.wiring.database.transaction() as tx:
        outbox.say(tx, talk, messages, house.clock(), token=token)


def calls(house: House, operation: str) -> list[Any]:
    return [call for call in house.world.calls if call.operation == operation]


def said(house: House, talk: Conversation) -> list[str]:
    return [words(message) for message in house.world.said(talk.address)]


def outcomes(house: House, talk: Conversation) -> list[tuple[str, str]]:
    with house.wiring.database.reading() as tx:
        mine = sa.select(rows.outgoing).where(rows.outgoing.c.lane == talk.lane, rows.outgoing.c.purpose == "answer")
        return [(row["state"], row["outcome"]) for row in tx.all(mine.order_by(rows.outgoing.c.id))]


def send_all(house: House) -> None:
    while house.send():
        pass


def forget_greeting(house: House) -> None:
    """Whatever the citizen was greeted with is no part of the tale."""
    with house.wiring.database.transaction() as tx:
        tx.execute(sa.delete(rows.outgoing))
    with house.world.state.lock:
        house.world._calls.clear()
        for entries in house.world.state.chats.values():
            entries.clear()


@pytest.fixture(autouse=True)
def quiet(house: House, talk: Conversation) -> None:
    forget_greeting(house)


def test_a_turns_messages_go_in_one_free_reply_with_the_buttons_below_the_last(
    house: House, talk: Conversation
) -> None:
    asked = Say("ข้อ 1", choices=(Choice("ถนน", "stamp"),))
    say(house, talk, asked, Say("โปรดเลือก"), token=fresh_token(house, talk))
    send_all(house)
    (reply,) = calls(house, "reply")
    assert reply.status == 200
    assert [labels(message) for message in reply.json["messages"]] == [[], ["ถนน"]]
    assert calls(house, "push") == []
    assert outcomes(house, talk) == [("done", "reply")] * 2


def test_without_a_token_the_message_is_pushed_with_its_own_retry_key(house: House, talk: Conversation) -> None:
    say(house, talk, RECEIPT)
    send_all(house)
    (push,) = calls(house, "push")
    assert (push.status, push.json["to"]) == (200, talk.address)
    assert len({key.lower(): value for key, value in push.headers.items()}["x-line-retry-key"]) == 36


def test_a_token_that_has_grown_old_is_not_tried_and_the_newest_answer_alone_is_pushed(
    house: House, talk: Conversation
) -> None:
    say(house, talk, Say("คำถามเก่า"), token=fresh_token(house, talk))
    say(house, talk, RECEIPT, token=fresh_token(house, talk))
    say(house, talk, Say("คำถามล่าสุด"), token=fresh_token(house, talk))
    house.clock.pass_(minutes=5)
    send_all(house)
    assert calls(house, "reply") == []
    assert said(house, talk) == [RECEIPT.text, "คำถามล่าสุด"]
    assert outcomes(house, talk)[0] == ("dropped", "outlived")


def test_a_reply_that_may_have_arrived_is_never_repeated(house: House, talk: Conversation) -> None:
    """The platform took it, but its answer was lost: chatter is let go, what must arrive is pushed once."""
    house.world.next_answers("reply", ["drop"])
    say(house, talk, CHATTER, RECEIPT, token=fresh_token(house, talk))
    send_all(house)
    house.later(hours=2)
    assert len(calls(house, "reply")) == 1
    (push,) = calls(house, "push")
    assert [words(message) for message in push.json["messages"]] == [RECEIPT.text]


def test_a_token_that_the_platform_refuses_means_the_answer_is_pushed(house: House, talk: Conversation) -> None:
    say(house, talk, CHATTER, token=ReplyToken("0" * 32, house.clock() + timedelta(seconds=50)))
    send_all(house)
    assert [call.status for call in calls(house, "reply")] == [400]
    assert said(house, talk) == [CHATTER.text]


def test_a_push_is_repeated_with_the_same_key_and_body_until_it_is_taken(house: House, talk: Conversation) -> None:
    house.world.next_answers("push", ["500", "drop", "cut"])
    say(house, talk, RECEIPT)
    send_all(house)
    for _ in range(4):
        say(house, talk, Say("ข้อความใหม่ระหว่างนั้น", must_arrive=True))
        house.later(minutes=10)
    looked_at = [call for call in calls(house, "push") if call.json]  # a platform in trouble reads no body
    pushes = [call for call in looked_at if words(call.json["messages"][0]) == RECEIPT.text]
    assert [call.status for call in pushes][-1] == 409  # taken at the second attempt already
    assert len({str(call.json) for call in pushes}) == 1
    assert len({call.headers["X-Line-Retry-Key"] for call in pushes}) == 1
    assert said(house, talk).count(RECEIPT.text) == 1
    assert set(outcomes(house, talk)) == {("done", "push")}


def crash_after_sending(house: House) -> None:
    """A sender dies between the platform's answer and its note of it."""
    delivery = house.delivery
    with house.wiring.database.transaction() as tx:
        found, plan = delivery._next(tx, house.clock())
    assert plan is not None
    delivery._send([row for row in found if row["id"] in plan.ids], plan)


def test_a_reply_whose_sender_died_is_neither_lost_nor_doubled(house: House, talk: Conversation) -> None:
    say(house, talk, CHATTER, RECEIPT, token=fresh_token(house, talk))
    crash_after_sending(house)
    house.clock.pass_(seconds=limits.SEND_LEASE.total_seconds() + 1)
    send_all(house)
    assert said(house, talk) == [CHATTER.text, RECEIPT.text]
    assert calls(house, "push") == []
    assert outcomes(house, talk) == [("done", "reply")] * 2


def test_a_sender_that_died_before_calling_is_made_good(house: House, talk: Conversation) -> None:
    say(house, talk, CHATTER, token=fresh_token(house, talk))
    with house.wiring.database.transaction() as tx:
        house.delivery._next(tx, house.clock())
    assert not house.send()  # its lease is still running
    house.clock.pass_(seconds=limits.SEND_LEASE.total_seconds() + 1)
    send_all(house)
    assert said(house, talk) == [CHATTER.text]


def test_a_push_whose_sender_died_is_recognised_by_its_key(house: House, talk: Conversation) -> None:
    say(house, talk, RECEIPT)
    crash_after_sending(house)
    house.clock.pass_(minutes=1)
    send_all(house)
    assert [call.status for call in calls(house, "push")] == [200, 409]
    assert said(house, talk) == [RECEIPT.text]


def test_after_a_day_without_success_a_message_is_given_up_and_the_staff_are_told(
    house: House, talk: Conversation
) -> None:
    group = house.staff_group()
    house.world.next_answers("push", ["500"] * 200)
    say(house, talk, RECEIPT)
    for _ in range(60):
        house.later(minutes=30)
    with house.wiring.database.reading() as tx:
        stuck = tx.all(
            sa.select(rows.outgoing).where(rows.outgoing.c.state == "stuck", rows.outgoing.c.lane == talk.lane)
        )
    assert [row["outcome"] for row in stuck] == ["its retry key has run out"]
    house.world.weather._next.clear()
    house.later(minutes=30)
    assert "ไม่สำเร็จ" in "".join(words(message) for message in group.said())


def test_a_dead_token_of_the_channel_stops_it_until_it_is_mended(house: House, talk: Conversation) -> None:
    house.world.set_weather("401")
    say(house, talk, CHATTER, token=fresh_token(house, talk))
    say(house, talk, RECEIPT)
    send_all(house)
    house.later(minutes=1)
    assert len(calls(house, "reply") + calls(house, "push")) == 1
    health = house.client.get("/health").get_json()
    assert (health["status"], health["channels"]) == ("degraded", {"line": "stopped", "messenger": "ok"})
    house.world.set_weather("ok")
    house.later(minutes=6)
    house.later(minutes=6)
    assert said(house, talk) == [CHATTER.text, RECEIPT.text]
    assert house.client.get("/health").get_json()["channels"] == {"line": "ok", "messenger": "ok"}


def test_too_many_calls_at_once_means_a_little_later(house: House, talk: Conversation) -> None:
    house.world.next_answers("push", ["429", "429"])
    say(house, talk, RECEIPT)
    send_all(house)
    house.later(seconds=2)
    house.later(seconds=10)
    assert said(house, talk) == [RECEIPT.text]


def test_when_the_months_quota_is_spent_nothing_is_pushed_and_what_waits_rides_on_the_next_reply(
    house: House, talk: Conversation
) -> None:
    house.world.next_answers("push", ["quota"])
    say(house, talk, RECEIPT)
    send_all(house)
    house.later(minutes=30)
    assert len(calls(house, "push")) == 1
    say(house, talk, CHATTER, token=fresh_token(house, talk))
    send_all(house)
    assert said(house, talk) == [RECEIPT.text, CHATTER.text]
    assert len(calls(house, "push")) == 1


def test_a_spent_quota_is_looked_at_again_for_the_office_may_have_bought_a_larger_plan(
    house: House, talk: Conversation
) -> None:
    house.world.next_answers("push", ["quota"])
    say(house, talk, RECEIPT)
    send_all(house)
    house.later(hours=2)
    assert said(house, talk) == [RECEIPT.text]
    assert house.client.get("/health").get_json()["channels"]["line"] == "ok"


def test_a_new_message_does_not_vanish_under_an_old_key(house: House, talk: Conversation) -> None:
    """Taken but unsure, then surely refused: whoever joins that batch now would be swallowed by the 409."""
    house.world.next_answers("push", ["drop", "429", "ok"])
    say(house, talk, RECEIPT)
    send_all(house)
    house.later(seconds=2)
    say(house, talk, Say("ข้อความใหม่", must_arrive=True))
    for _ in range(6):
        house.later(seconds=30)
    assert said(house, talk) == [RECEIPT.text, "ข้อความใหม่"]


def test_an_answer_that_came_to_be_pushed_is_not_taken_for_an_unsure_reply(house: House, talk: Conversation) -> None:
    house.world.next_answers("push", ["500", "drop"])
    say(house, talk, CHATTER, RECEIPT, token=fresh_token(house, talk))
    house.clock.pass_(minutes=2)
    send_all(house)
    for _ in range(6):
        house.later(minutes=5)
    assert said(house, talk) == [CHATTER.text, RECEIPT.text]


def test_a_message_that_was_given_up_can_be_sent_again(house: House, talk: Conversation) -> None:
    house.world.next_answers("push", ["500"] * 100)
    say(house, talk, RECEIPT, Say("อีกข้อความ", must_arrive=True))
    for _ in range(60):
        house.later(minutes=30)
    house.world.weather._next.clear()
    with house.wiring.database.transaction() as tx:
        stuck_rows = tx.all(sa.select(rows.outgoing.c.id).where(rows.outgoing.c.state == "stuck"))
        assert all(drawer.again(tx, f"outgoing:{row['id']}", house.clock()) for row in stuck_rows)
    house.settle()
    assert said(house, talk) == [RECEIPT.text, "อีกข้อความ"]


def test_one_faulty_message_does_not_sink_the_others_of_its_batch(house: House, talk: Conversation) -> None:
    broken = Picture("ftp://nowhere/qr.png", "ftp://nowhere/qr.png", "ภาพ", must_arrive=True)
    say(house, talk, RECEIPT, broken, Say("อีกข้อความ", must_arrive=True))
    send_all(house)
    assert said(house, talk) == [RECEIPT.text, "อีกข้อความ"]
    assert [state for state, _ in outcomes(house, talk)] == ["done", "stuck", "done"]


def test_a_message_that_nobody_can_draw_is_given_up_and_lets_the_others_pass(house: House, talk: Conversation) -> None:
    say(house, talk, RECEIPT)
    with house.wiring.database.transaction() as tx:
        tx.execute(sa.update(rows.outgoing).values(body='{"is": "hologram"}'))
    say(house, talk, Say("อีกข้อความ", must_arrive=True), token=fresh_token(house, talk))
    send_all(house)
    assert said(house, talk) == ["อีกข้อความ"]
    assert [state for state, _ in outcomes(house, talk)] == ["stuck", "done"]


def test_a_batch_whose_sender_died_does_not_block_its_lane_while_the_quota_is_spent(
    house: House, talk: Conversation
) -> None:
    say(house, talk, RECEIPT, Say("อีกข้อความ", must_arrive=True))
    with house.wiring.database.transaction() as tx:
        house.delivery._next(tx, house.clock())
        channels.set_state(tx, ChannelState("line", "spent", "429", house.clock(), house.clock() + timedelta(hours=1)))
    house.clock.pass_(minutes=1)
    send_all(house)
    say(house, talk, CHATTER, token=fresh_token(house, talk))
    send_all(house)
    assert CHATTER.text in said(house, talk)
    house.later(hours=2)
    assert sorted(said(house, talk)) == sorted([CHATTER.text, RECEIPT.text, "อีกข้อความ"])


def test_a_passing_remark_gives_way_to_the_next_word(house: House, talk: Conversation) -> None:
    token = fresh_token(house, talk)
    for count in (1, 2, 3):
        say(house, talk, Say(f"ได้รับรูป {count}/3", topic="files", wait=1.2), token=token)
    send_all(house)
    assert said(house, talk) == []
    house.later(seconds=2)
    assert said(house, talk) == ["ได้รับรูป 3/3"]


def test_a_burst_of_notices_is_one_paid_message(house: House, talk: Conversation) -> None:
    group = house.staff_group()
    with house.wiring.database.reading() as tx:
        (staff,) = conversation.staff_groups(tx)
    house.later(minutes=2)

    def tell(number: int) -> None:
        with house.wiring.database.transaction() as tx:
            outbox.tell_group(tx, staff, Card(f"เรื่องใหม่ {number}/2569", (("ประเภท", "ถนน"),)), house.clock())

    tell(1)
    house.settle()
    for number in range(2, 32):
        tell(number)
    house.settle()
    assert len(calls(house, "push")) == 1
    house.later(minutes=2)
    assert [call.status for call in calls(house, "push")] == [200, 200]
    everything = "\n".join(words(message) for message in group.said())
    assert all(f"เรื่องใหม่ {number}/2569" in everything for number in range(1, 32))


def test_gathered_notices_ride_free_when_the_group_asks_for_something(house: House, talk: Conversation) -> None:
    group = house.staff_group()
    with house.wiring.database.transaction() as tx:
        (staff,) = conversation.staff_groups(tx)
        outbox.tell_group(tx, staff, Card("เรื่องใหม่ 1/2569"), house.clock())
    house.settle()
    pushes = len(calls(house, "push"))
    with house.wiring.database.transaction() as tx:
        outbox.tell_group(tx, staff, Card("เรื่องใหม่ 2/2569"), house.clock())
    said_now = group.types("งานค้าง")
    assert any("เรื่องใหม่ 2/2569" in words(message) for message in said_now)
    assert len(calls(house, "push")) == pushes


def test_a_group_that_threw_us_out_is_given_up_without_an_endless_alarm(house: House, talk: Conversation) -> None:
    group = house.staff_group()
    with house.world.held():
        house.world.remove_bot(group.chat)
    with house.wiring.database.transaction() as tx:
        (staff,) = conversation.staff_groups(tx)
        outbox.tell_group(tx, staff, Card("เรื่องใหม่ 1/2569"), house.clock(), urgent=True)
    for _ in range(5):
        house.later(minutes=30)
    assert len(calls(house, "push")) == 1
    with house.wiring.database.reading() as tx:
        assert conversation.staff_groups(tx) == []


def test_while_the_platform_hangs_the_database_is_free(house: House, talk: Conversation) -> None:
    """No transaction is open while the network is used."""
    house.world.set_weather("hang")
    say(house, talk, CHATTER, token=fresh_token(house, talk))
    sender = threading.Thread(target=house.send)
    sender.start()
    with house.wiring.database.transaction() as tx:
        assert channels.states(tx) == {}
    house.world.set_weather("ok")
    sender.join()
    assert said(house, talk) == [CHATTER.text]


def test_one_sender_sends_all_that_waits_and_begins_nothing_more_once_the_house_closes(small_house: House) -> None:
    house = small_house
    talks = [conversation_of(house, house.world.add_person(name, follow=True).id) for name in ("ก", "ข", "ค")]
    house.settle()
    for talk in talks:
        say(house, talk, RECEIPT)
    may_begin = iter([True, False]).__next__
    assert house.delivery.send(house.wiring.now, may_begin)
    assert [outcomes(house, talk)[-1] for talk in talks] == [("done", "push"), ("done", "push"), ("waiting", "")]
    assert not house.delivery.send(house.wiring.now, lambda: True)
    assert outcomes(house, talks[2])[-1] == ("done", "push")
