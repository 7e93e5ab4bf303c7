"""Carries webhooks to the product as Meta does: signed, an answer of 200 or it comes again."""

from __future__ import annotations

import hashlib
import hmac
import urllib.parse
from collections.abc import Callable, Sequence

import urllib3

from sandbox.messenger import events
from sandbox.messenger.events import Event
from sandbox.webhooks import Delivery, Postman

PATIENCE = 5.0  # seconds; an older page of Meta says 20


class MetaPostman(Postman):
    """`failed` holds what was not answered with 200 and is not tried again by itself, oldest first."""

    persistent = True

    def __init__(
        self, secret: str, url: str, arrived: Callable[[Delivery], None], redelivery: Sequence[float] = ()
    ) -> None:
        super().__init__(secret, "", url, lambda _: None, arrived, redelivery, patience=PATIENCE)
        self.failed: list[list[Event]] = []

    def shake_hands(self, token: str, challenge: str) -> tuple[int, bytes]:
        """The GET of the subscription; status and body of what the product answered, 0 if nothing."""
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
        try:
            answer = self._http.request("GET", f"{self.url}?{urllib.parse.urlencode(asked)}", redirect=False)
        except urllib3.exceptions.HTTPError:
            return 0, b""
        return answer.status, answer.data

    def envelope(self, happened: Sequence[Event]) -> bytes:
        return events.body(happened)

    def headers(self, body: bytes) -> dict[str, str]:
        sha1 = hmac.new(self.secret.encode(), body, hashlib.sha1).hexdigest()
        return {
            "content-type": "application/json",
            "user-agent": "facebookexternalua",
            "x-hub-signature": f"sha1={sha1}",
            "x-hub-signature-256": events.signature(self.secret, body),
        }

    def kinds(self, happened: Sequence[Event]) -> str:
        return "+".join(dict.fromkeys(map(events.kind, happened))) or "nothing"

    def received(self, status: int) -> bool:
        return status == 200

    def again(self, event: Event) -> Event:
        """Nothing tells a redelivery from the first delivery."""
        return event

    def _try_again(self, lane: str, happened: Sequence[Event], delays: Sequence[float]) -> None:
        if not delays:
            self.failed.append(list(happened))
        super()._try_again(lane, happened, delays)
