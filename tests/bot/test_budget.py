"""The month's money: how it stands, what is still paid for, when the platform is asked again. Tables, and any month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.budget import KEPT, READ_EVERY, READ_SOON, Month, dearest, month, reading_due
from models.quota import Meter

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEW_MONTH = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # midnight in Japan, where LINE keeps its calendar


def meter(allowed: int | None, used: int | None, ceiling: int | None = None, read_at: datetime = NOW - HOUR) -> Meter:
    return Meter("line", NOW - HOUR, ceiling, allowed, used, None if used is None else read_at)


#                                         the platform's word          paid, since the reading   when   -> the month
STANDINGS: dict[str, tuple[Meter, tuple[int, int], datetime, Month]] = {
    "as it was read": (meter(300, 40), (30, 0), NOW, Month(300, 40)),
    "and what we have paid since": (meter(300, 40), (35, 5), NOW, Month(300, 45)),
    "a count that lags behind what we know": (meter(300, 10), (60, 5), NOW, Month(300, 60)),
    "the office sets itself less than its plan": (meter(300, 40, ceiling=200), (0, 0), NOW, Month(200, 40)),
    "a plan smaller than what the office allows": (meter(300, 40, ceiling=900), (0, 0), NOW, Month(300, 40)),
    "a plan without limit": (meter(None, 5000), (0, 0), NOW, Month(None, 5000)),
    "without limit, but for the office's own": (meter(None, 5000, ceiling=6000), (0, 0), NOW, Month(6000, 5000)),
    "never read": (meter(None, None), (12, 12), NOW, Month(None, 12)),
    "never read, with a ceiling of our own": (meter(None, None, ceiling=50), (12, 12), NOW, Month(50, 12)),
    "a new month begins at nought": (meter(300, 290, read_at=NEW_MONTH - HOUR), (0, 0), NEW_MONTH, Month(300, 0)),
    "an hour before, in Thailand the same night": (
        meter(300, 290, read_at=NEW_MONTH - 2 * HOUR), (0, 0), NEW_MONTH - HOUR, Month(300, 290)
    ),
}  # fmt: skip


@pytest.mark.parametrize(("told", "paid", "now", "stands"), STANDINGS.values(), ids=STANDINGS)
def test_how_the_month_stands(told: Meter, paid: tuple[int, int], now: datetime, stands: Month) -> None:
    assert month(told, *paid, now) == stands


#            used of 300, for 5 members           answer urgent card  digest
PAID_FOR = {
    0: (True, True, True, True),
    205: (True, True, True, True),  # 210 afterwards: 70 %
    206: (True, True, True, False),
    235: (True, True, True, False),  # 240: 80 %
    236: (True, True, False, False),
    280: (True, True, False, False),  # 285: 95 %
    281: (True, False, False, False),
    300: (True, False, False, False),
}


@pytest.mark.parametrize("used", PAID_FOR)
def test_what_is_still_paid_for(used: int) -> None:
    assert tuple(Month(300, used).pays_for(kind, 5) for kind in KEPT) == PAID_FOR[used]


#         used of 300 -> the warning reached
LEVELS = {0: 0, 209: 0, 210: 70, 269: 70, 270: 90, 300: 90, 450: 90}


@pytest.mark.parametrize("used", LEVELS)
def test_the_warnings(used: int) -> None:
    assert Month(300, used).level == LEVELS[used]
    assert Month(None, used).level == 0


amounts = st.integers(0, 50_000)


@given(st.none() | amounts, amounts, st.integers(1, 500))
def test_the_cheaper_kinds_are_held_first_and_an_answer_never(limit: int | None, used: int, cost: int) -> None:
    paid = [Month(limit, used).pays_for(kind, cost) for kind in KEPT]
    assert paid[0]
    assert paid == sorted(paid, reverse=True)
    assert limit is not None or all(paid)


@given(amounts, st.lists(st.tuples(st.sampled_from([kind for kind in KEPT if kind != "answer"]), st.integers(1, 60))))
def test_however_much_the_staff_are_told_the_last_part_is_the_citizens(limit: int, wanted: list[Any]) -> None:
    used = 0
    for kind, cost in wanted:
        used += cost if Month(limit, used).pays_for(kind, cost) else 0
    assert used * 100 <= limit * 95


@given(amounts, amounts, amounts, st.sampled_from(list(KEPT)), st.integers(1, 60))
def test_more_spent_never_buys_more(limit: int, used: int, more: int, kind: Any, cost: int) -> None:
    assert Month(limit, used).pays_for(kind, cost) >= Month(limit, used + more).pays_for(kind, cost)


ASKED = {  # tried how long ago, used of 300, paid since the reading -> ask again?
    "not long ago": (timedelta(minutes=59), 10, 5, False),
    "an hour ago": (READ_EVERY, 10, 0, True),
    "it begins to matter, and we have spent": (READ_SOON, 220, 5, True),
    "it matters, but nothing was spent since": (READ_SOON, 220, 0, False),
    "it matters, but we have just asked": (READ_SOON - timedelta(seconds=1), 220, 5, False),
}


@pytest.mark.parametrize(("ago", "used", "since", "ask"), ASKED.values(), ids=ASKED)
def test_when_the_platform_is_asked_again(ago: timedelta, used: int, since: int, ask: bool) -> None:
    assert reading_due(Meter("line", NOW - ago), Month(300, used), since, NOW) is ask


def test_who_was_never_asked_is_asked_now() -> None:
    assert reading_due(None, None, 0, NOW)


def test_what_goes_together_is_worth_its_most_important_part() -> None:
    rows = [{"id": n, "kind": kind} for n, kind in enumerate(("digest", "card", "urgent", None))]
    assert [dearest(rows, range(n)) for n in (1, 2, 3, 4)] == ["digest", "card", "urgent", "answer"]
