"""Meta at the door: the handshake, the signature, redelivery; and where pictures may be fetched from."""

from __future__ import annotations

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channel import NotYet
from bot.network import Hosts, NotAllowed
from handlers.webhooks import LONGEST_BODY
from models.inbox import arrivals
from tests.house import House


def knock(house: House, body: bytes, signature: str | None = "") -> int:
    good = "sha256=" + hmac.digest(house.world.meta.app_secret.encode(), body, hashlib.sha256).hex()
    headers = {} if signature is None else {"X-Hub-Signature-256": signature or good}
    return house.client.post("/webhooks/messenger", data=body, headers=headers).status_code


def body(house: House, text: str = "สวัสดี") -> bytes:
    message = {"mid": "m_1", "text": text}
    item = {"sender": {"id": "22"}, "recipient": {"id": house.world.meta.page_id}, "message": message}
    return json.dumps({"object": "page", "entry": [{"id": house.world.meta.page_id, "messaging": [item]}]}).encode()


def kept(house: House) -> list[Any]:
    with house.wiring.database.reading() as tx:
        return list(tx.all(sa.select(arrivals)))


def test_meta_may_subscribe_with_the_offices_own_word(small_house: House) -> None:
    assert small_house.world.meta.subscribe()


@pytest.mark.parametrize(
    "query", ["", "hub.mode=subscribe", "hub.mode=subscribe&hub.verify_token=ก", "hub.verify_token="]
)
def test_nobody_else_may(small_house: House, query: str) -> None:
    assert small_house.client.get(f"/webhooks/messenger?hub.challenge=1&{query}").status_code == 403


def test_a_genuine_event_is_kept_once(house: House) -> None:
    assert [knock(house, body(house)), knock(house, body(house))] == [200, 200]
    assert [row["event_id"] for row in kept(house)] == ["m_1"]


@pytest.mark.parametrize("signature", [None, "x", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "sha256=\xe9"])
def test_what_is_not_genuine_is_turned_away(small_house: House, signature: str | None) -> None:
    assert knock(small_house, body(small_house), signature) == 403
    assert kept(small_house) == []


def test_the_older_signature_alone_is_none(small_house: House) -> None:
    raw = body(small_house)
    older = "sha1=" + hmac.digest(small_house.world.meta.app_secret.encode(), raw, hashlib.sha1).hex()
    answer = small_house.client.post("/webhooks/messenger", data=raw, headers={"X-Hub-Signature": older})
    assert (answer.status_code, kept(small_house)) == (403, [])


def test_an_event_that_comes_several_times_at_once_is_kept_once(house: House) -> None:
    with ThreadPoolExecutor(8) as at_once:
        assert set(at_once.map(lambda _: knock(house, body(house)), range(16))) == {200}
    assert len(kept(house)) == 1


def test_a_body_over_one_mebibyte_is_refused(small_house: House) -> None:
    raw = body(small_house)
    assert knock(small_house, raw.ljust(LONGEST_BODY)) == 200
    assert knock(small_house, raw.ljust(LONGEST_BODY + 1)) == 413


def test_the_signature_is_over_the_bytes_as_they_came(small_house: House) -> None:
    escaped = body(small_house).replace(b"/", b"\\/")
    assert knock(small_house, escaped) == 200


def test_a_body_that_cannot_be_read_is_kept_and_never_refused(small_house: House) -> None:
    assert knock(small_house, b"{]") == 200
    assert [row["state"] for row in kept(small_house)] == ["stuck"]


FORBIDDEN = [
    "http://scontent.fbcdn.net/a",
    "https://fbcdn.net.example.com/a",
    "https://evilfbcdn.net/a",
    "https://user@scontent.fbcdn.net/a",
    "https://scontent.fbcdn.net:8443/a",
    "https://127.0.0.1/a",
    "https://[::1/a",
    "https://a..fbcdn.net/a",
    "https://" + "a" * 64 + ".fbcdn.net/a",
    "file:///etc/passwd",
    "http://127.0.0.1:8001/a",
    "",
]


@pytest.mark.parametrize("url", FORBIDDEN)
def test_nothing_is_fetched_from_elsewhere(url: str) -> None:
    with pytest.raises(NotAllowed):
        Hosts(["*.fbcdn.net", "http://127.0.0.1:8000"]).check(url)


def test_a_name_that_leads_into_our_own_network_is_refused() -> None:
    with pytest.raises(NotAllowed):
        Hosts(["localhost"]).check("https://localhost/a")


def test_an_origin_that_is_named_whole_is_taken_as_it_is() -> None:
    Hosts(["*.fbcdn.net", "http://127.0.0.1:8000"]).check("http://127.0.0.1:8000/media/1")


def test_a_name_that_cannot_be_looked_up_now_is_tried_again() -> None:
    with pytest.raises((NotYet, NotAllowed)):
        Hosts(["*.invalid"]).check("https://nowhere.invalid/a")
