"""A case file, opened from what citizens really sent; who opened it is noted."""

from __future__ import annotations

import json

import pypdfium2
import pytest

from handlers.casefiles import case_file
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
    for part in (f"เลขรับที่ {number}/{year}", wiring.office.name, "กำหนดเสร็จ", "ไฟล์ที่ 2", "ยังไม่ได้ตรวจไวรัส", "หน้า 2–3"):
        assert part in cover
    (noted,) = rows(small_house, audit, audit.c.subject == f"casefile:{case['id']}")
    assert (noted["who"], noted["what"], json.loads(noted["after"])) == ("staff:7", "opened", {"paper": ""})
    with wiring.database.reading() as tx:
        assert verify(tx) is None
    with pytest.raises(LookupError):
        case_file(wiring, 99, "staff:7")
