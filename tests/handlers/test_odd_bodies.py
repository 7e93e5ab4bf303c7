"""Whatever a genuine request holds: it is answered with 200, and the sound event beside it is kept and answered.

`BODIES=10000 pytest tests/handlers/test_odd_bodies.py` sends so many of them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from models.inbox import arrivals
from models.outbox import outgoing
from tests.bot import test_line_reading as line
from tests.bot import test_messenger_reading as messenger
from tests.handlers import test_messenger_door, test_webhooks
from tests.handlers.mutations import broken, mutated, written
from tests.house import House

BODIES = int(os.environ.get("BODIES", "300"))
Json = Any


def line_samples(_: House) -> list[Json]:
    media = [
        line.message("image", contentProvider={"type": "line"}),
        line.message("file", fileName="ก.pdf", fileSize=9),
    ]
    return [event for event, _ in line.EVENTS.values()] + media


def messenger_samples(house: House) -> list[Json]:
    items = [item for item, _ in messenger.EVENTS.values()]
    items += [messenger.attached("image", "image", text="ดูสิ"), messenger.attached("file"), messenger.echo()]
    items += [messenger.echo(metadata=messenger.metadata(messenger.KEY, 1, 1))]
    return json.loads(json.dumps(items).replace(messenger.CDN, f"{house.world.meta.origin}/media/1/a.jpg?oe=1"))


def line_sound(number: int) -> Json:
    return test_webhooks.text_event(f"01SOUND{number:019}", user=f"U{number:032}")


def messenger_sound(number: int) -> Json:
    item = messenger.item(message={"mid": f"m_sound{number}", "text": "สวัสดี"})
    return {**item, "sender": {"id": f"77{number:014}"}}


def line_body(_house: House, _random: Random, events: list[Json]) -> Json:
    return {"destination": "U" + "9" * 32, "events": events}


def messenger_body(house: House, random: Random, items: list[Json]) -> Json:
    entries = [{"id": house.world.meta.page_id, "time": 1, "messaging": [item]} for item in items]
    return {"object": "page", "entry": [*entries, mutated(random, entries[0])]}


PLATFORMS: dict[str, tuple[Callable[..., Any], ...]] = {
    "line": (line_samples, line_sound, line_body, test_webhooks.knock),
    "messenger": (messenger_samples, messenger_sound, messenger_body, test_messenger_door.knock),
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_odd_neighbours_do_no_harm(small_house: House, platform: str) -> None:
    samples_of, sound, body_of, knock = PLATFORMS[platform]
    random, samples = Random(20261124), samples_of(small_house)
    lanes = set()
    for number in range(BODIES // 2):
        good = sound(number)
        events = [mutated(random, random.choice(samples)), good]
        random.shuffle(events)
        body = written(random, body_of(small_house, random, events))
        assert knock(small_house, body) == 200, body
        if number % 4 == 0:
            assert knock(small_house, broken(random, body)) == 200
        lanes.add(f"{platform}:{good['source']['userId'] if platform == 'line' else good['sender']['id']}")
    _work_off(small_house)
    with small_house.wiring.database.reading() as tx:
        stuck = tx.all(sa.select(arrivals.c.outcome, arrivals.c.payload).where(arrivals.c.state != "done"))
        answered = {row["lane"] for row in tx.all(sa.select(outgoing.c.lane))}
    assert [row for row in stuck if not row["outcome"].startswith(("no e", "an event that"))] == []
    assert lanes - answered == set()


def _work_off(house: House) -> None:
    """All turns, also those that had to be tried again."""
    for _ in range(4):
        while house.turn():
            pass
        house.clock.pass_(seconds=20)
