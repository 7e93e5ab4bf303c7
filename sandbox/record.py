"""What a stand-in keeps of each call of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Call:
    """One call of the product to a stand-in. `json` is what it sent, `answer` what it got (None when binary)."""

    at: datetime
    method: str
    path: str
    operation: str
    status: int
    json: Any = None
    answer: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
