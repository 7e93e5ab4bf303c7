"""What a tip says, and who sent it, is nowhere but in the case and the vault (A22)."""

import sqlalchemy as sa

from models.db import metadata
from models.outbox import outgoing
from office import desk, mirror
from office.cases import add_papers, open_case, record

SECRETS = (
    "นายดำ",
    "สมหญิง",
    "0812345678",
    "ซองขาว",
    "ตลาดนัดเก่า",
    "14.5",
    "bribe",
    "เรียกรับเงิน",
    "พยานลับ",
    "กองการเจ้าหน้าที่",
    "โกง.jpg",
)
KEPT_IN = {"cases", "reporters", "case_files", "case_words"}


def tip(filing):
    return filing(
        kind="tip",
        category="bribe",
        details="นายดำ รับซองขาว",
        spot_words="ตลาดนัดเก่า",
        evidence="พยานลับ",
        identity="confidential",
        files=(("a" * 64, "image/jpeg", 1, "โกง.jpg", "m1"),),
    )


def test_a_tip_leaves_no_trace_outside_its_case(database, office, calendar, filing, staff_group, now, tmp_path):
    with database.transaction() as tx:
        opened = open_case(tx, office, calendar, tip(filing), now=now)
        add_papers(tx, calendar, "d1", [], "นายดำ อีกครั้ง", now)
        record(tx, opened.id, who="staff:1", what="screening", now=now, status="screening")
        shown = repr(desk.worklist(tx, calendar, now))
        for table in metadata.sorted_tables:
            if table.name not in KEPT_IN:
                shown += repr(tx.all(sa.select(table)))
        tables = mirror.read_tables(tx, 2569)
    shown += repr(tables) + repr(opened.facts)
    assert [secret for secret in SECRETS if secret in shown] == []
    row = dict(zip(tables.tables[0].header, tables.tables[0].rows[0], strict=True))
    assert row["จาก"] == "ผู้แจ้งเบาะแส (ปกปิด)"
    assert row["เรื่อง"] == "แจ้งเบาะแส (ปกปิด)"
    assert row["หน่วยงาน"] == "ศูนย์รับเรื่องร้องเรียนร้องทุกข์"
    assert opened.facts["category"] == "แจ้งเบาะแส"


def test_the_tracking_code_is_the_citizens_alone(database, office, calendar, filing, staff_group, now):
    with database.transaction() as tx:
        code = open_case(tx, office, calendar, filing(), now=now).facts["code"]
        elsewhere = [table for table in metadata.sorted_tables if table.name != "cases"]
        assert all(code not in repr(tx.all(sa.select(table))) for table in elsewhere)


def test_the_group_never_hears_name_phone_place_or_text(database, office, calendar, filing, staff_group, now):
    with database.transaction() as tx:
        open_case(tx, office, calendar, filing(), now=now)
        (message,) = tx.all(sa.select(outgoing))
    body = message["body"].encode().decode("unicode_escape")
    assert "เรื่องใหม่ 1/2569" in body
    assert not any(word in body for word in ("สมหญิง", "0812345678", "ตลาดสด", "55", "หลุม", "14.5"))
