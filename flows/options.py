"""Choices: read by tap, by number (1 or ๑) or by words, and stamped so that an old button is recognised.

A stamp reads `complaint:3f9a1c/category=road`: flow, draft, step, value. It carries no version: keys outlive versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from flows.messages import Choice
from flows.thai import plain

#: LINE and Messenger show at most 13 quick replies, each with a label of at most 20 characters: graphemes for LINE,
#: UTF-16 units for Messenger (there a vowel above counts, too). LINE takes 300 characters of data.
MOST_CHOICES = 13
MOST_LABEL = 20
MOST_STAMP = 300


@dataclass(frozen=True)
class Option:
    """One thing to choose: `label` on the button, `text` in the list (else the label), `also` understood too."""

    key: str
    label: str
    also: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Stamp:
    """What a button of ours carries."""

    flow: str
    draft: str
    step: str
    value: str

    def __str__(self) -> str:
        return f"{self.flow}:{self.draft}/{self.step}={self.value}"


_STAMP = regex.compile(r"([\w.\-]+):([\w\-]+)/([\w.\-!]+)=([^\n]*)")


def read_stamp(value: str) -> Stamp | None:
    """The stamp, or None if the button is none of ours (or of a form long gone)."""
    found = _STAMP.fullmatch(value)
    return Stamp(*found.groups()) if found else None


def pick(options: Sequence[Option], text: str, *, by_number: bool = True) -> Option | None:
    """The option meant by a number of the list, or by its label or another word for it."""
    said = plain(text)
    number = said.removeprefix("ข้อ")
    if by_number and number.isdecimal():
        place = int(number[:6])
        return options[place - 1] if 0 < place <= len(options) else None
    return next((option for option in options if said in _names(option)), None)


def _names(option: Option) -> set[str]:
    return {plain(name) for name in (option.label, option.text, *option.also) if name}


def numbered(options: Sequence[Option]) -> str:
    """The list for those who see no buttons (LINE for PC)."""
    return "\n".join(f"{number}. {option.text or option.label}" for number, option in enumerate(options, 1))


def buttons(options: Sequence[Option], flow: str, draft: str, step: str) -> tuple[Choice, ...]:
    return tuple(Choice(option.label, str(Stamp(flow, draft, step, option.key))) for option in options)


def say(*labels: str) -> tuple[Choice, ...]:
    """Buttons that post their label as the citizen's own words."""
    return tuple(Choice(label, kind="say") for label in labels)
