"""The rich menu: put up once, replaced by ours alone, never taken away half-way; and the picture it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import app
from bot import line_menu
from bot.line import Line
from bot.line_menu import MenuTrouble, faults, install, menu, picture
from flows.words import MENU
from sandbox.judge import judge
from sandbox.pages import create_sandbox
from sandbox.server import serve
from sandbox.world import World

LABELS = tuple(MENU)
NOBODY = "http://127.0.0.1:9"
OURS = line_menu.DRAWN.read_bytes()


@pytest.fixture
def world() -> Iterator[World]:
    world = World("secret", "token", NOBODY)
    yield world
    world.close()


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with serve(create_sandbox(world, None)) as server:
        yield f"{server.url}/line"


@pytest.fixture
def line(url: str) -> Line:
    return Line("secret", "token", url, url)


def names(world: World) -> list[str]:
    return [one["name"] for one in world.state.others["richmenu"].values() if one]


def shown(world: World) -> str:
    return str(world.state.others["richmenu"][world.state.others["richmenu_of"]["all"]]["name"])


def png(width: int, height: int, size: int = 0) -> bytes:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return head.ljust(size, b"\0")


def test_it_is_put_up_once(world: World, line: Line, tmp_path: Path) -> None:
    assert install(line, LABELS, tmp_path)
    done = len(world.calls)
    assert not install(line, LABELS, tmp_path)
    assert [call.method for call in world.calls[done:]] == ["GET", "GET"]
    assert (names(world), shown(world)) == ([menu(LABELS, OURS)["name"]], menu(LABELS, OURS)["name"])
    assert list(world.state.others["richmenu_picture"].values()) == [OURS]


def test_a_new_one_takes_the_place_of_ours_and_of_nobody_elses(world: World, line: Line, tmp_path: Path) -> None:
    theirs = {**menu(LABELS, OURS), "name": "rapruang ของฝ่ายประชาสัมพันธ์"}
    line.ask("POST", "/v2/bot/richmenu", theirs)
    install(line, LABELS, tmp_path)
    (tmp_path / "line-menu.png").write_bytes(png(1200, 800, 30))
    assert install(line, LABELS, tmp_path)
    new = menu(LABELS, png(1200, 800, 30))["name"]
    assert (names(world), shown(world)) == ([theirs["name"], new], new)


@pytest.mark.parametrize("fault", ["500", "cut", "drop", "odd"])
@pytest.mark.parametrize("step", ["create_richmenu", "upload_richmenu", "show_richmenu", "delete_richmenu"])
def test_whatever_is_interrupted_a_menu_is_shown_and_the_next_run_mends_the_rest(
    world: World, line: Line, tmp_path: Path, step: str, fault: str
) -> None:
    install(line, LABELS, tmp_path)
    turned = LABELS[::-1]
    world.next_answers(step, [fault])  # type: ignore[list-item]
    if fault != "odd" or step == "create_richmenu":
        with pytest.raises(MenuTrouble):
            install(line, turned, tmp_path)
    assert shown(world)
    install(line, turned, tmp_path)
    assert (names(world), shown(world)) == ([menu(turned, OURS)["name"]], menu(turned, OURS)["name"])


@pytest.mark.parametrize(("weather", "told"), [("401", "โทเคน"), ("429", "หนึ่งชั่วโมง"), ("500", "ขัดข้องชั่วคราว")])
def test_what_is_wrong_is_said_in_thai(world: World, line: Line, tmp_path: Path, weather: str, told: str) -> None:
    world.set_weather(weather)  # type: ignore[arg-type]
    with pytest.raises(MenuTrouble, match=told):
        install(line, LABELS, tmp_path)


def test_the_picture_goes_to_the_host_of_files(world: World, url: str, tmp_path: Path) -> None:
    with pytest.raises(MenuTrouble, match="ติดต่อ LINE ไม่ได้"):
        install(Line("secret", "token", url, NOBODY), LABELS, tmp_path)
    assert world.calls[-1].operation == "create_richmenu"


def test_the_command(
    world: World, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def line_menu_command(**environ: str) -> None:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        app.line_menu_command.main([], standalone_mode=False)

    (tmp_path / "office.toml").touch()
    with pytest.raises(click.ClickException, match="LINE_CHANNEL_SECRET"):
        line_menu_command(VAR_DIR=str(tmp_path), SERVICES_DIR=str(tmp_path), LINE_CHANNEL_SECRET="")
    account = {"LINE_CHANNEL_SECRET": "secret", "LINE_CHANNEL_ACCESS_TOKEN": "token"}
    line_menu_command(**account, LINE_API_URL=url, LINE_API_DATA_URL=url)
    assert shown(world) == menu(LABELS, OURS)["name"]
    (tmp_path / "line-menu.png").write_bytes(b"JFIF")
    with pytest.raises(click.ClickException, match="PNG"):
        line_menu_command()
    with pytest.raises(SystemExit):
        app.check.main([], standalone_mode=False)
    assert "line-menu.png" in capsys.readouterr().out


# --- the picture and its areas ---


@pytest.mark.parametrize(("width", "height"), [(2500, 1686), (800, 400), (1201, 551)])
def test_the_areas_cover_the_picture_and_type_the_labels_of_the_menu(width: int, height: int) -> None:
    made = menu(LABELS, png(width, height))
    assert judge("RichMenuRequest", made) == []
    assert [area["action"]["text"] for area in made["areas"]] == list(MENU)
    bounds = [area["bounds"] for area in made["areas"]]
    assert sum(b["width"] * b["height"] for b in bounds) == width * height
    assert [(b["x"], b["y"]) for b in bounds] == sorted(((b["x"], b["y"]) for b in bounds), key=lambda at: at[::-1])


def test_our_picture_is_what_line_takes_and_shows_the_labels_in_their_order(tmp_path: Path) -> None:
    assert picture(tmp_path) == line_menu.DRAWN
    assert list(faults(line_menu.DRAWN)) == []
    assert menu(LABELS, OURS)["size"] == {"width": 2500, "height": 1686}
    source = line_menu.DRAWN.with_suffix(".html").read_text()
    assert [re.sub("<[^>]+>", "", part) for part in re.findall("<p>.*</p>", source)] == list(MENU)


WRONG = {
    "no picture": (b"", "PNG"),
    "a JPEG": (b"\xff\xd8\xff\xe0" + b"\0" * 40, "PNG"),
    "too narrow": (png(799, 400), "กว้าง 799"),
    "too wide": (png(2501, 1600), "กว้าง 2501"),
    "too low": (png(800, 249), "สูง 249"),
    "a square": (png(1000, 1000), "1.45"),
    "too heavy": (png(800, 400, 1_000_001), "1 MB"),
}


@pytest.mark.parametrize(("data", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_picture_that_line_would_refuse_is_found_before(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "line-menu.png"
    path.write_bytes(data)
    (fault,) = faults(path)
    assert told in fault


@pytest.mark.parametrize(("width", "height"), [(800, 250), (2500, 1724), (1450, 1000)])
def test_the_smallest_and_the_tallest_are_taken(tmp_path: Path, width: int, height: int) -> None:
    (tmp_path / "line-menu.png").write_bytes(png(width, height))
    assert list(faults(picture(tmp_path))) == []
