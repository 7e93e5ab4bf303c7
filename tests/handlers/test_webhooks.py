"""What knocks at the door: genuine or not, whole or broken; what is answered, and what is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from building import web
from handlers.webhooks import LONGEST_BODY
from models.inbox import arrivals
from tests.house import SECRET, House


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def knock(house: House, body: bytes | Any, signature: str | None = "") -> int:
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    given_signature = sign(body) if signature == "" else signature
    headers = {} if given_signature is None else {"x-line-signature": given_signature}
    return house.client.post("/webhooks/line", data=body, headers=headers).status_code


def kept(house: House) -> list[Any]:
    with house.wiring.database.reading() as tx:
        return list(tx.all(sa.select(arrivals).order_by(arrivals.c.id)))


def text_event(
    event_id: str = "01HEVENT0000000000000000AA", text: str = "สวัสดี", user: str = "U" + "1" * 32
) -> dict[str, Any]:
    return {
        "type": "message",
        "mode": "active",
        "timestamp": 1795489200000,
        "webhookEventId": event_id,
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "token-" + event_id,
        "source": {"type": "user", "userId": user},
        "message": {"type": "text", "id": "1", "quoteToken": "q", "text": text},
    }


def test_a_genuine_event_is_kept_as_it_came(house: House) -> None:
    event = text_event()
    assert knock(house, {"destination": "U", "events": [event]}) == 200
    (row,) = kept(house)
    assert json.loads(row["payload"]) == event
    assert row["lane"] == "line:U" + "1" * 32


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "bm90IGl0",
        sign(b"other body"),
        sign(b'{"events":[]}', "other secret"),
        "é" * 44,
        "",
    ],
    ids=["missing", "short", "of another body", "with another secret", "not ascii", "of the reformatted body"],
)
def test_who_does_not_know_the_secret_gets_403_and_nothing_is_kept(small_house: House, signature: str | None) -> None:
    body = b'{"events": []}'
    assert knock(small_house, body, signature or sign(b'{"events":[]}') if signature is not None else None) == 403
    assert kept(small_house) == []


def test_the_check_call_of_the_console_is_answered(small_house: House) -> None:
    assert knock(small_house, {"destination": "U", "events": []}) == 200
    assert kept(small_house) == []


def test_an_event_that_comes_again_is_kept_once(house: House) -> None:
    event = text_event()
    again = event | {"deliveryContext": {"isRedelivery": True}}
    for events in ([event], [again], [event, again, event]):
        assert knock(house, {"events": events}) == 200
    assert len(kept(house)) == 1


def test_a_body_over_one_mebibyte_is_refused_and_one_just_below_is_taken(small_house: House) -> None:
    frame = len(json.dumps({"events": [text_event(text="")]}).encode())
    whole = json.dumps({"events": [text_event(text="x" * (LONGEST_BODY - frame))]}).encode()
    assert len(whole) == LONGEST_BODY
    assert knock(small_house, whole) == 200
    assert knock(small_house, whole + b" ") == 413
    assert len(kept(small_house)) == 1


UNREADABLE = {
    "no JSON": b"\xff\xfe{",
    "empty": b"",
    "deeply nested": b'{"events":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "no events": b'{"destination":"U"}',
    "a list": b"[1]",
    "null": b"null",
    "events is text": b'{"events":"x"}',
    "a number of 5000 digits": b'{"events":[' + b"9" * 5000 + b"]}",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_genuine_body_that_cannot_be_read_is_kept_for_a_look_and_not_asked_for_again(
    small_house: House, body: bytes
) -> None:
    assert knock(small_house, body) == 200
    (row,) = kept(small_house)
    assert (row["state"], bool(row["outcome"])) == ("stuck", True)


def test_odd_events_do_no_harm_to_a_good_one_beside_them(house: House) -> None:
    odd: list[Any] = [
        None, 7, "x", [], {}, {"type": "somethingNew", "webhookEventId": 5}, {"type": "message"},
        {"type": "message", "source": {"type": "user"}, "message": {"type": "text", "text": "hi"}, "replyToken": "r"},
        {"type": "message", "source": {"type": "dragon", "userId": "U"}, "message": {"type": "text"}},
        text_event("01HODD00000000000000000001", user="") | {"message": "?"},
        text_event("01HODD00000000000000000002") | {"timestamp": 1e400, "mode": "siesta"},
        text_event("01HODD00000000000000000003") | {"message": {"type": "hologram", "id": "9"}},
    ]  # fmt: skip
    assert knock(house, {"events": [*odd, text_event()]}) == 200
    house.settle()
    states = {row["event_id"]: row["state"] for row in kept(house)}
    assert states["01HEVENT0000000000000000AA"] == "done"
    assert all(state in ("done", "stuck") for state in states.values())


@pytest.mark.parametrize("text", ["\\ud83d", "a\\u0000b", "\\udc00\\ud800", "\\u000b\\u202e"], ids=repr)
def test_half_characters_and_nul_are_survived(house: House, text: str) -> None:
    event = json.dumps(text_event(text="PLACE")).replace("PLACE", text)
    assert knock(house, f'{{"events":[{event}]}}'.encode()) == 200
    house.settle()
    assert [row["state"] for row in kept(house)] == ["done"]


def test_a_channel_that_is_off_has_no_door(small_house: House) -> None:
    without = web(replace(small_house.wiring, channels={"line": small_house.wiring.channels["line"]})).test_client()
    assert without.post("/webhooks/messenger", data=b"{}").status_code == 404
    assert without.get("/webhooks/messenger").status_code == 404


def test_what_could_not_be_stored_is_answered_503_and_kept_when_it_comes_again(small_house: House) -> None:
    database = small_house.wiring.database
    with database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE arrivals RENAME TO away"))
    assert knock(small_house, {"events": [text_event()]}) == 503
    with database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE away RENAME TO arrivals"))
    assert knock(small_house, {"events": [text_event()]}) == 200
    assert len(kept(small_house)) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
parts = st.sampled_from(["source", "message", "timestamp", "mode", "type", "replyToken", "webhookEventId", "postback"])


@given(
    changes=st.lists(st.tuples(parts, json_values), max_size=4),
    inner=st.lists(
        st.tuples(
            st.sampled_from(["type", "id", "text", "contentProvider", "imageSet", "userId", "latitude"]), json_values
        ),
        max_size=3,
    ),
)
@with_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_whatever_a_signed_event_holds_the_door_and_the_turn_survive(
    small_house: House, changes: Any, inner: Any
) -> None:
    event = text_event() | dict(changes)
    for key, value in inner:
        for part in ("message", "source"):
            if isinstance(event.get(part), dict):
                event[part] = event[part] | {key: value}
    assert knock(small_house, {"events": [event, text_event()]}) == 200
    while small_house.turn():
        pass
    assert all(row["state"] in ("done", "stuck") and row["attempts"] <= 1 for row in kept(small_house))
