"""What becomes of a file that has come in full by the upload page: an arrival of its conversation like any other, so
that it is heard once, in its order, within a turn."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import structlog

from bot.channel import Chat, Reading
from flows.events import FileRef, Trouble, Uploaded
from flows.memory import Memory
from flows.uploads import is_for_a_paper
from handlers import outage
from handlers.attachments import Usable, keep_usable
from handlers.wiring import Wiring
from models import conversation, jobs
from models.conversation import Conversation
from models.files import Stored, Unreachable
from models.inbox import NewArrival
from models.parts import MARK, Busy, NoSuchPart, Part
from office import notices
from office.examination import Crowded, NotExamined

log = structlog.get_logger()

#: A part is kept so long after it was begun: broken off at home, it can go on the next morning.
KEPT = timedelta(days=1)
#: So often a file that is whole may fail to be examined before it is refused, or handed in before the staff hear of it.
MOST_FAILURES = 5
_FAILING = "ไฟล์ที่ประชาชนส่งทางหน้าส่งไฟล์รับเข้าระบบไม่สำเร็จหลายครั้ง โปรดแจ้งผู้ดูแลระบบ (ตรวจพื้นที่เก็บไฟล์และหน่วยความจำ)"


def hand_in(wiring: Wiring, part: Part) -> Part | Trouble:
    """The part, received; or why the office cannot use the file, of which nothing is kept then. Only for who holds it.

    Done again after a crash at any point, it comes to the same: bytes are kept once, and an arrival is known by the
    part's id. Raises NotExamined or Unreachable if it could not be looked at or kept; then nothing is lost, and it may
    be done again, but not for ever.
    """
    with wiring.database.reading() as tx:
        talk = conversation.by_id(tx, part.conversation_id)
    if talk is None:
        raise LookupError(f"part {part.id} is nobody's")
    kept = _kept(wiring, part)
    if not isinstance(kept, Usable):
        log.info("upload_declined", part=part.id, trouble=kept)
        wiring.parts.drop(part)
        return kept
    now, memory = wiring.now(), Memory.from_data(talk.memory)
    if not part.paper and not is_for_a_paper(wiring.book, memory, part.draft):
        kept = replace(kept, hint="")
    wiring.inbox.store([_arrival(part, kept, talk, now)], now)
    log.info("upload_received", part=part.id, size=kept.stored.size)
    return wiring.parts.hand_in(part, now, kept.hint)


def _kept(wiring: Wiring, part: Part) -> Usable | Trouble:
    try:
        return keep_usable(wiring, wiring.parts.blocks(part), part.length, leave_one=True)
    except Crowded:
        raise
    except NotExamined:
        if _failed(wiring, part) < MOST_FAILURES:
            raise
        return "unexamined"


def _failed(wiring: Wiring, part: Part) -> int:
    """How often by now, minute by minute; what lasts is told to the staff, once a day."""
    now = wiring.now()
    failures = wiring.parts.failed(part, now).failures
    if failures == MOST_FAILURES:
        with wiring.database.transaction() as tx:
            if jobs.begin_again(tx, "uploads_failing", now, KEPT):
                notices.trouble(tx, _FAILING, now)
    return failures


def _arrival(part: Part, kept: Usable | Trouble, talk: Conversation, now: datetime) -> NewArrival:
    mark = MARK + part.id
    stored = kept.stored if isinstance(kept, Usable) else Stored("", "", part.length)
    file = FileRef(stored.sha256, stored.kind, stored.size, part.name, mark, part.paper)
    told = {"file": asdict(file), "draft": part.draft, "at": now.isoformat(), "more": part.more}
    told |= {"hint": kept.hint} if isinstance(kept, Usable) else {"trouble": kept}
    payload = json.dumps({"chat": [talk.channel, talk.address], **told})
    return NewArrival(channel=talk.channel, event_id=mark, lane=talk.lane, payload=payload, happened_at=now)


def is_ours(event_id: str) -> bool:
    """Whether an arrival came by the upload page; no platform names its events so."""
    return event_id.startswith(MARK)


def read(payload: str) -> Reading:
    """Such an arrival, as if a platform had told it."""
    told = json.loads(payload)
    channel, address = told["chat"]
    at = datetime.fromisoformat(told["at"])
    more = {name: told[name] for name in ("trouble", "hint") if name in told}
    event = Uploaded(FileRef(**told["file"]), told["draft"], at, told["more"], **more)
    return Reading(chat=Chat(channel, "person", address), speaker=address, event=event, at=at)


def mind(wiring: Wiring, now: datetime) -> None:
    """Each minute: what came in full is handed in, should whoever took it have died; what is older than a day goes,
    unless it is whole and may yet be handed in. One part that fails keeps no other waiting."""
    for part in wiring.parts.every():
        with suppress(Busy, NoSuchPart):
            late = part.begun_at < now - KEPT
            if late or wiring.parts.is_whole(part):
                with wiring.parts.held(part.id) as mine:
                    _finish(wiring, mine, late=late)


def _finish(wiring: Wiring, part: Part, *, late: bool) -> None:
    """Hand it in, if it is whole. What is whole is given up after many failures only, and never in silence."""
    try:
        if wiring.parts.is_whole(part) and not isinstance(done := hand_in(wiring, part), Part):
            _tell(wiring, part, done)
    except NotExamined:
        log.warning("upload_not_examined", part=part.id)
        return
    except Unreachable as error:  # the fault is ours: it waits, however late it is
        log.warning("upload_not_kept", part=part.id, reason=str(error))
        outage.begun(wiring)
        return
    except Exception:  # whatever it is, the others have their turn
        log.exception("upload_not_handed_in", part=part.id)
        if _failed(wiring, part) < MOST_FAILURES or not late:
            return
        _tell(wiring, part, "unexamined")
    if late:
        wiring.parts.drop(part)


def _tell(wiring: Wiring, part: Part, trouble: Trouble) -> None:
    """Nobody may be looking at the page any more: the chat says why the file was refused."""
    with wiring.database.reading() as tx:
        talk = conversation.by_id(tx, part.conversation_id)
    if talk is not None:
        now = wiring.now()
        wiring.inbox.store([_arrival(part, trouble, talk, now)], now)
