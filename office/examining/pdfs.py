"""PDFs: opened, walked for whatever acts by itself, and drawn. They are never written anew, a signature would die of
it: others are shown the drawn pages."""

from __future__ import annotations

import mmap
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

#: So many pages are drawn, this long, for those who may see a file.
PREVIEWS, EDGE = 3, 1400
#: Beyond these a person looks first.
_MANY_PAGES, _LONG_PAGE = 500, 14_400
_MOST_OBJECTS = 400_000
#: What a dictionary holds that acts by itself or carries something along, by key and by kind of action or object.
_KEYS = {
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/EmbeddedFiles": "embedded",
    "/EF": "embedded",
    "/XFA": "xfa",
    "/RichMedia": "media",
    "/RichMediaContent": "media",
}
_KINDS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/SubmitForm": "submits",
    "/ImportData": "submits",
    "/GoToE": "embedded",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMedia": "media",
    "/EmbeddedFile": "embedded",
    "/FileAttachment": "embedded",
}


def look(path: Path, _: str, job: dict[str, Any]) -> dict[str, Any]:
    """Facts about a PDF; previews of its first pages lie in the working directory."""
    try:
        pdf = pikepdf.open(path)
    except pikepdf.PasswordError:
        return {"reason": "protected"}
    with pdf:
        pages = len(pdf.pages)
        if pages == 0:
            return {"reason": "unreadable"}
        findings = [*_walked(pdf), *_shape(pdf, pages)]
    findings += _around(path)
    try:
        previews = _drawn(path)
    except pypdfium2.PdfiumError:
        findings, previews = [*findings, "undrawn"], []
    found: dict[str, Any] = {"pages": pages, "findings": findings, "previews": previews}
    if "signed" in findings:
        from office.examining import signatures

        findings.remove("signed")
        found["signatures"] = signatures.check(path, Path(job["trust"]), job["now"])
    return found


def _walked(pdf: pikepdf.Pdf) -> list[str]:
    """What acts by itself, wherever it hides: actions are as often written in place as they are objects."""
    found: set[str] = set()
    for seen, each in enumerate(_inside(pdf)):
        if seen > _MOST_OBJECTS:
            found.add("unwalked")
            break
        for key, value in each.items():
            if key in _KEYS:
                found.add(_KEYS[key])
            elif key in ("/S", "/Subtype", "/Type") and isinstance(value, pikepdf.Name):
                found |= {_KINDS[str(value)]} if str(value) in _KINDS else set()
            elif key == "/ByteRange":
                found.add("signed")
    return sorted(found)


def _inside(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, those written inside others too; what is a reference is met at its own place."""
    for each in (*pdf.objects, pdf.trailer):
        open_ = [each]
        while open_:
            here = open_.pop()
            if isinstance(here, pikepdf.Dictionary | pikepdf.Stream):
                yield here
                parts = list(here.values()) if isinstance(here, pikepdf.Dictionary) else list(here.stream_dict.values())
            elif isinstance(here, pikepdf.Array):
                parts = list(here)
            else:
                continue
            open_ += [part for part in parts if isinstance(part, _CONTAINERS) and not part.is_indirect]


_CONTAINERS = (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream)


def _shape(pdf: pikepdf.Pdf, pages: int) -> list[str]:
    found = {
        "restricted": pdf.is_encrypted,
        "repaired": bool(pdf.get_warnings()),
        "many_pages": pages > _MANY_PAGES,
        "odd_page": any(_is_odd(page) for page in list(pdf.pages)[:_MANY_PAGES]),
    }
    return [name for name, there in found.items() if there]


def _is_odd(page: pikepdf.Page) -> bool:
    """Longer than any paper, or no paper at all: readers differ in what they make of it."""
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    edges = sorted((abs(right - left), abs(top - bottom)))
    return edges[0] < 1 or edges[1] > _LONG_PAGE


def _around(path: Path) -> list[str]:
    """What stands before the document or after it."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = content.rfind(b"%%EOF")
        tail = content[end + 5 : end + 5 + (1 << 20)].strip(b" \r\n\t\0") if end >= 0 else b""
        before = content[:1024].partition(b"%PDF-")[0].strip(b"\xef\xbb\xbf \r\n\t\0")
    found = [name for name, there in (("appended", tail), ("prefix", before)) if there]
    return [*found, "polyglot"] if zipfile.is_zipfile(path) else found


def _drawn(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    if document.get_formtype():
        document.init_forms()  # what was filled in is part of what one sees
    names = []
    for number in range(min(PREVIEWS, len(document))):
        page = document[number]
        scale = EDGE / max(*page.get_size(), 1.0)
        names.append(f"preview-{number + 1}.jpg")
        page.render(scale=min(scale, 4.0)).to_pil().convert("RGB").save(names[-1], quality=80)
    return names
