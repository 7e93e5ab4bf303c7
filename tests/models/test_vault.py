"""Sealed files: what lies on disk says nothing, and nothing that was touched opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.files import FileStore
from models.vault import CHUNK, Unopened, Vault

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path, Vault("the office's secret"))


def content(size: int) -> bytes:
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_opens_to_the_same_bytes(store: FileStore, size: int) -> None:
    stored = store.keep([content(size)], 10**7)
    assert store.read(stored.sha256) == content(size)
    if size >= 16:  # less might stand in any sealed bytes by chance
        assert content(16) not in store.path(stored.sha256).read_bytes()


def test_files_from_before_the_vault_stay_readable(store: FileStore, tmp_path: Path) -> None:
    stored = FileStore(tmp_path).keep([b"plain"], 9)
    assert store.read(stored.sha256) == b"plain"


def test_pieces_are_opened_one_at_a_time(store: FileStore) -> None:
    stored = store.keep([content(3 * CHUNK)], 10**7)
    assert [len(piece) for piece in store.chunks(stored.sha256)] == [CHUNK] * 3


HEAD = 91
HARM = {
    "a flipped bit": lambda sealed: sealed[:-20] + bytes([sealed[-20] ^ 1]) + sealed[-19:],
    "cut in a piece": lambda sealed: sealed[:-1],
    "cut between pieces": lambda sealed: sealed[: HEAD + CHUNK + 16],
    "cut to its head": lambda sealed: sealed[:HEAD],
    "cut in its head": lambda sealed: sealed[:50],
    "pieces swapped": lambda sealed: sealed[:HEAD] + sealed[HEAD + CHUNK + 16 :] + sealed[HEAD:][: CHUNK + 16],
    "another wrapped key": lambda sealed: sealed[:40] + bytes([sealed[40] ^ 1]) + sealed[41:],
    "something appended": lambda sealed: sealed + b"\0" * 40,
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM.keys())
def test_what_was_touched_does_not_open(store: FileStore, harm) -> None:
    path = store.path(store.keep([content(2 * CHUNK)], 10**7).sha256)
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(Unopened):
        store.read(path.name)


def test_a_file_under_anothers_name_does_not_open(store: FileStore) -> None:
    one, other = (store.path(store.keep([text], 9).sha256) for text in (b"mine", b"yours"))
    one.write_bytes(other.read_bytes())
    with pytest.raises(Unopened):
        store.read(one.name)


def test_another_secret_opens_nothing(store: FileStore, tmp_path: Path) -> None:
    sha256 = store.keep([b"abc"], 9).sha256
    with pytest.raises(Unopened):
        FileStore(tmp_path, Vault("a new secret")).read(sha256)


def test_the_same_bytes_do_not_look_the_same_in_two_offices(store: FileStore, tmp_path: Path) -> None:
    sha256 = store.keep([b"abc"], 9).sha256
    first = store.path(sha256).read_bytes()
    store.keep([b"abc"], 9)
    assert store.path(sha256).read_bytes() != first
