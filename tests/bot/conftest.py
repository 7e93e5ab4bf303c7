"""Somebody on Messenger."""

from __future__ import annotations

import pytest

from tests.house import House, MessengerPhone


@pytest.fixture
def phone(small_house: House) -> MessengerPhone:
    """Somebody who has written once and was answered."""
    phone = small_house.messenger_citizen()
    phone.types("สวัสดี")
    return phone
