"""Identity is proved only where the risk is high (B42-B45): a case is withdrawn, a request cancelled, data told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from models import case as table
from models import document
from models.booking import slots
from models.case import case_events, cases
from models.document import case_files
from models.proof import identity_proofs
from office import identity
from office.cases import record
from office.filing import FileFacts
from office.identity import Evidence, NoEvidence, NothingToProve
from office.proofs import NotProved
from office.workflow import ENDED, STATUSES
from tests.house import House, Phone, words
from tests.journeys.stories import ON_BOTH, READ, SEND, code_of, complains, rows, run_job, set_time, text_of, tips

NAMED = {"identity": "แจ้งชื่อ (เปิดเผย)", "name": "สมชาย ใจดี", "number": "0812345678"}
SEEN = Evidence("id_card", "7081", "office")
IMAGE = FileFacts("a" * 64, "image/png", 12, "call.png", "")


def complaint(house: House) -> Phone:
    """Somebody whose complaint is filed under their name."""
    citizen = house.citizen()
    complains(citizen, **NAMED)
    return citizen


def status(house: House, case: int = 1) -> str:
    return str(rows(house, cases, cases.c.id == case)[0]["status"])


def proof(house: House) -> Mapping[str, Any]:
    return rows(house, identity_proofs)[-1]


def proves(house: House, evidence: Evidence = SEEN, case: int = 1) -> None:
    with house.wiring.database.transaction() as tx:
        identity.prove_identity(tx, case, evidence, "staff:1", house.clock())
    house.settle()


def stands(house: House, status: str, case: int = 1) -> None:
    """As if the office had brought it so far."""
    with house.wiring.database.transaction() as tx:
        table.change(tx, case, status=status)


@ON_BOTH
def test_a_complaint_is_withdrawn_once_identity_is_proved_at_the_office(small_house: House) -> None:
    group, citizen = small_house.staff_group(), complaint(small_house)
    before = rows(small_house, cases)[0]
    citizen.types("ติดตามเรื่อง")
    (asked,) = citizen.taps("ขอถอนเรื่อง")
    assert "เพื่อไม่ให้ผู้อื่นถอนเรื่องแทนท่าน" in words(asked)
    assert status(small_house) == "received"
    (told,) = citizen.taps("มาที่สำนักงาน")
    for part in ("99 ถนนศาลากลาง", "08.30–16.30", "บัตรประจำตัวประชาชนตัวจริง", "วันพุธที่ 9 ธันวาคม 2569"):
        assert part in words(told)
    waiting = rows(small_house, cases)[0]
    assert (waiting["status"], waiting["due"]) == ("identity", before["due"])
    assert proof(small_house)["status_before"] == "received"
    small_house.later(minutes=2)
    assert "เรื่อง 1/2569: ขอถอนเรื่อง นัดยืนยันตัวตน: ที่สำนักงาน" in text_of(group.said())
    assert "สมชาย" not in text_of(group.said())

    proves(small_house)
    assert status(small_house) == "withdrawn"
    assert "มีการยืนยันตัวตนเมื่อวันอังคารที่ 24 พฤศจิกายน 2569" in citizen.last
    assert "ถอนเรื่องให้แล้ว" in citizen.last
    kept = proof(small_house)
    assert (kept["document"], kept["last_digits"], kept["ended_by"], kept["state"]) == (
        "id_card", "7081", "staff:1", "proved",
    )  # fmt: skip
    (row,) = small_house.register()
    assert row["สถานะ"] == "ถอนเรื่อง"


@ON_BOTH
def test_a_video_call_is_booked_changed_and_given_up(small_house: House) -> None:
    citizen = complaint(small_house)
    code = code_of(citizen)
    citizen.types(f"ขอถอนเรื่อง {code.lower()}")
    (days,) = citizen.taps("นัดวิดีโอคอล")
    assert "1. วันพุธที่ 25 พฤศจิกายน 2569" in words(days)
    citizen.taps("พฤ. 26 พ.ย. 2569")
    assert not citizen.sees("12.00 น.")
    citizen.taps("10.00 น.")
    assert "วิดีโอคอล วันพฤหัสบดีที่ 26 พฤศจิกายน 2569 เวลา 10.00 น." in citizen.last
    assert (status(small_house), rows(small_house, slots)[0]["taken"]) == ("identity", 1)

    other = small_house.citizen("ข")
    complains(other, **NAMED)
    for label in ("ติดตามเรื่อง", "ขอถอนเรื่อง", "นัดวิดีโอคอล", "พฤ. 26 พ.ย. 2569"):
        other.types(label) if label == "ติดตามเรื่อง" else other.taps(label)
    assert not other.sees("10.00 น.")  # an hour is one citizen's

    citizen.taps("เปลี่ยนนัด")
    assert "วันพฤหัสบดีที่ 26 พฤศจิกายน 2569 เวลา 10.00 น." in citizen.last
    citizen.taps("นัดวิดีโอคอล")
    citizen.taps("ศ. 27 พ.ย. 2569")
    citizen.taps("13.00 น.")
    assert {slot["slot"]: slot["taken"] for slot in rows(small_house, slots)} == {"10.00": 0, "13.00": 1}
    assert len(rows(small_house, identity_proofs)) == 1

    citizen.taps("เปลี่ยนนัด")
    assert "เรื่องดำเนินการต่อตามเดิม สถานะ: รับเรื่องแล้ว" in text_of(citizen.taps("ไม่ถอนเรื่องแล้ว"))
    assert (status(small_house), proof(small_house)["state"]) == ("received", "kept")
    assert [slot["taken"] for slot in rows(small_house, slots)] == [0, 0]  # every hour is free again
    with pytest.raises(NothingToProve):
        proves(small_house)


def test_who_does_not_appear_is_told_and_the_case_goes_on_where_it_was(small_house: House) -> None:
    group, citizen = small_house.staff_group(), complaint(small_house)
    stands(small_house, "working")
    citizen.types("ขอถอนเรื่อง")
    citizen.taps("นัดวิดีโอคอล")
    citizen.taps("พ. 25 พ.ย. 2569")
    citizen.taps("09.00 น.")
    set_time(small_house, "2026-11-25 17:00")
    run_job(small_house, "expire_proofs")
    assert status(small_house) == "identity"  # the day is not over yet
    set_time(small_house, "2026-11-26 09:00")
    run_job(small_house, "expire_proofs")
    small_house.later(minutes=2)
    assert "ยังไม่บันทึกผลการยืนยันตัวตน: 1/2569" in text_of(group.said())  # they may have come: the staff are told first
    assert "หลังจากวันจันทร์ที่ 30 พฤศจิกายน 2569" in text_of(group.said())
    for day in ("2026-11-28", "2026-11-30"):
        set_time(small_house, f"{day} 09:00")
        run_job(small_house, "expire_proofs")
    assert status(small_house) == "identity"
    set_time(small_house, "2026-12-01 09:00")
    run_job(small_house, "expire_proofs")
    assert text_of(group.said()).count("ยังไม่บันทึกผล") == 1
    assert (status(small_house), proof(small_house)["state"]) == ("working", "lapsed")
    assert "ยังไม่ถูกถอน และดำเนินการต่อตามเดิม" in citizen.last
    small_house.later(minutes=2)
    assert "เรื่อง 1/2569: ผู้ส่งเรื่องไม่ได้ยืนยันตัวตนภายในกำหนด" in text_of(group.said())
    assert "ท่านสะดวกวิธีใด" in text_of(citizen.types("ถอนเรื่องค่ะ"))  # and may ask again


def test_a_video_call_leaves_an_image_and_no_whole_number(small_house: House) -> None:
    citizen = complaint(small_house)
    citizen.types("ขอถอนเรื่อง")
    citizen.taps("มาที่สำนักงาน")
    for poor in (Evidence("id_card", "7081", "video"), Evidence("id_card", "1101700230708", "office")):
        with pytest.raises(NoEvidence):
            proves(small_house, poor)
    assert (status(small_house), proof(small_house)["state"]) == ("identity", "asked")
    proves(small_house, Evidence("passport", "42", "video", IMAGE))
    (file,) = rows(small_house, case_files)
    assert (file["paper"], file["source"]) == (document.IDENTITY_PROOF, "staff:1")
    with small_house.wiring.database.reading() as tx:
        assert not document.files_of(tx, 1)  # nobody who handles the matter sees it
    assert proof(small_house)["manner"] == "video"


def test_nothing_is_withdrawn_or_answered_without_the_proof(small_house: House) -> None:
    complaint(small_house)
    stands(small_house, "identity")
    with small_house.wiring.database.transaction() as tx, pytest.raises(NotProved):
        record(tx, 1, who="staff:1", what="closed", status="withdrawn", now=small_house.clock())


def test_a_bare_cancel_never_ends_a_filed_case(small_house: House) -> None:
    """Nor does asking to withdraw, in whatever words, from whatever chat, wherever the case stands."""
    citizen, stranger = complaint(small_house), small_house.citizen("ข")
    code = code_of(citizen)
    for where in STATUSES:
        stands(small_house, where)
        citizen.types("ยกเลิก")
        citizen.types(f"ขอยกเลิกคำขอ {code}")
        assert citizen.sees("มาที่สำนักงาน") == (where not in ENDED | {"unsigned", "answered", "review"}), where
        citizen.types("ยกเลิกครับ")
        citizen.types("ใช่")
        assert status(small_house) == where
    assert "ไม่พบเรื่องนี้ในเรื่องที่ส่งจากบัญชีนี้" in text_of(stranger.types(f"ขอถอนเรื่อง {code}"))


def test_an_anonymous_tip_cannot_be_proved_and_its_sender_hears_what_can_be_done(small_house: House) -> None:
    citizen = small_house.citizen()
    tips(citizen, evidence="มีภาพถ่าย")
    told = text_of(citizen.types("ขอถอนเรื่อง"))
    assert "เราจะไม่ขอให้ท่านเปิดเผยตัว" in told
    assert "หน่วยงานจะพิจารณา" in told
    assert citizen.sees("ติดต่อเจ้าหน้าที่")
    assert (status(small_house), rows(small_house, identity_proofs)) == ("received", [])


def test_of_several_cases_the_citizen_says_which(small_house: House) -> None:
    citizen = complaint(small_house)
    complains(citizen, **NAMED)
    citizen.types("ขอถอนเรื่อง ๒/2569")
    assert "ท่านขอถอนเรื่องเลขรับที่ 2/2569" in citizen.last
    citizen.taps("ไม่ถอนเรื่อง")
    citizen.types("ร้องเรียน/ร้องทุกข์")
    citizen.taps("ถนน ทางเท้า")
    citizen.types("พัก")  # a draft that waits and says so: what an answer offers can be tapped all the same
    citizen.types("1/2569")
    assert "เลขรับที่ 1/2569" in text_of(citizen.said()[-2:])
    citizen.types("ขอถอนเรื่อง")
    assert [item["action"]["label"] for item in citizen.said()[-1]["quickReply"]["items"]][:3] == [
        "ถอน 2/2569",
        "ถอน 1/2569",
        "ทำต่อ",
    ]
    citizen.taps("ถอน 1/2569")
    citizen.taps("มาที่สำนักงาน")
    assert [row["status"] for row in rows(small_house, cases)] == ["identity", "received"]


def asks_to_see_data(house: House) -> Phone:
    """A request of high risk, as far as its acknowledgement."""
    citizen = house.citizen()
    citizen.types("ยื่นคำร้อง/คำขอ")
    citizen.taps("ข้อมูลส่วนบุคคล")
    citizen.taps("เริ่มยื่นคำขอ")
    for answer in ("รับทราบ", "1", "คำขอใช้สถานที่", "สมชาย ใจดี", "0812345678", "มารับที่สำนักงาน"):
        citizen.types(answer)
    citizen.taps(SEND)
    return citizen


def test_a_request_of_high_risk_asks_for_the_proof_after_its_number(small_house: House) -> None:
    citizen = asks_to_see_data(small_house)
    assert "เลขรับที่ 1/2569" in text_of(citizen.said()[-2:])
    assert "ต้องยืนยันตัวตนก่อนดำเนินการ" in citizen.last
    assert status(small_house) == "identity"
    citizen.taps("ไว้ภายหลัง")
    citizen.taps("นัดยืนยันตัวตน")
    citizen.taps("มาที่สำนักงาน")
    with small_house.wiring.database.transaction() as tx:
        record(tx, 1, who="staff:1", what="begun", status="working", now=small_house.clock())
    with small_house.wiring.database.transaction() as tx, pytest.raises(NotProved):
        record(tx, 1, who="staff:1", what="answered", status="answered", now=small_house.clock())
    citizen.types("นัดยืนยันตัวตน")
    citizen.taps("มาที่สำนักงาน")
    proves(small_house)
    assert status(small_house) == "working"
    assert "ดำเนินการตามคำขอ" in citizen.last
    assert "ไม่ต้องยืนยันตัวตน" in text_of(citizen.types(f"นัดยืนยันตัวตน {code_of(citizen)}"))
    with small_house.wiring.database.transaction() as tx:
        record(tx, 1, who="staff:1", what="answered", status="answered", now=small_house.clock())


def test_papers_that_come_meanwhile_are_looked_at_when_the_case_goes_on(small_house: House) -> None:
    """The former status was รอเอกสารเพิ่มเติม, and nothing is missing any more."""
    citizen = complaint(small_house)
    stands(small_house, "papers")
    citizen.types("ขอถอนเรื่อง")
    citizen.taps("มาที่สำนักงาน")
    citizen.taps("เปลี่ยนนัด")
    citizen.taps("ไม่ถอนเรื่องแล้ว")
    assert status(small_house) == "screening"
    assert rows(small_house, case_events)[-1]["status_before"] == "identity"


def test_a_case_that_an_officer_has_put_there_by_hand_can_be_proved_too(small_house: House) -> None:
    citizen = complaint(small_house)
    stands(small_house, "identity")
    citizen.types("ขอถอนเรื่อง")
    citizen.taps("มาที่สำนักงาน")
    proves(small_house)
    assert status(small_house) == "withdrawn"


def test_a_draft_that_was_open_is_asked_again_after_it(small_house: House) -> None:
    citizen = complaint(small_house)
    citizen.types("ร้องเรียน/ร้องทุกข์")
    citizen.types(f"ขอถอนเรื่อง {code_of(citizen)}")
    citizen.types("พรุ่งนี้ได้ไหม")
    assert citizen.sees("มาที่สำนักงาน")
    citizen.taps("มาที่สำนักงาน")
    assert READ not in citizen.last
    assert "ข้อ 1/" in citizen.last
