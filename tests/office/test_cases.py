"""Filing a case, changing it, telling how it stands; on SQLite and PostgreSQL."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from flows.thai import BANGKOK
from models import audit as audit_table
from models import document
from models.case import case_events, cases
from models.errands import errands
from models.people import reporters
from models.register import books, entries
from office import audit
from office.cases import add_papers, cases_of, open_case, record, status_by_code, withdraw_message
from office.workflow import WrongStatus


@pytest.fixture
def file(database, office, calendar, filing, now):
    """`file(draft="d2", …)`: filed; the opened case."""

    def file(at=now, **changes):
        with database.transaction() as tx:
            return open_case(tx, office, calendar, filing(**{"arrived_at": at, **changes}), now=at)

    return file


def rows(database, table):
    with database.reading() as tx:
        return [dict(row) for row in tx.all(sa.select(table).order_by(*table.primary_key))]


def test_a_filed_case_has_everything_in_its_place(database, file, now):
    facts = file().facts
    assert re.fullmatch(r"[A-Z3-9]{4}-[A-Z3-9]{4}", facts.pop("code"))
    assert facts == {
        "number": 1,
        "year": 2569,
        "reference": "2569-000001",
        "kind": "complaint",
        "category": "ถนนและทางเท้า",
        "channel": "line",
        "received_at": "2026-11-23T10:15:30+07:00",
        "arrived_at": "2026-11-23T10:15:30+07:00",
        "after_hours": False,
        "due": "2026-12-02",
        "days_left": 7,
        "status": "รับเรื่องแล้ว",
        "ended": False,
        "unit": "กองช่าง",
        "phone": "0 2000 1240",
        "history": [{"at": "2026-11-23T10:15:30+07:00", "text": "รับเรื่องแล้ว"}],
        "withdrawable": True,
        "provable": False,
        "again": False,
    }
    (case,) = rows(database, cases)
    assert case["basis"].endswith("มาตรา 38")
    assert case["days"] == 7
    who = {"name": "สมหญิง ใจกล้า", "phone": "0812345678", "national_ids": None}
    assert rows(database, reporters) == [{"case_id": case["id"], **who}]
    assert [file["message_id"] for file in rows(database, document.case_files)] == ["m1", "m2"]
    (entry,) = rows(database, entries)
    assert entry["from_"] == "สมหญิง ใจกล้า"
    assert entry["to_"] == "นายกองค์การบริหารส่วนจังหวัดศรีนคร"
    assert entry["remark"] == "LINE ส่งเข้ามา 23 พ.ย. 2569 10.15 น."
    (errand,) = rows(database, errands)
    assert (errand["kind"], errand["lane"]) == ("mirror", "mirror:2569")
    assert errand["due"] > now


def test_what_arrives_after_hours_says_so_and_belongs_to_the_next_working_day(database, file):
    facts = file(datetime(2023, 1, 22, 21, 33, tzinfo=BANGKOK)).facts
    assert facts["after_hours"]
    assert facts["received_at"] == "2023-01-23T08:30:00+07:00"
    assert facts["arrived_at"] == "2023-01-22T21:33:00+07:00"
    (entry,) = rows(database, entries)
    assert entry["remark"] == "LINE ส่งเข้ามา 22 ม.ค. 2566 21.33 น. (นอกเวลาราชการ)"


def test_the_number_belongs_to_the_year_of_receipt(file):
    first = file(datetime(2026, 12, 30, 16, 30, tzinfo=BANGKOK), draft="in time").facts
    late = file(datetime(2026, 12, 30, 23, 59, tzinfo=BANGKOK), draft="too late").facts
    last = file(datetime(2026, 12, 30, 16, 30, 59, tzinfo=BANGKOK), draft="in time too").facts
    assert [(case["number"], case["year"]) for case in (first, late, last)] == [(1, 2569), (1, 2570), (2, 2569)]


def test_the_same_draft_is_filed_once(database, file, now):
    first = file()
    again = file(now + timedelta(minutes=3), details="แก้ไข")
    assert again.again
    assert not first.again
    assert again.id == first.id
    assert {**again.facts, "again": False} == first.facts
    assert len(rows(database, entries)) == len(rows(database, cases)) == len(rows(database, audit_table.audit)) == 1
    assert rows(database, books)[0]["last_number"] == 1


def test_what_is_rolled_back_spends_no_number(database, office, calendar, filing, file, now):
    def fail():
        with database.transaction() as tx:
            open_case(tx, office, calendar, filing(draft="lost"), now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert file().facts["number"] == 1


def test_filing_costs_few_statements(database, office, calendar, filing, staff_group, file, now):
    file(draft="the year's first")
    seen = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    with database.transaction() as tx:
        open_case(tx, office, calendar, filing(draft="counted", messages=("t1", "t2", "t3")), now=now)
    statements = [text for text in seen if not text.startswith("BEGIN")]
    assert len(statements) <= 12, statements


def test_a_case_is_found_by_its_code_however_it_is_typed(database, calendar, file, now):
    code = file().facts["code"]
    with database.reading() as tx:
        for typed in (code, code.lower(), code.replace("-", ""), f" {code[:4]} – {code[5:]} "):
            assert status_by_code(tx, calendar, 7, typed, now)["number"] == 1
        assert status_by_code(tx, calendar, 7, "AAAA-AAAA", now) is None
        assert status_by_code(tx, calendar, 7, "", now) is None


def test_ones_own_cases_come_newest_first_and_nobody_elses(database, calendar, file, now):
    file(draft="mine"), file(draft="mine too"), file(draft="hers", conversation_id=8)
    with database.reading() as tx:
        assert [case["number"] for case in cases_of(tx, calendar, 7, now)] == [2, 1]
        assert cases_of(tx, calendar, 99, now) == []


def test_a_change_reaches_history_audit_and_register(database, calendar, file, now):
    case = file()
    later = now + timedelta(days=1)
    with database.transaction() as tx:
        record(
            tx,
            case.id,
            who="staff:3",
            what="assigned",
            now=later,
            status="assigned",
            action="ส่งกองช่าง",
            text="ส่งกองช่างแล้ว",
        )
    with database.reading() as tx:
        facts = status_by_code(tx, calendar, 7, case.facts["code"], later)
        assert audit.verify(tx) is None
    assert facts["status"] == "ส่งหน่วยงานที่รับผิดชอบแล้ว"
    assert [event["text"] for event in facts["history"]] == ["รับเรื่องแล้ว", "ส่งกองช่างแล้ว"]
    (entry,) = rows(database, entries)
    assert (entry["status"], entry["action"], entry["version"]) == ("ส่งหน่วยงาน", "ส่งกองช่าง", 2)
    event = rows(database, case_events)[-1]
    assert (event["status_before"], event["status_after"], event["actor"]) == ("received", "assigned", "staff:3")
    assert event["note"] == "เรื่องชัดเจน ส่งหน่วยงานได้ทันที"


def test_a_forbidden_change_changes_nothing(database, file, now):
    case = file()
    with pytest.raises(WrongStatus, match="รับเรื่องแล้ว"), database.transaction() as tx:
        record(tx, case.id, who="staff:3", what="closed", now=now, status="closed")
    assert rows(database, cases)[0]["status"] == "received"
    assert len(rows(database, case_events)) == 1


def test_later_papers_join_the_case_with_a_line_in_its_history(database, calendar, file, now):
    case = file()
    with database.transaction() as tx:
        assert (
            add_papers(tx, calendar, "d1", [("c" * 64, "image/png", 5, "x.png", "m9")], "หลุมลึกขึ้นอีก\x00", now)["number"]
            == 1
        )
        assert add_papers(tx, calendar, "never filed", [], "สวัสดี", now) is None
    assert [file["sha256"][0] for file in rows(database, document.case_files)] == ["a", "b", "c"]
    assert rows(database, document.case_words)[0]["text"] == "หลุมลึกขึ้นอีก"
    event = rows(database, case_events)[-1]
    assert event["note"] == "ผู้ร้องส่งเพิ่มเติม: ไฟล์ 1 รายการ และข้อความ 1 รายการ"
    with database.reading() as tx:
        assert len(status_by_code(tx, calendar, 7, case.facts["code"], now)["history"]) == 2


def test_a_message_taken_back_is_marked_but_not_removed(database, file, now):
    file()
    with database.transaction() as tx:
        assert withdraw_message(tx, "m2", now)
        assert not withdraw_message(tx, "m2", now)  # marked already
        assert not withdraw_message(tx, "unknown", now)
        assert not withdraw_message(tx, "", now)
    assert [file["withdrawn"] for file in rows(database, document.case_files)] == [False, True]
    assert rows(database, case_events)[-1]["text"] == ""  # for the officer only


def test_a_case_whose_words_were_taken_back_is_marked(database, file, now):
    file(messages=("t1", "t2"))
    case = file(draft="d2", messages=("t3",), files=())
    with database.transaction() as tx:
        assert withdraw_message(tx, "t3", now)
        assert not withdraw_message(tx, "t3", now)
    marked = {row["message_id"]: row["withdrawn"] for row in rows(database, document.case_words)}
    assert marked == {"t1": False, "t2": False, "t3": True}
    event = rows(database, case_events)[-1]
    assert (event["case_id"], event["what"], event["text"]) == (case.id, "message_withdrawn", "")


def test_later_words_know_every_message_they_came_in(database, calendar, file, now):
    file()
    with database.transaction() as tx:
        add_papers(tx, calendar, "d1", [], "รถล้มอีกคัน\nเมื่อเช้านี้", now, messages=("t8", "t9"))
        assert withdraw_message(tx, "t9", now)
    kept = [(row["text"], row["message_id"], row["withdrawn"]) for row in rows(database, document.case_words)]
    assert kept == [("รถล้มอีกคัน\nเมื่อเช้านี้", "t8", False), ("", "t9", True)]


def test_an_accusation_by_nobody_without_evidence_is_left_to_a_person(file):
    bare = {"kind": "tip", "identity": "anonymous", "name": "", "phone": "", "files": ()}
    assert file(**bare).facts["status"] == "อยู่ระหว่างพิจารณารับเรื่อง"
    assert file(**{**bare, "draft": "d2", "evidence": "มีพยาน"}).facts["status"] == "รับเรื่องแล้ว"
    assert file(**{**bare, "draft": "d3", "kind": "complaint"}).facts["status"] == "รับเรื่องแล้ว"


def test_an_ended_case_is_neither_late_nor_in_time(database, calendar, file, now):
    case = file()
    with database.transaction() as tx:
        record(tx, case.id, who="staff:3", what="forwarded", now=now, status="forwarded")
        facts = status_by_code(tx, calendar, 7, case.facts["code"], now + timedelta(days=90))
    assert (facts["ended"], facts["days_left"]) == (True, None)


def test_a_category_that_the_clerk_removed_meanwhile_becomes_the_last_one(file):
    assert file(category="gone").facts["category"] == "เรื่องอื่น ๆ"


@pytest.mark.parametrize(
    ("identity", "sender"),
    [("open", "สมหญิง ใจกล้า"), ("confidential", "ผู้ร้อง (ปกปิด)"), ("anonymous", "ผู้ร้อง (ไม่ระบุชื่อ)")],
)
def test_the_register_names_only_who_agreed(database, file, identity, sender):
    file(identity=identity)
    assert rows(database, entries)[0]["from_"] == sender
    assert len(rows(database, reporters)) == (identity != "anonymous")
