"""What goes to a sheet abroad is masked first: no identity number, whoever wrote it where (OFFICE_RULES §6.2)."""

from __future__ import annotations

import re

#: Thirteen digits, Arabic or Thai, as people write them: 1101700123456, 1-1017-00123-45-6, 1 1017 00123 45 6.
_ID = re.compile(r"(?<![\d-])(\d)[ -]?(\d{4})[ -]?\d{5}[ -]?\d{2}[ -]?(\d)(?![\d-])")


def masked(text: str) -> str:
    """The text with "1-1017-xxxxx-xx-6" in place of every identity number."""
    return _ID.sub(r"\1-\2-xxxxx-xx-\3", text)
