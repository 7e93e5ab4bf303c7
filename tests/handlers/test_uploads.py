"""The doors of ไฟล์ใหญ่: the page behind a signed link, and tus 1.0 for the files."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from building import web
from handlers import nightly, stuck, uploaded, uploads
from handlers.attachments import keep_usable
from handlers.links import GOOD_FOR, Altered
from handlers.sweeping import sweep
from models.files import FileStore, note_upload
from models.files import uploads as brought
from models.inbox import arrivals
from models.parts import NoSuchPart
from office.examination import Examiner
from tests.house import House, Phone, actions
from tests.journeys.stories import PROGRAM, age_files, at_photos, kept_files, photo, rows, run_job, text_of

BYTES = photo(7).data + bytes(9000)  # over 4096, so that it is looked at before it is whole


@pytest.fixture
def citizen(small_house: House) -> Phone:
    citizen = small_house.citizen()
    at_photos(citizen)
    return citizen


def link(citizen: Phone) -> str:
    """The path that the citizen's button leads to."""
    citizen.types("ไฟล์ใหญ่")
    found = [action["uri"] for message in citizen.said()[-2:] for action in actions(message) if "uri" in action]
    return str(found[-1]).removeprefix("http://127.0.0.1:9")


class Sender:
    """What the page does, request by request."""

    def __init__(self, house: House, path: str) -> None:
        self.client = house.client
        self.headers = {"Authorization": f"Bearer {path.rsplit('/', maxsplit=1)[-1]}", "Tus-Resumable": "1.0.0"}

    def call(self, method: str, path: str = "/uploads/parts", data: bytes = b"", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, method=method, data=data, headers={**self.headers, **named})

    def begin(self, length: int = len(BYTES), name: str = "แบบแปลน.jpg", **metadata: str) -> Any:
        pairs = {"filename": name, **metadata}
        told = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in pairs.items())
        return self.call("POST", Upload_Length=str(length), Upload_Metadata=told)

    def part(self, **wanted: Any) -> str:
        return str(self.begin(**wanted).headers["Location"])

    def send(self, part: str, data: bytes = BYTES, offset: int = 0, **headers: str) -> Any:
        kind = {"Content_Type": "application/offset+octet-stream", **headers}
        return self.call("PATCH", part, data, Upload_Offset=str(offset), **kind)

    def offset(self, part: str) -> int:
        return int(self.call("HEAD", part).headers["Upload-Offset"])


@pytest.fixture
def sender(small_house: House, citizen: Phone) -> Sender:
    return Sender(small_house, link(citizen))


# --- the link and the page ---


def test_looking_at_the_page_uses_nothing_up_and_tells_nobody_where_it_was(small_house: House, citizen: Phone) -> None:
    path = link(citizen)
    for _ in range(3):
        answer = small_house.client.get(path)
        assert answer.status_code == 200
    headers = answer.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


def test_an_expired_link_says_how_to_get_another(small_house: House, citizen: Phone) -> None:
    path = link(citizen)
    small_house.clock.pass_(seconds=(GOOD_FOR + timedelta(seconds=1)).total_seconds())
    answer = small_house.client.get(path)
    assert answer.status_code == 410
    assert "พิมพ์ “ไฟล์ใหญ่”" in answer.text
    assert Sender(small_house, path).begin().status_code == 410


def test_an_altered_link_leads_nowhere(small_house: House, citizen: Phone) -> None:
    path = link(citizen)
    payload, signature = path.rsplit(".", 1)
    for altered in (f"{payload}x.{signature}", f"{payload}.{signature[:-3]}AAA", "/uploads/anything"):
        assert small_house.client.get(altered).status_code == 404
        assert Sender(small_house, altered).begin().status_code == 403


def test_a_link_of_another_purpose_is_none(small_house: House) -> None:
    from itsdangerous import URLSafeSerializer

    with pytest.raises(Altered):
        small_house.wiring.links.read(str(URLSafeSerializer("secret-key", salt="other").dumps([1, "draft", 9**9])))


# --- the protocol ---


def test_what_the_server_can_do(sender: Sender) -> None:
    told = sender.call("OPTIONS").headers
    assert (told["Tus-Version"], told["Tus-Extension"]) == ("1.0.0", "creation,termination")
    assert told["Tus-Max-Size"] == "500000000"


def test_a_file_comes_piece_by_piece_and_is_received_once(small_house: House, sender: Sender) -> None:
    part = sender.part()
    assert sender.send(part, BYTES[:6000]).headers["Upload-Offset"] == "6000"
    assert sender.offset(part) == 6000
    answer = sender.send(part, BYTES[6000:], 6000)
    assert answer.status_code == 204
    assert answer.headers["Upload-Received"].startswith("2026-11-24T03:")
    assert sender.offset(part) == len(BYTES)  # the answer may have been lost: asked again, it is the same
    assert sender.send(part, BYTES[6000:], 6000).status_code == 409
    assert len(rows(small_house, arrivals, arrivals.c.event_id.startswith("upload:"))) == 1
    assert kept_files(small_house) == [BYTES]


def test_a_piece_at_another_offset_is_refused_with_the_right_one(sender: Sender) -> None:
    part = sender.part()
    answer = sender.send(part, BYTES, 5)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "0")
    assert sender.offset(part) == 0


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (412, {"Tus_Resumable": "0.2.2"}),
        (415, {"Content_Type": "image/jpeg"}),
        (400, {"Upload_Offset": "-1"}),
        (403, {"Authorization": "Bearer nobody"}),
    ],
)
def test_what_does_not_follow_the_protocol_is_refused(sender: Sender, status: int, headers: dict[str, str]) -> None:
    part = sender.part()
    given = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": "0", **headers}
    assert sender.call("PATCH", part, BYTES, **given).status_code == status
    assert sender.offset(part) == 0


def test_more_than_was_announced_is_not_taken(sender: Sender) -> None:
    part = sender.part(length=5000)
    assert sender.send(part, BYTES[:5001]).status_code == 413
    assert sender.offset(part) == 0


def test_a_piece_larger_than_the_page_sends_is_not_read(sender: Sender) -> None:
    part = sender.part(length=20_000_000)
    assert sender.send(part, bytes(uploads.LARGEST_PIECE + 1)).status_code == 413


@pytest.mark.parametrize(
    ("length", "status", "words"),
    [(500_000_001, 413, "ใหญ่เกิน 500 MB"), (0, 415, "ว่างเปล่า")],
)
def test_a_file_that_cannot_be_taken_is_refused_at_the_beginning(
    sender: Sender, length: int, status: int, words: str
) -> None:
    answer = sender.begin(length=length)
    assert answer.status_code == status
    assert words in answer.text


def test_a_day_holds_so_much_and_no_more(sender: Sender) -> None:
    for _ in range(4):
        assert sender.begin(length=500_000_000).status_code == 201
    assert sender.begin(length=1).status_code == 413


def test_a_disk_that_is_full_is_said_to_be(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=uploads.RESERVE + 3 * len(BYTES) - 1))
    assert sender.begin().status_code == 507


def test_a_program_is_refused_after_its_first_piece(small_house: House, sender: Sender) -> None:
    part = sender.part(length=100_000)
    answer = sender.send(part, PROGRAM * 5)
    assert answer.status_code == 415
    assert "เพื่อความปลอดภัย" in answer.text
    assert sender.call("HEAD", part).status_code == 404
    assert list((small_house.registers.parent / "uploads").iterdir()) == []


def test_a_short_program_is_refused_when_it_is_whole(small_house: House, sender: Sender) -> None:
    part = sender.part(length=len(PROGRAM))
    assert sender.send(part, PROGRAM).status_code == 415
    age_files(small_house)
    small_house.later(hours=3)
    assert kept_files(small_house) == []


def test_bytes_that_were_refused_stay_if_somebody_elses_same_bytes_were_accepted_meanwhile(
    small_house: House, citizen: Phone
) -> None:
    """The machine may have been in trouble the first time."""
    wiring = small_house.wiring
    assert keep_usable(wiring, [PROGRAM], 10_000) == "program"
    (sha256,) = wiring.files.digests()
    with wiring.database.transaction() as tx:
        note_upload(tx, sha256, 1, "other", small_house.clock())
    age_files(small_house)
    small_house.later(hours=3)
    assert kept_files(small_house) == [PROGRAM]


def test_two_who_write_at_once_do_not_mix(small_house: House, sender: Sender) -> None:
    part = sender.part()
    with small_house.wiring.parts.held(part.split("/")[-1]):
        assert sender.send(part).status_code == 423
    assert sender.send(part).status_code == 204


def test_slow_uploads_leave_threads_for_webhooks(
    small_house: House, citizen: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "WRITERS", 0)
    small_house.client = web(small_house.wiring).test_client()
    sender = Sender(small_house, link(citizen))
    answer = sender.send(sender.part())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_what_was_taken_back_is_gone(sender: Sender) -> None:
    part = sender.part()
    assert sender.call("DELETE", part).status_code == 204
    assert sender.send(part).status_code == 404


def test_a_part_is_nobody_elses(small_house: House, sender: Sender) -> None:
    other = small_house.citizen("สมหญิง")
    at_photos(other)
    stranger = Sender(small_house, link(other))
    part = sender.part()
    assert [stranger.call(method, part).status_code for method in ("HEAD", "DELETE")] == [404, 404]
    assert stranger.send(part).status_code == 404
    assert sender.offset(part) == 0


def test_a_name_is_only_a_name(small_house: House, sender: Sender) -> None:
    part = sender.part(name="..\\..\\etc/passwd\x00\n")
    assert small_house.wiring.parts.find(part.split("/")[-1]).name == "passwd"


def test_metadata_that_is_no_base64_is_refused(sender: Sender) -> None:
    assert sender.call("POST", Upload_Length="9", Upload_Metadata="filename ???").status_code == 400


# --- what breaks off ---


def test_what_was_begun_in_time_may_be_finished_later(small_house: House, sender: Sender) -> None:
    part = sender.part()
    sender.send(part, BYTES[:5000])
    small_house.clock.pass_(hours=20)
    assert sender.send(part, BYTES[5000:], 5000).status_code == 204
    assert kept_files(small_house) == [BYTES]


def test_after_a_crash_before_the_receipt_the_page_or_the_clock_hands_it_in(small_house: House, sender: Sender) -> None:
    first, second = sender.part(), sender.part()
    parts = small_house.wiring.parts
    for path in (first, second):  # all bytes have come, and then the process died
        with parts.held(path.split("/")[-1]) as part:
            parts.append(part, [BYTES])
    assert "Upload-Received" in sender.call("HEAD", first).headers
    run_job(small_house, "mind_uploads")
    assert "Upload-Received" in sender.call("HEAD", second).headers
    assert len(rows(small_house, arrivals, arrivals.c.event_id.startswith("upload:"))) == 2


@pytest.mark.parametrize("given_up", [False, True])
def test_what_was_received_is_there_when_its_turn_comes(small_house: House, sender: Sender, *, given_up: bool) -> None:
    """The workers are down over a weekend; or the arrival is given up, and done again."""
    wiring = small_house.wiring
    assert "Upload-Received" in sender.send(sender.part()).headers
    (arrival,) = rows(small_house, arrivals, arrivals.c.event_id.startswith("upload:"))
    if given_up:
        with wiring.database.transaction() as tx:
            tx.execute(sa.update(arrivals).where(arrivals.c.id == arrival["id"]).values(state="stuck"))
    age_files(small_house)
    nightly.sweep_files(wiring, small_house.clock.pass_(hours=30))
    if given_up:
        with wiring.database.transaction() as tx:
            assert stuck.again(tx, f"arrivals:{arrival['id']}", small_house.clock())
    small_house.settle()
    assert len(rows(small_house, brought)) == 1
    assert kept_files(small_house) == [BYTES]


def test_what_somebody_has_just_brought_again_is_not_swept(small_house: House) -> None:
    files = small_house.wiring.files
    sha256 = files.keep([b"abc"], 9).sha256
    age_files(small_house)
    sweep(small_house.wiring, sha256)
    assert kept_files(small_house) == [b"abc"]
    small_house.clock.pass_(hours=2)
    sweep(small_house.wiring, sha256)
    assert kept_files(small_house) == []


def test_parts_are_swept_after_a_day(small_house: House, sender: Sender) -> None:
    part = sender.part()
    sender.send(part, BYTES[:5000])
    small_house.clock.pass_(hours=25)
    run_job(small_house, "mind_uploads")
    with pytest.raises(NoSuchPart):
        small_house.wiring.parts.find(part.split("/")[-1])
    assert list((small_house.registers.parent / "uploads").iterdir()) == []


def test_a_damaged_part_is_in_nobodys_way(small_house: House, sender: Sender) -> None:
    """A power cut may leave facts without words, and a crash facts without bytes."""
    folder = small_house.registers.parent / "uploads"
    empty, half, sound = (sender.part().split("/")[-1] for _ in range(3))
    (folder / f"{empty}.json").write_text("")
    (folder / f"{half}.part").unlink()
    assert sender.call("HEAD", f"/uploads/parts/{empty}").status_code == 404
    assert sender.begin().status_code == 201
    assert {path.stem for path in folder.iterdir()} >= {sound}
    assert {empty, half}.isdisjoint(path.stem for path in folder.iterdir())


def test_what_a_crash_left_without_facts_goes_after_a_day(small_house: House, sender: Sender) -> None:
    folder = small_house.registers.parent / "uploads"
    sound = sender.part().split("/")[-1]
    for name in ("a.part", "b.new", "c.part", f"{sound}.part"):
        (folder / name).touch()
    os.utime(folder / "c.part", (small_house.clock().timestamp(),) * 2)  # it is just being begun
    run_job(small_house, "sweep_files")
    assert {path.name for path in folder.iterdir()} == {"c.part", f"{sound}.part", f"{sound}.json"}


def test_a_part_that_fails_keeps_no_other_waiting_and_goes_after_a_day(small_house: House, sender: Sender) -> None:
    group, wiring = small_house.staff_group(), small_house.wiring
    facts = {"conversation_id": 999, "draft": "", "length": len(BYTES), "name": "", "more": False}
    nobodys = wiring.parts.begin(small_house.clock(), **facts)  # type: ignore[arg-type]
    sound = wiring.parts.find(sender.part().split("/")[-1])
    for part in (nobodys, sound):
        wiring.parts.append(part, [BYTES])
    uploaded.mind(wiring, small_house.clock())
    assert wiring.parts.find(sound.id).received_at
    assert wiring.parts.is_whole(nobodys)
    for _ in range(uploaded.MOST_FAILURES):
        small_house.clock.pass_(minutes=1)
        uploaded.mind(wiring, small_house.clock())
    small_house.settle()
    assert text_of(group.said()).count("รับเข้าระบบไม่สำเร็จหลายครั้ง") == 1
    small_house.clock.pass_(hours=25)
    uploaded.mind(wiring, small_house.clock())
    assert wiring.parts.every() == []


@pytest.fixture
def no_memory(small_house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The examining room does not open, as on a machine without memory."""
    small_house.wiring.examiner.close()
    with monkeypatch.context() as trouble:
        trouble.setattr("sys.executable", "/bin/false")
        yield trouble


def test_a_file_that_could_not_be_looked_at_is_not_called_damaged(
    small_house: House, sender: Sender, no_memory: pytest.MonkeyPatch
) -> None:
    part = sender.part()
    answer = sender.send(part)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    no_memory.undo()
    assert "Upload-Received" in sender.call("HEAD", part).headers
    assert kept_files(small_house) == [BYTES]


def test_what_is_whole_is_never_dropped_upon_the_first_trouble_nor_in_silence(
    small_house: House, citizen: Phone, sender: Sender, tmp_path: Path
) -> None:
    """After its day, too: the fault is ours."""
    wiring = small_house.wiring
    (tmp_path / "full").touch()
    broken = replace(wiring, files=FileStore(tmp_path / "full"))
    with wiring.parts.held(sender.part(name="แผนที่.jpg").split("/")[-1]) as part:
        wiring.parts.append(part, [BYTES])
    small_house.clock.pass_(hours=25)
    for _ in range(uploaded.MOST_FAILURES - 1):
        uploaded.mind(broken, small_house.clock.pass_(minutes=1))
        assert wiring.parts.is_whole(part)
    uploaded.mind(broken, small_house.clock.pass_(minutes=1))
    assert wiring.parts.every() == []
    small_house.settle()
    assert "แผนที่.jpg" in citizen.last
    assert "ขณะนี้ตรวจไฟล์นี้ไม่ได้" in citizen.last


@pytest.mark.usefixtures("no_memory")
def test_a_file_that_can_never_be_looked_at_is_refused_in_the_end(
    small_house: House, citizen: Phone, sender: Sender
) -> None:
    """By the page while it is open, in the chat when nobody looks at it any more."""
    seen, unseen = sender.part(), sender.part(name="แผนที่.jpg")
    statuses = [sender.send(seen).status_code]
    for _ in range(uploaded.MOST_FAILURES - 1):
        statuses.append(sender.call("HEAD", seen).status_code)  # within the minute: the same failure
        small_house.clock.pass_(minutes=1)
        statuses.append(sender.call("HEAD", seen).status_code)
    assert statuses == [503] * 8 + [415]
    sender.send(unseen)
    for _ in range(uploaded.MOST_FAILURES - 1):
        small_house.clock.pass_(minutes=1)
        uploaded.mind(small_house.wiring, small_house.clock())
    small_house.settle()
    assert "ไฟล์ “แผนที่.jpg” จากหน้าส่งไฟล์: ขณะนี้ตรวจไฟล์นี้ไม่ได้" in citizen.last
    assert small_house.wiring.parts.every() == []


@pytest.mark.usefixtures("no_memory")
def test_a_photo_that_can_never_be_looked_at_is_refused_in_the_end(small_house: House, citizen: Phone) -> None:
    citizen.sends(photo())
    for _ in range(4):
        small_house.later(seconds=20)
    assert "ขณะนี้ตรวจไฟล์นี้ไม่ได้" in citizen.last


def test_who_finds_no_seat_comes_again_until_there_is_one(small_house: House, citizen: Phone, tmp_path: Path) -> None:
    """The page leaves one seat to the chat; what waits is never lost, however long it waits."""
    examiner = Examiner(tmp_path, seats=2, patience=0)
    small_house.wiring = replace(small_house.wiring, examiner=examiner)
    small_house.client = web(small_house.wiring).test_client()
    sender = Sender(small_house, link(citizen))
    part = sender.part()
    with closing(examiner), examiner._seat(leave_one=True):
        for _ in range(uploaded.MOST_FAILURES + 1):
            assert sender.send(part).status_code in (503, 409)
            assert sender.call("HEAD", part).status_code == 503
        citizen.sends(photo(1))
        assert "รวม 1 ไฟล์" in citizen.last
        with examiner._seat(leave_one=False):
            citizen.sends(photo(2))
            for _ in range(12):
                small_house.later(seconds=6)
        small_house.later(seconds=6)
        assert len(rows(small_house, brought)) == 2
    assert "Upload-Received" in sender.call("HEAD", part).headers
