"""One turn of the real complaint flow, from the webhook to the reply at LINE's door."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from statistics import median

from bench.house import House, Missing, bottender, opened, postgresql, postgresql_house, sqlite_house
from bench.town import LINE_DOOR, MESSENGER_DOOR, Conversation, Load, Town, people

CROWD, CONNECTIONS = 200, 16
RATE, PACED = 20.0, 100
ROUNDS, SATURATED = 3, 500
#: The workers load LINE's client in the background when the house opens.
SETTLING = 3.0


async def paced() -> str:
    """At 20 turns a second, by turns on both databases and, on one of them, both platforms."""
    async with AsyncExitStack() as stack:
        town = await Town().open()
        houses = await _houses(stack, town, peer=False)
        talks = {name: await _in_conversation(town, house) for name, house in houses.items()}
        talks["SQLite, Messenger"] = await _in_conversation(town, houses["SQLite"], MESSENGER_DOOR)
        loads: dict[str, list[Load]] = {name: [] for name in talks}
        for _ in range(2):
            for name, talk in talks.items():
                loads[name].append(await talk.at_rate(RATE, PACED // 2))
    return "; ".join(f"{name} {_waits(both)}" for name, both in loads.items())


async def saturated() -> str:
    """As many as they can: 16 connections, each of which brings the next webhook once the last is answered."""
    async with AsyncExitStack() as stack:
        town = await Town().open()
        houses = await _houses(stack, town, peer=True)
        talks = {name: await _in_conversation(town, house) for name, house in houses.items()}
        rates: dict[str, list[float]] = {name: [] for name in houses}
        cpu = dict.fromkeys(houses, 0.0)
        for _ in range(ROUNDS):
            for name, talk in talks.items():
                before = houses[name].cpu()
                rates[name].append((await talk.saturated(SATURATED, CONNECTIONS)).rate)
                cpu[name] += (houses[name].cpu() - before) * 1000 / SATURATED / ROUNDS
    peer = rates.get("Bottender")
    words = []
    for name, own in rates.items():
        ratio = median(mine / theirs for mine, theirs in zip(own, peer, strict=True)) if peer else 0.0
        beside = f", {ratio:.2f} x Bottender" if peer and own is not peer else ""
        words.append(f"{name} {median(own):.0f} turns/s ({cpu[name]:.1f} ms CPU each{beside})")
    return "; ".join(words) + ("" if peer else "; Bottender left out")


async def _houses(stack: AsyncExitStack, town: Town, *, peer: bool) -> dict[str, House]:
    houses = {"SQLite": await stack.enter_async_context(opened(sqlite_house(town.port)))}
    try:
        url = await stack.enter_async_context(opened(postgresql()))
        houses["PostgreSQL"] = await stack.enter_async_context(opened(postgresql_house(url, town.port)))
        if peer:
            houses["Bottender"] = await stack.enter_async_context(opened(bottender(town.port)))
    except Missing as missing:
        print(f"({missing})", flush=True)
    await asyncio.sleep(SETTLING)
    return houses


async def _in_conversation(town: Town, house: House, door: str = LINE_DOOR) -> Conversation:
    """A conversation with a crowd of whom everybody has begun; the house is warm then."""
    talk = Conversation(town, house.port, people(CROWD), door)
    await talk.at_rate(50, CROWD)
    return talk


def _waits(loads: list[Load]) -> str:
    failed = sum(load.failed for load in loads)
    all_waits = Load(1.0, [wait for load in loads for wait in load.waits], failed)
    return f"p50 {all_waits.ms(50):.1f} ms, p99 {all_waits.ms(99):.0f} ms" + (f", {failed} FAILED" if failed else "")
