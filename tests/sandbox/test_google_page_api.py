"""The page's JSON API for the spreadsheet, the switch of the demo, and what a restart leaves."""

import json

import pytest

from sandbox.demo import demo_world
from sandbox.google import OWNER, Google
from sandbox.google.formula import Place, reckoned
from sandbox.google.pane import met
from sandbox.pages import create_sandbox
from sandbox.world import World
from tests.sandbox.standin import SECRET, START, TOKEN
from tests.sandbox.test_page import NOBODY

DOOR = "/sandbox/spreadsheet"


@pytest.fixture
def world():
    world = World(SECRET, TOKEN, NOBODY, lambda: START)
    world.google.on = True
    world.google.make_spreadsheet()
    yield world
    world.close()


@pytest.fixture
def page(world):
    return create_sandbox(world, None).test_client()


def refused(answer, status):
    assert answer.status_code == status
    assert any("ก" <= letter <= "๛" for letter in answer.json["error"])


def test_it_is_told_once_and_again_when_it_changes(page):
    told = page.get(f"{DOOR}/supervisor?since=-1").json
    assert [tab["title"] for tab in told["tabs"]] == ["Sheet1"]
    assert page.get(f"{DOOR}/supervisor?since={told['rev']}").status_code == 204
    assert page.post(f"{DOOR}/supervisor/type", json={"tab": "Sheet1", "row": 0, "column": 0, "text": "12%"}).json["ok"]
    again = page.get(f"{DOOR}/owner?since={told['rev']}").json["tabs"][0]
    assert (again["rows"], again["looks"]) == ([[["12%", 0]]], [{"text-align": "right"}])


def test_what_cannot_be_done_is_said_in_thai(page, world):
    refused(page.post(f"{DOOR}/stranger/type", json={"tab": "Sheet1", "row": 0, "column": 0, "text": "x"}), 404)
    refused(page.post(f"{DOOR}/owner/burn", json={"tab": "Sheet1"}), 404)
    refused(page.post(f"{DOOR}/owner/delete", json={"tab": "gone", "row": 0}), 409)
    refused(page.post(f"{DOOR}/owner/type", json={"tab": "Sheet1", "row": 5000, "column": 0, "text": "x"}), 400)
    refused(page.post(f"{DOOR}/weather", json={"google": "quota"}), 400)
    world.google.on = False
    refused(page.get(f"{DOOR}/owner?since=-1"), 404)
    assert "google" not in page.get("/sandbox/state").json["weather"]


def test_calls_to_google_stand_with_the_others_behind_the_scenes(page):
    page.post("/google/token", data={})
    (call,) = page.get("/sandbox/state").json["calls"]
    assert (call["path"], call["status"]) == ("/google/token", 400)


def test_the_demo_shows_it_only_when_asked_and_keeps_it(tmp_path):
    here, door = "http://127.0.0.1:8000", "http://127.0.0.1:8000/webhooks/line"
    world = demo_world(here, door, tmp_path)
    assert (world.google.on, world.google.books) == (False, {})
    world.close()
    world = demo_world(here, door, tmp_path, google=True)
    (book,) = world.google.books
    assert world.google.sheets_url == f"{here}/google"
    account = json.loads(world.google.account_file(tmp_path / "account.json").read_text())
    owner = world.google.hand(book, OWNER)
    owner.type("Sheet1", 2, 1, "2026-11-22")
    owner.paint("Sheet1", 2, 1, 1, 0, 0)
    world.close()
    again = demo_world(here, door, tmp_path, google=True)
    kept = again.google.books[book].titled("Sheet1").cell(2, 1)
    assert (kept.value, kept.by, kept.rendered()) == (46348, "USER_ENTERED", "2026-11-22")
    assert kept.format["backgroundColor"]["red"] == 1
    assert (
        json.loads(again.google.account_file(tmp_path / "b.json").read_text())["private_key"] == account["private_key"]
    )
    again.close()


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=4/2", 2),
        ("=1+2*3-(4-1)", 4),
        ("=1/0", "#DIV/0!"),
        ('=AND($A1<TODAY(),$B1<>"เสร็จ")', True),
        ('=OR(A2="x",NOT(ISBLANK(B1)))', True),
        ('=IF(LEN(B1)=4,"ส่งแล้ว","ไม่ใช่")', "ส่งแล้ว"),
        ('=TEXT(A1,"dd/mm/yyyy")&" น."', "21/11/2026 น."),
        ('=DATEVALUE("2026-11-21")=A1', True),
        ("=-A1", -46347),
        ('="a"+1', "#VALUE!"),
        ("=IMPORTXML(A1,B1)", "#NAME?"),
        ("=1+", "#NAME?"),
    ],
)
def test_formulas_as_far_as_they_are_reckoned(formula, value):
    cells = {(0, 0): 46347, (0, 1): "รอรับ"[:4]}
    assert reckoned(formula, Place(lambda row, column: cells.get((row, column)), START.date())) == value


def test_conditions_of_a_colour(world):
    book = next(iter(world.google.books))
    hand = world.google.hand(book)
    for row, text in enumerate(["เกินกำหนด", "7", "2026-11-22", ""]):
        hand.type("Sheet1", row, 0, text)
    sheet = hand.sheet("Sheet1")

    def meets(row, kind, *given):
        asked = {"type": kind, "values": [{"userEnteredValue": each} for each in given]}
        return met(asked, sheet.cell(row, 0), Place(sheet.value, START.date(), row, 0))

    assert meets(0, "TEXT_CONTAINS", "กำหนด")
    assert not meets(0, "TEXT_EQ", "กำหนด")
    assert not meets(0, "NUMBER_GREATER", "1")  # a text is no number
    assert meets(1, "NUMBER_BETWEEN", "7", "9")
    assert meets(2, "DATE_BEFORE", "2026-11-23")
    assert meets(3, "BLANK")
    assert meets(1, "CUSTOM_FORMULA", "=A1=7")  # relative to the rule's first cell


def test_a_thousand_rows_are_written_and_drawn(world):
    google = world.google
    book = next(iter(google.books))
    rows = [[f"R-2569-{n:06d}", *(["ข้อความ"] * 14)] for n in range(1000)]
    google.quotas.on = False
    google.write(book, google.account.email, "Sheet1!A1", {"values": rows}, {"valueInputOption": "RAW"})
    (tab,) = google.seen(book, OWNER)
    assert (len(tab["rows"]), tab["more"]) == (500, 500)


def test_the_stand_in_stands_alone():
    google = Google(lambda: START)
    assert google.make_spreadsheet(share=False).shared.keys() == {"palad@srinakhon.example", "nayok@srinakhon.example"}
