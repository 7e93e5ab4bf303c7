"""The page's JSON API for the Messenger telephone: `/sandbox/messenger/PSID/…`, and the door that opens one."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from sandbox.asking import Mistake, answer_mistake, done, place, sent, the_world, uploads, words
from sandbox.messenger.meta import Meta
from sandbox.messenger.people import Account
from sandbox.weather import META_FAULTS

messenger = Blueprint("messenger", __name__, url_prefix="/sandbox/messenger")
messenger.register_error_handler(Mistake, answer_mistake)


def _meta() -> Meta:
    meta = the_world().meta
    if not meta.on:
        raise Mistake("ระบบสาธิตนี้ไม่ได้เปิดช่องทาง Messenger", 404)
    return meta


def _account(psid: str, *, writes: bool = True) -> Account:
    account = _meta().accounts.find(psid)
    if account is None:
        raise Mistake("ไม่พบผู้ใช้นี้", 404)
    if writes and account.blocked:
        raise Mistake("ผู้ใช้บล็อกเพจของหน่วยงานไว้ จึงส่งข้อความไม่ได้", 409)
    return account


@messenger.post("/of/<user>")
def start(user: str) -> ResponseReturnValue:
    """The person of this LINE user id opens the page's thread and taps Get Started; `ref` is that of an m.me link."""
    meta, person = _meta(), the_world().state.people.get(user)
    if person is None:
        raise Mistake("ไม่พบผู้ใช้นี้", 404)
    ref = str(sent().get("ref") or "")
    if known := meta.accounts.of(user):
        if not ref:
            raise Mistake("เปิดแชตกับเพจอยู่แล้ว", 409)
        meta.refer(known.id, ref)
        return done(id=known.id)
    return done(id=meta.add_person(line=user, ref=ref).id)


@messenger.post("/<psid>/text")
def text(psid: str) -> ResponseReturnValue:
    return done(id=_meta().say(_account(psid).id, words(sent())).id)


@messenger.post("/<psid>/files")
def files(psid: str) -> ResponseReturnValue:
    kind, found = uploads()
    return done(ids=[entry.id for entry in _meta().send_files(_account(psid).id, found, kind)])


@messenger.post("/<psid>/place")
def send_place(psid: str) -> ResponseReturnValue:
    latitude, longitude, title, address = place(sent())
    shown = " ".join(filter(None, (title, address)))
    return done(id=_meta().send_place(_account(psid).id, latitude, longitude, title=shown).id)


@messenger.post("/<psid>/sticker")
def sticker(psid: str) -> ResponseReturnValue:
    return done(id=_meta().send_sticker(_account(psid).id).id)


@messenger.post("/<psid>/tap")
def tap(psid: str) -> ResponseReturnValue:
    """A quick reply, button or menu item, as the page drew it."""
    try:
        tapped = _meta().tap(_account(psid).id, sent())
    except (KeyError, TypeError):
        tapped = False
    if not tapped:
        raise Mistake("ปุ่มนี้ใช้ไม่ได้")
    return done()


@messenger.post("/<psid>/refer")
def refer(psid: str) -> ResponseReturnValue:
    """A link m.me/PAGE?ref=REF is clicked in the open thread."""
    _meta().refer(_account(psid).id, str(sent().get("ref") or ""))
    return done()


@messenger.post("/<psid>/edit")
def edit(psid: str) -> ResponseReturnValue:
    asked = sent()
    try:
        _meta().edit(_account(psid).id, str(asked.get("id")), words(asked))
    except (KeyError, ValueError):
        raise Mistake("แก้ไขข้อความนี้ไม่ได้", 404) from None
    return done()


@messenger.post("/<psid>/block")
def block(psid: str) -> ResponseReturnValue:
    _meta().block(_account(psid, writes=False).id)
    return done()


@messenger.post("/<psid>/unblock")
def unblock(psid: str) -> ResponseReturnValue:
    _meta().block(_account(psid, writes=False).id, blocked=False)
    return done()


@messenger.post("/weather")
def weather() -> ResponseReturnValue:
    wanted = sent().get("messenger")
    if wanted not in META_FAULTS:
        raise Mistake("ไม่รู้จักสภาพนี้")
    _meta().set_weather(wanted)
    return done()
