"""What an officer sees of a PDF in the binder is what its reader shows: forms filled in, layers off; and no more."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import img2pdf
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from office.examining import pages
from tests.office.hostile import picture, saved, with_place

Bound = Callable[..., pikepdf.Pdf]


@pytest.fixture
def bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bound:
    """These PDFs, one behind the other."""
    monkeypatch.chdir(tmp_path)

    def join(*parts: pikepdf.Pdf) -> pikepdf.Pdf:
        binder = pikepdf.new()
        for number, part in enumerate(parts):
            path = Path(f"{number}.pdf")
            part.save(path)
            with pikepdf.open(path) as again:
                pages.join(binder, again, path, f"drawn-{number}")
        binder.save("bound.pdf")
        return pikepdf.open("bound.pdf")

    return join


def drawn(pdf: pikepdf.Pdf, page: int = 0) -> Any:
    pdf.save(data := io.BytesIO())
    return pypdfium2.PdfDocument(data.getvalue())[page]


def is_blank(page: Any) -> bool:
    lightest, _ = page.render(scale=0.5).to_pil().convert("L").getextrema()
    return bool(lightest == 255)


def sheet(content: bytes = b"") -> pikepdf.Pdf:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.pages[0].Contents = pdf.make_stream(content)
    return pdf


def form(*, redraw: bool) -> pikepdf.Pdf:
    """Two fields, filled in, of which no appearance is kept."""
    pdf, letters = sheet(), Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    field = {"Type": Name.Annot, "Subtype": Name.Widget, "F": 4, "DA": String("/Helv 18 Tf 0 g")}
    name = {"FT": Name.Tx, "T": String("ชื่อ"), "V": String("สมชาย"), "Rect": Array([50, 700, 400, 730])}
    tick = {"FT": Name.Btn, "T": String("agree"), "V": Name.Yes, "AS": Name.Yes, "Rect": Array([50, 600, 80, 630])}
    fields = [pdf.make_indirect(Dictionary(**field, **each)) for each in (name, tick)]
    pdf.pages[0].Annots = Array(fields)
    resources = Dictionary(Font=Dictionary(Helv=pdf.make_indirect(letters)))
    pdf.Root.AcroForm = Dictionary(Fields=Array(fields), DR=resources, NeedAppearances=redraw)
    return pdf


@pytest.mark.parametrize("redraw", [False, True])
def test_a_form_that_was_filled_in_is_not_bound_empty(bound: Bound, *, redraw: bool) -> None:
    pdf = bound(sheet(), form(redraw=redraw))
    assert len(pdf.pages) == 3
    assert not is_blank(drawn(pdf, 1))
    text = drawn(pdf, 2).get_textpage().get_text_range()
    assert "ชื่อ: สมชาย" in text
    assert "agree: Yes" in text
    assert not any("/Annots" in page for page in pdf.pages)


def test_a_form_with_appearances_stays_as_it_is(bound: Bound) -> None:
    part = form(redraw=False)
    for field in part.pages[0].Annots:
        look = part.make_stream(b"0 0 100 20 re f", Subtype=Name.Form, BBox=Array([0, 0, 350, 30]))
        field.AP = Dictionary(N=look if Name.Tx == field.FT else Dictionary(Yes=look))
    pdf = bound(part)
    assert len(pdf.pages) == 1
    assert not is_blank(drawn(pdf))
    assert not any(each.get("/Subtype") == Name.Image for each in pdf.objects if isinstance(each, pikepdf.Stream))


@pytest.mark.parametrize("redraw", [False, True])
def test_what_nobody_filled_in_needs_no_drawing(bound: Bound, *, redraw: bool) -> None:
    """Neither an empty field nor a signature that is not to be seen."""
    part = form(redraw=redraw)
    name, tick = part.pages[0].Annots
    name.V, tick.AS = String(""), Name.Off
    seal = {"FT": Name.Sig, "V": Dictionary(Type=Name.Sig), "Rect": Array([0, 0, 0, 0]), "T": String("seal")}
    part.Root.AcroForm.Fields.append(part.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, **seal)))
    part.pages[0].Annots = part.Root.AcroForm.Fields
    assert len(bound(part).pages) == 1


def test_a_form_of_more_pages_than_can_be_drawn_leaves_nothing(bound: Bound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_MOST_DRAWN", 0)
    with pytest.raises(pages.TooMany):
        bound(form(redraw=True))


@pytest.mark.parametrize("packed", [False, True])
def test_a_picture_in_a_pdf_tells_nothing_of_the_sender(bound: Bound, *, packed: bool) -> None:
    data = saved("JPEG", picture((64, 48)), exif=with_place())
    part = pikepdf.open(io.BytesIO(img2pdf.convert(data, rotation=img2pdf.Rotation.none)))
    image = image_of(part)
    image.Metadata = part.make_stream(b"<x:xmpmeta>")
    assert b"Exif" in image.read_raw_bytes()
    before = drawn(part).render().to_pil()
    if packed:
        image.write(zlib.compress(data), filter=Array([Name.FlateDecode, Name.DCTDecode]))
    pdf = bound(part)
    image = image_of(pdf)
    assert "/Metadata" not in image
    assert image.Filter == Name.DCTDecode
    assert b"Exif" not in image.read_raw_bytes()
    assert drawn(pdf).render().to_pil().tobytes() == before.tobytes()


def image_of(pdf: pikepdf.Pdf) -> Any:
    return next(each for each in pdf.objects if isinstance(each, pikepdf.Stream) and "/Width" in each)


def layered(*, base: str = "ON") -> pikepdf.Pdf:
    """A black box on a layer that is off."""
    pdf = sheet(b"/OC /L BDC 100 100 200 200 re f EMC")
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("draft")))
    pdf.pages[0].Resources = Dictionary(Properties=Dictionary(L=layer))
    state = {"/OFF": Array([layer])} if base == "ON" else {"/BaseState": Name.OFF}
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(state))
    return pdf


def test_a_layer_that_was_off_stays_off(bound: Bound) -> None:
    pdf = bound(layered(), sheet(b"10 10 9 9 re f"), layered(base="OFF"))
    assert [is_blank(drawn(pdf, number)) for number in range(3)] == [True, False, True]
