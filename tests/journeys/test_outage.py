"""The store of files goes away for a while, and comes back: nobody is told that a photo arrived before it is safe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

from models.bucket import Bucket, Place
from models.document import case_files
from models.vault import Vault
from tests.house import House
from tests.journeys.stories import SEND, SENT_ALL, at_photos, photo, rows, sends, text_of

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "id", "aws_secret_access_key": "key"}


@contextmanager
def running(port: int = 0) -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


def test_an_outage_that_lasts_is_told_and_holds_nobody_up(small_house: House, tmp_path: Path) -> None:
    away, here = (
        Bucket(Place("office", "http://127.0.0.1:9", "", "", "id", "key"), tmp_path, Vault("x")),
        small_house.wiring,
    )
    group, citizen = small_house.staff_group(), small_house.citizen()
    at_photos(citizen)
    small_house.wiring = replace(here, files=away)
    before = len(citizen.said())
    citizen.sends(photo(1), photo(2))
    citizen.types("ติดต่อเจ้าหน้าที่")
    for _ in range(9):
        small_house.later(seconds=15)
    said = text_of(citizen.said()[before:])
    assert said.count("ยังไม่ได้รับไฟล์ที่ท่านส่งมา") == 1
    assert here.office.phone in said  # and what was said after it is answered
    small_house.later(minutes=2)
    assert text_of(group.said()).count("ที่เก็บไฟล์ไม่ตอบ") == 1
    small_house.wiring = here
    for number in (3, 4):
        citizen.sends(photo(number))
    small_house.later(minutes=2)
    assert text_of(group.said()).count("ที่เก็บไฟล์กลับมาใช้งานได้ตามปกติแล้ว") == 1


def test_a_photo_sent_during_an_outage_is_fetched_again(small_house: House, tmp_path: Path) -> None:
    with running() as url:
        boto3.resource("s3", endpoint_url=url, **KEYS).create_bucket(Bucket="office")
    bucket = Bucket(Place("office", url, "", "us-east-1", "id", "key"), tmp_path / "files", Vault("secret"))
    small_house.wiring = replace(small_house.wiring, files=bucket)
    citizen = small_house.citizen()
    at_photos(citizen)
    before = len(citizen.said())
    sends(citizen, photo())
    for _ in range(5):  # longer than any turn is tried
        small_house.later(seconds=20)
    assert citizen.said()[before:] == []
    with running(int(url.rpartition(":")[2])):
        small_house.later(seconds=20)
        small_house.later(seconds=5)
        assert "ได้รับรูปแล้ว (รวม 1 ไฟล์)" in text_of(citizen.said()[before:])
        citizen.taps(SENT_ALL)
        citizen.types("ไม่ระบุชื่อ")
        citizen.taps(SEND)
        (row,) = rows(small_house, case_files)
        assert bucket.read(row["sha256"]) == photo().data
