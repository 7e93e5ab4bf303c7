"""What an examination found, and how it is told: to the citizen what to do instead, to the staff what to beware of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from flows.events import Trouble

Verdict = Literal["usable", "review", "refused"]
Outcome = Literal["valid", "unchecked", "untrusted", "changed", "broken"]
Scan = Literal["clean", "unscanned"]

#: For staff: what each finding means. Those in REVIEW want an officer's eye before anybody relies on the file.
FINDINGS: Mapping[str, str] = {
    "metadata": "ลบข้อมูลที่ฝังมากับภาพ (เช่น รุ่นกล้อง เวลาถ่าย) ออกจากสำเนาแล้ว",
    "gps": "ลบพิกัดสถานที่ถ่ายภาพออกจากสำเนาแล้ว",
    "tail": "มีข้อมูลต่อท้ายภาพ ไม่ติดไปกับสำเนา",
    "animated": "เป็นภาพเคลื่อนไหว สำเนามีเฉพาะภาพแรก",
    "restricted": "ไฟล์ PDF จำกัดสิทธิ์การพิมพ์หรือคัดลอก",
    "javascript": "ไฟล์ PDF มีคำสั่ง JavaScript ฝังอยู่",
    "launch": "ไฟล์ PDF มีคำสั่งเปิดโปรแกรมอื่น",
    "submits": "ไฟล์ PDF มีคำสั่งส่งหรือรับข้อมูลภายนอก",
    "embedded": "มีไฟล์อื่นแนบอยู่ภายในไฟล์ PDF",
    "xfa": "ไฟล์ PDF เป็นแบบฟอร์ม XFA ภาพตัวอย่างอาจไม่ครบ",
    "media": "ไฟล์ PDF มีเสียงหรือวิดีโอฝังอยู่",
    "appended": "มีข้อมูลต่อท้ายหลังจุดสิ้นสุดของไฟล์ PDF",
    "prefix": "มีข้อมูลแปลกปลอมอยู่หน้าไฟล์ PDF",
    "polyglot": "ไฟล์เดียวเปิดได้เป็นหลายชนิด อาจมีไฟล์อื่นซ่อนอยู่",
    "repaired": "โครงสร้างไฟล์ PDF เสียหาย เนื้อหาอาจไม่ครบ",
    "many_pages": "เอกสารมีจำนวนหน้ามากผิดปกติ",
    "odd_page": "เอกสารมีหน้าขนาดผิดปกติ",
    "undrawn": "แสดงภาพตัวอย่างของไฟล์ PDF ไม่ได้",
    "unwalked": "โครงสร้างไฟล์ PDF ซับซ้อนมาก ตรวจได้ไม่ครบ",
}
REVIEW = frozenset(FINDINGS) - {"metadata", "gps", "tail", "animated", "restricted"}

#: For the citizen: a picture of a paper that may be hard to read. It warns and never blocks (B32).
HINTS: Mapping[str, str] = {
    "small": "ขนาดเล็ก",
    "dark": "มืด",
    "glare": "มีแสงสะท้อน",
    "blurred": "ไม่ชัด",
}
RETAKE = "หากสะดวก โปรดถ่ายหน้านั้นส่งมาอีกครั้ง หรือใช้ภาพเดิมก็ได้"

OUTCOMES: Mapping[Outcome, str] = {
    "valid": "ลายมือชื่ออิเล็กทรอนิกส์ถูกต้อง",
    "unchecked": "ลายมือชื่ออิเล็กทรอนิกส์ถูกต้อง แต่ไม่ได้ตรวจการเพิกถอนใบรับรอง",
    "untrusted": "ลายมือชื่ออิเล็กทรอนิกส์ไม่เชื่อมถึงใบรับรองรากที่เชื่อถือ (NRCA)",
    "changed": "เอกสารถูกแก้ไขหลังลงนาม",
    "broken": "ลายมือชื่ออิเล็กทรอนิกส์เสียหายหรืออ่านไม่ได้",
}
_WHY = {
    "revoked": "ใบรับรองถูกเพิกถอนแล้ว",
    "expired": "ใบรับรองหมดอายุหรือยังไม่เริ่มใช้ในวันที่ตรวจ และไม่มีการประทับเวลา",
    "weak": "ใช้วิธีเข้ารหัสที่ไม่ปลอดภัยแล้ว",
}
_ROOTS = {"nrca": "ออกภายใต้ NRCA", "office": "เชื่อมถึงใบรับรองรากที่หน่วยงานเพิ่มเอง ไม่ใช่ NRCA"}
_WORST_FIRST: tuple[Outcome, ...] = ("broken", "changed", "untrusted", "unchecked", "valid")


@dataclass(frozen=True)
class Signature:
    """One signature of a PDF. `root`: "nrca", "office" (a root that the operator added) or ""; `why` tells more of
    "untrusted". `signed_bytes`: the file's first so many bytes are what was signed. Times are ISO 8601; `claimed` is
    the signer's own word."""

    outcome: Outcome
    why: str = ""
    root: str = ""
    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    until: str = ""
    claimed: str = ""
    signed_bytes: int = 0


@dataclass(frozen=True)
class Examined:
    """Facts about some bytes. `reason` says why they are refused ("" if they are not); `flows.papers` has its words.

    `clean` is the SHA-256 of the copy that others may see ("" for a PDF: show `previews`, JPEGs of the first pages).
    `trust` marks the roots and lists by which the signatures were judged ("" if there are none).
    """

    kind: str
    reason: Trouble | Literal[""] = ""
    pages: int = 0
    width: int = 0
    height: int = 0
    findings: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    clean: str = ""
    previews: tuple[str, ...] = ()
    scan: Scan = "unscanned"
    trust: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.reason:
            return "refused"
        doubtful = self.signed in ("broken", "changed", "untrusted") or REVIEW.intersection(self.findings)
        return "review" if doubtful else "usable"

    @property
    def signed(self) -> Outcome | None:
        """The worst outcome of all signatures; None if there is none."""
        outcomes = {signature.outcome for signature in self.signatures}
        return next((outcome for outcome in _WORST_FIRST if outcome in outcomes), None)

    @property
    def deemed_correct(self) -> bool:
        """B39: certified under NRCA, so nobody needs to ask the issuer. Whether this signer is the right one to issue
        such a paper, an officer decides."""
        sound = self.signed in ("valid", "unchecked") and self.verdict == "usable"
        return sound and all(signature.root == "nrca" for signature in self.signatures)

    def after(self, before: Examined) -> Examined:
        """These facts, where `before` is what was found of the same bytes when they came: what was in order then does
        not become doubtful because its certificate has run out since."""
        if len(before.signatures) != len(self.signatures):
            return self
        pairs = zip(before.signatures, self.signatures, strict=True)
        return replace(self, signatures=tuple(old if _only_older(old, new) else new for old, new in pairs))

    def for_staff(self, *, named: bool = True) -> tuple[str, ...]:
        """One line each: signatures first, then findings, then whether it was scanned. Not `named`: who signed is
        withheld (A22)."""
        lines = [_line(signature, named=named) for signature in self.signatures]
        lines += [FINDINGS[finding] for finding in self.findings]
        return (*lines, "ตรวจไวรัสแล้ว ไม่พบ" if self.scan == "clean" else "ยังไม่ได้ตรวจไวรัส")

    def hint(self) -> str:
        """For the sender of a photographed paper: what may be wrong with it, "" if nothing."""
        return f"{self.legibility()} {RETAKE}" if self.hints else ""

    def legibility(self) -> str:
        """What may be wrong with a photographed paper, in a few words; "" if nothing."""
        return f"ภาพอาจอ่านยาก: {' '.join(HINTS[hint] for hint in self.hints)}" if self.hints else ""

    def to_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Examined:
        """What `to_data` gave, after JSON. Raises TypeError or ValueError for anything else."""
        known = {field.name: data[field.name] for field in fields(cls) if field.name in data}
        for name in ("findings", "hints", "previews"):
            known[name] = tuple(known.get(name, ()))
        known["signatures"] = tuple(Signature(**each) for each in known.get("signatures", ()))
        return cls(**known)


def _only_older(before: Signature, now: Signature) -> bool:
    return now.why == "expired" and before.outcome in ("valid", "unchecked")


def _line(signature: Signature, *, named: bool) -> str:
    return " · ".join(_parts(signature, named=named))


def _parts(signature: Signature, *, named: bool) -> Iterator[str]:
    yield OUTCOMES[signature.outcome]
    if signature.outcome == "untrusted" and signature.why in _WHY:
        yield _WHY[signature.why]
    if signature.root in _ROOTS:
        yield _ROOTS[signature.root]
    if named and (signature.signer or signature.organisation):
        yield f"ผู้ลงนาม {' '.join(part for part in (signature.signer, signature.organisation) if part)}"
    if signature.issuer:
        yield f"ออกโดย {signature.issuer}"
    if signature.until:
        until = datetime.fromisoformat(signature.until)
        yield f"ใบรับรองใช้ได้ถึง {until.day}/{until.month}/{until.year + 543}"
