"""`app.py check` on a Google sheet: what exactly is missing, and never a word of the key."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from google.auth import _helpers

import app
from models.db import Database
from models.upgrading import upgrade
from office.google.checking import faults
from sandbox.google import Google
from sandbox.server import serve
from sandbox.sheets import create_google


@pytest.fixture
def google(world_of_google, tmp_path):
    """A stand-in, an account file and the id of a spreadsheet that is shared with it."""
    google = world_of_google
    return google, google.account_file(tmp_path / "account.json"), google.make_spreadsheet().id


@pytest.fixture
def world_of_google(clock):
    google = Google(clock)
    with serve(create_google(google)) as server:
        google.origin = server.url
        yield google
        google.close()


def told(google, file, book, url=None):
    return " ".join(faults(file, book, url or google.sheets_url))


def test_a_living_sheet_has_no_fault_and_is_left_as_it_was(google):
    world, file, book = google
    assert faults(file, book, world.sheets_url) == []
    assert world.hand(book).rows("Sheet1") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "อ่านไฟล์ไม่ได้"),
        ("not json", "ไม่ใช่ JSON"),
        ("[]", "ไม่ใช่กุญแจของบัญชีบริการ"),
        ('{"installed": {"client_id": "x"}}', "ไม่ใช่กุญแจของบัญชีบริการ"),
        ('{"type": "service_account", "client_email": "a@b"}', "ขาด private_key, token_uri"),
        (
            '{"type": "service_account", "client_email": "a@b", "private_key": "SECRET", "token_uri": "http://x"}',
            "กุญแจในไฟล์",
        ),
    ],
)
def test_a_wrong_file_is_told_as_such(google, tmp_path, text, said):
    path = tmp_path / "wrong.json"
    if text is not None:
        path.write_text(text)
    found = told(google[0], path, google[2])
    assert said in found
    assert "SECRET" not in found


def test_what_the_owner_has_to_do_is_told_with_the_address(google):
    world, _, book = google
    world.unshare(book)
    assert f"แชร์ให้ {world.account.email}" in told(*google)
    world.share(book, role="reader")
    assert "อ่านแผ่นงานได้แต่เขียนไม่ได้" in told(*google)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda world: world.account.change_key(), "ไม่รับกุญแจ"),
        (lambda world: world.set_weather("429"), "เกินโควตา"),
        (lambda world: world.set_weather("502"), "ติดต่อ Google ไม่ได้ (502)"),
        (lambda world: world.set_weather("disabled"), "ยังไม่เปิดใช้ Google Sheets API"),
        (lambda world: [world.delete(book) for book in world.books], "ไม่พบแผ่นงาน"),
    ],
    ids=["key", "quota", "502", "disabled", "deleted"],
)
def test_whatever_google_has_against_it_is_told(google, spoil, said):
    spoil(google[0])
    assert said in told(*google)


def test_a_wrong_id_and_no_way_to_google(google):
    world, file, _ = google
    assert "ไม่พบแผ่นงาน" in told(world, file, "somebody-elses")
    assert "ติดต่อ Google ไม่ได้" in told(world, file, "x", "http://127.0.0.1:9")


def test_a_clock_that_is_wrong(google, monkeypatch):
    """google-auth signs with the machine's time; here it is a day behind."""
    now = _helpers.utcnow
    monkeypatch.setattr(_helpers, "utcnow", lambda: now() - timedelta(days=1))
    assert "นาฬิกาของเครื่อง" in told(*google)
    assert json.loads(google[1].read_text())["type"] == "service_account"


@pytest.fixture
def environ(google, tmp_path):
    """The operator's environment, for a sheet that lives."""
    world, file, book = google
    paths = {"VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": f"sqlite:///{tmp_path / 'office.db'}"}
    sheet = {"GOOGLE_SERVICE_ACCOUNT_FILE": str(file), "GOOGLE_SHEET_ID": book, "GOOGLE_SHEETS_URL": world.sheets_url}
    return {**paths, **sheet}


def test_the_operator_is_told_by_check_and_by_rebuild(google, environ):
    world, _, book = google
    upgrade(Database(environ["DATABASE_URL"]))
    assert run("check", environ) == (0, "ตรวจแล้ว ไม่พบข้อผิดพลาด\n")
    assert run("mirror rebuild", environ) == (0, "เขียนทะเบียนลง Google Sheets ใหม่ทั้งหมดแล้ว\n")
    assert any(sheet.title.startswith("ทะเบียนหนังสือรับ") for sheet in world.books[book].sheets)
    world.set_weather("unshared")
    assert run("check", environ) == (
        1,
        f"GOOGLE_SHEET_ID: แผ่นงานยังไม่ได้แชร์ให้บัญชีบริการ โปรดแชร์ให้ {world.account.email} เป็น “ผู้แก้ไข”\n",
    )


def test_without_a_sheet_there_is_nothing_to_rebuild(environ):
    upgrade(Database(environ["DATABASE_URL"]))
    code, told = run("mirror rebuild", {**environ, "GOOGLE_SHEET_ID": "", "GOOGLE_SERVICE_ACCOUNT_FILE": ""})
    assert (code, "docs/google-sheets.md" in told) == (1, True)


def run(command, environ):
    result = CliRunner().invoke(app.cli, command.split(), env=environ)
    return result.exit_code, result.output
