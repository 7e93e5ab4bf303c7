"""Taking what tells of the sender out of a JPEG without touching a pixel: EXIF (with the place), XMP, IPTC, comments,
pictures within the picture, whatever follows the end. The way up stays; the colour profile stays."""

from __future__ import annotations

import struct

_SOI, _EOI, _SOS, _RESTART = 0xD8, 0xD9, 0xDA, range(0xD0, 0xD8)
_APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE


def stripped(data: bytes, orientation: int = 1) -> tuple[bytes, int]:
    """The same picture, and how many bytes stood behind its end. Raises ValueError if it is no whole JPEG."""
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    kept = [b"\xff\xd8"]
    if orientation in range(2, 9):
        kept.append(_way_up(orientation))
    at = 2
    while True:
        if at == len(data):  # a decoder does without the end mark
            return b"".join((*kept, b"\xff\xd9")), 0
        marker, begins, at = _segment(data, at)
        if marker == _EOI:
            return b"".join((*kept, b"\xff\xd9")), len(data) - at
        if marker == _SOS:
            at = _end_of_scan(data, at)
        if _needed(marker, data[begins + 4 : begins + 18]):
            kept.append(data[begins:at])


def _segment(data: bytes, at: int) -> tuple[int, int, int]:
    """The marker at this place, where it begins, and where the segment ends."""
    while data[at : at + 2] == b"\xff\xff":  # fill bytes
        at += 1
    if len(data) < at + 2 or data[at] != 0xFF:
        raise ValueError("not whole")
    marker = data[at + 1]
    if marker == _EOI:
        return marker, at, at + 2
    (length,) = struct.unpack_from(">H", data, at + 2) if len(data) >= at + 4 else (0,)
    if length < 2 or at + 2 + length > len(data):
        raise ValueError("not whole")
    return marker, at, at + 2 + length


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands that is not part of the pixels."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and data[at + 1] != 0xFF and data[at + 1] not in _RESTART:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
    return len(data)


def _needed(marker: int, begins: bytes) -> bool:
    if marker == _APP0:
        return begins.startswith(b"JFIF")
    if marker == _APP2:
        return begins.startswith(b"ICC_PROFILE")
    return marker == _APP14 or not (_APP1 <= marker <= _APP15 or marker == _COMMENT)


def _way_up(orientation: int) -> bytes:
    """An EXIF of nothing but the orientation."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    return struct.pack(">BBH6s", 0xFF, _APP1, 8 + len(tiff), b"Exif\0\0") + tiff
