"""Messenger's webhooks, read: every item, each once, whatever Meta or a stranger puts into them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Chat, Echo, Media, Reading
from bot.messenger_reading import WINDOW, envelope, metadata, reading
from flows.events import Album, Edited, Event, Followed, Pressed, SentPlace, SentSticker, SentUnusable, Typed

PAGE, PSID = "1111", "2222"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp() * 1000)
KEY = "0b5a3c1e-7d5f-4c56-9d5e-2f8b8a1c9d10"
CDN = "https://scontent.xx.fbcdn.net/v/a.jpg?oe=1"


def item(**what: Any) -> dict[str, Any]:
    return {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": STAMP, **what}


def message(**what: Any) -> dict[str, Any]:
    return item(message={"mid": "m_1", **what})


def attached(*kinds: str, **more: Any) -> dict[str, Any]:
    return message(attachments=[{"type": kind, "payload": {"url": CDN}} for kind in kinds], **more)


def body(*items: Any, field: str = "messaging", page: str = PAGE) -> bytes:
    return json.dumps(
        {"object": "page", "entry": [{"id": page, "time": STAMP, field: [one]} for one in items]}
    ).encode()


def read(given_item: dict[str, Any], field: str = "messaging") -> list[Reading]:
    return [reading(one.payload, NOW, timedelta(days=3)) for one in envelope(body(given_item, field=field), PAGE)]


EVENTS: dict[str, tuple[dict[str, Any], Event | None]] = {
    "text": (message(text="สวัสดี"), Typed("สวัสดี", NOW, "m_1")),
    "half a character": (message(text="ก\ud83d\x00"), Typed("ก\ufffd", NOW, "m_1")),
    "a quick reply": (message(text="ถนน", quick_reply={"payload": "a/b=c"}), Pressed("a/b=c", NOW)),
    "a quick reply that says something": (
        message(text="ดู 1/2569", quick_reply={"payload": "say:K7QF-2MXA"}),
        Typed("K7QF-2MXA", NOW, "m_1"),
    ),
    "a button": (item(postback={"mid": "m_2", "title": "ถนน", "payload": "a/b=c"}), Pressed("a/b=c", NOW)),
    "a button of old": (item(postback={"title": "ถนน", "payload": "a/b=c"}), Pressed("a/b=c", NOW)),
    "the button that begins": (item(postback={"payload": "GET_STARTED"}), Followed(NOW)),
    "a link to this chat": (
        item(referral={"ref": "x", "type": "OPEN_THREAD"}),
        Followed(NOW, again=True, reference="x"),
    ),
    "an edit": (item(message_edit={"mid": "m_1", "text": "ใหม่", "num_edit": "1"}), Edited("m_1", "ใหม่", NOW)),
    "a sticker": (message(attachments=[{"type": "sticker", "payload": {"url": CDN}}]), SentSticker(NOW)),
    "a sticker of old": (
        message(attachments=[{"type": "image", "payload": {"url": CDN, "sticker_id": 369}}]),
        SentSticker(NOW),
    ),
    "a sticker of the change": (attached("sticker", "image"), SentSticker(NOW)),
    "a film": (attached("video"), SentUnusable("video", NOW)),
    "a voice": (attached("audio"), SentUnusable("audio", NOW)),
    "a picture without address": (message(attachments=[{"type": "image", "payload": None}]), SentUnusable("gone", NOW)),
    "a place": (
        message(attachments=[{"type": "location", "payload": {"coordinates": {"lat": 13.7, "long": 100.5}}}]),
        SentPlace(13.7, 100.5, NOW),
    ),
    "no place": (
        message(attachments=[{"type": "location", "payload": {"coordinates": {"lat": 1e9, "long": True}}}]),
        SentSticker(NOW),
    ),
    "a shared map": (
        message(attachments=[{"type": "fallback", "url": "https://maps.app.goo.gl/x", "payload": None}]),
        Typed("https://maps.app.goo.gl/x", NOW, "m_1"),
    ),
    "a link with its preview": (message(text="https://x.go.th", attachments=[{"type": "fallback", "payload": None}]),
        Typed("https://x.go.th", NOW, "m_1")),
    "a reel": (message(attachments=[{"type": "reel", "payload": {"url": "/reel/1"}}]), SentSticker(NOW)),
    "something new": (message(attachments=[{"type": "hologram"}]), SentSticker(NOW)),
}  # fmt: skip


@pytest.mark.parametrize(("given_item", "expected"), EVENTS.values(), ids=EVENTS.keys())
def test_each_event_is_read_as_what_it_means(given_item: dict[str, Any], expected: Event | None) -> None:
    (found,) = read(given_item)
    assert (found.event, found.media) == (expected, None)
    assert found.chat == Chat("messenger", "person", PSID)
    assert found.window_until == (None if "message_edit" in given_item else NOW + WINDOW)


def test_a_picture_is_named_to_be_fetched() -> None:
    (found,) = read(attached("image"))
    assert found.media == Media(CDN, "image", message_id="m_1")
    (file,) = read(attached("file"))
    assert file.media == Media(CDN, "file", name="a.jpg", message_id="m_1")


@pytest.mark.parametrize("url", ["https://[::1", "https://a]b/%ff%00", "https://ⅷ℀/x"])
def test_an_address_that_is_none_is_nobodys_trouble_at_the_door(url: str) -> None:
    (kept,) = envelope(body(message(attachments=[{"type": "file", "payload": {"url": url}}])), PAGE)
    assert not kept.unreadable


def test_several_pictures_of_one_message_are_several_arrivals_of_one_album() -> None:
    kept = envelope(body(attached("image", "image", "image", text="ดูสิ")), PAGE)
    assert [one.event_id for one in kept] == ["m_1", "m_1#2", "m_1#3", "m_1#4"]
    assert [one.slow for one in kept] == [False, True, True, True]
    assert len({one.lane for one in kept}) == 1
    read_ = [reading(one.payload, NOW, timedelta(days=3)) for one in kept]
    assert read_[0].event == Typed("ดูสิ", NOW, "m_1")
    assert [one.media.album for one in read_[1:] if one.media] == [Album("m_1", n, 3) for n in (1, 2, 3)]
    assert len({one.media.message_id for one in read_[1:] if one.media}) == 3


def test_every_item_of_every_entry_is_kept_once() -> None:
    entries = [
        {"id": PAGE, "messaging": [message(text="1"), item(message={"mid": "m_2", "text": "2"})]},
        {
            "id": PAGE,
            "messaging": [item(message={"mid": "m_3", "text": "3"})],
            "standby": [item(message={"mid": "m_4"})],
        },
        {"id": "another page", "messaging": [item(message={"mid": "m_5", "text": "5"})]},
        {"id": PAGE, "changes": [{"field": "feed"}]},
        "no entry",
    ]
    kept = envelope(json.dumps({"object": "page", "entry": entries}).encode(), PAGE)
    assert [one.event_id for one in kept] == ["m_1", "m_2", "m_3", "m_4"]


@pytest.mark.parametrize("ignored", ["delivery", "read", "reaction", "optin", "app_roles"])
def test_what_changes_nothing_is_not_kept(ignored: str) -> None:
    assert envelope(body(item(**{ignored: {"watermark": "1"}})), PAGE) == []


def test_what_is_said_in_standby_has_nobody_to_answer() -> None:
    assert read(message(text="สวัสดี"), field="standby") == [Reading(chat=None, at=NOW)]


def echo(**more: Any) -> dict[str, Any]:
    told = {"mid": "m_9", "is_echo": True, "text": "x", **more}
    return {"sender": {"id": PAGE}, "recipient": {"id": PSID}, "timestamp": STAMP, "message": told}


def test_an_echo_of_ours_is_known_by_its_metadata_and_any_other_is_an_officers() -> None:
    (ours,) = read(echo(metadata=metadata(KEY, 2, 3)))
    assert (ours.echo, ours.sign, ours.event, ours.window_until) == (Echo(KEY, 2, 3), "", None, None)
    assert ours.chat == Chat("messenger", "person", PSID)
    for other in ({}, {"metadata": "other"}, {"metadata": 7}, {"app_id": 26390203743090}):
        (officer,) = read(echo(**other))
        assert (officer.echo, officer.sign, officer.event) == (None, "officer", None)


def test_events_without_an_id_are_known_by_what_they_are() -> None:
    one = item(postback={"payload": "a"})
    again, later = envelope(body(one), PAGE), envelope(body({**one, "timestamp": STAMP + 1}), PAGE)
    assert envelope(body(one), PAGE) == again
    assert again[0].event_id != later[0].event_id
    edits = [envelope(body(item(message_edit={"mid": "m_1", "num_edit": n})), PAGE)[0].event_id for n in (1, 2)]
    assert len({*edits, "m_1"}) == 3


@pytest.mark.parametrize("stamp", [STAMP, STAMP // 1000, str(STAMP)])
def test_seconds_milliseconds_and_words(stamp: Any) -> None:
    (found,) = read({**message(text="x"), "timestamp": stamp})
    assert found.at == NOW


@pytest.mark.parametrize("stamp", [None, True, "x", 10**30, -1, STAMP + 10**9, STAMP - 10**12])
def test_a_time_that_cannot_be_believed_is_that_of_arrival(stamp: Any) -> None:
    (found,) = read({**message(text="x"), "timestamp": stamp})
    assert found.at == NOW


@pytest.mark.parametrize("broken", [b"", b"{}", b"[]", b"null", b'{"entry": 7}', b"\xff", b"[" * 10**5])
def test_a_genuine_body_that_cannot_be_read_is_kept_whole(broken: bytes) -> None:
    (kept,) = envelope(broken, PAGE)
    assert kept.unreadable


def test_one_odd_item_is_kept_as_unreadable_beside_a_good_one() -> None:
    odd, good = envelope(body("odd", message(text="x")), PAGE)
    assert odd.unreadable
    assert (good.event_id, good.unreadable) == ("m_1", "")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["mid", "text", "attachments", "quick_reply", "payload", "is_echo", "metadata", "type", "url", "ref", "num_edit"]
)


@given(st.sampled_from(["message", "postback", "referral", "message_edit"]), st.dictionaries(names, values), values)
def test_whatever_an_item_holds_it_is_kept_and_read(kind: str, inner: dict[str, Any], stamp: Any) -> None:
    good = message(text="ดี") | {"message": {"mid": "m_good", "text": "ดี"}}
    kept = envelope(body({**item(**{kind: inner}), "timestamp": stamp}, good), PAGE)
    assert kept[-1].event_id == "m_good"
    for one in kept:
        assert one.payload.isascii()
        reading(one.payload, NOW, timedelta(days=3))


@given(st.binary(max_size=200))
def test_whatever_bytes_are_signed_nothing_breaks(raw: bytes) -> None:
    envelope(raw, PAGE)
