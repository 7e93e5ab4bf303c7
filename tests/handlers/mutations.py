"""Bodies that no platform should send: whole events with something wrong in them, and broken bytes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Json = Any

_ODD_TEXTS = (
    *("", "-", "null", "ก\x00ข", "\ud83d", "\udc00ก", "\u202eกลับ\u202c", "\u200b\ufeff", "\ufffe", "\r\n\x0b\x1b[31m"),
    *("ก" + "\u0e49" * 300, "\U0001f9d1\u200d" * 40, "ยาว" * 5000, "'; DROP TABLE arrivals; --", "sha256:" + "0" * 64),
    *("../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/x", "https://[::1", "http://127.0.0.1:99999/"),
    *("say:", "echo:m_1", "rapruang:x:1/1"),
)
_ODD_NUMBERS = (
    *(0, -1, 1.5, 2**63, -(2**70), 10**400, 1e308, -0.0, float("inf"), float("nan")),
    *(253402300799999, -62135596800000),  # the last and the first moment that there is
)
_OTHERS = (None, True, False, [], {}, [[]], [None], {"": None}, {"type": "text"}, {"id": 7})


def mutated(random: Random, event: Json) -> Json:
    """The event with one to three things wrong with it; perhaps it is none any more."""
    event = copy.deepcopy(event)
    for _ in range(random.randint(1, 3)):
        places = list(_places(event))
        if not places:
            return random.choice(_OTHERS)
        holder, key = random.choice(places)
        random.choice(_WRONGS)(random, holder, key)
    return random.choice(_OTHERS) if random.random() < 0.02 else event


def broken(random: Random, body: bytes) -> bytes:
    """The bytes with something wrong in them."""
    at, length = random.randrange(len(body)), random.randint(1, 40)
    match random.randrange(5):
        case 0:
            return body[:at]
        case 1:
            return body + body
        case 2:
            return body[:at] + random.randbytes(length) + body[at:]
        case 3:
            return body[:at] + body[at + length :]
    return bytes(byte ^ (1 << random.randrange(8)) if random.random() < 0.01 else byte for byte in body)


def _places(node: Json) -> Iterator[tuple[Any, Any]]:
    """Every value within, as its holder and the key there."""
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from _places(node[key])


def _drop(_: Random, holder: Any, key: Any) -> None:
    del holder[key]


def _double(_: Random, holder: Any, key: Any) -> None:
    twice = copy.deepcopy(holder[key])
    if isinstance(holder, list):
        holder.insert(key, twice)
    else:
        holder[f"{key}2"] = twice


def _retype(random: Random, holder: Any, key: Any) -> None:
    holder[key] = copy.deepcopy(random.choice((*_ODD_TEXTS, *_ODD_NUMBERS, *_OTHERS)))


def _nest(random: Random, holder: Any, key: Any) -> None:
    for _ in range(random.choice((1, 2, 30, 120))):
        holder[key] = [holder[key]] if random.random() < 0.5 else {"x": holder[key]}


def _swap(random: Random, holder: Any, key: Any) -> None:
    other = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    holder[key], holder[other] = holder[other], holder[key]


def _rewrite(random: Random, holder: Any, key: Any) -> None:
    text = holder[key] if isinstance(holder[key], str) else json.dumps(holder[key])[:200]
    at = random.randrange(len(text) + 1)
    holder[key] = text[:at] + random.choice(_ODD_TEXTS) + text[at + random.randrange(3) :]


_WRONGS: tuple[Callable[[Random, Any, Any], None], ...] = (_drop, _double, _retype, _retype, _nest, _swap, _rewrite)


def written(random: Random, body: Json) -> bytes:
    """As JSON: as it is or escaped to ASCII, and now and then with what Python would not write by itself."""
    ascii_only = random.random() < 0.5 or "\\ud" in json.dumps(body)
    text = json.dumps(body, ensure_ascii=ascii_only)
    if random.random() < 0.1:
        odd = random.choice(
            ("9" * 5000, "[" * 3000 + "]" * 3000, '{"x":' * 1500 + "1" + "}" * 1500, "1e99999", '"\x01\x1f"')
        )
        text = text.replace('"type": ', f'"odd": {odd}, "type": ', 1).replace(
            '"sender": ', f'"odd": {odd}, "sender": ', 1
        )
    return text.encode()
