"""LINE's events in our words, one by one: what each becomes, and that whatever else LINE may add does no harm."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Chat, Media, Reading
from bot.line_reading import envelope, reading
from bot.reading import clean
from flows.events import (
    Album,
    Edited,
    Event,
    Followed,
    Pressed,
    SentPlace,
    SentSticker,
    SentUnusable,
    Typed,
    Unsent,
)

ARRIVED = datetime(2026, 11, 24, 3, 0, 1, tzinfo=UTC)
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OLDEST = timedelta(days=3)
USER, GROUP, ROOM = "U" + "1" * 32, "C" + "2" * 32, "R" + "3" * 32


def event(kind: str = "message", source: Any = None, **body: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "mode": "active",
        "timestamp": int(AT.timestamp() * 1000),
        "webhookEventId": "01KAZ0000000000000000000AA",
        "deliveryContext": {"isRedelivery": False},
        "source": {"type": "user", "userId": USER} if source is None else source,
        "replyToken": "t" * 32,
        **body,
    }


def message(kind: str, **fields: Any) -> dict[str, Any]:
    return event(message={"type": kind, "id": "600000000000000001", **fields})


def read(given_event: Any, arrived: datetime = ARRIVED) -> Reading:
    return reading(json.dumps(given_event), arrived, OLDEST)


EVENTS: dict[str, tuple[dict[str, Any], Event | None]] = {
    "text": (message("text", text="สวัสดี"), Typed("สวัสดี", AT, "600000000000000001")),
    "text with odd line ends": (message("text", text="ก\r\nข\rค"), Typed("ก\nข\nค", AT, "600000000000000001")),
    "text that is no text": (message("text", text=["x"]), Typed("", AT, "600000000000000001")),
    "a place": (
        message("location", title="ตลาด", address="ถนน 1", latitude=18.1, longitude=100),
        SentPlace(18.1, 100.0, AT, "ตลาด", "ถนน 1"),
    ),
    "a place off the earth": (message("location", latitude=91, longitude=100), SentSticker(AT)),
    "a place that is no number": (message("location", latitude="18.1", longitude=True), SentSticker(AT)),
    "a place at not-a-number": (message("location", latitude=float("nan"), longitude=100), SentSticker(AT)),
    "a sticker": (message("sticker", packageId="1"), SentSticker(AT)),
    "a film": (message("video", contentProvider={"type": "line"}), SentUnusable("video", AT)),
    "a voice message": (message("audio"), SentUnusable("audio", AT)),
    "a picture from a web page": (
        message("image", contentProvider={"type": "external", "originalContentUrl": "https://x"}),
        SentUnusable("gone", AT),
    ),
    "something that LINE has yet to invent": (message("hologram"), SentSticker(AT)),
    "a button": (event("postback", postback={"data": "complaint:a/b=c"}), Pressed("complaint:a/b=c", AT)),
    "a button without data": (event("postback", postback={}), Pressed("", AT)),
    "a follow": (event("follow", follow={"isUnblocked": False}), Followed(AT)),
    "a return": (event("follow", follow={"isUnblocked": True}), Followed(AT, again=True)),
    "an old-fashioned follow": (event("follow"), Followed(AT)),
    "an unsend": (event("unsend", unsend={"messageId": "7"}), Unsent("7", AT)),
    "an edit": (event("messageEdited", message={"id": "7", "text": "ใหม่"}), Edited("7", "ใหม่", AT)),
    "an event that LINE has yet to invent": (event("moonLanding"), None),
    "an account link": (event("accountLink", link={"result": "ok"}), None),
}


def test_tokens_and_ids_can_be_kept_too() -> None:
    """Half a character would be refused by either database, and the turn with it."""
    assert read(event(replyToken="t\ud83d\x00")).token == "t\ufffd"
    assert read(event("unsend", unsend={"messageId": "7\udc00"})).event == Unsent("7\ufffd", AT)


@pytest.mark.parametrize(("given_event", "expected"), EVENTS.values(), ids=EVENTS.keys())
def test_each_event_is_read_as_what_it_means(given_event: dict[str, Any], expected: Event | None) -> None:
    found = read(given_event)
    assert found.event == expected
    assert (found.chat, found.speaker, found.token) == (Chat("line", "person", USER), USER, "t" * 32)
    assert found.media is None


FILES = {
    "a picture": (message("image", contentProvider={"type": "line"}), Media("600000000000000001", "image")),
    "a picture as LINE once sent it": (message("image"), Media("600000000000000001", "image")),
    "a file": (
        message("file", fileName="แบบ.pdf", fileSize=7),
        Media("600000000000000001", "file", "แบบ.pdf", 7),
    ),
    "a file of no honest size": (
        message("file", fileName="a.pdf", fileSize=-1),
        Media("600000000000000001", "file", "a.pdf"),
    ),
    "a file of a size in words": (
        message("file", fileName="a.pdf", fileSize="7"),
        Media("600000000000000001", "file", "a.pdf"),
    ),
    "one of an album": (
        message("image", imageSet={"id": "S", "index": 2, "total": 3}),
        Media("600000000000000001", "image", album=Album("S", 2, 3)),
    ),
    "one of an album from old Android": (message("image", imageSet={"id": "S"}), Media("600000000000000001", "image")),
    "the fourth of three": (
        message("image", imageSet={"id": "S", "index": 4, "total": 3}),
        Media("600000000000000001", "image"),
    ),
}


@pytest.mark.parametrize(("given_event", "media"), FILES.values(), ids=FILES.keys())
def test_pictures_and_files_are_named_to_be_fetched(given_event: dict[str, Any], media: Media) -> None:
    assert (read(given_event).media, read(given_event).event) == (media, None)
    (received,) = envelope(json.dumps({"events": [given_event]}).encode())
    assert received.slow


@pytest.mark.parametrize("reference", ["../v2/bot/info", "1/../../x", "", "7?x=1", 7, None, "7\n"], ids=repr)
def test_a_reference_that_is_no_id_is_never_put_into_an_address(reference: Any) -> None:
    given_event = message("image")
    given_event["message"]["id"] = reference
    assert read(given_event).media is None


@pytest.mark.parametrize(
    "source", [{"type": "group", "groupId": GROUP, "userId": USER}, {"type": "room", "roomId": ROOM}]
)
def test_what_a_group_shares_is_not_fetched(source: dict[str, str]) -> None:
    given_event = event(source=source, message={"type": "image", "id": "7"})
    assert read(given_event).media is None
    (received,) = envelope(json.dumps({"events": [given_event]}).encode())
    assert not received.slow


CHATS = {
    "a person": ({"type": "user", "userId": USER}, Chat("line", "person", USER), USER),
    "a group": ({"type": "group", "groupId": GROUP}, Chat("line", "group", GROUP), None),
    "somebody in a group": ({"type": "group", "groupId": GROUP, "userId": USER}, Chat("line", "group", GROUP), USER),
    "a room": ({"type": "room", "roomId": ROOM, "userId": USER}, Chat("line", "room", ROOM), USER),
    "nobody": ({"type": "user"}, None, None),
    "nothing": ({}, None, None),
    "a list": ([], None, None),
    "a new kind": ({"type": "dragon", "userId": USER}, None, USER),
    "an id that is a path": ({"type": "user", "userId": "../x"}, None, "../x"),
    "an id without end": ({"type": "user", "userId": "U" * 65}, None, "U" * 65),
}


@pytest.mark.parametrize(("source", "chat", "speaker"), CHATS.values(), ids=CHATS.keys())
def test_it_is_clear_where_an_answer_goes_and_who_spoke(source: Any, chat: Chat | None, speaker: str | None) -> None:
    found = read(event(source=source, message={"type": "text", "id": "1", "text": "x"}))
    assert (found.chat, found.speaker) == (chat, speaker)


@pytest.mark.parametrize(
    ("kind", "sign"), [("join", "joined"), ("leave", "left"), ("unfollow", "blocked"), ("follow", "")]
)
def test_comings_and_goings(kind: str, sign: str) -> None:
    assert read(event(kind)).sign == sign


def test_in_standby_there_is_nobody_to_answer() -> None:
    found = read(message("image") | {"mode": "standby"})
    assert (found.chat, found.token, found.media, found.event) == (None, None, None, None)


TIMES = {
    "as LINE says": (AT, AT),
    "a little ahead of us": (ARRIVED + timedelta(seconds=30), ARRIVED + timedelta(seconds=30)),
    "from the future": (ARRIVED + timedelta(hours=1), ARRIVED),
    "redelivered after two days": (ARRIVED - timedelta(days=2), ARRIVED - timedelta(days=2)),
    "from another life": (ARRIVED - timedelta(days=400), ARRIVED),
}


@pytest.mark.parametrize(("happened", "counted"), TIMES.values(), ids=TIMES.keys())
def test_the_platforms_time_counts_within_reason(happened: datetime, counted: datetime) -> None:
    assert read(event("follow") | {"timestamp": int(happened.timestamp() * 1000)}).at == counted


@pytest.mark.parametrize("timestamp", [None, "1", True, 1e400, -1e18, [], float("nan")], ids=repr)
def test_without_a_time_it_happened_when_it_arrived(timestamp: Any) -> None:
    assert read(event("follow") | {"timestamp": timestamp}).at == ARRIVED


def test_half_characters_become_whole_ones_and_pairs_stay() -> None:
    assert clean("\ud83c\udf4e") == "🍎"
    assert clean("a\ud83cb") == "a�b"
    assert clean("a\x00\x07b\tc\n") == "ab\tc\n"
    assert clean("ก\u2028ข\ufffe") == "กข"
    assert clean(None) == clean(7) == ""


# --- envelope ---


def test_events_get_their_own_lanes_and_ids() -> None:
    other = event() | {"webhookEventId": "01KAZ0000000000000000000BB", "source": {"type": "group", "groupId": GROUP}}
    found = envelope(json.dumps({"destination": "U", "events": [event(), other]}).encode())
    assert [(one.event_id[-2:], one.lane) for one in found] == [("AA", f"line:{USER}"), ("BB", f"line:{GROUP}")]
    assert all(one.payload.isascii() for one in found)
    assert json.loads(found[0].payload) == event()


def test_an_event_without_an_id_is_known_by_its_content() -> None:
    nameless = event()
    del nameless["webhookEventId"]
    (once,) = envelope(json.dumps({"events": [nameless]}).encode())
    (again,) = envelope(json.dumps({"events": [nameless]}).encode())
    assert once.event_id == again.event_id
    assert once.event_id.startswith("sha256:")


def test_two_who_cannot_be_named_do_not_wait_for_each_other() -> None:
    strangers = [event(source={}) | {"webhookEventId": f"01KAZ000000000000000000{n}"} for n in range(2)]
    first, second = envelope(json.dumps({"events": strangers}).encode())
    assert first.lane != second.lane


def test_one_odd_event_is_kept_as_unreadable_beside_a_good_one() -> None:
    odd, good = envelope(json.dumps({"events": [None, event()]}).encode())
    assert odd.unreadable
    assert not good.unreadable


BODIES = (b"", b"{", b"[]", b"null", b'{"events":7}', b"\xff", b'{"events":' + b"[" * 100_000)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:16]))
def test_a_genuine_body_that_cannot_be_read_is_kept_whole(body: bytes) -> None:
    (found,) = envelope(body)
    assert found.unreadable
    assert (
        json.loads(found.payload)["unreadable"].encode()[:20] == body.decode("utf-8", "backslashreplace").encode()[:20]
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = (
    "type",
    "source",
    "message",
    "timestamp",
    "mode",
    "replyToken",
    "webhookEventId",
    "postback",
    "unsend",
    "follow",
)
INNER = ("type", "id", "text", "fileName", "fileSize", "imageSet", "contentProvider", "latitude", "longitude", "title")


@given(st.dictionaries(st.sampled_from(KEYS), json_values), st.dictionaries(st.sampled_from(INNER), json_values))
def test_whatever_an_event_holds_reading_never_fails(outer: dict[str, Any], inner: dict[str, Any]) -> None:
    for given_event in (event() | outer, message("image") | {"message": {"type": "file", "id": "1", **inner}}):
        (received,) = envelope(json.dumps({"events": [given_event]}).encode())
        found = reading(received.payload, ARRIVED, OLDEST)
        assert found.at.tzinfo is not None
        assert sum(thing is not None for thing in (found.event, found.media)) <= 1
        assert ARRIVED - OLDEST <= found.at <= ARRIVED + timedelta(minutes=1)


@given(st.binary(max_size=300))
def test_whatever_bytes_are_signed_something_is_kept(body: bytes) -> None:
    assert all(one.event_id and one.lane and one.payload.isascii() for one in envelope(body))
