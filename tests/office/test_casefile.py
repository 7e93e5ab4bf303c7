"""What the cover of a case says, and what it keeps to itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from office.casefile import CaseFile, one_paper, whole
from office.examined import Examined, Signature
from office.substance import Substance
from services.office import Office

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CASE = {
    "number": 12, "year": 2569, "subject": "ขอใช้บริการรถราง", "received_at": NOW, "due": date(2026, 12, 8),
    "status": "received", "unit_name": "กองช่าง", "secret": False, "identity": "open",
    "details": "ถนนเป็นหลุม\nเลขบัตร 1101700230708", "spot_words": "หน้าวัด", "spot_link": "", "evidence": "",
}  # fmt: skip
SIGNED = Examined("application/pdf", signatures=(Signature("changed", root="nrca", signer="สมชาย ใจดี"),))
PHOTO = Examined("image/jpeg", clean="c" * 64, hints=("dark",))


def came(sha256: str, paper: str | None = None, **more: Any) -> dict[str, Any]:
    file = {"sha256": sha256 * 64, "kind": "application/pdf", "size": 9, "name": "สมชาย.pdf", "added_at": NOW}
    return {**file, "paper": paper, "withdrawn": False, **more}


def asked(key: str, state: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "title": f"เอกสาร {key}", "state": state, "reason": "", "due": None, **more}


def told(file: CaseFile, seen: dict[str, Examined], office: Office) -> str:
    binder = whole(office, file, seen)
    lines = [line for paper in binder.papers for sheet in paper.sheets for line in sheet.lines]
    return "\n".join((*binder.cover, *lines))


def test_each_paper_holds_its_pages_and_what_was_found(office: Office) -> None:
    papers = [asked("plan", "sent"), asked("deed", "later", due=date(2026, 12, 1))]
    file = CaseFile(CASE, [came("a", "plan"), came("b"), came("d", "plan")], papers)
    binder = whole(office, file, {"a" * 64: PHOTO, "b" * 64: SIGNED, "d" * 64: SIGNED})
    assert [(paper.title, [sheet.sha256[:1] for sheet in paper.sheets]) for paper in binder.papers] == [
        ("เอกสาร plan", ["c", "d"]),  # the cleaned picture; a PDF as it came
        ("เอกสาร deed", [""]),
        ("รูปและไฟล์ประกอบ", ["b"]),
    ]
    text = told(file, {"a" * 64: PHOTO, "b" * 64: SIGNED, "d" * 64: SIGNED}, office)
    for part in (
        "เลขรับที่ 12/2569",
        office.name,
        "ส่งทีหลัง ภายใน 1 ธันวาคม 2569",
        "เอกสารถูกแก้ไขหลังลงนาม",
        "ภาพอาจอ่านยาก: มืด",
        "สมชาย.pdf",
    ):
        assert part in text


@pytest.mark.parametrize("hidden", [{"secret": True}, {"identity": "confidential"}, {"identity": "anonymous"}])
def test_who_is_to_stay_unknown_is_not_on_the_cover(office: Office, hidden: dict[str, Any]) -> None:
    file = CaseFile({**CASE, **hidden}, [came("b")], [])
    text = told(file, {"b" * 64: SIGNED}, office)
    assert "สมชาย" not in text
    assert "เอกสารถูกแก้ไขหลังลงนาม" in text


def test_what_the_matter_says_is_on_the_cover_in_its_own_words(office: Office) -> None:
    words = [{"text": "ลึกขึ้นอีก", "added_at": NOW, "withdrawn": False}, {"text": "x", "added_at": NOW, "withdrawn": True}]
    text = told(CaseFile(CASE, [], [], Substance((), words)), {}, office)
    assert text.splitlines()[6:] == [
        "สถานที่: หน้าวัด",
        "รายละเอียด: ถนนเป็นหลุม",
        "เลขบัตร 1-1017-xxxxx-xx-8",
        "เพิ่มเติมเมื่อ 24 พ.ย. 2569: ลึกขึ้นอีก",
        "เพิ่มเติมเมื่อ 24 พ.ย. 2569: ผู้ส่งยกเลิกข้อความนี้แล้ว",
        "ไม่มีไฟล์แนบ",
    ]
    asked = told(CaseFile(CASE, [], [], Substance([["n", "จำนวนคน", "25 คน"]])), {}, office)
    assert asked.splitlines()[6:] == ["สถานที่: หน้าวัด", "จำนวนคน: 25 คน", "ไม่มีไฟล์แนบ"]  # a petition's, not twice


def test_what_was_taken_back_or_refused_is_told_and_not_shown(office: Office) -> None:
    file = CaseFile(CASE, [came("a", withdrawn=True), came("b")], [])
    seen = {"b" * 64: Examined("application/pdf", "infected")}
    assert [stored.sha256[0] for stored in file.to_examine()] == ["b"]
    assert [sheet.sha256 for sheet in whole(office, file, seen).papers[0].sheets] == ["", ""]
    assert "ผู้ส่งยกเลิกการส่งแล้ว" in told(file, seen, office)
    assert "ไม่ผ่านการตรวจไฟล์" in told(file, seen, office)


def test_one_paper_has_no_cover_and_nothing_but_its_pages() -> None:
    file = CaseFile(CASE, [came("a", "plan"), came("b")], [asked("plan", "good")])
    binder = one_paper(file, {"a" * 64: PHOTO}, "plan")
    assert (binder.cover, [sheet.sha256[0] for sheet in binder.papers[0].sheets]) == ((), ["c"])
    for seen, key in (({"a" * 64: PHOTO}, "deed"), ({}, "plan")):  # none of it, or one that is not kept any more
        with pytest.raises(LookupError):
            one_paper(file, seen, key)
