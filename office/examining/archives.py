"""Archives and Office documents: never unpacked, only told apart, so that the citizen hears what to send instead."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

#: The names under which the old compound format keeps macros, as UTF-16.
_OLD_MACROS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "VBA", "Macros"))


def look(path: Path, kind: str, _: object) -> dict[str, Any]:
    if kind == "application/msword":
        macros = any(name in path.read_bytes() for name in _OLD_MACROS)
        return {"reason": "macros" if macros else "office_document"}
    if kind != "application/zip" or not zipfile.is_zipfile(path):
        return {"reason": "archive"}
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if any(name.rsplit("/", 1)[-1].lower() == "vbaproject.bin" for name in names):
        return {"reason": "macros"}
    return {"reason": "office_document" if "[Content_Types].xml" in names else "archive"}
