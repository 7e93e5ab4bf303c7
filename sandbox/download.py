"""What a browser is told of a file that it shall save."""

from __future__ import annotations

from urllib.parse import quote


def saved_as(name: str) -> str:
    """Content-Disposition with a name in any language (RFC 6266); header lines themselves are Latin only."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
