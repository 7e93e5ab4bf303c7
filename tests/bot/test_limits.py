"""What goes together, by reply or push, and when again: tables, and whatever a lane may hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.channel import Permit
from bot.limits import GATHERED, MESSAGE_PAUSES, TURN_PAUSES, Plan, next_month, outlived, pause_after, plan, usable

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FRESH, DEAD = NOW + timedelta(seconds=20), NOW - timedelta(seconds=1)
AT_ONCE = 5

Row = dict[str, Any]


def paid(purpose: str) -> Permit:
    """As on LINE: anything may be pushed, for money."""
    return Permit()


def row(number: int, token: str | None = None, until: datetime | None = None, **values: Any) -> Row:
    """A row of the outbox; a token lives unless told otherwise."""
    return {
        "id": number, "token": token, "token_until": (until or FRESH) if token else None, "batch": None, "held": "",
        "purpose": "answer", "must_arrive": False, "first_tried_at": None, "retry_key": f"key-{number}", **values,
    }  # fmt: skip


def notice(number: int, **values: Any) -> Row:
    return row(number, purpose="notice", must_arrive=True, **values)


PLANS: dict[str, tuple[list[Row], Plan]] = {
    "a turn's answers share its token": (
        [row(1, "a"), row(2, "a")],
        Plan("reply", (1, 2), "a", "key-1"),
    ),
    "the next turn's answer waits for its own reply": (
        [row(1, "a"), row(2, "b"), row(3, "a")],
        Plan("reply", (1, 3), "a", "key-1"),
    ),
    "no more than the platform takes at once": (
        [row(n, "a") for n in range(1, 8)],
        Plan("reply", (1, 2, 3, 4, 5), "a", "key-1"),
    ),
    "without a token it is a push": (
        [row(1)],
        Plan("push", (1,), None, "key-1"),
    ),
    "a token that has died is no token": (
        [row(1, "a", DEAD)],
        Plan("push", (1,), None, "key-1"),
    ),
    "what has no token rides on the next reply": (
        [row(1), row(2, "b")],
        Plan("reply", (1, 2), "b", "key-1"),
    ),
    "what was held rides along behind a head with a token": (
        [row(3, "c"), row(1, must_arrive=True)],
        Plan("reply", (1, 3), "c", "key-1"),
    ),
    "riders take the room that is left": (
        [row(9, "a"), *[row(n) for n in range(1, 8)]],
        Plan("reply", (1, 2, 3, 4, 9), "a", "key-1"),
    ),
    "a full reply takes no rider, so the head is pushed": (
        [row(1, must_arrive=True), *[row(n, "a") for n in range(2, 7)]],
        Plan("push", (1,), None, "key-1"),
    ),
    "pushes go together": (
        [row(1), row(2), row(3, "a", DEAD)],
        Plan("push", (1, 2, 3), None, "key-1"),
    ),
    "notices are gathered among themselves": (
        [notice(1), row(2), notice(3)],
        Plan("push", (1, 3), None, "key-1"),
    ),
    "and ride free on a reply": (
        [notice(1), row(2, "a")],
        Plan("reply", (1, 2), "a", "key-1"),
    ),
    "a batch that was tried goes out as it was": (
        [row(1, batch=1, first_tried_at=NOW), row(2, batch=1, first_tried_at=NOW), row(3)],
        Plan("push", (1, 2), None, "key-1"),
    ),
    "and its living token with it": (
        [row(1, "a", batch=1), row(2, batch=1), row(3, "a")],
        Plan("reply", (1, 2), "a", "key-1"),
    ),
    "a newcomer does not join somebody else's batch": (
        [row(5), row(1, batch=1), row(2, batch=1)],
        Plan("push", (5,), None, "key-5"),
    ),
}


@pytest.mark.parametrize(("rows", "expected"), PLANS.values(), ids=PLANS.keys())
def test_what_goes_out_together(rows: list[Row], expected: Plan) -> None:
    assert plan(rows, NOW, AT_ONCE, paid) == expected


def test_a_burst_of_notices_is_one_push() -> None:
    burst = [notice(n) for n in range(1, 61)]
    assert plan(burst, NOW, AT_ONCE, paid).ids == tuple(range(1, GATHERED + 1))


def test_answers_are_not_gathered_beyond_one_request() -> None:
    assert plan([row(n) for n in range(1, 61)], NOW, AT_ONCE, paid).ids == (1, 2, 3, 4, 5)


OUTLIVED = {
    # the head                                           something behind it            not worth a push
    "chatter that nobody heard, and a newer word": ([row(1, "a", DEAD), row(2, "b")], True),
    "a newer word that is dead as well": ([row(1, "a", DEAD), row(2, "b", DEAD)], True),
    "nothing newer": ([row(1, "a", DEAD)], False),
    "only its own turn's words": ([row(1, "a", DEAD), row(2, "a", DEAD)], False),
    "only a notice that came by itself": ([row(1, "a", DEAD), notice(2)], False),
    "something held from before": ([row(2, "b", DEAD), row(1, "a", DEAD)], False),
    "its token lives": ([row(1, "a"), row(2, "b")], False),
    "it must arrive": ([row(1, "a", DEAD, must_arrive=True), row(2, "b")], False),
    "it has been tried": ([row(1, "a", DEAD, first_tried_at=NOW), row(2, "b")], False),
    "it never had a token": ([row(1), row(2, "b")], False),
}


@pytest.mark.parametrize(("rows", "expected"), OUTLIVED.values(), ids=OUTLIVED.keys())
def test_old_chatter_gives_way_to_the_newer_word(rows: list[Row], expected: bool) -> None:
    assert outlived(rows, NOW) is expected


@pytest.mark.parametrize(
    ("until", "living"), [(NOW, True), (FRESH, True), (DEAD, False), (NOW + timedelta(microseconds=-1), False)]
)
def test_a_token_lives_to_its_last_moment(until: datetime, living: bool) -> None:
    assert usable(row(1, "a", until), NOW) is living


# --- whatever a lane holds ---

tokens = st.sampled_from([None, "a", "b", "c", "dead"])


@st.composite
def lanes(draw: st.DrawFn) -> list[Row]:
    """Rows as the outbox gives them: the head first, then others by age; batches whole, named by one of them."""
    numbers = draw(st.lists(st.integers(1, 60), min_size=1, max_size=12, unique=True))
    rows = []
    for number in sorted(numbers):
        token = draw(tokens)
        until = DEAD if token == "dead" else FRESH
        purpose = draw(st.sampled_from(["answer", "notice"]))
        must = purpose == "notice" or draw(st.booleans())
        rows.append(row(number, token, until, purpose=purpose, must_arrive=must))
    batch = draw(st.lists(st.sampled_from(rows), max_size=AT_ONCE, unique_by=lambda one: one["id"]))
    for one in batch:
        one |= {"batch": batch[0]["id"], "token": batch[0]["token"], "token_until": batch[0]["token_until"]}
    heads = [one for one in rows if one["batch"] in (None, one["id"])]
    head = draw(st.sampled_from(heads))
    return [head, *[one for one in rows if one is not head]]


@given(lanes())
def test_whatever_waits_the_plan_is_sound(rows: list[Row]) -> None:
    made, head = plan(rows, NOW, AT_ONCE, paid), rows[0]
    together = [one for one in rows if one["id"] in made.ids]
    assert head["id"] in made.ids
    assert list(made.ids) == sorted(set(made.ids))
    assert len(made.ids) <= (GATHERED if head["purpose"] == "notice" and made.way == "push" else AT_ONCE)
    assert {one["token"] for one in together if usable(one, NOW)} <= {made.token}  # never two living tokens
    assert (made.way == "reply") == (made.token is not None)
    assert made.key == f"key-{made.ids[0]}"  # the batch is named by its first row, now and at every attempt
    assert {one["batch"] for one in together} <= {head["batch"]}  # never half a batch, never a stranger in one


@given(lanes())
def test_what_can_go_for_nothing_is_not_paid_for(rows: list[Row]) -> None:
    head = rows[0]
    assume(head["batch"] is None)
    free = {one["token"] for one in rows if usable(one, NOW) and one["batch"] is None}
    room = any(sum(one["token"] == token and one["batch"] is None for one in rows) < AT_ONCE for token in free)
    if usable(head, NOW) or room:
        assert plan(rows, NOW, AT_ONCE, paid).way == "reply"


@given(lanes())
def test_a_batch_is_the_same_at_every_attempt(rows: list[Row]) -> None:
    first = plan(rows, NOW, AT_ONCE, paid)
    for one in rows:
        if one["id"] in first.ids:
            one["batch"] = rows[0]["id"] if rows[0]["batch"] is None else rows[0]["batch"]
    newcomer = row(99, "new")
    assert plan([*rows, newcomer], NOW, AT_ONCE, paid).ids == first.ids


# --- patience ---


def test_a_turn_is_given_up_within_a_minute() -> None:
    assert sum(TURN_PAUSES, timedelta()) < timedelta(minutes=1)


def test_pauses_grow_and_the_last_goes_on() -> None:
    pauses = [pause_after(attempt, MESSAGE_PAUSES) for attempt in range(1, 30)]
    assert pauses[0] == MESSAGE_PAUSES[0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == MESSAGE_PAUSES[-1]


MONTHS = {
    # now (UTC)                                 the quota is new at 00:05 in Tokyo
    "2026-11-24T03:00:00": "2026-11-30T15:05:00",
    "2026-11-30T14:59:59": "2026-11-30T15:05:00",  # still November in Tokyo
    "2026-11-30T15:00:00": "2026-12-31T15:05:00",  # December there already
    "2026-12-31T14:00:00": "2026-12-31T15:05:00",
    "2026-12-31T16:00:00": "2027-01-31T15:05:00",
    "2028-01-31T12:00:00": "2028-01-31T15:05:00",
    "2028-02-15T00:00:00": "2028-02-29T15:05:00",  # a leap year
}


@pytest.mark.parametrize(("now", "then"), MONTHS.items())
def test_the_quota_is_new_when_the_platforms_month_begins(now: str, then: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_month(moment) == datetime.fromisoformat(then).replace(tzinfo=UTC)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_next_month_is_ahead_and_not_far(now: datetime) -> None:
    assert timedelta() < next_month(now) - now <= timedelta(days=31, minutes=10)
