"""The rich menu of the office's LINE account: six areas that type the labels of the main menu.

Rich menus are not shown on a PC: every label works as typed words too. A menu of ours is known by its name, which holds
a digest of all that it shows; a menu of anybody else is never touched (LINE, "Rich menu", "Upload rich menu image").
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

#: Our own picture, and the name of the office's own in its SERVICES_DIR.
DRAWN = Path(__file__).parent / "assets" / "line-menu.png"
OWN_PICTURE = "line-menu.png"
#: What the bar below the chat says (LINE: at most 14).
BAR = "เมนูบริการ"
_COLUMNS, _ROWS = 3, 2
_OURS = re.compile(r"rapruang [0-9a-f]{12}")
#: What an operator is told when LINE could not be reached.
UNREACHED = "ติดต่อ LINE ไม่ได้ ({}) โปรดตรวจการเชื่อมต่ออินเทอร์เน็ตและค่า LINE_API_URL, LINE_API_DATA_URL"


class MenuTrouble(Exception):
    """The platform did not do what was asked; the text says in Thai why, and what can be done about it."""


def refusal(status: int, said: str) -> str:
    """What an operator is told of this answer of LINE's."""
    match status:
        case 401:
            return "LINE ไม่รับโทเคนของสำนักงาน (401) โปรดออก Channel access token ใหม่แล้วใส่ใน LINE_CHANNEL_ACCESS_TOKEN"
        case 403:
            return "LINE ไม่ให้บัญชีนี้ใช้เมนู (403) โปรดตรวจสิทธิ์ของบัญชีใน LINE Official Account Manager"
        case 429:
            return "เรียกใช้ LINE บ่อยเกินกำหนด (429) โปรดรอหนึ่งชั่วโมงแล้วสั่งใหม่"
        case status if status >= 500:
            return f"LINE ขัดข้องชั่วคราว ({status}) โปรดสั่งใหม่ภายหลัง"
    return f"LINE ไม่รับคำขอ ({status} {said})"


class MenuDoors(Protocol):
    """LINE's own calls. All raise MenuTrouble."""

    def ask(self, method: Literal["GET", "POST", "DELETE"], path: str, body: Any = None) -> dict[str, Any] | None:
        """What LINE answers; None if there is no such thing. `body` is JSON, or bytes: a PNG for the host of files."""


def picture(services_dir: Path) -> Path:
    """The office's own picture if it has one, else ours."""
    own = services_dir / OWN_PICTURE
    return own if own.exists() else DRAWN


def faults(path: Path) -> Iterator[str]:
    """What LINE would not take about this picture ("Requirements for rich menu image"), in Thai."""
    try:
        width, height = _size(path.read_bytes())
    except (OSError, ValueError):
        yield f"{path}: ไม่ใช่ไฟล์รูป PNG ที่อ่านได้"
        return
    if not 800 <= width <= 2500:
        yield f"{path}: รูปกว้าง {width} พิกเซล ต้องกว้าง 800–2500 พิกเซล"
    if height < 250:
        yield f"{path}: รูปสูง {height} พิกเซล ต้องสูงอย่างน้อย 250 พิกเซล"
    if width < height * 1.45:
        yield f"{path}: รูปขนาด {width} × {height} สูงเกินไป ความกว้างต้องเป็นอย่างน้อย 1.45 เท่าของความสูง"
    if path.stat().st_size > 1_000_000:
        yield f"{path}: ไฟล์ใหญ่เกิน 1 MB"


def _size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG. Raises ValueError if it is none."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 24:
        raise ValueError("no PNG")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def menu(labels: Sequence[str], png: bytes) -> dict[str, Any]:
    """The menu as LINE wants it: `labels` from left to right in two rows, each area typing its label."""
    width, height = _size(png)
    shown = {
        "size": {"width": width, "height": height},
        "selected": True,
        "chatBarText": BAR,
        "areas": [_area(place, label, width, height) for place, label in enumerate(labels)],
    }
    digest = hashlib.sha256(json.dumps(shown, sort_keys=True).encode() + png).hexdigest()[:12]
    return {**shown, "name": f"rapruang {digest}"}


def _area(place: int, label: str, width: int, height: int) -> dict[str, Any]:
    row, column = divmod(place, _COLUMNS)
    left, top = column * width // _COLUMNS, row * height // _ROWS
    right, bottom = (column + 1) * width // _COLUMNS, (row + 1) * height // _ROWS
    bounds = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return {"bounds": bounds, "action": {"type": "message", "label": label, "text": label}}


def install(doors: MenuDoors, labels: Sequence[str], services_dir: Path) -> bool:
    """Show our menu to all who have none of their own, and delete our older ones; False if nothing had to be done.

    Until the new one is shown the old one stays, so what is interrupted is mended by the next run. Raises MenuTrouble.
    """
    path = picture(services_dir)
    if wrong := list(faults(path)):
        raise MenuTrouble("\n".join(wrong))
    png = path.read_bytes()
    try:
        return _replace(doors, menu(labels, png), png)
    except MenuTrouble as trouble:
        kept = "เมนูที่ประชาชนเห็นอยู่ไม่ถูกลบ เมื่อแก้ไขแล้วให้สั่งใหม่ได้ทันที"
        raise MenuTrouble(f"ติดตั้งเมนูใน LINE ไม่สำเร็จ: {trouble}\n{kept}") from trouble


def _replace(doors: MenuDoors, wanted: dict[str, Any], png: bytes) -> bool:
    ours = {one["richMenuId"]: one["name"] for one in _menus(doors) if _OURS.fullmatch(one.get("name", ""))}
    shown = str((doors.ask("GET", "/v2/bot/user/all/richmenu") or {}).get("richMenuId", ""))
    new = ours.get(shown) != wanted["name"]
    if new:
        shown = _put_up(doors, wanted, png)
    older = [menu_id for menu_id in ours if menu_id != shown]
    for menu_id in older:
        doors.ask("DELETE", f"/v2/bot/richmenu/{menu_id}")
    return new or bool(older)


def _menus(doors: MenuDoors) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (doors.ask("GET", "/v2/bot/richmenu/list") or {}).get("richmenus", [])
    return found


def _put_up(doors: MenuDoors, wanted: dict[str, Any], png: bytes) -> str:
    """Create, give it its picture, show it: in this order, for a menu without a picture cannot be shown."""
    made = doors.ask("POST", "/v2/bot/richmenu", wanted) or {}
    menu_id = str(made.get("richMenuId", ""))
    if not re.fullmatch(r"[0-9A-Za-z_-]+", menu_id):
        raise MenuTrouble("คำตอบของ LINE อ่านไม่ได้ โปรดสั่งใหม่อีกครั้ง")
    doors.ask("POST", f"/v2/bot/richmenu/{menu_id}/content", png)
    doors.ask("POST", f"/v2/bot/user/all/richmenu/{menu_id}")
    return menu_id
