"""What the staff group is told."""

import json

import sqlalchemy as sa

from flows.messages import Card, from_data
from models import conversation
from models.outbox import outgoing
from office import notices
from office.cases import open_case


def told(tx):
    return [(row["lane"], from_data(json.loads(row["body"]))) for row in tx.all(sa.select(outgoing).order_by("id"))]


def test_a_complaint_is_told_with_kind_due_unit_and_channel(database, office, calendar, filing, staff_group, now):
    with database.transaction() as tx:
        open_case(tx, office, calendar, filing(), now=now)
        ((lane, card),) = told(tx)
    assert lane == staff_group.lane
    assert card == Card(
        title="เรื่องใหม่ 1/2569",
        lines=(
            ("ประเภท", "ถนนและทางเท้า"),
            ("กำหนดเสร็จ", "2 ธ.ค. 2569"),
            ("หน่วยงาน", "กองช่าง"),
            ("ช่องทาง", "LINE"),
        ),
    )


def test_of_a_tip_only_that_there_is_one_and_its_day(database, office, calendar, filing, staff_group, now):
    with database.transaction() as tx:
        open_case(tx, office, calendar, filing(kind="tip", category="bribe"), now=now)
        ((_, card),) = told(tx)
    assert card.title == "เรื่องใหม่ 1/2569"
    assert card.lines == (("ประเภท", "แจ้งเบาะแส (ลับ)"), ("กำหนดเสร็จ", "8 ธ.ค. 2569"))


def test_an_urgent_kind_is_coloured_so(database, office, calendar, filing, staff_group, now):
    with database.transaction() as tx:
        open_case(tx, office, calendar, filing(category="disaster"), now=now)
        ((_, card),) = told(tx)
    assert card.tone == "urgent"


def test_only_groups_that_were_activated_are_told(database, office, calendar, filing, now):
    with database.transaction() as tx:
        conversation.meet(tx, "line", "C" + "2" * 32, "group", now)
        open_case(tx, office, calendar, filing(), now=now)
        notices.trouble(tx, "ทดสอบ", now)
        assert told(tx) == []


def test_a_case_filed_again_is_not_told_again(database, office, calendar, filing, staff_group, now):
    with database.transaction() as tx:
        open_case(tx, office, calendar, filing(), now=now)
        open_case(tx, office, calendar, filing(), now=now)
        assert len(told(tx)) == 1


def test_trouble_is_told_at_once(database, staff_group, now):
    with database.transaction() as tx:
        notices.trouble(tx, "ส่งข้อความทาง LINE ไม่ได้", now)
        ((lane, message),) = told(tx)
    assert (lane, message.text) == (staff_group.lane, "ส่งข้อความทาง LINE ไม่ได้")
