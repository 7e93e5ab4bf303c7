"""แฟ้ม: what a member of the staff opens with the link from their chat. Platforms open links in advance, to show what is
behind them: a look at the page opens nothing and notes nothing, its button does both.

Binding takes a seat of the examining room and a thread of ours, for a minute at worst: a few folders are opened at
once, and who comes then is asked to come again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

import structlog
from flask import Blueprint, Response, render_template
from werkzeug.wsgi import FileWrapper

from flows.thai import thai_moment
from handlers import members
from handlers.casefiles import NotBound, case_file, letter_file
from handlers.links import Altered, FolderGrant
from handlers.wiring import Wiring
from models.files import Unreachable
from office.examination import NotExamined
from office.folders import Folder
from office.roster import Member

log = structlog.get_logger()

PAGE = Path(__file__).parent / "pages" / "folder"
#: One is being bound, one waits for its seat.
AT_ONCE = 2
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HOW = "โปรดพิมพ์ “แฟ้ม” ตามด้วยเลขรับในแชตของท่านเพื่อขอลิงก์ใหม่"
EXPIRED = f"ลิงก์นี้หมดอายุแล้ว {_HOW}"
ALTERED = f"ลิงก์นี้ไม่ถูกต้องหรือไม่ครบ {_HOW}"
NOT_YOURS = "บัญชีที่ขอลิงก์นี้ไม่มีสิทธิเปิดแฟ้มนี้แล้ว หากเห็นว่าไม่ถูกต้อง โปรดติดต่อผู้ดูแลระบบ"
BUSY = "ขณะนี้เปิดแฟ้มไม่ได้ชั่วคราว โปรดรอสักครู่แล้วลองใหม่"
NOT_BOUND = "รวมแฟ้มนี้เป็น PDF เดียวไม่ได้ เพราะไฟล์มีมากหรือใหญ่เกินไป โปรดติดต่อผู้ดูแลระบบ"


class Closed(Exception):
    """เปิดไม่ได้: the status and the words of the page that says so."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(status)
        self.status, self.problem = status, problem


def folder_page(wiring: Wiring) -> Blueprint:
    """`GET /folders/TOKEN`: the page with the button; `POST`: the folder as one PDF. 403 if the link is not ours or not
    theirs any more, 410 once it has expired, 503 while others are served."""
    doors = Blueprint("folder_page", __name__, template_folder=str(PAGE))
    desks = BoundedSemaphore(AT_ONCE)
    doors.add_url_rule("/folders/<token>", "look", partial(_look, wiring))
    doors.add_url_rule("/folders/<token>", "open", partial(_open, wiring, desks), methods=["POST"])
    doors.register_error_handler(Exception, _broken)
    return doors


def _broken(error: Exception) -> Response:
    """Flask's own line in the log would name the address, and with it the token."""
    log.error("folder_page_failed", exc_info=error)
    return Response("ขออภัย ระบบขัดข้อง โปรดลองใหม่อีกครั้ง", 500, _HEADERS, content_type="text/plain; charset=utf-8")


def _look(wiring: Wiring, token: str) -> Response:
    try:
        grant, *_ = _held(wiring, token)
    except Closed as closed:
        return _page(wiring, closed.status, problem=closed.problem)
    return _page(wiring, 200, grant, button="เปิดแฟ้ม (PDF)")


def _open(wiring: Wiring, desks: BoundedSemaphore, token: str) -> Response:
    try:
        grant, who, folder = _held(wiring, token)
    except Closed as closed:
        return _page(wiring, closed.status, problem=closed.problem)
    try:
        with _desk(desks):
            pdf = _bound(wiring, folder, who)
    except Closed as closed:
        again = "ลองใหม่" if closed.status == 503 else ""
        return _page(wiring, closed.status, grant, problem=closed.problem, button=again)
    return _shown(pdf)


def _held(wiring: Wiring, token: str) -> tuple[FolderGrant, Member, Folder]:
    """What the link allows today, to whom. Raises Closed."""
    try:
        grant = wiring.links.read_folder(token)
    except Altered as error:
        raise Closed(403, ALTERED) from error
    if wiring.now() > grant.until:
        raise Closed(410, EXPIRED)
    with wiring.database.reading() as tx:
        theirs = members.folder_of(wiring, tx, grant)
    if theirs is None:
        raise Closed(403, NOT_YOURS)
    return grant, *theirs


@contextmanager
def _desk(desks: BoundedSemaphore) -> Iterator[None]:
    if not desks.acquire(blocking=False):
        raise Closed(503, BUSY)
    try:
        yield
    finally:
        desks.release()


def _bound(wiring: Wiring, folder: Folder, who: Member) -> BinaryIO:
    try:
        if folder.case_id is None:
            return letter_file(wiring, folder.entry_id, who.key)
        return case_file(wiring, folder.case_id, who.key)
    except (NotExamined, Unreachable) as error:
        log.warning("folder_not_opened", reason=type(error).__name__)
        raise Closed(503, BUSY) from error
    except NotBound as error:
        log.warning("folder_not_bound", entry=folder.entry_id)
        raise Closed(500, NOT_BOUND) from error


def _shown(pdf: BinaryIO) -> Response:
    """In the browser's own reader; the name says nothing of the matter."""
    named = {
        "Content-Disposition": 'inline; filename="folder.pdf"',
        "Content-Length": str(os.fstat(pdf.fileno()).st_size),
    }
    return Response(FileWrapper(pdf, 1 << 16), 200, {**_HEADERS, **named}, mimetype="application/pdf")


def _page(
    wiring: Wiring, status: int, grant: FolderGrant | None = None, *, problem: str = "", button: str = ""
) -> Response:
    until = thai_moment(grant.until) if grant else ""
    text = render_template("folder.html", office=wiring.office, problem=problem, button=button, until=until)
    again = {"Retry-After": "15"} if status == 503 else {}
    return Response(text, status, {**_HEADERS, "Content-Security-Policy": _POLICY, **again}, mimetype="text/html")
