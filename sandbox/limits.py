"""What LINE's reference demands in prose and line-openapi does not say (Messaging API reference, "Message objects",
"Flex Message", "Action objects", "Rich menu structure"; Messaging API docs, "Character counting in a text").

`rules()` and `REQUIRED` are for `schema.Book`: one property at a time. What needs more than one property, or to know
where an object stands, is in `places.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import regex

from sandbox.schema import Rule

REQUIRED: Mapping[str, Sequence[str]] = {
    "QuickReply": ("items",),
    "QuickReplyItem": ("type", "action"),
    "MessageAction": ("text",),
    "PostbackAction": ("data",),
    "URIAction": ("uri",),
    "DatetimePickerAction": ("data", "mode"),
    "RichMenuSwitchAction": ("richMenuAliasId", "data"),
    "FlexBoxLinearGradient": ("angle", "startColor", "endColor"),
    "RichMenuRequest": ("size", "selected", "name", "chatBarText", "areas"),
    "RichMenuSize": ("width", "height"),
    "RichMenuArea": ("bounds", "action"),
    "RichMenuBounds": ("x", "y", "width", "height"),
    "SetWebhookEndpointRequest": ("endpoint",),
}


def units(high: int, low: int = 1) -> Rule:
    """Text counted in UTF-16 units: 🍎 is two."""
    return lambda text: _length(len(text.encode("utf-16-le", "surrogatepass")) // 2, low, high)


def graphemes(high: int, low: int = 1) -> Rule:
    """Text counted in grapheme clusters: ที่ is one."""
    return lambda text: _length(cluster_count(text), low, high)


def cluster_count(text: str) -> int:
    return len(regex.findall(r"\X", text))


def _length(size: int, low: int, high: int) -> str | None:
    if size == 0 and low > 0:
        return "May not be empty"
    return None if size <= high else f"Length must be between 0 and {high}"


def count(high: int, low: int = 1) -> Rule:
    return lambda items: None if low <= len(items) <= high else f"Size must be between {low} and {high}"


def matches(pattern: str, message: str = "invalid property") -> Rule:
    found = re.compile(pattern).fullmatch
    return lambda value: None if found(value) else message


def within(low: float, high: float) -> Rule:
    return lambda value: None if low <= value <= high else f"Must be between {low} and {high}"


def one_of(*values: str) -> Rule:
    return lambda value: None if value in values else f"Must be one of the following values: [{', '.join(values)}]"


def uri(schemes: Sequence[str], high: int, *, local: bool = False) -> Rule:
    """A percent-encoded address. `local` lets http on this machine pass too (a demo has no https)."""

    def check(value: str) -> str | None:
        if len(value) > high:
            return f"Length must be between 0 and {high}"
        if not re.fullmatch(r"[!-~]+", value) or re.search(r"%(?![0-9A-Fa-f]{2})|[\"<>\\^`{|}]", value):
            return "invalid uri"
        parts = urlsplit(value)
        if local and parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"):
            return None
        if parts.scheme not in schemes:
            return "invalid uri scheme"
        return None if parts.scheme == "tel" or parts.netloc else "invalid uri"

    return check


def multiple_of_five(value: int) -> str | None:
    return "must be a multiple of five" if value % 5 else None


_PX = r"\d+(?:\.\d+)?px"
_PERCENT = r"\d+(?:\.\d+)?%"
_STEPS = "none|xs|sm|md|lg|xl|xxl"
_SIZES = "xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl"

_space = matches(f"{_PX}|{_STEPS}")
_padding = matches(f"{_PX}|{_PERCENT}|{_STEPS}")
_offset = matches(f"-?{_PX}|-?{_PERCENT}|{_STEPS}")
_length_of_box = matches(f"{_PX}|{_PERCENT}")
_font = matches(f"{_PX}|{_SIZES}")
_colour = matches(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
_plain_colour = matches(r"#[0-9A-Fa-f]{6}")
_flex = within(0, 2**31 - 1)
_offsets = {f"offset{side}": _offset for side in ("Top", "Bottom", "Start", "End")}
_alias = matches(r"[a-z0-9_-]{1,32}", "invalid value")


def _ratio(value: str) -> str | None:
    """`{width}:{height}`, each 1 to 100000, the height at most three times the width."""
    if not re.fullmatch(r"\d+(?:\.\d+)?:\d+(?:\.\d+)?", value):
        return "invalid property"
    width, height = map(float, value.split(":"))
    return None if 1 <= width <= 100_000 and 1 <= height <= min(100_000, 3 * width) else "invalid property"


def rules(*, local: bool) -> dict[str, dict[str, Rule]]:
    """The rules by schema and property; `local` as in `uri()`."""
    media = uri(("https",), 2000, local=local)
    link = uri(("http", "https", "line", "tel"), 1000)
    return {
        **_message_rules(media),
        **_template_rules(media),
        **_flex_rules(media),
        **_action_rules(link),
        **_other_rules(link),
    }


def _message_rules(media: Rule) -> dict[str, dict[str, Rule]]:
    return {
        "QuickReply": {"items": count(13)},
        "QuickReplyItem": {"imageUrl": media, "type": one_of("action")},
        "Sender": {"name": units(20), "iconUrl": media},
        "TextMessage": {"text": units(5000), "emojis": count(20)},
        "TextMessageV2": {"text": units(5000)},
        "StickerMessage": {"packageId": matches(r"\d+"), "stickerId": matches(r"\d+")},
        "ImageMessage": {"originalContentUrl": media, "previewImageUrl": media},
        "VideoMessage": {
            "originalContentUrl": media,
            "previewImageUrl": media,
            "trackingId": matches(r"[A-Za-z0-9\-.=,+*()%$&;:@{}!?<>\[\]]{1,100}"),
        },
        "AudioMessage": {"originalContentUrl": media, "duration": within(1, 2**53)},
        "LocationMessage": {
            "title": units(100),
            "address": units(100),
            "latitude": within(-90, 90),
            "longitude": within(-180, 180),
        },
        "ImagemapMessage": {"baseUrl": media, "altText": units(1500), "actions": count(50)},
        "ImagemapBaseSize": {"width": within(1040, 1040), "height": within(1, 2**31 - 1)},
        "FlexMessage": {"altText": units(1500)},
        "TemplateMessage": {"altText": units(1500)},
    }


def _template_rules(media: Rule) -> dict[str, dict[str, Rule]]:
    picture = {
        "thumbnailImageUrl": media,
        "imageBackgroundColor": _plain_colour,
        "imageAspectRatio": one_of("rectangle", "square"),
        "imageSize": one_of("cover", "contain"),
    }
    return {
        "ButtonsTemplate": {**picture, "title": graphemes(40), "text": graphemes(160), "actions": count(4)},
        "ConfirmTemplate": {"text": graphemes(240), "actions": count(2, 2)},
        "CarouselTemplate": {**picture, "columns": count(10)},
        "CarouselColumn": {**picture, "title": graphemes(40), "text": graphemes(120), "actions": count(3)},
        "ImageCarouselTemplate": {"columns": count(10)},
        "ImageCarouselColumn": {"imageUrl": media},
    }


def _flex_rules(media: Rule) -> dict[str, dict[str, Rule]]:
    placed = {"margin": _space, "flex": _flex, **_offsets}
    box = {f"padding{side}": _padding for side in ("All", "Top", "Bottom", "Start", "End")}
    for name in ("width", "maxWidth", "height", "maxHeight"):
        box[name] = _length_of_box
    return {
        "FlexCarousel": {"contents": count(12)},
        "FlexBox": {
            **placed,
            **box,
            "spacing": _space,
            "cornerRadius": _space,
            "borderWidth": matches(f"{_PX}|none|light|normal|medium|semi-bold|bold"),
            "backgroundColor": _colour,
            "borderColor": _colour,
        },
        "FlexButton": {**placed, "color": _colour},
        "FlexImage": {
            **placed,
            "url": media,
            "size": matches(f"{_PX}|{_PERCENT}|{_SIZES}|full"),
            "aspectRatio": _ratio,
            "backgroundColor": _colour,
        },
        "FlexVideo": {"url": media, "previewUrl": media, "aspectRatio": _ratio},
        "FlexIcon": {**placed, "url": media, "size": _font, "aspectRatio": _ratio},
        "FlexText": {
            **placed,
            "text": lambda text: None if text else "must be non-empty text",
            "contents": count(10_000),
            "size": _font,
            "color": _colour,
            "lineSpacing": matches(_PX),
            "maxLines": within(0, 2**31 - 1),
        },
        "FlexSpan": {"size": _font, "color": _colour},
        "FlexSeparator": {"margin": _space, "color": _colour},
        "FlexFiller": {"flex": _flex},
        "FlexBlockStyle": {"backgroundColor": _colour, "separatorColor": _colour},
        "FlexBoxLinearGradient": {
            "angle": matches(r"(?:[0-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9])(?:\.\d+)?deg"),
            "startColor": _colour,
            "endColor": _colour,
            "centerColor": _colour,
            "centerPosition": matches(_PERCENT),
        },
    }


def _action_rules(link: Rule) -> dict[str, dict[str, Rule]]:
    return {
        "MessageAction": {"text": graphemes(300)},
        "PostbackAction": {"displayText": graphemes(300), "text": graphemes(300), "fillInText": graphemes(300)},
        "URIAction": {"uri": link},
        "AltUri": {"desktop": link},
        "RichMenuSwitchAction": {"richMenuAliasId": _alias},
        "URIImagemapAction": {"linkUri": link},
        "MessageImagemapAction": {"text": units(400)},
    }


def _other_rules(link: Rule) -> dict[str, dict[str, Rule]]:
    return {
        "ShowLoadingAnimationRequest": {"loadingSeconds": multiple_of_five},
        "RichMenuRequest": {"name": graphemes(300), "chatBarText": graphemes(14), "areas": count(20, 0)},
        "RichMenuSize": {"width": within(800, 2500), "height": within(250, 2**31 - 1)},
        "SetWebhookEndpointRequest": {"endpoint": link},
        "TestWebhookEndpointRequest": {"endpoint": link},
    }
