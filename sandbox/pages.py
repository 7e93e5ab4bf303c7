"""The sandbox's own page, its JSON API, and everything put together in one Flask app."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request, send_file, send_from_directory
from flask.typing import ResponseReturnValue

from sandbox.acts import Upload
from sandbox.graph import graph, media
from sandbox.line_menus import line
from sandbox.registers import Registers
from sandbox.state import Person
from sandbox.town import Town
from sandbox.view import draw
from sandbox.weather import FAULTS
from sandbox.world import World

PAGE = Path(__file__).parent / "page"
LARGEST = 64 * 1024 * 1024  # bytes of one upload from the page
_LARGEST_PICTURE = 10 * 1024 * 1024

page = Blueprint("sandbox", __name__)


class Mistake(Exception):
    """What the page asked for cannot be done; the text says why, in Thai."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def create_sandbox(world: World, registers_dir: Path | None) -> Flask:
    """The page at `/`, its API at `/sandbox`, the stand-ins at `/line`, `/graph`, `/media`: one origin."""
    app = Flask("sandbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["sandbox"] = world
    app.extensions["registers"] = Registers(registers_dir)
    app.extensions["town"] = Town(world)
    app.register_blueprint(line)
    app.register_blueprint(graph)
    app.register_blueprint(media)
    app.register_blueprint(page)
    return app


def _world() -> World:
    world: World = current_app.extensions["sandbox"]
    return world


def _registers() -> Registers:
    registers: Registers = current_app.extensions["registers"]
    return registers


@page.errorhandler(Mistake)
def _mistake(mistake: Mistake) -> ResponseReturnValue:
    return jsonify({"error": str(mistake)}), mistake.status


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
    drawn = draw(_world(), request.args.get("since", type=int))
    return Response(status=204) if drawn is None else Response(drawn, mimetype="application/json")


@page.get("/sandbox/content/<message_id>")
def content(message_id: str) -> ResponseReturnValue:
    """What a person sent, for the page to show; pictures, films and sounds only are shown in place."""
    world = _world()
    found = world.state.contents.get(message_id)
    if found is None or found.fate == "unsent":
        return Response(status=404)
    shown = found.kind != "file" and found.type.partition("/")[0] in ("image", "video", "audio")
    kind = found.type if shown and found.type != "image/svg+xml" else "application/octet-stream"
    response = Response(world.state.bytes[message_id], mimetype=kind)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if kind == "application/octet-stream":
        response.headers.set("Content-Disposition", "attachment", filename=found.name)
    return response


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
    name = str(_sent().get("name") or "").strip()[:20]
    return jsonify({"ok": True, "id": _world().add_person(name or None).id})


@page.post("/sandbox/people/<user>/follow")
def follow(user: str) -> ResponseReturnValue:
    person = _person(user)
    if person.follows and not person.blocked:
        raise Mistake("เป็นเพื่อนกับบัญชีของหน่วยงานอยู่แล้ว", 409)
    _world().follow(person.id)
    return _done()


@page.post("/sandbox/people/<user>/unfollow")
def unfollow(user: str) -> ResponseReturnValue:
    person = _person(user)
    if person.blocked:
        raise Mistake("บล็อกบัญชีของหน่วยงานไว้อยู่แล้ว", 409)
    _world().unfollow(person.id)
    return _done()


@page.post("/sandbox/chats/<chat>/text")
def text(chat: str) -> ResponseReturnValue:
    sent = _sent()
    words = str(sent.get("text") or "")
    if not words.strip():
        raise Mistake("โปรดพิมพ์ข้อความก่อนส่ง")
    if len(words) > 10_000:
        raise Mistake("ข้อความยาวเกินไป")
    entry = _world().say(_speaker(chat, sent), words, chat=chat)
    return jsonify({"ok": True, "id": entry.id})


@page.post("/sandbox/chats/<chat>/files")
def files(chat: str) -> ResponseReturnValue:
    kind = request.form.get("as", "image")
    if kind not in ("image", "file", "video", "audio"):
        raise Mistake("ไม่รู้จักชนิดของไฟล์นี้")
    uploads = [_upload(sent.read(), sent.filename or "file", kind) for sent in request.files.getlist("files")]
    if not uploads:
        raise Mistake("โปรดเลือกไฟล์ก่อนส่ง")
    if len(uploads) > 50:
        raise Mistake("ส่งได้ครั้งละไม่เกิน 50 ไฟล์")
    entries = _world().send_files(_speaker(chat, request.form), uploads, kind, chat=chat)
    return jsonify({"ok": True, "ids": [entry.id for entry in entries]})


@page.post("/sandbox/chats/<chat>/place")
def place(chat: str) -> ResponseReturnValue:
    sent = _sent()
    try:
        latitude, longitude = float(sent["latitude"]), float(sent["longitude"])
    except (KeyError, TypeError, ValueError):
        raise Mistake("พิกัดไม่ถูกต้อง") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Mistake("พิกัดไม่ถูกต้อง")
    title, address = str(sent.get("title") or "")[:100], str(sent.get("address") or "")[:100]
    speaker = _speaker(chat, sent)
    entry = _world().send_place(speaker, latitude, longitude, title=title, address=address, chat=chat)
    return jsonify({"ok": True, "id": entry.id})


@page.post("/sandbox/chats/<chat>/sticker")
def sticker(chat: str) -> ResponseReturnValue:
    entry = _world().send_sticker(_speaker(chat, _sent()), chat=chat)
    return jsonify({"ok": True, "id": entry.id})


@page.post("/sandbox/chats/<chat>/postback")
def postback(chat: str) -> ResponseReturnValue:
    sent = _sent()
    data, shown, params = sent.get("data"), sent.get("displayText"), sent.get("params")
    if not isinstance(data, str) or not data or len(data) > 300:
        raise Mistake("ปุ่มนี้ใช้ไม่ได้")
    _world().press(_speaker(chat, sent), data, str(shown) if shown else None, params=params or None, chat=chat)
    return _done()


@page.post("/sandbox/chats/<chat>/unsend")
def unsend(chat: str) -> ResponseReturnValue:
    sent = _sent()
    try:
        _world().unsend(_speaker(chat, sent), str(sent.get("id")))
    except KeyError:
        raise Mistake("ยกเลิกข้อความนี้ไม่ได้", 404) from None
    return _done()


@page.post("/sandbox/weather")
def weather() -> ResponseReturnValue:
    wanted = _sent().get("line")
    if wanted not in FAULTS:
        raise Mistake("ไม่รู้จักสภาพนี้")
    _world().set_weather(wanted)
    return _done()


@page.post("/sandbox/town")
def town() -> ResponseReturnValue:
    if not current_app.extensions["town"].start():
        raise Mistake("เรื่องตัวอย่างกำลังโหลดอยู่ หรือโหลดครบแล้ว", 409)
    return _done()


# --- reading what came ---


def _done() -> ResponseReturnValue:
    return jsonify({"ok": True})


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Mistake("คำขอไม่ถูกต้อง")
    return sent


def _person(user: Any) -> Person:
    person = _world().state.people.get(str(user))
    if person is None:
        raise Mistake("ไม่พบผู้ใช้นี้", 404)
    return person


def _speaker(chat: str, sent: Any) -> str:
    """Who writes: the owner of a one-to-one chat, or a member of the group."""
    person = _person(sent.get("from"))
    group = _world().state.groups.get(chat)
    if person.id != chat and (group is None or person.id not in group.members):
        raise Mistake("ผู้ใช้นี้ไม่ได้อยู่ในห้องแชตนี้", 403)
    if group is None and person.blocked:
        raise Mistake("ผู้ใช้บล็อกบัญชีของหน่วยงานไว้ จึงส่งข้อความไม่ได้", 409)
    return person.id


def _upload(data: bytes, name: str, kind: str) -> Upload:
    """A file as LINE's app would let it go: a picture is a JPEG or a PNG of at most 10 MB."""
    if kind != "image":
        return Upload(data, name, mimetypes.guess_type(name)[0] or "application/octet-stream")
    if len(data) > _LARGEST_PICTURE:
        raise Mistake("รูปภาพมีขนาดใหญ่เกิน 10 MB")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Upload(data, name, "image/png")
    if data.startswith(b"\xff\xd8\xff"):
        return Upload(data, name, "image/jpeg")
    raise Mistake("ส่งเป็นรูปภาพได้เฉพาะ JPEG และ PNG ไฟล์ชนิดอื่นให้ส่งเป็นไฟล์")


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response
