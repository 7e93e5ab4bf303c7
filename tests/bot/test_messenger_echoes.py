"""Messenger against its strict stand-in: by the echo nothing is said twice, and officers are not interrupted."""

from __future__ import annotations

from typing import Any

from flows.messages import Say
from sandbox.acts import Upload
from sandbox.pictures import photo
from tests.bot.messenger_talk import RECEIPT, files_a_complaint, open_history, outcomes, say, sends
from tests.house import MessengerPhone, words


def test_what_was_taken_although_the_answer_was_lost_is_not_said_twice(phone: MessengerPhone) -> None:
    """The echo tells."""
    phone.house.world.meta.next_answers("send", ["drop"])
    say(phone, RECEIPT)
    phone.house.settle()
    phone.house.later(hours=3)
    assert [words(message) for message in phone.said()].count(RECEIPT.text) == 1
    assert outcomes(phone)[-1][0] == "done"


def test_without_an_echo_it_is_said_again_but_not_before_one_could_have_come(phone: MessengerPhone) -> None:
    phone.house.world.meta.next_answers("send", ["500"])
    before = len(sends(phone))
    say(phone, RECEIPT)
    phone.house.settle()
    phone.house.later(seconds=90)
    assert len(sends(phone)) == before + 1
    phone.house.later(seconds=60)
    assert words(phone.said()[-1]) == RECEIPT.text


def test_a_message_of_several_calls_goes_on_where_it_was_cut_off(phone: MessengerPhone) -> None:
    long = Say("เรื่องยาวมาก ขอเล่าให้ฟัง " * 150, must_arrive=True)
    phone.house.world.meta.next_answers("send", ["ok", "drop"])
    before = len(phone.said())
    say(phone, long)
    phone.house.settle()
    phone.house.later(seconds=20)
    said = [words(message) for message in phone.said()[before:]]
    assert len(said) > 2
    assert " ".join(said).replace(" ", "") == long.text.replace(" ", "")


def test_echoes_that_come_one_by_one_do_not_hurry_a_sender_that_died(phone: MessengerPhone) -> None:
    house, meta = phone.house, phone.house.world.meta
    before = len(phone.said())
    with meta.held() as echoes:
        say(phone, Say("เรื่องยาวมาก ขอเล่าให้ฟัง " * 150, must_arrive=True))
        with house.wiring.database.transaction() as tx:
            found, plan = house.delivery._next(tx, house.clock())
        assert plan is not None
        house.delivery._send([row for row in found if row["id"] in plan.ids], plan)
    parts = len(phone.said()) - before
    assert parts > 2
    house.later(seconds=30)
    for echo in echoes:
        meta.deliver(echo)
        house.settle()
    house.later(minutes=3)
    assert len(phone.said()) - before == parts
    assert outcomes(phone)[-1][0] == "done"


def test_a_sender_that_died_waits_for_the_echo(phone: MessengerPhone) -> None:
    house = phone.house
    say(phone, RECEIPT)
    with house.wiring.database.transaction() as tx:
        found, plan = house.delivery._next(tx, house.clock())
    assert plan is not None
    house.delivery._send([row for row in found if row["id"] in plan.ids], plan)
    house.settle()
    house.later(seconds=30)
    house.later(minutes=3)
    assert [words(message) for message in phone.said()].count(RECEIPT.text) == 1
    assert outcomes(phone)[-1][0] == "done"


def test_an_echo_that_comes_before_the_answer_to_the_call_does_no_harm(phone: MessengerPhone) -> None:
    house = phone.house
    say(phone, RECEIPT)
    with house.wiring.database.transaction() as tx:
        found, plan = house.delivery._next(tx, house.clock())
    assert plan is not None
    outcome = house.delivery._send([row for row in found if row["id"] in plan.ids], plan)
    assert house.world.wait_idle()
    assert house.turn()  # the echo
    with house.wiring.database.transaction() as tx:
        house.delivery._settle(tx, found, plan, outcome, house.clock())
    house.later(hours=3)
    assert [words(message) for message in phone.said()].count(RECEIPT.text) == 1
    assert outcomes(phone)[-1][0] == "done"


def test_where_an_officer_writes_by_hand_we_are_silent_and_come_back_by_ourselves(phone: MessengerPhone) -> None:
    house, meta = phone.house, phone.house.world.meta
    meta.office_writes(phone.user, "สวัสดีครับ ผมนิติกร จะช่วยดูให้")
    house.settle()
    assert phone.types("ขอบคุณค่ะ รบกวนด้วย") == []
    phone.does(lambda meta, psid: meta.send_files(psid, [Upload(photo("pothole", 1))]))
    house.later(hours=house.wiring.office.sending.quiet_hours)
    assert phone.types("สวัสดี") != []


def test_an_instant_reply_of_the_platform_does_not_silence_us(phone: MessengerPhone) -> None:
    def writes_and_is_answered_at_once(meta: Any, psid: str) -> None:
        meta.say(psid, "สวัสดี")
        phone.house.settle()
        phone.house.clock.pass_(seconds=1)
        meta.office_writes(psid, "ขอบคุณที่ติดต่อเรา จะตอบกลับโดยเร็ว")

    phone.does(writes_and_is_answered_at_once)
    assert phone.types("สวัสดีค่ะ") != []


def test_an_edit_counts_also_while_an_officer_speaks(phone: MessengerPhone) -> None:
    house, meta = phone.house, phone.house.world.meta
    files_a_complaint(phone)
    spoken = next(entry for entry in meta.chat(phone.user) if entry.message.get("text") == "ถนนเป็นหลุมลึก น้ำขังตลอด")
    meta.office_writes(phone.user, "สวัสดีครับ")
    house.settle()
    assert phone.does(lambda meta, psid: meta.edit(psid, spoken.id, "ถนนยุบตัว น้ำขังตลอด")) == []
    assert open_history(house)[-1] == "message_amended"


def test_whoever_turns_to_the_machine_is_answered_by_it_again(phone: MessengerPhone) -> None:
    phone.house.world.meta.office_writes(phone.user, "สวัสดีครับ")
    phone.house.settle()
    assert phone.types("ขอบคุณค่ะ") == []
    assert phone.types("เมนู") != []
    assert phone.types("สวัสดี") != []
