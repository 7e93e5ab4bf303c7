"""Which status may follow which: the full matrix."""

import pytest

from office import workflow
from office.workflow import CHANGES, ENDED, STATUSES, WrongStatus

PAIRS = [(before, after) for before in STATUSES for after in STATUSES]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_a_change_has_its_reason_or_is_refused(before, after):
    if after in CHANGES[before]:
        assert workflow.reason(before, after).strip()
    else:
        with pytest.raises(WrongStatus, match=STATUSES[before].title):
            workflow.reason(before, after)


def test_the_table_knows_every_status_and_no_other():
    assert set(CHANGES) == set(STATUSES)
    assert {after for row in CHANGES.values() for after in row} <= set(STATUSES)
    assert all(before not in row for before, row in CHANGES.items())


def test_every_status_can_be_reached():
    reached, front = set(), {"received", "unsigned"}
    while front:
        reached |= front
        front = {after for before in front for after in CHANGES[before]} - reached
    assert reached | {"payment"} == set(STATUSES)


def test_no_open_case_is_a_dead_end():
    assert all(CHANGES[key] for key in STATUSES if key not in ENDED)


def test_a_case_is_withdrawn_only_after_identity_was_proven():  # S2 #3.3(2)(d)
    assert [before for before in STATUSES if "withdrawn" in CHANGES[before]] == ["identity"]


def test_a_case_is_struck_off_only_while_papers_are_waited_for():  # S2 #3.1
    assert [before for before in STATUSES if "struck_off" in CHANGES[before]] == ["papers"]


def test_an_unknown_status_is_refused():
    with pytest.raises(WrongStatus):
        workflow.reason("received", "lost")
