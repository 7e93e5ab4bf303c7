"""Sending what waits: one lane, one batch at a time, with no transaction open while the network is used."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot import budget, limits
from bot.channel import Channel, Outcome, Permit, Refused, Sent, TryAgain
from flows.messages import from_data
from models import channels as channel_table
from models import conversation, outbox, quota
from models.channels import ChannelState
from models.db import Database, Tx
from models.queue import ClaimLost

log = structlog.get_logger()

#: How many rows behind the head of a lane are looked at: a burst of notices is gathered from among them.
LOOK_AHEAD = 60
#: A stopped channel is tried again after this, with one message.
PROBE = timedelta(minutes=5)
#: The state of the channels is read from the database this often.
LOOK_AGAIN = timedelta(seconds=1)
NEVER = datetime.min.replace(tzinfo=UTC)
#: The same alarm is not repeated within this time.
SAME_ALARM = timedelta(hours=1)
#: What the staff are told of a channel's trouble, by its reason.
TROUBLES = defaultdict(
    lambda: "แพลตฟอร์มไม่รับโทเคนของสำนักงาน",
    spent="โควตาข้อความประจำเดือนหมด",
    restricted="Meta ระงับการส่งของเพจชั่วคราว โปรดดูที่ Meta Business Suite",
)

#: Tells the office of lasting trouble: (transaction, what happened, in Thai, now).
Alarm = Callable[[Tx, str, datetime], None]


class Delivery:
    """Hands messages to the platforms."""

    def __init__(self, database: Database, channels: Mapping[str, Channel], alarm: Alarm) -> None:
        self._database = database
        self._channels = channels
        self._alarm = alarm
        self._troubles: dict[str, ChannelState] = {}
        self._told: dict[str, datetime] = {}
        self._looked_at = NEVER

    def send_one(self, now: Callable[[], datetime]) -> bool:
        """Send the next batch that is due; False if there is none."""
        return self.send(now, lambda: False)

    def send(self, now: Callable[[], datetime], may_begin: Callable[[], bool]) -> bool:
        """Send what is due, one batch after the other as long as it `may_begin` another; False once nothing is left.
        To settle a batch and to claim the next is one transaction."""
        with self._database.transaction() as tx:
            rows, plan = self._next(tx, now())
        while plan is not None:
            outcome = self._send(rows, plan)
            try:
                with self._database.transaction() as tx:
                    self._settle(tx, rows, plan, outcome, now())
                    if not may_begin():
                        return True
                    following = self._next(tx, now())
            except ClaimLost:
                log.warning("send_claim_lost", message=rows[0]["id"])
                return True
            except Exception:  # of the next one, perhaps: what was sent is settled all the same
                with self._database.transaction() as tx:
                    self._settle(tx, rows, plan, outcome, now())
                raise
            rows, plan = following
        return bool(rows)

    def _next(self, tx: Tx, now: datetime) -> tuple[Sequence[Any], limits.Plan | None]:
        """What to send now. With rows but no plan, the head has been dealt with already."""
        rows = outbox.claim_lane(tx, now, limits.SEND_LEASE, LOOK_AHEAD)
        if not rows:
            return (), None
        head, channel = rows[0], self._channels.get(rows[0]["channel"])
        if channel is None:
            plan = limits.plan(rows, now, 1, lambda _: None)
            outbox.set_back(tx, head, plan.ids, now + PROBE, "stopped", "channel is off")
            return rows, None

        def permits(purpose: str) -> Permit | None:
            return channel.permit(purpose, conversation.window_until(tx, head["lane"]), now)

        plan = limits.plan(rows, now, channel.at_once, permits)
        if self._settled_unsent(tx, rows, plan, channel, now):
            return rows, None
        outbox.take_along(tx, head, plan.ids, now, reply=plan.way == "reply")
        return rows, plan

    def _settled_unsent(self, tx: Tx, rows: Sequence[Any], plan: limits.Plan, channel: Channel, now: datetime) -> bool:
        """Whether the head's time has passed or not come yet; then it is settled here, without asking the platform."""
        head = rows[0]
        trouble = self._trouble_of(tx, channel.name, now)
        if why := limits.pointless(rows, plan, now):
            outbox.settle(tx, head, [head["id"]], state="dropped", finished_at=now, outcome=why)
        elif wait := limits.waiting(head, plan, trouble, channel.unsure_pause, now):
            outbox.set_back(tx, head, plan.ids, wait.until, wait.held, wait.why)
        elif plan.way == "push" and (again := budget.held_until(tx, rows, plan.ids, now)):
            outbox.settle(tx, head, [head["id"]], due=again, held=outbox.SAVED, outcome="kept for citizens")
        elif plan.way == "push" and head["token"] and head["first_tried_at"]:
            outbox.take_along(tx, head, plan.ids, now, reply=True)
            self._unsure_reply(tx, rows, plan, "an attempt whose end nobody saw", now)
        elif plan.way != "reply" and head["first_tried_at"] and now > head["first_tried_at"] + channel.key_life:
            outbox.take_along(tx, head, plan.ids, now, reply=False)
            self._give_up(tx, head, plan.ids, "its retry key has run out", now)
        else:
            return False
        return True

    def _trouble_of(self, tx: Tx, channel: str, now: datetime) -> ChannelState | None:
        if now >= self._looked_at + LOOK_AGAIN:
            self._troubles, self._looked_at = channel_table.states(tx), now
        return self._troubles.get(channel)

    def _send(self, rows: Sequence[Any], plan: limits.Plan) -> Outcome:
        head, batch = rows[0], sorted((row for row in rows if row["id"] in plan.ids), key=lambda row: int(row["id"]))
        try:
            messages = [from_data(json.loads(row["body"])) for row in batch]
            return self._channels[head["channel"]].send(
                head["address"], messages, token=plan.token, key=plan.key, right=plan.right, taken=head["taken"] or 0
            )
        except Exception as error:  # a message of another version, say: it must not hold up its lane for ever
            log.exception("message_not_drawn", message=head["id"])
            return Refused(f"cannot be drawn: {type(error).__name__}")

    def _settle(self, tx: Tx, rows: Sequence[Any], plan: limits.Plan, outcome: Outcome, now: datetime) -> None:
        head = rows[0]
        match outcome:
            case Sent():
                self._sent(tx, head, plan, outcome, now)
            case Refused(token_dead=True) if plan.way == "reply":
                self._token_dead(tx, head, plan, now)
            case Refused(unreachable=False) if len(plan.ids) > 1:
                alone = {"batch": None, "first_tried_at": None, "held": limits.ALONE}
                outbox.settle(tx, head, plan.ids, due=now, outcome=outcome.reason, **alone)
                tx.wake("outgoing")
            case Refused(unreachable=True):
                self._unreachable(tx, rows, plan, outcome.reason, now)
            case Refused(reason=reason):
                self._give_up(tx, head, plan.ids, reason, now)
            case TryAgain(unsure=True, reason=reason) if plan.way == "reply":
                self._unsure_reply(tx, rows, plan, reason, now)
            case TryAgain():
                self._later(tx, head, plan, outcome, now)

    def _sent(self, tx: Tx, head: Any, plan: limits.Plan, outcome: Sent, now: datetime) -> None:
        sent = {"state": "done", "finished_at": now, "outcome": plan.way, "sent_id": ",".join(outcome.ids)}
        outbox.settle(tx, head, plan.ids, **sent)
        channel = self._channels[head["channel"]]
        if plan.way == "push" and isinstance(channel, budget.Metered):
            quota.charge(tx, head["lane"], plan.ids)
        if channel.tells_unreachable:
            conversation.was_reached(tx, head["lane"])
        trouble = self._trouble_of(tx, head["channel"], now)
        if trouble and (trouble.state == "stopped" or plan.way == "push") and channel_table.clear(tx, head["channel"]):
            self._troubles = {}
            self._tell(tx, f"ส่งข้อความทาง {channel.title} ได้ตามปกติแล้ว", now)

    def _token_dead(self, tx: Tx, head: Any, plan: limits.Plan, now: datetime) -> None:
        """The reply was not taken, so it was not delivered: push. Unless an earlier attempt ended unseen (a crash): a
        token is spent once, so a dead one then means that the earlier attempt was taken."""
        if head["first_tried_at"] is not None:
            outbox.settle(tx, head, plan.ids, state="done", finished_at=now, outcome="reply")
        else:
            self._push_instead(tx, head, plan.ids, now, "reply token refused")

    def _unsure_reply(self, tx: Tx, rows: Sequence[Any], plan: limits.Plan, reason: str, now: datetime) -> None:
        """Perhaps delivered, perhaps not, and a reply cannot be made safe to repeat: chatter is let go, and what must
        arrive is pushed under its retry key (LINE, "Retrying an API request")."""
        head, why = rows[0], f"reply unsure: {reason}"
        needed = {row["id"] for row in rows if row["must_arrive"]} & set(plan.ids)
        chatter = set(plan.ids) - needed
        if chatter:
            outbox.settle(tx, head, sorted(chatter), state="dropped", finished_at=now, outcome=why)
        if needed:
            self._push_instead(tx, head, sorted(needed), now, why)

    def _push_instead(self, tx: Tx, head: Any, ids: Sequence[int], now: datetime, why: str) -> None:
        if not head["address"]:  # somebody who can be answered by reply alone
            outbox.settle(tx, head, ids, state="dropped", finished_at=now, outcome=why)
            return
        again = {"token_until": None, "batch": None, "first_tried_at": None}  # the token is known to be of no use
        outbox.settle(tx, head, ids, due=now, outcome=why, **again)
        tx.wake("outgoing")

    def _later(self, tx: Tx, head: Any, plan: limits.Plan, outcome: TryAgain, now: datetime) -> None:
        if outcome.scope == "message" and not outcome.unsure and head["attempts"] >= limits.MOST_ATTEMPTS:
            self._give_up(tx, head, plan.ids, outcome.reason, now)
            return
        again, held = self._when_again(tx, head, plan, outcome, now)
        # What may have been taken by an earlier attempt stays one batch under its key, whatever this attempt came to.
        unsure = outcome.unsure or head["first_tried_at"] is not None
        unsent = {} if unsure else {"first_tried_at": None, "batch": None}
        outbox.settle(tx, head, plan.ids, due=again, held=held, outcome=outcome.reason, **unsent)
        outbox.note_taken(tx, plan.key, outcome.taken)

    def _when_again(
        self, tx: Tx, head: Any, plan: limits.Plan, outcome: TryAgain, now: datetime
    ) -> tuple[datetime, str]:
        """When it is tried again, and what it is held for till then."""
        match outcome.scope:
            case "quota":
                again = min(limits.next_month(now), now + limits.QUOTA_PROBE)
                self._note_trouble(tx, ChannelState(head["channel"], "spent", outcome.reason, now, again), now)
                return again, "spent"
            case "channel":
                again = now + PROBE
                self._note_trouble(tx, ChannelState(head["channel"], "stopped", outcome.reason, now, again), now)
                return again, "stopped"
            case "window":
                conversation.close_window(tx, head["lane"], now)
                return (now if plan.way == "open" else now + limits.WINDOW_WAIT), outbox.WINDOW
        again = now + limits.pause_after(head["attempts"], limits.MESSAGE_PAUSES)
        channel = self._channels[head["channel"]]
        if outcome.unsure and channel.unsure_pause:
            return max(again, now + channel.unsure_pause), outbox.ECHO
        # Where no reply could take it along, it keeps its place while the platform wants a pause.
        return again, "" if outcome.scope == "rate" and not channel.token_life else "retry"

    def _note_trouble(self, tx: Tx, state: ChannelState, now: datetime) -> None:
        self._looked_at = NEVER
        if channel_table.set_state(tx, state):
            log.error("channel_in_trouble", channel=state.channel, state=state.state, reason=state.reason)
            what = TROUBLES["spent" if state.state == "spent" else state.reason]
            self._tell(tx, f"ส่งข้อความทาง {self._channels[state.channel].title} ไม่ได้: {what}", now)

    def _tell(self, tx: Tx, text: str, now: datetime) -> None:
        """Alarm, but not with the same words twice within the hour: a channel may come and go."""
        if now >= self._told.get(text, NEVER) + SAME_ALARM:
            self._told[text] = now
            self._alarm(tx, text, now)

    def _give_up(self, tx: Tx, head: Any, ids: Sequence[int], reason: str, now: datetime) -> None:
        log.error("message_refused", message=head["id"], reason=reason)
        outbox.settle(tx, head, ids, state="stuck", finished_at=now, outcome=reason)
        if head["purpose"] == "answer":  # a notice that cannot be sent must not cause another one
            self._alarm(tx, f"ส่งข้อความเลขที่ {head['id']} ไม่สำเร็จ โปรดดูรายการค้างส่ง", now)

    def _unreachable(self, tx: Tx, rows: Sequence[Any], plan: limits.Plan, reason: str, now: datetime) -> None:
        """Nobody is there: what must arrive waits until they come back, the rest is let go; it is nobody's fault."""
        head = rows[0]
        needed = {row["id"] for row in rows if row["must_arrive"]} & set(plan.ids)
        if gone := sorted(set(plan.ids) - needed):
            outbox.settle(tx, head, gone, state="dropped", finished_at=now, outcome=reason)
        if needed:
            waits = {"due": now + limits.WINDOW_WAIT, "held": outbox.WINDOW, "batch": None, "first_tried_at": None}
            outbox.settle(tx, head, sorted(needed), outcome=reason, **waits)
        chat = conversation.find(tx, head["lane"])
        if chat is not None:
            conversation.set_reachable(tx, chat.id, now, reachable=False)
