"""แจ้งเบาะแสทุจริต: whatever leaves the house, the secret stays within (A22, OFFICE_RULES §0.12)."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Iterator
from io import StringIO

import pytest
import sqlalchemy as sa
import structlog

from flows.status import tracking_code
from logs import set_up_logging
from models.case import cases
from models.people import reporters
from office.tracking import new_code
from tests.house import House, Phone
from tests.journeys import stories
from tests.journeys.stories import EVERYWHERE, ON_BOTH, complains, rows, text_of, tips

SECRETS = ("ปลัดดำรง", "ซองสีน้ำตาล", "โรงสีร้างท้ายซอย", "พยานชื่อนิด", "ประสงค์", "ร้องไห้", "0987654321", "098-765-4321")
TOLD = {
    "category": "เรียกรับเงิน",
    "place": "โรงสีร้างท้ายซอย",
    "details": "ปลัดดำรงรับซองสีน้ำตาลจากผู้รับเหมา",
}
NAMED = {**TOLD, "identity": "แจ้งชื่อ (เปิดเผย)", "name": "ประสงค์ ร้องไห้", "number": "0987654321"}


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that is logged, as production writes it."""
    written = StringIO()
    before = structlog.get_config()
    set_up_logging(for_people=False)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written), cache_logger_on_first_use=False)
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)
    structlog.configure(**before)


def workbook_text(house: House) -> str:
    """All text in all parts of all workbooks."""
    house.later(minutes=2)
    texts = []
    for path in house.registers.glob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            texts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    assert texts
    return "\n".join(texts)


def left_the_house(house: House, apart_from: Phone) -> str:
    """Every word that was sent to the platform for anybody but this one person, and all that is on record there."""
    house.later(minutes=2)
    own = {call.json.get("replyToken") for call in house.world.calls if call.json} & tokens_of(house, apart_from)
    sent = [
        call.json
        for call in house.world.calls
        if call.json and call.json.get("replyToken") not in own and call.json.get("to") != apart_from.user
    ]
    return json.dumps(sent, ensure_ascii=False)


def tokens_of(house: House, phone: Phone) -> set[str]:
    mine = [event for event in house.world.events if event["source"] == {"type": "user", "userId": phone.user}]
    return {event["replyToken"] for event in mine if "replyToken" in event}


@ON_BOTH
@pytest.mark.parametrize("answers", [TOLD, NAMED], ids=["nameless", "by name"])
def test_nothing_of_a_tip_leaves_the_house(small_house: House, log: StringIO, answers: dict[str, str]) -> None:
    group, citizen = small_house.staff_group(), small_house.citizen("ประสงค์ ร้องไห้")
    secret_photo = stories.Upload(stories.JPEG + "ซองสีน้ำตาล".encode(), "ปลัดดำรง.jpg")
    tips(citizen, **answers, files=[secret_photo], evidence="พยานชื่อนิดเห็นเหตุการณ์")
    group.types("งานค้าง")
    outside = [left_the_house(small_house, citizen), text_of(group.said()), workbook_text(small_house), log.getvalue()]
    for secret in SECRETS:
        for place in outside:
            assert secret not in place
            assert json.dumps(secret)[1:-1] not in place


def test_the_group_hears_that_there_is_a_tip_and_when_it_is_due_and_no_more(small_house: House) -> None:
    group = small_house.staff_group()
    tips(small_house.citizen(), **NAMED)
    small_house.later(minutes=2)
    (card,) = [text_of([message]) for message in group.said() if "เรื่องใหม่ 1/2569" in text_of([message])]
    assert "แจ้งเบาะแส (ลับ)" in card
    assert "9 ธ.ค. 2569" in card
    for kind in ("เรียกรับเงิน", "กองการเจ้าหน้าที่", "จัดซื้อ"):
        assert kind not in card


def test_the_register_says_who_it_is_from_without_saying_who(small_house: House) -> None:
    tips(small_house.citizen(), **NAMED)
    (row,) = small_house.register()
    assert row["จาก"] == "ผู้แจ้งเบาะแส (ปกปิด)"
    assert row["เรื่อง"] == "แจ้งเบาะแส (ปกปิด)"
    assert row["หน่วยงาน"] == "ศูนย์รับเรื่องร้องเรียนร้องทุกข์"


@EVERYWHERE
def test_what_was_told_is_kept_for_those_who_may_read_it(house: House) -> None:
    tips(house.citizen(), **NAMED, files=[stories.photo()])
    (case,) = rows(house, cases)
    assert (case["secret"], case["details"], case["spot_words"]) == (True, TOLD["details"], TOLD["place"])
    assert rows(house, reporters)[0]["name"] == "ประสงค์ ร้องไห้"


def test_a_nameless_tip_is_asked_for_evidence_and_put_before_the_head_without_any(small_house: House) -> None:
    """มติ ครม. 22 ธ.ค. 2541: บัตรสนเท่ห์."""
    tips(small_house.citizen(), **TOLD)
    tips(small_house.citizen(), **TOLD, evidence="มีใบเสร็จลงวันที่ 10 พฤศจิกายน")
    assert [row["สถานะ"] for row in small_house.register()] == ["บัตรสนเท่ห์ – เสนอพิจารณา", "รับเรื่องแล้ว"]


def test_a_call_for_a_person_in_the_midst_of_a_tip_does_not_say_what_it_is_about(small_house: House) -> None:
    group, citizen = small_house.staff_group(), small_house.citizen()
    stories.begins(citizen, stories.TIP)
    citizen.types("ติดต่อเจ้าหน้าที่")
    told = text_of(group.said())
    assert "ขอติดต่อเจ้าหน้าที่" in told
    assert "เบาะแส" not in told
    assert "ทุจริต" not in told


def test_a_failing_turn_says_nothing_of_the_matter_in_the_log(house: House, log: StringIO) -> None:
    """The database refuses in the midst of filing; what it refused is personal."""
    citizen = house.citizen("ประสงค์ ร้องไห้")
    stories.to_check_page(
        citizen,
        stories.TIP,
        TOLD["category"],
        TOLD["place"],
        TOLD["details"],
        identity="แจ้งชื่อ (เปิดเผย)",
        name=NAMED["name"],
        number=NAMED["number"],
    )
    for table in ("cases", "reporters"):
        with house.wiring.database.transaction() as tx:
            tx.execute(sa.text(f"ALTER TABLE {table} RENAME TO away"))
        house.world.tap(citizen.user, citizen.button(stories.SEND))
        house.settle()
        with house.wiring.database.transaction() as tx:
            tx.execute(sa.text(f"ALTER TABLE away RENAME TO {table}"))
        house.clock.pass_(seconds=1)
    written = log.getvalue()
    assert "turn_failed" in written
    for secret in SECRETS:
        assert secret not in written
        assert json.dumps(secret)[1:-1] not in written


# --- ติดตามเรื่อง ---


@ON_BOTH
def test_with_the_code_anybody_may_see_how_it_stands_and_nothing_of_what_it_is(small_house: House) -> None:
    citizen, other = small_house.citizen(), small_house.citizen("อีกเครื่อง")
    tips(citizen, **NAMED)
    code = stories.code_of(citizen)
    for typed in (code, code.lower(), f"รหัสติดตาม {code}", f" {code[:4]} {code[5:]} "):
        said = text_of(other.types(typed))
        assert "เลขรับที่ 1/2569" in said, typed
        assert "รับเรื่องแล้ว" in said
        assert not any(secret in said for secret in (*SECRETS, "เรียกรับเงิน"))


def test_every_code_we_give_is_understood_without_its_dash_too() -> None:
    codes = [new_code() for _ in range(200)]
    assert [code for code in codes if tracking_code(code.replace("-", "")) != code] == []


def test_without_the_code_there_is_nothing_to_see(small_house: House) -> None:
    citizen, other = small_house.citizen(), small_house.citizen("คนอื่น")
    complains(citizen)
    for guess in ("1/2569", "เลขรับที่ 1/2569", "2569-000001", "AAAA-1111", "ติดตามเรื่อง", "สถานะ"):
        said = text_of(other.types(guess))
        assert said, guess
        assert "รับเรื่องแล้ว" not in said
        assert "หลุมลึก" not in said
        assert stories.code_of(citizen) not in said


@ON_BOTH
def test_ones_own_cases_are_listed_by_themselves(small_house: House) -> None:
    citizen = small_house.citizen()
    complains(citizen)
    complains(citizen, category="ไฟฟ้าสาธารณะ", details="ไฟดับสามดวง")
    said = text_of(citizen.types("ติดตามเรื่อง"))
    assert "เลขรับที่ 2/2569" in said
    assert "เลขรับที่ 1/2569" in said
    whole = text_of(citizen.taps("ดู 1/2569"))
    assert "ถนนและทางเท้า" in whole
    assert "3 ธันวาคม 2569" in whole


def test_a_look_at_the_status_in_the_midst_of_a_talk_leaves_the_talk_open(small_house: House) -> None:
    citizen = small_house.citizen()
    complains(citizen)
    code = stories.code_of(citizen)
    stories.begins(citizen)
    said = text_of(citizen.types(code))
    assert "เลขรับที่ 1/2569" in said
    assert "ต้องการแจ้งเรื่องใด" in said
