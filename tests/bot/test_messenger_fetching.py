"""Attachments are fetched from Meta's own hosts, wherever these try to lead us, however large or slow they are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot import network
from bot.channel import Gone, Media, NotYet
from bot.messenger import Account, Messenger

ANSWERS: dict[str, tuple[int, str]] = {
    "/whole": (200, ""),
    "/moved": (302, "/whole"),
    "/round": (302, "/round"),
    "/elsewhere": (302, "https://evil.example/whole"),
    "/inside": (302, "http://127.0.0.1:9/whole"),
    "/file": (302, "file:///etc/passwd"),
    "/nowhere": (302, "https://[::1"),
    "/expired": (403, ""),
    "/taken-back": (410, ""),
    "/ill": (500, ""),
}
LARGE = 64 * 2**20


class Cdn(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, where = ANSWERS.get(self.path, (200, ""))
        self.send_response(status)
        if where:
            self.send_header("Location", where)
        self.send_header("Content-Length", str(LARGE if self.path == "/huge" else 100 if self.path == "/cut" else 5))
        self.end_headers()
        self.wfile.write(b"whole")

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture(scope="module")
def cdn() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cdn)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def fetched(cdn: str, path: str) -> bytes:
    channel = Messenger(Account("1", "token", "secret", "verify", media_hosts=(cdn,)), lambda _: b"")
    with channel.fetch(Media(cdn + path, "image")) as parts:
        return b"".join(parts)


@pytest.mark.parametrize("path", ["/whole", "/moved"])
def test_what_is_there_is_fetched(cdn: str, path: str) -> None:
    assert fetched(cdn, path) == b"whole"


@pytest.mark.parametrize("path", ["/round", "/elsewhere", "/inside", "/file", "/nowhere", "/expired", "/taken-back"])
def test_what_is_gone_or_leads_elsewhere_is_not_followed(cdn: str, path: str) -> None:
    with pytest.raises(Gone):
        fetched(cdn, path)


@pytest.mark.parametrize("path", ["/ill", "/cut", "/huge"])
def test_what_breaks_off_is_tried_again(cdn: str, path: str) -> None:
    with pytest.raises(NotYet):
        fetched(cdn, path)


def test_what_takes_too_long_is_let_go(cdn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "FETCH_SECONDS", -1.0)
    with pytest.raises(Gone):
        fetched(cdn, "/whole")


def test_what_nobody_listens_to_is_tried_again() -> None:
    with pytest.raises(NotYet):
        fetched("http://127.0.0.1:9", "/whole")
