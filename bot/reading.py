"""What the readings of all platforms have in common: JSON from outside, of which nothing is believed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channel import Received
from models.conversation import lane_of

#: What a platform's clock may be ahead of ours before we trust our own.
AHEAD = timedelta(minutes=1)
#: Nested deeper than this nothing has a meaning for us; Python's own JSON would give up the whole body at about 1,000.
DEEPEST = 100
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]|[^"\[\]{}]++|"', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]")


def parsed(body: bytes) -> Any:
    """The JSON of a request. Raises ValueError. No odd value costs its neighbours: broken characters become the usual
    sign, bare control characters and endless numbers pass, and what is nested too deep is left out."""
    text = body.decode("utf-8-sig", "replace")
    if text.count("[") + text.count("{") > DEEPEST:
        text = "".join(_shallow(text))
    return json.loads(text, strict=False, parse_int=lambda digits: int(digits) if len(digits) < 400 else float(digits))


def _shallow(text: str) -> Iterator[str]:
    """The tokens of this JSON, with null for what is nested too deep."""
    depth = 0
    for token in _TOKEN.findall(text):
        depth += token in {"[", "{"}
        if depth <= DEEPEST:
            yield token
        elif depth == DEEPEST + 1 and token in {"[", "{"}:
            yield "null"
        depth -= token in {"]", "}"}


def clean(text: object) -> str:
    """Text as both databases and every file format can hold it: no half characters, no NUL, no control characters but
    newline and tab."""
    if not isinstance(text, str):
        return ""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


def as_dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def is_number(value: object, most: float) -> bool:
    """Whether it is a number (not a truth value) between -most and most."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -most <= value <= most


def moment(seconds: object, scale: int = 1) -> datetime | None:
    """The moment that many seconds (or `scale`-ths of them) after 1970; None if that is none."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds / scale, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def believed(happened: datetime | None, arrived_at: datetime, oldest: timedelta) -> datetime:
    """When it happened. A time older than `oldest`, or ahead of our own clock, is not believed: then on arrival."""
    if happened and arrived_at - oldest <= happened <= arrived_at + AHEAD:
        return happened
    return arrived_at


def digest(body: bytes) -> str:
    return "sha256:" + hashlib.sha256(body).hexdigest()


def unreadable(channel: str, body: bytes, why: str) -> Received:
    """What nobody can read, kept for a look."""
    kept = json.dumps({"unreadable": body.decode("utf-8", "backslashreplace")})
    return Received(event_id=digest(body), lane=lane_of(channel, "?"), payload=kept, happened_at=None, unreadable=why)
