"""A case file, opened from what citizens really sent; who opened it is noted."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
from click.testing import CliRunner

import app
from handlers.casefiles import NoRoom, case_file, write_case_file
from models import examinations
from models.audit import audit
from models.case import by_number
from models.document import case_files
from office.audit import verify
from office.examination import RULES
from sandbox.acts import Upload
from tests.house import House
from tests.journeys.stories import complains, photo, rows
from tests.office.hostile import picture, saved


def test_a_case_is_opened_as_one_pdf_and_that_is_noted(small_house: House) -> None:
    wiring = small_house.wiring
    number, year = complains(small_house.citizen(), files=[photo(1), photo(2)])
    with wiring.database.reading() as tx:
        case = by_number(tx, number, year)
        assert case is not None
        assert by_number(tx, number + 1, year) is None
    with case_file(wiring, case["id"], "staff:7") as pdf:
        document = pypdfium2.PdfDocument(pdf.read())
    assert len(document) == 3
    cover = document[0].get_textpage().get_text_range()
    for part in (
        f"เลขรับที่ {number}/{year}",
        wiring.office.name,
        "กำหนดเสร็จ",
        "รายละเอียด: ",
        "ไฟล์ที่ 2",
        "ยังไม่ได้ตรวจไวรัส",
        "หน้า 2–3",
    ):
        assert part in cover
    (noted,) = rows(small_house, audit, audit.c.subject == f"casefile:{case['id']}")
    assert (noted["who"], noted["what"], json.loads(noted["after"])) == ("staff:7", "opened", {"paper": ""})
    with wiring.database.reading() as tx:
        assert verify(tx) is None
    with pytest.raises(LookupError):
        case_file(wiring, 99, "staff:7")


def test_it_is_written_to_a_file_that_nobody_else_may_read(small_house: House, tmp_path: Path) -> None:
    number, year = complains(small_house.citizen(), files=[photo(1)])
    path = tmp_path / "case.pdf"
    for _ in range(2):
        write_case_file(small_house.wiring, number, year, "operator", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(pypdfium2.PdfDocument(path)) == 2
    for unknown in ((number + 1, year, ""), (number, year, "plan")):
        with pytest.raises(LookupError):
            write_case_file(small_house.wiring, *unknown[:2], "operator", path, unknown[2])


def test_a_file_that_is_not_kept_any_more_keeps_no_case_closed(small_house: House) -> None:
    wiring = small_house.wiring
    pictures = [Upload(saved("JPEG", picture((60 + n, 40)))) for n in range(3)]
    complains(small_house.citizen(), files=pictures)
    (gone, unknown, _) = (row["sha256"] for row in rows(small_house, case_files))
    with wiring.database.transaction() as tx:
        facts = examinations.known(tx, gone, RULES)
        examinations.forget(tx, unknown)  # what is looked at again is not there
    assert facts is not None
    wiring.files.drop(facts["clean"])
    wiring.files.drop(unknown)
    with case_file(wiring, 1, "staff:7") as pdf:
        document = pypdfium2.PdfDocument(pdf.read())
    assert len(document) == 2
    assert document[0].get_textpage().get_text_range().count("ไม่พบไฟล์ในที่เก็บ") == 2


def test_a_disk_without_room_is_told(small_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    complains(small_house.citizen(), files=[photo(1)])
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=200_000_000))
    with pytest.raises(NoRoom):
        case_file(small_house.wiring, 1, "staff:7")


def test_what_is_no_number_is_told(tmp_path: Path) -> None:
    told = CliRunner().invoke(app.cli, ["case-file", "สิบ", "--to", str(tmp_path / "case.pdf")])
    assert (told.exit_code, "N/YYYY" in told.output) == (1, True)
