"""Every table of the house, in one place for migrations and tests."""

from models import (
    audit,
    case,
    channels,
    checks,
    conversation,
    document,
    errands,
    files,
    inbox,
    jobs,
    marks,
    outbox,
    people,
    quota,
    register,
)
from models.db import metadata

__all__ = [
    "audit", "case", "channels", "checks", "conversation", "document", "errands", "files", "inbox", "jobs", "marks",
    "metadata", "outbox", "people", "quota", "register",
]  # fmt: skip
