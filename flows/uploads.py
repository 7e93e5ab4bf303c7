"""ไฟล์ใหญ่: files that a chat cannot carry come by a page of our own (B71), and each is confirmed in chat by name, size
and time (B72). A push costs: files that come close together are confirmed together, and for nothing if the citizen
speaks meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flows.book import Book
from flows.effects import AddPapers, Forget, GiveLink
from flows.engine import advance
from flows.events import SentFile, Uploaded
from flows.memory import Memory, Receipt
from flows.menu import NEXT
from flows.messages import RECEIPT, Card, Choice, Message, Say
from flows.options import say
from flows.papers import no_files
from flows.scene import Heard, Scene
from flows.state import State, files_of, receiving, upgrade
from flows.talks import present
from flows.thai import BANGKOK, shorten, thai_date, thai_moment

#: Seconds until a receipt goes out by itself: after the last file, and while others are on their way.
_WAIT, _WAIT_FOR_MORE = 15.0, 600.0
#: So many files are named in one message, and so many may be added to a filed case by one link.
_MOST = 20
_IN_CHAT = "เอกสารที่ส่งเพิ่มภายหลัง โปรดส่งเป็นรูปหรือไฟล์ทางแชตนี้ ไฟล์ละไม่เกิน 20 MB"


def give_link(scene: Scene, memory: Memory) -> Heard:
    """A link for the open draft, or for the case just filed; late papers join their case from the chat alone."""
    if memory.asking and memory.asking.kind == "late":
        return Heard(memory, (present(scene, memory, _IN_CHAT),))
    if memory.talk is not None:
        flow = scene.flow(memory.talk)
        talk = upgrade(flow, memory.talk)
        if receiving(flow, talk) is None:
            return Heard(memory, (present(scene, memory, no_files(flow, talk)),))
        return Heard(memory, (), (GiveLink(memory.talk.draft),))
    if case := memory.latest_case(scene.now):
        return Heard(memory, (), (GiveLink(case.draft),))
    return Heard(memory, (present(scene, memory, "โปรดเปิดเรื่องที่ต้องการแนบไฟล์ก่อน แล้วพิมพ์ “ไฟล์ใหญ่” อีกครั้ง"),))


def link_card(value: Mapping[str, Any]) -> Card:
    """The link as the citizen sees it."""
    until = thai_moment(datetime.fromisoformat(value["until"]))
    return Card(
        title="ส่งไฟล์ขนาดใหญ่",
        text=(
            f"แตะปุ่มเพื่อเปิดหน้าส่งไฟล์ ส่งได้หลายไฟล์ ไฟล์ละไม่เกิน {value['largest_mb']:,} MB\n"
            f"ลิงก์นี้ใช้ได้กับเรื่องนี้เท่านั้น ถึง{until} โปรดอย่าส่งต่อให้ผู้อื่น"
        ),
        actions=(Choice("เปิดหน้าส่งไฟล์", value["url"], "link"),),
    )


def room(book: Book, memory: Memory, draft: str) -> int:
    """How many more files the draft takes, or the case it became; 0 if it was given up."""
    if memory.filed_as(draft):
        return _MOST
    state = memory.draft(draft)
    flow = book.pinned(state.flow, state.version) if state else None
    if state is None or flow is None:
        return 0
    state = upgrade(flow, state)
    step = receiving(flow, state)
    return max(0, step.at_most - len(files_of(state, step))) if step else 0


def uploaded(scene: Scene, memory: Memory, event: Uploaded) -> Heard:
    """The file joins the draft or case of its link, whatever is being talked of."""
    if memory.filed_as(event.draft):
        return Heard(_noted(memory, event), (), (AddPapers(event.draft, (event.file,)),))
    state = memory.draft(event.draft)
    if state is None:
        gone = f"เรื่องที่ขอลิงก์ไว้ถูกยกเลิกแล้ว จึงไม่ได้เก็บไฟล์ {_called(event.file.name)} ไว้"
        return Heard(memory, (Say(gone, choices=say(*NEXT), must_arrive=True),), (Forget((event.file,)),))
    return _joined(scene, memory, upgrade(scene.flow(state), state), event)


def _joined(scene: Scene, memory: Memory, state: State, event: Uploaded) -> Heard:
    flow = scene.flow(state)
    turn = advance(flow, state, SentFile(event.file, event.at), scene.now)
    memory = memory.with_draft(turn.state)
    if event.file.message_id not in {ref.message_id for ref in turn.state.refs}:
        full = f"เรื่อง “{flow.title}” รับไฟล์ครบจำนวนแล้ว"
        why = full if receiving(flow, turn.state) else no_files(flow, turn.state)
        lead = f"{why} จึงไม่ได้แนบไฟล์ {_called(event.file.name)}"
        return Heard(memory, (replace(present(scene, memory, lead), must_arrive=True),), turn.effects)
    heard = confirmed(scene, _noted(memory, event), f"แนบไว้กับเรื่อง “{flow.title}” แล้ว")
    return heard.after(effects=turn.effects)


def confirmed(scene: Scene, memory: Memory, where: str) -> Heard:
    """The receipt of all that came by the page since the citizen last spoke, and the question that is open."""
    text = "\n".join(("ได้รับไฟล์จากหน้าส่งไฟล์", *map(_line, memory.receipts), where))
    message: Message = Say(text, choices=say(*NEXT))
    if memory.talk or memory.asking:
        message = present(scene, memory, text)
    wait = _WAIT_FOR_MORE if memory.receipts[-1].more else _WAIT
    return Heard(memory, (replace(message, topic=RECEIPT, wait=wait, must_arrive=True),))


def _noted(memory: Memory, event: Uploaded) -> Memory:
    receipt = Receipt(event.file.name, event.file.size, event.at, event.more)
    return replace(memory, receipts=(*memory.receipts, receipt)[-_MOST:])


def _line(receipt: Receipt) -> str:
    at = receipt.at.astimezone(BANGKOK)
    return f"• {_called(receipt.name)} · {size_words(receipt.size)} · {thai_date(at, short=True)} {at:%H.%M} น."


def _called(name: str) -> str:
    return f"“{shorten(name, 40)}”" if name else "(ไม่มีชื่อ)"


def size_words(size: int) -> str:
    """`640 KB`, `12.3 MB`."""
    return f"{size / 1_000_000:,.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"
