"""Several papers bound into one PDF: pictures on A4 without a pixel changed, PDFs without what acts in them, each paper
in the outline, and in front a sheet that says what is where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import img2pdf
import pikepdf

from models.kinds import kind_of
from office.examining import cover, pages
from office.examining.cover import Line

_COVER, _UNBOUND = "ใบปะหน้า", "รวมเข้าเล่มไม่ได้ โปรดเปิดไฟล์ต้นฉบับ"


def bind(job: Mapping[str, Any]) -> dict[str, Any]:
    """One PDF of the `papers` in their order, in the working directory: each has a `title` and `sheets`, a sheet a
    `path` ("" if there is nothing to show) and `lines` about it. In front the `cover`, unless it is empty.

    What cannot be bound is left out and told on the cover; without a cover, nothing is bound then.
    """
    with pikepdf.new() as bound:
        papers = [_appended(bound, number, paper) for number, paper in enumerate(job["papers"])]
        if not job["cover"] and not all(whole for *_, whole in papers):
            return {"reason": "unreadable"}
        before = _put_in_front(bound, job, papers) if job["cover"] else 0
        with bound.open_outline() as outline:
            if before:
                outline.root.append(pikepdf.OutlineItem(_COVER, 0))
            for paper, (first, count, _) in zip(job["papers"], papers, strict=True):
                if count:
                    outline.root.append(pikepdf.OutlineItem(paper["title"], before + first))
        bound.docinfo["/Title"] = job["title"]
        bound.save("bound.pdf", deterministic_id=True)
        return {"pages": len(bound.pages), "bound": "bound.pdf"}


def _appended(bound: pikepdf.Pdf, number: int, paper: Mapping[str, Any]) -> tuple[int, int, bool]:
    """Where the paper begins (pages before it), how many pages it has, and whether all of it is there."""
    first, whole = len(bound.pages), True
    for at, sheet in enumerate(paper["sheets"]):
        if not sheet["path"]:
            continue
        try:
            path = _as_pdf(Path(sheet["path"]), f"page-{number}-{at}.pdf")
            with pikepdf.open(path) as part:
                sheet["lines"] += pages.join(bound, part, path, f"drawn-{number}-{at}")
        except Exception:  # noqa: BLE001 - whatever a file makes of a library, the others are bound
            sheet["lines"].append(_UNBOUND)
            whole = False
    return first, len(bound.pages) - first, whole


def _as_pdf(path: Path, name: str) -> Path:
    with path.open("rb") as file:
        if kind_of(file.read(4096)) == "application/pdf":
            return path
    a4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
    layout = img2pdf.get_layout_fun(a4, auto_orient=True, fit=img2pdf.FitMode.into)
    page = Path(name)
    page.write_bytes(img2pdf.convert(str(path), layout_fun=layout, rotation=img2pdf.Rotation.ifvalid))
    return page


def _put_in_front(bound: pikepdf.Pdf, job: Mapping[str, Any], papers: Sequence[tuple[int, int, bool]]) -> int:
    """How many pages the cover takes. What it says of page numbers depends on that, and never the other way round."""
    before = cover.pages(_cover(job, papers, 0))
    cover.draw(_cover(job, papers, before), Path("cover.pdf"))
    with pikepdf.open("cover.pdf") as drawn:
        for number, page in enumerate(drawn.pages):
            bound.pages.insert(number, page)
    return before


def _cover(job: Mapping[str, Any], papers: Sequence[tuple[int, int, bool]], before: int) -> list[Line]:
    heading, *facts = job["cover"]
    lines = [Line(heading, 20), *(Line(fact, 16) for fact in facts)]
    for paper, (first, count, _) in zip(job["papers"], papers, strict=True):
        lines.append(Line(paper["title"], 16, right=_where(before + first + 1, count), above=8))
        for sheet in paper["sheets"]:
            lines += [Line(line, 14, indent=32 if at else 18) for at, line in enumerate(sheet["lines"])]
    return lines


def _where(first: int, count: int) -> str:
    if count == 0:
        return "–"
    return f"หน้า {first}" if count == 1 else f"หน้า {first}–{first + count - 1} ({count} หน้า)"
