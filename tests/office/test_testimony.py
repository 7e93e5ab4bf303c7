"""Whatever a fork that a file has taken over writes down, the office goes on: at worst the file is unreadable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.files import FileStore
from office.examined import Examined
from office.testimony import copies, examined, facts_in

SIGNED = {"outcome": "valid", "until": "2027-01-01T00:00:00+07:00"}


@pytest.mark.parametrize(
    "facts",
    [
        {"findings": 5},
        {"findings": [[1]]},
        {"hints": 5},
        {"pages": "many"},
        {"reason": "none of ours"},
        {"reason": [1]},
        {"signatures": 5},
        {"signatures": [5]},
        {"signatures": [{**SIGNED, "outcome": "perfect"}]},
        {"signatures": [{**SIGNED, "outcome": [1]}]},
        {"signatures": [{**SIGNED, "until": "tomorrow"}]},
        {"signatures": [{**SIGNED, "signer": {"name": 1}}]},
        {"signatures": [{**SIGNED, "signer": "\ud800"}]},
        {"signatures": [{**SIGNED, "signed_bytes": "all"}]},
    ],
)
def test_facts_that_make_no_sense_are_an_unreadable_file(facts: dict[str, Any]) -> None:
    assert examined("application/pdf", facts) == Examined("application/pdf", "unreadable")


def test_facts_that_make_sense_are_believed() -> None:
    seen = examined(
        "application/pdf", {"pages": 2, "findings": ["embedded", "?"], "signatures": [SIGNED], "clean": "x"}
    )
    assert (seen.pages, seen.findings, seen.signed, seen.clean) == (2, ("embedded",), "valid", "")


@pytest.mark.parametrize("text", ["[1]", "", "{", '{"reason":' + "[" * 200_000, "\ud800", "9" * 5000])
def test_a_result_that_is_none_is_an_unreadable_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "result.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert facts_in(tmp_path / "result.json") == {"reason": "unreadable"}
    assert facts_in(tmp_path) == {"reason": "unreadable"}


@pytest.mark.parametrize("facts", [{"previews": 5}, {"previews": [[1]]}, {"clean": []}, {"clean": {"a": 1}}])
def test_names_that_are_none_lead_to_no_copy(tmp_path: Path, facts: dict[str, Any]) -> None:
    assert copies(FileStore(tmp_path / "files"), tmp_path, facts, "a" * 64) == ("", ())


def test_only_plain_files_of_its_own_are_copied(tmp_path: Path) -> None:
    """No link to what others sent, no folder, and the file itself only where it is clean."""
    (tmp_path / "clean.jpg").symlink_to("/etc/passwd")
    (tmp_path / "preview-1.jpg").mkdir()
    (tmp_path / "preview-2.jpg").write_bytes(b"seen")
    files, named = FileStore(tmp_path / "files"), [*(f"preview-{n}.jpg" for n in (1, 2, 3)), "../x.jpg", "same"]
    seen = files.keep([b"seen"], 9).sha256
    assert copies(files, tmp_path, {"clean": "same", "previews": named}, "a" * 64) == ("a" * 64, (seen, "a" * 64))
    assert copies(files, tmp_path, {"clean": "clean.jpg", "previews": named}, "a" * 64) == ("", (seen,))
