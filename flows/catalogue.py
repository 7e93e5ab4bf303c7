"""The services as a citizen sees them: the list, in groups when it is long, and what one of them needs (B25, A31)."""

from __future__ import annotations

from flows.book import Book
from flows.options import Option
from flows.thai import plain
from services.catalogue import Paper, Service, button_label
from services.catalogue_file import MOST_CHOICES

QUESTION = "ต้องการยื่นคำขอใด"
#: Words that people put before the name of what they want.
_ASKING = ("ขออนุญาต", "ขอรับ", "ขอ", "ยื่น", "ติดต่อ")


def options(book: Book, group: str) -> tuple[Option, ...]:
    """Every service, or those of the group; the groups first, if the services are too many for one list."""
    groups = tuple(dict.fromkeys(service.group for service in book.offered))
    if group in groups:
        return tuple(_option(service) for service in book.offered if service.group == group)
    if len(book.offered) > MOST_CHOICES:
        return tuple(Option(name, button_label(name), text=name) for name in groups)
    return tuple(_option(service) for service in book.offered)


def _option(service: Service) -> Option:
    return Option(service.flow, service.label, (service.key,), service.title)


def named(book: Book, text: str) -> Service | None:
    """The one service that these words name; None if none does, or several might."""
    said = plain(text)
    for asking in _ASKING:
        said = said.removeprefix(asking)
    if len(said) < 4 or len(said) > 60:
        return None
    found = [one for one in book.offered if said in plain(one.title) or said == plain(one.label)]
    return found[0] if len(found) == 1 else None


def needs(book: Book, flow: str) -> str:
    """What a service needs, before its first question: papers, fee, days, law."""
    service = next((one for one in book.offered if one.flow == flow), None)
    if service is None:
        return QUESTION
    papers = [f"• {paper.title}{_if(service, paper)}" for paper in service.papers]
    papers += ["• หนังสือมอบอำนาจ (กรณียื่นแทนผู้อื่น)"] * service.by_proxy
    parts = (
        service.title,
        f"ผู้มีสิทธิยื่น: {service.who}",
        "\n".join(["เอกสารที่ใช้ (ชุดเดียวพอ ไม่ต้องเซ็นรับรอง):", *papers]) if papers else "ไม่ต้องใช้เอกสาร",
        f"ค่าธรรมเนียม: {service.fee}",
        f"ระยะเวลา: {service.time}",
        f"กฎหมาย: {service.law}",
        "ใช้ข้อมูลสุขภาพ จะขอความยินยอมก่อน" if service.sensitive else "",
        "ต้องยืนยันตัวตนก่อนดำเนินการ" if service.risk == "high" else "",
    )
    return "\n".join(part for part in parts if part) + "\n"


def _if(service: Service, paper: Paper) -> str:
    when = paper.when
    if when is None:
        return "" if paper.required else " (ถ้ามี)"
    question = next(one for one in service.questions if one.key == when.question)
    names = "หรือ".join(pick.text for pick in question.choices if pick.key in when.values)
    return f" (กรณี{question.title}: {names}{'' if paper.required else ', ถ้ามี'})"
