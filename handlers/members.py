"""A member of the staff in their own chat: the code that binds the account (B56), the flows that are for them alone."""

from __future__ import annotations

import re
from datetime import datetime

from flows.book import Book
from flows.effects import AwaitedProofs, Dismiss, EnterLetter, OpenCase, OpenFolder, RecordProof, VoidNumber
from flows.events import Event, Typed
from flows.messages import Say
from flows.options import say
from flows.registers import WORDS, staff_book
from flows.thai import thai_date
from handlers.links import FolderGrant
from handlers.wiring import Wiring
from models import conversation
from models.conversation import Conversation
from models.db import Tx
from office import appointments, cases, codes, folders, intake, roster
from office.filing import FileFacts, Filing
from office.folders import Folder
from office.intake import Facts
from office.roster import Act, Member

_CODE = re.compile(r"\s*ยืนยันตัว\s+([0-9A-Za-z-]{4,40})\s*")
#: To everybody whose code is not good, whatever the reason: nobody learns whether it ever existed.
_UNKNOWN = (
    "ยังยืนยันตัวไม่ได้ บัญชีของท่านไม่มีการเปลี่ยนแปลง\nหากท่านเป็นเจ้าหน้าที่ โปรดขอรหัสใหม่จากผู้ดูแลระบบ หากท่านมาติดต่อราชการ พิมพ์ “เมนู” ได้เลย"
)

_WAIT = "ลองรหัสผิดหลายครั้ง โปรดรอ 1 ชั่วโมง แล้วพิมพ์ใหม่\nหากท่านมาติดต่อราชการ พิมพ์ “เมนู” ได้เลย"

Wish = OpenCase | EnterLetter | Dismiss | VoidNumber | RecordProof


def code_in(event: Event) -> str:
    """The code in `ยืนยันตัว CODE`, "" if these are other words."""
    found = _CODE.fullmatch(event.text) if isinstance(event, Typed) else None
    return found[1] if found else ""


def bind(wiring: Wiring, tx: Tx, talk: Conversation, code: str) -> Say:
    """Bind this account to the entry of the roster that the code is for; what to answer."""
    now = wiring.now()
    if codes.must_wait(tx, talk.id, now):
        return Say(_WAIT, choices=say("เมนู"))
    bound = roster.bind(tx, code, talk, now)
    if bound is None:
        return Say(_UNKNOWN, choices=say("เมนู"))
    in_force = _member(wiring, tx, talk)
    words = tuple(WORDS[act] for act in roster.acts(in_force))
    hint = f"\nพิมพ์ได้ในแชตนี้: {' · '.join(words)}" if words else ""
    begins = "" if in_force else f"\nมีผลตั้งแต่วันที่ {thai_date(bound.since)}"
    text = f"ยืนยันตัวแล้ว: {bound.name} {bound.position} ({bound.title}){begins}\nรายการที่ทำจากบัญชีนี้ถือว่าท่านเป็นผู้ลงนาม{hint}"
    return Say(text, choices=say(*words[:1], "เมนู"))


def book_for(wiring: Wiring, tx: Tx, talk: Conversation) -> Book:
    """What can be talked about in this chat: of a member of the staff, also what is for them alone."""
    acts = roster.acts(_member(wiring, tx, talk)) if talk.staff_since else ()
    return staff_book(wiring.book, acts) if acts else wiring.book


def done(wiring: Wiring, tx: Tx, talk: Conversation, wish: Wish, at: datetime) -> Facts | None:
    """Do what a member of the staff wishes; None, and nothing is done, if it is not theirs to do."""
    who, now = _member(wiring, tx, talk), wiring.now()
    if who is None or not roster.may(who, _act(wish)):
        return None
    match wish:
        case OpenCase():
            return _opened(wiring, tx, wish, who, at)
        case EnterLetter():
            return intake.enter(tx, wiring.office, wiring.calendar, wish, who=who.key, at=at, now=now)
        case Dismiss():
            return intake.dismiss(tx, wiring.office, wish, who=who.key, now=now)
        case VoidNumber():
            return intake.void(tx, wish, who=who.key, now=now)
        case RecordProof():
            return appointments.record(tx, wiring.calendar, who, talk.id, wish, now)


def awaited_proofs(wiring: Wiring, tx: Tx, talk: Conversation, wish: AwaitedProofs) -> Facts | None:
    """What a member of the staff may know of the proofs that are awaited; None if that is not theirs to ask."""
    who, now = _member(wiring, tx, talk), wiring.now()
    if who is None or not roster.may(who, "prove"):
        return None
    if not wish.number:
        return {"awaited": appointments.awaited(tx, who)}
    found = appointments.awaited_in(tx, who, wish.number, wish.year, now)
    return found if "why" in found else {"one": found}


def folder_link(wiring: Wiring, tx: Tx, talk: Conversation, wish: OpenFolder) -> Facts | None:
    """The link to a folder, for the member who asks in this chat; without it where a reason is wanted first; None if
    there is no such folder, or it is not theirs to open."""
    who, now = _member(wiring, tx, talk), wiring.now()
    folder = folders.find(tx, wiring.office, wish.number, wish.year)
    if who is None or folder is None or not folders.may_open(who, folder):
        return None
    told = {"number": wish.number, "year": wish.year}
    if folder.guarded and not wish.why:
        return told
    folders.note_link(tx, folder, who, wish.why, now)
    url, until = wiring.links.make_folder(talk.id, who.id, folder.entry_id, now)
    return {**told, "url": url, "until": until.isoformat()}


def folder_of(wiring: Wiring, tx: Tx, grant: FolderGrant) -> tuple[Member, Folder] | None:
    """Who holds this link and the folder it opens; None if it is not theirs, or not theirs any more."""
    talk = conversation.by_id(tx, grant.conversation_id)
    who = _member(wiring, tx, talk) if talk else None
    folder = folders.of_entry(tx, wiring.office, grant.entry_id)
    if who is None or who.id != grant.member_id or folder is None or not folders.may_open(who, folder):
        return None
    return who, folder


def _member(wiring: Wiring, tx: Tx, talk: Conversation) -> Member | None:
    return roster.member(tx, talk.channel, talk.address, wiring.now())


def _act(wish: Wish) -> Act:
    if isinstance(wish, EnterLetter):
        return wish.book
    if isinstance(wish, RecordProof):
        return "prove"
    return "void" if isinstance(wish, VoidNumber) else "incoming"


def _opened(wiring: Wiring, tx: Tx, wish: OpenCase, who: Member, at: datetime) -> Facts:
    """A complaint or tip that somebody brought to the staff: a case as from chat, that no chat belongs to."""
    if wish.intake is None:
        raise LookupError("nobody says how it came")
    filing = Filing(
        draft=wish.draft,
        kind=wish.kind,
        category=wish.category,
        details=wish.details,
        arrived_at=intake.came_at(wish.intake),
        counts_from=intake.counts_from(wish.intake, at),
        channel=wish.intake.channel,
        spot_words=wish.spot.words,
        latitude=wish.spot.latitude,
        longitude=wish.spot.longitude,
        spot_link=wish.spot.link,
        files=tuple(FileFacts(ref.sha256, ref.kind, ref.size, ref.name, "") for ref in wish.files),
        identity=wish.identity,
        name=wish.name,
        phone=wish.phone,
        evidence=wish.evidence,
        flow=wish.flow,
        version=wish.version,
        letter=intake.letter_of(wish.intake),
    )
    opened = cases.open_case(tx, wiring.office, wiring.calendar, filing, now=wiring.now(), who=who.key)
    return {"act": "case", **opened.facts}
