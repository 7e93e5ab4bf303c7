"""Signatures in PDFs, against the operator's own trust and offline (B39, B40): `trust/*.pem` and what NRCA pinned.

Certificates that a PDF brings along build a chain but never end it. The five outcomes: `office.examined.OUTCOMES`.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

#: Thailand National Root CA, G1 (2013-2036) and G3 (2023-2043), by the SHA-256 of their certificates.
NRCA = frozenset(
    {
        "2a8da2f8d23e0cd3b5871ecfb0f42276ca73230667f474eede71c5ee32cc3ec6",
        "3d2794a0539486a83e8032cf14fe886553e52239cbaec1b9cfef5595adbbf444",
    }
)


def load() -> None:
    """Load the library: nearly a second, so it is done once, and only for files that look signed."""
    for name in ("pyhanko.sign.validation", "pyhanko.pdf_utils.reader", "pyhanko.keys", "pyhanko_certvalidator"):
        importlib.import_module(name)


def check(path: Path, trust: Path, now: str, nrca: Collection[str] = NRCA) -> list[dict[str, Any]]:
    """One line of facts for each signature, in the order they were made. A file whose signatures cannot be read at all
    has one broken one. `now`: ISO 8601, with its zone."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    moment = datetime.fromisoformat(now)
    with path.open("rb") as file:
        try:
            reader = PdfFileReader(file, strict=False)
            signed = [*reader.embedded_regular_signatures]
            fields = {embedded.field_name for embedded in reader.embedded_signatures}
            found = [_one(embedded, fields, trust, moment, nrca) for embedded in signed]
            return found + _stamps(reader, fields) or [{"outcome": "broken"}]
        except Exception:  # noqa: BLE001 - the library raises what a malformed file makes it raise
            return [{"outcome": "broken"}]


def _one(embedded: Any, fields: set[str], trust: Path, moment: datetime, nrca: Collection[str]) -> dict[str, Any]:
    try:
        status, revocation = _status(embedded, trust, moment)
    except Exception:  # noqa: BLE001 - likewise
        return {"outcome": "broken"}
    certificate = embedded.signer_cert
    root = _root(status, nrca)
    return {
        "outcome": _outcome(status, fields, revocation),
        "why": _why(status, revocation),
        "root": root,
        "signer": _name(certificate.subject, "common_name"),
        "organisation": _name(certificate.subject, "organization_name"),
        "issuer": _name(certificate.issuer, "common_name"),
        "until": certificate.not_valid_after.isoformat(),
        "claimed": moment_.isoformat() if (moment_ := embedded.self_reported_timestamp) else "",
        "signed_bytes": embedded.byte_range[2] + embedded.byte_range[3],
    }


def _status(embedded: Any, trust: Path, moment: datetime) -> tuple[Any, bool]:
    """What the library says, and whether revocation was looked up all the way to the root. If that cannot be, at least
    the signer is looked up; a "revoked" found on the way ends the search. The library's own "soft" and "hard" modes
    pass over the operator's lists for certificates that name none."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator.policy_decl import RevocationCheckingRule as Rule

    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    lists = list(_lists(trust / "crls"))
    must, need_not = Rule.CRL_OR_OCSP_REQUIRED, Rule.NO_CHECK
    rules = [(must, must), (must, need_not), (need_not, need_not)] if lists else [(need_not, need_not)]
    for rule in rules:
        status = validate_pdf_signature(embedded, _trust(trust, moment, lists, *rule), key_usage_settings=usage)
        if status.trusted or "REVOKED" in _problem(status):
            break
    return status, bool(status.trusted and rule == (must, must))


def _trust(trust: Path, moment: datetime, lists: list[bytes], signer: Any, above: Any) -> Any:
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy

    policy = CertRevTrustPolicy(RevocationCheckingPolicy(signer, above))
    roots = list(_certificates(trust))
    return ValidationContext(trust_roots=roots, allow_fetching=False, crls=lists, revinfo_policy=policy, moment=moment)


def _problem(status: Any) -> str:
    return str(getattr(status.trust_problem_indic, "name", "") or "")


def _certificates(trust: Path) -> Iterator[Any]:
    """The operator's roots; a file that holds none is passed over: then what it was to vouch for is not trusted."""
    from pyhanko.keys import load_certs_from_pemder

    for path in sorted(trust.glob("*.pem")):
        with suppress(ValueError):
            yield from load_certs_from_pemder([str(path)])  # type: ignore[no-untyped-call]


def _lists(folder: Path) -> Iterator[bytes]:
    """The operator's revocation lists, as DER."""
    from asn1crypto import pem

    for path in sorted(folder.glob("*.crl")):
        content = path.read_bytes()
        yield pem.unarmor(content)[2] if pem.detect(content) else content


def _outcome(status: Any, fields: set[str], revocation: bool) -> str:  # noqa: FBT001
    if not (status.intact and status.valid):
        return "broken"
    if not _unchanged(status, fields):
        return "changed"
    if not (status.trusted and status.bottom_line):
        return "untrusted"
    return "valid" if revocation else "unchecked"


def _unchanged(status: Any, fields: set[str]) -> bool:
    """Nothing came after the signature but later signatures and what keeps them provable. A filled-in field is a
    change: documents were forged that way."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    if status.coverage != SignatureCoverageLevel.ENTIRE_REVISION or not status.docmdp_ok:
        return False
    if status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES):
        return True
    filled: set[str] = getattr(status.diff_result, "changed_form_fields", set())
    return status.modification_level == ModificationLevel.FORM_FILLING and bool(filled) and filled <= fields


def _why(status: Any, revocation: bool) -> str:  # noqa: FBT001
    indication = _problem(status)
    if "REVOKED" in indication:
        return "revoked"
    if "OUT_OF_BOUNDS" in indication or "EXPIRED" in indication:
        return "expired"
    if "CRYPTO" in indication:
        return "weak"
    return "" if status.trusted and revocation else "unchecked" if status.trusted else "chain"


def _root(status: Any, nrca: Collection[str]) -> str:
    """Whose root the chain ends at: "nrca", "office" (another that the operator trusts), or "" if nowhere."""
    if not status.trusted or status.validation_path is None:
        return ""
    return "nrca" if status.validation_path.trust_anchor.certificate.sha256.hex() in nrca else "office"


def _stamps(reader: Any, fields: set[str]) -> list[dict[str, Any]]:
    """Document time stamps prove a time, not a person: only a damaged one is told."""
    from pyhanko.sign.validation import validate_pdf_timestamp
    from pyhanko_certvalidator import ValidationContext

    found = []
    for stamp in reader.embedded_timestamp_signatures:
        status = validate_pdf_timestamp(stamp, ValidationContext(trust_roots=[], allow_fetching=False))
        if not (status.intact and status.valid):
            found.append({"outcome": "broken"})
        elif not reader.embedded_regular_signatures and not _unchanged(status, fields):
            found.append({"outcome": "changed"})
    return found


def _name(name: Any, part: str) -> str:
    value = name.native.get(part, "")
    return str(value if isinstance(value, str) else " ".join(value))[:200]
