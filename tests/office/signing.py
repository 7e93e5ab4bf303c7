"""A small PKI and signed PDFs: roots, signers good, expired and revoked; nobody's real key."""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.office.hostile import NOW, pdf

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Holder:
    """Somebody with a key and a certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def name(common: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "กรมตัวอย่าง")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common), organisation])


@functools.cache
def holder(common: str, issuer: str = "", until: datetime = NOW + 900 * DAY) -> Holder:
    """This name's certificate, by `issuer` or by themselves (then it is a root)."""
    key = ec.generate_private_key(ec.SECP256R1())
    by = holder(issuer) if issuer else None
    usage = [not by, False, False, False, False, bool(not by), bool(not by), False, False]
    usage[0], usage[1] = bool(by), bool(by)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name(common))
        .issuer_name(name(issuer or common))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 900 * DAY)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=not by, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(*usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((by.key if by else key).public_key()), critical=False
        )
        .sign(by.key if by else key, hashes.SHA256())
    )
    return Holder(key, certificate)


ROOT, STRANGER = "รากทดสอบ", "รากอื่น"


def good() -> Holder:
    return holder("ผู้ลงนามทดสอบ", ROOT)


def revoked() -> Holder:
    return holder("ผู้ถูกเพิกถอน", ROOT)


def trust_folder(folder: Path, *, lists: bool = True) -> Path:
    """The operator's folder: one root and, with `lists`, today's revocation list of it."""
    (folder / "crls").mkdir(parents=True)
    (folder / "root.pem").write_bytes(holder(ROOT).pem)
    if lists:
        entry = x509.RevokedCertificateBuilder().serial_number(revoked().certificate.serial_number)
        crl = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(name(ROOT))
            .last_update(NOW - DAY)
            .next_update(NOW + 7 * DAY)
            .add_revoked_certificate(entry.revocation_date(NOW - 2 * DAY).build())
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(holder(ROOT).key.public_key()), critical=False
            )
            .sign(holder(ROOT).key, hashes.SHA256())
        )
        (folder / "crls" / "root.crl").write_bytes(crl.public_bytes(serialization.Encoding.DER))
    return folder


def signed(by: Holder, data: bytes | None = None, field: str = "Sig1") -> bytes:
    """This PDF with one more signature."""
    key = by.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(by.certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore(),
    )
    meta = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(data or form()))
    signers.PdfSigner(meta, signer=signer, new_field_spec=fields.SigFieldSpec(field)).sign_pdf(writer, output=out)
    return out.getvalue()


def form() -> bytes:
    """A page with a text field on it."""

    def add(document: pikepdf.Pdf) -> None:
        field = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="amount", V="100",
                Rect=[10, 10, 90, 30],
            )
        )  # fmt: skip
        document.pages[0].Annots = document.make_indirect(pikepdf.Array([field]))
        document.Root.AcroForm = document.make_indirect(pikepdf.Dictionary(Fields=[field]))

    return pdf(add)


def filled_in(data: bytes) -> bytes:
    """The text field changed by an incremental update, as a reader does it."""
    from pyhanko.pdf_utils import generic

    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    field = writer.root["/AcroForm"]["/Fields"][0]
    field[generic.pdf_name("/V")] = generic.pdf_string("999999")
    writer.mark_update(writer.root["/AcroForm"]["/Fields"].raw_get(0))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def drawn_over(data: bytes) -> bytes:
    """A page's content replaced by an incremental update."""
    from pyhanko.pdf_utils import generic

    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"0 0 50 50 re f"))
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
