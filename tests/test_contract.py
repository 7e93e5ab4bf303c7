"""The words of the outside contract, letter by letter: operators, registers and tests of others rely on them."""

from __future__ import annotations

import re

import pytest
from python_calamine import CalamineWorkbook

import app
from flows import words
from flows.menu import menu_card
from flows.steps import CONFIRM, DONE, Files
from office import desk, mirror
from office.tracking import new_code
from services.office import Office
from tests.house import House, labels
from tests.house import words as readable
from tests.journeys import stories

MENU = [
    "ร้องเรียน/ร้องทุกข์",
    "แจ้งเบาะแสทุจริต",
    "ยื่นคำร้อง/คำขอ",
    "ติดตามเรื่อง",
    "ชำระค่าธรรมเนียม",
    "ติดต่อเจ้าหน้าที่",
]
COMMANDS = ["เมนู", "ย้อนกลับ", "แก้ไข", "ข้าม", "ยกเลิก", "เริ่มใหม่", "พัก", "สถานะ", "ช่วยเหลือ", "ติดต่อเจ้าหน้าที่"]
OFFICIAL = ["ที่", "ลงวันที่", "จาก", "ถึง", "เรื่อง", "การปฏิบัติ", "หมายเหตุ"]
OURS = ["วันเวลาที่รับ", "ช่องทาง", "สถานะ", "กำหนดเสร็จ", "หน่วยงาน", "รหัสเรื่อง"]
STAFFS = "บันทึกผู้บังคับบัญชา"


def test_the_main_menu(office: Office) -> None:
    assert [action.label for action in menu_card(office).actions] == MENU
    assert list(words.MENU) == MENU


@pytest.mark.parametrize("word", COMMANDS)
@pytest.mark.parametrize("particle", ["", "ครับ", "ค่ะ", " ครับผม", "นะคะ"])
def test_the_words_understood_at_any_step(word: str, particle: str) -> None:
    assert words.command(word + particle) == words.command(word)
    assert words.command(word) is not None
    assert words.command(f"ขอ{word}หน่อยได้ไหม") is None  # only as the whole message


def test_the_last_taps() -> None:
    assert CONFIRM.label == "ยืนยันและส่ง"
    files = Files(key="files", title="", question="")
    assert {option.key: option.label for option in files.options()}[DONE] == "ส่งครบแล้ว"


def test_a_tracking_code_has_two_halves_of_four() -> None:
    for _ in range(50):
        assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", new_code())


def test_the_acknowledgement(small_house: House) -> None:
    """`เลขรับที่ N/YYYY` (Arabic digits, Buddhist year), deemed time of receipt, tracking code, contact phone."""
    citizen = small_house.citizen()
    stories.complains(citizen)
    (told,) = citizen.said()[-1:]
    assert re.search(r"เลขรับที่ 1/2569\b", readable(told))
    assert re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", readable(told))
    assert re.search(r"วันอังคารที่ 24 พฤศจิกายน 2569 เวลา \d\d\.\d\d น\.", readable(told))
    assert re.search(r"โทรสอบถาม\D+0 2000 \d{4}", readable(told))


def test_the_card_in_the_staff_group(small_house: House) -> None:
    group = small_house.staff_group()
    stories.complains(small_house.citizen())
    small_house.later(minutes=2)
    card = group.said()[-1]
    assert card["altText"].startswith("เรื่องใหม่ 1/2569\n")
    assert "ถนนและทางเท้า" in card["altText"]
    assert re.search(r"กำหนดเสร็จ: 3 ธ\.ค\. 2569", card["altText"])


@pytest.mark.parametrize("typed", ["เปิดใช้ {}", "  เปิดใช้  {}  "])
def test_a_group_is_activated_by_these_words(small_house: House, typed: str) -> None:
    members = [small_house.world.add_person(follow=False).id]
    group = small_house.world.add_group("กลุ่ม", members)
    with small_house.wiring.database.transaction() as tx:
        code = desk.make_code(tx, small_house.clock())
    small_house.world.say(members[0], typed.format(code), chat=group.id)
    small_house.settle()
    (welcome,) = small_house.world.said(group.id)
    assert "งานค้าง" in labels(welcome)


def test_the_register(small_house: House) -> None:
    stories.complains(small_house.citizen())
    (row,) = small_house.register()
    assert list(row) == ["เลขทะเบียนรับ", *OFFICIAL, *OURS, STAFFS]
    assert re.fullmatch(r"2026-11-24T10:0\d:\d\d\+07:00", row["วันเวลาที่รับ"])
    assert (small_house.registers / "2569.xlsx").is_file()
    with small_house.wiring.database.reading() as tx:
        _, table, _ = mirror.read_tables(tx, 2569).tables  # the outgoing one has no row yet
    assert (table.title, [*table.header, *table.staffs]) == (
        "ทะเบียนหนังสือส่ง",
        ["เลขทะเบียนส่ง", *OFFICIAL, *OURS, STAFFS],
    )


def test_the_workbook_has_both_sheets(small_house: House) -> None:
    stories.complains(small_house.citizen())
    small_house.register()
    book = CalamineWorkbook.from_path(small_house.registers / "2569.xlsx")
    assert book.sheet_names == ["ทะเบียนหนังสือรับ", "ทะเบียนหนังสือส่ง", "ชำระเงิน", "สรุป"]


def test_the_commands_of_an_operator() -> None:
    assert {"run", "demo", "worker", "clock", "upgrade", "check", "desk-code", "staff", "line-menu"} <= set(
        app.cli.commands
    )
