"""Several papers bound into one PDF: pictures on A4 without a pixel changed, PDFs without what acts in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import img2pdf
import pikepdf

from models.kinds import kind_of


def bind(paths: list[Path]) -> dict[str, Any]:
    """One PDF of these cleaned pictures and PDFs, in this order, in the working directory."""
    with pikepdf.new() as bound:
        for path in paths:
            with pikepdf.open(_as_pdf(path)) as part:
                part.flatten_annotations("all")  # what was filled in is seen; what could be pressed is gone
                for page in part.pages:
                    for key in ("/Annots", "/AA"):
                        if key in page:
                            del page[key]
                bound.pages.extend(part.pages)
        bound.save("bound.pdf", deterministic_id=True)
        return {"pages": len(bound.pages), "bound": "bound.pdf"}


def _as_pdf(path: Path) -> Path:
    with path.open("rb") as file:
        if kind_of(file.read(4096)) == "application/pdf":
            return path
    a4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
    layout = img2pdf.get_layout_fun(a4, auto_orient=True, fit=img2pdf.FitMode.into)
    page = Path("page.pdf")
    page.write_bytes(img2pdf.convert(str(path), layout_fun=layout, rotation=img2pdf.Rotation.ifvalid))
    return page
