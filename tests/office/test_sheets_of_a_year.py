"""All sheets of a year: read a page at a time, the figures with their charts, what petitions owe, CSV files."""

import csv
import zipfile

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

import app
from flows.effects import Petition
from models.db import Database
from models.upgrading import upgrade
from office import csv_files, mirror, register, tables
from office.cases import open_case, record
from office.csv_files import guarded
from office.sheets import Workbooks
from office.summary_sheet import TYPES
from office.tables import Block, Pages, Summary, YearTables
from tests.house import SERVICES
from tests.office.test_numbers import line


def test_rows_are_read_a_page_at_a_time(monkeypatch):
    asked = []
    rows = [(str(n),) for n in range(7)]

    def read(start, most):
        asked.append((start, most))
        return rows[start : start + most]

    monkeypatch.setattr(tables, "PAGE", 3)
    pages = Pages(len(rows), read)
    assert list(pages) == list(pages) == rows
    assert asked == [(0, 3), (3, 3), (6, 1)] * 2
    assert [pages[0], pages[-1], pages[2:5], pages[:0], pages[::-3]] == [rows[0], rows[-1], rows[2:5], (), rows[::-3]]
    with pytest.raises(IndexError):
        pages[7]


def test_the_books_read_a_page_at_a_time_are_the_same(database, office, calendar, filing, now, monkeypatch):
    monkeypatch.setattr(tables, "PAGE", 2)
    with database.transaction() as tx:
        for n in range(5):
            open_case(tx, office, calendar, filing(draft=str(n)), now=now)
        register.enter(tx, "outgoing", line(now))
        register.void(tx, "incoming", 2569, 2, why="ลงซ้ำ", who="staff:1", now=now)
        whole = mirror.read_tables(tx, 2569)
    opened = mirror.open_tables(database, office, SERVICES, 2569, now)
    assert [tuple(each.rows) for each in opened.tables] == [each.rows for each in whole.tables]
    assert [len(each.rows) for each in opened.tables] == [5, 1, 0]
    assert opened.summary.title == "สรุป"


def test_what_petitions_owe(database, office, calendar, filing, now):
    with database.transaction() as tx:
        open_case(tx, office, calendar, filing(), now=now)
        for n, key in enumerate(("venue", "ask", "copies")):
            service = next(one for one in SERVICES if one.key == key)
            asked = filing(draft=key, kind="petition", category=key, service=service, petition=Petition(()))
            opened = open_case(tx, office, calendar, asked, now=now)
            for status in ("screening", "payment")[: 2 * (n == 0)]:
                record(tx, opened.id, who="staff:1", what="moved", now=now, status=status)
        owed = mirror.read_tables(tx, 2569).tables[2]
    assert [(row[0], row[2], row[4], row[5], row[7]) for row in owed.rows] == [
        ("2", "1,500.00", "23 พฤศจิกายน 2569", "รอชำระเงิน", "2569-000002"),
        ("4", "1.00", "23 พฤศจิกายน 2569", "รับเรื่องแล้ว", "2569-000004"),
    ]
    assert not any("สมหญิง" in cell for row in owed.rows for cell in row)


def test_figures_stand_as_numbers_beside_charts_with_thai_titles(tmp_path):
    blocks = tuple(Block(f"รูป {chart}", ("ประเภท", "เรื่อง"), (("ก", 3), ("ข", 0)), chart) for chart in TYPES)
    told = Summary("สรุป", ("หมายเหตุ",), (*blocks, Block("ไม่มีรูป", ("ประเภท", "เรื่อง"), (("ก", "น้อยกว่า 5"), ("ข",)))))
    path = Workbooks(tmp_path).write(YearTables(2569, (), told))
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("สรุป").to_python()
    for row, block in told.placed():
        assert rows[row][0] == block.title
        assert tuple(rows[row + 1][: len(block.header)]) == block.header
        assert [tuple(rows[row + 2 + n][: len(cells)]) for n, cells in enumerate(block.rows)] == list(block.rows)
    with zipfile.ZipFile(path) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == len(TYPES)
    for chart, block in zip(charts, blocks, strict=True):
        assert block.title in chart
        assert "'สรุป'!$B" in chart.replace("สรุป!", "'สรุป'!")
        assert ("จำนวนเรื่อง" in chart) == (block.chart != "pie")


def test_a_csv_file_opens_in_excel_as_text(sqlite, office, calendar, filing, now, tmp_path):
    with sqlite.transaction() as tx:
        opened = open_case(tx, office, calendar, filing(name='สม"ศรี, ใจดี'), now=now)
        record(tx, opened.id, who="staff:1", what="told", now=now, action="=cmd|'/c calc'!A0\nบรรทัดสอง")
    path = csv_files.write_book(sqlite, "incoming", 2569, tmp_path / "ใหม่" / "รับ.csv")
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf" + "เลขทะเบียนรับ,ที่,".encode())
    assert raw.count(b"\r\n") == 2
    assert '"สม""ศรี, ใจดี"'.encode() in raw
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert (header[13], row[:2], row[13]) == ("รหัสเรื่อง", ["1", "-"], "2569-000001")
    assert row[6] == "'=cmd|'/c calc'!A0\nบรรทัดสอง"
    assert [found.name for found in path.parent.iterdir()] == ["รับ.csv"]
    assert [found.name for found in csv_files.write_all(sqlite, tmp_path)] == ["2569-incoming.csv"]
    with pytest.raises(LookupError):
        csv_files.write_book(sqlite, "outgoing", 2569, tmp_path / "x.csv")


@pytest.mark.parametrize(
    "cell", ["=1", " =1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", " \u00a0@x", "＝1", "--", "=\u0e01", "\tก"]
)
def test_formulas_are_guarded(cell):
    assert guarded(cell).startswith("'")


def test_an_operator_asks_for_csv_files(office, calendar, filing, now, tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'office.db'}")
    upgrade(database)
    with database.transaction() as tx:
        open_case(tx, office, calendar, filing(), now=now)
    database.dispose()
    environ = {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'office.db'}"}

    def say(*words):
        done = CliRunner().invoke(app.cli, ["register", "csv", *words], env=environ)
        return done.exit_code, done.output.split("\n")[0]

    assert say("--year", "2569") == (0, str(tmp_path / "registers" / "2569-incoming.csv"))
    assert say("--year", "2569", "--to", str(tmp_path / "a.csv")) == (0, str(tmp_path / "a.csv"))
    assert say("--all", "--to", str(tmp_path / "b")) == (0, str(tmp_path / "b" / "2569-incoming.csv"))
    assert say("--year", "2569", "--book", "outgoing") == (1, "Error: ไม่มีทะเบียนนี้ในปี 2569")
    assert [say()[0], say("--all", "--year", "2569")[0]] == [2, 2]


@pytest.mark.parametrize("cell", ["-", " - ", "", "0812345678", "ก=ข", "2026-11-23", "'=1", "1-1017-xxxxx-xx-1"])
def test_what_is_no_formula_stays_as_it_is(cell):
    assert guarded(cell) == cell
