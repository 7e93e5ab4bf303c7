"""แฟ้ม: the officer of a unit reads what a citizen brought, from a word in their own chat to the PDF."""

from __future__ import annotations

import pypdfium2
import regex
import urllib3

from tests.handlers.test_folder_page import asks, openings
from tests.house import House
from tests.journeys.stories import COMPLAINT, begins, complains, photo
from tests.journeys.test_intake import clerk


def test_an_officer_reads_a_matter_of_their_unit(small_house: House) -> None:
    complains(small_house.citizen(), files=[photo(1), photo(2)])
    officer = clerk(small_house, "officer", unit="works")
    assert "แฟ้ม 12/2569" in officer.types("แฟ้ม")[0]["text"]
    begins(officer, COMPLAINT)  # in the middle of a matter of their own
    question = officer.last
    address = small_house.world.webhook_url.removesuffix("/webhooks/line") + asks(officer)
    assert officer.last == question
    http = urllib3.PoolManager()
    page = http.request("GET", address).data.decode()
    assert regex.search(r'<form method="post"><p><button>(.+)</button>', page)[1] == "เปิดแฟ้ม (PDF)"  # type: ignore[index]
    assert "2569" not in regex.sub("ใช้ได้ถึง.*", "", page)  # what a preview shows says nothing of the matter
    answer = http.request("POST", address)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert len(pypdfium2.PdfDocument(answer.data)) == 3
    assert openings(small_house) == ["staff:1 link_given casefile:1", "staff:1 opened casefile:1"]
