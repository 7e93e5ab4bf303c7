"""What the page asks for, read and refused in Thai: for the doors of `pages.py` and `pages_messenger.py`."""

from __future__ import annotations

import mimetypes
from typing import Any

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.acts import Upload
from sandbox.world import World

_LARGEST_PICTURE = 10 * 1024 * 1024
_MOST_FILES = 50


class Mistake(Exception):
    """What the page asked for cannot be done; the text says why, in Thai."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def answer_mistake(mistake: Mistake) -> ResponseReturnValue:
    return jsonify({"error": str(mistake)}), mistake.status


def the_world() -> World:
    world: World = current_app.extensions["sandbox"]
    return world


def done(**more: Any) -> ResponseReturnValue:
    return jsonify({"ok": True, **more})


def sent() -> dict[str, Any]:
    """The request's JSON object."""
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise Mistake("คำขอไม่ถูกต้อง")
    return found


def words(asked: dict[str, Any]) -> str:
    text = str(asked.get("text") or "")
    if not text.strip():
        raise Mistake("โปรดพิมพ์ข้อความก่อนส่ง")
    if len(text) > 10_000:
        raise Mistake("ข้อความยาวเกินไป")
    return text


def place(asked: dict[str, Any]) -> tuple[float, float, str, str]:
    """Latitude, longitude, title, address."""
    try:
        latitude, longitude = float(asked["latitude"]), float(asked["longitude"])
    except (KeyError, TypeError, ValueError):
        raise Mistake("พิกัดไม่ถูกต้อง") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Mistake("พิกัดไม่ถูกต้อง")
    return latitude, longitude, str(asked.get("title") or "")[:100], str(asked.get("address") or "")[:100]


def uploads() -> tuple[str, list[Upload]]:
    """The kind that the files are sent as, and the files: as a telephone would let them go."""
    kind = request.form.get("as", "image")
    if kind not in ("image", "file", "video", "audio"):
        raise Mistake("ไม่รู้จักชนิดของไฟล์นี้")
    found = [_upload(each.read(), each.filename or "file", kind) for each in request.files.getlist("files")]
    if not found:
        raise Mistake("โปรดเลือกไฟล์ก่อนส่ง")
    if len(found) > _MOST_FILES:
        raise Mistake(f"ส่งได้ครั้งละไม่เกิน {_MOST_FILES} ไฟล์")
    return kind, found


def _upload(data: bytes, name: str, kind: str) -> Upload:
    """A picture is a JPEG or a PNG of at most 10 MB."""
    if kind != "image":
        return Upload(data, name, mimetypes.guess_type(name)[0] or "application/octet-stream")
    if len(data) > _LARGEST_PICTURE:
        raise Mistake("รูปภาพมีขนาดใหญ่เกิน 10 MB")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Upload(data, name, "image/png")
    if data.startswith(b"\xff\xd8\xff"):
        return Upload(data, name, "image/jpeg")
    raise Mistake("ส่งเป็นรูปภาพได้เฉพาะ JPEG และ PNG ไฟล์ชนิดอื่นให้ส่งเป็นไฟล์")
