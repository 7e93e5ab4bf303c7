"""An office at work: its calendar, a filing to vary, a staff group that listens."""

from dataclasses import replace
from datetime import datetime

import pytest

from flows.thai import BANGKOK
from models import conversation
from office.calendar import Calendar
from office.filing import Filing


@pytest.fixture(scope="session")
def calendar(office):
    return Calendar(office.hours, office.exceptions)


@pytest.fixture(scope="session")
def now():
    return datetime(2026, 11, 23, 10, 15, 30, tzinfo=BANGKOK)  # a Monday, in office hours


@pytest.fixture
def filing(now):
    """`filing(draft="d2", kind="tip", …)`: a filing that differs so from an ordinary one."""
    ordinary = Filing(
        draft="d1",
        kind="complaint",
        category="road",
        details="ถนนเป็นหลุมลึกหน้าตลาดสด",
        spot_words="หน้าตลาดสดเทศบาล ใกล้บ้านเลขที่ 55",
        latitude=14.5,
        longitude=100.25,
        files=(("a" * 64, "image/jpeg", 1234, "หลุม.jpg", "m1"), ("b" * 64, "application/pdf", 99, "ก.pdf", "m2")),
        identity="open",
        name="สมหญิง ใจกล้า",
        phone="0812345678",
        arrived_at=now,
        channel="line",
        conversation_id=7,
        notice=1,
        flow="complaint",
    )
    return lambda **changes: replace(ordinary, **changes)


@pytest.fixture
def staff_group(database, now):
    """A staff group that is active; its conversation."""
    with database.transaction() as tx:
        group = conversation.meet(tx, "line", "C" + "1" * 32, "group", now)
        conversation.set_staff(tx, group.id, now)
    return group
