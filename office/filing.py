"""What a citizen files, and how much of it the register may show.

The register is read by many: of a secret tip or a confidential complaint it shows no name, of no matter the text, the
place or the phone (A22, OFFICE_RULES §2.2 and §6.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from flows.effects import Identity, Kind, Petition
from flows.thai import BANGKOK, thai_date, tidy
from office.calendar import Calendar
from office.register import NO_REF, Line, sent_on
from office.workflow import STATUSES
from services.catalogue import Service
from services.office import Category, Deadline, Office


class FileFacts(NamedTuple):
    """`size` in bytes, `name` as the sender called it, the platform's id of its message, the paper it is a page of."""

    sha256: str
    kind: str
    size: int
    name: str
    message_id: str
    paper: str = ""


#: ช่องทาง: those that file by themselves, then those of which the staff file (A16-A20).
CHANNELS = {
    "line": "LINE",
    "messenger": "Facebook Messenger",
    "counter": "เคาน์เตอร์บริการ",
    "post": "ไปรษณีย์",
    "phone": "โทรศัพท์",
    "email": "อีเมล",
    "web": "เว็บไซต์",
    "other": "ช่องทางที่มิได้ประกาศ",
}
#: Not announced under s.10: what comes this way is received when the saraban officer gets it (S2 #2.4).
UNANNOUNCED = "other"
TIP = "แจ้งเบาะแส"
SECRET_TIP = "แจ้งเบาะแส (ปกปิด)"  # noqa: S105 - what the register says instead of the matter


class Letter(NamedTuple):
    """ที่, ลงวันที่ and ถึง of what came on paper or by mail; "" and None where it has none."""

    ref: str = ""
    dated: date | None = None
    addressee: str = ""


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A confirmed draft. `draft` names it for good: however often it is confirmed, it is filed once.

    `messages` are the platform's ids of the messages that its words came in.
    A petition says its `service` as it was defined for this draft.
    `arrived_at` is when the confirmation arrived by the platform's clock, or when the staff received what they file for
    somebody (then `letter` says more); `counts_from` is the moment from which receipt counts, if it is not the arrival
    (B19). `notice` is the privacy notice that was shown.
    """

    draft: str
    kind: Kind
    category: str
    details: str
    arrived_at: datetime
    channel: str
    spot_words: str = ""
    latitude: float | None = None
    longitude: float | None = None
    spot_link: str = ""
    files: tuple[FileFacts, ...] = ()
    identity: Identity = "anonymous"
    name: str = ""
    phone: str = ""
    evidence: str = ""
    conversation_id: int | None = None
    notice: int = 0
    flow: str = ""
    version: int = 1
    messages: tuple[str, ...] = ()
    petition: Petition | None = None
    service: Service | None = None
    letter: Letter | None = None
    counts_from: datetime | None = None

    @property
    def baseless(self) -> bool:
        """บัตรสนเท่ห์: an accusation with nobody's name and no evidence (cabinet resolution of 22 Dec 2541).

        A complaint without a name is none: it tells of a place where anyone can go and look.
        """
        return self.kind == "tip" and self.identity == "anonymous" and not (self.evidence or self.files)


def first_status(filing: Filing) -> str:
    """Where a case begins; one of high risk with the proof of who asks (B42)."""
    if filing.service and filing.service.risk == "high":
        return "identity"
    return "unsigned" if filing.baseless else "received"


def category_of(office: Office, filing: Filing) -> Category:
    """The category that was chosen; the last one (other matters) if the clerk has removed it meanwhile."""
    if filing.service:
        return _as_category(filing.service)
    offered = office.tips if filing.kind == "tip" else office.complaints
    return next((category for category in offered if category.key == filing.category), offered[-1])


def _as_category(service: Service) -> Category:
    """A service is its own category: its time runs by its own law."""
    return Category(
        key=service.key,
        label=service.label,
        title=service.title,
        unit=service.unit,
        days=service.days,
        basis=service.law,
        counting=service.counting,
        deadlines=(Deadline(service.days, service.counting, service.law),),
    )


def case_row(office: Office, calendar: Calendar, filing: Filing, code: str, now: datetime) -> dict[str, Any]:
    """The case as it is first kept, its rules copied from the office's file as they are today."""
    category = category_of(office, filing)
    received = calendar.received_as_of(filing.counts_from or filing.arrived_at)
    rule = category.deadline_on(received.date())
    unit_name, unit_phone = _unit(office, filing, category)
    return {
        "draft": filing.draft,
        "code": code,
        "kind": filing.kind,
        "secret": filing.kind == "tip",
        "category": category.key,
        "category_title": category.title,
        "unit": category.unit,
        "unit_name": unit_name,
        "unit_phone": unit_phone,
        "subject": _subject(filing, category),
        "details": tidy(filing.details),
        "spot_words": tidy(filing.spot_words),
        "latitude": filing.latitude,
        "longitude": filing.longitude,
        "spot_link": tidy(filing.spot_link),
        "identity": filing.identity,
        "evidence": tidy(filing.evidence),
        "status": first_status(filing),
        "arrived_at": filing.arrived_at,
        "received_at": received,
        "due": calendar.due(received, rule.days, rule.counting),
        "days": rule.days,
        "counting": rule.counting,
        "basis": rule.basis,
        "conversation_id": filing.conversation_id,
        "channel": filing.channel,
        "flow": filing.flow,
        "flow_version": filing.version,
        "notice_version": filing.notice,
        "created_at": now,
        "version": 1,
    }


def _subject(filing: Filing, category: Category) -> str:
    """เรื่อง, as the register says it."""
    if filing.kind == "petition":
        return category.title
    return SECRET_TIP if filing.kind == "tip" else f"ร้องเรียน/ร้องทุกข์ {category.title}"


def _unit(office: Office, filing: Filing, category: Category) -> tuple[str, str]:
    """Who answers for the matter, by name and phone; for a tip never more than the complaints centre."""
    unit = None if filing.kind == "tip" else office.unit(category.unit)
    return (unit.name, unit.phone) if unit else (office.complaints_centre, office.phone)


def register_line(office: Office, filing: Filing, case: dict[str, Any], case_id: int) -> Line:
    """What the register of incoming letters says of it."""
    letter = Letter() if filing.letter is None or filing.kind == "tip" else filing.letter  # a number may tell who wrote
    return Line(
        case_id=case_id,
        sender=_sender(filing),
        addressee=letter.addressee or office.addressee,
        subject=case["subject"],
        ref=letter.ref or NO_REF,
        dated=letter.dated or sent_on(case["arrived_at"]),
        received_at=case["received_at"],
        action=f"แจ้ง{case['unit_name'] if filing.kind == 'petition' else office.complaints_centre}",
        remark=arrival_remark(filing.channel, filing.arrived_at, case["received_at"]),
        channel=channel_name(filing.channel),
        status=STATUSES[case["status"]].title,
        unit=case["unit_name"],
        due=case["due"],
    )


def protected(case: Mapping[Any, Any]) -> bool:
    """Whether whoever brought this case is known to the complaints centre alone (A22, OFFICE_RULES §6.1): then of what
    they do nobody else hears."""
    return bool(case["secret"]) or case["identity"] == "confidential"


def channel_name(channel: str) -> str:
    """ช่องทาง as people call it."""
    return CHANNELS.get(channel, channel)


def _sender(filing: Filing) -> str:
    if filing.kind == "tip":
        return "ผู้แจ้งเบาะแส (ปกปิด)"
    who = "ผู้ยื่นคำขอ" if filing.kind == "petition" else "ผู้ร้อง"
    if filing.identity == "confidential":
        return f"{who} (ปกปิด)"
    name = tidy(filing.name)
    return name if filing.identity == "open" and name else f"{who} (ไม่ระบุชื่อ)"


def arrival_remark(channel: str, arrived: datetime, received: datetime) -> str:
    """หมายเหตุ: channel, moment of arrival, and why the date of receipt differs from it (B16, B19)."""
    sent = arrived.astimezone(BANGKOK)
    name = channel_name(channel)
    came = {"phone": "รับแจ้งทางโทรศัพท์", "post": "ได้รับทางไปรษณีย์"}.get(channel, f"{name} ส่งเข้ามา")
    remark = f"{came} {thai_date(sent, short=True)} {sent:%H.%M} น."
    why = "สารบรรณได้รับตามวันเวลาที่รับ" if channel == UNANNOUNCED else "นอกเวลาราชการ"
    return remark if received == sent else f"{remark} ({why})"
