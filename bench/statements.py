"""How many SQL statements a turn takes, from the stored webhook to the settled reply, counted within this process."""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.house import ROOT, Missing, postgresql
from bench.town import SECRET, TOKEN, people, webhook
from bot.channel import Outcome, Sent
from bot.delivery import Delivery
from bot.line import Line
from building import web, wire
from handlers import turns
from handlers.wiring import Wiring
from models.upgrading import upgrade
from office import notices
from settings import LineSettings, Settings


class _Deaf(Line):
    """Takes every message and calls nobody."""

    def _post(self, *_: Any) -> Outcome:
        return Sent(("1",))


async def counted() -> str:
    """The middle of the complaint flow, on each database."""
    with _wired("") as wiring:
        words = [f"SQLite {_of_a_turn(wiring)}"]
    try:
        with postgresql() as url, _wired(url) as wiring:
            words.append(f"PostgreSQL {_of_a_turn(wiring)}")
    except Missing as missing:
        words.append(f"PostgreSQL left out: {missing}")
    return "; ".join(words)


def _of_a_turn(wiring: Wiring) -> str:
    person, counts = people(1)[0], Counter[str]()
    client, delivery = web(wiring).test_client(), Delivery(wiring.database, wiring.channels, notices.trouble)

    def turn() -> None:
        head, body = webhook(person, person.next_words())[1].split(b"\r\n\r\n", 1)
        signature = head.rsplit(b"X-Line-Signature: ", 1)[1].split(b"\r\n")[0].decode()
        client.post("/webhooks/line", data=body, headers={"X-Line-Signature": signature})
        turns.work(wiring, slow=False)
        delivery.send_one(wiring.now)

    for _ in range(6):
        turn()
    _count(wiring.database.engine, counts)
    turn()
    return f"{counts['statement']} statements in {counts['commit']} transactions"


def _count(engine: sa.Engine, counts: Counter[str]) -> None:
    @sa.event.listens_for(engine, "before_cursor_execute")
    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        counts["statement"] += not text.startswith("BEGIN")

    @sa.event.listens_for(engine, "commit")
    def commit(_: Any) -> None:
        counts["commit"] += 1


@contextmanager
def _wired(url: str) -> Iterator[Wiring]:
    """The house by its own wiring, on an empty database; nothing runs in it by itself."""
    with tempfile.TemporaryDirectory(prefix="rapruang-bench-") as folder:
        line = LineSettings(SECRET, TOKEN)
        settings = Settings(
            database_url=url or f"sqlite:///{folder}/office.db",
            var_dir=Path(folder),
            services_dir=ROOT / "services",
            port=0,
            public_url="http://127.0.0.1",
            secret_key="bench",
            line=line,
        )
        wiring = wire(settings)
        upgrade(wiring.database)
        try:
            yield dataclasses.replace(wiring, channels={"line": _Deaf(SECRET, TOKEN, line.api_url, line.api_data_url)})
        finally:
            wiring.database.dispose()
