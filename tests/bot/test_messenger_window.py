"""Messenger against its strict stand-in: when the page may write to somebody, and by what right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flows.messages import Choice, Say
from tests.bot.messenger_talk import RECEIPT, allow, files_a_complaint, outcomes, say, sends, talk_of
from tests.house import MessengerPhone, words


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
    link = phone.button("ถามความคืบหน้า")["url"]
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
