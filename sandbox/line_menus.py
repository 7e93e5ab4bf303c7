"""The stand-in's doors for rich menus. `line` from here is the blueprint of `line.py` with these doors in it."""

from __future__ import annotations

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.line import line, read_body, the_world
from sandbox.richmenu import RichMenus

__all__ = ["line"]


def _menus() -> RichMenus:
    return RichMenus(the_world().state)


@line.post("/v2/bot/richmenu")
def create_richmenu() -> ResponseReturnValue:
    return jsonify({"richMenuId": _menus().create(read_body("RichMenuRequest"))})


@line.post("/v2/bot/richmenu/validate")
def validate_richmenu() -> ResponseReturnValue:
    read_body("RichMenuRequest")
    return jsonify({})


@line.get("/v2/bot/richmenu/list")
def richmenu_list() -> ResponseReturnValue:
    return jsonify({"richmenus": _menus().all()})


@line.get("/v2/bot/richmenu/<menu>")
def richmenu(menu: str) -> ResponseReturnValue:
    return jsonify(_menus().get(menu))


@line.delete("/v2/bot/richmenu/<menu>")
def delete_richmenu(menu: str) -> ResponseReturnValue:
    _menus().delete(menu)
    return jsonify({})


@line.post("/v2/bot/richmenu/<menu>/content")
def upload_richmenu(menu: str) -> ResponseReturnValue:
    _menus().upload(menu, request.mimetype, request.get_data())
    return jsonify({})


@line.get("/v2/bot/richmenu/<menu>/content")
def richmenu_picture(menu: str) -> ResponseReturnValue:
    data = _menus().picture(menu)
    return Response(data, mimetype="image/png" if data.startswith(b"\x89PNG") else "image/jpeg")


@line.post("/v2/bot/user/<user>/richmenu/<menu>")
def show_richmenu(user: str, menu: str) -> ResponseReturnValue:
    _menus().show(user, menu)
    return jsonify({})


@line.get("/v2/bot/user/<user>/richmenu")
def shown_richmenu(user: str) -> ResponseReturnValue:
    return jsonify({"richMenuId": _menus().shown(user)})


@line.delete("/v2/bot/user/<user>/richmenu")
def hide_richmenu(user: str) -> ResponseReturnValue:
    _menus().hide(user)
    return jsonify({})
