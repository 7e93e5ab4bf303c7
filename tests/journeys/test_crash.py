"""kill -9 at any moment loses nothing and doubles nothing: on the citizens' phones it cannot even be seen."""

from __future__ import annotations

import os
import random
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from models.case import cases
from models.document import case_files
from models.inbox import arrivals
from models.outbox import outgoing
from models.register import entries
from office import desk
from tests.house import words
from tests.journeys.patience import until
from tests.journeys.processes import GUNICORN, Premises, premises
from tests.journeys.walking import Walk, all_arrive

CITIZENS, PICTURES = 3, 2
#: How many calls and webhooks an office lives through before it is killed, at random.
LIFE = (2, 25)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Premises]:
    with premises(f"sqlite:///{tmp_path / 'office.db'}", tmp_path) as place:
        yield place


@pytest.fixture
def large(new_postgresql: str, tmp_path: Path) -> Iterator[Premises]:
    with premises(new_postgresql, tmp_path) as place:
        yield place


def test_an_office_on_one_machine_is_killed_in_the_middle_of_its_work(small: Premises) -> None:
    office = small.open_doors("run")
    group, calm = staff_group(small), calm_walk(small)

    def everything() -> None:
        nonlocal office
        office.kill()
        small.time_passes()
        office = small.open_doors("run")

    def the_server_child() -> None:
        os.kill(office.running.pid, signal.SIGSTOP)  # its parent would start it anew before the leases have run out
        child = office.child()
        os.kill(child, signal.SIGKILL)
        until(lambda: stopped(child), what="the child is dead")
        small.time_passes()
        os.kill(office.running.pid, signal.SIGCONT)

    def in_good_order() -> None:
        nonlocal office
        assert office.end() == 0, office.said
        office = small.open_doors("run")

    walks = walk_through(small, everything, the_server_child, in_good_order)
    nothing_lost_nothing_doubled(small, calm, walks, group)
    assert office.end() == 0, office.said


def test_an_office_of_several_processes_loses_each_of_them_in_turn(large: Premises) -> None:
    web, worker, clock = large.open_doors(program=GUNICORN), large.start("worker"), large.start("clock")
    group, calm = staff_group(large), calm_walk(large)

    def the_web() -> None:
        nonlocal web
        web.kill()
        web = large.open_doors(program=GUNICORN)

    def the_worker() -> None:
        nonlocal worker
        worker.kill()
        large.time_passes()
        worker = large.start("worker")

    def the_clock() -> None:
        nonlocal clock
        clock.kill()
        clock = large.start("clock")

    walks = walk_through(large, the_worker, the_web, the_clock)
    nothing_lost_nothing_doubled(large, calm, walks, group)
    for process in (web, worker, clock):
        assert process.end() == 0, process.said


def calm_walk(place: Premises) -> Walk:
    """The first citizen, with nothing in the way: what a phone should show."""
    calm = Walk(place.world, "คนแรก", pictures=PICTURES)
    all_arrive(place.world, [calm])
    return calm


def staff_group(place: Premises) -> str:
    members = [place.world.add_person(f"เจ้าหน้าที่ {n}", follow=False).id for n in range(2)]
    group = place.world.add_group("กลุ่มเจ้าหน้าที่", members)
    with place.database.transaction() as tx:
        code = desk.make_code(tx, place.world.now())
    place.world.say(members[0], f"เปิดใช้ {code}", chat=group.id)
    assert place.world.wait_for(lambda: bool(place.world.said(group.id)), 30)
    return group.id


def walk_through(place: Premises, *blows: Callable[[], None]) -> list[Walk]:
    """New citizens file their complaints while one blow after another falls, each at a random moment."""
    walks: list[Walk] = []
    for blow in blows:
        walks += (Walk(place.world, f"คนที่ {n}", pictures=PICTURES) for n in range(CITIZENS))
        go_on(place, walks, random.randint(*LIFE))
        blow()
    all_arrive(place.world, walks)
    assert place.world.wait_idle()
    until(lambda: place.settled() or place.notices_are_due(), what="nothing waits")
    return walks


def go_on(place: Premises, walks: Sequence[Walk], life: int) -> None:
    """The citizens go on until the office has been knocked at, or has called, so often."""
    ends = happenings(place) + life
    while happenings(place) < ends and not all(walk.arrived for walk in walks):
        place.world.wait_for(lambda: any(walk.ready() for walk in walks) or happenings(place) >= ends)
        for walk in walks:
            if walk.ready():
                walk.go()


def happenings(place: Premises) -> int:
    return len(place.world.calls) + len(place.world.deliveries)


def stopped(pid: int) -> bool:
    """Whether it has died; its parent, who is stopped, has not taken note yet."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def nothing_lost_nothing_doubled(place: Premises, calm: Walk, walks: Sequence[Walk], group: str) -> None:
    kept = place.rows(arrivals)
    assert {row["event_id"] for row in kept} == {event["webhookEventId"] for event in place.world.events}
    assert {row["state"] for row in kept} == {"done"}
    assert place.rows(outgoing, outgoing.c.state == "stuck") == []
    for walk in walks:
        assert walk.transcript() == calm.transcript()
    everybody = [calm, *walks]
    numbers = [number for walk in everybody for number in set(walk.numbers())]
    assert sorted(row["number"] for row in place.rows(entries)) == list(range(1, len(everybody) + 1))
    assert sorted(int(number.split("/")[0]) for number in numbers) == list(range(1, len(everybody) + 1))
    assert len(place.rows(cases)) == len(everybody)
    assert Counter(row["message_id"] for row in place.rows(case_files)) == Counter(
        sent for walk in everybody for sent in walk.sent
    )
    cards = [words({**message, "altText": ""}) for message in place.world.said(group)]
    assert Counter(re.findall(r"เรื่องใหม่ (\d+/\d+)", "\n".join(cards))) == Counter(numbers)
