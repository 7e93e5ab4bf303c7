"""One arrival, from claim to answer. The turn is one transaction: what the citizen said, what the office did, what we
shall answer and the mark that it is handled are kept together or not at all."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot import limits, outbox
from bot.channel import Channel, Gone, Media, NotYet, Reading
from bot.outbox import ReplyToken
from flows.events import Edited, Event, SentFile, SentUnusable, Unsent, Uploaded
from flows.messages import Say
from handlers import citizen, outage, staff, uploaded
from handlers.attachments import keep_attachment, unusable
from handlers.wiring import Wiring
from models import conversation, inbox, jobs, queue
from models import outbox as outgoing
from models.conversation import Conversation
from models.db import Tx
from models.files import Unreachable
from models.inbox import arrivals, wake_next
from models.queue import ClaimLost
from office import notices
from office.examination import Crowded, NotExamined

log = structlog.get_logger()

#: Heads of so many lanes are claimed in one go; each is still a transaction of its own.
AT_ONCE = 4
#: Fetching may take a minute, a seat and an examination nearly as long, and nobody else should begin it meanwhile.
SLOW_LEASE = timedelta(seconds=120)
#: An event that was claimed so often without any end takes its worker's process down with it.
FATAL = 10
#: Whoever finds a lane busy looks again after this; whoever finds no seat where files are examined, or nowhere to keep
#: what was sent, after these.
BUSY, CROWDED, STORE_BACK = timedelta(milliseconds=30), timedelta(seconds=5), timedelta(seconds=15)
#: So long a file waits for a place to be kept, and with it whatever else this person says; then they are told.
STORE_PATIENCE = timedelta(minutes=2)


def work(wiring: Wiring, *, slow: bool) -> bool:
    """Handle what waits; False if nothing does. `slow` ones fetch something first and have workers of their own."""
    lease, count = (SLOW_LEASE, 1) if slow else (limits.TURN_LEASE, AT_ONCE)
    with wiring.database.transaction() as tx:
        claimed = queue.claim(tx, arrivals, wiring.now(), lease, limit=count, only={"slow": slow})
    for arrival in claimed:
        with structlog.contextvars.bound_contextvars(arrival=arrival["id"]):
            _handle(wiring, arrival)
    return bool(claimed)


def _handle(wiring: Wiring, arrival: Any) -> None:
    try:
        if arrival["attempts"] > FATAL:
            _try_later(wiring, arrival, "whoever handles it dies")
            return
        _take_turn(wiring, arrival)
    except ClaimLost:
        log.info("lane_busy")
        _put_back(wiring, arrival, BUSY, "lane busy")
    except Crowded:
        log.warning("examination_crowded")
        _put_back(wiring, arrival, CROWDED, "waits to be examined")
    except Unreachable as error:  # the citizen did their part: it is fetched again
        log.warning("file_not_kept", reason=str(error))
        _put_back(wiring, arrival, STORE_BACK, "files not kept")
    except NotYet as error:
        log.warning("content_not_yet", reason=str(error))
        _try_later(wiring, arrival, "content not yet there")
    except Exception as error:
        log.exception("turn_failed", attempts=arrival["attempts"])
        _try_later(wiring, arrival, type(error).__name__)


def _put_back(wiring: Wiring, arrival: Any, pause: timedelta, reason: str) -> None:
    """For a little later; this was no attempt."""
    with suppress(ClaimLost), wiring.database.transaction() as tx:
        queue.postpone(tx, arrivals, arrival, wiring.now() + pause, reason, counts=False)


def _take_turn(wiring: Wiring, arrival: Any) -> None:
    channel, reading = wiring.channels[arrival["channel"]], _read(wiring, arrival)
    event = reading.event
    if reading.media is not None:
        event = _fetched(wiring, channel, reading, reading.media, arrival)
    with wiring.database.transaction() as tx:
        queue.hold_lane(tx, arrivals, arrival)
        _turn(wiring, tx, arrival, reading, event)
        queue.finish(tx, arrivals, arrival, wiring.now())
        wake_next(tx, arrival["lane"], arrival["id"])


def _read(wiring: Wiring, arrival: Any) -> Reading:
    """What arrived, by way of a platform or of our own upload page."""
    if uploaded.is_ours(arrival["event_id"]):
        return uploaded.read(arrival["payload"])
    return wiring.channels[arrival["channel"]].read(arrival["payload"], arrival["kept_at"])


def _fetched(wiring: Wiring, channel: Channel, reading: Reading, media: Media, arrival: Any) -> Event:
    """The event with its content; no transaction is open. On the last try what cannot be had is asked for anew, and
    what cannot be kept for a while."""
    last = _last_try(arrival)
    try:
        return keep_attachment(wiring, channel, media, reading.at)
    except Gone:
        return unusable("gone", media, reading.at)
    except Unreachable:
        if wiring.now() - arrival["kept_at"] < STORE_PATIENCE:
            raise
        outage.begun(wiring)
        return unusable("unkept", media, reading.at)
    except NotYet:
        if last:
            return unusable("gone", media, reading.at)
        raise
    except Crowded:
        raise
    except NotExamined as error:
        if last:
            return unusable("unexamined", media, reading.at)
        raise NotYet("not examined") from error


def _turn(wiring: Wiring, tx: Tx, arrival: Any, reading: Reading, event: Event | None) -> None:
    now, chat, token = wiring.now(), reading.chat, _token(wiring, arrival, reading)
    if chat is None:
        if token is not None and event is not None:
            _answer_nobody(wiring, tx, arrival, token, now)
        return
    if reading.echo is not None:
        outgoing.note_echo(tx, reading.echo.key, reading.echo.part, reading.echo.of, now)
    if chat.kind == "person" and event is None and not reading.sign:
        return  # what asks for nothing (a beacon, a membership, what LINE has yet to invent) begins no conversation
    talk = conversation.meet(tx, chat.channel, chat.address, chat.kind, now)
    if reading.window_until is not None:
        _open_window(tx, talk, reading.window_until, now)
    if chat.kind != "person":
        staff.turn(wiring, tx, talk, reading, event, token)
        inbox.forget_content(tx, arrival["id"])
    elif reading.sign == "officer" and not citizen.too_quick_for_hands(talk, reading.at):
        conversation.be_quiet(tx, talk.id, reading.at + timedelta(hours=wiring.office.sending.quiet_hours))
    elif reading.sign == "blocked":
        conversation.set_reachable(tx, talk.id, now, reachable=False)
    elif event is not None:
        _hear(wiring, tx, arrival, talk, event, token)


def _hear(wiring: Wiring, tx: Tx, arrival: Any, talk: Conversation, event: Event, token: ReplyToken | None) -> None:
    """A citizen's turn. While an officer speaks with them by hand we do not come between, unless they turn to us; what
    they bring to our own page we confirm all the same."""
    if talk.quiet_until is not None and event.at < talk.quiet_until and not isinstance(event, Uploaded):
        if isinstance(event, Edited | Unsent):  # changes what we hold, and is not talk
            citizen.turn(wiring, tx, talk, event, token, arrived_at=arrival["kept_at"], aloud=False)
            return
        if not citizen.turns_to_us(event):
            return
        conversation.be_quiet(tx, talk.id, None)
    if isinstance(event, SentUnusable) and event.trouble == "unkept" and _was_told(tx, talk, arrival, wiring.now()):
        return
    if isinstance(event, SentFile | Uploaded) and event.file.sha256:
        citizen.note_file(tx, talk, event, wiring.now())
    citizen.turn(wiring, tx, talk, event, token, arrived_at=arrival["kept_at"])


def _was_told(tx: Tx, talk: Conversation, arrival: Any, now: datetime) -> bool:
    """Whether this person has heard since they sent it that nothing can be kept; from now on they have."""
    told = jobs.last_begun(tx, f"unkept:{talk.id}")
    return (told is not None and arrival["kept_at"] <= told) or not jobs.begin(tx, f"unkept:{talk.id}", now, now)


def _open_window(tx: Tx, talk: Conversation, until: datetime, now: datetime) -> None:
    """The person acted: until then anything may be said to them, and what was held for that goes out."""
    conversation.open_window(tx, talk.id, until)
    if not talk.reachable:
        conversation.set_reachable(tx, talk.id, now, reachable=True)
    if now < until:
        outgoing.release(tx, talk.lane, now)


def _answer_nobody(wiring: Wiring, tx: Tx, arrival: Any, token: ReplyToken, now: datetime) -> None:
    """Somebody whom the platform does not name (who has not agreed to its terms): a reply is all that reaches them."""
    text = f"ขออภัย ระบบไม่ทราบบัญชีผู้ส่ง จึงรับเรื่องทางแชตนี้ไม่ได้ โปรดโทร {wiring.office.phone}"
    outbox.answer_nobody(tx, arrival["channel"], arrival["lane"], Say(text), token, now)


def _token(wiring: Wiring, arrival: Any, reading: Reading) -> ReplyToken | None:
    if reading.token is None:
        return None
    return ReplyToken(reading.token, arrival["kept_at"] + wiring.channels[arrival["channel"]].token_life)


def _last_try(arrival: Any) -> bool:
    return bool(arrival["attempts"] > len(limits.TURN_PAUSES))


def _try_later(wiring: Wiring, arrival: Any, reason: str) -> None:
    now = wiring.now()
    with suppress(ClaimLost), wiring.database.transaction() as tx:
        if not _last_try(arrival):
            pause = limits.pause_after(arrival["attempts"], limits.TURN_PAUSES)
            queue.postpone(tx, arrivals, arrival, now + pause, reason)
            return
        queue.give_up(tx, arrivals, arrival, now, reason)
        told = f"ข้อความเข้าเลขที่ {arrival['id']} ประมวลผลไม่สำเร็จ เก็บไว้ให้เจ้าหน้าที่ตรวจสอบแล้ว"
        notices.trouble(tx, told, now)
    try:
        _apologise(wiring, arrival, now)
    except Exception:  # what could not be read cannot be answered either; the staff know
        log.exception("apology_failed")


def _apologise(wiring: Wiring, arrival: Any, now: datetime) -> None:
    """The citizen is not left waiting."""
    reading = _read(wiring, arrival)
    if reading.chat is None or reading.chat.kind != "person" or not (reading.event or reading.media):
        return
    with wiring.database.transaction() as tx:
        talk = conversation.meet(tx, reading.chat.channel, reading.chat.address, "person", now)
        if talk.quiet_until is not None and reading.at < talk.quiet_until:
            return
        sorry = Say(
            f"ขออภัย ระบบขัดข้อง ข้อความล่าสุดของท่านยังไม่ได้ดำเนินการ โปรดส่งอีกครั้ง หรือโทร {wiring.office.phone}",
            must_arrive=True,
        )
        outbox.say(tx, talk, [sorry], now, token=_token(wiring, arrival, reading))
