"""A turn in a group: the staff's own group is answered, an unknown one gets nothing and is left (B56)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from bot import outbox
from bot.channel import Reading
from bot.outbox import ReplyToken
from flows.events import Event, Pressed, Typed
from flows.messages import Choice, Message, Say
from handlers import quota
from handlers.wiring import Wiring
from models import conversation, errands
from models.conversation import Conversation
from models.db import Tx
from office import desk, digest

#: So long an unknown group has to type its code before we leave.
GRACE = timedelta(minutes=10)
LEAVE = "leave_group"
_ACTIVATE = re.compile(r"\s*เปิดใช้\s+([0-9A-Za-z-]{4,40})\s*")
_WELCOME = """เปิดใช้กลุ่มเจ้าหน้าที่แล้ว
เมื่อมีเรื่องใหม่ จะแจ้งเลขรับ ประเภท และกำหนดเสร็จที่กลุ่มนี้ โดยไม่มีชื่อหรือเบอร์โทรของประชาชน
ทุกวันทำการ เวลา 08.30 น. และ 16.30 น. จะส่งสรุปงาน เมื่อดูแล้วโปรดกด “ตรวจแล้ว”
พิมพ์ “งานค้าง” เพื่อดูเรื่องที่ยังไม่เสร็จ หรือ “สรุป” เพื่อดูสรุปงานเมื่อใดก็ได้"""


def turn(
    wiring: Wiring, tx: Tx, group: Conversation, reading: Reading, event: Event | None, token: ReplyToken | None
) -> None:
    """Answer the group if it is the staff's and asks for something; let the bot leave it if it is not."""
    now = wiring.now()
    if reading.sign == "left":
        conversation.set_staff(tx, group.id, None)
        conversation.set_reachable(tx, group.id, now, reachable=False)
        errands.call_off(tx, LEAVE, lane=group.lane, now=now)
        return
    if not group.reachable:
        conversation.set_reachable(tx, group.id, now, reachable=True)
    text = event.text if isinstance(event, Typed) else ""
    code = _ACTIVATE.fullmatch(text)
    if group.staff_since is not None:
        if isinstance(event, Pressed):  # LINE need not say who pressed a button in a group ("Source group chat")
            said: Sequence[Message] = [Say("ปุ่มนี้ใช้ในกลุ่มไม่ได้ โปรดพิมพ์ข้อความแทน เช่น “งานค้าง”")]
        else:
            said = _answer(wiring, tx, group, text.strip(), reading.speaker)
        outbox.say(tx, group, said, now, token=token)
    elif code and desk.redeem(tx, code[1], group.id, now):
        conversation.set_staff(tx, group.id, now)
        errands.call_off(tx, LEAVE, lane=group.lane, now=now)
        quota.ask(tx, group.channel, now)  # how many are in it: so many is a push to it billed
        choices = (Choice("งานค้าง", kind="say"), Choice("สรุป", kind="say"))
        outbox.say(tx, group, [Say(_WELCOME, choices=choices)], now, token=token)
    else:
        errands.put(tx, LEAVE, lane=group.lane, now=now, due=now + GRACE)


def _answer(wiring: Wiring, tx: Tx, group: Conversation, text: str, speaker: str | None) -> Sequence[Message]:
    """What the staff's group is told upon these words; nothing, if they are its own talk."""
    now = wiring.now()
    match text:
        case "งานค้าง":
            return desk.worklist(tx, wiring.calendar, now)
        case "สรุป":
            return [digest.on_demand(tx, group, wiring.office, wiring.calendar, now)]
        case digest.SEEN:
            who = conversation.lane_of(group.channel, speaker) if speaker else None
            return [Say(digest.acknowledge(tx, who, now))]
    return [Say("กลุ่มนี้เปิดใช้อยู่แล้ว")] if _ACTIVATE.fullmatch(text) else []
