"""Whoever waits longer than a second sees that we are at it (LINE's loading animation), whatever holds us up: a
download, a crowd, a turn that has to be taken again. Nobody's turn waits for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.channel import ShowsWaiting
from flows.events import Edited, Unsent
from handlers.wiring import Wiring
from models import inbox

PATIENCE = timedelta(seconds=1)
#: Who has waited so long does not look at the chat any more.
HOPE = timedelta(minutes=1)
#: So many in one look, a look each second: several processes stay below what LINE grants (100 calls a second).
AT_ONCE = 20


def work(wiring: Wiring) -> bool:
    """Show it to those who have come to wait since the last look, each once. There is never more to do at once."""
    now = wiring.now()
    since, until = now - HOPE, now - PATIENCE
    with wiring.database.reading() as tx:
        if not inbox.kept_waiting(tx, since, until):
            return False
    with wiring.database.transaction() as tx:
        waiting = inbox.notice(tx, since, until, now, AT_ONCE)
    for arrival in waiting:
        if not _show(wiring, arrival):
            break
    return False


def _show(wiring: Wiring, arrival: Any) -> bool:
    channel = wiring.channels.get(arrival["channel"])
    if not isinstance(channel, ShowsWaiting):
        return True
    reading = channel.read(arrival["payload"], arrival["kept_at"])
    answered = reading.media is not None or (reading.event and not isinstance(reading.event, Unsent | Edited))
    if reading.chat is None or reading.chat.kind != "person" or not answered:
        return True
    return channel.show_waiting(reading.chat)
