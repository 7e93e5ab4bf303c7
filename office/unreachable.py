"""Citizens whom no message reaches, and who left no telephone number: after thirty days it is proposed to the head that
their cases be struck off (B29). Only the head decides; nothing here ends a case."""

from __future__ import annotations

from datetime import datetime, timedelta

from models import case, conversation, people
from models.db import Tx
from office import cases, notices, workflow
from services.office import Office

KEPT_WAITING = timedelta(days=30)
SYSTEM = "system"


def propose_disposal(tx: Tx, office: Office, now: datetime) -> list[str]:
    """Note the proposal in the history of each such case; tell the staff, once, the numbers of those that are not
    secret, and return them."""
    numbers: list[str] = []
    for talk_id in conversation.unreachable_since(tx, now - KEPT_WAITING):
        conversation.disposal_was_proposed(tx, talk_id, now)
        for row in case.by_conversation(tx, talk_id):
            if row["status"] in workflow.ENDED or people.left_a_phone(tx, row["id"]):
                continue
            note = "ติดต่อผู้ยื่นไม่ได้ครบ 30 วันและไม่มีช่องทางอื่น เสนอผู้บังคับบัญชาพิจารณาจำหน่ายเรื่อง"
            cases.record(tx, row["id"], who=SYSTEM, what="disposal_proposed", now=now, note=note)
            if not row["secret"]:  # named beside another case, a tip would tell who brought it (A22)
                numbers.append(f"{row['number']}/{row['year']}")
    if numbers:
        notices.trouble(tx, _proposal(office, numbers), now)
    return numbers


def _proposal(office: Office, numbers: list[str]) -> str:
    return f"ติดต่อผู้ยื่นไม่ได้ครบ 30 วัน: เรื่อง {', '.join(numbers)}\nโปรดเสนอ{office.addressee}พิจารณาอนุมัติจำหน่ายเรื่อง"
