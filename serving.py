"""Keeping the house open: the web server, and the workers and the clock as threads of one process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog

from handlers.wiring import Wiring
from models.bell import LocalBell, bell_for
from models.errands import errands
from models.inbox import arrivals
from models.outbox import outgoing
from models.queue import hand_back
from settings import Settings

if TYPE_CHECKING:
    from bot.worker import Workers
    from handlers.clock import Job

log = structlog.get_logger()

WEB_THREADS = 32
#: Workers of one process: turns that only think, turns that fetch something first, senders (as many as the wanted rate
#: times the platform's latency), errands.
THINKERS, FETCHERS, SENDERS, ERRAND_RUNNERS = 2, 4, 12, 1


def start_workers(wiring: Wiring, bell: LocalBell) -> Workers:
    """Everyone who works behind the doors, as threads of this process."""
    from bot.delivery import Delivery
    from bot.worker import Workers
    from handlers import errands as errand_room
    from handlers import turns, waiting
    from office import notices

    delivery = Delivery(wiring.database, wiring.channels, notices.trouble)
    workers = Workers(bell)
    workers.hire("thinker", THINKERS, "arrivals", lambda: turns.work(wiring, slow=False))
    workers.hire("fetcher", FETCHERS, "arrivals.slow", lambda: turns.work(wiring, slow=True))
    may_send = partial(workers.may_begin, "outgoing")
    workers.hire("sender", SENDERS, "outgoing", lambda: delivery.send(wiring.now, may_send))
    runners = ERRAND_RUNNERS + (wiring.google is not None)  # one may be waiting for Google
    workers.hire("errands", runners, "errands", lambda: errand_room.work(wiring))
    workers.hire("usher", 1, "waiting", lambda: waiting.work(wiring))
    for channel in wiring.channels.values():
        threading.Thread(target=channel.warm_up, daemon=True).start()
    return workers


def start_clock(wiring: Wiring) -> Callable[[], None]:
    """APScheduler over `handlers.clock.JOBS`; what comes back stops it. Jobs live in the code, never in a job store."""
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.cron import CronTrigger

    from handlers import clock
    from office.calendar import ZONE

    scheduler = BackgroundScheduler(timezone=ZONE, job_defaults={"coalesce": True, "misfire_grace_time": 3600})
    for job in clock.JOBS:
        scheduler.add_job(
            _job_runner(wiring, job), CronTrigger(minute="*", timezone=ZONE), id=job.name, max_instances=1
        )
    scheduler.start()
    for job in clock.JOBS:  # what was missed while the house was closed
        _job_runner(wiring, job, timedelta(days=1))()
    return lambda: scheduler.shutdown(wait=False)


def _job_runner(wiring: Wiring, job: Job, *back: timedelta) -> Callable[[], None]:
    from handlers import clock

    def run() -> None:
        try:
            clock.look(wiring, job, *back)
        except Exception:
            log.exception("job_failed", job=job.name)

    return run


class Closing:
    """Sends everybody home, once: begun at the first word of it, waited for at the end."""

    def __init__(self) -> None:
        self.ends: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=lambda: [end() for end in self.ends], name="closing")
            self._thread.start()

    def wait(self) -> None:
        self.begin()
        if self._thread is not None:
            self._thread.join()


def serve(settings: Settings, build: Callable[[], tuple[Any, Callable[[], None]]]) -> None:
    """One web server whose single worker process also holds the workers and the clock. Gunicorn's parent starts it anew
    should it die. `build` runs inside that process and gives the WSGI application and what to call at the end."""
    from gunicorn.app.base import BaseApplication
    from gunicorn.workers.gthread import ThreadWorker

    closing = Closing()

    class HouseWorker(ThreadWorker):  # type: ignore[misc]
        """Workers stop taking new work at the signal itself, while the last requests are still being answered."""

        def handle_exit(self, sig: int, frame: Any) -> None:
            closing.begin()
            super().handle_exit(sig, frame)

    class House(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in server_options(settings).items():
                self.cfg.set(name, value)
            self.cfg.set("worker_class", HouseWorker)
            self.cfg.set("worker_exit", lambda _server, _worker: closing.wait())

        def load(self) -> Any:
            application, end = build()
            closing.ends.append(end)
            return application

    House().run()


def server_options(settings: Settings) -> dict[str, Any]:
    """Gunicorn as we use it, here and in `gunicorn.conf.py`: threads, because a request does nothing but wait for the
    disk; and one process, because simultaneous requests then share their commits (decision 0005). It listens on this
    machine alone until PUBLIC_URL says that the office is open to the world."""
    private = urlsplit(settings.public_url).hostname in ("127.0.0.1", "localhost")
    return {
        "bind": f"{'127.0.0.1' if private else '0.0.0.0'}:{settings.port}",  # noqa: S104 - then it is meant to
        "workers": 1,
        "worker_class": "gthread",
        "threads": WEB_THREADS,
        "keepalive": 30,
        "graceful_timeout": 8,
        "timeout": 60,
        "loglevel": "warning",
        "control_socket_disable": True,
    }


def staffed(wiring: Wiring) -> Callable[[], None]:
    """Workers and clock at work in this process; what comes back sends them home."""
    bell = bell_for(wiring.database)
    if wiring.database.is_sqlite:  # nobody else serves it, so whoever held a lease is gone
        with wiring.database.transaction() as tx:
            for table in (arrivals, outgoing, errands):
                hand_back(tx, table, wiring.now())
    workers, stop_clock = start_workers(wiring, bell), start_clock(wiring)

    def end() -> None:
        stop_clock()
        workers.close(at_most=5.0)  # gunicorn has spent two seconds on open connections by now
        bell.close()

    return end


def until_told_to_stop() -> None:
    """Returns at SIGTERM or Ctrl+C."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    told.wait()
