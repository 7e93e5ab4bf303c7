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
