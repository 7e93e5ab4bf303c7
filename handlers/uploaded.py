"""What becomes of a file that has come in full by the upload page: an arrival of its conversation like any other, so
that it is heard once, in its order, within a turn."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog

from bot.channel import Chat, Reading
from flows.events import FileRef, Trouble, Uploaded
from handlers.attachments import keep_usable
from handlers.wiring import Wiring
from models import conversation
from models.conversation import Conversation
from models.files import Stored, Unreachable
from models.inbox import NewArrival
from models.parts import Busy, NoSuchPart, Part

log = structlog.get_logger()

#: A part is kept so long after it was begun: broken off at home, it can go on the next morning.
KEPT = timedelta(days=1)
_OURS = "upload:"


def hand_in(wiring: Wiring, part: Part) -> Part | Trouble:
    """The part, received; or why the office cannot use the file, of which nothing is kept then. Only for who holds it.

    Done again after a crash at any point, it comes to the same: bytes are kept once, and an arrival is known by the
    part's id. Raises NotExamined or Unreachable if it could not be looked at or kept; then nothing is lost, and it may
    be done again.
    """
    with wiring.database.reading() as tx:
        talk = conversation.by_id(tx, part.conversation_id)
    if talk is None:
        raise LookupError(f"part {part.id} is nobody's")
    stored = keep_usable(wiring, wiring.parts.blocks(part), part.length)
    if not isinstance(stored, Stored):
        log.info("upload_declined", part=part.id, trouble=stored)
        wiring.parts.drop(part)
        return stored
    now = wiring.now()
    wiring.inbox.store([_arrival(part, stored, talk, now)], now)
    log.info("upload_received", part=part.id, size=stored.size)
    return wiring.parts.hand_in(part, now)


def _arrival(part: Part, stored: Stored, talk: Conversation, now: datetime) -> NewArrival:
    mark = _OURS + part.id
    file = FileRef(stored.sha256, stored.kind, stored.size, part.name, mark)
    told = {"file": asdict(file), "draft": part.draft, "at": now.isoformat(), "more": part.more}
    payload = json.dumps({"chat": [talk.channel, talk.address], **told})
    return NewArrival(channel=talk.channel, event_id=mark, lane=talk.lane, payload=payload, happened_at=now)


def is_ours(event_id: str) -> bool:
    """Whether an arrival came by the upload page; no platform names its events so."""
    return event_id.startswith(_OURS)


def read(payload: str) -> Reading:
    """Such an arrival, as if a platform had told it."""
    told = json.loads(payload)
    channel, address = told["chat"]
    at = datetime.fromisoformat(told["at"])
    event = Uploaded(FileRef(**told["file"]), told["draft"], at, told["more"])
    return Reading(chat=Chat(channel, "person", address), speaker=address, event=event, at=at)


def mind(wiring: Wiring, now: datetime) -> None:
    """Each minute: what came in full is handed in, should whoever took it have died; what is older than a day goes,
    also when it cannot be handed in. One part that fails keeps no other waiting."""
    for part in wiring.parts.every():
        with suppress(Busy, NoSuchPart):
            late = part.begun_at < now - KEPT
            if late or wiring.parts.is_whole(part):
                with wiring.parts.held(part.id) as mine:
                    _finish(wiring, mine, late=late)


def _finish(wiring: Wiring, part: Part, *, late: bool) -> None:
    try:
        if wiring.parts.is_whole(part):
            hand_in(wiring, part)
    except Unreachable as error:  # the fault is ours: it waits, however late it is
        log.warning("upload_not_kept", part=part.id, reason=str(error))
        return
    except Exception:  # whatever it is, the others have their turn
        log.exception("upload_not_handed_in", part=part.id)
    if late:
        wiring.parts.drop(part)
