"""The tables of the office's matters and the small queries upon them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from models import case, document, people, register
from models.db import metadata
from models.tables import metadata as all_tables

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CASE = {
    "draft": "d1",
    "code": "AAAA-AAAA",
    "kind": "complaint",
    "secret": False,
    "category": "road",
    "category_title": "ถนน",
    "unit": "works",
    "unit_name": "กองช่าง",
    "unit_phone": "0 2000 1240",
    "subject": "ร้องเรียน",
    "details": "หลุม",
    "spot_words": "",
    "spot_link": "",
    "identity": "open",
    "evidence": "",
    "status": "received",
    "arrived_at": NOW,
    "received_at": NOW,
    "due": date(2026, 12, 1),
    "days": 7,
    "counting": "working",
    "basis": "ม.38",
    "channel": "line",
    "flow": "complaint",
    "flow_version": 1,
    "notice_version": 1,
    "created_at": NOW,
    "version": 1,
}


@pytest.fixture
def case_id(database):
    with database.transaction() as tx:
        return case.add(tx, CASE)


def test_a_draft_is_kept_once(database, case_id):
    with database.transaction() as tx:
        assert case.add(tx, {**CASE, "code": "CCCC-CCCC"}) is None
        assert case.id_of_draft(tx, "d1") == case_id
        assert case.id_of_draft(tx, "d2") is None


def test_a_tracking_code_is_never_given_twice(database, case_id):
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as tx:
        case.add(tx, {**CASE, "draft": "d2"})


@pytest.mark.parametrize("wrong", [{"kind": "joke"}, {"identity": "masked"}])
def test_only_known_kinds_and_identities_are_kept(database, wrong):
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as tx:
        case.add(tx, {**CASE, **wrong})


def test_a_change_is_counted(database, case_id):
    with database.transaction() as tx:
        case.change(tx, case_id, status="screening")
        kept = case.lock(tx, case_id)
        assert (kept["status"], kept["version"]) == ("screening", 2)
        assert case.lock(tx, 999) is None


def test_moments_come_back_as_they_went_in(database, case_id):
    with database.reading() as tx:
        assert case.lock(tx, case_id)["received_at"] == NOW


def test_two_books_of_a_kind_and_year_cannot_be(database):
    with database.transaction() as tx:
        assert register.next_number(tx, "incoming", 2569)[1] == 1
        assert register.next_number(tx, "incoming", 2569)[1] == 2
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as tx:
        tx.execute(sa.insert(register.books).values(kind="incoming", year=2569, last_number=0))


def test_a_file_is_held_as_long_as_a_case_has_it(database, case_id):
    facts = {"kind": "image/png", "size": 3, "name": "x", "message_id": "m1", "added_at": NOW, "source": "citizen"}
    with database.transaction() as tx:
        document.add_files(tx, [{"case_id": case_id, "sha256": "a" * 64, **facts}])
        document.add_words(tx, {"case_id": case_id, "text": "ด้วย", "message_id": "m1", "added_at": NOW})
        assert document.is_filed(tx, "a" * 64)
        assert not document.is_filed(tx, "b" * 64)
        assert document.mark_withdrawn(tx, "m1") == [case_id]
        assert document.mark_withdrawn(tx, "m1") == []
        assert document.files_of(tx, case_id)[0]["withdrawn"]


def test_a_notice_counts_from_the_first_time_it_was_shown(database):
    with database.transaction() as tx:
        assert people.last_notice(tx, 5) == 0
        people.notice_was_shown(tx, 5, 1, NOW)
        people.notice_was_shown(tx, 5, 1, NOW + timedelta(days=1))
        people.notice_was_shown(tx, 5, 2, NOW)
        assert people.last_notice(tx, 5) == 2
        first = tx.one(sa.select(people.notices_shown).where(people.notices_shown.c.notice == 1))
        assert first["at"] == NOW


def test_every_constraint_has_a_name_that_a_migration_can_use():
    assert metadata is all_tables
    for table in metadata.sorted_tables:
        assert all(constraint.name for constraint in table.constraints), table.name
        assert not any(column.server_default for column in table.columns), table.name
