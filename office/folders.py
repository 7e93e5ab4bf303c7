"""แฟ้ม: what a number in the register of incoming letters leads to, and who of the staff may open it.

Whoever brought a tip or a confidential complaint is protected: the officers of the centre and the head alone may open
it, for a reason that is kept (A22, OFFICE_RULES §6.1). Everybody else has what their duty needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models import case, register
from models.db import Tx
from office import audit, roster
from office.filing import protected
from office.roster import Member
from services.office import Office


@dataclass(frozen=True)
class Folder:
    """A line of the register. `case_id`: None of a letter that is no case; `unit`: the key of the unit whose matter it
    is, "" if none; `guarded`: whoever brought it is protected."""

    entry_id: int
    case_id: int | None
    unit: str
    guarded: bool

    @property
    def subject(self) -> str:
        """Its chain in the audit trail."""
        return f"letterfile:{self.entry_id}" if self.case_id is None else f"casefile:{self.case_id}"


def find(tx: Tx, office: Office, number: int, year: int) -> Folder | None:
    """The folder with this number; None if there is none."""
    entry = register.entry(tx, "incoming", year, number)
    return of_entry(tx, office, entry["id"]) if entry else None


def of_entry(tx: Tx, office: Office, entry_id: int) -> Folder | None:
    """The folder of this line of the register."""
    entry = register.entry_by_id(tx, entry_id)
    if entry is None:
        return None
    row = case.by_id(tx, entry["case_id"]) if entry["case_id"] else None
    if row is not None:
        return Folder(entry_id, row["id"], row["unit"], protected(row))
    unit = next((unit.key for unit in office.units if unit.name == entry["unit"]), "")
    return Folder(entry_id, None, unit, guarded=False)


def may_open(who: Member | None, folder: Folder) -> bool:
    """Whether this folder is theirs to read."""
    if who is None or not roster.may(who, "open"):
        return False
    if folder.guarded:
        return who.role in roster.GUARDIANS
    return who.role != "officer" or who.unit == folder.unit != ""


def note_link(tx: Tx, folder: Folder, who: Member, why: str, now: datetime) -> None:
    """They were given a link, and for what reason they asked; the openings come after it in the same chain."""
    if folder.case_id is None:
        register.lock_entry(tx, folder.entry_id)
    else:
        case.lock(tx, folder.case_id)
    audit.note(tx, who.key, "link_given", folder.subject, None, {"why": why}, now)
