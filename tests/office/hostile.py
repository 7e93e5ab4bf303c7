"""Files that mean ill, are broken, or only look odd: made here, each with what must be found out about it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(frozen=True)
class Sample:
    """Some bytes, and what must be said of them: the verdict ("?": not "usable"), and what must be among the words."""

    name: str
    data: bytes
    verdict: str
    told: tuple[str, ...] = ()


def samples() -> Iterator[Sample]:
    for part in (_plain, _pictures, _pdfs, _containers, _others):
        yield from (Sample(*each[:3], each[3:]) for each in part())


# --- pictures ---


def picture(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", size, (200, 180, 90))
    ImageDraw.Draw(image).line((0, 0, *size), fill=(10, 20, 30), width=3)
    return image.convert(mode)


def saved(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    out = io.BytesIO()
    (image or picture()).save(out, kind, **options)
    return out.getvalue()


def with_place() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "กล้องของสมชาย", 6
    exif.get_ifd(0x8825).update({1: "N", 2: (13.0, 45.0, 0.0), 3: "E", 4: (100.0, 30.0, 0.0)})
    return exif


def heic() -> bytes:
    pillow_heif.register_heif_opener()
    return saved("HEIF", exif=with_place(), quality=50)


def png(width: int, height: int, body: bytes = b"", *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG that says it is so large, with whatever in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), *chunks, (b"IDAT", zlib.compress(body)), (b"IEND", b""))
    made = (struct.pack(">I", len(d)) + kind + d + struct.pack(">I", zlib.crc32(kind + d)) for kind, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def resized(data: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame header lies about its size."""
    at = data.find(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def looped_tiff() -> bytes:
    """Its second page is its first."""
    data = bytearray(saved("TIFF"))
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    struct.pack_into("<I", data, at + 2 + 12 * count, at)
    return bytes(data)


def _plain() -> Iterator[tuple[str, ...]]:
    jpeg = saved("JPEG")
    yield "a photo", jpeg, "usable"
    yield "a progressive photo", saved("JPEG", progressive=True), "usable"
    yield "a photo with place and camera", saved("JPEG", exif=with_place()), "usable", "metadata", "gps"
    yield "a photo with a comment", saved("JPEG", comment=b"secret"), "usable", "metadata"
    yield "a photo for print", saved("JPEG", picture(mode="CMYK")), "usable"
    yield "a PNG", saved("PNG"), "usable"
    yield "a PNG one can look through", saved("PNG", picture(mode="RGBA")), "usable"
    yield "a PNG with a palette", saved("PNG", picture(mode="P")), "usable"
    yield "a PNG in black and white", saved("PNG", picture(mode="1")), "usable"
    yield "a PNG of sixteen bits", saved("PNG", Image.new("I;16", (9, 9), 40_000)), "usable"
    yield "a BMP", saved("BMP"), "usable"
    yield "a GIF", saved("GIF"), "usable"
    yield "a fax", saved("TIFF", picture(mode="1"), compression="group4"), "usable"
    yield "a scan of three pages", saved("TIFF", save_all=True, append_images=[picture(), picture()]), "usable"
    yield "a WebP", saved("WEBP"), "usable"
    yield "a HEIC from a phone", heic(), "usable", "gps"
    yield "an AVIF", saved("AVIF"), "usable"
    yield (
        "a GIF that moves",
        saved("GIF", save_all=True, append_images=[picture((60, 40)).rotate(90)]),
        "usable",
        "animated",
    )
    yield "a WebP that moves", saved("WEBP", save_all=True, append_images=[picture().rotate(90)]), "usable", "animated"
    yield "a motion photo", jpeg + b"\0\0\0\x18ftypmp42" + b"\0" * 200, "usable", "tail"


def _pictures() -> Iterator[tuple[str, ...]]:
    jpeg = saved("JPEG", picture((640, 480)))
    yield "a JPEG cut in half", jpeg[: len(jpeg) // 2], "refused", "unreadable"
    yield "a progressive JPEG cut", saved("JPEG", picture((640, 480)), progressive=True)[:3000], "refused", "unreadable"
    yield "a JPEG of three bytes", b"\xff\xd8\xff", "refused", "unreadable"
    yield "noise that begins like a JPEG", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, "refused", "unreadable"
    yield "a JPEG that says 65000 x 65000", resized(jpeg, 65_000, 65_000), "refused", "too_heavy"
    yield "a PNG that says 20000 x 20000", png(20_000, 20_000), "refused", "too_heavy"
    yield "a PNG that says 2^31 x 1", png(2**31 - 1, 1), "refused"
    yield "a PNG that is shorter than it says", png(3_000, 3_000, b"\0" * 99), "refused", "unreadable"
    yield "a PNG with a text that unpacks to much", png(9, 9, b"\0" * 90, _text_bomb()), "refused"
    yield "a PNG with a wrong checksum", saved("PNG")[:-20] + b"\0" * 20, "refused", "unreadable"
    yield "a TIFF whose pages go round", looped_tiff(), "usable"
    yield "a TIFF of many pages", _long_tiff(), "refused", "too_heavy"
    yield "a TIFF whose table lies beyond its end", b"II*\0\xff\xff\xff\x7f" + b"\0" * 99, "refused", "unreadable"
    yield "a GIF cut", saved("GIF")[:60], "refused", "unreadable"
    yield "a HEIC cut", heic()[:400], "refused", "unreadable"
    yield "a BMP of two letters", b"BM" + b"\0" * 60, "refused", "unreadable"
    yield "a WebP of nothing", b"RIFF\x10\0\0\0WEBPVP8 \0\0\0\0", "refused", "unreadable"
    yield "a JPEG that is an archive too", jpeg + zipped({"a.txt": b"a"}), "review", "polyglot"
    yield "a JPEG that is a page too", jpeg + b"<html><script>alert(1)</script>", "review", "polyglot"
    yield "a JPEG that is a PDF too", _commented(jpeg, b"%PDF-1.4\n1 0 obj"), "review", "polyglot"
    yield "a GIF that is a script too", saved("GIF") + b"<script>alert(1)</script>", "review", "polyglot"
    yield "a PNG that is an archive too", saved("PNG") + zipped({"a.exe": b"MZ"}), "review", "polyglot"
    yield "a GIF that is an early PDF too", b"GIF89a" + pdf(), "refused", "unreadable"


def _text_bomb() -> tuple[bytes, bytes]:
    return b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 80_000_000)


def _long_tiff() -> bytes:
    return saved("TIFF", picture((8, 8)), save_all=True, append_images=[picture((8, 8))] * 99)


def _commented(jpeg: bytes, text: bytes) -> bytes:
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + jpeg[2:]


# --- PDFs ---


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **save: Any) -> bytes:
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(200, 200))
        document.pages[0].Contents = document.make_stream(b"20 20 100 100 re f")
        if change is not None:
            change(document)
        out = io.BytesIO()
        document.save(out, **save)
        return out.getvalue()


def opens_with(action: Dictionary, *, direct: bool = True) -> bytes:
    def add(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = action if direct else document.make_indirect(action)

    return pdf(add)


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def _on_page(document: pikepdf.Pdf) -> None:
    document.pages[0].AA = Dictionary(O=Dictionary(S=Name.Launch, F="cmd.exe"))


def _deep(document: pikepdf.Pdf) -> None:
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI="x", Next=_script())
    )
    document.pages[0].Annots = Array([link])


def _named_script(document: pikepdf.Pdf) -> None:
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", _script()])))


def _attached(document: pikepdf.Pdf) -> None:
    document.attachments["บัญชี.exe"] = b"MZ" + b"\0" * 99


def _xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp/>"))


def _huge(document: pikepdf.Pdf) -> None:
    document.pages[0].MediaBox = Array([0, 0, 3_000_000, 3_000_000])


def _odd_box(document: pikepdf.Pdf) -> None:
    document.pages[0].MediaBox = Array([0, 0, 0, 0])


def _circular(document: pikepdf.Pdf) -> None:
    document.Root.Pages.Kids.append(document.Root.Pages)


def _bomb(document: pikepdf.Pdf) -> None:
    document.pages[0].Contents = document.make_stream(b"0 0 m 1 1 l S\n" * 6_000_000)


def locked(user: str) -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="o", user=user))


def _xref_loop() -> bytes:
    """Each cross-reference table names itself as the one before."""
    data = pdf(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    at = data.rfind(b"\nxref") + 1
    return data.replace(b"trailer <<", b"trailer << /Prev %d " % at)


def _pdfs() -> Iterator[tuple[str, ...]]:
    whole = pdf(pages=3)
    yield "a PDF", whole, "usable"
    yield "a PDF of thirty pages", pdf(pages=30), "usable"
    yield "a PDF that may not be printed", locked(""), "usable", "restricted"
    yield "a PDF behind a password", locked("secret"), "refused", "protected"
    yield "a script on opening", opens_with(_script()), "review", "javascript"
    yield "a script on opening, as an object", opens_with(_script(), direct=False), "review", "javascript"
    yield "a script among the names", pdf(_named_script), "review", "javascript"
    yield "a script behind a link, behind another", pdf(_deep), "review", "javascript"
    compressed = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
    yield "a script in a compressed object", pdf(_named_script, **compressed), "review", "javascript"
    yield "a program on opening", opens_with(Dictionary(S=Name.Launch, F="cmd.exe")), "review", "launch"
    yield "a program on a page", pdf(_on_page), "review", "launch"
    yield "a form that sends itself", opens_with(Dictionary(S=Name.SubmitForm, F="http://x")), "review", "submits"
    yield "an XFA form", pdf(_xfa), "review", "xfa"
    yield "a file within", pdf(_attached), "review", "embedded"
    yield "1501 pages", pdf(pages=1501), "review", "many_pages"
    yield "a page of a kilometre", pdf(_huge), "review", "odd_page"
    yield "a page of no size", pdf(_odd_box), "?"
    yield "pages that go round", pdf(_circular), "?"
    yield "a content of 80 MB", pdf(_bomb), "?"
    yield "tables that go round", _xref_loop(), "?"
    yield "a PDF cut in half", whole[: len(whole) // 2], "?"
    yield "a PDF of its head", b"%PDF-1.7\n", "refused", "unreadable"
    yield "a PDF of noise", b"%PDF-1.7\n" + bytes(range(256)) * 30, "refused", "unreadable"
    yield "a PDF with something before it", b"#!/bin/sh\necho\n" + whole, "review", "prefix"
    yield "a PDF with something behind it", whole + b"\n<script>alert(1)</script>", "review", "appended"
    yield "a PDF that is an archive too", whole + zipped({"a.exe": b"MZ"}), "review", "polyglot"
    yield "nested arrays", b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\nendobj\n", "refused"


# --- containers and the rest ---


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return out.getvalue()


def _containers() -> Iterator[tuple[str, ...]]:
    office = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}
    yield "an archive", zipped({"a.txt": b"a"}), "refused", "archive"
    yield "an archive of fifty megabytes of nothing", zipped({"a": b"\0" * 50_000_000}), "refused", "archive"
    yield "an archive cut", zipped({"a": b"a"})[:20], "refused", "archive"
    yield "a RAR", b"Rar!\x1a\x07\x01\0" + b"\0" * 99, "refused", "archive"
    yield "a 7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 99, "refused", "archive"
    yield "a Word file", zipped(office), "refused", "office_document"
    yield "a Word file with macros", zipped({**office, "word/vbaProject.bin": b"x"}), "refused", "macros"
    yield "an old Word file", _OLE + b"\0" * 600, "refused", "office_document"
    yield "an old Word file with macros", _OLE + "_VBA_PROJECT".encode("utf-16-le"), "refused", "macros"


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _others() -> Iterator[tuple[str, ...]]:
    yield "nothing", b"", "refused", "empty"
    yield "one byte", b"%", "refused", "unknown_kind"
    yield "a program", b"MZ\x90\0" + b"\0" * 99, "refused", "program"
    yield "a program for Linux", b"\x7fELF" + b"\0" * 99, "refused", "program"
    yield "a program that says it is a PDF", b"MZ\x90\0" + pdf(), "refused", "program"
    yield "a page", b"<!DOCTYPE html><script>alert(1)</script>", "refused", "web_page"
    yield "a drawing that acts", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "refused", "web_page"
    yield "an XML of entities", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbb">]>', "refused", "web_page"
    yield "a film", b"\0\0\0\x18ftypmp42" + b"\0" * 99, "refused", "video"
    yield "a film from an iPhone", b"\0\0\0\x14ftypqt  " + b"\0" * 99, "refused", "video"
    yield "a voice", b"\0\0\0\x18ftypM4A " + b"\0" * 99, "refused", "audio"
    yield "a song", b"ID3\x03" + b"\0" * 99, "refused", "audio"
    yield "a text", "ข้อความ".encode(), "refused", "unknown_kind"
    yield "a shell script", b"#!/bin/sh\nrm -rf /\n", "refused", "unknown_kind"
