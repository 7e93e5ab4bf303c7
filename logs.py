"""Logging for people and machines: one line an event, names static and in the past, never a citizen's data."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up_logging(*, for_people: bool) -> None:
    """Readable lines on a terminal, JSON elsewhere; on standard error either way."""
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer()
    steps: list[structlog.typing.Processor] = [structlog.processors.format_exc_info]
    if for_people:
        renderer, steps = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback), []
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *steps,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
