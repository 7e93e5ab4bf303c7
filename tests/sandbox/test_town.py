"""The invented town: every citizen gets through a conversation that they know nothing of."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import urllib3

from sandbox.judge import judge
from sandbox.pages import create_sandbox
from sandbox.pictures import photo
from sandbox.richmenu import picture_size
from sandbox.server import serve
from sandbox.town import Town, in_the_past, read_cases, read_screen
from sandbox.world import World
from tests.sandbox.standin import SECRET, TOKEN, Product, text

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


def quick(words, *labels, kind="postback"):
    items = [{"type": "action", "action": action(label, kind)} for label in labels]
    return {**text(words), "quickReply": {"items": items}}


def action(label, kind):
    extra = {"postback": {"data": f"d={label}", "displayText": label}, "message": {"text": label}}.get(kind, {})
    return {"type": kind, "label": label, **extra}


class Office(Product):
    """A tiny office: menu, category, place, name, check page; the words are its own, not the product's."""

    def __init__(self):
        super().__init__()
        self.heard, self.filed, self.line, self.lock = {}, [], "", threading.Lock()
        self.http = urllib3.PoolManager()

    def app(self, environ, start_response):
        done = super().app(environ, start_response)
        for event in self.bodies[-1]["events"]:
            with self.lock:
                self.answer(event)
        return done

    def answer(self, event):
        said = self.heard.setdefault(event["source"]["userId"], [])
        if event["type"] == "postback":
            said.append(event["postback"]["data"].removeprefix("d="))
        elif event["type"] == "message":
            said.append(event["message"].get("text", event["message"]["type"]))
        body = {"replyToken": event["replyToken"], "messages": [self.question(said, event)]}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert self.http.request("POST", f"{self.line}/message/reply", json=body, headers=headers).status == 200

    def question(self, said, event):
        match len(said):
            case 0:
                return quick("สวัสดีค่ะ", "ยกเลิก", "ร้องเรียน/ร้องทุกข์", "แจ้งเบาะแสทุจริต", kind="message")
            case 1:
                return quick("เรื่องใดคะ", "ถนนหนทาง", "ไฟฟ้า", "น้ำ", "ขยะ", "เหตุรำคาญ", "อื่น ๆ")
            case 2:
                return quick("เกิดขึ้นบริเวณใด", "เลือกบนแผนที่", kind="location")
            case 3:
                return text("ขอทราบชื่อผู้แจ้ง")
            case 4:
                return quick("ตรวจสอบแล้วกด", "แก้ไขชื่อ", "ยืนยันและส่ง")
        self.filed.append((event["timestamp"], said))
        return text(f"เลขรับที่ {len(self.filed)}/2569")


@pytest.fixture
def office():
    office = Office()
    yield office
    office.server.close()
    office.http.clear()


def test_the_town_tells_all_its_cases_oldest_first(office):
    world = World(SECRET, TOKEN, office.url, lambda: NOW)
    server = serve(create_sandbox(world, None))
    office.line = f"{server.url}/line/v2/bot"
    cases = read_cases()[:12]
    town = Town(world, cases)
    assert town.start()
    assert not town.start()
    assert town.wait(30)
    assert world.town == {"done": 12, "of": 12, "running": False}
    assert len(office.filed) == 12
    assert [at for at, _ in office.filed] == sorted(at for at, _ in office.filed)
    assert {said[0] for _, said in office.filed} == {"ร้องเรียน/ร้องทุกข์", "แจ้งเบาะแสทุจริต"}
    assert {said[1] for _, said in office.filed} > {"ถนนหนทาง", "ไฟฟ้า"}
    assert {said[2] for _, said in office.filed} > {"location"}
    assert all(said[4] == "ยืนยันและส่ง" for _, said in office.filed)
    assert not town.start()
    person = next(iter(world.state.people))
    times = [entry.at for entry in world.chat(person)]
    assert times == sorted(times)
    assert times[-1] < (NOW - timedelta(days=30)).isoformat()
    server.close()
    world.close()


def test_a_town_that_nobody_answers_stops(world, monkeypatch):
    monkeypatch.setattr("sandbox.town.PATIENCE", 0.01)
    town = Town(world, read_cases())
    town.start()
    assert town.wait(10)
    assert world.town["running"] is False
    assert world.town["done"] < 3


def test_the_cases_are_a_plausible_office():
    cases = read_cases()
    assert 38 <= len(cases) <= 45
    assert 4 <= sum(case.kind == "tip" for case in cases) <= 8
    assert {case.identity for case in cases} == {"open", "confidential", "anonymous"}
    assert sum(bool(case.photos) for case in cases) >= 15
    assert len({case.line for case in cases}) == len(cases)
    assert all(case.name for case in cases if case.identity != "anonymous")
    assert all(re.fullmatch(r"080-000-0\d{3}", case.phone) for case in cases if case.phone)


def test_they_are_spread_over_six_weeks_in_and_out_of_office_hours():
    moments = [moment for moment, _ in in_the_past(read_cases(), NOW)]
    assert moments == sorted(moments)
    assert moments[-1] < NOW
    assert timedelta(weeks=5) < moments[-1] - moments[0] < timedelta(weeks=6)
    hours = {moment.hour for moment in moments}
    assert min(hours) < 8
    assert max(hours) > 17


def test_a_screen_is_read_as_a_person_reads_it():
    button = {"type": "button", "action": action("รายละเอียด", "postback")}
    body = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "เลขรับที่ 1/2569"}, button]}
    card = {"type": "flex", "altText": "การ์ด", "contents": {"type": "bubble", "body": body}}
    confirm = {"type": "confirm", "text": "แน่ใจหรือไม่", "actions": [action("ใช่", "message"), action("ไม่", "message")]}
    screen = read_screen([quick("เก่า", "หายไปแล้ว"), card, {"type": "template", "altText": "ก", "template": confirm}])
    assert [found.label for found in screen.buttons] == ["รายละเอียด", "ใช่", "ไม่"]
    assert "เลขรับที่ 1/2569" in screen.text
    assert "แน่ใจหรือไม่" in screen.text


@pytest.mark.parametrize("scene", ["pothole", "rubbish", "lamp", "flood", "smoke", "tree", "paper"])
def test_photographs_are_small_png_files(scene):
    data = photo(scene, 1)
    assert picture_size(data) == (480, 360)
    assert len(data) < 20_000
    assert data == photo(scene, 1) != photo(scene, 2)


def test_the_office_of_this_test_says_nothing_that_line_would_refuse():
    said = Office.question(None, [], {})
    assert judge("ReplyMessageRequest", {"replyToken": "r", "messages": [said]}) == []
