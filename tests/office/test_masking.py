"""What identifies people in what others read (OFFICE_RULES §6): every sheet and file of the registers, every kind of
case. Of a tip nothing is there; of no case a national identity number, a phone, a place or the words."""

import itertools

import pytest

from flows.checks import without_ids
from flows.effects import Petition
from office import csv_files, mirror
from office.cases import open_case, record
from tests.house import SERVICES

IDS = ("1101700203450", "1-1017-00203-45-0", "๑๑๐๑๗๐๐๒๐๓๔๕๐", "1 1017 00203 45 0")
PHONE, PLACE, TEXT, PROOF, FILE = "0898765432", "ซอยลับแล", "เล่าเรื่องทั้งหมด", "พยานชื่อดำ", "บัตรประชาชน.jpg"
FILES = (("a" * 64, "image/jpeg", 1, FILE, "m1"),)


def kinds():
    """Every kind of case by every way to be known, with the name that its reporter gave."""
    for n, (kind, identity) in enumerate(
        itertools.product(("complaint", "tip", "petition"), ("open", "confidential", "anonymous"))
    ):
        yield {"kind": kind, "identity": identity, "name": f"ผู้ร้องคน{'กขคงจฉชซฌ'[n]} นามสกุลยาว", "draft": f"draft-{n}"}


@pytest.fixture
def sheets(sqlite, office, calendar, filing, now, tmp_path):
    """Each cell of the sheets, and each line of the files, of an office with all these cases."""
    for case in kinds():
        service = SERVICES[0] if case["kind"] == "petition" else None
        petition = Petition((("q", "คำถาม", TEXT),), ids=(("id", IDS[0]),)) if service else None
        said = {"details": TEXT, "spot_words": PLACE, "evidence": PROOF, "phone": PHONE, "files": FILES}
        told = filing(
            **case, **said, category="bribe", service=service, petition=petition, spot_link="https://m.example/1"
        )
        with sqlite.transaction() as tx:
            opened = open_case(tx, office, calendar, told, now=now)
            action = f"แจ้งผู้ร้อง เลขประจำตัว {IDS[opened.id % len(IDS)]}"
            record(tx, opened.id, who="staff:1", what="told", now=now, action=action)
    tables = mirror.open_tables(sqlite, office, SERVICES, 2569, now)
    cells = [cell for table in tables.tables for row in table.rows for cell in row]
    cells += [str(cell) for block in tables.summary.blocks for row in block.rows for cell in row]
    cells += [
        line for path in csv_files.write_all(sqlite, tmp_path) for line in path.read_text("utf-8-sig").splitlines()
    ]
    return cells


def test_names_only_of_those_who_gave_them_openly(sheets):
    shown = {case["name"] for case in kinds() for cell in sheets if case["name"] in cell}
    assert shown == {case["name"] for case in kinds() if case["identity"] == "open" and case["kind"] != "tip"}


def test_no_number_of_a_person_no_place_no_words_no_evidence(sheets):
    all_said = "\n".join(sheets)
    assert [word for word in (*IDS, PHONE, PLACE, TEXT, PROOF, FILE, "14.5", "m.example") if word in all_said] == []
    assert all_said.count("1-1017-xxxxx-xx-0") == 2 * len(list(kinds()))  # once in the workbook, once in the file


def test_identity_numbers_are_masked_wherever_they_stand():
    assert {without_ids(f"เลข {each}.") for each in IDS} == {"เลข 1-1017-xxxxx-xx-0."}
    assert without_ids("ที่ ศน 51006/2569 โทร 081-234-5678") == "ที่ ศน 51006/2569 โทร 081-234-5678"
