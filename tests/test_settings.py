"""The environment: its defaults are the contract's, its faults are told in Thai, its secrets are told to nobody."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import app
from models.bucket import Place
from models.files import FileStore
from models.vault import Vault
from settings import LineSettings, faults, read_settings

LINE = {"LINE_CHANNEL_SECRET": "s3cret-of-the-channel", "LINE_CHANNEL_ACCESS_TOKEN": "t0ken-of-the-channel"}
BUCKET = {"FILES_S3_BUCKET": "office"}
#: A bucket at a port where nobody is.
AWAY = {
    **BUCKET,
    "FILES_S3_ENDPOINT": "http://127.0.0.1:9/",
    "FILES_S3_PREFIX": "/files/",
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "s3cret",
    "AWS_DEFAULT_REGION": "us-east-1",
}
HTTPS = {"PUBLIC_URL": "https://line.srinakhon.go.th"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to start in, and none of this machine's own settings."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "PORT",
        "VAR_DIR",
        "SERVICES_DIR",
        "DATABASE_URL",
        "PUBLIC_URL",
        "SECRET_KEY",
        "OLD_SECRET_KEY",
        *LINE,
        *AWAY,
    ):
        monkeypatch.delenv(name, raising=False)
    services = tmp_path / "services"
    services.mkdir()
    (services / "office.toml").write_text((Path(app.__file__).parent / "services" / "office.toml").read_text())
    return tmp_path


def told(environ: dict[str, str]) -> list[str]:
    return [str(fault) for fault in faults(environ)]


# --- defaults ---


def test_without_any_setting_the_defaults_of_the_contract_hold() -> None:
    found = read_settings({})
    assert found.database_url == "sqlite:///var/office.db"
    assert (found.var_dir, found.services_dir, found.port) == (Path("var"), Path("services"), 8000)
    assert (found.public_url, found.line) == ("http://127.0.0.1:8000", None)
    assert (found.files_dir, found.registers_dir) == (Path("var/files"), Path("var/registers"))


def test_line_is_on_when_both_secrets_are_set() -> None:
    found = read_settings(LINE).line
    assert found == LineSettings(*LINE.values(), "https://api.line.me", "https://api-data.line.me")
    assert read_settings({"LINE_CHANNEL_SECRET": "x"}).line is None


def test_files_lie_in_a_bucket_if_there_is_one() -> None:
    assert read_settings({}).bucket is None
    assert read_settings(AWAY).bucket == Place("office", "http://127.0.0.1:9", "files/", "us-east-1", "id", "s3cret")
    assert "s3cret" not in repr(read_settings(AWAY))


def test_an_empty_value_is_no_value() -> None:
    assert read_settings({"PORT": "", "DATABASE_URL": "", "LINE_CHANNEL_SECRET": ""}) == read_settings({})


def test_the_data_follow_the_folder_and_the_address_follows_the_port() -> None:
    found = read_settings({"VAR_DIR": "elsewhere/deep", "PORT": "8123"})
    assert found.database_url == "sqlite:///elsewhere/deep/office.db"
    assert found.public_url == "http://127.0.0.1:8123"


def test_addresses_lose_the_slash_at_their_end() -> None:
    found = read_settings({**LINE, "PUBLIC_URL": "https://x.go.th/", "LINE_API_URL": "http://127.0.0.1:9/line/"})
    assert found.line is not None
    assert (found.public_url, found.line.api_url) == ("https://x.go.th", "http://127.0.0.1:9/line")


def test_the_dotenv_file_is_read_and_the_environment_wins(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / ".env").write_text("PORT=8001\nVAR_DIR=fromfile\n# PUBLIC_URL=https://commented.go.th\n")
    monkeypatch.setenv("PORT", "8002")
    found = read_settings()
    assert (found.port, found.var_dir, found.public_url) == (8002, Path("fromfile"), "http://127.0.0.1:8002")


# --- secrets ---


def test_a_key_is_made_once_and_nobody_else_may_read_it() -> None:
    first = read_settings({})
    assert read_settings({}).secret_key == first.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((first.var_dir / "secret.key").stat().st_mode) == 0o600
    assert read_settings({"SECRET_KEY": "own"}).secret_key == "own"


def test_secrets_are_not_shown() -> None:
    shown = repr(read_settings({**LINE, "SECRET_KEY": "k3y-of-the-house"}))
    assert not any(secret in shown for secret in (*LINE.values(), "k3y-of-the-house"))


# --- faults ---

WRONG = {
    "no port": ({"PORT": "eight"}, "PORT", "1 ถึง 65535"),
    "a port beyond all ports": ({"PORT": "65536"}, "PORT", "1 ถึง 65535"),
    "port nought": ({"PORT": "0"}, "PORT", "1 ถึง 65535"),
    "a negative port": ({"PORT": "-1"}, "PORT", "1 ถึง 65535"),
    "another database": ({"DATABASE_URL": "mysql://root@x/y"}, "DATABASE_URL", "sqlite:///"),
    "PostgreSQL without its driver": ({"DATABASE_URL": "postgresql://x/y"}, "DATABASE_URL", "postgresql+psycopg://"),
    "no catalogue": ({"SERVICES_DIR": "nowhere"}, "SERVICES_DIR", "office.toml"),
    "half a channel": ({"LINE_CHANNEL_SECRET": "s3cret"}, "LINE_CHANNEL_ACCESS_TOKEN", "LINE_CHANNEL_SECRET"),
    "the other half": ({"LINE_CHANNEL_ACCESS_TOKEN": "t"}, "LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"),
    "an open office without https": (LINE, "PUBLIC_URL", "https://"),
    "http to the world": ({**LINE, "PUBLIC_URL": "http://x.go.th"}, "PUBLIC_URL", "https://"),
    "a bucket's folder without a bucket": ({"FILES_S3_PREFIX": "x"}, "FILES_S3_PREFIX", "FILES_S3_BUCKET"),
    "a bucket over http": ({**BUCKET, "FILES_S3_ENDPOINT": "http://s3.go.th"}, "FILES_S3_ENDPOINT", "https://"),
    "half of who we are": ({**BUCKET, "AWS_ACCESS_KEY_ID": "k"}, "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
    "the old key and no new one": ({"OLD_SECRET_KEY": "k3y"}, "SECRET_KEY", "OLD_SECRET_KEY"),
    "the old key for the new one": ({"OLD_SECRET_KEY": "k3y", "SECRET_KEY": "k3y"}, "SECRET_KEY", "OLD_SECRET_KEY"),
    "half a sheet": ({"GOOGLE_SHEET_ID": "x"}, "GOOGLE_SERVICE_ACCOUNT_FILE", "GOOGLE_SHEET_ID"),
    "the other half of it": ({"GOOGLE_SERVICE_ACCOUNT_FILE": "x"}, "GOOGLE_SHEET_ID", "GOOGLE_SERVICE_ACCOUNT_FILE"),
    "the sheet's whole address": (
        {"GOOGLE_SERVICE_ACCOUNT_FILE": "x", "GOOGLE_SHEET_ID": "https://docs.google.com/spreadsheets/d/x/edit"},
        "GOOGLE_SHEET_ID",
        "/d/",
    ),
    "LINE over http": ({**LINE, **HTTPS, "LINE_API_URL": "http://api.line.me"}, "LINE_API_URL", "https://"),
}


@pytest.mark.parametrize(("environ", "variable", "word"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_right_is_told_by_name(environ: dict[str, str], variable: str, word: str) -> None:
    (fault,) = told(environ)
    assert fault.startswith(f"environment: {variable}: ")
    assert word in fault


def test_a_good_house_has_no_faults() -> None:
    assert told({}) == []
    assert told({**LINE, **HTTPS}) == []
    assert told({**LINE, **HTTPS, "LINE_API_URL": "http://127.0.0.1:9/line"}) == []


def test_all_faults_are_told_at_once_with_the_line_of_the_file(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text("# ตัวอย่าง\nPORT=no\n\nDATABASE_URL=mysql://u:p4ssw0rd@x/y\n")
    assert [fault.split(": ")[:2] for fault in told({})] == [[".env:2", "PORT"], [".env:4", "DATABASE_URL"]]


def test_a_fault_never_repeats_the_value(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text("DATABASE_URL=mysql://u:p4ssw0rd@x/y\nLINE_CHANNEL_SECRET=s3cret\n")
    assert not any(word in fault for fault in told({}) for word in ("p4ssw0rd", "s3cret"))


# --- app.py check ---


def check(environ: dict[str, str]) -> tuple[int, str]:
    result = CliRunner().invoke(app.cli, ["check"], env=environ)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result.exit_code, result.output


def test_check_is_content_with_a_good_house() -> None:
    assert check({})[0] == 0


@pytest.mark.parametrize("environ", [environ for environ, _, _ in WRONG.values()], ids=WRONG.keys())
def test_check_prints_every_fault_and_exits_with_one(environ: dict[str, str]) -> None:
    code, output = check(environ)
    assert code == 1
    assert told(environ)[0] in output


def test_check_tells_the_faults_of_the_settings_and_of_the_office_together(elsewhere: Path) -> None:
    office = elsewhere / "services" / "office.toml"
    office.write_text(office.read_text().replace('opens = "08:30"', 'opens = "25:99"'))
    code, output = check({"PORT": "eight"})
    assert code == 1
    assert "PORT" in output
    assert "office.toml" in output


def test_check_really_tries_the_bucket_and_tells_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = check(AWAY)
    assert (code, "เขียนและอ่านที่เก็บไฟล์นี้ไม่ได้" in output, "EndpointConnectionError" in output) == (1, True, True)
    monkeypatch.setitem(sys.modules, "boto3", None)
    code, output = check(AWAY)
    assert (code, "ยังไม่ได้ติดตั้ง boto3" in output, "requirements-s3.lock" in output) == (1, True, True)


# --- app.py change-key ---


def test_the_key_is_changed_by_a_command(elsewhere: Path) -> None:
    sha256 = FileStore(elsewhere / "var" / "files", Vault("old")).keep([b"abc"], 9).sha256
    environ = {"SECRET_KEY": "new"}
    refused = CliRunner().invoke(app.cli, ["change-key"], env=environ)
    assert (refused.exit_code, "OLD_SECRET_KEY" in refused.output) == (1, True)
    for said in ("เปลี่ยนกุญแจแล้ว 1 ไฟล์", "เปลี่ยนกุญแจแล้ว 0 ไฟล์ · เป็นกุญแจใหม่อยู่แล้ว 1 ไฟล์"):
        done = CliRunner().invoke(app.cli, ["change-key"], env={**environ, "OLD_SECRET_KEY": "old"})
        assert (done.exit_code, said in done.output) == (0, True)
    assert FileStore(elsewhere / "var" / "files", Vault("new")).read(sha256) == b"abc"


def test_check_survives_a_catalogue_that_is_no_toml(elsewhere: Path) -> None:
    (elsewhere / "services" / "office.toml").write_text("[office\n")
    code, output = check({})
    assert code == 1
    assert "office.toml" in output
