"""Small invented photographs (a pothole, a heap of rubbish, a dark lamp post), drawn here: nobody's picture is used."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Mapping

WIDTH, HEIGHT = 480, 360
Colour = tuple[int, int, int]


class Canvas:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._rows = [bytearray(WIDTH * 3) for _ in range(HEIGHT)]

    def fade(self, top: int, bottom: int, above: Colour, below: Colour) -> None:
        """A band that fades from one colour into another, with a little grain."""
        for y in range(top, bottom):
            part = (y - top) / max(1, bottom - top - 1)
            grain = self._chance.randint(-4, 4)
            row = bytes(_clip(a + (b - a) * part + grain) for a, b in zip(above, below, strict=True))
            self._rows[y][:] = row * WIDTH

    def box(self, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
        for y in range(max(0, top), min(HEIGHT, bottom)):
            self._run(y, left, right, colour)

    def blob(self, x: int, y: int, wide: int, high: int, colour: Colour) -> None:
        """An uneven ellipse."""
        for row in range(max(0, y - high), min(HEIGHT, y + high)):
            half = wide * (1 - ((row - y) / high) ** 2) ** 0.5
            wobble = self._chance.randint(-3, 3)
            self._run(row, int(x - half) + wobble, int(x + half) + wobble, colour)

    def png(self) -> bytes:
        raw = b"".join(b"\0" + bytes(row) for row in self._rows)
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 6)), (b"IEND", b""))
        chunks = (struct.pack(">I", len(d)) + kind + d + struct.pack(">I", zlib.crc32(kind + d)) for kind, d in parts)
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)

    def _run(self, y: int, left: int, right: int, colour: Colour) -> None:
        left, right = max(0, left), min(WIDTH, right)
        if left < right:
            self._rows[y][left * 3 : right * 3] = bytes(colour) * (right - left)


def _clip(value: float) -> int:
    return max(0, min(255, round(value)))


def _street(canvas: Canvas) -> None:
    canvas.fade(0, 140, (150, 190, 225), (215, 228, 235))
    canvas.fade(140, 175, (95, 130, 80), (120, 150, 95))
    canvas.fade(175, HEIGHT, (112, 112, 114), (88, 88, 90))
    for left in range(20, WIDTH, 120):
        canvas.box(left, 262, left + 60, 268, (225, 220, 190))


def _pothole(canvas: Canvas, chance: random.Random) -> None:
    _street(canvas)
    for _ in range(chance.randint(1, 3)):
        x, y, wide = chance.randint(100, 380), chance.randint(225, 320), chance.randint(40, 90)
        canvas.blob(x, y, wide, wide // 3, (62, 56, 50))
        canvas.blob(x + 4, y + 3, wide * 3 // 4, wide // 5, (104, 92, 74))


def _rubbish(canvas: Canvas, chance: random.Random) -> None:
    _street(canvas)
    colours = ((40, 40, 44), (230, 230, 225), (70, 110, 170), (180, 60, 50), (200, 170, 60), (60, 120, 70))
    for _ in range(46):
        x, y = chance.randint(120, 360), chance.randint(150, 250)
        canvas.blob(x, y, chance.randint(10, 30), chance.randint(8, 20), chance.choice(colours))


def _lamp(canvas: Canvas, chance: random.Random) -> None:
    canvas.fade(0, 250, (14, 18, 38), (34, 38, 58))
    canvas.fade(250, HEIGHT, (24, 24, 28), (12, 12, 14))
    x = chance.randint(140, 340)
    canvas.box(x, 60, x + 8, 270, (74, 76, 82))
    canvas.box(x - 60, 60, x + 8, 66, (74, 76, 82))
    canvas.blob(x - 60, 70, 20, 7, (52, 54, 60))
    canvas.blob(430, 190, 7, 7, (250, 220, 140))


def _flood(canvas: Canvas, chance: random.Random) -> None:
    canvas.fade(0, 165, (150, 160, 170), (198, 202, 204))
    for left in range(0, WIDTH, 96):
        canvas.box(left + 6, 60 + chance.randint(0, 30), left + 88, 190, (176 - left // 8, 150, 128))
        canvas.box(left + 34, 120, left + 58, 190, (92, 70, 54))
    canvas.fade(165, HEIGHT, (134, 116, 88), (104, 88, 64))
    for _ in range(40):
        x, y = chance.randint(0, WIDTH), chance.randint(180, HEIGHT - 4)
        canvas.box(x, y, x + chance.randint(20, 70), y + 2, (160, 144, 116))


def _smoke(canvas: Canvas, chance: random.Random) -> None:
    canvas.fade(0, 240, (170, 190, 205), (214, 214, 208))
    canvas.fade(240, HEIGHT, (140, 128, 80), (110, 98, 60))
    for step in range(26):
        shade = 120 + step * 3
        canvas.blob(220 + step * 5, 240 - step * 9, 24 + step * 3, 16 + step, (shade, shade, shade))
    canvas.blob(214, 252, 40, 12, (226, 120, 40))
    canvas.blob(214 + chance.randint(-6, 6), 250, 18, 8, (250, 210, 90))


def _tree(canvas: Canvas, chance: random.Random) -> None:
    _street(canvas)
    canvas.box(40, 226, 400, 248, (98, 72, 48))
    for _ in range(40):
        x, y = chance.randint(300, 470), chance.randint(170, 290)
        canvas.blob(x, y, chance.randint(14, 34), chance.randint(10, 24), (50, 96 + chance.randint(0, 50), 44))


def _paper(canvas: Canvas, chance: random.Random) -> None:
    canvas.fade(0, HEIGHT, (120, 92, 66), (96, 72, 50))
    canvas.box(110, 20, 370, 344, (246, 244, 236))
    for y in range(60, 320, 18):
        canvas.box(140, y, 140 + chance.randint(90, 200), y + 5, (120, 120, 128))


_SCENES: Mapping[str, Callable[[Canvas, random.Random], None]] = {
    "pothole": _pothole,
    "rubbish": _rubbish,
    "lamp": _lamp,
    "flood": _flood,
    "smoke": _smoke,
    "tree": _tree,
    "paper": _paper,
}


def photo(scene: str, seed: int) -> bytes:
    """A PNG of a scene; the same seed gives the same bytes, another one another photograph."""
    chance = random.Random(f"{scene}-{seed}")
    canvas = Canvas(chance)
    _SCENES[scene](canvas, chance)
    return canvas.png()
