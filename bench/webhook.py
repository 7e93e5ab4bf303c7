"""How fast a webhook is answered with 200, which is said only when its event is on disk."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Mapping
from statistics import median

from bench.house import House, Missing, noop, opened, sqlite_house, sqlite_web
from bench.town import Load, Person, Town, flood, people, webhook

CONNECTIONS, REQUESTS, ROUNDS = 32, 1500, 3


async def answered() -> str:
    """Durable answers per second beside those of a Flask that does nothing, under the same server."""
    town = await Town().open()
    async with opened(sqlite_web(town.port)) as ours, opened(noop()) as nothing:
        loads = await _interleaved({"ours": ours, "nothing": nothing})
    return f"SQLite, gunicorn 1x32: {_figures(loads['ours'])}; {_ratio(loads)} x a Flask that keeps nothing"


async def under_granian() -> str:
    """The same under another server, which is no part of the lock file."""
    if importlib.util.find_spec("granian") is None:
        raise Missing("granian is not installed")
    town = await Town().open()
    async with opened(sqlite_web(town.port, server="granian")) as ours, opened(noop(server="granian")) as nothing:
        loads = await _interleaved({"ours": ours, "nothing": nothing})
    return f"SQLite, granian 1x32: {_figures(loads['ours'])}; {_ratio(loads)} x a Flask that keeps nothing"


async def answered_while_line_hangs() -> str:
    """Two whole houses under the same load, of which one waits for a LINE that takes calls and never answers."""
    well, ill = await Town().open(), await Town(hangs=True).open()
    async with opened(sqlite_house(well.port)) as ours, opened(sqlite_house(ill.port)) as hanging:
        for house in (ours, hanging):  # the senders are busy with these from now on
            await flood(house.port, _requests(40), 4)
        loads = await _interleaved({"ours": hanging, "well": ours}, requests=250)
    return f"SQLite, all in one: {_figures(loads['ours'])}; {_ratio(loads, 'well')} x the rate while LINE answers"


async def _interleaved(houses: Mapping[str, House], requests: int = REQUESTS) -> dict[str, list[Load]]:
    loads: dict[str, list[Load]] = {name: [] for name in houses}
    for house in houses.values():
        await flood(house.port, _requests(requests // 4), CONNECTIONS)
        await asyncio.to_thread(house.rest)
    for _ in range(ROUNDS):
        for name, house in houses.items():
            loads[name].append(await flood(house.port, _requests(requests), CONNECTIONS))
            await asyncio.to_thread(house.rest)  # then the next one has the machine to itself
    return loads


def _requests(count: int) -> list[bytes]:
    crowd: list[Person] = people(200)
    return [webhook(crowd[number % len(crowd)], "ถนนเป็นหลุม")[1] for number in range(count)]


def _figures(loads: list[Load]) -> str:
    rate, p50, p99 = (median(figure(load) for load in loads) for figure in _READ)
    failed = sum(load.failed for load in loads)
    return f"{rate:.0f}/s, p50 {p50:.0f} ms, p99 {p99:.0f} ms" + (f", {failed} FAILED" if failed else "")


_READ = (lambda load: load.rate, lambda load: load.ms(50), lambda load: load.ms(99))


def _ratio(loads: Mapping[str, list[Load]], other: str = "nothing") -> str:
    ratios = [ours.rate / theirs.rate for ours, theirs in zip(loads["ours"], loads[other], strict=True)]
    return f"{median(ratios):.2f}"
