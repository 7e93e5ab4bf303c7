"""What the tests of Messenger do and look at: say something, see what was sent, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot import outbox
from bot.messenger import Messenger
from flows.messages import Message, Say
from models import conversation
from models import outbox as rows
from models.case import case_events
from models.conversation import Conversation
from tests.house import House, MessengerPhone

RECEIPT = Say("ผลการดำเนินการ: ซ่อมถนนแล้ว", must_arrive=True)


def talk_of(phone: MessengerPhone) -> Conversation:
    with phone.house.wiring.database.reading() as tx:
        talk = conversation.find(tx, f"messenger:{phone.user}")
    assert talk is not None
    return talk


def say(phone: MessengerPhone, *messages: Message, purpose: str = "answer") -> None:
    talk = talk_of(phone)
    with phone.house.wiring.database.transaction() as tx:
        outbox.say(tx, talk, messages, phone.house.clock(), purpose=purpose)


def sends(phone: MessengerPhone) -> list[Any]:
    return [call for call in phone.house.world.meta.calls if call.operation == "send"]


def outcomes(phone: MessengerPhone) -> list[tuple[str, str, str]]:
    with phone.house.wiring.database.reading() as tx:
        mine = sa.select(rows.outgoing).where(rows.outgoing.c.lane == f"messenger:{phone.user}")
        return [(row["state"], row["held"], row["outcome"]) for row in tx.all(mine.order_by(rows.outgoing.c.id))]


def allow(phone: MessengerPhone, **granted: Any) -> None:
    """Meta grants the page something, and the office says so in its file."""
    channel = phone.house.wiring.channels["messenger"]
    assert isinstance(channel, Messenger)
    channel._account = replace(channel._account, **granted)


def files_a_complaint(phone: MessengerPhone) -> None:
    phone.types("เมนู")
    phone.taps("ร้องเรียน/ร้องทุกข์")
    phone.types("1")
    for said in ("1", "หน้าวัดศรีนคร", "ถนนเป็นหลุมลึก น้ำขังตลอด", "ข้าม", "ไม่ระบุชื่อ"):
        phone.types(said)
    phone.taps("ยืนยันและส่ง")


def open_history(house: House) -> list[str]:
    with house.wiring.database.reading() as tx:
        return [row["what"] for row in tx.all(sa.select(case_events).order_by(case_events.c.id))]
