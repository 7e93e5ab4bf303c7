"""Our messages as LINE's JSON. What fits: `bot.drawing.LINE`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import regex

from bot.drawing import LINE, cut, in_words, shortened
from flows.messages import Card, Choice, GiveFile, Message, Picture, Say

Json = dict[str, Any]

_TONES = {"plain": "#23507A", "good": "#1B7A48", "urgent": "#B3261E"}


def draw(messages: Sequence[Message]) -> list[Json]:
    """At most five message objects. Quick replies go onto the last one, because LINE shows only those."""
    drawn = [_draw(message) for message in messages] if len(messages) <= LINE.at_once else _gathered(messages)
    offered = next((message.choices for message in reversed(messages) if message.choices), ())
    if offered:
        drawn[-1]["quickReply"] = {"items": [_quick_reply(choice) for choice in offered[: LINE.quick_replies]]}
    return drawn


def _gathered(messages: Sequence[Message]) -> list[Json]:
    """Many notices in one call, in order if they fit so: cards become carousels, texts one text (a push to a group is
    billed per member, not per message)."""
    runs = [list(run) for _, run in groupby(messages, key=lambda message: isinstance(message, Card))]
    drawn = [piece for run in runs for piece in _run(run)]
    if len(drawn) > LINE.at_once:
        cards = [message for message in messages if isinstance(message, Card)]
        others = [message for message in messages if not isinstance(message, Card)]
        drawn = [piece for run in (others, cards) if run for piece in _run(run)]
    return drawn[: LINE.at_once]


def _run(run: Sequence[Message]) -> Iterator[Json]:
    cards = [message for message in run if isinstance(message, Card)]
    if len(cards) == len(run):
        for start in range(0, len(cards), LINE.cards):
            yield _carousel(cards[start : start + LINE.cards])
    else:
        yield _text("\n\n".join(in_words(message) for message in run))


def _draw(message: Message) -> Json:
    match message:
        case Say(text=text):
            return _text(text)
        case Card():
            return _flex(in_words(message), _bubble(message))
        case Picture(url=url, preview_url=preview):
            return {"type": "image", "originalContentUrl": url, "previewImageUrl": preview}
        case GiveFile(title=title, url=url):
            card = Card(title=title, actions=(Choice("เปิดเอกสาร", url, "link"),))
            return _flex(in_words(card), _bubble(card))
    raise TypeError(type(message))


def _text(text: str) -> Json:
    return {"type": "text", "text": cut(text, LINE.text) or "-"}


def _flex(alt: str, contents: Json) -> Json:
    return {"type": "flex", "altText": cut(alt, LINE.alt), "contents": contents}


def _carousel(cards: Sequence[Card]) -> Json:
    if len(cards) == 1:
        return _draw(cards[0])
    alt = " · ".join(card.title for card in cards)
    return _flex(alt, {"type": "carousel", "contents": [_bubble(card) for card in cards]})


def _bubble(card: Card) -> Json:
    body: list[Json] = [_line(name, value) for name, value in card.lines]
    if card.text:
        body.append(_words(card.text, size="sm", color="#333333", margin="lg" if body else "none"))
    bubble: Json = {
        "type": "bubble",
        "size": "mega",
        "header": _box(
            [_words(card.title, weight="bold", color="#FFFFFF", size="lg")],
            backgroundColor=_TONES[card.tone],
            paddingAll="16px",
        ),
    }
    if body:
        bubble["body"] = _box(body, spacing="sm", paddingAll="16px")
    if card.actions:
        buttons = [_button(action, primary=i == 0) for i, action in enumerate(card.actions)]
        bubble["footer"] = _box(buttons, spacing="sm", paddingAll="12px")
    return bubble


def _box(contents: list[Json], **style: Any) -> Json:
    return {"type": "box", "layout": "vertical", "contents": contents, **style}


def _line(name: str, value: str) -> Json:
    row = [_words(name, size="sm", color="#666666", flex=3), _words(value, size="sm", color="#111111", flex=6)]
    return {"type": "box", "layout": "baseline", "spacing": "sm", "contents": row}


def _words(text: str, **style: Any) -> Json:
    return {"type": "text", "text": text or "-", "wrap": True, **style}


def _button(choice: Choice, *, primary: bool) -> Json:
    style = {"style": "primary", "color": "#23507A"} if primary else {"style": "secondary"}
    return {"type": "button", "height": "sm", "action": _action(choice, LINE.button_label), **style}


def _quick_reply(choice: Choice) -> Json:
    return {"type": "action", "action": _action(choice, LINE.label)}


def _action(choice: Choice, longest: int) -> Json:
    label = shortened(choice.label, longest)
    match choice.kind:
        case "press":
            return {"type": "postback", "label": label, "data": choice.value, "displayText": choice.label}
        case "say":
            return {"type": "message", "label": label, "text": choice.value or choice.label}
        case "place":
            return {"type": "location", "label": label}
        case "camera":
            return {"type": "camera", "label": label}
        case "album":
            return {"type": "cameraRoll", "label": label}
        case "link":
            return {"type": "uri", "label": label, "uri": choice.value}
        case "call":
            return {"type": "uri", "label": label, "uri": "tel:" + regex.sub(r"[^0-9+]", "", choice.value)}
