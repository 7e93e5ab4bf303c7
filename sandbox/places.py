"""What LINE's reference allows only in certain places, or only together: judged after the schema has passed.

Sources: Messaging API reference, "Specifications of the label", "Camera action", "Rich menu switch action", "Bubble",
"Carousel", "Box", "Text", "Video", "Buttons template", "Text message (v2)".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.limits import cluster_count
from sandbox.schema import Fault

Json = Mapping[str, Any]

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024

_ONLY_QUICK_REPLY = ("camera", "cameraRoll", "location")
_IN_BOX = ("box", "button", "image", "text", "separator", "filler")
_IN_BASELINE = ("icon", "text", "filler")


def message_faults(messages: Sequence[Json], at: str = "messages") -> list[Fault]:
    """The faults of well-formed messages that only their context shows."""
    return [fault for index, message in enumerate(messages) for fault in _message(message, f"{at}[{index}]")]


def rich_menu_faults(menu: Json) -> list[Fault]:
    """The same for a rich menu: its proportions, its actions, its areas inside the picture."""
    faults = []
    width, height = menu["size"]["width"], menu["size"]["height"]
    if width / height < 1.45:
        faults.append(Fault("Aspect ratio must be 1.45 or more", "size"))
    for index, area in enumerate(menu["areas"]):
        place, bounds = f"areas[{index}]", area["bounds"]
        if bounds["x"] + bounds["width"] > width or bounds["y"] + bounds["height"] > height:
            faults.append(Fault("must be inside the rich menu", f"{place}.bounds"))
        faults.extend(_action(area["action"], f"{place}.action", 20, label_needed=False, where="richmenu"))
    return faults


def _message(message: Json, at: str) -> Iterator[Fault]:
    for index, item in enumerate((message.get("quickReply") or {}).get("items", ())):
        yield from _action(
            item["action"], f"{at}.quickReply.items[{index}].action", 20, label_needed=True, where="quickReply"
        )
    match message["type"]:
        case "text":
            yield from _emojis(message, at)
        case "textV2":
            yield from _braces(message, at)
        case "template":
            yield from _template(message["template"], f"{at}.template")
        case "flex":
            yield from _container(message["contents"], f"{at}.contents")


def _emojis(message: Json, at: str) -> Iterator[Fault]:
    units = message["text"].encode("utf-16-le", "surrogatepass")
    for index, emoji in enumerate(message.get("emojis") or ()):
        start = 2 * emoji.get("index", -1)
        if start < 0 or units[start : start + 2] != b"$\0":
            yield Fault("invalid index", f"{at}.emojis[{index}].index")


def _braces(message: Json, at: str) -> Iterator[Fault]:
    """`{` and `}` stand in pairs around a name of `substitution`, or are written `{{` and `}}`."""
    rest = message["text"].replace("{{", "").replace("}}", "")
    names = re.findall(r"\{([^{}]*)\}", rest)
    substitution = message.get("substitution") or {}
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", rest)):
        yield Fault("{ and } must be used in pairs", f"{at}.text")
    for name in names:
        if name not in substitution:
            yield Fault(f"{{{name}}} has no substitution", f"{at}.text")
    if len(substitution) > 100:
        yield Fault("Size must be between 0 and 100", f"{at}.substitution")
    for name in substitution:
        if not re.fullmatch(r"\w{1,20}", name, re.ASCII):
            yield Fault("invalid key", f"{at}.substitution.{name}")
    for kind in ("mention", "emoji"):
        if sum(item["type"] == kind for item in substitution.values()) > 20:
            yield Fault(f"Up to 20 {kind} objects", f"{at}.substitution")


def _template(template: Json, at: str) -> Iterator[Fault]:
    match template["type"]:
        case "buttons":
            yield from _captioned(template, at, 160)
            yield from _actions(template, at)
        case "confirm":
            yield from _actions(template, at)
        case "carousel":
            yield from _columns(template["columns"], f"{at}.columns")
        case "image_carousel":
            for index, column in enumerate(template["columns"]):
                place = f"{at}.columns[{index}].action"
                yield from _action(column["action"], place, 12, label_needed=False, where="template")


def _columns(columns: Sequence[Json], at: str) -> Iterator[Fault]:
    for index, column in enumerate(columns):
        yield from _captioned(column, f"{at}[{index}]", 120)
        yield from _actions(column, f"{at}[{index}]")
    if len({len(column["actions"]) for column in columns}) > 1:
        yield Fault("The number of actions must be the same in all columns", at)
    for key in ("thumbnailImageUrl", "title"):
        if len({bool(column.get(key)) for column in columns}) > 1:
            yield Fault(f"{key} must be in all columns or in none", at)


def _captioned(block: Json, at: str, high: int) -> Iterator[Fault]:
    """Beside a picture or a title the text may have 60 characters only."""
    limit = 60 if block.get("thumbnailImageUrl") or block.get("title") else high
    if cluster_count(block["text"]) > limit:
        yield Fault(f"Length must be between 0 and {limit}", f"{at}.text")


def _actions(block: Json, at: str) -> Iterator[Fault]:
    for index, action in enumerate(block["actions"]):
        yield from _action(action, f"{at}.actions[{index}]", 20, label_needed=True, where="template")
    if block.get("defaultAction"):
        yield from _action(block["defaultAction"], f"{at}.defaultAction", 20, label_needed=False, where="template")


def _action(action: Json, at: str, label_limit: int, *, label_needed: bool, where: str) -> Iterator[Fault]:
    kind, label = action["type"], action.get("label")
    if kind in _ONLY_QUICK_REPLY and where != "quickReply":
        yield Fault("can be used only with quick reply buttons", f"{at}.type")
    if kind == "richmenuswitch" and where != "richmenu":
        yield Fault("can be used only with rich menus", f"{at}.type")
    if label_needed and not label:
        yield Fault("must be specified" if label is None else "May not be empty", f"{at}.label")
    if label and cluster_count(label) > label_limit:
        yield Fault(f"Length must be between 0 and {label_limit}", f"{at}.label")
    if kind == "postback" and action.get("displayText") and action.get("text"):
        yield Fault("displayText and text can't both be used", at)
    if kind == "postback" and action.get("fillInText") and action.get("inputOption") != "openKeyboard":
        yield Fault("Valid only when inputOption is openKeyboard", f"{at}.fillInText")
    if kind == "datetimepicker":
        yield from _dates(action, at)


_DATES = {
    "date": r"(?:19|20|21)\d\d-[01]\d-[0-3]\d",
    "time": r"[0-2]\d:[0-5]\d",
    "datetime": r"(?:19|20|21)\d\d-[01]\d-[0-3]\d[Tt][0-2]\d:[0-5]\d",
}


def _dates(action: Json, at: str) -> Iterator[Fault]:
    for key in ("initial", "max", "min"):
        if key in action and not re.fullmatch(_DATES[action["mode"]], action[key]):
            yield Fault("invalid property", f"{at}.{key}")
    if "max" in action and "min" in action and action["max"].upper() <= action["min"].upper():
        yield Fault("Must be greater than the min value", f"{at}.max")


def _container(container: Json, at: str) -> Iterator[Fault]:
    if container["type"] == "bubble":
        yield from _bubble(container, at, alone=True)
        return
    if _size(container) > CAROUSEL_BYTES:
        yield Fault("The maximum size of JSON data that defines a carousel is 50 KB", at)
    for index, bubble in enumerate(container["contents"]):
        yield from _bubble(bubble, f"{at}.contents[{index}]", alone=False)
    if len({bubble.get("size", "mega") for bubble in container["contents"]}) > 1:
        yield Fault("A carousel can't contain bubbles of different widths", f"{at}.contents")


def _bubble(bubble: Json, at: str, *, alone: bool) -> Iterator[Fault]:
    if _size(bubble) > BUBBLE_BYTES:
        yield Fault("The maximum size of JSON data that defines a bubble is 30 KB", at)
    if not any(bubble.get(block) for block in ("header", "hero", "body", "footer")):
        yield Fault("At least one block must be specified", at)
    for block in ("header", "body", "footer"):
        if bubble.get(block):
            yield from _component(bubble[block], f"{at}.{block}", ("box",))
    if bubble.get("hero"):
        video = alone and bubble.get("size", "mega") in ("kilo", "mega", "giga")
        yield from _component(bubble["hero"], f"{at}.hero", ("box", "image", "video") if video else ("box", "image"))
    yield from _tap(bubble, at)


def _component(part: Json, at: str, allowed: Sequence[str]) -> Iterator[Fault]:
    kind = part["type"]
    if kind not in allowed:
        yield Fault(f"{kind} can't be used here", f"{at}.type")
        return
    match kind:
        case "box":
            inner = _IN_BASELINE if part["layout"] == "baseline" else _IN_BOX
            for index, child in enumerate(part["contents"]):
                yield from _component(child, f"{at}.contents[{index}]", inner)
        case "text":
            if not part.get("text") and not part.get("contents"):
                yield Fault("must be specified", f"{at}.text")
        case "video":
            yield from _component(part["altContent"], f"{at}.altContent", ("box", "image"))
    yield from _tap(part, at)


def _tap(part: Json, at: str) -> Iterator[Fault]:
    if part.get("action"):
        needed = part["type"] == "button"
        yield from _action(part["action"], f"{at}.action", 40, label_needed=needed, where="flex")


def _size(value: Json) -> int:
    """Bytes on the wire as the SDK writes them (every Thai letter is six): the cautious reading of "KB"."""
    return len(json.dumps(value, separators=(",", ":")))
