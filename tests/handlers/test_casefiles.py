"""A case file, opened from what citizens really sent; who opened it is noted."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

import app
from handlers.casefiles import case_file, write_case_file
from models.audit import audit
from models.case import by_number
from office.audit import verify
from tests.house import House
from tests.journeys.stories import complains, photo, rows


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


def test_what_is_no_number_is_told(tmp_path: Path) -> None:
    told = CliRunner().invoke(app.cli, ["case-file", "สิบ", "--to", str(tmp_path / "case.pdf")])
    assert (told.exit_code, "N/YYYY" in told.output) == (1, True)
