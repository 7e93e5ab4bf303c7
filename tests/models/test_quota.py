"""What is kept of the month's money and of the desk's checks, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models import checks, outbox, quota
from models.checks import Check
from models.db import Database
from models.quota import Meter

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LANE = "line:C1"


def test_a_reading_stays_until_the_next_and_a_warning_is_given_once(database: Database) -> None:
    with database.transaction() as tx:
        assert quota.meter(tx, "line") is None
        quota.tried(tx, "line", None, NOW)
        quota.was_read(tx, "line", 300, 40, NOW)
        quota.tried(tx, "line", 200, NOW + HOUR)  # in vain
        assert quota.meter(tx, "line") == Meter("line", NOW + HOUR, 200, 300, 40, NOW, "")
        given = [quota.warn(tx, "line", word) for word in ("2026-11:70", "2026-11:70", "2026-11:90", "2026-11:70")]
        assert given == [True, False, True, False]
        assert quota.warn(tx, "line", "2026-12:70")


def test_a_push_is_paid_once_for_all_it_carries(database: Database) -> None:
    with database.transaction() as tx:
        for size in (4, 7):  # the newest count holds
            quota.was_counted(tx, "line:C1", size)
        outbox.put(tx, lane="line:C1", channel="line", address="C1", bodies=["{}"] * 3, purpose="notice", now=NOW)
        head, *others = outbox.claim_lane(tx, NOW, HOUR, 9)
        ids = [row["id"] for row in (head, *others)]
        outbox.settle(tx, head, [head["id"]], state="done", finished_at=NOW)
        quota.charge(tx, "line:C1", ids)
        assert (quota.cost(tx, "line:C1"), quota.cost(tx, "line:U1")) == (7, 1)
        assert quota.paid(tx, "line", NOW - HOUR, None) == (7, 7)
        assert quota.paid(tx, "line", NOW - HOUR, NOW - HOUR) == (7, 7)
        assert quota.paid(tx, "line", NOW - HOUR, NOW) == (7, 0)
        assert quota.paid(tx, "line", NOW + HOUR, None) == quota.paid(tx, "messenger", NOW, None) == (0, 0)


def test_a_check_is_begun_and_seen_once(database: Database) -> None:
    with database.transaction() as tx:
        assert checks.last_open(tx, []) is None
        assert [checks.begin(tx, NOW, NOW, asked=True) for _ in (1, 2)] == [True, False]
        assert [checks.see(tx, NOW, NOW + HOUR) for _ in (1, 2)] == [True, False]


def test_a_check_is_open_once_its_digest_is_delivered_or_none_is_needed(database: Database) -> None:
    with database.transaction() as tx:
        for due in (NOW, NOW + HOUR):
            checks.begin(tx, due, due, asked=True)
            outbox.put(
                tx, lane=LANE, channel="line", address="C1", bodies=["{}"], purpose="notice", now=due, kind="digest"
            )
        assert checks.last_delivered(tx, [LANE]) is checks.last_open(tx, [LANE]) is None
        (first, *_) = outbox.claim_lane(tx, NOW + HOUR, HOUR, 1)
        outbox.settle(tx, first, [first["id"]], state="done", finished_at=NOW + HOUR)
        check = Check(NOW, NOW, asked=True, seen_at=None)
        assert checks.last_delivered(tx, [LANE]) == checks.last_open(tx, [LANE]) == check
        assert checks.last_delivered(tx, []) is checks.last_delivered(tx, ["line:C2"]) is None
        checks.was_shown(tx, [LANE])
        assert checks.last_delivered(tx, [LANE]) == check
        assert checks.last_open(tx, [LANE]) == Check(NOW + HOUR, NOW + HOUR, asked=False, seen_at=None)
