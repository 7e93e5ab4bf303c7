"""The office as an operator runs it: processes of their own, which can be asked to end, or be killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import urllib3

from models.db import Database
from models.errands import errands
from models.inbox import arrivals
from models.outbox import outgoing
from sandbox.pages import create_sandbox
from sandbox.server import serve
from sandbox.world import World
from tests.journeys.patience import until

ROOT = Path(__file__).parent.parent.parent
SECRET, TOKEN = "channel-secret", "channel-token"
APP = (sys.executable, str(ROOT / "app.py"))
GUNICORN = (sys.executable, "-m", "gunicorn", "app:create_app()")


class Process:
    """One command in a process group of its own."""

    def __init__(self, command: tuple[str, ...], environ: Mapping[str, str], folder: Path) -> None:
        self.running = subprocess.Popen(
            command,
            cwd=folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        )
        self._lines: list[str] = []
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    @property
    def said(self) -> str:
        """All that it has written so far; everything, once it has ended."""
        if self.running.poll() is not None:
            self._listening.join()
        return "".join(self._lines)

    def _listen(self) -> None:
        assert self.running.stdout
        with self.running.stdout as lines:
            self._lines.extend(lines)

    def end(self, within: float = 10.0) -> int:
        """SIGTERM, as a service manager would; its exit code."""
        self.running.terminate()
        return self.running.wait(within)

    def kill(self) -> None:
        """kill -9, with all its children, at whatever it is doing."""
        if self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()
        self._listening.join()

    def child(self) -> int:
        """The process id of its only child."""
        (child,) = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children").read_text().split()
        return int(child)


class Premises:
    """Where an office stands: its database, its folder, its port, and the world it belongs to."""

    def __init__(self, url: str, folder: Path, world: World, platform: str) -> None:
        self.folder, self.world = folder, world
        self.port = free_port()
        self.environ = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
            "DATABASE_URL": url,
            "VAR_DIR": str(folder),
            "SERVICES_DIR": str(ROOT / "services"),
            "PORT": str(self.port),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_URL": f"{platform}/line",
            "LINE_API_DATA_URL": f"{platform}/line",
        }
        world.webhook_url = f"http://127.0.0.1:{self.port}/webhooks/line"
        self.database = Database(url)
        self._processes: list[Process] = []

    def start(self, *command: str, program: tuple[str, ...] = APP, **environ: str) -> Process:
        process = Process(
            (*program, *command), {**self.environ, **environ}, ROOT if program is GUNICORN else self.folder
        )
        self._processes.append(process)
        return process

    def do(self, *command: str, **environ: str) -> tuple[int, str]:
        """A command that ends by itself: its exit code, and what it said."""
        process = self.start(*command, **environ)
        return process.running.wait(30), process.said

    def health(self) -> dict[str, Any] | None:
        """What `/health` says; None while nobody answers."""
        try:
            answer = urllib3.request("GET", f"http://127.0.0.1:{self.port}/health", retries=False, timeout=2)
        except urllib3.exceptions.HTTPError:
            return None
        return dict(json.loads(answer.data)) if answer.status == 200 else None

    def open_doors(self, *command: str, program: tuple[str, ...] = APP) -> Process:
        """Start what holds the doors, and wait until they are open."""
        process = self.start(*command, program=program)
        until(lambda: self.health() or process.running.poll() is not None, what="the doors open")
        assert process.running.poll() is None, process.said
        return process

    def rows(self, table: sa.Table, *conditions: Any) -> list[Any]:
        with self.database.reading() as tx:
            return list(tx.all(sa.select(table).where(*conditions).order_by(table.c.id)))

    def settled(self) -> bool:
        """Whether nothing waits any more, to be handled or to be sent."""
        return not any(self.rows(table, table.c.state == "waiting") for table in (arrivals, outgoing))

    def time_passes(self) -> None:
        """Nobody is at work, and a minute goes by: the leases of the dead have run out, pauses are over."""
        self._make_due(sa.true())

    def notices_are_due(self) -> None:
        """The minute is over for which notices to a group are gathered."""
        self._make_due(outgoing.c.attempts == 0)

    def _make_due(self, condition: Any) -> None:
        with self.database.transaction() as tx:
            for table in (arrivals, outgoing, errands) if condition is sa.true() else (outgoing,):
                begun = tx.scalar(sa.select(sa.func.min(table.c.kept_at)))
                tx.execute(sa.update(table).where(table.c.state == "waiting", condition).values(due=begun))

    def close_all(self) -> None:
        """Whatever still runs is ended, the hard way."""
        for process in self._processes:
            process.kill()

    def leave(self) -> None:
        self.close_all()
        self.database.dispose()


@contextmanager
def premises(url: str, folder: Path) -> Iterator[Premises]:
    """An office with its tables made, nothing started; in a world that redelivers until it is answered."""
    world = World(
        SECRET, TOKEN, "http://127.0.0.1:9/", allow_local_urls=True, quota_limit=None, redelivery=(0.25,) * 200
    )
    with serve(create_sandbox(world, None)) as platform:
        place = Premises(url, folder, world, platform.url)
        try:
            code, said = place.do("upgrade")
            assert code == 0, said
            yield place
        finally:
            place.leave()
            world.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
