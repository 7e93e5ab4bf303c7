"""The outside of the house, cheap enough not to be what is measured: people who write on LINE or Messenger, and
platforms that take the answers and note when. Everything on loopback, in the process of the benchmark, never in that of
the product."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

SECRET, TOKEN = "bench-secret", "bench-token"
#: A citizen on the way through a complaint, over and over: each line is one turn of the real flow.
SCRIPT = (
    "ร้องเรียน/ร้องทุกข์",
    "ถนน ทางเท้า",
    "ถนนหน้าตลาดสด หมู่ 3 ตรงข้ามร้านขายยา",
    "ถนนเป็นหลุมลึก มีรถล้มแล้วสองคัน ขอให้ซ่อมแซม",
    "ข้าม",
    "ไม่ระบุชื่อ",
    "ยกเลิก",
    "ใช่",
)
NOTICE_READ = "รับทราบและทำต่อ"
PAGE = "100000000000001"
LINE_DOOR, MESSENGER_DOOR = "/webhooks/line", "/webhooks/messenger"
_ANSWER = json.dumps({"sentMessages": [{"id": "1", "quoteToken": "q"}], "message_id": "m_1"}).encode()
_TAKEN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(_ANSWER), _ANSWER)
_numbers = itertools.count(int(time.time() * 1000))
PATIENCE = 10.0


class _Http(asyncio.Protocol):
    """One keep-alive connection: calls `message` with the head and body of each message that has come whole."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._pending = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while (end := self._pending.find(b"\r\n\r\n")) >= 0:
            head = self._pending[:end]
            size = _content_length(head)
            if len(self._pending) < end + 4 + size:
                return
            body, self._pending = self._pending[end + 4 : end + 4 + size], self._pending[end + 4 + size :]
            self.message(head, body)

    def message(self, head: bytes, body: bytes) -> None:
        raise NotImplementedError


def _content_length(head: bytes) -> int:
    found = head.lower().find(b"content-length:")
    return int(head[found + 15 :].split(b"\r\n", 1)[0]) if found >= 0 else 0


class _PlatformConnection(_Http):
    def __init__(self, town: Town) -> None:
        super().__init__()
        self._town = town

    def message(self, head: bytes, body: bytes) -> None:
        now = time.perf_counter()
        if self._town.hangs:
            return
        self.transport.write(_TAKEN)
        if b"/message/reply" in head[:64]:
            self._town.took(json.loads(body)["replyToken"], now)
        elif b"/messages" in head[:64]:
            self._town.took(json.loads(body)["recipient"]["id"], now)


class _Door(_Http):
    """A connection on which a platform knocks; one webhook at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: asyncio.Future[int] | None = None

    def message(self, head: bytes, _: bytes) -> None:
        if self.answered and not self.answered.done():
            self.answered.set_result(int(head[9:12]))

    def connection_lost(self, _: Exception | None) -> None:
        if self.answered and not self.answered.done():
            self.answered.set_exception(ConnectionError("the door was shut"))

    async def knock(self, request: bytes) -> int:
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await asyncio.wait_for(self.answered, PATIENCE)


@dataclass(eq=False)
class Person:
    """Somebody with a telephone; `said` counts their turns."""

    user: str
    said: int = 0
    started: bool = False

    def next_words(self) -> str:
        """What they type next: the script, and at their very first complaint also that they have read the notice."""
        if self.said == 1 and not self.started:
            self.started = True
            return NOTICE_READ
        words = SCRIPT[self.said % len(SCRIPT)]
        self.said += 1
        return words


@dataclass
class Town:
    """Our LINE and our Meta on `port`. While it `hangs`, it takes connections and never answers."""

    port: int = 0
    hangs: bool = False
    _waited_for: dict[str, asyncio.Future[float]] = field(default_factory=dict)

    async def open(self) -> Town:
        server = await asyncio.get_running_loop().create_server(lambda: _PlatformConnection(self), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return self

    def took(self, token: str, moment: float) -> None:
        waiting = self._waited_for.pop(token, None)
        if waiting and not waiting.done():
            waiting.set_result(moment)

    def expect(self, token: str) -> asyncio.Future[float]:
        """When the reply with this token, or the message to this person, came in."""
        self._waited_for[token] = asyncio.get_running_loop().create_future()
        return self._waited_for[token]


async def doors(port: int, count: int) -> list[_Door]:
    """So many open connections to the product."""
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(_Door, "127.0.0.1", port))[1] for _ in range(count)]


def people(count: int) -> list[Person]:
    return [Person(f"U{next(_numbers):032x}") for _ in range(count)]


def messenger_webhook(person: Person, words: str) -> tuple[str, bytes]:
    """Whom to expect an answer to, and the signed request."""
    at, psid = int(time.time() * 1000), person.user.lstrip("U0") or "0"
    parties = {"sender": {"id": psid}, "recipient": {"id": PAGE}}
    item = {**parties, "timestamp": at, "message": {"mid": f"m_{next(_numbers)}", "text": words}}
    body = json.dumps({"object": "page", "entry": [{"id": PAGE, "time": at, "messaging": [item]}]}).encode()
    signature = hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
    return psid, _request(MESSENGER_DOOR, body, f"X-Hub-Signature-256: sha256={signature}")


def webhook(person: Person, words: str, path: str = LINE_DOOR) -> tuple[str, bytes]:
    """A reply token and the signed request that brings it."""
    if path == MESSENGER_DOOR:
        return messenger_webhook(person, words)
    number = next(_numbers)
    token = f"{number:032x}"
    message = {"type": "text", "id": str(number), "text": words, "quoteToken": token}
    event = {
        "type": "message",
        "message": message,
        "webhookEventId": f"01B{number:023d}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": person.user},
        "replyToken": token,
        "mode": "active",
    }
    return token, signed(json.dumps({"destination": "U" + "0" * 32, "events": [event]}).encode(), path)


def signed(body: bytes, path: str) -> bytes:
    """The raw HTTP request, as LINE would send it."""
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    return _request(path, body, f"X-Line-Signature: {signature}")


def _request(path: str, body: bytes, signature: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{signature}\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


@dataclass(frozen=True)
class Load:
    """How it went: `seconds` from the first request to the last answer, each one's waiting time, and what failed."""

    seconds: float
    waits: Sequence[float]
    failed: int

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds

    def ms(self, percent: float) -> float:
        ordered = sorted(self.waits)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


async def flood(port: int, requests: Sequence[bytes], connections: int) -> Load:
    """All requests as fast as they are answered; what counts is the answer to the webhook."""
    left, waits, failed = list(reversed(requests)), list[float](), 0

    async def knock_on(door: _Door) -> None:
        nonlocal failed
        while left:
            request, began = left.pop(), time.perf_counter()
            if await door.knock(request) == 200:
                waits.append(time.perf_counter() - began)
            else:
                failed += 1

    opened = await doors(port, connections)
    began = time.perf_counter()
    await asyncio.gather(*(knock_on(door) for door in opened))
    load = Load(time.perf_counter() - began, waits, failed)
    for door in opened:
        door.transport.close()
    return load


class Conversation:
    """Turns of many people with one house: a webhook goes in, a reply comes out."""

    def __init__(self, town: Town, port: int, crowd: Sequence[Person], path: str = LINE_DOOR) -> None:
        self._town, self._port, self._path = town, port, path
        self._idle = asyncio.Queue[Person]()
        for person in crowd:
            self._idle.put_nowait(person)
        self._waits = list[float]()
        self._last, self._failed = 0.0, 0

    async def at_rate(self, per_second: float, count: int) -> Load:
        """So many turns, begun at even distances, each by somebody who has had their last answer."""
        opened = await doors(self._port, 16)
        free = asyncio.Queue[_Door]()
        for door in opened:
            free.put_nowait(door)
        began, tasks = time.perf_counter(), []
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
            door, person = await free.get(), await self._idle.get()
            tasks.append(asyncio.create_task(self._turn(door, person, free)))
        return await self._end(began, tasks, opened)

    async def saturated(self, count: int, connections: int) -> Load:
        """So many turns; each connection brings the next webhook as soon as the last was answered with 200."""
        opened, tasks, left = await doors(self._port, connections), list[asyncio.Task[None]](), itertools.count(1)
        began = time.perf_counter()

        async def knock_on(door: _Door) -> None:
            free = asyncio.Queue[_Door]()
            while next(left) <= count:
                tasks.append(asyncio.create_task(self._turn(door, await self._idle.get(), free)))
                await free.get()

        await asyncio.gather(*(knock_on(door) for door in opened))
        return await self._end(began, tasks, opened)

    async def _turn(self, door: _Door, person: Person, free: asyncio.Queue[_Door]) -> None:
        token, request = webhook(person, person.next_words(), self._path)
        replied, began = self._town.expect(token), time.perf_counter()
        try:
            status = await door.knock(request)
            free.put_nowait(door)
            moment = await asyncio.wait_for(replied, PATIENCE) if status == 200 else None
        except (TimeoutError, ConnectionError):
            free.put_nowait(door)
            moment = None
        if moment is None:
            self._failed += 1
        else:
            self._waits.append(moment - began)
            self._last = max(self._last, moment)
        self._idle.put_nowait(person)

    async def _end(self, began: float, tasks: Sequence[asyncio.Task[None]], opened: Sequence[_Door]) -> Load:
        await asyncio.gather(*tasks)
        load = Load(self._last - began, self._waits, self._failed)
        self._waits, self._failed = [], 0
        for door in opened:
            door.transport.close()
        return load
