"""The sheet in front of bound papers: which matter, what came, what was found, on which pages. Plain A4 in the typeface
of Thai official letters, its text real text."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import ImageFont

from office.examining.thai import FORMS, formed, may_break

_FONT = Path(__file__).parent / "fonts" / "THSarabun-Regular.ttf"
_WIDTH, _HEIGHT, _MARGIN, _LEADING = 595.0, 842.0, 62.0, 1.25
#: What stands at the right edge has so much room, whatever it says: so no line breaks elsewhere because of it.
_RIGHT = 130.0
#: The font names two glyphs by their lesser known twins.
_READ = {**FORMS, "\u00a0": " ", "\u00ad": "-"}


@dataclass(frozen=True)
class Line:
    """One line of the sheet, broken where it is too long. Sizes in points; `right` stands at the other edge."""

    text: str
    size: float = 14
    indent: float = 0
    right: str = ""
    above: float = 0


def draw(lines: Sequence[Line], path: Path) -> None:
    """These lines as a PDF of as many pages as they need."""
    document = pypdfium2.PdfDocument.new()
    data = _FONT.read_bytes()
    font = pdfium.FPDFText_LoadFont(
        document.raw, (ctypes.c_uint8 * len(data)).from_buffer_copy(data), len(data), pdfium.FPDF_FONT_TRUETYPE, 1
    )
    for page_lines in _paged(lines):
        page = document.new_page(_WIDTH, _HEIGHT)
        for height, line in page_lines:
            _put(document, page, font, _MARGIN + line.indent, height, line.text, line.size)
            if line.right:
                edge = _WIDTH - _MARGIN - _wide(line.right, line.size)
                _put(document, page, font, edge, height, line.right, line.size)
        page.gen_content()
    as_drawn = path.with_suffix(".drawn")
    document.save(str(as_drawn))
    document.close()
    with pikepdf.open(as_drawn) as drawn:
        for each in drawn.objects:
            if isinstance(each, pikepdf.Dictionary) and "/ToUnicode" in each:
                each.ToUnicode = drawn.make_stream(_readable(each.ToUnicode.read_bytes()))
        drawn.save(path)


def pages(lines: Sequence[Line]) -> int:
    """How many pages these lines need."""
    return sum(1 for _ in _paged(lines))


def _paged(lines: Sequence[Line]) -> Iterator[list[tuple[float, Line]]]:
    page: list[tuple[float, Line]] = []
    height = _HEIGHT - _MARGIN
    for line in lines:
        for piece in _broken(line):
            height -= piece.above + piece.size * _LEADING
            if height < _MARGIN:
                yield page
                page, height = [], _HEIGHT - _MARGIN - piece.size * _LEADING
            page.append((height, piece))
    yield page


def _broken(line: Line) -> Iterator[Line]:
    """The line in as many as it takes; what stands at the right edge stays on the first."""
    text, right, above = " ".join(line.text.split()), line.right, line.above
    while True:
        room = _WIDTH - 2 * _MARGIN - line.indent - (_RIGHT if right else 0)
        fits = _fitting(text, line.size, room)
        yield Line(text[:fits].rstrip(), line.size, line.indent, right, above)
        text, right, above = text[fits:].lstrip(), "", 0
        if not text:
            return


def _fitting(text: str, size: float, room: float) -> int:
    """How much of the text fits: to its end, else to a space, else to where letters may be parted."""
    if _wide(text, size) <= room:
        return len(text)
    most = next(n for n in range(1, len(text) + 1) if _wide(text[:n], size) > room) - 1
    space = text.rfind(" ", most // 2, most + 1)
    return space if space > 0 else next((n for n in range(most, 0, -1) if may_break(text, n)), max(most, 1))


@cache
def _face() -> Any:
    return ImageFont.truetype(str(_FONT), 1000, layout_engine=ImageFont.Layout.BASIC)


def _wide(text: str, size: float) -> float:
    return float(_face().getlength(formed(text))) * size / 1000


def _put(document: Any, page: Any, font: Any, x: float, y: float, text: str, size: float) -> None:
    drawn = pdfium.FPDFPageObj_CreateTextObj(document.raw, font, ctypes.c_float(size))
    letters = ctypes.create_string_buffer((formed(text) + "\0").encode("utf-16-le"))
    pdfium.FPDFText_SetText(drawn, ctypes.cast(letters, ctypes.POINTER(ctypes.c_ushort)))
    pdfium.FPDFPageObj_Transform(drawn, 1, 0, 0, 1, x, y)
    pdfium.FPDFPage_InsertObject(page.raw, drawn)


def _readable(table: bytes) -> bytes:
    """The table by which readers copy and search, with letters instead of their forms."""
    forms = {f"{ord(form):04X}".encode(): f"{ord(letter):04X}".encode() for form, letter in _READ.items()}
    return re.sub(rb"\[[^]]*", lambda row: re.sub(rb"\w{4}", lambda code: forms.get(code[0], code[0]), row[0]), table)
