"""`World.meta`: a page on Facebook Messenger, the people who write to it, and Meta between them and the product.

Point GRAPH_API_URL at `…/graph` and MESSENGER_MEDIA_HOSTS at the sandbox's origin; `page_id`, `page_token`,
`app_secret` and `verify_token` are the product's settings. Time is the world's.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urljoin

from sandbox.events import milliseconds
from sandbox.messenger import events
from sandbox.messenger.acts import MetaActs
from sandbox.messenger.events import Event, Item, Lane
from sandbox.messenger.people import Accounts, Media
from sandbox.messenger.platform import MetaPlatform, Rights
from sandbox.messenger.post import MetaPostman
from sandbox.messenger.profile import Profile
from sandbox.messenger.templates import Templates, Verdict
from sandbox.record import Call
from sandbox.state import Entry, State
from sandbox.weather import Fault, Weather
from sandbox.webhooks import Delivery


class Meta(MetaActs):
    """`webhook` gives LINE's webhook address: Messenger's is the door beside it unless `webhook_url` is set.

    `on`: the page of the sandbox offers a Messenger telephone. `mode` "standby": another app has the threads.
    `seconds`: timestamps come in seconds, as they sometimes do. `fields`: what the product is subscribed to.
    """

    def __init__(
        self,
        state: State,
        now: Callable[[], datetime],
        webhook: Callable[[], str],
        *,
        allow_local_urls: bool = False,
        redelivery: Sequence[float] = (),
    ) -> None:
        self.state, self._now, self._webhook = state, now, webhook
        self.page_name = "องค์การบริหารส่วนจังหวัดศรีนคร (ตัวอย่าง)"
        self.page_id, self.app_id = self._number("page_id"), int(self._number("app_id"))
        self.page_token = "EAA" + secrets.token_urlsafe(48).replace("-", "x").replace("_", "y")
        self.app_secret, self.verify_token = secrets.token_hex(16), secrets.token_urlsafe(16)
        self.allow_local_urls = allow_local_urls
        self.on = False
        self.mode: Literal["active", "standby"] = "active"
        self.seconds = False
        self.fields = set(events.ALL_FIELDS)
        self.weather = Weather()
        self.accounts, self.media, self.profile = Accounts(state), Media(state, now), Profile(state)
        self.platform = MetaPlatform(state, self.accounts, self.media, now, self._accepted)
        self.webhook_url = ""
        self.cut_titles: list[str] = []
        self._calls: deque[Call] = deque(maxlen=5000)
        self._deliveries: deque[tuple[datetime, Delivery]] = deque(maxlen=5000)
        self._events: deque[Event] = deque(maxlen=2000)
        self._held: list[Event] | None = None
        self._postman = MetaPostman(self.app_secret, "", self._arrived, redelivery)

    # --- what a test sets and reads ---

    def now(self) -> datetime:
        return self._now()

    @property
    def origin(self) -> str:
        """The sandbox's `http://host:port`, where people's files are fetched from: to be set before they send any."""
        return self.media.origin

    @origin.setter
    def origin(self, url: str) -> None:
        self.media.origin = url.rstrip("/")

    @property
    def rights(self) -> Rights:
        """What Meta has granted the page; all False at first."""
        return self.platform.rights

    @property
    def templates(self) -> Templates:
        return self.platform.templates

    @property
    def calls(self) -> list[Call]:
        """What the product has called, oldest first."""
        with self.state.lock:
            return list(self._calls)

    @property
    def deliveries(self) -> list[Delivery]:
        """How the product received its webhooks, oldest first."""
        return [delivery for _, delivery in self.arrivals]

    @property
    def arrivals(self) -> list[tuple[datetime, Delivery]]:
        with self.state.lock:
            return list(self._deliveries)

    @property
    def events(self) -> list[Event]:
        """The last entries as they went out, one item each; `events.items` gives the items."""
        with self.state.lock:
            return list(self._events)

    def chat(self, psid: str) -> list[Entry]:
        """The bubbles of a thread, oldest first."""
        with self.state.lock:
            return list(self.state.chats[psid])

    def said(self, psid: str) -> list[dict[str, Any]]:
        """What the product has said in a thread: the messages as they arrived."""
        return [entry.message for entry in self.chat(psid) if entry.side == "office" and entry.who == "bot"]

    def window_ends(self, psid: str) -> datetime:
        """When the 24 hours of this person end."""
        return self.platform.window_ends(self.accounts[psid])

    def set_weather(self, fault: Fault) -> None:
        self.weather.set(fault)
        self.state.touch()

    def next_answers(self, operation: str, faults: Iterable[Fault]) -> None:
        """The next calls of an operation ("send", "sender_action", …: see `graph.py`) meet these faults, one each."""
        self.weather.next_answers(operation, faults)

    # --- webhooks ---

    def subscribe(self) -> bool:
        """Meta's handshake with the product: True if it gave the challenge back."""
        challenge = str(secrets.randbelow(10**10))
        status, answer = self._carrier().shake_hands(self.verify_token, challenge)
        return status == 200 and answer == challenge.encode()

    @contextmanager
    def held(self) -> Iterator[list[Event]]:
        """Inside, entries are gathered in the list and do not go out: to be delivered together, twice or reordered."""
        gathered: list[Event] = []
        self._held = gathered
        try:
            yield gathered
        finally:
            self._held = None

    def deliver(self, *entries: Event, together: bool = False) -> Delivery:
        """One webhook with these entries, now; `together` puts their items into one entry, as Meta batches them."""
        return self._carrier().deliver(events.joined(entries) if together else list(entries))

    def deliver_bytes(self, body: bytes) -> Delivery:
        """Any bytes, rightly signed."""
        return self._carrier().deliver_bytes(body)

    def redeliver(self) -> list[Delivery]:
        """Deliver again, now, what the product did not answer with 200."""
        carrier = self._carrier()
        waiting, carrier.failed = carrier.failed, []
        told = [carrier.deliver(entries) for entries in waiting]
        carrier.failed += [entries for entries, each in zip(waiting, told, strict=True) if each.reason != "OK"]
        return told

    def wait_idle(self, patience: float = 10.0) -> bool:
        """True once every webhook has been delivered."""
        return self._postman.wait_idle(patience)

    def decide_template(self, name: str, verdict: Verdict = "APPROVED") -> None:
        """Meta's verdict on a utility template, and the webhook that tells it."""
        value = self.templates.decide(name, verdict)
        self._leave("", events.change_entry(self.page_id, self._stamp(), "message_template_status_update", value))

    def record(self, call: Call) -> None:
        with self.state.lock:
            self._calls.append(call)
            self.state.touch()

    def close(self) -> None:
        self.weather.set("ok")
        self._postman.close()

    def _accepted(self, entry: Entry) -> None:
        self._echo(entry, self.app_id)

    def _occur(self, psid: str, item: Item, at: datetime | None = None) -> None:
        parties = {"sender": {"id": psid}, "recipient": {"id": self.page_id}}
        lane: Lane = "standby" if self.mode == "standby" else "messaging"
        told = {**parties, "timestamp": self._stamp(at), **item}
        self._leave(psid, events.item_entry(self.page_id, self._stamp(), told, lane))

    def _leave(self, lane: str, entry: Event) -> None:
        with self.state.lock:
            if events.field_of(entry) not in self.fields:
                return
            self._events.append(entry)
            if self._held is not None:
                self._held.append(entry)
            else:
                self._carrier().post(lane, [entry])

    def _carrier(self) -> MetaPostman:
        """The postman, with the address and the secret of this moment."""
        self._postman.url = self.webhook_url or urljoin(self._webhook(), "messenger")
        self._postman.secret = self.app_secret
        return self._postman

    def _arrived(self, delivery: Delivery) -> None:
        with self.state.lock:
            self._deliveries.append((self.now(), delivery))
            self.state.touch()

    def _stamp(self, at: datetime | None = None) -> int:
        stamp = milliseconds(at or self.now())
        return stamp // 1000 if self.seconds else stamp

    def _number(self, name: str) -> str:
        """A number that stays the same over restarts."""
        kept = self.state.others["messenger_own"]
        if name not in kept:
            self.state.save_other("messenger_own", name, str(secrets.randbelow(9 * 10**14) + 10**14))
        return str(kept[name])
