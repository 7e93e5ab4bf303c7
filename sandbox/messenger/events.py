"""Webhooks as Meta sends them: entries, the items in them, the escaping of the body and its signature.

An `Event` here is one `entry` with one item. The samples are those of Messenger's webhook reference.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal

Event = dict[str, Any]
Item = dict[str, Any]
Lane = Literal["messaging", "standby"]

# The field of the page's webhook subscription that an item belongs to, by the item's own key.
FIELDS = {
    "message": "messages",
    "postback": "messaging_postbacks",
    "referral": "messaging_referrals",
    "message_edit": "message_edits",
    "reaction": "message_reactions",
    "delivery": "message_deliveries",
    "read": "message_reads",
}
ALL_FIELDS = frozenset({*FIELDS.values(), "message_echoes", "standby", "message_template_status_update"})


def item_entry(page: str, time: int, item: Item, lane: Lane) -> Event:
    """In standby a postback comes without its payload (Meta, "Standby channel")."""
    if lane == "standby" and "postback" in item:
        item = {**item, "postback": {key: value for key, value in item["postback"].items() if key != "payload"}}
    return {"time": time, "id": page, lane: [item]}


def change_entry(page: str, time: int, field: str, value: Any) -> Event:
    return {"time": time, "id": page, "changes": [{"field": field, "value": value}]}


def items(entries: Iterable[Event]) -> list[Item]:
    """All messaging and standby items of these entries."""
    return [item for entry in entries for item in (*entry.get("messaging", ()), *entry.get("standby", ()))]


def field_of(entry: Event) -> str:
    """The subscription field without which this entry is not sent."""
    if "changes" in entry:
        return str(entry["changes"][0]["field"])
    if "standby" in entry:
        return "standby"
    (item,) = entry["messaging"]
    if item.get("message", {}).get("is_echo"):
        return "message_echoes"
    return next(field for key, field in FIELDS.items() if key in item)


def kind(entry: Event) -> str:
    """A word for the list of deliveries: "message", "echo", "postback", "standby message", …"""
    if "changes" in entry:
        return str(entry["changes"][0]["field"])
    lane: Lane = "standby" if "standby" in entry else "messaging"
    item = entry[lane][0]
    word = "echo" if item.get("message", {}).get("is_echo") else next(key for key in FIELDS if key in item)
    return f"standby {word}" if lane == "standby" else word


def joined(entries: Sequence[Event]) -> list[Event]:
    """The same items in one entry per lane, as Meta batches them."""
    gathered: dict[str, Event] = {}
    for entry in entries:
        lane = next(key for key in ("messaging", "standby", "changes") if key in entry)
        known = gathered.setdefault(lane, {"time": entry["time"], "id": entry["id"], lane: []})
        known[lane].extend(entry[lane])
    return list(gathered.values())


def body(entries: Sequence[Event]) -> bytes:
    r"""The bytes of a webhook: non-ASCII as \u0e.., "/" as \/."""
    text = json.dumps({"object": "page", "entry": list(entries)}, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


def signature(secret: str, raw: bytes) -> str:
    """The value of `X-Hub-Signature-256`."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
