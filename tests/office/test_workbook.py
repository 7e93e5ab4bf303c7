"""The registers as a workbook: our columns from the database, the staff's from the staff, never half a file."""

import itertools
import os
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from office import mirror
from office.cases import open_case, record
from office.sheets import Busy, Workbooks
from office.tables import CELL_UNITS, CUT, Table, YearTables, cell_text

INCOMING, OUTGOING, FEES = "ทะเบียนหนังสือรับ", "ทะเบียนหนังสือส่ง", "ชำระเงิน"
OFFICIAL = ["ที่", "ลงวันที่", "จาก", "ถึง", "เรื่อง", "การปฏิบัติ", "หมายเหตุ"]
OURS = ["วันเวลาที่รับ", "ช่องทาง", "สถานะ", "กำหนดเสร็จ", "หน่วยงาน", "รหัสเรื่อง"]
STAFFS = "บันทึกผู้บังคับบัญชา"


def read(path: Path, title=INCOMING):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(title).to_python(skip_empty_area=False)


def rewrite(path: Path, rows, title=INCOMING):
    """As if a person had saved it with their spreadsheet program."""
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet(title)
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)


def tables(*rows, year=2569) -> YearTables:
    """A register with these rows; a row is given by its key and its subject."""
    full = tuple((str(i), *("",) * 4, subject, *("",) * 7, key) for i, (key, subject) in enumerate(rows, 1))
    shape = mirror.TITLES["incoming"], ("เลขทะเบียนรับ", *OFFICIAL, *OURS), (STAFFS,), "รหัสเรื่อง"
    return YearTables(year, (Table(*shape, due="กำหนดเสร็จ", status="สถานะ", ended=("ยุติเรื่อง",), rows=full),))


def test_the_columns_are_those_of_the_contract(database, office, calendar, filing, now, tmp_path):
    with database.transaction() as tx:
        opened = open_case(tx, office, calendar, filing(), now=now)
        record(tx, opened.id, who="staff:1", what="assigned", now=now, status="assigned", action="ส่งกองช่าง")
        register = mirror.read_tables(tx, 2569)
    path = mirror.write_year(register, tmp_path / "registers")
    assert path == tmp_path / "registers" / "2569.xlsx"
    assert CalamineWorkbook.from_path(str(path)).sheet_names == [INCOMING, OUTGOING, FEES]
    assert read(path) == [
        ["เลขทะเบียนรับ", *OFFICIAL, *OURS, STAFFS],
        [
            "1",
            "-",
            "23 พฤศจิกายน 2569",
            "สมหญิง ใจกล้า",
            "นายกองค์การบริหารส่วนจังหวัดศรีนคร",
            "ร้องเรียน/ร้องทุกข์ ถนนและทางเท้า",
            "ส่งกองช่าง",
            "LINE ส่งเข้ามา 23 พ.ย. 2569 10.15 น.",
            "2026-11-23T10:15:30+07:00",
            "LINE",
            "ส่งหน่วยงาน",
            "2026-12-02",
            "กองช่าง",
            "2569-000001",
            "",
        ],
    ]
    assert read(path, OUTGOING) == [["เลขทะเบียนส่ง", *OFFICIAL, *OURS, STAFFS]]
    assert [entry.name for entry in path.parent.iterdir()] == ["2569.xlsx"]


def test_what_the_staff_noted_stays_with_its_row(tmp_path):
    path = Workbooks(tmp_path).write(tables(("k1", "หนึ่ง"), ("k2", "สอง")))
    rows = read(path)
    rows[1][14], rows[2][14] = "ทราบ ดำเนินการ", 5.0
    rows[0].append("ผู้รับมอบ")
    rows[1].append("")
    rows[2].append("นายช่าง")
    rewrite(path, [rows[0], rows[2], rows[1]])  # sorted otherwise, and with a column of their own
    Workbooks(tmp_path).write(tables(("k1", "หนึ่ง"), ("k2", "สองแก้ไข"), ("k3", "สาม")))
    after = read(path)
    assert after[0][14:] == [STAFFS, "ผู้รับมอบ"]
    assert [row[14:] for row in after[1:]] == [["ทราบ ดำเนินการ", ""], ["5", "นายช่าง"], ["", ""]]
    assert after[2][5] == "สองแก้ไข"  # our own columns are ours
    assert not list(tmp_path.glob("*.kept-*"))


def test_notes_read_as_people_saw_them(tmp_path):
    """Dates, times, numbers, what a formula came to, several styles in one cell, blanks; a column without a heading."""
    path = Workbooks(tmp_path).write(tables(("k1", "หนึ่ง"), ("k2", "สอง")))
    with Workbook(str(path)) as book:
        sheet, bold = book.add_worksheet(INCOMING), book.add_format({"bold": True})
        sheet.write_row(0, 0, ["รหัสเรื่อง", "วัน", "เวลา", "เลข", "สูตร", "จริง", "ข้อความ"])
        sheet.write(1, 0, "k1")
        sheet.write_datetime(1, 1, datetime(2026, 11, 23), book.add_format({"num_format": '[$-D07041E]d mmm "ปี" yyyy'}))
        sheet.write_datetime(1, 2, datetime(2026, 11, 23, 8, 30), book.add_format({"num_format": 22}))
        sheet.write_number(1, 3, 1234.5, book.add_format({"num_format": '#,##0.00 "days"'}))
        sheet.write_formula(1, 4, '="รวม "&5', None, "รวม 5")
        sheet.write_boolean(1, 5, True)
        sheet.write_rich_string(1, 6, "ทราบ ", bold, "ด่วน", " <ที่สุด> & ")
        sheet.write(2, 0, "k2")
        sheet.write_row(2, 1, ["   ", "_x0041_"])
        sheet.write(2, 7, "ไม่มีหัวข้อ")
    for _ in range(2):  # what was read is written, and reads alike
        after = read(Workbooks(tmp_path).write(tables(("k1", "หนึ่ง"), ("k2", "สอง"))))
        assert after[0][14:] == ["วัน", "เวลา", "เลข", "สูตร", "จริง", "ข้อความ", "", STAFFS]
        assert after[1][14:] == [
            "2026-11-23",
            "2026-11-23 08:30:00",
            "1234.5",
            "รวม 5",
            "TRUE",
            "ทราบ ด่วน <ที่สุด> &",
            "",
            "",
        ]
        assert after[2][14:] == ["", "_x0041_", *[""] * 4, "ไม่มีหัวข้อ", ""]


def test_a_file_that_declares_entities_is_not_read(tmp_path):
    path = Workbooks(tmp_path).write(tables(("k1", "หนึ่ง")))
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as bomb:
        for name, content in parts.items():
            declared = content.replace(b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet', 1)
            bomb.writestr(name, declared)
    Workbooks(tmp_path).write(tables(("k1", "สอง")))
    assert (tmp_path / "2569.kept-1.xlsx").exists()


def test_rows_that_people_added_are_kept_beside(tmp_path):
    path = Workbooks(tmp_path).write(tables(("k1", "หนึ่ง")))
    rewrite(path, [*read(path), ["2", "ศน 1/2", "", "อำเภอ"]])
    Workbooks(tmp_path).write(tables(("k1", "หนึ่ง")))
    assert read(tmp_path / "2569.kept-1.xlsx")[2][3] == "อำเภอ"
    Workbooks(tmp_path).write(tables(("k1", "หนึ่ง")))
    assert len(list(tmp_path.glob("*.kept-*"))) == 1


def test_a_file_that_cannot_be_read_is_kept_beside(tmp_path):
    (tmp_path / "2569.xlsx").write_bytes(b"not a workbook")
    path = Workbooks(tmp_path).write(tables(("k1", "หนึ่ง")))
    assert (tmp_path / "2569.kept-1.xlsx").read_bytes() == b"not a workbook"
    assert read(path)[1][5] == "หนึ่ง"


def test_a_sheet_without_its_key_column_is_kept_beside(tmp_path):
    rewrite(tmp_path / "2569.xlsx", [["อะไรก็ไม่รู้"], ["ข้อความสำคัญ"]])
    Workbooks(tmp_path).write(tables(("k1", "หนึ่ง")))
    assert read(tmp_path / "2569.kept-1.xlsx")[1] == ["ข้อความสำคัญ"]


HARMFUL = (
    '=HYPERLINK("http://x.example","กด")',
    "@SUM(1)",
    "+1+1",
    "-1",
    "https://x.example/",
    "0812345678",
    "'=1",
    "_x0041_",
)


def test_what_citizens_write_stays_text(tmp_path):
    path = Workbooks(tmp_path).write(tables(*((f"k{i}", text) for i, text in enumerate(HARMFUL))))
    assert [row[5] for row in read(path)[1:]] == list(HARMFUL)
    with zipfile.ZipFile(path) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert "<v>" not in sheet.replace('t="s"', "")  # no number cells: strings stand inline


def test_what_no_cell_can_hold_is_cleaned_and_cut_visibly(tmp_path):
    assert cell_text("ก\x00ข\x0bค\nง\tจ\ud83dฉ") == "กขค\nง\tจ�ฉ"
    long = cell_text("😀" * CELL_UNITS)
    assert long.endswith("😀" + CUT)
    path = Workbooks(tmp_path).write(tables(("k1", "ก" * 40_000), ("k2", "ข\x08\udfffค")))
    assert read(path)[1][5] == "ก" * (CELL_UNITS - len(CUT)) + CUT
    assert read(path)[2][5] == "ข�ค"


@given(st.text(st.characters(), max_size=60))
def test_any_text_becomes_a_cell(text):
    clean = cell_text(text)
    clean.encode()
    assert cell_text(clean) == clean


KILLED = """
import os, signal, sys
from pathlib import Path
from office.sheets import Workbooks
from office.tables import Table, YearTables

class Deadly(tuple):
    def __iter__(self):
        for i in range(5000):
            if i == {at}:
                os.kill(os.getpid(), signal.SIGKILL)
            yield (str(i), "k%d" % i, "", "")

rows = Deadly([("1", "k", "", "")])
table = Table("ทะเบียนหนังสือรับ", ("เลข", "รหัส", "กำหนด", "สถานะ"), ("บันทึก",), "รหัส", "กำหนด", "สถานะ", ("ยุติ",), rows)
Workbooks(Path(sys.argv[1])).write(YearTables(2569, (table,)))
"""


def test_killed_in_the_middle_the_old_file_stays(tmp_path):
    path = Workbooks(tmp_path).write(tables(("k1", "หนึ่ง")))
    before = path.read_bytes()
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", KILLED.replace("{at}", "2500"), str(tmp_path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert run.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    Workbooks(tmp_path).write(tables(("k1", "สอง")))
    assert read(path)[1][5] == "สอง"
    assert not list(tmp_path.glob(".*"))


class Interrupted(list):
    """Rows during whose writing somebody does something."""

    def __iter__(self):
        self.somebody()
        return super().__iter__()


def interrupted(plain: YearTables, somebody) -> YearTables:
    rows = Interrupted(plain.tables[0].rows)
    rows.somebody = somebody
    return YearTables(plain.year, (replace(plain.tables[0], rows=rows),))


def test_a_note_saved_while_we_write_is_not_lost(tmp_path):
    path = Workbooks(tmp_path).write(tables(("k1", "หนึ่ง")))
    calls = itertools.count()

    def save_once():
        if next(calls) == 0:
            heads, row = read(path)
            rewrite(path, [heads, [*row[:14], "ทราบ"]])

    Workbooks(tmp_path).write(interrupted(tables(("k1", "สอง")), save_once))
    assert (read(path)[1][5], read(path)[1][14]) == ("สอง", "ทราบ")


def test_who_saves_again_and_again_is_given_way(tmp_path):
    path = Workbooks(tmp_path).write(tables(("k1", "หนึ่ง")))
    with pytest.raises(Busy):
        Workbooks(tmp_path).write(interrupted(tables(("k1", "สอง")), lambda: rewrite(path, read(path))))
    assert read(path)[1][5] == "หนึ่ง"


def test_a_failure_while_writing_leaves_the_old_file(tmp_path):
    path = Workbooks(tmp_path).write(tables(("k1", "หนึ่ง")))
    with pytest.raises(TypeError):
        Workbooks(tmp_path).write(tables(("k1", "สอง"), ("k2", 5)))
    assert read(path)[1][5] == "หนึ่ง"


def test_the_books_of_two_years_are_two_files(tmp_path):
    Workbooks(tmp_path).write(tables(("k1", "เก่า")))
    Workbooks(tmp_path).write(tables(("k1", "ใหม่"), year=2570))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2569.xlsx", "2570.xlsx"]
