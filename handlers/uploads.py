"""The doors for the files of ไฟล์ใหญ่: tus 1.0 (core, creation, termination), which goes on where it broke off.
https://tus.io/protocols/resumable-upload"""

from __future__ import annotations

import threading
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import ClientDisconnected

from bot.reading import clean
from flows.conversation import Memory
from flows.events import SentUnusable, Trouble
from flows.papers import trouble as words_for
from flows.uploads import room
from handlers import members, uploaded
from handlers.links import Altered, Grant
from handlers.upload_page import EXPIRED
from handlers.wiring import Wiring
from models import conversation
from models.files import HEAD
from models.kinds import kind_of
from models.parts import Busy, NoSuchPart, Part
from office.examination import NotExamined, refused_at_sight

log = structlog.get_logger()

VERSION = {"Tus-Resumable": "1.0.0"}
#: The page sends pieces of 5 MB; a proxy before us must let them pass.
LARGEST_PIECE = 8 * 1024 * 1024
#: So many pieces are taken at once: the other threads are for webhooks, however slow the uploads are.
WRITERS = 8
#: Seconds without a byte after which a piece is given up; what has come of it is kept.
PATIENCE = 30
#: What one conversation may bring in a day: so many times the largest file, and so many files.
IN_A_DAY, MOST_IN_A_DAY = 4, 50
#: The disk must hold a new file three times (part, copy, plain while it is examined), and this is left for the
#: registers and the database.
RESERVE = 1_000_000_000
_BLOCK = 64 * 1024


class Declined(Exception):
    """ไม่รับ: the answer to a request, with a sentence that the page shows."""

    def __init__(self, status: int, text: str = "", **headers: str) -> None:
        super().__init__(status)
        self.status, self.text, self.headers = status, text, headers


def uploads(wiring: Wiring) -> Blueprint:
    """`/uploads/parts`: tus, with the token of a link as bearer; 403 without a token of ours."""
    doors, writers = Blueprint("uploads", __name__), threading.BoundedSemaphore(WRITERS)
    for method, place, door in (
        ("OPTIONS", "", _abilities),
        ("POST", "", _begin),
        ("HEAD", "/<part_id>", _tell),
        ("PATCH", "/<part_id>", partial(_go_on, writers)),
        ("DELETE", "/<part_id>", _drop),
    ):
        doors.add_url_rule(
            f"/uploads/parts{place}",
            method.lower(),
            partial(door, wiring),
            methods=[method],
            provide_automatic_options=False,
        )
    doors.register_error_handler(Declined, lambda no: _answer(no.status, no.text, **no.headers))
    doors.register_error_handler(NoSuchPart, lambda _: _answer(404, "ไม่พบไฟล์ที่ส่งค้างไว้ โปรดเลือกไฟล์แล้วส่งใหม่"))
    doors.register_error_handler(NotExamined, lambda _: _answer(503, **{"Retry-After": "60"}))
    doors.register_error_handler(Busy, lambda _: _answer(423, "ไฟล์นี้กำลังส่งอยู่จากหน้าอื่น"))
    return doors


def _answer(status: int, text: str = "", **headers: str) -> Response:
    every = {**VERSION, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(text, status, {**every, **headers}, content_type="text/plain; charset=utf-8")


# --- the protocol ---


def _abilities(wiring: Wiring) -> Response:
    largest = str(wiring.office.files.largest)
    told = {"Tus-Version": "1.0.0", "Tus-Extension": "creation,termination", "Tus-Max-Size": largest}
    return _answer(204, **told)


def _begin(wiring: Wiring) -> Response:
    grant, now = _grant(wiring), wiring.now()
    if now > grant.until:
        raise Declined(410, EXPIRED)
    length, facts = _number("Upload-Length"), _metadata()
    _admit(wiring, grant, length, now)
    part = wiring.parts.begin(
        now,
        conversation_id=grant.conversation_id,
        draft=grant.draft,
        length=length,
        name=facts.get("filename", "").replace("\\", "/").rpartition("/")[2].strip()[:255],
        more=bool(facts.get("more")),
    )
    return _answer(201, Location=f"/uploads/parts/{part.id}")


def _tell(wiring: Wiring, part_id: str) -> Response:
    part = _part(wiring, part_id)
    if wiring.parts.is_whole(part):  # whoever took the last piece died before the file was handed in
        with wiring.parts.held(part_id) as mine:
            part = _handed_in(wiring, mine) if wiring.parts.is_whole(mine) else mine
    return _answer(200, **_standing(wiring, part), **{"Upload-Length": str(part.length)})


def _go_on(writers: threading.Semaphore, wiring: Wiring, part_id: str) -> Response:
    part = _part(wiring, part_id)
    if not writers.acquire(blocking=False):
        raise Declined(503, "ขณะนี้มีผู้ส่งไฟล์จำนวนมาก ระบบจะลองใหม่ให้เอง", **{"Retry-After": "2"})
    try:
        return _appended(wiring, part)
    finally:
        writers.release()


def _appended(wiring: Wiring, part: Part) -> Response:
    if request.mimetype != "application/offset+octet-stream":
        raise Declined(415)
    with wiring.parts.held(part.id) as mine:
        offset = wiring.parts.offset(mine)
        if _number("Upload-Offset") != offset:
            raise Declined(409, **{"Upload-Offset": str(offset)})
        if _length() > mine.length - offset:
            raise Declined(413)
        offset = wiring.parts.append(mine, _pieces())
        _look_at(wiring, mine, offset)
        return _answer(204, **_standing(wiring, _handed_in(wiring, mine) if wiring.parts.is_whole(mine) else mine))


def _drop(wiring: Wiring, part_id: str) -> Response:
    _part(wiring, part_id)
    with wiring.parts.held(part_id) as mine:
        if mine.received_at is None:
            wiring.parts.drop(mine)
    return _answer(204)


def _standing(wiring: Wiring, part: Part) -> dict[str, str]:
    """How far it is; and once it has been received, when."""
    offset = {"Upload-Offset": str(wiring.parts.offset(part))}
    return offset | ({"Upload-Received": part.received_at.isoformat()} if part.received_at else {})


# --- who may, and what ---


def _grant(wiring: Wiring) -> Grant:
    """What the caller's token allows. Everything else is looked at after it: a stranger learns nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        grant = wiring.links.read(token if scheme == "Bearer" else "")
    except Altered as error:
        raise Declined(403) from error
    if request.headers.get("Tus-Resumable") != VERSION["Tus-Resumable"]:
        raise Declined(412, **{"Tus-Version": "1.0.0"})
    return grant


def _part(wiring: Wiring, part_id: str) -> Part:
    """A part that the caller's token is for; also a token that has expired: what was begun in time may be finished."""
    grant, part = _grant(wiring), wiring.parts.find(part_id)
    if (part.conversation_id, part.draft) != (grant.conversation_id, grant.draft):
        raise NoSuchPart(part_id)
    return part


def _admit(wiring: Wiring, grant: Grant, length: int, now: datetime) -> None:
    limits, mine = wiring.office.files, wiring.parts.of(grant.conversation_id)
    if length > limits.largest:
        raise Declined(413, f"ไฟล์นี้ใหญ่เกิน {limits.largest_mb:,} MB โปรดแบ่งเป็นไฟล์ที่เล็กลง หรือติดต่อเจ้าหน้าที่")
    if length == 0:
        raise _declined("empty", now)
    if not _room(wiring, grant):
        raise Declined(410, "เรื่องนี้รับไฟล์เพิ่มไม่ได้แล้ว โปรดกลับไปที่แชต")
    if len(mine) >= MOST_IN_A_DAY or sum(part.length for part in mine) + length > IN_A_DAY * limits.largest:
        raise Declined(413, "วันนี้ท่านส่งไฟล์ครบปริมาณที่รับได้แล้ว โปรดส่งต่อในวันถัดไป หรือติดต่อเจ้าหน้าที่")
    if wiring.parts.room() < 3 * length + RESERVE:
        log.error("no_room_for_uploads")
        raise Declined(507, "ขณะนี้ที่เก็บไฟล์ของสำนักงานไม่พอ โปรดลองใหม่ภายหลัง หรือติดต่อเจ้าหน้าที่")


def _room(wiring: Wiring, grant: Grant) -> int:
    with wiring.database.reading() as tx:
        talk = conversation.by_id(tx, grant.conversation_id)
        book = members.book_for(wiring, tx, talk) if talk else wiring.book
    return room(book, Memory.from_data(talk.memory), grant.draft) if talk else 0


def _look_at(wiring: Wiring, part: Part, offset: int) -> None:
    """A file that the office cannot use is not taken to its end."""
    if HEAD <= offset < part.length and (trouble := refused_at_sight(kind_of(wiring.parts.head(part, HEAD)))):
        wiring.parts.drop(part)
        raise _declined(trouble, wiring.now())


def _handed_in(wiring: Wiring, part: Part) -> Part:
    done = uploaded.hand_in(wiring, part)
    if not isinstance(done, Part):
        raise _declined(done, wiring.now())
    return done


def _declined(trouble: Trouble, now: datetime) -> Declined:
    return Declined(415, words_for(SentUnusable(trouble, now)))


# --- what the request says ---


def _number(name: str) -> int:
    value = request.headers.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise Declined(400)
    return int(value)


def _length() -> int:
    length = request.content_length
    if length is None:
        raise Declined(411)
    if length > LARGEST_PIECE:
        raise Declined(413)
    request.max_content_length = LARGEST_PIECE
    return length


def _metadata() -> dict[str, str]:
    """`Upload-Metadata: filename 4Lic…,more`: pairs of a name and a value in Base64."""
    pairs = [pair.strip().partition(" ") for pair in request.headers.get("Upload-Metadata", "").split(",")]
    try:
        return {name: clean(b64decode(value, validate=True).decode()) for name, _, value in pairs if name}
    except (NotBase64, ValueError) as error:
        raise Declined(400) from error


def _pieces() -> Iterator[bytes]:
    """The body as it comes. A sender who falls silent, or hangs up, has sent a shorter piece."""
    connection: Any = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(PATIENCE)
    try:
        while piece := request.stream.read(_BLOCK):
            yield piece
    except ClientDisconnected:
        log.info("upload_broke_off")
    finally:
        if connection is not None:
            connection.settimeout(None)
