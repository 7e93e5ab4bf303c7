"""Every table of the house, in one place for migrations and tests."""

from models import (
    audit,
    case,
    channels,
    conversation,
    document,
    errands,
    files,
    inbox,
    jobs,
    marks,
    outbox,
    people,
    register,
)
from models.db import metadata

__all__ = [
    "audit", "case", "channels", "conversation", "document", "errands", "files", "inbox", "jobs", "marks", "metadata",
    "outbox", "people", "register",
]  # fmt: skip
