"""The page of ไฟล์ใหญ่: what a citizen opens with the link from the chat. Looking at it uses nothing up: platforms open
links in advance, to show what is behind them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

import structlog
from flask import Blueprint, Response, render_template

from flows.thai import thai_moment
from handlers.admission import why_closed
from handlers.links import Altered
from handlers.wiring import Wiring
from office.examination import TAKEN

log = structlog.get_logger()

PAGE = Path(__file__).parent / "pages" / "upload"
#: What the page is made of: nothing comes from elsewhere, and no script stands in the page itself.
_MADE_OF = {"tus.min.js": "text/javascript", "page.js": "text/javascript", "page.css": "text/css"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
EXPIRED = "ลิงก์นี้หมดอายุแล้ว โปรดกลับไปที่แชต แล้วพิมพ์ “ไฟล์ใหญ่” เพื่อรับลิงก์ใหม่ ไฟล์ที่ส่งค้างไว้ภายใน 1 วันส่งต่อได้"
UNKNOWN = "ไม่พบหน้านี้ ลิงก์อาจไม่ครบ โปรดเปิดจากปุ่มในแชต หรือพิมพ์ “ไฟล์ใหญ่” ในแชตเพื่อรับลิงก์ใหม่"


def upload_page(wiring: Wiring) -> Blueprint:
    """`GET /uploads/TOKEN`: the page; 410 once the link has expired, 404 if it is not ours. Beside it its own files."""
    doors = Blueprint("upload_page", __name__, template_folder=str(PAGE))
    doors.add_url_rule("/uploads/<token>", "page", partial(_page, wiring))
    for name, kind in _MADE_OF.items():
        doors.add_url_rule(f"/uploads/{name}", name.replace(".", "_"), partial(_file, name, kind))
    doors.register_error_handler(Exception, _broken)
    return doors


def _broken(error: Exception) -> Response:
    """Flask's own line in the log would name the address, and with it the token."""
    log.error("upload_page_failed", exc_info=error)
    return Response("ขออภัย ระบบขัดข้อง โปรดลองใหม่อีกครั้ง", 500, _HEADERS, content_type="text/plain; charset=utf-8")


def _page(wiring: Wiring, token: str) -> Response:
    try:
        grant = wiring.links.read(token)
    except Altered:
        return _drawn(wiring, 404, problem=UNKNOWN)
    if wiring.now() > grant.until:
        return _drawn(wiring, 410, problem=EXPIRED)
    if why := why_closed(wiring, grant):
        return _drawn(wiring, 410, problem=why)
    return _drawn(wiring, 200, until=grant.until)


def _drawn(wiring: Wiring, status: int, *, problem: str = "", until: datetime | None = None) -> Response:
    text = render_template(
        "page.html",
        office=wiring.office,
        problem=problem,
        until=thai_moment(until) if until else "",
        kinds=",".join(sorted(TAKEN)),
    )
    return Response(text, status, _HEADERS, mimetype="text/html")


def _file(name: str, kind: str) -> Response:
    kept = {**_HEADERS, "Cache-Control": "public, max-age=3600"}
    return Response((PAGE / name).read_bytes(), 200, kept, mimetype=kind)
