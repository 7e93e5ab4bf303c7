"""Every flow by name and version, and the services on offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flows.complaint import complaint, tip
from flows.petition import petition
from flows.steps import Flow
from services.catalogue import Service, newest
from services.office import Office

#: What the names of the flows of services begin with.
PETITION = "petition."


class AnotherBook(LookupError):
    """บริการรุ่นนี้เปิดหลังจากโปรแกรมตัวนี้เริ่มทำงาน: another process has a newer book; this one must let the draft be."""


@dataclass(frozen=True)
class Book:
    """What can be talked about in this office. `offered` are the services a citizen may begin, in the clerk's order;
    `services` are all that were ever released, by key and version. `acts`: in the copy for one of the staff, the
    flows that are for them alone."""

    office: Office
    flows: Mapping[tuple[str, int], Flow]
    offered: tuple[Service, ...] = ()
    services: Mapping[tuple[str, int], Service] = field(default_factory=dict)
    acts: tuple[str, ...] = ()

    def latest(self, name: str) -> Flow | None:
        """The version in which new talks begin."""
        versions = [version for known, version in self.flows if known == name]
        return self.flows[name, max(versions)] if versions else None

    def pinned(self, name: str, version: int) -> Flow | None:
        """The version a draft was begun in while it is supported, else the latest (its keys are brought along). A
        service has its very own version or none: another one asks, costs and takes differently."""
        exact = self.flows.get((name, version))
        return exact if exact or name.startswith(PETITION) else self.latest(name)


def book_of(office: Office, *flows: Flow) -> Book:
    return Book(office, {(flow.name, flow.version): flow for flow in flows})


def open_book(office: Office, offered: Iterable[Service] = (), released: Iterable[Service] = ()) -> Book:
    """The office's own conversations. Drafts of `released` versions that are offered no more go on in their own."""
    offered = newest(tuple(offered))
    services = {(one.key, one.version): one for one in (*released, *offered)}
    flows = (complaint(office), tip(office), *(petition(office, one) for one in services.values()))
    return Book(office, book_of(office, *flows).flows, offered, services)
