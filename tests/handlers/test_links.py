"""Links outlive a change of the key that signs them, as long as the key before it is named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.links import Altered, Links

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def token(links: Links) -> str:
    return links.make(7, "draft", NOW)[0].rpartition("/")[2]


def test_the_key_before_reads_and_no_longer_signs() -> None:
    before, during, after = Links("old", ""), Links("new", "", "old"), Links("new", "")
    assert during.read(token(before)).conversation_id == 7
    assert after.read(token(during)).conversation_id == 7
    with pytest.raises(Altered):
        after.read(token(before))
