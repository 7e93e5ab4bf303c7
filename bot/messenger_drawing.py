"""Our messages as calls of Messenger's Send API. What fits: `bot.drawing.MESSENGER`.

Messenger has no framed note with lines: a card is its words, with up to three buttons in a template below. What does
not fit on buttons stands below as quick replies, and every choice can be typed as well. Messenger shows quick replies
only until something newer is said, so all of them stand below the last call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from bot.drawing import MESSENGER, cut, in_words, pieces
from bot.messenger_reading import SAYS
from flows.messages import Card, Choice, GiveFile, Message, Picture, Say
from flows.thai import units

Json = dict[str, Any]

#: What Messenger's quick replies and buttons can do; for a place, the camera or the album the phone's own keys serve.
_TAPPED = ("press", "say")
_OPENED = ("link", "call")
_TAKES_NUMBER = regex.compile(r"\+\d{8,15}")


@dataclass(frozen=True)
class Call:
    """One call: `message` as JSON, without its metadata. `upload`: the SHA-256 of a kept picture that goes along."""

    message: Json
    upload: str = ""


def draw(messages: Sequence[Message]) -> list[Call]:
    """The calls that say all this, in order; there is at least one."""
    calls = [call for message in messages for call in _draw(message)] or [Call({"text": "-"})]
    offered = next((message.choices for message in reversed(messages) if message.choices), ())
    replies = [_quick_reply(choice) for choice in _once([*_unplaced(messages), *offered]) if choice.kind in _TAPPED]
    if replies:
        calls[-1].message["quick_replies"] = replies[: MESSENGER.quick_replies]
    return calls


def template(messages: Sequence[Message], name: str) -> Json:
    """The same as one approved utility template with a single place to fill in: the words without line breaks, which a
    template's value may not have."""
    words = " · ".join(line.strip() for message in messages for line in in_words(message).splitlines() if line.strip())
    value = {"type": "text", "text": cut(words, MESSENGER.card_text)}
    components = [{"type": "body", "parameters": [value]}]
    return {"template": {"name": name, "language": {"code": "th"}, "components": components}}


def _draw(message: Message) -> Iterator[Call]:
    match message:
        case Say(text=text):
            yield from _texts(text)
        case Card():
            yield from _card(message)
        case Picture(url=url, file=file):
            payload = {"is_reusable": False} if file else {"url": url, "is_reusable": False}
            yield Call({"attachment": {"type": "image", "payload": payload}}, upload=file)
        case GiveFile(title=title, url=url):
            yield from _card(Card(title=title, actions=(Choice("เปิดเอกสาร", url, "link"),)))


def _texts(text: str) -> Iterator[Call]:
    for piece in pieces(text.strip(), MESSENGER.text) if text.strip() else ("-",):
        yield Call({"text": piece})


def _card(card: Card) -> Iterator[Call]:
    """The words, the last of them with the buttons below. Numbers too short to dial by button stand in the words."""
    called = [choice for choice in card.actions if choice.kind == "call"]
    framed = _framed(card)
    unnamed = [choice for choice in called if not _number(choice) and choice.value not in framed]
    words = "\n".join([framed, *(f"{choice.label}: {choice.value}" for choice in unnamed)])
    buttons = [_button(choice) for choice in _buttons(card)]
    if not buttons:
        yield from _texts(words)
        return
    *before, last = pieces(words, MESSENGER.text)
    if units(last) > MESSENGER.card_text:
        before, last = [*before, last], card.title
    for text in before:
        yield Call({"text": text})
    shown = {"template_type": "button", "text": cut(last, MESSENGER.card_text), "buttons": buttons}
    yield Call({"attachment": {"type": "template", "payload": shown}})


def _framed(card: Card) -> str:
    """Title, lines and text with air between them: there is no frame to hold them together."""
    lines = "\n".join(f"{name}: {value}" for name, value in card.lines)
    return "\n\n".join(part for part in (card.title, lines, card.text) if part)


def _buttons(card: Card) -> list[Choice]:
    """What stands on buttons: links and numbers, which nothing else can open; then choices, if all of them fit there or
    nothing stands below."""
    opened = [choice for choice in card.actions if choice.kind == "link" or _number(choice)]
    tapped = [choice for choice in card.actions if choice.kind in _TAPPED]
    room = MESSENGER.buttons - len(opened)
    return [*opened, *(tapped if len(tapped) <= room else ())][: MESSENGER.buttons]


def _unplaced(messages: Sequence[Message]) -> Iterator[Choice]:
    """The choices of cards that found no room on buttons."""
    for message in messages:
        if isinstance(message, Card):
            placed = _buttons(message)
            yield from (choice for choice in message.actions if choice not in placed)


def _once(choices: Sequence[Choice]) -> list[Choice]:
    return list(dict.fromkeys(choices))


def _quick_reply(choice: Choice) -> Json:
    return {"content_type": "text", "title": cut(choice.label, MESSENGER.label), "payload": _payload(choice)}


def _button(choice: Choice) -> Json:
    title = cut(choice.label, MESSENGER.button_label)
    if choice.kind == "link":
        return {"type": "web_url", "title": title, "url": choice.value}
    if choice.kind == "call":
        return {"type": "phone_number", "title": title, "payload": _number(choice)}
    return {"type": "postback", "title": title, "payload": _payload(choice)}


def _payload(choice: Choice) -> str:
    return SAYS + (choice.value or choice.label) if choice.kind == "say" else choice.value


def _number(choice: Choice) -> str:
    """The number with its country, as the button wants it; "" of an emergency line, which has no such form."""
    digits = regex.sub(r"[^0-9+]", "", choice.value) if choice.kind == "call" else ""
    whole = "+66" + digits[1:] if regex.fullmatch(r"0\d{8,9}", digits) else digits
    return whole if _TAKES_NUMBER.fullmatch(whole) else ""
