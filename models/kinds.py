"""What a file is, by its first bytes: the one place that knows kinds. The name it came with is only a name."""

from __future__ import annotations

_BY_HEAD: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"BM", 0, "image/bmp"),
    (b"II*\x00", 0, "image/tiff"),
    (b"MM\x00*", 0, "image/tiff"),
    (b"WEBP", 8, "image/webp"),
    (b"PK\x03\x04", 0, "application/zip"),
    (b"PK\x05\x06", 0, "application/zip"),
    (b"Rar!\x1a\x07", 0, "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", 0, "application/zip"),
    (b"\x1f\x8b", 0, "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/msword"),
    (b"MZ", 0, "application/x-program"),
    (b"\x7fELF", 0, "application/x-program"),
    (b"\x1a\x45\xdf\xa3", 0, "video/webm"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
)
#: What a browser would run as a page, whatever the name says; in lower case, after blanks and a byte-order mark.
_PAGES = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<!doctype svg", b"<?xml", b"<!--")
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


def kind_of(head: bytes) -> str:
    """What the first bytes (≥ 1 KiB if there are as many) say the file is; application/octet-stream if nothing."""
    for magic, offset, kind in _BY_HEAD:
        if head.startswith(magic, offset):
            return kind
    if head[4:8] == b"ftyp":
        if head[8:12] in _HEIC:
            return "image/heic"
        return "audio/mp4" if head[8:11] == b"M4A" else "video/mp4"
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES):
        return "text/html"
    return "application/octet-stream"
