"""Utility templates of the page: made by the product, approved or refused by Meta, used outside the 24 hours."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from sandbox.messenger.errors import parameter
from sandbox.state import State

Json = dict[str, Any]
Verdict = Literal["APPROVED", "REJECTED", "PAUSED"]

APPROVAL = 5.0  # seconds: Meta says "within seconds"
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_BLANK = re.compile(r"\{\{(\d+)\}\}")
_KIND = "messenger_template"


class Templates:
    """Pending for five seconds of the world's time, then approved, unless `decide` came first."""

    def __init__(self, state: State, now: Callable[[], datetime]) -> None:
        self._state, self._now = state, now

    def create(self, body: Mapping[str, Any]) -> Json:
        name, language, category = (body.get(key) for key in ("name", "language", "category"))
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise parameter("Param name must match [a-z0-9_]")
        if not isinstance(language, str) or not language:
            raise parameter("The parameter language is required.")
        if category != "UTILITY":
            raise parameter("Param category must be one of {UTILITY}")
        if (found := self.find(name)) and found["language"] == language:
            raise parameter("A template of this name and language exists already")
        kept = {"id": str(secrets.randbelow(9 * 10**15) + 10**15), "name": name, "language": language}
        kept |= {"category": category, "text": _body_text(body.get("components")), "verdict": ""}
        self._state.save_other(_KIND, name, {**kept, "at": self._now().timestamp()})
        return {"id": kept["id"], "status": self.status(name), "category": category}

    def decide(self, name: str, verdict: Verdict) -> Json:
        """Meta's verdict, now; the value of the webhook that tells it."""
        kept = {**self._state.others[_KIND][name], "verdict": verdict}
        self._state.save_other(_KIND, name, kept)
        told = {"message_template_id": kept["id"], "message_template_name": name}
        return {"event": verdict, **told, "message_template_language": kept["language"], "reason": "NONE"}

    def delete(self, name: str) -> None:
        if not self.find(name):
            raise parameter("Message template does not exist")
        self._state.save_other(_KIND, name, None)

    def find(self, name: str) -> Json | None:
        return self._state.others[_KIND].get(name)

    def status(self, name: str) -> str:
        kept = self._state.others[_KIND][name]
        fresh = self._now().timestamp() - kept["at"] < APPROVAL
        return str(kept["verdict"] or ("PENDING" if fresh else "APPROVED"))

    def listed(self, name: str | None = None) -> list[Json]:
        shown = [kept for kept in self._state.others[_KIND].values() if kept and name in (None, kept["name"])]
        return [
            {
                **{key: kept[key] for key in ("id", "name", "language", "category")},
                "status": self.status(kept["name"]),
                "components": [{"type": "BODY", "text": kept["text"]}],
            }
            for kept in shown
        ]

    def filled(self, used: Mapping[str, Any]) -> str:
        """The words that a person reads. Raises GraphError if there is no such approved template with such blanks."""
        kept = self.find(used["name"])
        if kept is None or kept["language"] != used["language"]["code"]:
            raise parameter("Template name does not exist in the translation")
        if self.status(kept["name"]) != "APPROVED":
            raise parameter(f"Template {kept['name']} is not approved")
        parts = [part for part in used.get("components", ()) if part["type"] == "body"]
        values = [value["text"] for part in parts for value in part["parameters"]]
        if len(values) != len(set(_BLANK.findall(kept["text"]))):
            raise parameter("Number of parameters does not match the expected number of params")
        return _BLANK.sub(lambda blank: values[int(blank[1]) - 1], kept["text"])


def _body_text(components: Any) -> str:
    """The words of the one body; its blanks are numbered from 1."""
    parts = components if isinstance(components, list) else []
    bodies = [part for part in parts if isinstance(part, dict) and part.get("type") == "BODY"]
    if len(bodies) != 1 or not isinstance(bodies[0].get("text"), str) or not bodies[0]["text"].strip():
        raise parameter("Param components must have one BODY with text")
    text: str = bodies[0]["text"]
    blanks = {int(number) for number in _BLANK.findall(text)}
    if blanks != set(range(1, len(blanks) + 1)):
        raise parameter("The blanks of a template are numbered {{1}}, {{2}}, …")
    if blanks and "example" not in bodies[0]:
        raise parameter("Param components[BODY] with blanks must have an example")
    return text
