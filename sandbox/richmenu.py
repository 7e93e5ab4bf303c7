"""Rich menus, in the simple form that the product needs: make one, give it a picture, show it to all or to one."""

from __future__ import annotations

import secrets
import struct
from typing import Any

from sandbox.platform import Refusal, not_found
from sandbox.state import State

MOST = 1000  # menus a channel may have
PICTURE_BYTES = 1024 * 1024


class RichMenus:
    """Kept in the world's state, so that a restarted demo still has them."""

    def __init__(self, state: State) -> None:
        self._state = state

    def create(self, menu: dict[str, Any]) -> str:
        if len(self.all()) >= MOST:
            raise Refusal(400, "The maximum number of rich menus has been reached")
        menu_id = f"richmenu-{secrets.token_hex(16)}"
        self._state.save_other("richmenu", menu_id, {"richMenuId": menu_id, **menu})
        return menu_id

    def all(self) -> list[dict[str, Any]]:
        return [menu for menu in self._state.others["richmenu"].values() if menu]

    def get(self, menu_id: str) -> dict[str, Any]:
        menu: dict[str, Any] | None = self._state.others["richmenu"].get(menu_id)
        if not menu:
            raise not_found()
        return menu

    def delete(self, menu_id: str) -> None:
        self.get(menu_id)
        self._state.save_other("richmenu", menu_id, None)
        for chat, shown in list(self._state.others["richmenu_of"].items()):
            if shown == menu_id:
                self._state.save_other("richmenu_of", chat, None)

    def upload(self, menu_id: str, kind: str, data: bytes) -> None:
        """The picture, once: JPEG or PNG, ≤ 1 MB, of the menu's size (LINE, "Requirements for rich menu image")."""
        self.get(menu_id)
        if kind not in ("image/jpeg", "image/png"):
            raise Refusal(415, f"The content type, {kind}, is not supported")
        if menu_id in self._state.others["richmenu_picture"]:
            raise Refusal(400, "An image has already been uploaded to the richmenu")
        width, height = picture_size(data)
        if len(data) > PICTURE_BYTES or not 800 <= width <= 2500 or height < 250 or width / height < 1.45:
            raise Refusal(400, "The image size is not allowed for richmenu")
        self._state.save_other("richmenu_picture", menu_id, data)

    def picture(self, menu_id: str) -> bytes:
        found: bytes | None = self._state.others["richmenu_picture"].get(menu_id)
        if not self.get(menu_id) or found is None:
            raise not_found()
        return found

    def show(self, chat: str, menu_id: str) -> None:
        """To a user, or to all ("all")."""
        self.get(menu_id)
        if menu_id not in self._state.others["richmenu_picture"]:
            raise Refusal(400, "must upload richmenu image before applying it to user", details=[])
        self._state.save_other("richmenu_of", chat, menu_id)

    def hide(self, chat: str) -> None:
        self._state.save_other("richmenu_of", chat, None)

    def default(self) -> dict[str, Any] | None:
        """The menu that is shown to all, if there is one."""
        menu_id = self._state.others["richmenu_of"].get("all")
        return self.get(menu_id) if menu_id else None

    def shown(self, chat: str) -> str:
        found: str | None = self._state.others["richmenu_of"].get(chat)
        if not found:
            raise Refusal(404, "no default richmenu", details=[]) if chat == "all" else not_found()
        return found


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG; (0, 1) if it is neither."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, max(height, 1)
    at = 2
    while data[:2] == b"\xff\xd8" and at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, max(height, 1)
        at += 2 + length
    return 0, 1
