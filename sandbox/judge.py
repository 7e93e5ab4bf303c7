"""Judges request bodies as the LINE platform would: schema, limits, places. One door for `line.py` and for tests."""

from __future__ import annotations

from functools import cache
from typing import Any

from sandbox.limits import REQUIRED, rules
from sandbox.places import message_faults, rich_menu_faults
from sandbox.schema import Book, Fault, published


@cache
def _book(*, local: bool) -> Book:
    return Book(published(), rules(local=local), REQUIRED)


def judge(name: str, body: Any, *, local: bool = False) -> list[Fault]:
    """All faults of a request body named as in line-openapi; `local` lets media addresses on this machine pass."""
    try:
        body = _without_nulls(body)
        faults = _book(local=local).faults(name, body)
        if faults:
            return faults
        if name == "RichMenuRequest":
            return rich_menu_faults(body)
        return message_faults(body["messages"]) if "messages" in body else []
    except RecursionError:
        return [Fault("too deeply nested", "")]


def _without_nulls(value: Any) -> Any:
    """LINE reads a property that is null as one that is absent."""
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value
