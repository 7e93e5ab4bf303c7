"""The sandbox's own page, its JSON API, and everything put together in one Flask app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request, send_file, send_from_directory
from flask.typing import ResponseReturnValue

from sandbox.asking import Mistake, answer_mistake, done, place, sent, the_world, uploads, words
from sandbox.download import saved_as
from sandbox.graph import graph, media
from sandbox.line_menus import line
from sandbox.pages_google import google_page
from sandbox.pages_messenger import messenger
from sandbox.platform import Refusal
from sandbox.registers import Registers
from sandbox.richmenu import RichMenus
from sandbox.sheets import sheets
from sandbox.state import Person
from sandbox.town import Town
from sandbox.view import draw
from sandbox.weather import FAULTS
from sandbox.world import World

PAGE = Path(__file__).parent / "page"
LARGEST = 64 * 1024 * 1024  # bytes of one upload from the page

page = Blueprint("sandbox", __name__)
page.register_error_handler(Mistake, answer_mistake)


def create_sandbox(world: World, registers_dir: Path | None) -> Flask:
    """The page at `/`, its API at `/sandbox`, the stand-ins at `/line`, `/graph`, `/media`, `/google`: one origin."""
    app = Flask("sandbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["sandbox"], app.extensions["google"] = world, world.google
    app.extensions["registers"] = Registers(registers_dir)
    app.extensions["town"] = Town(world)
    app.register_blueprint(line)
    app.register_blueprint(graph)
    app.register_blueprint(media)
    app.register_blueprint(sheets)
    app.register_blueprint(messenger)
    app.register_blueprint(google_page)
    app.register_blueprint(page)
    return app


def _registers() -> Registers:
    registers: Registers = current_app.extensions["registers"]
    return registers


@page.errorhandler(413)
def _too_large(_: Exception) -> ResponseReturnValue:
    return jsonify({"error": f"ไฟล์มีขนาดใหญ่เกินไป (รวมไม่เกิน {LARGEST // 1024 // 1024} MB)"}), 413


# --- the page ---


@page.get("/")
def index() -> ResponseReturnValue:
    return _uncached(send_from_directory(PAGE, "index.html"))


@page.get("/page/<path:name>")
def page_file(name: str) -> ResponseReturnValue:
    return _uncached(send_from_directory(PAGE, name))


@page.get("/sandbox/state")
def state() -> ResponseReturnValue:
    drawn = draw(the_world(), request.args.get("since", type=int))
    if drawn is None:
        return Response(status=204)
    return Response(drawn.encode("utf-8", "replace"), mimetype="application/json")  # half a surrogate pair is no UTF-8


@page.get("/sandbox/content/<message_id>")
def content(message_id: str) -> ResponseReturnValue:
    """What a person sent, for the page to show; pictures, films and sounds only are shown in place."""
    world = the_world()
    found = world.state.contents.get(message_id)
    if found is None or found.fate == "unsent":
        return Response(status=404)
    shown = found.kind != "file" and found.type.partition("/")[0] in ("image", "video", "audio")
    kind = found.type if shown and found.type != "image/svg+xml" else "application/octet-stream"
    response = Response(world.state.bytes[message_id], mimetype=kind)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if kind == "application/octet-stream":
        response.headers["Content-Disposition"] = saved_as(found.name)
    return response


@page.get("/sandbox/menu/<menu>")
def menu_picture(menu: str) -> ResponseReturnValue:
    """The picture of a rich menu; it never changes."""
    try:
        data = RichMenus(the_world().state).picture(menu)
    except Refusal:
        return Response(status=404)
    return Response(data, mimetype="image/png" if data.startswith(b"\x89PNG") else "image/jpeg")


@page.get("/sandbox/registers")
def registers() -> ResponseReturnValue:
    rev, books = _registers().look()
    if request.args.get("since", type=int) == rev:
        return Response(status=204)
    return jsonify({"rev": rev, "books": books})


@page.get("/sandbox/registers/<year>.xlsx")
def workbook(year: str) -> ResponseReturnValue:
    path = _registers().workbook(year)
    if path is None:
        raise Mistake("ไม่มีทะเบียนของปีนี้", 404)
    return send_file(path, as_attachment=True, download_name=f"{year}.xlsx", max_age=0)


# --- doing things ---


@page.post("/sandbox/people")
def new_person() -> ResponseReturnValue:
    name = str(sent().get("name") or "").strip()[:20]
    return done(id=the_world().add_person(name or None).id)


@page.post("/sandbox/people/<user>/follow")
def follow(user: str) -> ResponseReturnValue:
    person = _person(user)
    if person.follows and not person.blocked:
        raise Mistake("เป็นเพื่อนกับบัญชีของหน่วยงานอยู่แล้ว", 409)
    the_world().follow(person.id)
    return done()


@page.post("/sandbox/people/<user>/unfollow")
def unfollow(user: str) -> ResponseReturnValue:
    person = _person(user)
    if person.blocked:
        raise Mistake("บล็อกบัญชีของหน่วยงานไว้อยู่แล้ว", 409)
    the_world().unfollow(person.id)
    return done()


@page.post("/sandbox/chats/<chat>/text")
def text(chat: str) -> ResponseReturnValue:
    asked = sent()
    said = words(asked)
    return done(id=the_world().say(_speaker(chat, asked), said, chat=chat).id)


@page.post("/sandbox/chats/<chat>/files")
def files(chat: str) -> ResponseReturnValue:
    kind, found = uploads()
    entries = the_world().send_files(_speaker(chat, request.form), found, kind, chat=chat)
    return done(ids=[entry.id for entry in entries])


@page.post("/sandbox/chats/<chat>/place")
def send_place(chat: str) -> ResponseReturnValue:
    asked = sent()
    latitude, longitude, title, address = place(asked)
    speaker = _speaker(chat, asked)
    return done(id=the_world().send_place(speaker, latitude, longitude, title=title, address=address, chat=chat).id)


@page.post("/sandbox/chats/<chat>/sticker")
def sticker(chat: str) -> ResponseReturnValue:
    return done(id=the_world().send_sticker(_speaker(chat, sent()), chat=chat).id)


@page.post("/sandbox/chats/<chat>/postback")
def postback(chat: str) -> ResponseReturnValue:
    asked = sent()
    data, shown, params = asked.get("data"), asked.get("displayText"), asked.get("params")
    if not isinstance(data, str) or not data or len(data) > 300:
        raise Mistake("ปุ่มนี้ใช้ไม่ได้")
    the_world().press(_speaker(chat, asked), data, str(shown) if shown else None, params=params or None, chat=chat)
    return done()


@page.post("/sandbox/chats/<chat>/unsend")
def unsend(chat: str) -> ResponseReturnValue:
    asked = sent()
    try:
        the_world().unsend(_speaker(chat, asked), str(asked.get("id")))
    except KeyError:
        raise Mistake("ยกเลิกข้อความนี้ไม่ได้", 404) from None
    return done()


@page.post("/sandbox/weather")
def weather() -> ResponseReturnValue:
    wanted = sent().get("line")
    if wanted not in FAULTS:
        raise Mistake("ไม่รู้จักสภาพนี้")
    the_world().set_weather(wanted)
    return done()


@page.post("/sandbox/town")
def town() -> ResponseReturnValue:
    if not current_app.extensions["town"].start():
        raise Mistake("เรื่องตัวอย่างกำลังโหลดอยู่ หรือโหลดครบแล้ว", 409)
    return done()


# --- reading what came ---


def _person(user: Any) -> Person:
    person = the_world().state.people.get(str(user))
    if person is None:
        raise Mistake("ไม่พบผู้ใช้นี้", 404)
    return person


def _speaker(chat: str, asked: Any) -> str:
    """Who writes: the owner of a one-to-one chat, or a member of the group."""
    person = _person(asked.get("from"))
    group = the_world().state.groups.get(chat)
    if person.id != chat and (group is None or person.id not in group.members):
        raise Mistake("ผู้ใช้นี้ไม่ได้อยู่ในห้องแชตนี้", 403)
    if group is None and person.blocked:
        raise Mistake("ผู้ใช้บล็อกบัญชีของหน่วยงานไว้ จึงส่งข้อความไม่ได้", 409)
    return person.id


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response
