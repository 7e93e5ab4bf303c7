"""The outside world on loopback: people with phones, a staff group, and the LINE platform between them and the product.
Facebook Messenger is next door: `World.meta`, and Google: `World.google`.

People act (`say`, `send_files`, `press`, …); signed webhooks go out; the product answers through `line.py`. Tests read
`calls`, `deliveries` and `chat()`, move the clock, and turn the weather. All methods may be called from any thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox import events
from sandbox.acts import Acts, new_id
from sandbox.events import Event
from sandbox.google import Google
from sandbox.keeping import Keep
from sandbox.messenger.meta import Meta
from sandbox.platform import Platform
from sandbox.record import Call
from sandbox.state import Entry, State
from sandbox.weather import Fault, Weather
from sandbox.webhooks import Delivery, Postman


class World(Acts):
    """`keep`: a file in which the world survives a restart. `allow_local_urls`: pictures may be http on this machine.

    `redelivery`: seconds after which a webhook that failed is tried again. `quota_limit` None: the plan has no limit.
    """

    def __init__(
        self,
        channel_secret: str,
        access_token: str,
        webhook_url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        keep: Path | None = None,
        allow_local_urls: bool = False,
        quota_limit: int | None = 300,
        redelivery: Sequence[float] = (),
    ) -> None:
        self.channel_secret, self.access_token = channel_secret, access_token
        self.allow_local_urls = allow_local_urls
        self.office_name, self.basic_id = "องค์การบริหารส่วนจังหวัดศรีนคร (ตัวอย่าง)", "@srinakhon"
        self.mode = "active"
        self.group_postback_has_user = True
        self.weather = Weather()
        self.town = {"done": 0, "of": 0, "running": False}
        self._clock, self._ahead = clock, timedelta()
        self._keep = Keep(keep) if keep else None
        self.state = State(clock(), self._keep)
        self.platform = Platform(self.state, self.now, quota_limit)
        self.bot_id = self._own_id()
        self._calls: deque[Call] = deque(maxlen=5000)
        self._deliveries: deque[tuple[datetime, Delivery]] = deque(maxlen=5000)
        self._events: deque[Event] = deque(maxlen=2000)
        self._held: list[Event] | None = None
        self.postman = Postman(channel_secret, self.bot_id, webhook_url, self._leaving, self._arrived, redelivery)
        self.meta = Meta(
            self.state,
            self.now,
            lambda: self.webhook_url,
            allow_local_urls=allow_local_urls,
            redelivery=redelivery,
        )
        self.google = Google(self.now, state=self.state)

    # --- time and record ---

    def now(self) -> datetime:
        return self._clock() + self._ahead

    def move(self, ahead: timedelta) -> None:
        """Let time pass in the world: tokens grow old, videos get ready."""
        self._ahead += ahead

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
        """The last events, as they first went out: any of them can be delivered again."""
        with self.state.lock:
            return list(self._events)

    @property
    def webhook_url(self) -> str:
        return self.postman.url

    @webhook_url.setter
    def webhook_url(self, url: str) -> None:
        self.postman.url = url

    def record(self, call: Call) -> None:
        with self.state.lock:
            self._calls.append(call)
            self.state.touch()

    def close(self) -> None:
        self.weather.set("ok")
        self.postman.close()
        self.meta.close()
        self.google.close()
        if self._keep:
            self._keep.close()

    # --- who there is ---

    def chat(self, chat: str) -> list[Entry]:
        """The bubbles of a chat, oldest first."""
        with self.state.lock:
            return list(self.state.chats[chat])

    def said(self, chat: str) -> list[dict[str, Any]]:
        """What the product has said in a chat: the messages as it sent them."""
        return [entry.message for entry in self.chat(chat) if entry.side == "office"]

    def wait_for(self, condition: Callable[[], bool], patience: float = 10.0) -> bool:
        """Sleeps until the condition holds; it is looked at after every change of the world."""
        with self.state.changed:
            return self.state.changed.wait_for(condition, patience)

    # --- levers for tests ---

    def set_weather(self, fault: Fault) -> None:
        self.weather.set(fault)
        self.state.touch()

    def next_answers(self, operation: str, faults: Iterable[Fault]) -> None:
        """The next calls of an operation ("reply", "push", "content", …: see `line.py`) meet these faults, one each."""
        self.weather.next_answers(operation, faults)

    @contextmanager
    def held(self) -> Iterator[list[Event]]:
        """Inside, events are gathered in the list and do not go out: to be delivered together, twice or reordered."""
        gathered: list[Event] = []
        self._held = gathered
        try:
            yield gathered
        finally:
            self._held = None

    def deliver(self, *happened: Event, redelivery: bool = False) -> Delivery:
        """One webhook with these events, now; what the product answered comes back."""
        return self.postman.deliver([events.again(event) for event in happened] if redelivery else list(happened))

    def wait_idle(self, patience: float = 10.0) -> bool:
        """True once every webhook of both platforms has been delivered."""
        return self.postman.wait_idle(patience) and self.meta.wait_idle(patience)

    def set_ready(self, message_id: str, *, ready: bool = True) -> None:
        """A video has been prepared, or will be in an hour."""
        self.state.contents[message_id].ready = self.now().timestamp() + (0 if ready else 3600)

    def expire(self, message_id: str) -> None:
        """LINE deletes content after an undisclosed time: 404 from now on."""
        self.set_fate(message_id, "expired")

    def fail_preparation(self, message_id: str) -> None:
        self.set_fate(message_id, "failed")

    def set_town(self, done: int, of: int, *, running: bool) -> None:
        self.town = {"done": done, "of": of, "running": running}
        self.state.touch()

    def _leaving(self, leaving: Sequence[Event]) -> None:
        with self.state.lock:
            for event in leaving:
                self.platform.tokens.delivered(event.get("replyToken", ""), self.now())

    def _arrived(self, delivery: Delivery) -> None:
        with self.state.lock:
            self._deliveries.append((self.now(), delivery))
            self.state.touch()

    def _own_id(self) -> str:
        kept = self.state.others["office"].get("bot_id")
        if kept is None:
            kept = new_id("U")
            self.state.save_other("office", "bot_id", kept)
        return str(kept)
