"""What happens in the journeys, in one line each: the way through a complaint or a tip, photos, the clock."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
import regex
import sqlalchemy as sa

from handlers import clock
from models.examinations import file_copies
from office.calendar import ZONE
from sandbox.acts import Upload
from sandbox.world import Call
from tests.house import House, Phone, case_number, words

#: For a journey that is the same on every platform; the database is varied on one of them.
ON_BOTH = pytest.mark.parametrize("channel", ["line", "messenger"])
EVERYWHERE = pytest.mark.parametrize(
    ("database", "channel"),
    [("sqlite", "line"), ("postgresql", "line"), ("sqlite", "messenger")],
    indirect=["database"],
)

COMPLAINT, TIP = "ร้องเรียน/ร้องทุกข์", "แจ้งเบาะแสทุจริต"
READ, SENT_ALL, SEND = "รับทราบและทำต่อ", "ส่งครบแล้ว", "ยืนยันและส่ง"

#: Eight grey pixels, one white one, one empty page: small, and every reader opens them.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBk"
    "eFxlZ2P/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z"
)
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==")
PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<<>>>> endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000053 00000 n \n0000000103 00000 n \n"
    b"trailer<</Root 1 0 R/Size 4>>\nstartxref\n179\n%%EOF\n"
)
PROGRAM = b"MZ\x90\x00" + b"\x44" * 900


def photo(number: int = 0) -> Upload:
    """A picture like no other."""
    return Upload(JPEG + number.to_bytes(4, "big"))


def sends(phone: Phone, *files: Upload, kind: str = "image") -> list[dict[str, Any]]:
    return phone.sends(*files, kind=kind)


def complains(
    phone: Phone,
    *,
    category: str = "ถนน ทางเท้า",
    place: str = "หน้าตลาดสด หมู่ 3",
    details: str = "ถนนเป็นหลุมลึก รถล้มบ่อย",
    files: Sequence[Upload] = (),
    identity: str = "ไม่ระบุชื่อ",
    name: str = "",
    number: str = "",
) -> tuple[int, int]:
    """A complaint from the first tap to its number and year."""
    to_check_page(phone, COMPLAINT, category, place, details, files, identity, name, number)
    phone.taps(SEND)
    return case_number(phone)


def tips(phone: Phone, *, evidence: str = "", **answers: Any) -> tuple[int, int]:
    """The same for a tip about corruption."""
    answers = {"category": "เรียกรับเงิน", "place": "ที่ทำการ", "details": "มีการเรียกรับเงิน", **answers}
    rest = [answers.get(key, "") for key in ("name", "number")]
    identity = answers.get("identity", "ไม่ระบุชื่อ")
    files = answers.get("files", ())
    to_check_page(phone, TIP, answers["category"], answers["place"], answers["details"], files, identity, *rest)
    if not phone.sees(SEND):
        phone.types(evidence or "ข้าม")
    phone.taps(SEND)
    return case_number(phone)


def to_check_page(  # noqa: PLR0917 - a long way has many stations
    phone: Phone,
    label: str,
    category: str,
    place: str,
    details: str,
    files: Sequence[Upload] = (),
    identity: str = "ไม่ระบุชื่อ",
    name: str = "",
    number: str = "",
) -> None:
    begins(phone, label)
    phone.taps(category)
    phone.types(place)
    phone.types(details)
    if files:
        sends(phone, *files)
        phone.taps(SENT_ALL)
    else:
        phone.types("ข้าม")
    phone.types(identity)
    for answer in (name, number):
        if answer:
            phone.types(answer)


def begins(phone: Phone, label: str = COMPLAINT) -> None:
    """The menu tap, and the privacy notice where it is shown."""
    phone.types(label)
    if phone.sees(READ):
        phone.taps(READ)


def at_photos(phone: Phone) -> None:
    """A complaint as far as the question for photos."""
    begins(phone)
    phone.taps("ถนน ทางเท้า")
    phone.types("หน้าตลาดสด หมู่ 3")
    phone.types("ถนนเป็นหลุมลึก รถล้มบ่อย")


def code_of(phone: Phone) -> str:
    """The tracking code told last."""
    return str(regex.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", text_of(phone.said()))[-1])


def text_of(messages: Sequence[Mapping[str, Any]]) -> str:
    """All that can be read in these messages."""
    return "\n".join(words(message) for message in messages)


def calls(house: House, operation: str) -> list[Call]:
    return [call for call in house.world.calls if call.operation == operation]


def set_time(house: House, local: str) -> None:
    """It is now this time in Thailand (`2026-12-30 23:59`)."""
    house.clock.moment = datetime.fromisoformat(local).replace(tzinfo=ZONE)


def run_job(house: House, name: str) -> None:
    """The clock reaches this job's time."""
    job = next(job for job in clock.JOBS if job.name == name)
    assert clock.run(house.wiring, job, house.clock())
    house.settle()


def count(house: House, table: sa.Table, *where: Any) -> int:
    with house.wiring.database.reading() as tx:
        return int(tx.scalar(sa.select(sa.func.count()).select_from(table).where(*where)))


def rows(house: House, table: sa.Table, *where: Any) -> list[Mapping[str, Any]]:
    with house.wiring.database.reading() as tx:
        return list(tx.all(sa.select(table).where(*where)))


def kept_files(house: House) -> list[bytes]:
    """What lies in the folder of files, but for the copies that their originals need."""
    folder = house.registers.parent / "files"
    copies = {row["sha256"] for row in rows(house, file_copies)}
    kept = (path.name for path in folder.rglob("*") if path.is_file() and path.name not in copies)
    return sorted(house.wiring.files.read(name) for name in kept)


def age_files(house: House) -> None:
    """The files on disk are as old as the house's clock says (their own times are the machine's)."""
    for path in (house.registers.parent / "files").rglob("*"):
        if path.is_file():
            os.utime(path, (house.clock().timestamp(),) * 2)


def again(phone: Phone, *events: Mapping[str, Any]) -> None:
    """These events are delivered once more, as the platform does it."""
    phone.redelivers(*(dict(event) for event in events))
    phone.house.later(seconds=5)
