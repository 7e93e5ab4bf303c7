"""Many at once: every event takes effect once, in its turn, and the register counts 1, 2, 3 … whatever fails.

`RACE=10 pytest tests/journeys/test_race.py` runs each race ten times with a larger crowd (`make race`).
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models import tables
from models.case import cases
from models.db import Database
from models.document import case_files
from models.inbox import arrivals
from models.outbox import outgoing
from models.register import entries
from sandbox.events import Event
from tests.journeys.crowd import Crowd, Redeliverer, crowded
from tests.journeys.patience import until
from tests.journeys.trouble import failing_turns, slow_writers
from tests.journeys.walking import Walk, all_arrive

TIMES = int(os.environ.get("RACE", "1"))
CITIZENS = 6 if TIMES == 1 else 16
PICTURES, AT_ONCE = 8, 4


@pytest.fixture(params=["sqlite", "postgresql"] * TIMES)
def crowd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crowd]:
    """One house on SQLite (a second one is refused), three on PostgreSQL."""
    small = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'office.db'}" if small else request.getfixturevalue("new_postgresql")
    database = Database(url)
    tables.metadata.create_all(database.engine)
    database.dispose()
    with crowded(url, tmp_path, houses=1 if small else 3) as crowd:
        yield crowd


def test_under_load_with_redelivery_crashes_and_failures_each_event_takes_effect_once_and_in_its_turn(
    crowd: Crowd,
) -> None:
    calm = Walk(crowd.world, "คนแรก", pictures=PICTURES, hurry=True)
    all_arrive(crowd.world, [calm])
    failing_turns(crowd.database)
    walks = [Walk(crowd.world, f"คนที่ {n}", pictures=PICTURES, hurry=True) for n in range(CITIZENS)]
    with Redeliverer(crowd, share=0.3), crowd.vanishing(every=9):
        all_arrive(crowd.world, walks)
    until(crowd.settled)
    crowd.come_back()
    assert len(crowd.missing) >= CITIZENS
    happened_once(crowd, [calm, *walks])
    for walk in walks:
        assert walk.transcript() == calm.transcript()
        assert files_of(crowd, walk) == walk.sent


def test_at_low_load_an_event_that_becomes_visible_late_loses_nothing(crowd: Crowd) -> None:
    """On PostgreSQL ids are given before they are committed: a later row may be at work when an earlier one appears."""
    if not crowd.database.is_sqlite:
        slow_writers(crowd.database)
    walks: list[Walk] = []
    for _ in range(CITIZENS // 2):
        pair = [Impatient(crowd.world, "", pictures=PICTURES) for _ in range(2)]
        all_arrive(crowd.world, pair)
        walks += pair
    until(crowd.settled)
    happened_once(crowd, walks)
    for walk in walks:
        assert in_groups(files_of(crowd, walk)) == in_groups(walk.sent)


class Impatient(Walk):
    """Somebody whose pictures set out four at once: of four nobody knows which comes first, but fours come in turn."""

    def show_pictures(self) -> None:
        with self.world.held() as events:
            super().show_pictures()
        threading.Thread(target=self._carry, args=(events,)).start()

    def _carry(self, events: Sequence[Event]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for first in range(0, len(events), AT_ONCE):
                list(pool.map(self.world.deliver, events[first : first + AT_ONCE]))


def in_groups(marks: Sequence[str]) -> list[set[str]]:
    return [set(marks[first : first + AT_ONCE]) for first in range(0, len(marks), AT_ONCE)]


def happened_once(crowd: Crowd, walks: Sequence[Walk]) -> None:
    """Each event handled, each citizen's draft one case, the numbers 1..n, each on the phone it belongs to."""
    kept = crowd.rows(arrivals)
    assert {row["event_id"] for row in kept} == {event["webhookEventId"] for event in crowd.world.events}
    assert Counter((row["state"], row["outcome"]) for row in kept) == {("done", ""): len(crowd.world.events)}
    assert [row["state"] for row in crowd.rows(outgoing, outgoing.c.state.in_(("waiting", "stuck")))] == []
    assert sorted(row["number"] for row in crowd.rows(entries)) == list(range(1, len(walks) + 1))
    assert len(crowd.rows(cases)) == len(walks)
    assert all(len(set(walk.numbers())) == 1 for walk in walks)
    assert {walk.numbers()[0] for walk in walks} == {f"{n}/2569" for n in range(1, len(walks) + 1)}


def files_of(crowd: Crowd, walk: Walk) -> list[str]:
    """The message ids of the pictures that the citizen's case has, in its order."""
    number = int(walk.numbers()[0].split("/")[0])
    (entry,) = crowd.rows(entries, entries.c.number == number)
    return [row["message_id"] for row in crowd.rows(case_files, case_files.c.case_id == entry["case_id"])]
