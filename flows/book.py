"""Every flow by name and version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.complaint import complaint, tip
from flows.steps import Flow
from services.office import Office


@dataclass(frozen=True)
class Book:
    """What can be talked about in this office."""

    office: Office
    flows: Mapping[tuple[str, int], Flow]

    def latest(self, name: str) -> Flow | None:
        """The version in which new talks begin."""
        versions = [version for known, version in self.flows if known == name]
        return self.flows[name, max(versions)] if versions else None

    def pinned(self, name: str, version: int) -> Flow | None:
        """The version a draft was begun in while it is supported, else the latest (its keys are brought along)."""
        return self.flows.get((name, version)) or self.latest(name)


def book_of(office: Office, *flows: Flow) -> Book:
    return Book(office, {(flow.name, flow.version): flow for flow in flows})


def open_book(office: Office) -> Book:
    """The office's own conversations."""
    return book_of(office, complaint(office), tip(office))
