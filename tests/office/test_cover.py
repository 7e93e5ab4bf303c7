"""The sheet in front of a case: Thai marks in the forms their places ask for, and text that can be read back."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from office.examining import cover
from office.examining.cover import Line
from office.examining.thai import FORMS, formed, may_break

#: By ear nothing changes; to the eye these do.
PLACES = {
    "ที่": "ที่",  # a mark above a vowel stands high, as it is
    "ก่อน": "ก\uf70aอน",  # alone it stands low
    "น้ำ": "น้ำ",  # but high above the ring of สระอำ
    "ป่า": "ป\uf705า",  # beside a tall letter, low and to the left
    "ปั๊ม": "ป\uf710\uf715ม",
    "ฟื้น": "ฟ\uf704\uf714น",
    "กตัญญู": "กตัญ\uf70fู",  # the foot makes room
    "ฐุ": "\uf700ุ",
    "ฎุ": "ฎ\uf718",  # or the vowel stands lower
    "ปุ๊": "ปุ\uf707",  # a vowel below does not lift what is above
    "A 1 ่": "A 1 ่",
}


@pytest.mark.parametrize(("text", "seen"), PLACES.items())
def test_each_mark_has_the_form_of_its_place(text: str, seen: str) -> None:
    assert formed(text) == seen
    assert "".join(FORMS.get(letter, letter) for letter in formed(text)) == text


def test_lines_end_only_where_letters_may_be_parted() -> None:
    text = "เก้าอี้ที่น้ำไหล"
    assert [text[:at] for at in range(len(text)) if may_break(text, at)][:4] == ["เก้า", "เก้าอี้", "เก้าอี้ที่", "เก้าอี้ที่น้ำ"]


def test_what_is_drawn_is_read_back_word_for_word(tmp_path: Path) -> None:
    words = ["เลขรับที่ 12/2569", "ลายมือชื่ออิเล็กทรอนิกส์ถูกต้อง แต่ไม่ได้ตรวจการเพิกถอน", "ปั๊มน้ำ ฟื้นฟู กตัญญู - “ป่า” · กรุงเทพฯ"]
    cover.draw([Line(text) for text in words], tmp_path / "cover.pdf")
    (page,) = pypdfium2.PdfDocument(tmp_path / "cover.pdf")
    assert page.get_textpage().get_text_range().split("\r\n") == words


def test_long_lines_are_broken_and_long_lists_go_on_overleaf(tmp_path: Path) -> None:
    lines = [Line("ข้อความยาว" * 9, right="หน้า 1")] * 40
    cover.draw(lines, tmp_path / "cover.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "cover.pdf")
    assert len(document) == cover.pages(lines) > 1
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert text.count("ข้อความยาว") + text.count("หน้า 1") > 40
    left, _, right, _ = document[0].get_bbox()
    assert left >= 0
    assert right <= 595
