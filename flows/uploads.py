"""ไฟล์ใหญ่: files that a chat cannot carry come by a page of our own (B71), and each is confirmed in chat by name, size
and time (B72). A push costs: files that come close together are confirmed together, and for nothing if the citizen
speaks meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flows import late
from flows.book import Book
from flows.effects import AddPapers, Forget, GiveLink, LatePapers
from flows.engine import advance
from flows.events import SentFile, SentUnusable, Uploaded
from flows.memory import Asking, Memory, Receipt
from flows.menu import NEXT
from flows.messages import RECEIPT, Card, Choice, Message, Say
from flows.options import say
from flows.papers import no_files, trouble
from flows.scene import Heard, Scene
from flows.state import State, files_of, receiving, upgrade
from flows.talks import drop_asking, present
from flows.thai import BANGKOK, shorten, thai_date, thai_moment

#: Seconds until a receipt goes out by itself: after the last file, and while others are on their way.
_WAIT, _WAIT_FOR_MORE = 15.0, 600.0
#: So many files are named in one message.
_MOST = 20
#: Why a link leads nowhere any more: the draft was given up, the case has ended, or it has taken its share of files.
CLOSED: Mapping[str, str] = {
    "gone": "เรื่องนี้รับไฟล์เพิ่มไม่ได้แล้ว โปรดกลับไปที่แชต",
    "ended": "เรื่องนี้สิ้นสุดการดำเนินการแล้ว จึงรับไฟล์เพิ่มไม่ได้ หากมีข้อสงสัย โปรดติดต่อเจ้าหน้าที่",
    "full": "เรื่องนี้รับไฟล์ทางหน้าส่งไฟล์ครบจำนวนแล้ว หากต้องการส่งเพิ่ม โปรดติดต่อเจ้าหน้าที่",
}


def give_link(scene: Scene, memory: Memory) -> Heard:
    """A link for the open draft, or for the case just filed; for one of its papers, where a case waits for any."""
    if memory.asking and memory.asking.kind == "late":
        return awaited(scene, memory, replace(memory.asking, large=True))
    if memory.talk is not None:
        flow = scene.flow(memory.talk)
        talk = upgrade(flow, memory.talk)
        if receiving(flow, talk) is None:
            return Heard(memory, (present(scene, memory, no_files(flow, talk)),))
        return Heard(memory, (), (GiveLink(memory.talk.draft),))
    filed = memory.latest_case(scene.now)
    case = (filed and filed.case) or {}
    if filed and case.get("kind") != "petition":
        return Heard(memory, (), (GiveLink(filed.draft),))
    return drop_asking(memory).after(effects=(LatePapers(str(case.get("code", "")), large=True),))


def nothing_awaited(scene: Scene, memory: Memory) -> Heard:
    """No case waits for papers: the link is for the case just filed."""
    if case := memory.latest_case(scene.now):
        return Heard(memory, (), (GiveLink(case.draft),))
    return Heard(memory, (present(scene, memory, "โปรดเปิดเรื่องที่ต้องการแนบไฟล์ก่อน แล้วพิมพ์ “ไฟล์ใหญ่” อีกครั้ง"),))


def awaited(scene: Scene, memory: Memory, asking: Asking) -> Heard:
    """The question for late papers; a link at once, where one is wanted and it is known for which paper."""
    paper = late.paper_of(asking)
    link = asking.large and paper is not None
    memory = replace(memory, asking=replace(asking, large=False) if link else asking)
    if link and paper:
        return Heard(memory, (), (GiveLink((asking.case or {})["draft"], paper["key"]),))
    return Heard(memory, (present(scene, memory, "โปรดเลือกเอกสารที่จะส่งทางหน้าส่งไฟล์" if asking.large else ""),))


def link_card(value: Mapping[str, Any], asking: Asking | None) -> Card | Say:
    """The link as the citizen sees it, or why there is none."""
    if "closed" in value:
        return Say(CLOSED[value["closed"]], choices=say("ติดต่อเจ้าหน้าที่", *NEXT))
    until = thai_moment(datetime.fromisoformat(value["until"]))
    paper = late.paper_of(asking) if asking and asking.kind == "late" else None
    what = f"เอกสาร “{paper['title']}” " if paper else "เรื่องนี้ "
    return Card(
        title="ส่งไฟล์ขนาดใหญ่",
        text=(
            f"แตะปุ่มเพื่อเปิดหน้าส่งไฟล์ ส่งได้หลายไฟล์ ไฟล์ละไม่เกิน {value['largest_mb']:,} MB\n"
            f"ลิงก์นี้ใช้ได้เฉพาะ{what}จนถึง{until} โปรดอย่าส่งต่อให้ผู้อื่น"
        ),
        actions=(Choice("เปิดหน้าส่งไฟล์", value["url"], "link"),),
    )


def room(book: Book, memory: Memory, draft: str) -> int:
    """How many more files the draft takes; 0 if it was given up."""
    state = memory.draft(draft)
    flow = book.pinned(state.flow, state.version) if state else None
    if state is None or flow is None:
        return 0
    state = upgrade(flow, state)
    step = receiving(flow, state)
    return max(0, step.at_most - len(files_of(state, step))) if step else 0


def is_for_a_paper(book: Book, memory: Memory, draft: str) -> bool:
    """Whether what comes for this draft now is a page of a paper."""
    state = memory.draft(draft)
    flow = book.pinned(state.flow, state.version) if state else None
    step = receiving(flow, upgrade(flow, state)) if flow and state else None
    return bool(step and step.paper)


def uploaded(scene: Scene, memory: Memory, event: Uploaded) -> Heard:
    """The file joins the draft or case of its link, whatever is being talked of."""
    if event.trouble:
        lead = f"ไฟล์ {_called(event.file.name)} จากหน้าส่งไฟล์: {trouble(SentUnusable(event.trouble, event.at))}"
        return Heard(memory, (replace(present(scene, memory, lead), must_arrive=True),))
    if event.file.paper or memory.filed_as(event.draft):
        return Heard(_noted(memory, event), (), (AddPapers(event.draft, (event.file,)),))
    state = memory.draft(event.draft)
    if state is None:
        gone = f"เรื่องที่ขอลิงก์ไว้ถูกยกเลิกแล้ว จึงไม่ได้เก็บไฟล์ {_called(event.file.name)} ไว้"
        return Heard(memory, (Say(gone, choices=say(*NEXT), must_arrive=True),), (Forget((event.file,)),))
    return _joined(scene, memory, upgrade(scene.flow(state), state), event)


def _joined(scene: Scene, memory: Memory, state: State, event: Uploaded) -> Heard:
    flow = scene.flow(state)
    turn = advance(flow, state, SentFile(event.file, event.at, hint=event.hint), scene.now)
    memory = memory.with_draft(turn.state)
    if event.file.message_id not in {ref.message_id for ref in turn.state.refs}:
        full = f"เรื่อง “{flow.title}” รับไฟล์ครบจำนวนแล้ว"
        why = full if receiving(flow, turn.state) else no_files(flow, turn.state)
        lead = f"{why} จึงไม่ได้แนบไฟล์ {_called(event.file.name)}"
        return Heard(memory, (replace(present(scene, memory, lead), must_arrive=True),), turn.effects)
    heard = confirmed(scene, _noted(memory, event), f"แนบไว้กับเรื่อง “{flow.title}” แล้ว")
    return heard.after(effects=turn.effects)


def confirmed(scene: Scene, memory: Memory, where: str, *offered: str) -> Heard:
    """The receipt of all that came by the page since the citizen last spoke, and the question that is open."""
    hints = [receipt.hint for receipt in memory.receipts if receipt.hint][:1]
    text = "\n".join(("ได้รับไฟล์จากหน้าส่งไฟล์", *map(_line, memory.receipts), where, *hints))
    message: Message = Say(text, choices=say(*offered, *NEXT))
    if memory.talk or memory.asking:
        message = present(scene, memory, text)
    wait = _WAIT_FOR_MORE if memory.receipts[-1].more else _WAIT
    return Heard(memory, (replace(message, topic=RECEIPT, wait=wait, must_arrive=True),))


def _noted(memory: Memory, event: Uploaded) -> Memory:
    receipt = Receipt(event.file.name, event.file.size, event.at, event.more, event.hint)
    return replace(memory, receipts=(*memory.receipts, receipt)[-_MOST:])


def _line(receipt: Receipt) -> str:
    at = receipt.at.astimezone(BANGKOK)
    return f"• {_called(receipt.name)} · {size_words(receipt.size)} · {thai_date(at, short=True)} {at:%H.%M} น."


def _called(name: str) -> str:
    return f"“{shorten(name, 40)}”" if name else "(ไม่มีชื่อ)"


def size_words(size: int) -> str:
    """`640 KB`, `12.3 MB`."""
    return f"{size / 1_000_000:,.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"
