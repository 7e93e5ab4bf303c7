"""Sealing files at rest: AES-256-GCM in pieces of 1 MiB, each file under a key of its own.

The file's key lies in its head, wrapped by the office's key (from SECRET_KEY) together with the file's SHA-256: a file
put under another's name does not open, nor does one that was cut, reordered or altered. A new SECRET_KEY means new
envelopes, not new files.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from typing import IO, Any

MAGIC = b"RAPRUANG-SEALED1"
CHUNK = 1 << 20
_TAG, _KEY, _NONCE, _NAME, _PREFIX = 16, 32, 12, 8, 7
_ENVELOPE = _NAME + _NONCE + _KEY + _TAG
#: magic | name of the wrapping key | nonce | wrapped key and tag | prefix of the pieces' nonces
_HEAD = len(MAGIC) + _ENVELOPE + _PREFIX


class Unopened(Exception):
    """เปิดไฟล์ที่เข้ารหัสไว้ไม่ได้: sealed under another SECRET_KEY, or damaged."""


def is_sealed(file: IO[bytes]) -> bool:
    """Whether these bytes lie sealed; the file is at its beginning again."""
    begins = file.read(len(MAGIC))
    file.seek(0)
    return begins == MAGIC


class Vault:
    """Seals and opens under the office's secret. `older`: the secret before it, whose files open all the same until
    they are rewrapped. The library is loaded with the first file, not with the process."""

    def __init__(self, secret: str, older: Vault | None = None) -> None:
        # HKDF with one block (RFC 5869), spelt out so that a process that seals nothing loads no cryptography
        extracted = hmac.digest(b"rapruang files", secret.encode(), "sha256")
        self._key = hmac.digest(extracted, b"wrap\x01", "sha256")
        self.name = hashlib.sha256(b"name" + self._key).digest()[:_NAME]
        self._older = older

    def sealer(self, file: IO[bytes]) -> Sealer:
        """What seals everything written to it into `file` (seekable, empty)."""
        return Sealer(self, file)

    def opened(self, file: IO[bytes], sha256: str) -> Iterator[bytes]:
        """The plain bytes of a sealed file. Raises Unopened: then what came before is not to be trusted either."""
        key, prefix = self._unwrap(file, sha256)
        sealed = _aes(key)
        left = os.fstat(file.fileno()).st_size - _HEAD
        number = 0
        while left > 0:
            piece = file.read(min(left, CHUNK + _TAG))
            left -= len(piece)
            yield _open(sealed, _nonce(prefix, number, last=left == 0), piece, MAGIC)
            number += 1
        if number == 0:
            raise Unopened("cut")

    def wrap(self, key: bytes, sha256: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return self.name + nonce + bytes(_aes(self._key).encrypt(nonce, key, sha256.encode()))

    def rewrap(self, file: IO[bytes], sha256: str) -> bool:
        """Put the file's key into an envelope of this vault's; False if it is in one already."""
        file.seek(len(MAGIC))
        if file.read(_NAME) == self.name:
            return False
        file.seek(0)
        key, _ = self._unwrap(file, sha256)
        file.seek(len(MAGIC))
        file.write(self.wrap(key, sha256))
        file.flush()
        os.fsync(file.fileno())
        return True

    def _unwrap(self, file: IO[bytes], sha256: str) -> tuple[bytes, bytes]:
        head = file.read(_HEAD)
        if len(head) < _HEAD:
            raise Unopened("cut")
        envelope, prefix = head[len(MAGIC) : -_PREFIX], head[-_PREFIX:]
        vault = next((vault for vault in (self, self._older) if vault and vault.name == envelope[:_NAME]), None)
        if vault is None:
            raise Unopened("another key")
        nonce, wrapped = envelope[_NAME : _NAME + _NONCE], envelope[_NAME + _NONCE :]
        return _open(_aes(vault._key), nonce, wrapped, sha256.encode()), prefix  # noqa: SLF001 - one of ours


class Sealer:
    """Takes plain bytes in any portions; `finish` makes them a sealed file."""

    def __init__(self, vault: Vault, file: IO[bytes]) -> None:
        self._vault, self._file = vault, file
        self._key, self._prefix = os.urandom(_KEY), os.urandom(_PREFIX)
        self._sealed, self._waiting, self._number = _aes(self._key), bytearray(), 0
        file.write(b"\0" * _HEAD)

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > CHUNK:  # one piece always stays: the last is marked as the last
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self, sha256: str) -> None:
        """All has been written, and this is its digest."""
        self._seal(bytes(self._waiting), last=True)
        self._file.seek(0)
        self._file.write(MAGIC + self._vault.wrap(self._key, sha256) + self._prefix)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._sealed.encrypt(_nonce(self._prefix, self._number, last=last), piece, MAGIC))
        self._number += 1


def _aes(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _open(sealed: Any, nonce: bytes, piece: bytes, bound_to: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return bytes(sealed.decrypt(nonce, piece, bound_to))
    except InvalidTag as error:
        raise Unopened("altered") from error
