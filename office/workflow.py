"""สถานะเรื่อง: the statuses of a case and the changes allowed between them, each with its reason (A21).

What is not in the table is forbidden. Withdrawing needs a proof of identity first (S2 #3.3: a "cancel" in the chat ends
nothing), and a matter is struck off only after its papers were waited for (S2 #3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """`title` as registers and staff read it, `told` as the citizen reads it. Nothing follows upon an `ended` status
    but a fresh look."""

    key: str
    title: str
    told: str
    ended: bool = False


_ALL = (
    Status("received", "รับเรื่องแล้ว", "รับเรื่องแล้ว"),
    Status("unsigned", "บัตรสนเท่ห์ – เสนอพิจารณา", "อยู่ระหว่างพิจารณารับเรื่อง"),
    Status("screening", "ตรวจสอบเบื้องต้น", "ตรวจสอบเบื้องต้น"),
    Status("papers", "รอเอกสารเพิ่มเติม", "รอเอกสารเพิ่มเติมจากท่าน"),
    Status("payment", "รอชำระเงิน", "รอการชำระเงิน"),
    Status("identity", "รอยืนยันตัวตน", "รอการยืนยันตัวตนของท่าน"),
    Status("assigned", "ส่งหน่วยงาน", "ส่งหน่วยงานที่รับผิดชอบแล้ว"),
    Status("accepted", "หน่วยงานรับเรื่อง", "หน่วยงานรับเรื่องแล้ว"),
    Status("working", "กำลังดำเนินการ", "กำลังดำเนินการ"),
    Status("answered", "แจ้งผลแล้ว", "แจ้งผลแล้ว"),
    Status("review", "รอทบทวน", "อยู่ระหว่างทบทวน"),
    Status("closed", "ยุติเรื่อง", "ดำเนินการเสร็จสิ้น", ended=True),
    Status("rejected", "ไม่รับพิจารณา", "ไม่รับพิจารณา", ended=True),
    Status("forwarded", "ส่งต่อหน่วยงานอื่น", "ส่งต่อหน่วยงานที่มีอำนาจหน้าที่แล้ว", ended=True),
    Status("withdrawn", "ถอนเรื่อง", "ถอนเรื่องแล้ว", ended=True),
    Status("struck_off", "จำหน่ายเรื่อง", "จำหน่ายเรื่องแล้ว", ended=True),
)
STATUSES: Mapping[str, Status] = {status.key: status for status in _ALL}
ENDED = frozenset(status.key for status in _ALL if status.ended)

_PROVE = "ต้องยืนยันตัวตนก่อนถอนเรื่อง หรือก่อนดำเนินการตามคำขอ"
_BACK = "ยืนยันตัวตนแล้ว ไม่มายืนยันตัวตน หรือไม่ประสงค์ถอนเรื่องแล้ว กลับสู่สถานะเดิม"
_ELSEWHERE = "ไม่อยู่ในอำนาจหน้าที่ แจ้งผู้ร้องว่าหน่วยงานใดรับผิดชอบ"

#: From a status to each that may follow, and when that is right.
CHANGES: Mapping[str, Mapping[str, str]] = {
    "received": {
        "screening": "เริ่มตรวจสอบข้อมูลและอำนาจหน้าที่",
        "assigned": "เรื่องชัดเจน ส่งหน่วยงานได้ทันที",
        "papers": "ข้อมูลหรือเอกสารไม่ครบ",
        "forwarded": _ELSEWHERE,
        "identity": _PROVE,
    },
    "unsigned": {
        "screening": "ผู้มีอำนาจให้รับพิจารณา เพราะมีหลักฐานหรือกรณีแวดล้อมชัดแจ้ง",
        "papers": "ขอหลักฐานหรือพยานเพิ่มเติมจากผู้แจ้ง",
        "rejected": "ไม่ระบุหลักฐาน กรณีแวดล้อม หรือพยานบุคคล (มติ ครม. 22 ธ.ค. 2541)",
    },
    "screening": {
        "assigned": "ตรวจสอบแล้ว อยู่ในอำนาจหน้าที่",
        "papers": "ข้อมูลหรือเอกสารไม่ครบ",
        "payment": "ครบถ้วนแล้ว มีค่าธรรมเนียมต้องชำระ",
        "rejected": "ไม่เข้าหลักเกณฑ์การรับเรื่อง",
        "forwarded": _ELSEWHERE,
        "identity": _PROVE,
    },
    "papers": {
        "screening": "ได้รับเอกสารแล้ว ตรวจอีกครั้ง",
        "identity": _PROVE,
        "struck_off": "ติดต่อไม่ได้ครบ 30 วัน หัวหน้าหน่วยงานอนุมัติให้จำหน่าย",
    },
    "payment": {
        "assigned": "การเงินยืนยันว่าชำระครบ",
        "screening": "ต้องตรวจยอดหรือคำขออีกครั้ง",
        "identity": _PROVE,
    },
    "identity": {
        "withdrawn": "ยืนยันตัวตนแล้ว ถอนเรื่องตามความประสงค์",
        **dict.fromkeys(("received", "screening", "papers", "payment", "assigned", "accepted", "working"), _BACK),
    },
    "assigned": {
        "accepted": "หน่วยงานรับไปดำเนินการ",
        "screening": "หน่วยงานส่งคืน ไม่ใช่ภารกิจของตน",
        "identity": _PROVE,
    },
    "accepted": {
        "working": "เริ่มดำเนินการ",
        "papers": "ต้องการข้อมูลเพิ่มเติมจากผู้ร้อง",
        "screening": "หน่วยงานส่งคืน ไม่ใช่ภารกิจของตน",
        "identity": _PROVE,
    },
    "working": {
        "answered": "ดำเนินการแล้ว แจ้งผลให้ผู้ร้องทราบ",
        "papers": "ต้องการข้อมูลเพิ่มเติมจากผู้ร้อง",
        "forwarded": _ELSEWHERE,
        "identity": _PROVE,
    },
    "answered": {
        "closed": "ผู้ร้องรับทราบ หรือไม่โต้แย้งในกำหนด",
        "review": "ผู้ร้องโต้แย้งผล",
        "working": "ต้องดำเนินการเพิ่มเติม",
    },
    "review": {
        "working": "ทบทวนแล้ว ต้องดำเนินการใหม่",
        "answered": "ทบทวนแล้ว ยืนยันผลเดิม",
    },
    "closed": {"review": "ผู้ร้องแจ้งว่าปัญหายังไม่หมดไป"},
    "rejected": {"review": "ผู้ร้องอุทธรณ์หรือส่งหลักฐานใหม่"},
    "forwarded": {"screening": "หน่วยงานปลายทางส่งคืน"},
    "withdrawn": {},
    "struck_off": {"screening": "ผู้ร้องติดต่อกลับมา"},
}


class WrongStatus(Exception):
    """เปลี่ยนสถานะเช่นนี้ไม่ได้: what may follow is in `CHANGES`."""

    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = before, after
        titles = (STATUSES[key].title if key in STATUSES else key for key in (before, after))
        super().__init__("เปลี่ยนสถานะจาก “{}” เป็น “{}” ไม่ได้".format(*titles))


def reason(before: str, after: str) -> str:
    """Why this change is allowed. Raises WrongStatus if it is not."""
    try:
        return CHANGES[before][after]
    except KeyError:
        raise WrongStatus(before, after) from None
