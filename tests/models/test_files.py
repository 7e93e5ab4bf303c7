"""Bytes by SHA-256: whole or not at all, once, within the cap; and what they are, by what they say."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from models import files
from models.db import Database
from models.files import FileStore, TooLarge
from models.kinds import kind_of

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def on_disk(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_bytes_are_kept_under_their_digest(store: FileStore) -> None:
    stored = store.keep([b"%PDF-1.7", b" and more"], 100)
    assert stored.sha256 == hashlib.sha256(b"%PDF-1.7 and more").hexdigest()
    assert (stored.kind, stored.size) == ("application/pdf", 17)
    assert store.path(stored.sha256).read_bytes() == b"%PDF-1.7 and more"


def test_the_same_bytes_are_kept_once(store: FileStore, tmp_path: Path) -> None:
    assert store.keep([b"abc"], 9) == store.keep([b"a", b"bc"], 9)
    assert len(on_disk(tmp_path)) == 1


def test_the_cap_itself_is_allowed_and_one_byte_more_is_not(store: FileStore, tmp_path: Path) -> None:
    assert store.keep([b"12345"], 5).size == 5
    with pytest.raises(TooLarge):
        store.keep([b"123", b"456"], 5)
    assert len(on_disk(tmp_path)) == 1


def test_beyond_the_cap_nothing_more_is_read(store: FileStore) -> None:
    read = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b"x" * 10

    with pytest.raises(TooLarge):
        store.keep(endless(), 25)
    assert len(read) == 3


def test_a_download_that_breaks_off_leaves_nothing_behind(store: FileStore, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.keep(broken(), 100)
    assert on_disk(tmp_path) == []


def test_dropped_bytes_are_gone_and_dropping_twice_is_harmless(store: FileStore) -> None:
    sha256 = store.keep([b"abc"], 9).sha256
    assert store.kept_since(sha256) is not None
    store.drop(sha256)
    store.drop(sha256)
    assert store.kept_since(sha256) is None


def test_what_is_brought_again_is_young_again(store: FileStore) -> None:
    sha256 = store.keep([b"abc"], 9).sha256
    os.utime(store.path(sha256), (0, 0))
    store.keep([b"abc"], 9)
    assert store.kept_since(sha256) != 0


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "g" * 64, "a" * 64 + "/..", "a" * 65])
def test_what_is_no_digest_leads_nowhere(store: FileStore, name: str) -> None:
    for reach in (store.path, store.drop, store.kept_since):
        with pytest.raises(ValueError, match="SHA-256"):
            reach(name)


def test_kept_files_are_nobody_elses_business(store: FileStore) -> None:
    """Only the office's own account reads what citizens sent."""
    path = store.path(store.keep([b"abc"], 9).sha256)
    assert path.stat().st_mode & 0o077 == 0


@given(st.lists(st.binary(max_size=3000), max_size=6))
@with_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_the_bytes_come_in_the_same_is_kept(store: FileStore, chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    stored = store.keep(chunks, 100_000)
    assert (stored.size, stored.kind) == (len(whole), kind_of(whole[:4096]))
    assert store.path(stored.sha256).read_bytes() == whole


KINDS = {
    b"\xff\xd8\xff\xe0": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF89a": "image/gif",
    b"RIFF\x00\x00\x00\x00WEBPVP8 ": "image/webp",
    b"\x00\x00\x00\x18ftypheic": "image/heic",
    b"\x00\x00\x00\x18ftypmif1": "image/heic",
    b"II*\x00": "image/tiff",
    b"%PDF-1.4": "application/pdf",
    b"\xef\xbb\xbf\n%PDF-1.4": "application/pdf",  # readers allow a little before it
    b"PK\x03\x04": "application/zip",  # docx and xlsx too: asked for as PDF
    b"Rar!\x1a\x07\x00": "application/zip",
    b"7z\xbc\xaf\x27\x1c": "application/zip",
    b"\x1f\x8b\x08": "application/zip",
    b"MZ\x90\x00": "application/x-program",
    b"\x7fELF\x02": "application/x-program",
    b"\x00\x00\x00\x18ftypmp42": "video/mp4",
    b"\x00\x00\x00\x14ftypqt  ": "video/mp4",
    b"\x00\x00\x00\x18ftypM4A ": "audio/mp4",
    b"\x1a\x45\xdf\xa3": "video/webm",
    b"OggS": "audio/ogg",
    b"ID3\x03": "audio/mpeg",
    b"<html>": "text/html",
    b"\xef\xbb\xbf \n<!DOCTYPE HTML>": "text/html",
    b"#!/bin/sh\n": "application/octet-stream",
    b"<svg onload=alert(1)>": "text/html",
    b"": "application/octet-stream",
    b"RIFF\x00\x00\x00\x00WAVE": "application/octet-stream",
}


@pytest.mark.parametrize(("head", "kind"), KINDS.items(), ids=lambda value: repr(value)[:24])
def test_what_it_is_the_bytes_say(head: bytes, kind: str) -> None:
    assert kind_of(head + b"\x00" * 200) == kind


@pytest.mark.parametrize("head", [b"MZ\x90\x00", b"\x7fELF", b"PK\x03\x04"])
def test_a_program_that_also_says_it_is_a_pdf_is_a_program(head: bytes) -> None:
    assert kind_of(head + b" " * 20 + b"%PDF-1.4") != "application/pdf"


def test_bytes_are_needed_as_long_as_anybody_who_brought_them_wants_them(database: Database) -> None:
    sha256 = "a" * 64
    with database.transaction() as tx:
        for conversation in (1, 2):
            files.note_upload(tx, sha256, conversation, f"m{conversation}", NOW)
        files.forget_upload(tx, 1, "m1")
        assert files.brought_by_anyone(tx, sha256)
        files.forget_upload(tx, 2, "m2")
        assert not files.brought_by_anyone(tx, sha256)
