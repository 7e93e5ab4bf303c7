"""What a conversation may ask of the office, as data. The office answers some of them with `Told`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.events import FileRef

Kind = Literal["complaint", "tip", "petition"]
Identity = Literal["open", "confidential", "anonymous"]
"""`open`: name known to those who handle the case; `confidential`: to the complaints centre alone (A22);
`anonymous`: nobody asked for a name."""


@dataclass(frozen=True)
class Spot:
    """Where the matter is: words, a point, or both."""

    words: str = ""
    latitude: float | None = None
    longitude: float | None = None
    link: str = ""


@dataclass(frozen=True)
class Room:
    """Is there room in this slot? `slots`: all slots of the day; so many places (`party`) of `capacity` are wanted.

    Asked before the check page, answered by Told("room", {draft, free, left: {slot: places}}).
    """

    draft: str
    service: str
    resource: str
    day: str
    slot: str
    party: int
    capacity: int
    slots: tuple[str, ...]


@dataclass(frozen=True)
class Petition:
    """What a petition says beside what every case does.

    `answers`: key, title and the answer as it may be shown. `papers`: key, title and "sent" or "later". `ids`: national
    identity numbers in full, by key, for the vault. `consented`: s.26 data may be used for this.
    """

    answers: tuple[tuple[str, str, str], ...]
    papers: tuple[tuple[str, str, str], ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    consented: bool = False
    room: Room | None = None


Book = Literal["incoming", "outgoing"]
"""ทะเบียนหนังสือรับ, ทะเบียนหนังสือส่ง."""


@dataclass(frozen=True)
class Intake:
    """What a member of the staff says of something that did not come by chat (A16-A20): by which channel; when it came
    (ISO; "" of what is sent); ที่; `dated` (an ISO day, "" if there is none); ถึง."""

    channel: str
    came: str = ""
    ref: str = ""
    dated: str = ""
    addressee: str = ""


@dataclass(frozen=True)
class OpenCase:
    """File this. `draft` makes it idempotent: the same draft is filed once, however often it is confirmed.
    `messages` are the platform's ids of the messages whose words it holds: one of them may yet be taken back.

    Answered by Told("case", {number, year, received_at, arrived_at, code, due, phone, kind, …}), or, if somebody else
    has taken the last place, by Told("room_taken", …) as of Room: then nothing was filed.
    With `intake` a member of the staff files it for somebody, and is told as of EnterLetter.
    """

    draft: str
    kind: Kind
    category: str
    spot: Spot
    details: str
    files: tuple[FileRef, ...]
    identity: Identity
    name: str = ""
    phone: str = ""
    evidence: str = ""
    notice: int = 0
    flow: str = ""
    version: int = 1
    messages: tuple[str, ...] = ()
    petition: Petition | None = None
    intake: Intake | None = None


@dataclass(frozen=True)
class EnterLetter:
    """A line of a register, and no case: a letter that came, or that a unit sends (B13, B22, B61).

    Like every wish of the staff's answered by Told("desk", {act, …}), or Told("desk", None) if it is not theirs to do.
    """

    book: Book
    intake: Intake
    sender: str
    subject: str
    unit: str
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True)
class Dismiss:
    """What came is not registered: it belongs to another `agency` (B17; "unknown": nobody knows which), or is no
    official matter, for a `reason` (B14). `draft` names it in the trail."""

    draft: str
    agency: str = ""
    reason: str = ""


@dataclass(frozen=True)
class VoidNumber:
    """ยกเลิกเลข: the line stays, its number is never given again."""

    book: Book
    number: int
    year: int
    why: str


@dataclass(frozen=True)
class OpenFolder:
    """แฟ้ม: a member of the staff wants to read what has this number in the register of incoming letters; `why`: for
    what reason, "" if none was said.

    Answered by Told("folder", {number, year, url, until}), without a link if a reason is wanted, or None if there is no
    such folder or it is not theirs to open.
    """

    number: int
    year: int
    why: str = ""


@dataclass(frozen=True)
class AwaitedProofs:
    """Which proofs of identity are awaited, of those that this member of the staff may know of; or what is awaited in
    the case with this number.

    Answered by Told("proofs", {awaited: [{number, year, purpose, manner, at, until}, …]}), of one case {one}, or {why}
    there is none; None if it is not theirs to ask.
    """

    number: int = 0
    year: int = 0


@dataclass(frozen=True)
class RecordProof:
    """ตรวจตัวตน: who was awaited for this purpose came, and showed this document; or did not. Answered as EnterLetter
    is."""

    number: int
    year: int
    purpose: str
    came: bool
    manner: str = ""
    document: str = ""
    last_digits: str = ""
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True)
class AddPapers:
    """Pictures or words that came after the case was filed; they join it, with a line in its history.
    `messages` are the ids of the messages that the words came in.

    Answered by Told("papers_added", {draft, number, year, count} or None), of a petition with `missing`, `papers_due`,
    and `complete`: all that it waited for has come now.
    """

    draft: str
    files: tuple[FileRef, ...] = ()
    words: str = ""
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class LatePapers:
    """Which papers does the citizen's own case still wait for? By its tracking code; "": the newest that waits for any.
    Asked as well when a file comes unasked: it may be one of them. `large`: to send one of them by the upload page.

    Answered by Told("late_papers", {large, draft, number, year, missing, …}, or {large} if none waits).
    """

    code: str = ""
    large: bool = False


@dataclass(frozen=True)
class AskProof:
    """How can identity be proved in the citizen's own case with this code ("": the only one it can be), in order to
    `withdraw` it, or ("") for what the case awaits?

    Answered by Told("proof", {number, year, code, purpose, days: {ISO day: hours}, proof, …}), or with `refused`: why
    not ("which": `cases`).
    """

    purpose: str
    code: str = ""


@dataclass(frozen=True)
class ArrangeProof:
    """Identity will be proved so: at the office, or by a video call on a day and at an hour that were offered.

    Answered by Told("proof_arranged", …) as of AskProof, `taken` if somebody else was quicker.
    """

    code: str
    purpose: str
    manner: str
    day: str = ""
    hour: str = ""


@dataclass(frozen=True)
class DropProof:
    """The citizen does not want the case withdrawn any more. Answered by Told("proof_dropped", {...} or None)."""

    code: str


@dataclass(frozen=True)
class LookUp:
    """Where is the case with this tracking code, or the citizen's own with this number ("41/2569")? Answered by
    Told("case_status", {...} or None); as MyCases is, if the number is none of theirs."""

    code: str


@dataclass(frozen=True)
class MyCases:
    """The citizen's own cases, newest first. Answered by Told("my_cases", {"cases": [...]})."""


@dataclass(frozen=True)
class GiveLink:
    """A link to the upload page is wanted, for this draft or the case it became, or for this paper of the case (B71).

    Answered by Told("upload_link", {url, until, largest_mb}), or {closed} if the case takes no more (`uploads.CLOSED`).
    """

    draft: str
    paper: str = ""


@dataclass(frozen=True)
class Acknowledge:
    """The citizen was shown this version of the privacy notice and went on (PDPA s.23)."""

    notice: int


@dataclass(frozen=True)
class CallStaff:
    """A person is wanted. Staff are told in their group that someone calls, but neither who nor what it is about."""


@dataclass(frozen=True)
class Forget:
    """The draft is gone, or its message taken back; these files are not needed any more."""

    files: tuple[FileRef, ...]


@dataclass(frozen=True)
class Withdraw:
    """The citizen took back a message: remove its content; mark it for an officer if a filed case holds it."""

    message_id: str


@dataclass(frozen=True)
class Amend:
    """The citizen changed the words of a message: a filed case that holds it keeps both, and its officer is told.
    Answered by Told("papers_added", {number, year, amended}) if there is one."""

    message_id: str
    text: str


Effect = (
    OpenCase | EnterLetter | Dismiss | VoidNumber | OpenFolder | AwaitedProofs | RecordProof
    | Room | AddPapers | LatePapers | AskProof | ArrangeProof | DropProof
    | LookUp | MyCases | GiveLink | Acknowledge | CallStaff | Forget | Withdraw | Amend
)  # fmt: skip
