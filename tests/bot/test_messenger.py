"""Messenger against its strict stand-in: the window, rights, errors, echoes, pictures; nothing twice, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import outbox
from bot.channel import Refused, Sent, TryAgain
from bot.messenger import Messenger
from bot.messenger_errors import meaning
from flows.messages import Card, Choice, Message, Picture, Say
from models import conversation
from models import outbox as rows
from models.bucket import Bucket, Place
from models.case import case_events, cases
from models.conversation import Conversation
from models.vault import Vault
from office import unreachable
from sandbox.acts import Upload
from sandbox.pictures import photo
from tests.house import House, MessengerPhone, words

RECEIPT = Say("ผลการดำเนินการ: ซ่อมถนนแล้ว", must_arrive=True)


@pytest.fixture
def phone(small_house: House) -> MessengerPhone:
    """Somebody who has written once and was answered."""
    phone = small_house.messenger_citizen()
    phone.types("สวัสดี")
    return phone


def talk_of(phone: MessengerPhone) -> Conversation:
    with phone.house.wiring.database.reading() as tx:
        talk = conversation.find(tx, f"messenger:{phone.user}")
    assert talk is not None
    return talk


def say(phone: MessengerPhone, *messages: Message, purpose: str = "answer") -> None:
    talk = talk_of(phone)
    with phone.house.wiring.database.transaction() as tx:
        outbox.say(tx, talk, messages, phone.house.clock(), purpose=purpose)


def sends(phone: MessengerPhone) -> list[Any]:
    return [call for call in phone.house.world.meta.calls if call.operation == "send"]


def outcomes(phone: MessengerPhone) -> list[tuple[str, str, str]]:
    with phone.house.wiring.database.reading() as tx:
        mine = sa.select(rows.outgoing).where(rows.outgoing.c.lane == f"messenger:{phone.user}")
        return [(row["state"], row["held"], row["outcome"]) for row in tx.all(mine.order_by(rows.outgoing.c.id))]


def allow(phone: MessengerPhone, **granted: Any) -> None:
    """Meta grants the page something, and the office says so in its file."""
    channel = phone.house.wiring.channels["messenger"]
    assert isinstance(channel, Messenger)
    channel._account = replace(channel._account, **granted)


# --- the window ---


def test_whoever_writes_is_answered_as_a_response(phone: MessengerPhone) -> None:
    assert {call.json["messaging_type"] for call in sends(phone)} == {"RESPONSE"}
    assert all(call.status == 200 for call in sends(phone))
    assert phone.sees("ติดตามเรื่อง")


def test_outside_the_window_nothing_is_tried_and_it_is_said_when_they_next_write(phone: MessengerPhone) -> None:
    phone.house.later(hours=25)
    before = len(sends(phone))
    say(phone, RECEIPT)
    phone.house.settle()
    phone.house.later(days=3)
    assert len(sends(phone)) == before
    said = phone.types("เมนู")
    assert words(said[0]) == RECEIPT.text
    assert {call.status for call in sends(phone)} == {200}


def test_a_passing_word_is_not_kept_for_days(phone: MessengerPhone) -> None:
    phone.house.later(hours=25)
    say(phone, Say("ไม่สำคัญ"))
    phone.house.settle()
    assert outcomes(phone)[-1] == ("dropped", "", "no way to say it any more")


def test_what_is_held_for_somebody_to_write_is_no_sign_of_illness(phone: MessengerPhone) -> None:
    phone.house.later(hours=25)
    say(phone, RECEIPT)
    phone.house.later(hours=5)
    assert phone.house.client.get("/health").get_json()["oldest_message_seconds"] is None


def test_a_link_to_the_chat_opens_the_window_again(phone: MessengerPhone) -> None:
    phone.house.later(hours=30)
    say(phone, RECEIPT)
    phone.house.settle()
    said = phone.does(lambda meta, psid: meta.refer(psid, "K7QF-2MXA"))
    assert words(said[0]) == RECEIPT.text


def test_the_receipts_link_opens_the_window_and_tells_how_the_case_stands(phone: MessengerPhone) -> None:
    files_a_complaint(phone)
    link = phone.button("กลับมาที่แชตนี้")["url"]
    assert link.startswith(f"https://m.me/{phone.house.world.meta.page_id}?ref=")
    phone.house.later(hours=30)
    say(phone, RECEIPT)
    phone.house.settle()
    said = phone.does(lambda meta, psid: meta.refer(psid, link.rpartition("=")[2]))
    assert words(said[0]) == RECEIPT.text
    assert "1/2569" in words(said[1])


def test_the_window_counts_from_the_platforms_time(phone: MessengerPhone) -> None:
    now = phone.house.clock()
    phone.house.later(hours=48)
    phone.does(lambda meta, psid: meta.say(psid, "เมนู", at=now + timedelta(hours=20)))
    assert talk_of(phone).window_until < phone.house.clock()


@pytest.mark.parametrize(
    ("purpose", "granted", "after", "kind"),
    [
        ("officer", {"human_agent": True}, 48, "MESSAGE_TAG"),
        ("officer", {"human_agent": True}, 24 * 8, None),  # seven days are over
        ("officer", {}, 48, None),  # the office has no such leave
        ("answer", {"human_agent": True}, 48, None),  # a machine never speaks as a human
        ("status", {"utility_template": "news"}, 48, "UTILITY"),
        ("status", {"utility_template": "news"}, 24 * 60, "UTILITY"),
        ("status", {}, 48, None),
        ("officer", {"human_agent": True}, 2, "RESPONSE"),
    ],
)
def test_rights_beyond_the_window(
    phone: MessengerPhone, purpose: str, granted: dict[str, Any], after: float, kind: str | None
) -> None:
    meta = phone.house.world.meta
    meta.rights.human_agent = meta.rights.utility = True
    body = {"type": "BODY", "text": "แจ้งความคืบหน้า {{1}}", "example": {"body_text": [["ซ่อมแล้ว"]]}}
    meta.templates.create({"name": "news", "language": "th", "category": "UTILITY", "components": [body]})
    meta.decide_template("news")
    allow(phone, **granted)
    phone.house.later(hours=after)
    before = len(sends(phone))
    say(phone, RECEIPT, purpose=purpose)
    phone.house.settle()
    new = sends(phone)[before:]
    assert [call.json["messaging_type"] for call in new] == ([kind] if kind else [])
    assert all(call.status == 200 for call in new), [call.answer for call in new]
    if kind == "MESSAGE_TAG":
        assert new[0].json["tag"] == "HUMAN_AGENT"
    if kind:
        assert "ซ่อมถนนแล้ว" in words(phone.said()[-1])
    else:
        assert outcomes(phone)[-1][:2] == ("waiting", "window")


def test_when_the_platform_says_the_window_is_closed_it_is_held_and_not_tried_again(phone: MessengerPhone) -> None:
    """Its clock and ours may differ."""
    meta = phone.house.world.meta
    meta.accounts[phone.user].wrote -= 25 * 3600
    say(phone, RECEIPT)
    phone.house.settle()
    phone.house.later(hours=2)
    assert [call.answer["error"]["error_subcode"] for call in sends(phone) if call.status != 200] == [2018278]
    assert words(phone.types("เมนู")[0]) == RECEIPT.text


def test_what_can_be_tapped_stands_below_the_last_message_of_a_turn(phone: MessengerPhone) -> None:
    """Messenger shows quick replies only until something newer is said, and each message goes by itself."""
    say(phone, Say("รับเรื่องแล้ว", choices=(Choice("ดู 1/2569", "K7QF-2MXA", "say"),)), Say("ขอบคุณ"))
    phone.house.settle()
    assert phone.last == "ขอบคุณ"
    assert phone.sees("ดู 1/2569")


# --- errors ---


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


# --- echoes ---


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


# --- whom nothing reaches (B29) ---


def proposes(house: House) -> None:
    with house.wiring.database.transaction() as tx:
        unreachable.propose_disposal(tx, house.wiring.office, house.clock())


def open_history(house: House) -> list[str]:
    with house.wiring.database.reading() as tx:
        return [row["what"] for row in tx.all(sa.select(case_events).order_by(case_events.c.id))]


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


# --- the page ---


def test_a_token_of_another_page_is_noticed(phone: MessengerPhone) -> None:
    allow(phone, page_id="12345")
    channel = phone.house.wiring.channels["messenger"]
    assert isinstance(channel, Messenger)
    assert isinstance(channel.set_up("สวัสดี"), Refused)


def test_the_page_is_set_up_and_its_menu_works(phone: MessengerPhone) -> None:
    meta, channel = phone.house.world.meta, phone.house.wiring.channels["messenger"]
    assert isinstance(channel, Messenger)
    assert channel.set_up("สวัสดี") == Sent()
    assert meta.subscribe()
    assert {call.status for call in meta.calls} == {200}
    item = next(item for item in meta.profile.menu if item["title"] == "ติดตามเรื่อง")
    said = phone.presses(item)
    assert "เรื่อง" in words(said[-1])
    newcomer = phone.house.messenger_citizen("วิภา แสงจันทร์")
    assert "ยินดีต้อนรับ" in words(newcomer.said()[0])


# --- what citizens send ---


def test_a_batch_of_several_people_is_answered_to_each_in_order(small_house: House) -> None:
    phones = [small_house.messenger_citizen(f"ผู้ร้อง คนที่{n}") for n in range(3)]
    meta = small_house.world.meta
    with meta.held() as happened:
        for text in ("สวัสดี", "แจ้งเบาะแสทุจริต"):
            for phone in phones:
                meta.say(phone.user, text)
            small_house.clock.pass_(seconds=1)
    meta.deliver(*happened, together=True)
    small_house.later(seconds=5)
    for phone in phones:
        assert "สวัสดี" in words(phone.said()[0])
        assert phone.sees("รับทราบและทำต่อ")


def test_several_pictures_of_one_message_get_one_answer(phone: MessengerPhone) -> None:
    phone.does(lambda meta, psid: meta.send_files(psid, [Upload(photo("pothole", n)) for n in range(3)]))
    phone.house.later(seconds=10)
    said = [words(message) for message in phone.said()]
    assert len([text for text in said if "รูป" in text]) == 1, said


def test_a_picture_of_ours_goes_as_bytes(phone: MessengerPhone) -> None:
    stored = phone.house.wiring.files.keep([photo("pothole", 5)], 10**7)
    say(phone, Picture("https://x.example/a.png", "https://x.example/a.png", "คิวอาร์โค้ด", file=stored.sha256))
    phone.house.settle()
    assert sends(phone)[-1].headers["Content-Type"].startswith("multipart/form-data")
    assert sends(phone)[-1].status == 200, sends(phone)[-1].answer


def test_a_picture_that_the_store_cannot_give_now_is_sent_later(phone: MessengerPhone, tmp_path: Path) -> None:
    away = Bucket(Place("office", "http://127.0.0.1:9", "", "us-east-1", "id", "key"), tmp_path, Vault("secret"))
    messenger = Messenger(phone.house.wiring.channels["messenger"]._account, away.read)
    picture = Picture("https://x.example/a.png", "https://x.example/a.png", "คิวอาร์โค้ด", file="a" * 64)
    outcome = messenger.send(phone.user, [picture], token=None, key="one")
    assert outcome == TryAgain("its picture cannot be read now")


def test_in_standby_we_read_and_say_nothing(phone: MessengerPhone) -> None:
    phone.house.world.meta.mode = "standby"
    assert phone.types("สวัสดี") == []


def files_a_complaint(phone: MessengerPhone) -> None:
    phone.types("เมนู")
    phone.taps("ร้องเรียน/ร้องทุกข์")
    phone.types("1")
    for said in ("1", "หน้าวัดศรีนคร", "ถนนเป็นหลุมลึก น้ำขังตลอด", "ข้าม", "ไม่ระบุชื่อ"):
        phone.types(said)
    phone.taps("ยืนยันและส่ง")
