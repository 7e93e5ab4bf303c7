"""`make bench`: each benchmark prints one line of figures. What they mean is told in docs/performance.md."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine

from bench import engine, examining, memory, numbers, registers, sheet, statements, turns, webhook
from bench.house import Missing

BENCHMARKS: dict[str, Callable[[], Coroutine[None, None, str]]] = {
    "webhook": webhook.answered,
    "webhook, LINE hangs": webhook.answered_while_line_hangs,
    "webhook, granian": webhook.under_granian,
    "turn at 20/s": turns.paced,
    "turns, saturated": turns.saturated,
    "memory": memory.resident,
    "import": memory.imported,
    "statements": statements.counted,
    "engine": engine.derived,
    "workbook": registers.rebuilt,
    "examining": examining.examined,
    "numbers": numbers.gapless,
    "sheet": sheet.mirrored,
}


def main(wanted: list[str]) -> None:
    for name, benchmark in BENCHMARKS.items():
        if wanted and not any(name.startswith(word) for word in wanted):
            continue
        began = time.monotonic()
        try:
            figures = asyncio.run(benchmark())
        except Missing as missing:
            figures = f"left out: {missing}"
        print(f"{name}: {figures} ({time.monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
