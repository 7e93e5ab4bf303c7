"""The staff's desk: codes that let a group in, and what waits."""

from datetime import timedelta

import pytest

from models import conversation
from models.audit import audit
from models.outbox import outgoing
from models.people import desk_codes
from office import desk
from office.cases import open_case, record
from office.codes import ALARM_AT, TRIES_EACH
from office.desk import LISTED


@pytest.fixture
def code(database, now):
    with database.transaction() as tx:
        return desk.make_code(tx, now)


def tries(database, code, conversation_id, now):
    with database.transaction() as tx:
        return desk.redeem(tx, code, conversation_id, now)


def test_a_code_lets_one_group_in_once(database, code, now):
    assert tries(database, f" {code.lower()} ", 5, now)
    assert not tries(database, code, 6, now)


def test_a_code_lives_for_a_day(database, code, now):
    assert not tries(database, code, 5, now + timedelta(hours=24))
    assert tries(database, code, 5, now + timedelta(hours=23, minutes=59))


def test_the_code_itself_is_not_kept(database, code):
    with database.reading() as tx:
        assert code not in repr(tx.all(desk_codes.select()))


def test_after_five_wrong_ones_a_conversation_waits_an_hour(database, code, now):
    for _ in range(TRIES_EACH):
        assert not tries(database, "AAAA-AAAA", 5, now)
    assert not tries(database, code, 5, now)  # even the right one
    assert tries(database, code, 5, now + timedelta(hours=1))


def test_strangers_cannot_keep_the_staff_out_and_are_told_of_once(sqlite, now):
    told = []
    with sqlite.transaction() as tx:
        code, group = desk.make_code(tx, now), conversation.meet(tx, "line", "C1", "group", now)
        conversation.set_staff(tx, group.id, now)
        for stranger in range(2 * ALARM_AT):
            desk.redeem(tx, "AAAA-AAAA", 100 + stranger, now)
            told.append(len(tx.all(outgoing.select())))
        (line,) = tx.all(audit.select().where(audit.c.what == "codes_guessed"))
        assert desk.redeem(tx, code, 5, now)
    assert told == [0] * (ALARM_AT - 1) + [1] * (ALARM_AT + 1)
    assert '"tries": 30' in line["after"]


def worklist(database, calendar, now):
    with database.reading() as tx:
        messages = desk.worklist(tx, calendar, now)
    assert len(messages) <= 5
    assert all(len(message.text) <= 5000 for message in messages)  # LINE, text message
    return [message.text for message in messages]


def test_nothing_waiting_is_said(database, calendar, now):
    assert worklist(database, calendar, now) == ["ไม่มีเรื่องค้าง ณ วันที่ 23 พ.ย. 2569"]


def test_late_ones_come_first_then_near_ones_then_the_counts(database, office, calendar, filing, now):
    with database.transaction() as tx:
        for draft, category in (("a", "road"), ("b", "disaster"), ("c", "nuisance"), ("d", "disaster")):
            opened = open_case(tx, office, calendar, filing(draft=draft, category=category), now=now)
        record(tx, opened.id, who="staff:1", what="forwarded", now=now, status="forwarded")
    assert worklist(database, calendar, now + timedelta(days=2)) == [
        "เกินกำหนด 1 เรื่อง\n• 2/2569 (กำหนด 24 พ.ย. 2569)",
        "ครบกำหนดภายใน 3 วันทำการ 1 เรื่อง\n• 3/2569 (กำหนด 26 พ.ย. 2569)",
        "งานค้าง 3 เรื่อง ณ วันที่ 25 พ.ย. 2569\n• รับเรื่องแล้ว 3 เรื่อง",
    ]


def test_a_long_list_is_cut_and_says_so(database, office, calendar, filing, now):
    with database.transaction() as tx:
        for i in range(LISTED + 2):
            open_case(tx, office, calendar, filing(draft=str(i)), now=now)
    late = worklist(database, calendar, now + timedelta(days=60))[0]
    assert late.startswith("เกินกำหนด 62 เรื่อง")
    assert late.endswith("และอีก 2 เรื่อง")
