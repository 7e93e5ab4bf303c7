"""What the office's page shows before anything is said, and what Meta is to tell us of. Source: Messenger Platform,
"Messenger Profile", "Page subscribed_apps"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.drawing import fitted
from bot.messenger_reading import GET_STARTED, SAYS

#: Echoes tell what was taken and what an officer writes by hand.
FIELDS = ("messages", "message_echoes", "message_edits", "messaging_postbacks", "messaging_referrals", "standby")
#: The menu beside the text field: what somebody may need at any moment. The whole main menu is one tap away.
MENU = ("เมนู", "ติดตามเรื่อง", "ติดต่อเจ้าหน้าที่")
GREETING = 160


def settings(greeting: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path under the page and fields of each call."""
    yield "subscribed_apps", {"subscribed_fields": ",".join(FIELDS)}
    items = [{"type": "postback", "title": title, "payload": SAYS + title} for title in MENU]
    yield (
        "messenger_profile",
        {
            "get_started": {"payload": GET_STARTED},
            "greeting": [{"locale": "default", "text": fitted(greeting, GREETING)}],
            "persistent_menu": [
                {"locale": "default", "composer_input_disabled": False, "call_to_actions": items},
            ],
        },
    )
