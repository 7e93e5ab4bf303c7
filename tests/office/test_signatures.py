"""Signed papers (B39, B40): five outcomes, offline, against the operator's own trust."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.files import FileStore
from office.examination import Examiner
from office.examined import Examined, Signature
from office.examining import signatures
from tests.office import signing
from tests.office.hostile import NOW
from tests.office.signing import DAY, ROOT, STRANGER, drawn_over, filled_in, form, good, holder, revoked, signed


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return signing.trust_folder(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="module")
def twice() -> bytes:
    return signed(good(), signed(good()), "Sig2")


def outcomes(data: bytes, trust: Path, **options: Any) -> list[tuple[str, str]]:
    path = trust / "paper.pdf"
    path.write_bytes(data)
    found = signatures.check(path, trust, NOW.isoformat(), **options)
    return [(one["outcome"], one.get("why", "")) for one in found]


def test_a_sound_signature_of_which_nothing_was_revoked_is_valid(trust: Path) -> None:
    assert outcomes(signed(good()), trust) == [("valid", "")]


def test_without_a_revocation_list_it_is_said_that_nobody_looked(tmp_path: Path) -> None:
    trust = signing.trust_folder(tmp_path / "trust", lists=False)
    assert outcomes(signed(revoked()), trust) == [("unchecked", "unchecked")]


def test_a_list_that_is_out_of_date_proves_nothing(trust: Path) -> None:
    path = trust / "paper.pdf"
    path.write_bytes(signed(good()))
    (found,) = signatures.check(path, trust, (NOW + timedelta(days=8)).isoformat())
    assert found["outcome"] == "unchecked"


def test_later_signatures_change_nothing(trust: Path, twice: bytes) -> None:
    assert outcomes(twice, trust) == [("valid", ""), ("valid", "")]


def test_a_remark_behind_the_end_changes_nothing(trust: Path) -> None:
    assert outcomes(signed(good()) + b"% a remark\n", trust) == [("valid", "")]


@pytest.mark.parametrize("change", [filled_in, drawn_over])
def test_whatever_is_changed_after_signing_is_a_change(trust: Path, twice: bytes, change: Any) -> None:
    """A filled-in field too: the library alone would let it pass."""
    assert [outcome for outcome, _ in outcomes(change(signed(good())), trust)] == ["changed"]
    assert [outcome for outcome, _ in outcomes(change(twice), trust)] == ["changed", "changed"]


UNTRUSTED = {
    "revoked": (lambda: signed(revoked()), "revoked"),
    "expired": (lambda: signed(holder("หมดอายุ", ROOT, NOW - DAY)), "expired"),
    "of a root that the operator does not know": (lambda: signed(holder("คนแปลกหน้า", STRANGER)), "chain"),
    "of nobody's but one's own": (lambda: signed(holder("ตนเอง")), "chain"),
}


@pytest.mark.parametrize(("data", "why"), UNTRUSTED.values(), ids=UNTRUSTED.keys())
def test_what_is_not_vouched_for_is_not_trusted(trust: Path, data: Any, why: str) -> None:
    assert outcomes(data(), trust) == [("untrusted", why)]


def test_an_altered_byte_breaks_it(trust: Path) -> None:
    assert [outcome for outcome, _ in outcomes(signed(good()).replace(b"(100)", b"(900)"), trust)] == ["broken"]


def test_a_byte_range_that_belongs_to_no_signature_is_a_broken_one(trust: Path) -> None:
    assert outcomes(form().replace(b"/Fields", b"/Fjelds") + b"% /ByteRange [0 1 2 3]", trust) == [("broken", "")]


def test_without_any_trust_nothing_is_trusted(tmp_path: Path) -> None:
    assert outcomes(signed(good()), tmp_path) == [("untrusted", "chain")]


def test_only_the_pinned_roots_are_nrca(trust: Path) -> None:
    path = trust / "paper.pdf"
    path.write_bytes(signed(good()))
    (pinned,) = signatures.check(path, trust, NOW.isoformat(), {holder(ROOT).sha256})
    (other,) = signatures.check(path, trust, NOW.isoformat())
    assert (pinned["root"], other["root"]) == ("nrca", "office")


@pytest.mark.parametrize(
    ("signature", "correct"),
    [
        (Signature("valid", root="nrca"), True),
        (Signature("unchecked", root="nrca"), True),
        (Signature("valid", root="office"), False),
        (Signature("changed", root="nrca"), False),
    ],
)
def test_deemed_correct_is_what_nrca_vouches_for(signature: Signature, *, correct: bool) -> None:
    assert Examined("application/pdf", signatures=(signature,)).deemed_correct == correct


def test_the_officer_reads_who_signed_and_what_it_is_worth(trust: Path, tmp_path: Path) -> None:
    files, examiner = FileStore(tmp_path / "files"), Examiner(trust, seats=1)
    try:
        found = []
        for data in (signed(good()), filled_in(signed(good()))):
            stored = files.keep([data], 10**6)
            found.append(examiner.examine(files, stored.sha256, stored.kind, NOW))
            assert files.read(stored.sha256) == data  # nothing was written into it
    finally:
        examiner.close()
    sound, changed = found
    assert (sound.verdict, sound.signed, sound.clean) == ("usable", "valid", "")
    assert sound.for_staff()[0] == (
        "ลายมือชื่ออิเล็กทรอนิกส์ถูกต้อง · เชื่อมถึงใบรับรองรากที่หน่วยงานเพิ่มเอง ไม่ใช่ NRCA · "
        "ผู้ลงนาม ผู้ลงนามทดสอบ กรมตัวอย่าง · ออกโดย รากทดสอบ · ใบรับรองใช้ได้ถึง 12/5/2572"
    )
    assert (changed.verdict, changed.signed) == ("review", "changed")
    assert changed.for_staff()[0].startswith("เอกสารถูกแก้ไขหลังลงนาม · ")
