"""What examining one file costs in the child that looks at it: processor time and resident memory at its worst."""

from __future__ import annotations

import asyncio
import io
import json
import multiprocessing
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from office.examination import Limits

_SIZE, _TIMES = (4000, 3000), 5


async def examined() -> str:
    """Median and worst of five looks at each kind of file."""
    return await asyncio.to_thread(_examined)


def _examined() -> str:
    with tempfile.TemporaryDirectory() as folder:
        for step in (_pictures, _looks):  # in processes of their own: a fork weighs what its parent weighs
            process = multiprocessing.get_context("spawn").Process(target=step, args=(folder,))
            process.start()
            process.join()
        return Path(folder, "figures").read_text()


def _pictures(folder: str) -> None:
    import img2pdf
    import pillow_heif
    from PIL import Image, ImageDraw, ImageFont

    pillow_heif.register_heif_opener()
    font = ImageFont.truetype(str(Path("office/examining/fonts/THSarabun-Regular.ttf")), 80)
    grain = Image.effect_noise(_SIZE, 8)
    shade = Image.linear_gradient("L").resize(_SIZE)
    photo = Image.merge("RGB", [Image.blend(grain, shade, part) for part in (0.3, 0.4, 0.5)])
    pen = ImageDraw.Draw(photo)
    words = "หนังสือรับรองการตรวจสอบเอกสาร ข้อความสำหรับวัดเวลา 0123456789"
    for line in range(30):
        pen.text((200, 100 + line * 95), words, font=font, fill=(20, 20, 20))
    for name, options in {"photo.jpg": {"quality": 92}, "photo.png": {}, "photo.heic": {"quality": 50}}.items():
        photo.save(Path(folder, name), **options)
    scan = io.BytesIO()
    photo.convert("L").resize((1654, 2339)).save(scan, "JPEG", quality=80)
    Path(folder, "scans.pdf").write_bytes(img2pdf.convert([scan.getvalue()] * 30))


def _looks(folder: str) -> None:
    figures = []
    for name in ("photo.jpg", "photo.png", "photo.heic", "scans.pdf"):
        path = Path(folder, name)
        times, weights = zip(*(_look(path) for _ in range(_TIMES)), strict=True)
        size, time = f"{path.stat().st_size / 1e6:.1f} MB", f"{median(times):.2f} (at worst {max(times):.2f}) s CPU"
        figures.append(f"{name} ({size}) {time}, {max(weights)} MB")
    Path(folder, "figures").write_text("; ".join(figures))


def _look(path: Path) -> tuple[float, int]:
    from office.examining import room

    with tempfile.TemporaryDirectory() as scratch:
        limits = {"memory": Limits.memory + path.stat().st_size, "seconds": Limits.seconds, "written": Limits.written}
        job = {"what": "look", "path": str(path), "scratch": scratch, "trust": scratch, "pixels": Limits.pixels}
        job |= {"now": datetime.now(UTC).isoformat(), "limits": limits}
        room._load(job)  # noqa: SLF001 - as the room does before each fork
        if (fork := os.fork()) == 0:
            os._exit(room._done(job))  # noqa: SLF001
        _, _, used = os.wait4(fork, 0)
        found = json.loads(Path(scratch, room.RESULT).read_text())
        if found.get("reason"):
            raise RuntimeError(found["reason"])
        return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024
