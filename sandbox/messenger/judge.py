"""Judges the bodies of the Send API as Meta would: known keys, kinds and lengths. The first fault is the refusal.

Lengths are counted in UTF-16 units, the strictest reading of Meta's "characters".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.messenger.errors import parameter

TEXT, QUICK_REPLIES, TITLE, PAYLOAD, METADATA = 2000, 13, 20, 1000, 1000
BUTTON_TEXT, BUTTONS, ELEMENTS, ELEMENT_TEXT = 640, 3, 10, 80
MENU_ITEMS, MENU_TITLE = 20, 30
MEDIA = ("image", "video", "audio", "file")

Json = dict[str, Any]

_BUTTON_KEYS = {
    "postback": {"title", "payload"},
    "web_url": {
        *("title", "url", "webview_height_ratio", "messenger_extensions", "fallback_url", "webview_share_button")
    },
    "phone_number": {"title", "payload"},
}
_LOCAL = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d+)?/")
_PHONE = re.compile(r"\+\d{8,15}")


def length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class Judge:
    """`cut` gathers the titles that Meta would cut at 20, and `message()` gives the message as it arrives.

    `local` lets addresses on this machine pass where Meta wants https.
    """

    local: bool = False
    cut: list[str] = field(default_factory=list)

    def message(self, given: Any, *, has_file: bool = False) -> Json:
        """The message of a send, with its titles cut. Raises GraphError."""
        message = self._object(given, "message", {"text", "attachment", "quick_replies", "metadata", "template"})
        if len({"text", "attachment", "template"} & message.keys()) != 1:
            raise parameter("Must provide exactly one of text, attachment, template in param message")
        shaped = dict(message)
        if "text" in message:
            self._text(message, "text", "message", TEXT)
        if "metadata" in message:
            self._text(message, "metadata", "message", METADATA)
        if "attachment" in message:
            shaped["attachment"] = self.attachment(message["attachment"], has_file=has_file)
        elif has_file:
            raise parameter("Param message[attachment] must accompany filedata")
        if "quick_replies" in message:
            shaped["quick_replies"] = self._list(message, "quick_replies", "message", QUICK_REPLIES, self._quick_reply)
        if "template" in message:
            self._utility(message["template"])
        return shaped

    def attachment(self, given: Any, *, has_file: bool = False) -> Json:
        where = "message[attachment]"
        attachment = self._object(given, where, {"type", "payload"})
        kind = attachment.get("type")
        if kind == "template" and not has_file:
            return {"type": kind, "payload": self._template(attachment.get("payload"), f"{where}[payload]")}
        if kind not in MEDIA:
            raise parameter(f"Param {where}[type] must be one of {{audio, file, image, template, video}}")
        payload = self._object(attachment.get("payload"), f"{where}[payload]", {"url", "is_reusable", "attachment_id"})
        if len({"url", "attachment_id"} & payload.keys()) != (0 if has_file else 1):
            raise parameter(f"Param {where}[payload] must name exactly one of url, attachment_id, filedata")
        if "url" in payload:
            self._address(payload, "url", f"{where}[payload]")
        if "attachment_id" in payload:
            self._text(payload, "attachment_id", f"{where}[payload]", 50)
        if not isinstance(payload.get("is_reusable", False), bool):
            raise parameter(f"Param {where}[payload][is_reusable] must be a boolean")
        return attachment

    def menu(self, given: Any) -> Json:
        """One language of a persistent menu."""
        where = "persistent_menu"
        menu = self._object(given, where, {"locale", "composer_input_disabled", "call_to_actions", "disabled_surfaces"})
        self._text(menu, "locale", where, 20)
        actions = self._list(menu, "call_to_actions", where, MENU_ITEMS, self._menu_item)
        return {**menu, "call_to_actions": actions}

    def _menu_item(self, given: Any, where: str) -> Json:
        return self._button(given, where, MENU_TITLE, ("postback", "web_url"))

    def _quick_reply(self, given: Any, where: str) -> Json:
        reply = self._object(given, where, {"content_type", "title", "payload", "image_url"})
        kind = reply.get("content_type")
        if kind not in ("text", "user_phone_number", "user_email"):
            raise parameter(f"Param {where}[content_type] must be one of {{text, user_email, user_phone_number}}")
        if "image_url" in reply:
            self._address(reply, "image_url", where)
        if kind != "text":
            return reply
        self._text(reply, "payload", where, PAYLOAD)
        return {**reply, "title": self._title(reply, where, TITLE)}

    def _template(self, given: Any, where: str) -> Json:
        kind = given.get("template_type") if isinstance(given, Mapping) else None
        if kind == "button":
            payload = self._object(given, where, {"template_type", "text", "buttons", "sharable"})
            self._text(payload, "text", where, BUTTON_TEXT)
            return {**payload, "buttons": self._list(payload, "buttons", where, BUTTONS, self._button)}
        if kind == "generic":
            payload = self._object(given, where, {"template_type", "elements", "sharable", "image_aspect_ratio"})
            return {**payload, "elements": self._list(payload, "elements", where, ELEMENTS, self._element)}
        raise parameter(f"Param {where}[template_type] must be one of {{button, generic}}")

    def _element(self, given: Any, where: str) -> Json:
        element = self._object(given, where, {"title", "subtitle", "image_url", "default_action", "buttons"})
        self._text(element, "title", where, ELEMENT_TEXT)
        if len(element) == 1:
            raise parameter(f"Param {where} must have a property beside its title")
        if "subtitle" in element:
            self._text(element, "subtitle", where, ELEMENT_TEXT)
        if "image_url" in element:
            self._address(element, "image_url", where)
        if "default_action" in element:
            action = self._object(element["default_action"], f"{where}[default_action]", {"type", "url"})
            self._address(action, "url", f"{where}[default_action]")
        if "buttons" not in element:
            return element
        return {**element, "buttons": self._list(element, "buttons", where, BUTTONS, self._button)}

    def _button(self, given: Any, where: str, limit: int = TITLE, kinds: Collection[str] = tuple(_BUTTON_KEYS)) -> Json:
        kind = given.get("type") if isinstance(given, Mapping) else None
        if kind not in kinds:
            raise parameter(f"Param {where}[type] must be one of {{{', '.join(sorted(kinds))}}}")
        button = self._object(given, where, {"type", *_BUTTON_KEYS[str(kind)]})
        if kind == "web_url":
            self._address(button, "url", where)
        else:
            self._text(button, "payload", where, PAYLOAD)
        if kind == "phone_number" and not _PHONE.fullmatch(button["payload"]):
            raise parameter(f"Param {where}[payload] must be a phone number with its country code")
        return {**button, "title": self._title(button, where, limit)}

    def _utility(self, given: Any) -> None:
        where = "message[template]"
        template = self._object(given, where, {"name", "language", "components"})
        self._text(template, "name", where, 512)
        language = self._object(template.get("language"), f"{where}[language]", {"code"})
        self._text(language, "code", f"{where}[language]", 20)
        if "components" in template:
            self._list(template, "components", where, 4, self._component)

    def _component(self, given: Any, where: str) -> Json:
        component = self._object(given, where, {"type", "parameters"})
        if component.get("type") not in ("header", "body", "buttons"):
            raise parameter(f"Param {where}[type] must be one of {{body, buttons, header}}")
        self._list(component, "parameters", where, 30, self._value)
        return component

    def _value(self, given: Any, where: str) -> Json:
        value = self._object(given, where, {"type", "text"})
        if value.get("type") != "text":
            raise parameter(f"Param {where}[type] must be one of {{text}}")
        self._text(value, "text", where, TEXT)
        return value

    def _object(self, given: Any, where: str, keys: Collection[str]) -> Json:
        if not isinstance(given, dict):
            raise parameter(f"Param {where} must be a JSON object")
        if unknown := sorted(given.keys() - set(keys)):
            raise parameter(f'Invalid keys "{", ".join(map(str, unknown))}" were found in param "{where}".')
        return given

    def _list(self, given: Json, key: str, where: str, most: int, each: Callable[[Any, str], Json]) -> list[Json]:
        where = f"{where}[{key}]"
        entries = given.get(key)
        if not isinstance(entries, list) or not entries:
            raise parameter(f"Param {where} must be a non-empty array")
        if len(entries) > most:
            raise parameter(f"Param {where} has too many elements: at most {most}")
        return [each(entry, f"{where}[{index}]") for index, entry in enumerate(entries)]

    def _text(self, given: Json, key: str, where: str, most: int) -> None:
        text = given.get(key)
        if not isinstance(text, str) or not text.strip():
            raise parameter(f"Param {where}[{key}] must be a non-empty UTF-8 encoded string")
        if length(text) > most:
            raise parameter(f"Length of param {where}[{key}] must be less than or equal to {most}")

    def _title(self, given: Json, where: str, most: int) -> str:
        self._text(given, "title", where, TEXT)
        title = str(given["title"])
        if length(title) <= most:
            return title
        self.cut.append(title)
        return title.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")

    def _address(self, given: Json, key: str, where: str) -> None:
        url = given.get(key)
        if isinstance(url, str) and (url.startswith("https://") or (self.local and _LOCAL.match(url))):
            return
        raise parameter(f"Param {where}[{key}] should represent a valid URL")
