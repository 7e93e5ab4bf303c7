"""Pictures: really decoded, their bomb-like sizes refused before, the sender's traces taken out.

JPEGs keep their pixels (`jpeg.stripped`); everything else is drawn anew. What others see is made here.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from office.examining import jpeg, legible

_FORMATS = {
    "image/jpeg": ["JPEG", "MPO"],
    "image/png": ["PNG"],
    "image/gif": ["GIF"],
    "image/bmp": ["BMP"],
    "image/tiff": ["TIFF"],
    "image/webp": ["WEBP"],
    "image/heic": ["HEIF", "AVIF"],
}
#: A scan of more pages is sent as PDF.
MOST_PAGES = 60
#: Instead of a name: the file itself tells nothing, and may be seen as it is.
SAME = "same"
_MAY_MOVE = ("image/gif", "image/webp", "image/png")
#: What is black and white or no larger than this stays lossless; all else becomes JPEG.
_LOSSLESS = 1_000_000
_GPS, _ORIENTATION = 0x8825, 0x0112
_FOREIGN = (b"%PDF-", b"<script", b"<html", b"<!doctype html", b"<?php", b"PK\x03\x04")

Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before any pixel is decoded


class TooHeavy(MemoryError):
    """More pixels or pages than we decode."""


def look(path: Path, kind: str, job: dict[str, Any]) -> dict[str, Any]:
    """Facts about a picture; the cleaned copy and a preview lie in the working directory."""
    if kind == "image/heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)  # more cost more
    with Image.open(path, formats=_FORMATS[kind]) as image:
        _bound(image, job["pixels"])
        width, height = image.size
        found: dict[str, Any] = {"width": width, "height": height, "findings": _traces(image)}
        orientation = _orientation(image)
        if kind == "image/jpeg":
            _shrink(image)  # decoded to the last byte all the same
        sheet = _upright(image)
        small = _small(sheet)
        found |= _clean(path, kind, image, sheet, orientation, job["pixels"])
        if kind in _MAY_MOVE and _moves(image):
            found["findings"].append("animated")
    found["findings"] += _foreign(path, found.pop("tail", 0))
    found["hints"] = legible.hints(small.convert("L"), max(width, height))
    large = max(width, height) > legible.EDGE or found["clean"] == "clean.pdf"
    found["previews"] = [_preview(small) if large else found["clean"]]
    return found


def _bound(image: Image.Image, most: int) -> None:
    if image.width * image.height > most:
        raise TooHeavy


def _traces(image: Image.Image) -> list[str]:
    """What the file says beyond the picture."""
    found = [key for key in ("exif", "xmp", "comment", "photoshop") if image.info.get(key)]
    exif = image.getexif()
    traces = ["metadata"] if found or set(exif) - {_ORIENTATION} else []
    return [*traces, "gps"] if exif.get_ifd(_GPS) else traces


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(_ORIENTATION, 1)
    return value if isinstance(value, int) else 1


def _upright(image: Image.Image) -> Image.Image:
    """The frame decoded to the last byte, the right way up, in eight bits, on white. It may be the image itself: done
    with before another frame is sought. A copy of twelve megapixels costs 20 ms."""
    image.load()
    frame = image if _orientation(image) == 1 else ImageOps.exif_transpose(image)
    if frame.mode.startswith(("I", "F")):
        _, high = frame.convert("F").getextrema()
        top = 65_535.0 if isinstance(high, float) and high > 255 else 255.0
        frame = frame.convert("F").point(lambda value: value * (255.0 / top)).convert("L")
    if frame.mode == "1" or (frame.mode == "L" and "transparency" not in frame.info):
        return frame
    if frame.has_transparency_data:
        on_white = Image.new("RGB", frame.size, "white")
        frame = frame.convert("RGBA")
        on_white.paste(frame, mask=frame.getchannel("A"))
        return on_white
    return frame if frame.mode == "RGB" else frame.convert("RGB")


def _clean(
    path: Path, kind: str, image: Image.Image, sheet: Image.Image, orientation: int, pixels: int
) -> dict[str, Any]:
    if kind == "image/jpeg":
        before = path.read_bytes()
        data, tail = jpeg.stripped(before, orientation)
        if data == before:
            return {"pages": 1, "clean": SAME}
        Path("clean.jpg").write_bytes(data)
        return {"pages": 1, "clean": "clean.jpg", "tail": tail}
    if kind != "image/tiff":
        return {"pages": 1, "clean": _draw(sheet)}
    sheet = sheet.copy()
    pages = _bind_pages(image, sheet, pixels)
    return {"pages": pages, "clean": _draw(sheet) if pages == 1 else "clean.pdf"}


def _draw(sheet: Image.Image) -> str:
    if sheet.mode == "1" or sheet.width * sheet.height <= _LOSSLESS:
        sheet.save("clean.png", icc_profile=None)
        return "clean.png"
    sheet.save("clean.jpg", quality=90, icc_profile=sheet.info.get("icc_profile"), exif=b"", xmp=b"", comment=b"")
    return "clean.jpg"


def _bind_pages(image: Image.Image, first: Image.Image, pixels: int) -> int:
    """A scan of several pages becomes a PDF, page by page; how many there are. One page leaves nothing."""
    count = 1
    for sheet in _further(image, pixels):
        if count == 1:
            first.save("clean.pdf", resolution=_dpi(image))
        sheet.save("clean.pdf", append=True, resolution=_dpi(image))
        count += 1
    return count


def _further(image: Image.Image, pixels: int) -> Iterator[Image.Image]:
    for number in range(1, MOST_PAGES + 1):
        try:
            image.seek(number)
        except EOFError:
            return
        if number == MOST_PAGES:
            raise TooHeavy
        _bound(image, pixels)
        yield _upright(image)


def _dpi(image: Image.Image) -> float:
    dpi = float(image.info.get("dpi", (200, 200))[0])
    return dpi if 50 <= dpi <= 1200 else 200.0


def _moves(image: Image.Image) -> bool:
    try:
        image.seek(1)
    except (EOFError, ValueError, OSError):
        return False
    return True


def _foreign(path: Path, tail: int) -> list[str]:
    """Whether something else lives in the same file: an archive, a document, a page."""
    data = path.read_bytes()
    outside = (data[:1024] + data[len(data) - min(tail or 65_536, len(data)) :]).lower()
    found = ["tail"] if tail else []
    if zipfile.is_zipfile(path) or any(sign.lower() in outside for sign in _FOREIGN):
        found.append("polyglot")
    return found


def _small(sheet: Image.Image) -> Image.Image:
    """What the measures and the preview are made of: halved first where it is large, as a JPEG is when it is
    decoded."""
    sheet = sheet if sheet.mode == "RGB" else sheet.convert("L")
    small = sheet.reduce(max(1, max(sheet.size) // legible.EDGE))
    _shrink(small)
    return small


def _shrink(image: Image.Image) -> None:
    image.thumbnail((legible.EDGE, legible.EDGE), Image.Resampling.BILINEAR)


def _preview(small: Image.Image) -> str:
    small.save("preview-1.jpg", quality=80, exif=b"", comment=b"")
    return "preview-1.jpg"
