"""Whether a photographed paper can be read: a hint for the citizen, never a reason to refuse (B32).

The measures were fitted to 84 synthetic photographs of letters; they say nothing about pictures of a road.
"""

from __future__ import annotations

from PIL import Image, ImageFilter, ImageStat

#: The long edge at which sharpness is measured.
EDGE = 1600
_SMALL, _DARK, _BLURRED = 1000, 70, 12.0
#: Share of pixels burnt out: below it is a print's own white, above it a scan's paper.
_GLARE, _SCAN = 0.01, 0.30
_SMOOTH = ImageFilter.Kernel((3, 3), (1, 2, 1, 2, 4, 2, 1, 2, 1), 16)
#: Second differences across, down and along both diagonals: motion blurs one of them, bad focus all.
_DIRECTIONS = tuple(
    ImageFilter.Kernel((3, 3), kernel, 1, 128)
    for kernel in (
        (0, 0, 0, 1, -2, 1, 0, 0, 0),
        (0, 1, 0, 0, -2, 0, 0, 1, 0),
        (1, 0, 0, 0, -2, 0, 0, 0, 1),
        (0, 0, 1, 0, -2, 0, 1, 0, 0),
    )
)


def hints(grey: Image.Image, long_edge: int) -> list[str]:
    """What may make a paper hard to read: small, dark, glare, blurred. `grey`: mode L, at most EDGE long; `long_edge`:
    of the picture as it came."""
    shades, size = grey.histogram(), grey.width * grey.height
    burnt = sum(shades[252:]) / size
    bright = _shade(shades, size * 0.9)
    found = {
        "small": long_edge < _SMALL,
        "dark": bright < _DARK,
        "glare": _GLARE < burnt < _SCAN,
        "blurred": sharpness(grey) < _BLURRED,
    }
    return [hint for hint, there in found.items() if there]


def sharpness(grey: Image.Image) -> float:
    """The variance of the second difference in the direction in which there is least of it."""
    smooth = grey.filter(_SMOOTH)
    inside = (2, 2, max(3, grey.width - 2), max(3, grey.height - 2))  # Pillow leaves the edge as it was
    return min(ImageStat.Stat(smooth.filter(kernel).crop(inside)).var[0] for kernel in _DIRECTIONS)


def _shade(shades: list[int], pixels: float) -> int:
    """The shade below which so many pixels lie."""
    seen = 0
    for shade, count in enumerate(shades):
        seen += count
        if seen >= pixels:
            return shade
    return 255
