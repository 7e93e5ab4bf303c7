"""Draws the picture of the LINE rich menu from its source, with Chromium and a Thai font: `make menu-picture`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.line_menu import DRAWN
from tests.sandbox.chromium import Chromium, find_chromium

WIDTH, HEIGHT = 2500, 1686


def draw() -> None:
    binary = find_chromium()
    if binary is None:
        raise SystemExit("Chromium is needed (set CHROMIUM to one)")
    with tempfile.TemporaryDirectory() as profile, Chromium(binary, Path(profile)) as browser:
        browser.tab(DRAWN.with_suffix(".html").as_uri(), WIDTH, HEIGHT).photograph(DRAWN)


if __name__ == "__main__":
    draw()
