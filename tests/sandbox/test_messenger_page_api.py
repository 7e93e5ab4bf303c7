"""The page's JSON API for the Messenger telephone."""

import io

import pytest

from sandbox.demo import demo_world
from sandbox.pages import create_sandbox
from sandbox.pictures import photo
from sandbox.world import World
from tests.sandbox.messenger import Graph
from tests.sandbox.standin import SECRET, START, TOKEN

NOBODY = "http://127.0.0.1:9/webhooks/line"


@pytest.fixture
def world():
    world = World(SECRET, TOKEN, NOBODY, lambda: START)
    world.meta.on, world.meta.origin = True, "http://127.0.0.1:8000"
    yield world
    world.close()


@pytest.fixture
def page(world):
    return create_sandbox(world, None).test_client()


@pytest.fixture
def citizen(world):
    return world.add_person("สมชาย ใจดี").id


@pytest.fixture
def psid(page, citizen):
    return page.post(f"/sandbox/messenger/of/{citizen}", json={}).json["id"]


def refused(answer, status):
    assert answer.status_code == status
    assert any("ก" <= letter <= "๛" for letter in answer.json["error"])


def test_the_same_citizen_has_a_second_telephone(page, world, citizen, psid):
    state = page.get("/sandbox/state").json
    (person,) = state["people"]
    assert person["messenger"] == {"id": psid, "blocked": False, "window_ends": "1970-01-02T00:00:00+00:00"}
    assert {citizen, psid} <= state["chats"].keys()
    assert world.meta.accounts[psid].name == "สมชาย ใจดี"
    refused(page.post(f"/sandbox/messenger/of/{citizen}", json={}), 409)
    assert page.post(f"/sandbox/messenger/of/{citizen}", json={"ref": "AB12-CD34"}).json["id"] == psid


def test_the_state_tells_the_menu_and_when_the_window_ends(page, world, citizen, psid):
    button = {"type": "postback", "title": "ติดตามเรื่อง", "payload": "track"}
    menu = [{"locale": "default", "call_to_actions": [button]}]
    Graph(world).post("me/messenger_profile", {"get_started": {"payload": "START"}, "persistent_menu": menu})
    page.post(f"/sandbox/messenger/{psid}/text", json={"text": "สวัสดี"})
    state = page.get("/sandbox/state").json
    assert state["messenger"] == {"page": {"id": world.meta.page_id, "name": world.meta.page_name}, "menu": [button]}
    assert state["weather"] == {"line": "ok", "messenger": "ok"}
    assert state["people"][0]["messenger"]["window_ends"] == "2026-11-24T03:00:00+00:00"


def test_everything_a_person_does_reaches_meta(page, world, psid):
    door = f"/sandbox/messenger/{psid}"
    said = page.post(f"{door}/text", json={"text": "ถนนพัง"}).json["id"]
    assert page.post(f"{door}/edit", json={"id": said, "text": "ถนนพังมาก"}).json == {"ok": True}
    pictures = [(io.BytesIO(photo("lamp", seed)), f"{seed}.png") for seed in (1, 2)]
    page.post(f"{door}/files", data={"as": "image", "files": pictures})
    page.post(f"{door}/place", json={"latitude": 18.1, "longitude": 100.1, "title": "ตลาด", "address": "ต.ในเวียง"})
    page.post(f"{door}/sticker", json={})
    page.post(f"{door}/tap", json={"content_type": "text", "title": "ถนน", "payload": "kind=road"})
    page.post(f"{door}/tap", json={"type": "postback", "title": "ต่อไป", "payload": "next"})
    text, album, place, sticker, quick, pressed = page.get("/sandbox/state").json["chats"][psid]["entries"]
    assert text["message"]["text"] == "ถนนพังมาก"
    assert [page.get(url).data for url in album["media"]] == [photo("lamp", 1), photo("lamp", 2)]
    assert place["message"]["attachments"][0]["title"] == "ตลาด ต.ในเวียง"
    assert sticker["message"]["attachments"][0]["type"] == "sticker"
    assert quick["message"]["quick_reply"]["payload"] == "kind=road"
    assert pressed["message"]["text"] == "ต่อไป"
    kinds = [next(key for key in entry["messaging"][0] if key.startswith(("m", "p"))) for entry in world.meta.events]
    assert kinds == ["message", "message_edit", "message", "message", "message", "message", "postback"]


@pytest.mark.parametrize(
    ("deed", "body", "status"),
    [
        ("text", {"text": " "}, 400),
        ("text", None, 400),
        ("place", {"latitude": "x", "longitude": 1}, 400),
        ("files", {}, 400),
        ("tap", {"type": "web_url", "url": "https://example.go.th/"}, 400),
        ("tap", {"type": "postback"}, 400),
        ("edit", {"id": "m_404", "text": "ก"}, 404),
    ],
)
def test_what_cannot_be_done_is_told_in_thai(page, psid, deed, body, status):
    refused(page.post(f"/sandbox/messenger/{psid}/{deed}", json=body), status)


def test_who_blocks_the_page_writes_nothing_until_they_unblock_it(page, world, psid):
    door = f"/sandbox/messenger/{psid}"
    page.post(f"{door}/block", json={})
    assert page.get("/sandbox/state").json["people"][0]["messenger"]["blocked"]
    refused(page.post(f"{door}/text", json={"text": "ก"}), 409)
    page.post(f"{door}/unblock", json={})
    assert page.post(f"{door}/text", json={"text": "ก"}).status_code == 200


def test_calls_and_deliveries_of_both_platforms_stand_in_one_list(page, world, psid, citizen):
    page.post(f"/sandbox/messenger/{psid}/text", json={"text": "ก"})
    Graph(world).send(psid, {"text": "รับทราบ"})
    assert world.wait_idle()
    state = page.get("/sandbox/state").json
    assert state["calls"][-1]["path"] == f"/graph/v26.0/{world.meta.page_id}/messages"
    assert sorted(delivery["event"] for delivery in state["deliveries"]) == ["echo", "follow", "message"]
    page.post("/sandbox/messenger/weather", json={"messenger": "rate"})
    assert page.get("/sandbox/state").json["weather"]["messenger"] == "rate"
    refused(page.post("/sandbox/messenger/weather", json={"messenger": "quota"}), 400)


def test_pictures_of_the_office_stay_on_the_telephone_when_their_links_are_dead(page, world, psid):
    page.post(f"/sandbox/messenger/{psid}/text", json={"text": "ก"})
    message = '{"attachment": {"type": "image", "payload": {}}}'
    recipient = f'{{"id": "{psid}"}}'
    fields = {"recipient": recipient, "messaging_type": "RESPONSE", "message": message}
    Graph(world).form("me/messages", **fields, filedata=(io.BytesIO(photo("paper", 1)), "qr.png", "image/png"))
    entry = page.get("/sandbox/state").json["chats"][psid]["entries"][-1]
    assert page.get(entry["media"][0]).data == photo("paper", 1)


def test_without_messenger_the_page_has_one_telephone(page, world, citizen):
    world.meta.on = False
    state = page.get("/sandbox/state").json
    assert state["messenger"] is None
    assert state["people"][0]["messenger"] is None
    assert state["weather"] == {"line": "ok"}
    refused(page.post(f"/sandbox/messenger/of/{citizen}", json={}), 404)


def test_the_demo_has_it_if_asked(tmp_path):
    world = demo_world("http://127.0.0.1:8000", NOBODY, tmp_path, messenger=True)
    assert world.meta.on
    assert world.meta.origin == "http://127.0.0.1:8000"
    world.close()
