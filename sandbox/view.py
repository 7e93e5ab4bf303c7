"""What the page sees of the world, as JSON: people, chats, the staff group, the traffic."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.richmenu import RichMenus

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.messenger.meta import Meta
    from sandbox.messenger.people import Account
    from sandbox.record import Call
    from sandbox.state import Group, Person
    from sandbox.weather import Fault
    from sandbox.webhooks import Delivery
    from sandbox.world import World

T = TypeVar("T")

LAST = 30  # calls and deliveries shown


def draw(world: World, since: int | None) -> str | None:
    """The state, with the chats that have changed since that `rev`; None when nothing has."""
    state = world.state
    with state.lock:
        if since == state.rev:
            return None
        now = world.now()
        groups = list(state.groups.values())
        staff = {user for group in groups for user in group.members}
        head = {
            "rev": state.rev,
            "office": {"name": world.office_name, "basic_id": world.basic_id},
            "people": [_person(world.meta, person) for person in state.people.values() if person.id not in staff],
            "group": _group(world, groups[0]) if groups else None,
            "menu": RichMenus(state).default(),
            "quota": {"limit": world.platform.quota.limit, "used": world.platform.quota.used(now)},
            "weather": _weather(world),
            "messenger": _page(world.meta) if world.meta.on else None,
            "town": world.town,
            "calls": [_call(call) for call in _last(_calls(world), key=lambda call: call.at)],
            "deliveries": [
                _delivery(*told) for told in _last([world.arrivals, world.meta.arrivals], key=lambda told: told[0])
            ],
        }
        return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "chats": {state.drawn_chats(now, since)}}}'


def _person(meta: Meta, person: Person) -> dict[str, Any]:
    shown = {key: value for key, value in asdict(person).items() if key != "wrote"}
    account = meta.accounts.of(person.id) if meta.on else None
    return {**shown, "messenger": _account(meta, account) if account else None}


def _account(meta: Meta, account: Account) -> dict[str, Any]:
    ends = meta.window_ends(account.id).isoformat()
    return {"id": account.id, "blocked": account.blocked, "window_ends": ends}


def _page(meta: Meta) -> dict[str, Any]:
    """What a Messenger telephone shows of the office: its name, and the persistent menu that the product has set."""
    return {"page": {"id": meta.page_id, "name": meta.page_name}, "menu": meta.profile.menu}


def _weather(world: World) -> dict[str, Fault]:
    """That of each platform which is on."""
    others = {"messenger": (world.meta.on, world.meta.weather), "google": (world.google.on, world.google.weather)}
    return {"line": world.weather.now} | {name: weather.now for name, (on, weather) in others.items() if on}


def _calls(world: World) -> list[list[Call]]:
    return [world.calls, world.meta.calls, world.google.calls]


def _last(platforms: list[list[T]], key: Callable[[T], datetime]) -> list[T]:
    return sorted((each for platform in platforms for each in platform[-LAST:]), key=key)[-LAST:]


def _group(world: World, group: Group) -> dict[str, Any]:
    members = [world.state.people[user] for user in group.members]
    shown = [{"id": person.id, "name": person.name, "colour": person.colour} for person in members]
    return {"id": group.id, "name": group.name, "members": shown, "has_bot": group.has_bot}


def _call(call: Call) -> dict[str, Any]:
    at = call.at.isoformat()
    return {"at": at, "method": call.method, "path": call.path, "status": call.status, "note": call.note}


def _delivery(at: datetime, delivery: Delivery) -> dict[str, Any]:
    return {"at": at.isoformat(), "event": delivery.event, "status": delivery.status, "ms": delivery.ms}
