"""Who is on Messenger, the files they and the page have sent, and where those can be fetched while their links live."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sandbox.state import Content, State

LINK_LIFE = timedelta(hours=35)  # in a real sample `oe` lay 35.4 h after the message
UPLOAD_LIFE = timedelta(days=90)  # of an attachment_id


@dataclass
class Account:
    """A person as one page knows them. `line`: their LINE user id, if they have that telephone, too.

    `wrote` (seconds since 1970): their last message, tap or m.me click, from which the 24 hours run. `gone`: they
    deleted their account. `nameless`: Meta does not tell their name.
    """

    id: str
    name: str
    colour: str
    line: str = ""
    wrote: float = 0.0
    blocked: bool = False
    gone: bool = False
    nameless: bool = False


class Accounts:
    """The people of one page by their page-scoped id (PSID: digits, as text)."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._known = {key: Account(**kept) for key, kept in state.others["messenger"].items()}

    def __getitem__(self, psid: str) -> Account:
        return self._known[psid]

    def find(self, psid: str) -> Account | None:
        return self._known.get(psid)

    def of(self, line: str) -> Account | None:
        """The Messenger account of whoever has this LINE user id."""
        return next((account for account in self._known.values() if line and account.line == line), None)

    def add(self, name: str, colour: str, line: str = "") -> Account:
        account = Account(str(secrets.randbelow(9 * 10**15) + 10**15), name, colour, line)
        self.save(account)
        return account

    def save(self, account: Account) -> None:
        self._known[account.id] = account
        self._state.save_other("messenger", account.id, asdict(account))

    def __len__(self) -> int:
        return len(self._known)


class Media:
    """Files under signed links that die: `…/media/ID/NAME?oe=HEX_EPOCH&oh=SIGNATURE`."""

    def __init__(self, state: State, now: Callable[[], datetime]) -> None:
        self._state, self._now = state, now
        self.origin = ""
        self.life = LINK_LIFE
        kept = state.others["messenger_own"]
        if "media_key" not in kept:
            state.save_other("messenger_own", "media_key", secrets.token_hex(16))
        self._key = bytes.fromhex(kept["media_key"])

    def keep(self, content: Content, data: bytes) -> str:
        """Keep a file; its address from now until `life` has passed."""
        self._state.save_content(content, data)
        return self.address(content)

    def address(self, content: Content) -> str:
        if not self.origin:
            raise RuntimeError("set world.meta.origin to the sandbox's own http://host:port before files are sent")
        ends = f"{int((self._now() + self.life).timestamp()):X}"
        query = f"oe={ends}&oh={self._sign(content.id, ends)}"
        return f"{self.origin}/media/{quote(content.id)}/{quote(content.name or 'file')}?{query}"

    def fetch(self, content_id: str, ends: str, signature: str) -> tuple[int, Content | None]:
        """The status that the link is answered with, and at 200 what is behind it."""
        content = self._state.contents.get(content_id)
        if not hmac.compare_digest(self._sign(content_id, ends).encode(), signature.encode("utf-8", "replace")):
            return 403, None
        if int(ends, 16) <= self._now().timestamp():
            return 403, None
        if content is None or content.fate != "kept":
            return 404, None
        return 200, content

    def upload(self, attachment: dict[str, Any]) -> str:
        """Keep an attachment for later sends; its id."""
        attachment_id = str(secrets.randbelow(9 * 10**15) + 10**15)
        kept = {"at": self._now().timestamp(), "attachment": attachment}
        self._state.save_other("messenger_upload", attachment_id, kept)
        return attachment_id

    def uploaded(self, attachment_id: str) -> dict[str, Any] | None:
        kept = self._state.others["messenger_upload"].get(attachment_id)
        if kept is None or self._now().timestamp() - kept["at"] > UPLOAD_LIFE.total_seconds():
            return None
        attachment: dict[str, Any] = kept["attachment"]
        return attachment

    def _sign(self, content_id: str, ends: str) -> str:
        return hmac.new(self._key, f"{content_id} {ends}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]
