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
    "inbox", "jobs", "marks", "metadata", "outbox", "people", "petition", "proof", "quota", "register", "roster",
]  # fmt: skip
