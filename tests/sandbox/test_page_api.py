"""The page's own JSON API: what it shows, what it lets people do, and what it says when it cannot."""

import io
from datetime import timedelta
from urllib.parse import unquote

import pytest
import xlsxwriter

from sandbox.acts import Upload
from sandbox.demo import demo_world
from sandbox.keeping import Keep
from sandbox.pages import create_sandbox
from sandbox.pictures import photo
from sandbox.richmenu import RichMenus
from sandbox.state import State
from sandbox.world import World
from tests.sandbox.standin import SECRET, START, TOKEN, Api


@pytest.fixture
def page(world, tmp_path):
    return create_sandbox(world, tmp_path).test_client()


def ok(answer):
    assert answer.status_code == 200, answer.text
    assert answer.json["ok"]
    return answer.json


def test_the_state_and_nothing_when_nothing_is_new(page, world, citizen, group):
    state = page.get("/sandbox/state").json
    assert state["office"]["basic_id"] == "@srinakhon"
    assert [person["name"] for person in state["people"]] == ["สมชาย"]
    assert state["people"][0].keys() == {"id", "name", "colour", "follows", "blocked", "messenger"}
    assert len(state["group"]["members"]) == 5
    assert state["group"]["has_bot"]
    assert state["quota"] == {"limit": 20, "used": 0}
    assert state["weather"] == {"line": "ok"}
    assert state["town"] == {"done": 0, "of": 40, "running": False}
    assert set(state["chats"]) == {citizen.id, group.id, *group.members}
    assert [delivery["event"] for delivery in state["deliveries"]] == ["follow", "join"]
    assert page.get(f"/sandbox/state?since={state['rev']}").status_code == 204
    world.say(citizen.id, "สวัสดี")
    assert page.get(f"/sandbox/state?since={state['rev']}").json["rev"] > state["rev"]


def test_bubbles_of_both_sides(page, api, world, citizen):
    world.say(citizen.id, "สวัสดี")
    assert world.wait_idle()
    api.reply(world.events[-1]["replyToken"], "รับเรื่องแล้ว")
    api.push(citizen.id, "มีข่าว")
    chat = page.get("/sandbox/state").json["chats"][citizen.id]
    note, said, reply, push = chat["entries"]
    assert chat["unread"] == 2
    assert (note["side"], note["message"]["type"]) == ("note", "note")
    assert (said["side"], said["who"], said["message"]["text"]) == ("person", citizen.id, "สวัสดี")
    assert (reply["side"], reply["who"], reply["via"], reply["billed"]) == ("office", "bot", "reply", 0)
    assert (push["via"], push["billed"]) == ("push", 1)
    assert push.keys() == {"id", "at", "side", "who", "message", "via", "billed", "unsent"}
    calls = page.get("/sandbox/state").json["calls"]
    assert [(call["path"], call["status"]) for call in calls] == [
        ("/v2/bot/message/reply", 200),
        ("/v2/bot/message/push", 200),
    ]


def test_typing_until_it_ends(page, api, world, citizen):
    api.post("chat/loading/start", {"chatId": citizen.id, "loadingSeconds": 5})
    assert page.get("/sandbox/state").json["chats"][citizen.id]["typing"]
    world.move(timedelta(seconds=5))
    assert not page.get("/sandbox/state").json["chats"][citizen.id]["typing"]


def test_a_new_citizen_does_everything(page, world, product):
    user = ok(page.post("/sandbox/people", json={"name": "มานี"}))["id"]
    chat = f"/sandbox/chats/{user}"
    typed = ok(page.post(f"{chat}/text", json={"from": user, "text": "สวัสดี"}))["id"]
    pictures = [(io.BytesIO(photo("tree", n)), f"{n}.png") for n in (1, 2)]
    sent = ok(page.post(f"{chat}/files", data={"from": user, "as": "image", "files": pictures}))["ids"]
    ok(page.post(f"{chat}/files", data={"from": user, "as": "file", "files": [(io.BytesIO(b"%PDF"), "ก.pdf")]}))
    ok(page.post(f"{chat}/place", json={"from": user, "title": "บึง", "latitude": 16.8, "longitude": 100.9}))
    ok(page.post(f"{chat}/sticker", json={"from": user}))
    ok(page.post(f"{chat}/postback", json={"from": user, "data": "a=1", "displayText": "เลือก"}))
    ok(page.post(f"{chat}/unsend", json={"from": user, "id": typed}))
    ok(page.post(f"/sandbox/people/{user}/unfollow"))
    ok(page.post(f"/sandbox/people/{user}/follow"))
    assert world.wait_idle()
    kinds = [event["message"]["type"] if "message" in event else event["type"] for event in product.events]
    assert kinds == [
        *("follow", "text", "image", "image", "file", "location", "sticker"),
        *("postback", "unsend", "unfollow", "follow"),
    ]
    entries = page.get("/sandbox/state").json["chats"][user]["entries"]
    shown = next(entry for entry in entries if entry["id"] == sent[0])
    assert page.get(shown["message"]["url"]).data == photo("tree", 1)
    assert next(entry for entry in entries if entry["id"] == typed)["unsent"]


def test_files_of_strangers_are_never_shown_in_place(page, world, citizen):
    html = [(io.BytesIO(b"<script>"), "หน้าเว็บ.html")]
    chat = f"/sandbox/chats/{citizen.id}/files"
    sent = ok(page.post(chat, data={"from": citizen.id, "as": "file", "files": html}))["ids"][0]
    answer = page.get(f"/sandbox/content/{sent}")
    assert answer.mimetype == "application/octet-stream"
    said = answer.headers["Content-Disposition"]
    assert (said.partition(";")[0], unquote(said.rpartition("'")[2])) == ("attachment", "หน้าเว็บ.html")
    assert said.isascii()  # a strict server, as the demo runs on, answers 500 to anything else
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_mistakes_are_told_in_thai(page, world, citizen, group):
    chat = f"/sandbox/chats/{citizen.id}"
    me, other = {"from": citizen.id}, {"from": group.members[0]}
    web = [(io.BytesIO(b"RIFF....WEBP"), "a.webp")]
    for answer, status in (
        (page.post(f"{chat}/text", json={**me, "text": " "}), 400),
        (page.post(f"{chat}/text", json={"from": "U1", "text": "ก"}), 404),
        (page.post(f"{chat}/text", json={**other, "text": "ก"}), 403),
        (page.post(f"{chat}/text", data="ก"), 400),
        (page.post(f"/sandbox/chats/{group.id}/text", json={**me, "text": "ก"}), 403),
        (page.post(f"{chat}/files", data={**me, "as": "image", "files": web}), 400),
        (page.post(f"{chat}/files", data={**me, "as": "image"}), 400),
        (page.post(f"{chat}/place", json={**me, "latitude": "x", "longitude": 1}), 400),
        (page.post(f"{chat}/postback", json=me), 400),
        (page.post(f"{chat}/unsend", json={**me, "id": "1"}), 404),
        (page.post("/sandbox/weather", json={"line": "sunny"}), 400),
        (page.post(f"/sandbox/people/{citizen.id}/follow"), 409),
        (page.get("/sandbox/registers/2569.xlsx"), 404),
    ):
        assert answer.status_code == status
        assert any("ก" <= letter <= "๛" for letter in answer.json["error"])


def test_who_has_blocked_the_office_cannot_write_to_it(page, world, citizen):
    world.unfollow(citizen.id)
    answer = page.post(f"/sandbox/chats/{citizen.id}/text", json={"from": citizen.id, "text": "ก"})
    assert answer.status_code == 409


def test_the_weather_is_changed_and_shown(page, world):
    ok(page.post("/sandbox/weather", json={"line": "500"}))
    assert page.get("/sandbox/state").json["weather"] == {"line": "500"}


def test_the_page_itself(page):
    assert page.get("/", buffered=True).mimetype == "text/html"
    assert page.get("/page/../world.py").status_code == 404
    assert page.get("/page/page.css", buffered=True).status_code == 200


# --- registers ---


def write(path, *rows):
    book = xlsxwriter.Workbook(str(path))
    for name in ("ทะเบียนหนังสือรับ", "ทะเบียนหนังสือส่ง"):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()


def test_the_registers_as_a_supervisor_opens_them(page, tmp_path):
    assert page.get("/sandbox/registers").json == {"rev": 0, "books": []}
    write(tmp_path / "2569.xlsx", ("เลขทะเบียนรับ", "ที่"), ("1", "-"), (2, ""))
    told = page.get("/sandbox/registers?since=0").json
    first, second = told["books"]
    assert (first["year"], first["title"], second["title"]) == ("2569", "ทะเบียนหนังสือรับ", "ทะเบียนหนังสือส่ง")
    assert first["header"] == ["เลขทะเบียนรับ", "ที่"]
    assert first["rows"] == [["1", "-"], ["2", ""]]
    assert page.get(f"/sandbox/registers?since={told['rev']}").status_code == 204
    assert page.get("/sandbox/registers/2569.xlsx", buffered=True).data == (tmp_path / "2569.xlsx").read_bytes()
    assert page.get("/sandbox/registers/..%2F2569.xlsx").status_code == 404


def test_a_workbook_that_cannot_be_read_leaves_the_last_state(page, tmp_path):
    write(tmp_path / "2569.xlsx", ("เลขทะเบียนรับ",), ("1",))
    told = page.get("/sandbox/registers").json
    (tmp_path / "2569.xlsx").write_bytes(b"PK broken")
    assert page.get("/sandbox/registers").json == told
    (tmp_path / "2569.xlsx").unlink()
    assert page.get("/sandbox/registers").json["books"] == []


# --- keeping ---


def test_a_restarted_world_shows_its_chats_again(product, tmp_path):
    first = World(SECRET, TOKEN, product.url, lambda: START, keep=tmp_path / "world.db")
    person = first.add_person("มานี")
    group = first.add_group("กลุ่ม", [person.id])
    first.say(person.id, "สวัสดี\ud800")
    (entry,) = first.send_files(person.id, [Upload(photo("lamp", 1), "a.png", "image/png")])
    assert first.wait_idle()
    key = "123e4567-e89b-12d3-a456-426614174000"
    sent = Api(first).push(person.id, "ถึงแล้ว", key=key)
    first.close()
    second = World(SECRET, TOKEN, product.url, lambda: START, keep=tmp_path / "world.db")
    assert second.bot_id == first.bot_id
    assert second.chat(person.id) == first.chat(person.id)
    assert second.state.groups == {group.id: first.state.groups[group.id]}
    assert second.platform.content(entry.id)[1] == photo("lamp", 1)
    assert second.platform.quota.used(START) == 1
    again = Api(second).push(person.id, "ถึงแล้ว", key=key)
    assert (again.status_code, again.json["sentMessages"]) == (409, sent.json["sentMessages"])
    second.close()


@pytest.mark.parametrize("rubbish", [b"not a database", b"SQLite format 3\0" + b"\xff" * 200])
def test_a_broken_file_means_a_new_world(tmp_path, rubbish):
    path = tmp_path / "world.db"
    path.write_bytes(rubbish)
    keep = Keep(path)
    assert State(START, keep).people == {}
    keep.put("person", "U1", {"id": "U1", "name": "ก", "colour": ""})
    keep.close()
    assert State(START, Keep(path)).people["U1"].name == "ก"
    assert (tmp_path / "world.db.broken").read_bytes() == rubbish


def test_the_world_of_the_demo_is_settled_once(product, tmp_path):
    for _ in range(2):
        world = demo_world("http://127.0.0.1:8000", product.url, tmp_path)
        (group,) = world.state.groups.values()
        assert (len(group.members), group.has_bot) == (5, True)
        assert len(world.state.people) == 8
        assert world.allow_local_urls
        world.close()


def test_only_the_chats_that_changed_are_sent_again(world, page, citizen):
    other = world.add_person("อีกคน")
    before = page.get("/sandbox/state").json
    assert {citizen.id, other.id} <= set(before["chats"])
    world.say(citizen.id, "สวัสดี")
    after = page.get(f"/sandbox/state?since={before['rev']}").json
    assert set(after["chats"]) == {citizen.id}


def test_the_menu_shown_to_all_and_its_picture(page, world):
    assert page.get("/sandbox/state").json["menu"] is None
    menus = RichMenus(world.state)
    menu_id = menus.create({"chatBarText": "เมนู"})
    assert page.get(f"/sandbox/menu/{menu_id}").status_code == 404
    menus.upload(menu_id, "image/jpeg", b"\xff\xd8\xff\xc0\0\x11\x08\x01\x90\x03\x20")
    menus.show("all", menu_id)
    assert page.get("/sandbox/state").json["menu"] == {"richMenuId": menu_id, "chatBarText": "เมนู"}
    assert page.get(f"/sandbox/menu/{menu_id}").mimetype == "image/jpeg"
    menus.delete(menu_id)
    assert page.get("/sandbox/state").json["menu"] is None
