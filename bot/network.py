"""How platforms are called: with a time limit on everything, no hidden retries, no redirect followed unseen."""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Iterator, Sequence
from urllib.parse import SplitResult, urlsplit

import urllib3

from bot.channel import Gone, NotYet

#: Connect and read, in seconds. Left alone, clients wait for ever.
TIMEOUT = (3.05, 6.0)
#: A download as a whole may take so long; a citizen is asked for a smaller file rather than left waiting.
FETCH_SECONDS = 30.0
CHUNK = 64 * 1024


_PLAIN = re.compile(r"[!-\[\]-~]+")


class NotAllowed(Exception):
    """ที่อยู่นี้ไม่อยู่ในรายชื่อที่อนุญาต: nothing is fetched from there."""


class Hosts:
    """Where may be fetched from: names (`*.fbcdn.net`), by https alone and at public addresses; and, for trials, whole
    origins (`http://127.0.0.1:8000`), taken as they are."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._origins = {entry.rstrip("/").lower() for entry in allowed if entry.startswith("http://")}
        self._names = [entry.lower() for entry in allowed if "://" not in entry]

    def check(self, url: str) -> None:
        """Raises NotAllowed unless this address may be fetched; NotYet if its name cannot be looked up now."""
        if not _PLAIN.fullmatch(url):  # what readers of addresses might understand differently
            raise NotAllowed
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise NotAllowed from error
        if f"{parts.scheme}://{parts.netloc}".lower() in self._origins:
            return
        if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc or not self._named(parts):
            raise NotAllowed
        _must_be_public(parts.hostname or "")

    def _named(self, parts: SplitResult) -> bool:
        host = (parts.hostname or "").rstrip(".")
        return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in self._names)


def _must_be_public(host: str) -> None:
    """A name of theirs that leads into a network of ours is an attempt to look inside."""
    try:
        found = {str(address[4][0]) for address in socket.getaddrinfo(host, 443, proto=socket.IPPROTO_TCP)}
    except UnicodeError as error:  # a label that is empty or too long
        raise NotAllowed from error
    except OSError as error:
        raise NotYet(type(error).__name__) from error
    if not all(ipaddress.ip_address(address.partition("%")[0]).is_global for address in found):
        raise NotAllowed


def pool() -> urllib3.PoolManager:
    """Connections that stay open. The outbox retries, not the client, which would hide attempts."""
    connect, read = TIMEOUT
    return urllib3.PoolManager(maxsize=16, timeout=urllib3.Timeout(connect=connect, read=read), retries=False)


def never_left(error: Exception) -> bool:
    """Whether no connection came about, so that nothing can have been delivered."""
    reason = getattr(error, "reason", error)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def chunks(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """The body as it comes. Raises NotYet if it breaks off, Gone if it takes too long."""
    until = time.monotonic() + FETCH_SECONDS
    try:
        while chunk := answer.read1(CHUNK):  # what there is, so that a trickle is noticed
            if time.monotonic() > until:
                raise Gone("too slow")
            yield chunk
    except urllib3.exceptions.HTTPError as error:
        raise NotYet(type(error).__name__) from error
