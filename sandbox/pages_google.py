"""The page's JSON API for the spreadsheet: what a supervisor sees, and what their hand does there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.asking import Mistake, answer_mistake, done, sent, the_world
from sandbox.google import OWNER, SUPERVISOR, Google
from sandbox.google.errors import GoogleError
from sandbox.google.hand import Hand
from sandbox.weather import GOOGLE_FAULTS

HANDS = {"supervisor": SUPERVISOR, "owner": OWNER}
_LONGEST = 5000

google_page = Blueprint("google_page", __name__, url_prefix="/sandbox/spreadsheet")
google_page.register_error_handler(Mistake, answer_mistake)


def _google() -> Google:
    google = the_world().google
    if not google.on or not google.books:
        raise Mistake("ระบบสาธิตนี้ไม่ได้เปิด Google Sheets", 404)
    return google


@google_page.errorhandler(GoogleError)
def _refused(error: GoogleError) -> ResponseReturnValue:
    if "protected" in str(error):
        return answer_mistake(Mistake("ส่วนนี้ถูกป้องกันไว้ แก้ไขได้เฉพาะช่องที่เปิดให้ หรือสลับเป็นเจ้าของไฟล์", 403))
    return answer_mistake(Mistake(f"Google Sheets ไม่รับรายการนี้: {error}", error.code))


def _who(name: str) -> str:
    if name not in HANDS:
        raise Mistake("ไม่รู้จักบุคคลนี้", 404)
    return HANDS[name]


@google_page.get("/<who>")
def spreadsheet(who: str) -> ResponseReturnValue:
    google, viewer, rev = _google(), _who(who), _google().rev
    if request.args.get("since", type=int) == rev:
        return Response(status=204)
    book = next(iter(google.books.values()))
    told = {
        "rev": rev,
        "title": book.title,
        "shared": google.account.email in book.shared,
        "account": google.account.email,
        "tabs": google.seen(book.id, viewer),
    }
    return jsonify(told)


@google_page.post("/weather")
def weather() -> ResponseReturnValue:
    wanted = sent().get("google")
    if wanted not in GOOGLE_FAULTS:
        raise Mistake("ไม่รู้จักสภาพนี้")
    _google().set_weather(wanted)
    return done()


@google_page.post("/share")
def share() -> ResponseReturnValue:
    """The owner shares the file with the service account, or no longer."""
    google = _google()
    book = next(iter(google.books))
    if sent().get("shared"):
        google.share(book)
    else:
        google.unshare(book)
    return done()


@google_page.post("/<who>/<deed>")
def act(who: str, deed: str) -> ResponseReturnValue:
    google, asked = _google(), sent()
    if deed not in _DEEDS:
        raise Mistake("ไม่รู้จักรายการนี้", 404)
    hand = google.hand(next(iter(google.books)), _who(who))
    try:
        _DEEDS[deed](hand, str(asked["tab"]), asked)
    except (KeyError, TypeError, ValueError, StopIteration):
        raise Mistake("ไม่พบแท็บหรือช่องนี้แล้ว ตารางอาจเปลี่ยนไป", 409) from None
    return done()


def _type(hand: Hand, tab: str, asked: dict[str, Any]) -> None:
    text = str(asked["text"])
    if len(text) > _LONGEST:
        raise Mistake("ข้อความยาวเกินไป")
    hand.type(tab, int(asked["row"]), int(asked["column"]), text)


def _sort(hand: Hand, tab: str, asked: dict[str, Any]) -> None:
    hand.sort(tab, int(asked["column"]), descending=bool(asked.get("descending")))


def _filter(hand: Hand, tab: str, asked: dict[str, Any]) -> None:
    hand.filter(tab, int(asked["column"]), [str(each) for each in asked["hidden"]])


_DEEDS: dict[str, Callable[[Hand, str, dict[str, Any]], None]] = {
    "type": _type,
    "sort": _sort,
    "filter": _filter,
    "insert": lambda hand, tab, asked: hand.insert_row(tab, int(asked["row"])),
    "delete": lambda hand, tab, asked: hand.delete_row(tab, int(asked["row"])),
}
