"""What a house does with the clerk's files before its doors open: find what is wrong, and take in new versions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flows.book import open_book
from handlers.wiring import Wiring
from models.db import Database
from models.upgrading import is_current
from office import releases
from services.catalogue_file import OFFICE_FILE, read_catalogue
from services.office import Fault, Faulty, read_office


def faults_of(folder: Path, database: Database | None) -> list[Fault]:
    """What is wrong in the files of the office and of its services, or was changed under a released number (as far as
    there is a database that knows what was released)."""
    found, units = list[Fault](), None
    try:
        units = {unit.key for unit in read_office(folder / OFFICE_FILE).units}
    except Faulty as faulty:
        found += faulty.faults
    try:
        services = read_catalogue(folder, units)
    except Faulty as faulty:
        return [*found, *faulty.faults]
    if database is None or not (database.exists() and is_current(database)):
        return found
    with database.reading() as tx:
        return found + releases.changed(services, releases.released(tx), folder)


def with_services(wiring: Wiring, folder: Path) -> Wiring:
    """With every version of every service that was ever open; those whose day has come are open from now on.

    Raises Faulty if one of them says something else than before under the same number.
    """
    files, now = wiring.book.offered, wiring.now()
    with wiring.database.transaction() as tx:
        before = releases.released(tx)
        if faults := releases.changed(files, before, folder):
            raise Faulty(faults)
        offered = releases.open_on(files, before, now)
        releases.release(tx, offered, now)
    return replace(wiring, book=open_book(wiring.office, offered, before))
