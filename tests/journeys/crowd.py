"""A crowded office: several houses (web, workers, senders) on one database, and trouble that comes by plan."""

from __future__ import annotations

import itertools
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from building import web, wire
from handlers import turns
from handlers.wiring import Wiring
from models import queue
from models.bell import LOOK_ANYWAY, LocalBell, bell_for
from models.inbox import arrivals
from models.outbox import outgoing
from sandbox.events import Event
from sandbox.pages import create_sandbox
from sandbox.server import serve
from sandbox.world import World
from serving import start_workers
from settings import LineSettings, Settings

ROOT = Path(__file__).parent.parent.parent
SECRET, TOKEN = "channel-secret", "channel-token"
#: So many seconds of the office pass in one of ours: pauses and leases are real, and soon over.
HASTE = 5
#: The lease of a worker who dies with it.
BRIEF = timedelta(seconds=1)


class HastyClock:
    """Tuesday 24 November 2026 from 10:00 in Bangkok on, `HASTE` times as fast as ours."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        return datetime(2026, 11, 24, 3, 0, tzinfo=UTC) + HASTE * timedelta(seconds=time.monotonic() - self._began)


class Crowd:
    """`wirings` serve the same database; the world's webhooks go to their doors in turn."""

    def __init__(self, world: World, wirings: Sequence[Wiring]) -> None:
        self.world, self.wirings = world, wirings
        self.database = wirings[0].database
        self.missing: list[tuple[Wiring, Any]] = []
        """What was claimed by workers who then were not heard of."""
        self._doors = itertools.cycle([web(wiring) for wiring in wirings])
        self._knocks = itertools.count(1)
        self._vanishing = 0

    def front(self, environ: Any, start_response: Any) -> Any:
        """Every house's door in turn; after some of the webhooks a worker claims what waits, and is gone."""
        answer = next(self._doors)(environ, start_response)
        if self._vanishing and next(self._knocks) > self._vanishing * (len(self.missing) + 1):
            self._vanish()
        return answer

    @contextmanager
    def vanishing(self, every: int) -> Iterator[None]:
        """Meanwhile, after every so many webhooks a worker dies with what it has claimed."""
        self._vanishing = every
        yield
        self._vanishing = 0

    def come_back(self) -> None:
        """Those who were missing go on as if nothing had happened."""
        for wiring, arrival in self.missing:
            turns._handle(wiring, arrival)

    def _vanish(self) -> None:
        """One worker less, if there is something to claim; otherwise at the next webhook."""
        wiring, slow = random.choice(self.wirings), random.random() < 0.5
        with wiring.database.transaction() as tx:
            claimed = queue.claim(tx, arrivals, wiring.now(), BRIEF, only={"slow": slow})
        self.missing += [(wiring, row) for row in claimed]

    def rows(self, table: sa.Table, *conditions: Any) -> list[Any]:
        with self.database.reading() as tx:
            return list(tx.all(sa.select(table).where(*conditions).order_by(table.c.id)))

    def settled(self) -> bool:
        """Whether nothing waits any more."""
        return not any(self.rows(table, table.c.state == "waiting") for table in (arrivals, outgoing))


@contextmanager
def brief_logs() -> Iterator[None]:
    """Failures in a line each: there will be many, and structlog's own pictures of them cost half a second."""
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, _brief, structlog.dev.ConsoleRenderer()])
    yield
    structlog.reset_defaults()


def _brief(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    if event.pop("exc_info", None):
        event["error"] = repr(sys.exception())[:200]
    return event


@contextmanager
def crowded(url: str, folder: Path, houses: int) -> Iterator[Crowd]:
    """So many houses at work on this database, in a world that delivers to them; PostgreSQL only if more than one."""
    clock = HastyClock()
    world = World(SECRET, TOKEN, "http://127.0.0.1:9/", clock, allow_local_urls=True, quota_limit=None)
    with brief_logs(), serve(create_sandbox(world, None)) as platform:
        wirings = [_house(url, folder, platform.url, clock) for _ in range(houses)]
        crowd = Crowd(world, wirings)
        with serve(crowd.front) as doors:
            world.webhook_url = f"{doors.url}/webhooks/line"
            bells = [bell_for(wiring.database) for wiring in wirings]
            staffs = [start_workers(wiring, bell) for wiring, bell in zip(wirings, bells, strict=True)]
            try:
                with _looking_anyway(bells):
                    yield crowd
            finally:
                world.close()
                with ThreadPoolExecutor() as pool:
                    gone_home = list(pool.map(lambda workers: workers.close(), staffs))
                    list(pool.map(lambda bell: bell.close(), bells))
                for wiring in wirings:
                    wiring.database.dispose()
                assert all(gone_home)


@contextmanager
def _looking_anyway(bells: Sequence[LocalBell]) -> Iterator[None]:
    """Workers look once a second by themselves; a second is shorter here."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_ANYWAY / HASTE):
            for bell in bells:
                bell.wake_all()

    thread = threading.Thread(target=look)
    thread.start()
    yield
    over.set()
    thread.join()


def _house(url: str, folder: Path, platform: str, clock: Callable[[], datetime]) -> Wiring:
    line = LineSettings(SECRET, TOKEN, f"{platform}/line", f"{platform}/line")
    settings = Settings(url, folder, ROOT / "services", 0, "http://127.0.0.1", "key", line)
    return replace(wire(settings), now=clock)


class Redeliverer:
    """The platform tells some events again: at once, later, and while the first time is still under way; but never
    before what the same person did earlier has arrived."""

    def __init__(self, crowd: Crowd, share: float) -> None:
        self._crowd, self._world, self._share = crowd, crowd.world, share
        self._chance = random.Random(4)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell_again, name="redeliverer")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _tell_again(self) -> None:
        seen = 0
        while not self._over.is_set():
            events = self._world.events
            if seen == len(events) or not self._is_next(events, seen):
                self._world.wait_for(self._over.is_set, 0.02)
                continue
            event, seen = events[seen], seen + 1
            if self._chance.random() < self._share:
                self._world.deliver(event, redelivery=True)
            if self._chance.random() < self._share / 3:
                self._world.deliver(self._chance.choice(events[:seen]), event, redelivery=True)

    def _is_next(self, events: Sequence[Event], number: int) -> bool:
        who = events[number].get("source")
        before = {event["webhookEventId"] for event in events[:number] if event.get("source") == who}
        return before <= {row["event_id"] for row in self._crowd.rows(arrivals)}
