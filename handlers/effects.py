"""Each wish of a conversation -> the office function that does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flows.effects import (
    Acknowledge,
    AddPapers,
    Amend,
    ArrangeProof,
    AskProof,
    AwaitedProofs,
    CallStaff,
    Dismiss,
    DropProof,
    Effect,
    EnterLetter,
    Forget,
    GiveLink,
    LatePapers,
    LookUp,
    MyCases,
    OpenCase,
    OpenFolder,
    RecordProof,
    Room,
    VoidNumber,
    Withdraw,
)
from flows.events import FileRef, Told
from handlers import members
from handlers.sweeping import sweep_later
from handlers.wiring import Wiring
from models import files, inbox, people
from models.conversation import Conversation
from models.db import Tx
from office import booking, cases, identity, notices
from office.booking import RoomTaken
from office.cases import Facts
from office.filing import FileFacts, Filing

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
        case OpenCase() | EnterLetter() | Dismiss() | VoidNumber() | RecordProof():
            return Told("desk", _at_the_desk(wiring, tx, talk, effect, at), at)
        case OpenFolder():
            return Told("folder", members.folder_link(wiring, tx, talk, effect), at)
        case Room():
            return Told("room", booking.look(tx, effect), at)
        case AddPapers() | Amend():
            return _added(wiring, tx, effect, at)
        case AskProof() | ArrangeProof() | DropProof() | AwaitedProofs():
            return _proof(wiring, tx, talk, effect, at)
        case LatePapers() | LookUp() | MyCases():
            return _looked_up(wiring, tx, talk, effect, at)
        case GiveLink():
            return Told("upload_link", _link(wiring, tx, talk, effect), at)
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
    facts = {**opened.facts, **_way_back(wiring, talk, opened.facts)}
    proof = facts.get("proof")
    if proof and not proof["manner"]:
        facts |= identity.ask(tx, wiring.calendar, talk.id, "service", facts["code"], wiring.now())
    return Told("case", facts, at)


def _at_the_desk(wiring: Wiring, tx: Tx, talk: Conversation, wish: members.Wish, at: datetime) -> Facts | None:
    """What a member of the staff wishes. The image of somebody's face is kept with the proof, or not at all."""
    told = members.done(wiring, tx, talk, wish, at)
    if isinstance(wish, RecordProof) and (told is None or told["act"] != "proved"):
        _forget_files(tx, talk, wish.files, wiring.now())
    return told


def _looked_up(wiring: Wiring, tx: Tx, talk: Conversation, wish: LatePapers | LookUp | MyCases, at: datetime) -> Told:
    calendar, now = wiring.calendar, wiring.now()
    match wish:
        case LatePapers(code=code, large=large):
            waiting = cases.waiting_for_papers(tx, calendar, talk.id, code, now)
            found = {**waiting[1], "draft": waiting[0]} if waiting else {}
            return Told("late_papers", {**found, "large": large}, at)
        case LookUp(code=code):
            found_case = cases.status_by_code(tx, calendar, talk.id, code, now)
            if found_case or "/" not in code:  # whose number is not theirs sees what is
                return Told("case_status", found_case, at)
    mine = cases.cases_of(tx, calendar, talk.id, now)
    return Told("my_cases", {"cases": mine[:SHOWN], "more": len(mine[SHOWN:])}, at)


def _proof(
    wiring: Wiring, tx: Tx, talk: Conversation, wish: AskProof | ArrangeProof | DropProof | AwaitedProofs, at: datetime
) -> Told:
    calendar, now = wiring.calendar, wiring.now()
    match wish:
        case AskProof(purpose=purpose, code=code):
            return Told("proof", identity.ask(tx, calendar, talk.id, purpose, code, now), at)
        case ArrangeProof():
            return Told("proof_arranged", identity.arrange(tx, calendar, talk.id, wish, now), at)
        case AwaitedProofs():
            return Told("proofs", members.awaited_proofs(wiring, tx, talk, wish), at)
    return Told("proof_dropped", identity.drop(tx, calendar, talk.id, wish.code, now), at)


def _link(wiring: Wiring, tx: Tx, talk: Conversation, wish: GiveLink) -> dict[str, Any]:
    limits = wiring.office.files
    if why := cases.closed_to_uploads(tx, wish.draft, limits.most_added):
        return {"closed": why}
    url, until = wiring.links.make(talk.id, wish.draft, wiring.now(), wish.paper)
    return {"url": url, "until": until.isoformat(), "largest_mb": limits.largest_mb}


def _forget_files(tx: Tx, talk: Conversation, refs: tuple[FileRef, ...], now: datetime) -> None:
    for ref in refs:
        _forget(tx, talk, ref.message_id, now)


def _forget(tx: Tx, talk: Conversation, message_id: str, now: datetime) -> None:
    """What this message brought: bytes that nobody else brought or filed are swept away."""
    for sha256 in files.forget_upload(tx, talk.id, message_id):
        sweep_later(tx, sha256, now)


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
    told = ("number", "year", "missing", "papers_due", "complete")
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
