"""What is known of a file is asked anew when what it was judged by has changed, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.attachments import examined
from handlers.wiring import Wiring
from models.files import Stored
from office.examination import Examiner
from office.examined import Examined, Signature
from tests.house import House
from tests.office import hostile, signing


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    return signing.trust_folder(tmp_path / "trust", lists=False)


@pytest.fixture
def wiring(small_house: House, trust: Path) -> Iterator[Wiring]:
    examiner = Examiner(trust, seats=1)
    yield replace(small_house.wiring, examiner=examiner)
    examiner.close()


def kept(wiring: Wiring, data: bytes) -> Stored:
    return wiring.files.keep([data], 10**6)


def lists_come(trust: Path, tmp_path: Path) -> None:
    signing.trust_folder(tmp_path / "other")
    (tmp_path / "other" / "crls").rename(trust / "crls" / "new").joinpath("root.crl").rename(
        trust / "crls" / "root.crl"
    )


def test_a_signature_is_judged_anew_when_a_list_has_come(wiring: Wiring, trust: Path, tmp_path: Path) -> None:
    paper = kept(wiring, signing.signed(signing.revoked()))
    assert examined(wiring, paper).signed == "unchecked"
    lists_come(trust, tmp_path)
    assert [(one.outcome, one.why) for one in examined(wiring, paper).signatures] == [("untrusted", "revoked")]


def test_what_has_not_changed_is_not_looked_at_again(wiring: Wiring, trust: Path, tmp_path: Path) -> None:
    """A picture depends on nobody's trust; a signed paper on nothing but that."""
    picture, paper = kept(wiring, hostile.saved("JPEG")), kept(wiring, signing.signed(signing.good()))
    known = [examined(wiring, stored) for stored in (picture, paper)]
    wiring.files.drop(paper.sha256)  # whoever looks again finds nothing
    wiring.files.drop(picture.sha256)
    assert [examined(wiring, stored) for stored in (picture, paper)] == known
    lists_come(trust, tmp_path)
    assert examined(wiring, picture) == known[0]
    with pytest.raises(FileNotFoundError):
        examined(wiring, paper)


def test_what_nobody_could_scan_is_scanned_once_somebody_can(tmp_path: Path) -> None:
    unscanned, clean = Examined("image/jpeg"), Examined("image/jpeg", scan="clean")
    assert Examiner(tmp_path).would_say(unscanned)
    assert not Examiner(tmp_path, "/run/clamd.ctl").would_say(unscanned)
    assert Examiner(tmp_path, "/run/clamd.ctl").would_say(clean)


def test_a_certificate_that_has_run_out_since_casts_no_doubt_on_what_came_before() -> None:
    def seen(*signatures: Signature) -> Examined:
        return Examined("application/pdf", signatures=signatures)

    good, old, gone = Signature("valid"), Signature("untrusted", "expired"), Signature("untrusted", "revoked")
    assert seen(old).after(seen(good)) == seen(good)
    assert seen(gone).after(seen(good)) == seen(gone)
    assert seen(old).after(seen(gone)) == seen(old)
