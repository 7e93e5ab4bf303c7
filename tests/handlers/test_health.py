"""`GET /health`: well, or what is wrong; never a word of any citizen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from handlers.health import ARRIVAL_AGE, MESSAGE_AGE, TICK_AGE
from tests.house import House
from tests.journeys import stories


def look(house: House, status: int = 200) -> dict[str, Any]:
    answer = house.client.get("/health")
    assert answer.status_code == status
    assert answer.is_json
    return dict(answer.get_json())


def tick(house: House) -> None:
    house.clock.moment = house.clock.moment.replace(microsecond=0)
    stories.run_job(house, "tick")


def test_a_house_that_is_awake_says_so(house: House) -> None:
    tick(house)
    assert look(house) == {
        "status": "ok",
        "database": "ok",
        "oldest_arrival_seconds": None,
        "oldest_message_seconds": None,
        "last_clock_tick": house.clock().isoformat(),
        "mirror": None,
        "mirror_age_seconds": None,
        "channels": {"line": "ok", "messenger": "ok"},
        "quota": {},
        "stuck": {"arrivals": 0, "outgoing": 0, "errands": 0},
    }


def test_before_the_first_tick_it_is_well_too(small_house: House) -> None:
    assert (look(small_house)["status"], look(small_house)["last_clock_tick"]) == ("ok", None)


def test_a_clock_that_stands_still_is_noticed(small_house: House) -> None:
    tick(small_house)
    small_house.clock.pass_(seconds=TICK_AGE.total_seconds())
    assert look(small_house)["status"] == "ok"
    small_house.clock.pass_(seconds=1)
    assert look(small_house)["status"] == "degraded"


def test_an_event_that_waits_too_long_is_noticed(house: House) -> None:
    citizen = house.citizen()
    house.world.say(citizen.user, "สวัสดี")
    house.world.wait_idle()
    house.clock.pass_(seconds=ARRIVAL_AGE.total_seconds())
    assert (look(house)["oldest_arrival_seconds"], look(house)["status"]) == (120.0, "ok")
    house.clock.pass_(seconds=1)
    assert look(house)["status"] == "degraded"
    house.settle()
    assert (look(house)["oldest_arrival_seconds"], look(house)["status"]) == (None, "ok")


def test_a_message_that_waits_too_long_is_noticed(small_house: House) -> None:
    small_house.staff_group()
    small_house.world.next_answers("push", ["500"] * 20)
    stories.complains(small_house.citizen())
    small_house.later(seconds=MESSAGE_AGE.total_seconds() + 60)
    found = look(small_house)
    assert found["oldest_message_seconds"] > MESSAGE_AGE / timedelta(seconds=1)
    assert found["status"] == "degraded"


def test_a_database_that_does_not_answer_is_503(house: House) -> None:
    with house.wiring.database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE arrivals RENAME TO away"))
    assert look(house, 503) == {"status": "degraded", "database": "unreachable"}


@pytest.mark.parametrize("weather", ["401", "quota"])
def test_a_channel_in_trouble_is_named(small_house: House, weather: str) -> None:
    group = small_house.staff_group()
    citizen = small_house.citizen()
    stories.to_check_page(citizen, stories.COMPLAINT, "ถนน ทางเท้า", "หน้าตลาดสด", "ถนนเป็นหลุมลึก")
    small_house.world.set_weather(weather)  # type: ignore[arg-type]
    citizen.taps(stories.SEND)
    small_house.later(minutes=2)
    assert look(small_house)["status"] == "degraded"
    assert look(small_house)["channels"]["line"] in ("stopped", "spent")
    assert group.chat not in str(look(small_house))


def test_nothing_of_a_citizen_shows(small_house: House) -> None:
    citizen = small_house.citizen("สมชาย ใจดี")
    stories.complains(citizen, identity="แจ้งชื่อ", name="สมชาย ใจดี", number="0812345678")
    text = small_house.client.get("/health").get_data(as_text=True)
    assert not any(word in text for word in (citizen.user, "สมชาย", "081", "ตลาด", "\\u"))
