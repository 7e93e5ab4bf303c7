"""The page's Messenger profile: Get Started button, persistent menu, greeting, ice breakers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.messenger.errors import parameter
from sandbox.messenger.judge import PAYLOAD, Judge, length
from sandbox.state import State

Json = dict[str, Any]

FIELDS = ("get_started", "persistent_menu", "greeting", "ice_breakers", "whitelisted_domains")
_KIND = "messenger_profile"
_ICE_BREAKERS, _GREETING = 4, 160


class Profile:
    """What is set stays until it is deleted. A menu needs the Get Started button, and keeps it from being deleted."""

    def __init__(self, state: State) -> None:
        self._state = state

    def get(self, field: str) -> Any:
        return self._state.others[_KIND].get(field)

    @property
    def get_started(self) -> str:
        """The payload of the Get Started button; empty if the page has none."""
        return str((self.get("get_started") or {}).get("payload", ""))

    @property
    def menu(self) -> list[Json]:
        """The items of the menu in the default language."""
        menus = self.get("persistent_menu") or []
        return next((menu["call_to_actions"] for menu in menus if menu["locale"] == "default"), [])

    def set(self, body: Mapping[str, Any], judge: Judge) -> None:
        """Set all fields of the body, or none. Raises GraphError."""
        given = {field: body[field] for field in FIELDS if field in body}
        if not given:
            raise parameter(f"Must set one of the fields {{{', '.join(FIELDS)}}}")
        shaped = {field: self._shaped(field, value, judge) for field, value in given.items()}
        if "persistent_menu" in shaped and not (self.get_started or "get_started" in shaped):
            raise parameter("You must set a Get Started button if you also wish to use persistent menu", 2018145)
        for field, value in shaped.items():
            self._state.save_other(_KIND, field, value)

    def delete(self, fields: Any) -> None:
        if not isinstance(fields, list) or not fields or any(field not in FIELDS for field in fields):
            raise parameter(f"Param fields must be an array of {{{', '.join(FIELDS)}}}")
        if "get_started" in fields and self.menu and "persistent_menu" not in fields:
            raise parameter("You must set a Get Started button if you also wish to use persistent menu", 2018145)
        for field in fields:
            self._state.save_other(_KIND, field, None)

    def _shaped(self, field: str, value: Any, judge: Judge) -> Any:
        match field:
            case "get_started":
                payload = value.get("payload") if isinstance(value, dict) else None
                if not isinstance(payload, str) or not payload or length(payload) > PAYLOAD:
                    raise parameter("Param get_started[payload] must be a non-empty string")
            case "persistent_menu":
                if not isinstance(value, list) or not value:
                    raise parameter("Param persistent_menu must be a non-empty array")
                value = [judge.menu(menu) for menu in value]
                if not any(menu["locale"] == "default" for menu in value):
                    raise parameter("Param persistent_menu must have an element with locale default")
            case "greeting":
                texts = (
                    [each.get("text") for each in value if isinstance(each, dict)] if isinstance(value, list) else []
                )
                if not texts or not all(isinstance(text, str) and 0 < length(text) <= _GREETING for text in texts):
                    raise parameter(f"Param greeting must have texts of at most {_GREETING}")
            case "ice_breakers":
                if not isinstance(value, list) or not 0 < len(value) <= _ICE_BREAKERS:
                    raise parameter(f"Param ice_breakers must have 1 to {_ICE_BREAKERS} elements")
        return value
