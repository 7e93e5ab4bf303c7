"""Each wish of a conversation -> the office function that does it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flows.effects import (
    Acknowledge,
    AddPapers,
    Amend,
    CallStaff,
    Dismiss,
    Effect,
    EnterLetter,
    Forget,
    GiveLink,
    LatePapers,
    LookUp,
    MyCases,
    OpenCase,
    Room,
    VoidNumber,
    Withdraw,
)
from flows.events import FileRef, Told
from handlers import members
from handlers.wiring import Wiring
from models import errands, files, inbox, people
from models.conversation import Conversation
from models.db import Tx
from office import booking, cases, notices
from office.booking import RoomTaken
from office.cases import Facts
from office.filing import FileFacts, Filing

#: Dropped bytes stay a while: the same picture may be coming in again at this moment.
SWEEP_AFTER = timedelta(hours=2)
#: So many of a citizen's own cases are shown at once.
SHOWN = 5


def do(  # noqa: C901 - one case for each wish
    wiring: Wiring, tx: Tx, talk: Conversation, effect: Effect, at: datetime
) -> Told | None:
    """Do it within the turn's transaction; what the conversation is told of it, if it waits for an answer. `at` is when
    the citizen acted."""
    now = wiring.now()
    match effect:
        case OpenCase(intake=None):
            return _opened(wiring, tx, talk, effect, at)
        case OpenCase() | EnterLetter() | Dismiss() | VoidNumber():
            return Told("desk", members.done(wiring, tx, talk, effect, at), at)
        case Room():
            return Told("room", booking.look(tx, effect), at)
        case AddPapers() | Amend():
            return _added(wiring, tx, effect, at)
        case LatePapers(code=code):
            waiting = cases.waiting_for_papers(tx, wiring.calendar, talk.id, code, now)
            return Told("late_papers", {**waiting[1], "draft": waiting[0]} if waiting else None, at)
        case LookUp(code=code):
            return Told("case_status", cases.status_by_code(tx, wiring.calendar, code, now), at)
        case MyCases():
            mine = cases.cases_of(tx, wiring.calendar, talk.id, now)
            return Told("my_cases", {"cases": mine[:SHOWN], "more": len(mine[SHOWN:])}, at)
        case GiveLink(draft=draft):
            url, until = wiring.links.make(talk.id, draft, now)
            megabytes = wiring.office.files.largest_mb
            return Told("upload_link", {"url": url, "until": until.isoformat(), "largest_mb": megabytes}, at)
        case Acknowledge(notice=version):
            people.notice_was_shown(tx, talk.id, version, now)
        case CallStaff():
            notices.person_wanted(tx, talk, now)
            return Told("staff_called", _reachable(wiring, at), at)
        case Forget(files=refs):
            _forget_files(tx, talk, refs, now)
        case Withdraw(message_id=message_id):
            cases.withdraw_message(tx, message_id, now)
            inbox.forget_message(tx, talk.lane, message_id)
            _forget(tx, talk, message_id, now)
    return None


def _opened(wiring: Wiring, tx: Tx, talk: Conversation, wish: OpenCase, at: datetime) -> Told:
    filing = _filing(wiring, talk, wish, at)
    try:
        opened = cases.open_case(tx, wiring.office, wiring.calendar, filing, now=wiring.now())
    except RoomTaken as taken:
        return Told("room_taken", taken.facts, at)
    return Told("case", {**opened.facts, **_way_back(wiring, talk, opened.facts)}, at)


def _forget_files(tx: Tx, talk: Conversation, refs: tuple[FileRef, ...], now: datetime) -> None:
    for ref in refs:
        _forget(tx, talk, ref.message_id, now)


def _forget(tx: Tx, talk: Conversation, message_id: str, now: datetime) -> None:
    """What this message brought: bytes that nobody else brought or filed are swept away."""
    for sha256 in files.forget_upload(tx, talk.id, message_id):
        lane, arguments = f"file:{sha256}", {"sha256": sha256}
        errands.put(tx, "sweep_file", lane=lane, arguments=arguments, now=now, due=now + SWEEP_AFTER)


def _way_back(wiring: Wiring, talk: Conversation, case: Facts) -> Facts:
    """Where we may speak only for a while after somebody wrote, the receipt carries a link into the chat."""
    link = wiring.channels[talk.channel].link_back(case["code"])
    return {"chat_link": link} if link else {}


def _added(wiring: Wiring, tx: Tx, wish: AddPapers | Amend, at: datetime) -> Told | None:
    calendar, now = wiring.calendar, wiring.now()
    if isinstance(wish, Amend):
        case = cases.amend_message(tx, calendar, wish.message_id, wish.text, now)
        if case is None:  # no filed case holds the message: there is nothing to tell
            return None
        return Told("papers_added", {"number": case["number"], "year": case["year"], "amended": True}, at)
    papers = _papers(wish.files)
    added = cases.add_papers(tx, calendar, wish.draft, papers, wish.words, now, messages=wish.messages)
    if added is None:
        return Told("papers_added", None, at)
    told = ("number", "year", "missing", "papers_due")
    value = {"draft": wish.draft, "count": len(wish.files), **{name: added[name] for name in told if name in added}}
    return Told("papers_added", value, at)


def _reachable(wiring: Wiring, at: datetime) -> dict[str, Any]:
    opening = wiring.calendar.next_opening(at)
    return {
        "phone": wiring.office.phone,
        "open": wiring.calendar.is_open(at),
        "next_open": opening.isoformat(),
    }


def _filing(wiring: Wiring, talk: Conversation, wish: OpenCase, at: datetime) -> Filing:
    return Filing(
        draft=wish.draft,
        kind=wish.kind,
        category=wish.category,
        spot_words=wish.spot.words,
        latitude=wish.spot.latitude,
        longitude=wish.spot.longitude,
        spot_link=wish.spot.link,
        details=wish.details,
        files=_papers(wish.files),
        identity=wish.identity,
        name=wish.name,
        phone=wish.phone,
        evidence=wish.evidence,
        arrived_at=at,
        channel=talk.channel,
        conversation_id=talk.id,
        notice=wish.notice,
        flow=wish.flow,
        version=wish.version,
        messages=wish.messages,
        petition=wish.petition,
        service=wiring.book.services[wish.category, wish.version] if wish.petition else None,
    )


def _papers(refs: tuple[FileRef, ...]) -> tuple[FileFacts, ...]:
    return tuple(FileFacts(ref.sha256, ref.kind, ref.size, ref.name, ref.message_id, ref.paper) for ref in refs)
