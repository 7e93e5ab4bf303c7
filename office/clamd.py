"""ClamAV, where the operator runs it: bytes are handed to clamd over its socket. Without it nothing is called clean."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable

#: Seconds for connecting, and for each answer: a scan of 20 MB takes about one.
PATIENCE = 15.0
_MOST = 1 << 20


class NotScanned(Exception):
    """ตรวจไวรัสไม่สำเร็จ: clamd is not there, too slow, or does not want a file of this size."""


def is_infected(address: str, chunks: Iterable[bytes]) -> bool:
    """Whether clamd at this unix socket names a virus. Raises NotScanned (clamd(8), INSTREAM)."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE)
            line.connect(address)
            line.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                for at in range(0, len(chunk), _MOST):
                    piece = chunk[at : at + _MOST]
                    line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            answer = _answer(line)
    except OSError as error:
        raise NotScanned(type(error).__name__) from error
    if answer.endswith(b"FOUND"):
        return True
    if not answer.endswith(b"OK"):
        raise NotScanned("refused")
    return False


def _answer(line: socket.socket) -> bytes:
    answer = b""
    while b"\0" not in answer and len(answer) < 4096 and (part := line.recv(4096)):
        answer += part
    return answer.partition(b"\0")[0].strip()
