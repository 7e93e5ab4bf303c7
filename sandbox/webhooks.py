"""Carries webhooks to the product as LINE does: signed, two seconds to answer, in order within a chat."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import urllib3

from sandbox.events import Event, again

PATIENCE = 2.0  # seconds (LINE, "Check webhook error statistics": request_timeout)


@dataclass(frozen=True)
class Delivery:
    """One webhook and how it was received: `status` 0 and a `reason` when no answer came."""

    event: str
    status: int
    ms: int
    reason: str = "OK"


def sign(secret: str, body: bytes) -> str:
    """The value of `x-line-signature`."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Postman:
    """`post()` returns at once; one chat's webhooks go one after another, different chats do not wait for each other.

    `leaving` is called with the events just before they leave, `arrived` with what became of them. A delivery that
    failed is tried again after each of `redelivery` seconds (off by default; LINE does not disclose its own), and if
    `persistent`, after the last of them for ever. How a webhook looks is in the methods that a subclass may change.
    """

    persistent = False

    def __init__(
        self,
        secret: str,
        destination: str,
        url: str,
        leaving: Callable[[Sequence[Event]], None],
        arrived: Callable[[Delivery], None],
        redelivery: Sequence[float] = (),
        *,
        patience: float | None = None,
    ) -> None:
        self.url = url
        self.secret = secret
        self.redelivery = tuple(redelivery)
        self._destination = destination
        self._leaving, self._arrived = leaving, arrived
        self._http = urllib3.PoolManager(maxsize=8, retries=False, timeout=patience or PATIENCE)
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="webhook")
        self._lanes: defaultdict[str, deque[list[Event]]] = defaultdict(deque)
        self._idle = threading.Condition()
        self._timers: set[threading.Timer] = set()
        self._closed = False

    def post(self, lane: str, events: Sequence[Event]) -> None:
        with self._idle:
            if self._closed:
                return
            waiting = self._lanes[lane]
            waiting.append(list(events))
            if len(waiting) == 1:
                self._pool.submit(self._carry, lane)

    def deliver(self, events: Sequence[Event]) -> Delivery:
        """One webhook now, in this thread."""
        return self.deliver_bytes(self.envelope(events), events)

    def deliver_bytes(self, body: bytes, events: Sequence[Event] = ()) -> Delivery:
        """Any bytes, rightly signed."""
        self._leaving(events)
        started = time.monotonic()
        status, reason = self._call(body, self.headers(body))
        delivery = Delivery(self.kinds(events), status, round((time.monotonic() - started) * 1000), reason)
        self._arrived(delivery)
        return delivery

    def envelope(self, events: Sequence[Event]) -> bytes:
        body = json.dumps({"destination": self._destination, "events": list(events)}, ensure_ascii=False)
        return body.encode("utf-8", "backslashreplace")

    def headers(self, body: bytes) -> dict[str, str]:
        headers = {"content-type": "application/json; charset=utf-8", "user-agent": "LineBotWebhook/2.0"}
        return {**headers, "x-line-signature": sign(self.secret, body)}

    def kinds(self, events: Sequence[Event]) -> str:
        return "+".join(dict.fromkeys(event["type"] for event in events)) or "verify"

    def received(self, status: int) -> bool:
        """Whether this answer means that the platform need not come again."""
        return status // 100 == 2

    def again(self, event: Event) -> Event:
        """The event as it is redelivered."""
        return again(event)

    def wait_idle(self, patience: float = 10.0) -> bool:
        """True once nothing is waiting or on its way; waits at most `patience` seconds."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._lanes, patience)

    def close(self) -> None:
        with self._idle:
            self._closed = True
            for timer in self._timers:
                timer.cancel()
            for waiting in self._lanes.values():
                while len(waiting) > 1:
                    waiting.pop()
        self._pool.shutdown(wait=True)
        self._http.clear()

    def _call(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        try:
            status = self._http.request("POST", self.url, body=body, headers=headers, redirect=False).status
        except urllib3.exceptions.NewConnectionError:
            return 0, "COULD_NOT_CONNECT"
        except urllib3.exceptions.TimeoutError:
            return 0, "REQUEST_TIMEOUT"
        except urllib3.exceptions.HTTPError:
            return 0, "COULD_NOT_CONNECT"
        return status, "OK" if self.received(status) else "ERROR_STATUS_CODE"

    def _carry(self, lane: str) -> None:
        while True:
            with self._idle:
                events = self._lanes[lane][0]
            if self.deliver(events).reason != "OK":
                self._try_again(lane, events, self.redelivery)
            with self._idle:
                self._lanes[lane].popleft()
                if not self._lanes[lane]:
                    del self._lanes[lane]
                    self._idle.notify_all()
                    return

    def _try_again(self, lane: str, events: Sequence[Event], delays: Sequence[float]) -> None:
        if not delays:
            return

        def redeliver() -> None:
            self._timers.discard(timer)
            if not self._closed and self.deliver([self.again(event) for event in events]).reason != "OK":
                self._try_again(lane, events, delays[1:] or (delays if self.persistent else ()))

        timer = threading.Timer(delays[0], redeliver)
        timer.daemon = True
        self._timers.add(timer)
        timer.start()
