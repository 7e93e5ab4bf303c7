"""What Meta's errors mean for a message of ours, as a table. Source: Graph API, Messenger Platform: "Error codes"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.channel import Outcome, Refused, TryAgain
from bot.reading import as_dict

#: By (code, subcode); a subcode of None stands for every other one. Only what is known to concern the whole page stops
#: the channel: a refusal that may be about one person ("permission") must not silence the office towards all others.
TABLE: Mapping[tuple[int, int | None], Outcome] = {
    (10, 2018278): TryAgain("outside the window", scope="window"),
    (10, 2534022): TryAgain("outside the window", scope="window"),
    (10, 2018300): TryAgain("another app has the thread", scope="window"),
    (10, 1893063): TryAgain("restricted", scope="channel"),
    (10, None): TryAgain("permission"),
    (200, None): TryAgain("permission"),
    (230, None): TryAgain("permission"),
    (190, None): TryAgain("token", scope="channel"),
    (100, 2018001): Refused("no such person", unreachable=True),
    (100, None): Refused("invalid parameter"),
    (551, None): Refused("not available", unreachable=True),
    (4, None): TryAgain("rate", scope="rate"),
    (32, None): TryAgain("rate", scope="rate"),
    (613, None): TryAgain("rate", scope="rate"),
    (80006, None): TryAgain("rate", scope="rate"),
    (1, None): TryAgain("temporary", unsure=True),
    (2, None): TryAgain("temporary", unsure=True),
    (1200, None): TryAgain("temporary", unsure=True),
}


def error_of(body: bytes) -> dict[str, Any]:
    """The error that an answer tells of, whatever its status (Meta has put errors into a 200); {} if it is none."""
    try:
        return as_dict(as_dict(json.loads(body)).get("error"))
    except (ValueError, RecursionError):
        return {}


def meaning(status: int, error: Mapping[str, Any]) -> Outcome:
    """What to do with the message. Of an error that nobody knows, the kind decides: ours (4xx), or theirs."""
    code, subcode = (number if isinstance(number := error.get(name), int) else 0 for name in ("code", "error_subcode"))
    known = TABLE.get((code, subcode)) or TABLE.get((code, None))
    if known is not None:
        return known
    if status == 429:
        return TryAgain("rate", scope="rate")
    if status == 401:
        return TryAgain("token", scope="channel")
    if status >= 500 or error.get("is_transient") is True or not 400 <= status < 500:
        return TryAgain(f"{status}", unsure=True)
    return Refused(f"{status} {code}/{subcode}")
