"""The roster: one account, one entry; and only while the entry is in force (A14, B56)."""

from datetime import date, timedelta

import pytest

from models import audit as trail
from models import conversation
from office import audit, codes, roster
from office.roster import NotAllowed

TODAY = date(2026, 11, 23)
ENTRY = {
    "name": "สมศรี มั่นคง",
    "position": "เจ้าพนักงานธุรการ",
    "role": "saraban",
    "unit": "clerk",
    "order_ref": "12/2569",
    "since": None,
    "until": None,
}


@pytest.fixture
def tx(sqlite):
    with sqlite.transaction() as tx:
        yield tx


@pytest.fixture
def chat(tx, now):
    return lambda name: conversation.meet(tx, "line", f"U{name}", "person", now)


def bound(tx, chat, now, **changes):
    """A member whose account is that of this chat."""
    _, code = roster.add(tx, {**ENTRY, **changes}, now)
    return roster.bind(tx, code, chat, now)


def who(tx, chat, now):
    found = roster.member(tx, "line", chat.address, now)
    return found and found.id


#               from                to                 in force today
VALID = {
    "without end": (None, None, True),
    "from tomorrow": (TODAY + timedelta(days=1), None, False),
    "to the end of today": (TODAY - timedelta(days=9), TODAY, True),
}


@pytest.mark.parametrize(("since", "until", "valid"), VALID.values(), ids=VALID)
def test_an_entry_has_its_time(tx, chat, now, since, until, valid):
    talk = chat("a")
    bound(tx, talk, now, since=since, until=until)
    assert (who(tx, talk, now) == 1) is valid


def test_the_day_after_the_last_it_has_no_effect(tx, chat, now):
    talk = chat("a")
    bound(tx, talk, now, until=TODAY)
    assert who(tx, talk, now.replace(hour=23, minute=59)) == 1
    assert who(tx, talk, now.replace(hour=0) + timedelta(days=1)) is None
    assert roster.new_code(tx, 1, now + timedelta(days=1)) is None


def test_a_time_that_is_over_is_not_taken(tx, now):
    with pytest.raises(NotAllowed):
        roster.add(tx, {**ENTRY, "until": TODAY - timedelta(days=1)}, now)


def test_a_newer_code_voids_the_older(tx, chat, now):
    _, old = roster.add(tx, ENTRY, now)
    new = roster.new_code(tx, 1, now)
    assert roster.bind(tx, old, chat("a"), now) is None
    assert roster.bind(tx, new, chat("b"), now).id == 1


def test_a_code_lives_for_a_day(tx, chat, now):
    _, code = roster.add(tx, ENTRY, now)
    assert roster.bind(tx, code, chat("a"), now + codes.CODE_LIVES) is None


def test_an_account_that_takes_another_entry_leaves_its_own(tx, chat, now):
    talk = chat("a")
    bound(tx, talk, now)
    bound(tx, talk, now, role="head")
    assert roster.member(tx, "line", "Ua", now).role == "head"
    assert roster.listed(tx, now)[0].endswith("ยังไม่ผูกบัญชี")


def test_the_same_account_may_be_bound_again(tx, chat, now):
    talk = chat("a")
    bound(tx, talk, now)
    assert roster.bind(tx, roster.new_code(tx, 1, now), talk, now).id == 1
    assert who(tx, talk, now) == 1
    assert [line["what"] for line in trail.lines(tx)].count("member_unbound") == 1


def test_who_has_left_is_no_member_and_can_come_back_only_as_a_new_entry(tx, chat, now):
    talk = chat("a")
    bound(tx, talk, now)
    assert roster.end(tx, 1, now)
    assert not roster.end(tx, 1, now)
    assert who(tx, talk, now) is None
    assert roster.new_code(tx, 1, now) is None
    assert conversation.find(tx, talk.lane).staff_since is None
    assert bound(tx, talk, now).id == 2
    assert audit.verify(tx) is None


def test_a_member_is_no_staff_group(tx, chat, now):
    bound(tx, chat("a"), now)
    assert conversation.staff_groups(tx) == []
