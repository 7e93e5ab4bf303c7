"""The shapes of LINE's request bodies, as line-openapi publishes them, read strictly.

Two things make it stricter than a schema validator: an object with a discriminator is judged by the type it says it is,
and an object may hold no property that its type does not know ("The property, XXX, in the request body is invalid").
What the schema leaves to the reference's prose is in `limits.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent / "line-openapi"

#: The request bodies that the sandbox accepts; the extract holds these and all they refer to.
BODIES = (
    "ReplyMessageRequest",
    "PushMessageRequest",
    "ValidateMessageRequest",
    "ShowLoadingAnimationRequest",
    "MarkMessagesAsReadByTokenRequest",
    "SetWebhookEndpointRequest",
    "TestWebhookEndpointRequest",
    "RichMenuRequest",
)

Schema = Mapping[str, Any]
Rule = Callable[[Any], str | None]
"""What is wrong with this value, in LINE's words, or None."""


@dataclass(frozen=True)
class Fault:
    """One entry of `details[]` in LINE's error body."""

    message: str
    property: str


@dataclass(frozen=True)
class Shape:
    """An object type with its bases merged in."""

    required: tuple[str, ...]
    properties: Mapping[str, Schema]
    rules: Mapping[str, Rule]


class Book:
    """The schemas by name. `rules` and `required` add, per schema, what only the reference's prose demands."""

    def __init__(
        self,
        schemas: Mapping[str, Schema],
        rules: Mapping[str, Mapping[str, Rule]] | None = None,
        required: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._schemas = schemas
        self._rules = rules or {}
        self._required = required or {}
        self._shapes: dict[str, Shape] = {}

    def faults(self, name: str, value: Any, at: str = "") -> list[Fault]:
        """Everything wrong with `value` as a body of this name; empty when it is well-formed."""
        return list(self._named(name, value, at))

    def _named(self, name: str, value: Any, at: str) -> Iterator[Fault]:
        schema = self._schemas[name]
        if "discriminator" in schema and isinstance(value, dict):
            mapping = schema["discriminator"]["mapping"]
            key = schema["discriminator"]["propertyName"]
            if key not in value:
                yield Fault("must be specified", _join(at, key))
                return
            target = mapping.get(value[key]) if isinstance(value[key], str) else None
            if target is None:
                yield Fault(f"Must be one of the following values: [{', '.join(mapping)}]", _join(at, key))
                return
            name = _tail(target)
        if _is_object(self._schemas[name]):
            yield from self._object(name, value, at)
        else:
            yield from self._value(self._schemas[name], value, at)

    def _object(self, name: str, value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault("must be an object", at)
            return
        shape = self._shape(name)
        for key in shape.required:
            if value.get(key) is None:
                yield Fault("must be specified", _join(at, key))
        for key, item in value.items():
            place = _join(at, key)
            if key not in shape.properties:
                yield Fault(f"The property, {key}, in the request body is invalid", place)
            elif item is not None:
                yield from self._property(shape, key, item, place)

    def _property(self, shape: Shape, key: str, item: Any, place: str) -> Iterator[Fault]:
        found = False
        for fault in self._value(shape.properties[key], item, place):
            found = True
            yield fault
        rule = shape.rules.get(key)
        if rule and not found and (message := rule(item)):
            yield Fault(message, place)

    def _value(self, schema: Schema, value: Any, at: str) -> Iterator[Fault]:
        if "$ref" in schema:
            yield from self._named(_tail(schema["$ref"]), value, at)
        elif message := _plain_fault(schema, value):
            yield Fault(message, at)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._value(schema.get("items", {}), item, f"{at}[{index}]")
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from self._value(schema.get("additionalProperties", {}), item, _join(at, key))

    def _shape(self, name: str) -> Shape:
        if name not in self._shapes:
            required, properties = self._merged(self._schemas[name])
            rules: dict[str, Rule] = {}
            for base in (*self._bases(self._schemas[name]), name):
                required += [key for key in self._required.get(base, ()) if key not in required]
                rules.update(self._rules.get(base, {}))
            self._shapes[name] = Shape(tuple(required), properties, rules)
        return self._shapes[name]

    def _bases(self, schema: Schema) -> Iterator[str]:
        for part in schema.get("allOf", ()):
            if "$ref" in part:
                yield _tail(part["$ref"])

    def _merged(self, schema: Schema) -> tuple[list[str], dict[str, Schema]]:
        required = list(schema.get("required", ()))
        properties = dict(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            inner = self._schemas[_tail(part["$ref"])] if "$ref" in part else part
            more_required, more = self._merged(inner)
            required += [key for key in more_required if key not in required]
            properties = {**more, **properties}
        return required, properties


def _plain_fault(schema: Schema, value: Any) -> str | None:
    kind = schema.get("type")
    if kind is not None and not _is_of(kind, value):
        return f"must be {'an' if kind[0] in 'aeio' else 'a'} {kind}"
    if "enum" in schema and value not in schema["enum"]:
        return f"Must be one of the following values: [{', '.join(map(str, schema['enum']))}]"
    if isinstance(value, str):
        return _string_fault(schema, value)
    if isinstance(value, list):
        return _between("Size", len(value), schema.get("minItems"), schema.get("maxItems"))
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = schema.get("minimum"), schema.get("maximum")
        if (low is not None and value < low) or (high is not None and value > high):
            return f"Must be between {low} and {high}"
    return None


def _string_fault(schema: Schema, value: str) -> str | None:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return "invalid value"
    size = len(value.encode("utf-16-le", "surrogatepass")) // 2
    return _between("Length", size, schema.get("minLength"), schema.get("maxLength"))


def _between(what: str, size: int, low: int | None, high: int | None) -> str | None:
    if (low is None or size >= low) and (high is None or size <= high):
        return None
    return f"{what} must be between {low or 0} and {high}"


def _is_of(kind: str, value: Any) -> bool:
    if kind in ("integer", "number") and isinstance(value, bool):
        return False
    types: Mapping[str, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
        "array": (list,),
        "object": (dict,),
    }
    return isinstance(value, types[kind])


def _is_object(schema: Schema) -> bool:
    return "properties" in schema or "allOf" in schema


def _tail(ref: str) -> str:
    return ref.rsplit("/", 1)[-1]


def _join(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


@cache
def published() -> Mapping[str, Schema]:
    """The extract of messaging-api.yml, read once, when the first body is judged."""
    schemas: Mapping[str, Schema] = json.loads((HOME / "messaging-api.json").read_text())
    return schemas


def extract(document: Mapping[str, Any], bodies: Sequence[str] = BODIES) -> dict[str, Schema]:
    """The schemas that `bodies` need, without descriptions: what `messaging-api.json` holds."""
    schemas = document["components"]["schemas"]
    wanted: dict[str, Schema] = {}
    waiting = list(bodies)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted[name] = _bare(schemas[name])
            waiting.extend(map(_tail, re.findall(r"#/components/schemas/\w+", json.dumps(wanted[name]))))
    return dict(sorted(wanted.items()))


def _bare(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _bare(item) for key, item in schema.items() if not (key in _PROSE and not _is_schema(item))}


_PROSE = ("description", "externalDocs", "format", "default")


def _is_schema(item: Any) -> bool:
    """A property may itself be called `description`; then its value is a schema."""
    return isinstance(item, dict) and bool(item.keys() & {"type", "$ref", "allOf"})


def main() -> None:
    """Write the extract anew (after messaging-api.yml has been replaced by a newer one)."""
    import yaml  # slow, and needed only here

    document = yaml.safe_load((HOME / "messaging-api.yml").read_text())
    (HOME / "messaging-api.json").write_text(json.dumps(extract(document), indent=1) + "\n")


if __name__ == "__main__":
    main()
