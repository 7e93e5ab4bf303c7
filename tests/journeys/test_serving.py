"""The operator's side: opening, closing, looking after the office; and what a bad day does to it."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import upgrading
from models.inbox import arrivals
from models.outbox import outgoing
from tests.house import House, words
from tests.journeys.patience import until
from tests.journeys.processes import ROOT, Premises, Process, free_port, premises
from tests.journeys.trouble import cure, poison


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    folder = tmp_path_factory.mktemp("office")
    with premises(f"sqlite:///{folder / 'office.db'}", folder) as place:
        yield place


@pytest.fixture(scope="module")
def opened(place: Premises) -> Process:
    """An office that is open; on SQLite, with all its work in one process."""
    return place.open_doors("run")


def test_the_tables_can_be_brought_up_to_date_twice(place: Premises) -> None:
    assert [place.do("upgrade")[0] for _ in range(2)] == [0, 0]


def test_a_second_office_on_the_same_file_is_refused_in_one_sentence(place: Premises, opened: Process) -> None:
    for command in ("run", "worker", "clock"):
        code, said = place.do(command, PORT=str(free_port()))
        assert code == 1
        assert "มีโปรแกรมอื่นให้บริการฐานข้อมูลไฟล์นี้อยู่แล้ว" in said
        assert "Traceback" not in said
    assert place.health()


def test_a_staff_group_is_let_in_by_a_code_made_beside_the_open_office(place: Premises, opened: Process) -> None:
    members = [place.world.add_person(f"เจ้าหน้าที่ {n}", follow=False).id for n in range(2)]
    group = place.world.add_group("กลุ่มเจ้าหน้าที่", members)
    code, said = place.do("desk-code")
    typed = re.search(r"เปิดใช้ \S+", said)
    assert code == 0
    assert typed
    place.world.say(members[0], typed[0], chat=group.id)
    assert place.world.wait_for(lambda: bool(place.world.said(group.id)))
    assert "เปิดใช้กลุ่มเจ้าหน้าที่แล้ว" in words(place.world.said(group.id)[0])


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")
def test_a_full_disk_is_answered_503_and_nothing_is_lost(place: Premises, opened: Process) -> None:
    """No file of the server may grow: for SQLite that is a full disk."""
    world, secret = place.world, "เรื่องลับมาก"
    user = world.add_person(follow=False).id
    with world.held() as events:
        world.say(user, secret)
    child, limits = opened.child(), resource.prlimit(opened.child(), resource.RLIMIT_FSIZE)
    resource.prlimit(child, resource.RLIMIT_FSIZE, (4096, limits[1]))
    assert [world.deliver(events[0]).status for _ in range(3)] == [503] * 3
    resource.prlimit(child, resource.RLIMIT_FSIZE, limits)
    assert world.deliver(events[0], redelivery=True).status == 200
    assert world.wait_for(lambda: bool(world.said(user)))
    assert len(place.rows(arrivals, arrivals.c.lane == f"line:{user}")) == 1
    assert "webhook_not_stored" in opened.said
    for telling in (secret, user, ascii(secret)[1:-1]):
        assert telling not in opened.said


def test_while_line_hangs_every_webhook_is_answered_in_time_and_in_the_end_every_citizen(
    place: Premises, opened: Process
) -> None:
    world = place.world
    world.set_weather("hang")
    everybody = [world.add_person(follow=False).id for _ in range(50)]
    with world.held() as events:
        for user in everybody:
            world.say(user, "สวัสดี")
    with ThreadPoolExecutor(16) as pool:
        assert {done.status for done in pool.map(world.deliver, events)} == {200}
    assert not any(world.said(user) for user in everybody)
    world.set_weather("ok")
    assert world.wait_for(lambda: all(world.said(user) for user in everybody), 20)


def test_told_to_stop_while_line_hangs_the_office_ends_in_time_and_goes_on_where_it_was(place: Premises) -> None:
    world = place.world
    place.close_all()
    office = place.open_doors("run")
    world.set_weather("hang")
    users = [world.add_person(follow=False).id for _ in range(3)]
    for user in users:
        world.say(user, "สวัสดี")
    until(lambda: len(place.rows(outgoing, outgoing.c.state == "waiting", outgoing.c.attempts > 0)) >= 3)
    assert office.end(within=10) == 0
    world.set_weather("ok")
    place.time_passes()
    place.open_doors("run")
    assert world.wait_for(lambda: all(world.said(user) for user in users))
    until(place.settled)
    assert [len(world.said(user)) for user in users] == [1] * 3


ALL_IS_WELL = {"PUBLIC_URL": "https://office.example"}


def test_the_check_has_nothing_to_say_of_a_good_office(place: Premises) -> None:
    assert place.do("check", **ALL_IS_WELL) == (0, "ตรวจแล้ว ไม่พบข้อผิดพลาด\n")


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"PORT": "8o00"}, "environment: PORT: ต้องเป็นตัวเลข 1 ถึง 65535"),
        ({"LINE_CHANNEL_SECRET": ""}, "environment: LINE_CHANNEL_SECRET: ต้องกำหนดคู่กับ LINE_CHANNEL_ACCESS_TOKEN"),
        ({"LINE_CHANNEL_ACCESS_TOKEN": "", "PORT": "0"}, "environment: PORT: ต้องเป็นตัวเลข 1 ถึง 65535"),
    ],
    ids=["no port", "half a pair", "two at once"],
)
def test_the_check_names_every_setting_that_cannot_be_right(
    place: Premises, wrong: dict[str, str], complaint: str
) -> None:
    code, said = place.do("check", **ALL_IS_WELL, **wrong)
    assert code == 1
    assert complaint in said.splitlines()
    assert len(said.splitlines()) == len(wrong)


def test_the_check_finds_the_line_of_a_fault_in_the_offices_file(place: Premises, tmp_path: Path) -> None:
    lines = (ROOT / "services" / "office.toml").read_text().splitlines()
    number = lines.index('opens = "08:30"')
    lines[number] = 'opens = "แปดโมงครึ่ง"'
    (tmp_path / "office.toml").write_text("\n".join(lines))
    code, said = place.do("check", **ALL_IS_WELL, SERVICES_DIR=str(tmp_path))
    assert code == 1
    assert said.startswith(f"{tmp_path / 'office.toml'}:{number + 1}: “opens”")


def test_a_poisoned_event_is_given_up_within_a_minute_told_of_and_handled_once_the_trouble_is_over(
    house: House,
) -> None:
    database, phone, group = house.wiring.database, house.citizen(), house.staff_group()
    poison(database, "poisoned")
    for text in ("poisoned", "เมนู"):
        house.world.say(phone.user, text)
    began = house.clock()
    while not stuck(house) and (house.clock() - began).total_seconds() < 60:
        house.later(seconds=1)
    house.later(seconds=1)
    (given_up,) = stuck(house)
    assert (given_up["finished_at"] - given_up["kept_at"]).total_seconds() < 60
    apology, menu = (words(message) for message in phone.said()[-2:])
    assert "ขออภัย ระบบขัดข้อง" in apology
    assert "ยินดีให้บริการ" in menu
    assert f"ข้อความเข้าเลขที่ {given_up['id']} ประมวลผลไม่สำเร็จ" in group.last
    cure(database)
    operator_sends_again(house, f"arrivals:{given_up['id']}")
    before = len(phone.said())
    house.settle()
    assert stuck(house) == []
    assert len(phone.said()) == before + 1


def stuck(house: House) -> list[sa.RowMapping]:
    with house.wiring.database.reading() as tx:
        return list(tx.all(sa.select(arrivals).where(arrivals.c.state == "stuck")))


def operator_sends_again(house: House, name: str) -> None:
    """`app.py stuck` names it and tells nothing of its content; `--again` has it done again."""
    upgrading._run(house.wiring.database, "stamp", "head")
    url = house.wiring.database.url.render_as_string(hide_password=False)
    desk = Premises(url, house.registers.parent, house.world, "http://127.0.0.1:9")
    code, listed = desk.do("stuck")
    assert code == 0, listed
    assert listed.startswith(f"{name}  ")
    assert "poisoned" not in listed
    assert desk.do("stuck", "--again", name, "--again", "arrivals:999") == (
        0,
        f"{name}: ให้ทำใหม่แล้ว\narrivals:999: ไม่พบรายการนี้\n",
    )
    desk.leave()
