"""Channel states: which platform has refused us as a whole (a dead token), since when, and when we try again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

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
    """Note the trouble; True if it is news (the same trouble only moves `try_again_at`). Several may do so at once."""
    same = (channel_states.c.channel == state.channel, channel_states.c.state == state.state)
    if tx.execute(sa.update(channel_states).where(*same).values(try_again_at=state.try_again_at)).rowcount:
        return False
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = insert(channel_states).values(**vars(state))
    other = channel_states.c.state != row.excluded.state
    upsert = row.on_conflict_do_update(index_elements=["channel"], set_=vars(state), where=other)
    return tx.execute(upsert.returning(channel_states.c.channel)).first() is not None


def clear(tx: Tx, channel: str) -> bool:
    """The channel works again; True if it had been in trouble."""
    return tx.execute(sa.delete(channel_states).where(channel_states.c.channel == channel)).rowcount > 0
