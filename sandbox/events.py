"""Webhook events as LINE sends them today, with all their fields (webhook.yml; reference, "Webhook Event Objects")."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Event = dict[str, Any]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(at: datetime) -> str:
    """A ULID: 48 bits of milliseconds, 80 bits of chance."""
    number = (milliseconds(at) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5))


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def from_user(user: str) -> Event:
    return {"type": "user", "userId": user}


def from_group(group: str, user: str | None = None) -> Event:
    """`user` only where LINE says so: message events, and by its own samples unsend."""
    return {"type": "group", "groupId": group, **({"userId": user} if user else {})}


def event(kind: str, source: Mapping[str, Any], at: datetime, *, token: str | None, mode: str, **body: Any) -> Event:
    """One event; `token` None for those that cannot be replied to, and always in standby."""
    made: Event = {
        "type": kind,
        **body,
        "webhookEventId": ulid(at),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": milliseconds(at),
        "source": dict(source),
        "mode": mode,
    }
    if token and mode == "active":
        made["replyToken"] = token
    return made


def again(past: Event) -> Event:
    """The same event redelivered: nothing else differs (LINE, "Redelivered webhooks")."""
    return {**past, "deliveryContext": {"isRedelivery": True}}


def opaque() -> str:
    """A token that means nothing to anybody but LINE."""
    return secrets.token_urlsafe(48)
