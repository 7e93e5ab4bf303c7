"""Minding the month's paid messages: have the platform's own figures read, and warn the staff in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from bot import budget, limits
from bot.budget import Metered, Month
from bot.channel import Chat
from handlers.wiring import Wiring
from models import errands, quota
from models.conversation import staff_groups
from models.db import Tx
from office import digest, notices

log = structlog.get_logger()

READ = "read_quota"


def mind(wiring: Wiring, tx: Tx, now: datetime) -> None:
    """Every minute: is it time to ask the platform, and has a mark been passed of which the staff should know? And is a
    digest held that comes too late now?"""
    for name in _metered(wiring):
        _mind(tx, name, now)
    digest.let_go(tx, now)


def _mind(tx: Tx, name: str, now: datetime) -> None:
    meter = quota.meter(tx, name)
    month, paid_since = budget.standing(tx, meter, now) if meter else (None, 0)
    if budget.reading_due(meter, month, paid_since, now):
        ask(tx, name, now)
    if month and month.level and quota.warn(tx, name, f"{limits.month_name(now)}:{month.level}"):
        notices.quota_low(tx, month, now)


def ask(tx: Tx, name: str, now: datetime) -> None:
    """Have this channel's quota read soon."""
    errands.put(tx, READ, lane=f"quota:{name}", arguments={"channel": name}, now=now)


def read(wiring: Wiring, _: str, arguments: Mapping[str, Any]) -> None:
    """Ask the platform, with no transaction open. What it does not say stays as it was last read, and is no alarm."""
    name, now = arguments["channel"], wiring.now()
    channel = _metered(wiring).get(name)
    if channel is None:
        return
    with wiring.database.transaction() as tx:
        quota.tried(tx, name, wiring.office.sending.ceiling(name), now)
        groups = [group for group in staff_groups(tx) if group.channel == name]
    allowance = channel.allowance()
    sizes = {group.lane: channel.members(Chat(name, group.kind, group.address)) for group in groups}
    if allowance is None:
        log.warning("quota_not_read", channel=name)
    with wiring.database.transaction() as tx:
        if allowance is not None:
            quota.was_read(tx, name, allowance.allowed, allowance.used, now)
        for lane, members in sizes.items():
            if members is not None:
                quota.was_counted(tx, lane, members)


def _metered(wiring: Wiring) -> dict[str, Metered]:
    """The platforms that bill what they carry."""
    return {name: channel for name, channel in wiring.channels.items() if isinstance(channel, Metered)}


def standing(wiring: Wiring, tx: Tx, now: datetime) -> dict[str, Month]:
    """How the month stands on each platform that was asked, for `/health`."""
    meters = {name: quota.meter(tx, name) for name in _metered(wiring)}
    return {name: budget.standing(tx, meter, now)[0] for name, meter in meters.items() if meter}
