"""Field masks: `sheets(properties(sheetId,title),charts),spreadsheetId`, `gridProperties.frozenRowCount`, `*`."""

from __future__ import annotations

import re
from typing import Any

from sandbox.google.errors import Invalid

Mask = dict[str, "Mask"]
_TOKEN = re.compile(r"[A-Za-z0-9_*]+|[(),./]")


def read(text: str) -> Mask:
    """The tree of a mask; what has no branches means everything below it."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != "".join(text.split()):
        raise Invalid(f"Invalid field mask: {text}")
    tree, rest = _level(tokens)
    if rest:
        raise Invalid(f"Invalid field mask: {text}")
    return tree


def _level(tokens: list[str]) -> tuple[Mask, list[str]]:
    tree: Mask = {}
    while tokens and tokens[0] != ")":
        if tokens[0] == ",":
            tokens = tokens[1:]
            continue
        here = tree
        while True:
            name, *tokens = tokens
            if not re.fullmatch(r"[A-Za-z0-9_*]+", name):
                raise Invalid(f"Invalid field mask at '{name}'")
            here = here.setdefault(name, {})
            if not tokens or tokens[0] not in "./(":
                break
            mark, *tokens = tokens
            if mark == "(":
                inner, tokens = _level(tokens)
                here.update(inner)
                if not tokens:
                    raise Invalid("Invalid field mask: ) is missing")
                tokens = tokens[1:]
                break
            if not tokens:
                raise Invalid("Invalid field mask")
    return tree, tokens


def picked(value: Any, mask: Mask) -> Any:
    """The parts of an answer that a mask asks for."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [picked(each, mask) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: picked(value[name], below) for name, below in mask.items() if name in value}


def required(body: dict[str, Any]) -> Mask:
    """The `fields` of a request that changes something."""
    mask = read(str(body.get("fields") or ""))
    if not mask:
        raise Invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return mask


def merged(old: dict[str, Any], new: dict[str, Any], mask: Mask) -> dict[str, Any]:
    """`old` with the fields of the mask taken from `new`; a field that `new` has not is reset."""
    if "*" in mask:
        return dict(new)
    result = dict(old)
    for name, below in mask.items():
        given = new.get(name)
        if below and isinstance(given, dict):
            result[name] = merged(result.get(name) or {}, given, below)
        elif below and given is None and isinstance(result.get(name), dict):
            result[name] = merged(result[name], {}, below)
        elif given in (None, {}):
            result.pop(name, None)
        else:
            result[name] = given
    return result
