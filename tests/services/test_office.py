"""The office's file: what it says is read, and whatever a clerk gets wrong is told in Thai with its line."""

from datetime import date, time
from pathlib import Path

import pytest
import regex

from services.office import Faulty, Sending, read_office

SHIPPED = Path(__file__).parents[2] / "services" / "office.toml"

#                what the clerk did wrong                     (found text, replaced by)                   the sentence
WRONG = {
    "a key is missing": ('short_name = "อบจ.ศรีนคร"\n', "", "ขาด “short_name” ใน [office]"),
    "a key is misspelt": ("area = ", "aera = ", "ไม่รู้จัก “aera”"),
    "a text without quotes became a number": ('phone = "0 2000 1240"', "phone = 20001240", "ต้องเป็นข้อความ"),
    "a blank name": ('name = "กองช่าง"', 'name = "  "', "ต้องไม่เว้นว่าง"),
    "a label too long for a button": (
        'label = "เหตุรำคาญ"',
        'label = "เหตุเดือดร้อนรำคาญจากเพื่อนบ้าน"',
        "เกินกำหนด 20 ตัวอักษร",
    ),
    "a key used twice": ('key = "light"', 'key = "road"', "key “road” ซ้ำ"),
    "a key in Thai": ('key = "light"', 'key = "ไฟ"', "key ใช้ได้เฉพาะ"),
    "a unit that does not exist": ('unit = "welfare"', 'unit = "wellfare"', "ไม่มีหน่วยงาน “wellfare”"),
    "a deadline that does not exist": ('deadline = "nuisance"', 'deadline = "noise"', "ไม่มีกำหนดเวลา “noise”"),
    "a time that is none": ('opens = "08:30"', 'opens = "25:30"', "ต้องเป็นเวลา"),
    "closing before opening": ('closes = "16:30"', 'closes = "08:00"', "เวลาปิดทำการต้องหลังเวลาเปิด"),
    "a date that is none": ("day = 2027-03-15", 'day = "15 มี.ค. 70"', "ต้องเป็นวันที่"),
    "a Buddhist year": ("day = 2027-03-15", "day = 2570-03-15", "พ.ศ. 2570 คือ 2027"),
    "days of nought": ("days = 3", "days = 0", "ต้องมากกว่า 0"),
    "days in quotes": ("days = 3", 'days = "3"', "ต้องเป็นจำนวนเต็ม"),
    "a way of counting nobody knows": ('counting = "calendar"', 'counting = "lunar"', "working, calendar"),
    "a kind of office nobody knows": ('kind = "อบจ."', 'kind = "กระทรวง"', "อบจ., เทศบาล, อบต."),
    "a notice without version": ("version = 1", "", "ขาด “version” ใน [privacy]"),
    "an emergency line with a word": ('number = "191"', 'number = "สายด่วน 191"', "ต้องเป็นตัวเลขเท่านั้น"),
    "a yes that is no truth value": ("urgent = true", 'urgent = "ใช่"', "ต้องเป็น true หรือ false"),
    "a link that is not https": ("# link = ", 'link = "http://x.example" #', "https://"),
    "no hours": (
        '[hours]                             # เวลาราชการ\nopens = "08:30"\ncloses = "16:30"',
        "",
        "ขาด “hours”",
    ),
    "a letter without a number": ('ref = "ศน 51003/{n}"', 'ref = "ศน 51003"', "ต้องมี {n} หนึ่งแห่ง"),
    "a letter with two numbers": ('ref = "ศน 51003/{n}"', 'ref = "ศน {n}/{n}"', "ต้องมี {n} หนึ่งแห่ง"),
    "a letter with something else": ('ref = "ศน 51003/{n}"', 'ref = "ศน {n}/{ปี}"', "อาจมี {year}"),
    "an agency too long for a button": (
        'label = "สถานีตำรวจ"',
        'label = "สถานีตำรวจภูธรเมืองศรีนครตัวอย่าง"',
        "เกินกำหนด 20 ตัวอักษร",
    ),
    "a budget of nought": ("# line_budget = 5000", "line_budget = 0", "ต้องมากกว่า 0"),
    "cards at no known time": ('cards = "at once"', 'cards = "later"', "at once, digest"),
    "a quote not closed": ('area = "จังหวัดศรีนคร"', 'area = "จังหวัดศรีนคร', "เขียนผิดรูปแบบ TOML"),
    "a table written twice": ("[hours]", "[office]", "กำหนดค่านี้ซ้ำ"),
}


def changed(folder: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text()
    assert old in text
    path = folder / "office.toml"
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize(("old", "new", "says"), WRONG.values(), ids=WRONG)
def test_a_fault_is_told_in_thai_with_its_line(tmp_path, old, new, says):
    path = changed(tmp_path, old, new)
    with pytest.raises(Faulty) as caught:
        read_office(path)
    fault = next(fault for fault in caught.value.faults if says in fault.text)
    line = path.read_text().split("\n")[fault.line - 1]
    expected = next((word for word in (new.split("\n")[0], old.split("\n")[0]) if word and word in line), None)
    missing = says.startswith("ขาด")
    assert expected or missing
    assert str(fault).startswith(f"{path}:{fault.line}: ")


def test_the_line_of_a_missing_key_is_that_of_its_table(tmp_path):
    path = changed(tmp_path, "version = 1", "")
    with pytest.raises(Faulty) as caught:
        read_office(path)
    assert path.read_text().split("\n")[caught.value.faults[0].line - 1].startswith("[privacy]")


def test_all_faults_are_told_at_once_and_in_order(tmp_path):
    path = changed(tmp_path, 'opens = "08:30"', 'opens = "8 โมง"')
    path.write_text(path.read_text().replace("days = 7", "days = -7").replace('number = "199"', 'number = "หนึ่ง"'))
    with pytest.raises(Faulty) as caught:
        read_office(path)
    lines = [fault.line for fault in caught.value.faults]
    assert len(lines) == 3
    assert lines == sorted(lines)


def test_no_category_at_all_is_a_fault(tmp_path):
    path = tmp_path / "office.toml"
    path.write_text(SHIPPED.read_text().replace("[[tips]]", "[[hints]]"))
    with pytest.raises(Faulty, match=r"ต้องมี \[\[tips\]\]"):
        read_office(path)


def test_a_line_in_a_long_text_is_not_taken_for_a_key(tmp_path):
    path = changed(tmp_path, "วัตถุประสงค์:", "\nversion = 9\n[hours]\nวัตถุประสงค์:")
    path.write_text(path.read_text().replace("version = 1", "version = 0"))
    with pytest.raises(Faulty) as caught:
        read_office(path)
    assert path.read_text().split("\n")[caught.value.faults[0].line - 1] == "version = 0"


def test_a_file_that_is_not_there_or_no_utf_8_is_told(tmp_path):
    with pytest.raises(Faulty, match="ไม่พบแฟ้ม"):
        read_office(tmp_path / "office.toml")
    (tmp_path / "office.toml").write_bytes("ชื่อ".encode("cp874"))
    with pytest.raises(Faulty, match="UTF-8"):
        read_office(tmp_path / "office.toml")


def test_what_notepad_adds_does_no_harm(tmp_path):
    path = tmp_path / "office.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SHIPPED.read_bytes().replace(b"\n", b"\r\n"))
    assert read_office(path) == read_office(SHIPPED)


def test_the_shipped_office_has_what_a_conversation_needs():
    office = read_office(SHIPPED)
    assert office.hours.opens == time(8, 30)
    assert len(office.complaints) == 9
    assert len(office.tips) == 5
    assert [line.number for line in office.emergency] == ["191", "199", "1669"]
    assert all(len(regex.findall(r"\X", c.label)) <= 20 for c in office.complaints + office.tips)
    assert len(office.notice.text) < 2000  # it must be read on a phone
    assert office.addressee == "นายกองค์การบริหารส่วนจังหวัดศรีนคร"


def test_how_messages_are_spent_need_not_be_said(tmp_path):
    assert read_office(SHIPPED).sending == Sending(line_budget=None, cards="at once")
    path = tmp_path / "office.toml"
    path.write_text(regex.sub(r"(?s)\[sending\].*?\n\n", "", SHIPPED.read_text()))
    assert read_office(path).sending == Sending()
    assert read_office(changed(tmp_path, "# line_budget", "line_budget")).sending.ceiling("line") == 5000


def test_no_first_answer_is_promised_later_than_the_law_allows():
    for category in (office := read_office(SHIPPED)).complaints + office.tips:
        in_days = category.days if category.counting == "calendar" else category.days * 7 / 5
        assert in_days <= 15  # พ.ร.ฎ.กิจการบ้านเมืองที่ดี ม.38


def test_a_deadline_changes_on_its_day(tmp_path):
    path = changed(
        tmp_path,
        "from = 2003-10-10\n",
        'from = 2003-10-10\nuntil = 2026-12-31\n[[deadlines]]\nkey = "answer"\ndays = 10\n'
        'counting = "working"\nbasis = "กฎหมายใหม่"\nfrom = 2027-01-01\n',
    )
    category = next(c for c in read_office(path).complaints if c.key == "other")
    assert category.days == 10
    assert category.deadline_on(date(2026, 12, 31)).days == 15
    assert category.deadline_on(date(2027, 1, 1)).basis == "กฎหมายใหม่"


def test_two_rules_for_the_same_day_are_a_fault(tmp_path):
    path = changed(tmp_path, 'key = "repair"\ndays', 'key = "answer"\ndays')
    with pytest.raises(Faulty, match="ซ้อนกัน"):
        read_office(path)
