"""Links that are a right by themselves, for a while: to upload for one draft or case (B71), to open a folder (A55)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

#: Long enough to find a file at home, short enough that a link left lying about is worth nothing. A late paper may
#: have to be fetched first; another link may be asked for at any time.
GOOD_FOR, GOOD_FOR_A_PAPER = timedelta(hours=2), timedelta(hours=24)

#: Long enough to tap it; it is in the hands of whoever finds the phone.
GOOD_FOR_A_FOLDER = timedelta(minutes=15)
#: A link of one kind is none of the other.
_UPLOAD, _FOLDER = "upload-link", "folder-link"


class Altered(Exception):
    """ลิงก์ไม่ถูกต้อง: we never made this link."""


@dataclass(frozen=True)
class Grant:
    """What a link of ours allows: to bring files for this draft (or the case it became) of this conversation; with
    `paper`, for this paper of the case. `until` is when nothing new may be begun with it any more."""

    conversation_id: int
    draft: str
    until: datetime
    paper: str = ""


@dataclass(frozen=True)
class FolderGrant:
    """What a link of ours allows: this member of the staff, in whose chat it was given, opens the folder of this line
    of the register until then."""

    conversation_id: int
    member_id: int
    entry_id: int
    until: datetime


@dataclass(frozen=True)
class Links:
    """Makes and reads them; `old_secret_key` reads only. The moment is inside the signed part (not itsdangerous' own
    time stamp, which asks the machine's clock)."""

    secret_key: str = field(repr=False)
    public_url: str
    old_secret_key: str = field(default="", repr=False)

    def make(self, conversation_id: int, draft: str, now: datetime, paper: str = "") -> tuple[str, datetime]:
        """The address of an upload page, and until when it is good."""
        until = (now + (GOOD_FOR_A_PAPER if paper else GOOD_FOR)).replace(microsecond=0)
        token = self._signer().dumps([conversation_id, draft, int(until.timestamp()), *[paper] * bool(paper)])
        return f"{self.public_url}/uploads/{token}", until

    def read(self, token: str) -> Grant:
        """What the last part of such an address allows, or allowed once. Raises Altered."""
        try:
            conversation_id, draft, until, *paper = self._signer().loads(token)
        except BadSignature as error:
            raise Altered from error
        return Grant(conversation_id, draft, datetime.fromtimestamp(until, UTC), *paper)

    def make_folder(self, conversation_id: int, member_id: int, entry_id: int, now: datetime) -> tuple[str, datetime]:
        """The address of a folder's page, and until when it is good. LINE's own browser cannot show a PDF everywhere:
        the page opens in the phone's (LINE, "LINE URL scheme")."""
        until = (now + GOOD_FOR_A_FOLDER).replace(microsecond=0)
        token = self._signer(_FOLDER).dumps([conversation_id, member_id, entry_id, int(until.timestamp())])
        return f"{self.public_url}/folders/{token}?openExternalBrowser=1", until

    def read_folder(self, token: str) -> FolderGrant:
        """What the last part of such a path allows, or allowed once. Raises Altered."""
        try:
            conversation_id, member_id, entry_id, until = self._signer(_FOLDER).loads(token)
        except BadSignature as error:
            raise Altered from error
        return FolderGrant(conversation_id, member_id, entry_id, datetime.fromtimestamp(until, UTC))

    def _signer(self, salt: str = _UPLOAD) -> URLSafeSerializer:
        return URLSafeSerializer(
            [key for key in (self.old_secret_key, self.secret_key) if key],  # the last one signs
            salt=salt,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
