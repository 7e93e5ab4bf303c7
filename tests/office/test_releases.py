"""A definition that was open once is kept, and nobody changes it under its number."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click import ClickException

import app
from building import wire
from flows.book import open_book
from models.upgrading import upgrade
from office import releases
from settings import read_settings
from tests.house import SERVICES

TRAM = next(service for service in SERVICES if service.key == "tram")


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (TRAM, ""),  # as it was released
        (replace(TRAM, version=2, days=5), ""),  # changed, with a number of its own
        (replace(TRAM, days=5), "โปรดแก้เป็น version = 2"),
        (replace(TRAM, version=0), "เก่ากว่ารุ่นที่เปิดใช้แล้ว (1)"),
    ],
)
def test_a_changed_file_needs_a_new_number(sqlite, clock, now, says):
    with sqlite.transaction() as tx:
        releases.release(tx, [TRAM], clock())
        releases.release(tx, [replace(TRAM, days=99)], clock())  # what is in stays as it was
        faults = releases.changed([now], releases.released(tx), Path("services"))
    assert [fault.text for fault in faults if says in fault.text] == [fault.text for fault in faults]
    assert bool(faults) == bool(says)


def test_the_house_keeps_old_versions_for_their_drafts_and_refuses_silent_changes(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    settings = read_settings()
    wiring = wire(settings)
    upgrade(wiring.database)
    app._with_services(wiring, settings)

    newer = replace(TRAM, version=2, days=5)
    wiring = app._with_services(replace(wiring, book=open_book(wiring.office, [newer])), settings)
    assert wiring.book.offered == (newer,)
    assert wiring.book.pinned("petition.tram", 1).version == 1
    assert wiring.book.latest("petition.tram").version == 2
    assert wiring.book.services["tram", 1].days == TRAM.days  # what a draft of version 1 is filed by

    later = replace(newer, version=3, released=date(2100, 1, 1))
    wiring = app._with_services(replace(wiring, book=open_book(wiring.office, [later])), settings)
    assert wiring.book.offered == (newer,)  # its day has not come

    silent = replace(newer, days=9)
    with pytest.raises(ClickException, match="version = 3"):
        app._with_services(replace(wiring, book=open_book(wiring.office, [silent])), settings)
