"""What the processes weigh, and what importing the web process costs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from statistics import median

from bench.house import ROOT, Missing, opened, postgresql, postgresql_house, sqlite_house
from bench.town import Conversation, Town, people

_IMPORT = "import time; import app; app.create_app; print(time.process_time())"


async def resident() -> str:
    """Resident memory of each process after two hundred turns."""
    town, words = await Town().open(), []
    async with opened(sqlite_house(town.port)) as house:
        await _used(town, house.port)
        words.append(f"all in one (SQLite) {house.memory('run'):.0f} MB")
    try:
        async with opened(postgresql()) as url, opened(postgresql_house(url, town.port)) as house:
            await _used(town, house.port)
            words = [f"web {house.memory('web'):.0f} MB", f"worker {house.memory('worker'):.0f} MB", *words]
    except Missing as missing:
        words.append(f"PostgreSQL left out: {missing}")
    return ", ".join(words)


async def _used(town: Town, port: int) -> None:
    await asyncio.sleep(3)
    await Conversation(town, port, people(50)).at_rate(50, 200)


async def imported() -> str:
    """Processor time until the web process could open its doors, bytecode cached."""
    seconds = [await asyncio.to_thread(_import) for _ in range(4)]
    return f"{median(seconds[1:]):.2f} s CPU"


def _import() -> float:
    done = subprocess.run([sys.executable, "-c", _IMPORT], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)
