"""What Meta tells the product: shapes, signatures, batches, echoes, standby, redelivery, links that die."""

import json
import re
from datetime import timedelta

import pytest

from sandbox.acts import Upload
from sandbox.messenger import events
from sandbox.messenger.acts import INBOX_APP
from sandbox.pictures import photo
from sandbox.world import World
from tests.sandbox.messenger import Graph, Page
from tests.sandbox.standin import SECRET, START, TOKEN

ORIGIN = "http://127.0.0.1:8000"
NOW = int(START.timestamp() * 1000)


@pytest.fixture(scope="module")
def listening():
    page = Page()
    yield page
    page.server.close()


@pytest.fixture
def page(listening):
    listening.raw, listening.answers = [], []
    return listening


@pytest.fixture
def world(page):
    world = World(SECRET, TOKEN, page.url.replace("messenger", "line"), lambda: START)
    world.meta.origin = ORIGIN
    page.secret, page.verify_token = world.meta.app_secret, world.meta.verify_token
    yield world
    world.close()


@pytest.fixture
def meta(world):
    return world.meta


@pytest.fixture
def person(meta):
    return meta.add_person("สมชาย ใจดี").id


def told(world, page):
    """The items that the product has got, once all have arrived."""
    assert world.wait_idle()
    return page.items


def test_the_handshake_gives_the_challenge_back_to_the_right_token_only(meta, page):
    assert meta.subscribe()
    meta.verify_token = "another"
    assert not meta.subscribe()


def test_the_bytes_are_escaped_as_meta_escapes_them(world, meta, page, person):
    meta.say(person, "ถนน 1/2569 🍎")
    message = told(world, page)[0]["message"]
    raw = page.raw[0]
    assert b'"text":"\\u0e16\\u0e19\\u0e19 1\\/2569 \\ud83c\\udf4e"' in raw
    assert message["text"] == "ถนน 1/2569 🍎"
    assert json.dumps(json.loads(raw)).encode() != raw  # who dumps it again has other bytes under the signature


def test_a_message_names_both_sides_and_its_moment(world, meta, page, person):
    entry = meta.say(person, "สวัสดี")
    (item,) = told(world, page)
    assert item == {
        "sender": {"id": person},
        "recipient": {"id": meta.page_id},
        "timestamp": NOW,
        "message": {"mid": entry.id, "text": "สวัสดี"},
    }
    (entry,) = page.bodies[0]["entry"]
    assert page.bodies[0]["object"] == "page"
    assert (entry["id"], entry["time"]) == (meta.page_id, NOW)
    assert re.fullmatch(r"\d{16}", person)


def test_timestamps_are_sometimes_seconds(world, meta, page, person):
    meta.seconds = True
    meta.say(person, "สวัสดี")
    assert told(world, page)[0]["timestamp"] == NOW // 1000


def test_taps_come_with_what_the_product_wrote_into_them(world, meta, page, person):
    assert meta.tap(person, {"content_type": "text", "title": "ถนน", "payload": "kind=road"})
    assert meta.tap(person, {"type": "postback", "title": "ต่อไป", "payload": "next"})
    meta.press(person, "next", "ต่อไป", with_mid=False)
    assert not meta.tap(person, {"type": "web_url", "title": "เว็บ", "url": "https://example.go.th/"})
    quick, new, old = told(world, page)
    assert quick["message"]["text"] == "ถนน"
    assert quick["message"]["quick_reply"] == {"payload": "kind=road"}
    assert new["postback"].keys() == {"title", "payload", "mid"}
    assert old["postback"] == {"title": "ต่อไป", "payload": "next"}
    assert [entry.message["text"] for entry in meta.chat(person)] == ["ถนน", "ต่อไป", "ต่อไป"]


def test_get_started_and_links_carry_their_reference(world, meta, page):
    Graph(world).post("me/messenger_profile", {"get_started": {"payload": "START"}})
    newcomer = meta.add_person(ref="AB12-CD34").id
    meta.refer(newcomer, "WX78-YZ90")
    started, referred = told(world, page)
    referral = {"ref": "AB12-CD34", "source": "SHORTLINK", "type": "OPEN_THREAD"}
    assert started["postback"]["payload"] == "START"
    assert started["postback"]["referral"] == referral
    assert referred["referral"] == {**referral, "ref": "WX78-YZ90"}


def test_without_the_get_started_button_nothing_is_heard_of_a_newcomer(world, meta, page, person):
    assert told(world, page) == []


def test_several_pictures_are_one_message_and_files_are_one_each(world, meta, page, person):
    meta.send_files(person, [Upload(photo("lamp", 1)), Upload(photo("lamp", 2))])
    meta.send_files(person, [Upload(b"a", "ก.pdf", "application/pdf"), Upload(b"b")], "file")
    pictures, *papers = told(world, page)
    assert [one["type"] for one in pictures["message"]["attachments"]] == ["image", "image"]
    assert [paper["message"]["attachments"][0]["type"] for paper in papers] == ["file", "file"]
    assert all(one["payload"]["url"].startswith(f"{ORIGIN}/media/m_") for one in pictures["message"]["attachments"])


@pytest.mark.parametrize(("hours", "status"), [(0, 200), (34.9, 200), (35, 403)])
def test_the_link_of_a_file_dies(world, meta, person, hours, status):
    data = photo("lamp", 1)
    (entry,) = meta.send_files(person, [Upload(data)])
    url = entry.message["attachments"][0]["payload"]["url"].removeprefix(ORIGIN)
    world.move(timedelta(hours=hours))
    answer = Graph(world).client.get(url)
    assert answer.status_code == status
    assert answer.data == (data if status == 200 else b"")


def test_links_that_were_tampered_with_or_whose_file_is_gone(world, meta, person):
    (entry,) = meta.send_files(person, [Upload(photo("lamp", 1))])
    url = entry.message["attachments"][0]["payload"]["url"].removeprefix(ORIGIN)
    client = Graph(world).client
    for wrong in (url[:-1], url.replace("oe=", "oe=F"), url.partition("?")[0], re.sub("oe=.*", "oe=ก&oh=ก", url)):
        assert client.get(wrong).status_code == 403
    world.set_fate(f"{entry.id}.0", "expired")
    assert client.get(url).status_code == 404


def test_who_sends_files_before_the_origin_is_set_is_told_so(meta, person):
    meta.origin = ""
    with pytest.raises(RuntimeError, match=r"world\.meta\.origin"):
        meta.send_files(person, [Upload(b"a")])


def test_places_stickers_and_shared_links(world, meta, page, person):
    meta.send_place(person, 18.1, 100.1, title="ตลาด")
    meta.send_sticker(person)
    meta.share(person, "https://example.go.th/")
    place, sticker, link = (item["message"]["attachments"] for item in told(world, page))
    coordinates = {"lat": 18.1, "long": 100.1}
    assert place == [{"type": "location", "title": "ตลาด", "payload": {"coordinates": coordinates}}]
    assert [each["type"] for each in sticker] == ["sticker"]  # no image beside it since 2026-08-30
    assert link[0]["payload"] is None


def test_edits_keep_the_mid_and_end_at_five(world, meta, page, person):
    entry = meta.say(person, "ถนนพัง")
    for count in range(5):
        meta.edit(person, entry.id, f"ถนนพัง {count}")
    with pytest.raises(ValueError, match="five"):
        meta.edit(person, entry.id, "อีก")
    with pytest.raises(KeyError):
        meta.edit(meta.add_person().id, entry.id, "ของคนอื่น")
    edit = told(world, page)[-1]["message_edit"]
    assert edit == {"mid": entry.id, "text": "ถนนพัง 4", "num_edit": 5}


def test_reactions_deliveries_and_reads(world, meta, page, person):
    meta.react(person, "m_1")
    meta.react(person, "m_1", undo=True)
    meta.receive(person, mids=["m_1"])
    meta.receive(person)
    meta.read(person)
    love, undone, delivery, bare, read = told(world, page)
    assert love["reaction"] == {"mid": "m_1", "action": "react", "reaction": "love", "emoji": "❤"}
    assert undone["reaction"] == {"mid": "m_1", "action": "unreact"}
    assert delivery["delivery"] == {"mids": ["m_1"], "watermark": NOW}
    assert bare["delivery"] == read["read"] == {"watermark": NOW}


# --- echoes ---


def test_what_the_product_sends_comes_back_with_its_metadata(world, meta, page, person):
    meta.say(person, "สวัสดี")
    button = {"type": "postback", "title": "ต่อไป", "payload": "next"}
    payload = {"template_type": "button", "text": "เลือก", "buttons": [button]}
    sent = Graph(world).send(person, {"text": "รับทราบ", "metadata": "outbox:7"}).json
    Graph(world).send(person, {"attachment": {"type": "template", "payload": payload}})
    _, text, card = told(world, page)
    assert (text["sender"], text["recipient"]) == ({"id": meta.page_id}, {"id": person})
    assert text["message"] == {
        "mid": sent["message_id"],
        "is_echo": True,
        "app_id": meta.app_id,
        "text": "รับทราบ",
        "metadata": "outbox:7",
    }
    assert card["message"]["attachments"] == [{"type": "template", "payload": payload}]


def test_a_human_at_the_page_is_an_echo_of_another_app(world, meta, page, person):
    entry = meta.office_writes(person, "เจ้าหน้าที่ตอบเองค่ะ")
    (echo,) = told(world, page)
    assert echo["message"] == {"mid": entry.id, "is_echo": True, "app_id": INBOX_APP, "text": "เจ้าหน้าที่ตอบเองค่ะ"}
    assert meta.said(person) == []


def test_only_what_is_subscribed_is_told(world, meta, page, person):
    fields = {"subscribed_fields": "messages,messaging_postbacks"}
    assert Graph(world).post("me/subscribed_apps", fields).json == {"success": True}
    meta.say(person, "สวัสดี")
    meta.office_writes(person, "ค่ะ")
    assert len(told(world, page)) == 1


# --- batches, standby, redelivery ---


@pytest.mark.parametrize(("together", "entries"), [(True, 1), (False, 3)])
def test_one_webhook_may_hold_items_of_several_people(meta, page, person, together, entries):
    other = meta.add_person().id
    with meta.held() as held:
        meta.say(person, "1")
        meta.say(other, "2")
        meta.say(person, "3")
    meta.deliver(*held, together=together)
    (body,) = page.bodies
    assert len(body["entry"]) == entries
    assert [item["message"]["text"] for item in page.items] == ["1", "2", "3"]


def test_in_standby_another_app_has_the_thread_and_postbacks_lose_their_payload(world, meta, page, person):
    meta.mode = "standby"
    meta.say(person, "สวัสดี")
    meta.press(person, "next", "ต่อไป")
    assert told(world, page) == []
    said, pressed = (item for body in page.bodies for item in body["entry"][0]["standby"])
    assert said["message"]["text"] == "สวัสดี"
    assert "payload" not in pressed["postback"]


def test_what_was_not_answered_with_200_comes_again_byte_by_byte(world, meta, page, person):
    page.answers += ["503 Away", "202 Accepted", "500 Broken"]
    meta.say(person, "1")
    meta.say(person, "2")
    assert world.wait_idle()
    assert [delivery.status for delivery in meta.redeliver()] == [500, 200]
    assert [delivery.status for delivery in meta.redeliver()] == [200]
    assert meta.redeliver() == []
    first, second, *again = page.raw
    assert again == [first, second, first]


def test_with_redelivery_it_goes_on_until_200(page):
    world = World(SECRET, TOKEN, page.url.replace("messenger", "line"), lambda: START, redelivery=(0.01,))
    page.secret = world.meta.app_secret
    page.answers += ["500 Broken"] * 3
    world.meta.say(world.meta.add_person().id, "1")
    assert world.wait_for(lambda: len(world.meta.deliveries) == 4)
    assert [delivery.status for delivery in world.meta.deliveries] == [500, 500, 500, 200]
    world.close()


def test_any_bytes_can_be_delivered_rightly_signed(meta, page):
    assert meta.deliver_bytes(b"{").status == 200
    assert page.raw == [b"{"]


def test_odd_letters_travel(world, meta, page, person):
    meta.say(person, "ก\ud800\x00🍎")
    assert told(world, page)[0]["message"]["text"] == "ก\ud800\x00🍎"


def test_events_are_kept_as_they_went_out(world, meta, page, person):
    meta.say(person, "1")
    meta.press(person, "next")
    assert events.items(meta.events) == told(world, page)
    assert [delivery.event for delivery in meta.deliveries] == ["message", "postback"]


# --- a restart ---


def test_the_page_its_people_and_their_windows_survive_a_restart(tmp_path):
    kept = tmp_path / "world.db"
    before = World(SECRET, TOKEN, "http://127.0.0.1:9/", lambda: START, keep=kept)
    before.meta.origin = ORIGIN
    line = before.add_person("วิภา แสงจันทร์")
    person = before.meta.add_person(line=line.id)
    Graph(before).post("me/messenger_profile", {"get_started": {"payload": "START"}})
    (entry,) = before.meta.send_files(person.id, [Upload(photo("lamp", 1))])
    before.close()

    after = World(SECRET, TOKEN, "http://127.0.0.1:9/", lambda: START, keep=kept)
    assert after.meta.page_id == before.meta.page_id
    assert after.meta.accounts.of(line.id) == person
    assert after.meta.profile.get_started == "START"
    assert [entry.message for entry in after.meta.chat(person.id)] == [entry.message]
    assert Graph(after).send(person.id, {"text": "ก"}).status_code == 200
    url = entry.message["attachments"][0]["payload"]["url"].removeprefix(ORIGIN)
    assert Graph(after).client.get(url).status_code == 200
    after.close()
