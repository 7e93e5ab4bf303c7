"""What any store does, a folder or a bucket: the same tests over both, the bucket over real HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from models.bucket import Bucket, Place, try_out
from models.files import FileStore, KeyChange, Store, TooLarge, Unreachable, change_key
from models.vault import CHUNK, Unopened, Vault

OLD, NEW = Vault("old secret"), Vault("new secret", Vault("old secret"))
LARGE = b"0123456789abcdef" * (17 * CHUNK // 16)  # goes up in parts
KEYS = {"region_name": "us-east-1", "aws_access_key_id": "id", "aws_secret_access_key": "key"}
Open = Callable[[Vault], Store]


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def place(service: str) -> Iterator[Place]:
    """An empty bucket."""
    there = boto3.resource("s3", endpoint_url=service, **KEYS).Bucket("office")
    there.create()
    yield Place("office", service, "files/", "us-east-1", "id", "key")
    there.objects.delete()
    there.delete()


@pytest.fixture(params=["folder", "bucket"])
def open_(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """The same store, opened with this vault."""
    if request.param == "folder":
        return lambda vault: FileStore(tmp_path, vault)
    place = request.getfixturevalue("place")
    return lambda vault: Bucket(place, tmp_path, vault)


@pytest.fixture
def store(open_: Open) -> Store:
    return open_(OLD)


def test_what_is_kept_is_read_until_it_is_dropped(store: Store) -> None:
    stored = store.keep([b"%PDF-1.7", b" and more"], 100)
    assert (stored.kind, stored.size) == ("application/pdf", 17)
    assert store.read(stored.sha256) == b"%PDF-1.7 and more"
    assert store.keep([b"%PDF-1.7 and more"], 100) == stored
    assert list(store.digests()) == [stored.sha256]
    store.drop(stored.sha256)
    store.drop(stored.sha256)
    assert (list(store.digests()), store.kept_since(stored.sha256)) == ([], None)
    with pytest.raises(FileNotFoundError):
        store.read(stored.sha256)


def test_a_large_file_comes_back_piece_by_piece(store: Store) -> None:
    stored = store.keep(iter([LARGE]), 10**8)
    pieces = list(store.chunks(stored.sha256))
    assert b"".join(pieces) == LARGE
    assert max(len(piece) for piece in pieces) == CHUNK


def test_nothing_stays_of_what_is_too_large_or_broke_off(store: Store, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(TooLarge):
        store.keep([b"123", b"456"], 5)
    with pytest.raises(ConnectionError):
        store.keep(broken(), 100)
    assert list(store.digests()) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_nobody_has_brought_since_is_told(store: Store) -> None:
    sha256 = store.keep([b"abc"], 9).sha256
    kept = store.kept_since(sha256)
    assert kept is not None
    assert abs(kept - time.time()) < 60
    assert list(store.kept_before(kept - 60)) == []
    assert list(store.kept_before(kept + 60)) == [sha256]


def test_what_somebody_has_brought_since_is_not_dropped(store: Store) -> None:
    sha256 = store.keep([b"abc"], 9).sha256
    kept = store.kept_since(sha256)
    assert kept is not None
    store.drop(sha256, unless_since=kept)
    assert store.read(sha256) == b"abc"
    store.drop(sha256, unless_since=kept + 1)
    assert store.kept_since(sha256) is None


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 64 + "/..", "a" * 65])
def test_what_is_no_digest_leads_nowhere(store: Store, name: str) -> None:
    for reach in (store.read, store.drop, store.kept_since, store.rewrap):
        with pytest.raises(ValueError, match="SHA-256"):
            reach(name)


def test_the_key_is_changed_while_both_open_everything(store: Store, open_: Open) -> None:
    before = [store.keep([content], 10**8).sha256 for content in (b"abc", LARGE)]
    later = open_(NEW)
    after = later.keep([b"brought meanwhile"], 99).sha256
    assert [later.read(sha256) for sha256 in before] == [b"abc", LARGE]
    assert change_key(later) == KeyChange(changed=2, settled=1)
    assert change_key(later) == KeyChange(settled=3)
    alone = open_(Vault("new secret"))
    assert [alone.read(sha256) for sha256 in (*before, after)] == [b"abc", LARGE, b"brought meanwhile"]
    with pytest.raises(Unopened):
        store.read(before[0])


def test_a_change_of_keys_that_was_broken_off_goes_on(store: Store, open_: Open) -> None:
    for number in range(3):
        store.keep([b"%d" % number], 9)
    later = open_(NEW)
    assert later.rewrap(next(iter(later.digests())))  # and then somebody pulled the plug
    assert change_key(later) == KeyChange(changed=2, settled=1)


def test_a_file_that_neither_key_opens_is_counted_and_kept(open_: Open) -> None:
    sha256 = open_(Vault("nobody's")).keep([b"abc"], 9).sha256
    assert change_key(open_(NEW)) == KeyChange(unopened=1)
    assert open_(Vault("nobody's")).read(sha256) == b"abc"


# --- the bucket alone ---


def test_a_body_that_is_cut_is_no_answer(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), _Cutting) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        there = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(Unreachable, match="RetriesExceeded"):
            Bucket(Place("office", there, "", "us-east-1", "id", "key"), tmp_path, OLD).read("a" * 64)
        server.shutdown()
    assert list(tmp_path.iterdir()) == []


class _Cutting(BaseHTTPRequestHandler):
    """Announces a thousand bytes, gives a few and hangs up."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(b"RAPRUANG" if self.command == "GET" else b"")

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_what_leaves_the_machine_is_sealed_and_nothing_of_it_stays(place: Place, tmp_path: Path) -> None:
    stored = Bucket(place, tmp_path, OLD).keep([LARGE], 10**8)
    client = boto3.client("s3", endpoint_url=place.endpoint, **KEYS)
    there = client.get_object(Bucket="office", Key=f"files/{stored.sha256[:2]}/{stored.sha256}")["Body"].read()
    assert there.startswith(b"RAPRUANG-SEALED1")
    assert LARGE[:64] not in there
    assert list(tmp_path.iterdir()) == []


def test_what_never_came_up_as_a_whole_is_swept(place: Place, tmp_path: Path) -> None:
    bucket: Any = Bucket(place, tmp_path, OLD)
    bucket._client.create_multipart_upload(Bucket="office", Key="files/aa/x")
    bucket.sweep_aside(0)
    assert "Uploads" in bucket._client.list_multipart_uploads(Bucket="office")
    bucket.sweep_aside(time.time())
    assert "Uploads" not in bucket._client.list_multipart_uploads(Bucket="office")


def test_what_is_no_store_is_told_in_the_services_words(place: Place) -> None:
    try_out(place)
    with pytest.raises(Unreachable, match="NoSuchBucket"):
        try_out(replace(place, bucket="another"))


def test_nobody_there_is_no_loss(tmp_path: Path) -> None:
    bucket = Bucket(Place("office", "http://127.0.0.1:9", "", "us-east-1", "id", "key"), tmp_path, OLD)
    for reach in (lambda: bucket.keep([b"abc"], 9), lambda: bucket.read("a" * 64), lambda: list(bucket.digests())):
        with pytest.raises(Unreachable):
            reach()
    assert list(tmp_path.iterdir()) == []
