"""What fits where: one table of limits per platform, and how a text is made to fit; never through the middle of what a
reader sees as one character (grapheme)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from flows.messages import Card, GiveFile, Message, Picture, Say
from flows.thai import units


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What a platform takes. Texts are counted in UTF-16 units, labels in graphemes (LINE says so) or in units too
    (Meta says "characters"); `cards` fit side by side, `buttons` below a card."""

    at_once: int
    text: int
    quick_replies: int
    label: int
    button_label: int
    buttons: int
    cards: int
    alt: int = 0
    card_text: int = 0


#: LINE reference: "Message objects", "Quick reply", "Flex Message", "Postback action".
LINE = Sizes(at_once=5, text=5000, quick_replies=13, label=20, button_label=40, buttons=100, cards=12, alt=1500)
#: Messenger: "Send API", "Quick Replies", "Button template", "Generic template". What "2,000 characters" counts is not
#: said; UTF-16 units and some to spare are safe by any count.
MESSENGER = Sizes(at_once=1, text=1900, quick_replies=13, label=20, button_label=20, buttons=3, cards=10, card_text=640)


def in_words(message: Message) -> str:
    """The message as plain text: what a notification, a screen reader or an old phone shows."""
    match message:
        case Say(text=text):
            return text
        case Card(title=title, lines=lines, text=text):
            return "\n".join([title, *(f"{name}: {value}" for name, value in lines), *([text] if text else [])])
        case Picture(alt=alt):
            return alt
        case GiveFile(title=title, url=url):
            return f"{title}\n{url}"
    raise TypeError(type(message))


def shortened(label: str, longest: int) -> str:
    """At most so many graphemes, simply cut: the platform would refuse more, or cut it worse."""
    return "".join(regex.findall(r"\X", label)[:longest])


def fitted(label: str, most: int) -> str:
    """At most so many UTF-16 units, whole graphemes: what a platform that counts units would cut in the middle."""
    kept, used = [], 0
    for grapheme in regex.findall(r"\X", label):
        used += units(grapheme)
        if used > most:
            break
        kept.append(grapheme)
    return "".join(kept)


def cut(text: str, most: int) -> str:
    """At most so many UTF-16 units, never through the middle of a grapheme."""
    if units(text) <= most:
        return text
    return fitted(text, most - 1) + "…"


def pieces(text: str, most: int) -> Iterator[str]:
    """The whole text in pieces of at most so many UTF-16 units: broken between lines if that can be, else after a
    sentence or a space (Thai ends its sentences with one), else between graphemes."""
    while units(text) > most:
        end = _break(text, most)
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    if text:
        yield text


def _break(text: str, most: int) -> int:
    """Where to break: as late as it fits, but not in the first half, or a piece would be a crumb."""
    fits, used = 0, 0
    for grapheme in regex.finditer(r"\X", text):
        used += units(grapheme[0])
        if used > most:
            break
        fits = grapheme.end()
    for mark in ("\n\n", "\n", ". ", " "):
        at = text.rfind(mark, fits // 2, fits)
        if at > 0:
            return at + len(mark)
    return fits or 1
