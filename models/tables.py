"""Every table of the house, in one place for migrations and tests."""

from models import (
    audit,
    booking,
    case,
    channels,
    checks,
    conversation,
    document,
    errands,
    examinations,
    files,
    inbox,
    jobs,
    marks,
    mirrored,
    outbox,
    people,
    petition,
    proof,
    quota,
    register,
    roster,
)
from models.db import metadata

__all__ = [
    "audit", "booking", "case", "channels", "checks", "conversation", "document", "errands", "examinations", "files",
    "inbox", "jobs", "marks", "metadata", "mirrored", "outbox", "people", "petition", "proof", "quota", "register",
    "roster",
]  # fmt: skip
