"""An upload that is broken off three times comes to the same bytes, at little memory.

`UPLOAD_MB=200 pytest -s tests/journeys/test_broken_uploads.py` sends a large one and prints the figures.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import socket
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from handlers.links import Links
from handlers.uploaded import KEPT
from models.conversation import conversations
from models.files import uploads
from tests.journeys.patience import until
from tests.journeys.processes import Premises, Process, premises
from tests.journeys.stories import COMPLAINT, JPEG

MEGABYTES = int(os.environ.get("UPLOAD_MB", "3"))
PIECE = min(5 * 1024 * 1024, MEGABYTES * 1024 * 1024 // 10)


class Sender:
    """A page on the other end of a bad line."""

    def __init__(self, place: Premises, token: str, data: bytes) -> None:
        self.place, self.data = place, data
        self.headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
        self.part = ""

    def begin(self) -> None:
        status, told = self.call("POST", "/uploads/parts", {"Upload-Length": str(len(self.data))})
        assert status == 201
        self.part = told["Location"]

    def call(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, dict[str, str]]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=30)) as line:
            line.request(method, path, body, {**self.headers, **headers})
            with line.getresponse() as answer:
                return answer.status, dict(answer.getheaders())

    def offset(self) -> int:
        return int(self.call("HEAD", self.part, {})[1]["Upload-Offset"])

    def send_until(self, end: int) -> None:
        """Piece by piece, from where the server says it is; while it still hears the line that was cut, again."""
        while (offset := self.offset()) < end:
            kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
            with suppress(ConnectionError):  # refused before it was read
                status, _ = self.call("PATCH", self.part, kind, self.data[offset : offset + PIECE])
                assert status in (204, 409, 423), status

    def half_a_piece(self) -> socket.socket:
        """The line on which half a piece has gone out, and of which some has come."""
        offset = self.offset()
        piece = self.data[offset : offset + PIECE]
        line = socket.create_connection(("127.0.0.1", self.place.port))
        told = {**self.headers, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        head = "".join(f"{name}: {value}\r\n" for name, value in {**told, "Content-Length": str(len(piece))}.items())
        line.sendall(f"PATCH {self.part} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
        line.sendall(piece[: len(piece) // 2])
        until(lambda: self.offset() > offset, what="half a piece has come")
        return line


def token_of(place: Premises) -> str:
    """A citizen has begun a complaint, and asks for a link."""
    person = place.world.add_person("สมชาย")
    place.world.say(person.id, COMPLAINT)
    until(lambda: any("talk" in json.loads(row["memory"]) for row in place.rows(conversations)), what="a talk is open")
    (row,) = place.rows(conversations)
    links = Links((place.folder / "secret.key").read_text(), "")
    url, _ = links.make(row["id"], json.loads(row["memory"])["talk"]["draft"], datetime.now(UTC) + KEPT)
    return url.split("/")[-1]


def memory_of(office: Process, what: str) -> int:
    """Of the process that serves, in MB: `VmRSS` now, `VmHWM` at most so far."""
    lines = Path(f"/proc/{office.child()}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(what))) // 1024


def test_an_upload_broken_off_three_times_comes_to_the_same_bytes(tmp_path: Path) -> None:
    data = JPEG + random.Random(7).randbytes(MEGABYTES * 1_000_000)
    with premises(f"sqlite:///{tmp_path / 'office.db'}", tmp_path) as place:
        office = place.open_doors("run")
        sender = Sender(place, token_of(place), data)
        began = time.monotonic()
        sender.begin()
        sender.send_until(len(data) // 4)
        sender.half_a_piece().close()  # the line is cut
        sender.send_until(len(data) // 2)
        line = sender.half_a_piece()
        office.kill()
        line.close()
        office = place.open_doors("run")
        at_first = memory_of(office, "VmRSS")
        sender.send_until(3 * len(data) // 4)
        sender.half_a_piece().close()
        sender.send_until(len(data))
        took, most = time.monotonic() - began, memory_of(office, "VmHWM")
        until(lambda: place.rows(uploads), what="the file is in the draft")
        (kept,) = place.rows(uploads)
        assert kept["sha256"] == hashlib.sha256(data).hexdigest()
        assert (place.folder / "files" / kept["sha256"][:2] / kept["sha256"]).stat().st_size > len(data)  # sealed
        assert most - at_first < 60
        print(f"{MEGABYTES} MB in {took:.1f} s with three breaks; memory {at_first} -> at most {most} MB")  # noqa: T201 - the figures
