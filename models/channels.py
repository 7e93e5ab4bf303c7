"""Channel states: which platform has refused us as a whole (a dead token), since when, and when we try again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.db import Instant, Tx, metadata

channel_states = sa.Table(
    "channel_states",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("try_again_at", Instant, nullable=False),
)


@dataclass(frozen=True)
class ChannelState:
    """`state`: "stopped" (nothing is sent, the secret is refused) or "spent" (no paid pushes till `try_again_at`)."""

    channel: str
    state: str
    reason: str
    since: datetime
    try_again_at: datetime


def states(tx: Tx) -> dict[str, ChannelState]:
    """Only channels with something wrong are listed."""
    return {row["channel"]: ChannelState(**row) for row in tx.all(sa.select(channel_states))}


def set_state(tx: Tx, state: ChannelState) -> bool:
    """Note the trouble; True if it is news (the same trouble only moves `try_again_at`)."""
    changed = tx.execute(
        sa.update(channel_states)
        .where(channel_states.c.channel == state.channel, channel_states.c.state == state.state)
        .values(try_again_at=state.try_again_at)
    )
    if changed.rowcount:
        return False
    clear(tx, state.channel)
    tx.execute(sa.insert(channel_states), vars(state))
    return True


def clear(tx: Tx, channel: str) -> bool:
    """The channel works again; True if it had been in trouble."""
    return tx.execute(sa.delete(channel_states).where(channel_states.c.channel == channel)).rowcount > 0
