"""Every conversation as one HTML page for the clerk: to be read, printed and signed off before a
service is opened. Drawn from the flows themselves, so it shows what a citizen will read; it needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import escape

from flows.asking import ask
from flows.book import Book
from flows.catalogue import needs
from flows.consent import ReadNotice
from flows.messages import Say
from flows.registers import WORDS, staff_book
from flows.state import State
from flows.steps import Files, Flow, Review, Step
from flows.thai import BANGKOK, thai_date
from services.catalogue import Service, When

_ANY_DAY = datetime(2026, 1, 1, tzinfo=BANGKOK)

_STYLE = """
:root{--ink:#1d2b36;--line:#c9d3da;--soft:#eef3f1;--go:#06704a}
*{box-sizing:border-box}
body{font:16px/1.6 "Sarabun","Noto Sans Thai","TH Sarabun New",Tahoma,sans-serif;color:var(--ink);margin:0 auto;
max-width:60rem;padding:1.5rem}
h1{margin:0 0 .25rem}h2{margin:0;font-size:1.35rem}h3{margin:1.5rem 0 .5rem;font-size:1.05rem}
.note,.cond{color:#52636f;font-size:.92rem}nav{columns:2;margin:1rem 0}a{color:var(--go)}
section{border-top:3px solid var(--go);margin-top:2.5rem;padding-top:.75rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;
vertical-align:top}th{background:var(--soft);width:11rem;font-weight:600}
.steps{list-style:none;margin:0;padding:0;counter-reset:step}
.steps>li{position:relative;border:1px solid var(--line);border-radius:.5rem;padding:.6rem .9rem .7rem;
margin:0 0 1.1rem;
break-inside:avoid;background:#fff}
.steps>li:not(:last-child)::after{content:"";position:absolute;left:1.6rem;bottom:-1.15rem;height:1.1rem;
border-left:2px solid var(--go)}
.steps>li.branch{margin-left:2.2rem;border-left:4px solid #c58a17;background:#fffaf0}
.say{white-space:pre-line;margin:.15rem 0 .5rem}
.key{font:12px/1.4 ui-monospace,monospace;color:#6a7a85;float:right}
.button{display:inline-block;border:1px solid var(--go);color:var(--go);border-radius:1rem;padding:0 .75rem;
margin:.12rem
.25rem .12rem 0;background:#fff;font-size:.93rem}
.other{border-color:var(--line);color:#52636f}
.map{display:flex;flex-wrap:wrap;gap:.35rem 0;align-items:center;margin:.5rem 0}
.map span{border:1px solid var(--line);border-radius:.35rem;padding:.05rem .5rem;background:var(--soft);
font-size:.88rem}
.map span.branch{border-style:dashed;border-color:#c58a17;background:#fffaf0}
.map b{padding:0 .3rem;color:var(--go)}
@media print{body{max-width:none;padding:0;font-size:13px}section{break-before:page}nav{columns:1}a{color:inherit}}
@media(max-width:40rem){nav{columns:1}th{width:7.5rem}.steps>li.branch{margin-left:.8rem}}
"""


def preview_page(book: Book) -> str:
    """The whole page."""
    name = escape(book.office.name)
    flows = [*_citizens(book), *_staffs(book)]
    named = [(one.key, one.title) for one in book.offered] + [(flow.name, _title(flow)) for flow in flows]
    links = "".join(f'<li><a href="#{key}">{escape(title)}</a></li>' for key, title in named)
    return (
        '<!doctype html>\n<html lang="th"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>บทสนทนาของบริการ · {name}</title><style>{_STYLE}</style></head><body>"
        f"<h1>บทสนทนาของบริการ</h1><p class=note>{name} · {len(book.offered)} บริการ · "
        "กรอบเส้นสีส้มคือส่วนที่ถามเฉพาะบางกรณี ปุ่มแสดงตามที่ประชาชนเห็น</p>"
        f"<nav><ol>{links}</ol></nav>{''.join(_service(book, one) for one in book.offered)}"
        f"{''.join(_other(flow) for flow in flows)}</body></html>\n"
    )


def _citizens(book: Book) -> list[Flow]:
    """What citizens can bring that is no service of the catalogue."""
    return [flow for name in ("complaint", "tip") if (flow := book.latest(name))]


def _staffs(book: Book) -> list[Flow]:
    """What the staff alone can do in a chat of their own."""
    return [flow for key, flow in staff_book(book, WORDS).flows.items() if key not in book.flows]


def _title(flow: Flow) -> str:
    return f"{flow.title} (เจ้าหน้าที่)" if flow.name in WORDS else flow.title


def _other(flow: Flow) -> str:
    return f'<section id="{flow.name}"><h2>{escape(_title(flow))}</h2>{_asked(flow, None)}</section>'


def _asked(flow: Flow, service: Service | None) -> str:
    """The map of a conversation, and its questions one by one."""
    steps = "".join(_step(flow, service, step) for step in flow.steps)
    return (
        f"<h3>แผนผัง</h3><div class=map>{'<b>→</b>'.join(_in_map(service, step) for step in flow.steps)}</div>"
        f"<h3>คำถามตามลำดับ</h3><ol class=steps>{steps}</ol>"
    )


def _service(book: Book, service: Service) -> str:
    flow = book.flows[service.flow, service.version]
    return (
        f'<section id="{service.key}"><h2>{escape(service.title)}</h2>'
        f"<p class=note>แฟ้ม {service.key}.toml · รุ่น {service.version} · เปิดใช้ {thai_date(service.released)}</p>"
        f"<table>{_facts(book, service)}</table>"
        f"<h3>ข้อความก่อนคำถามแรก</h3><p class=say>{escape(needs(book, service.flow))}</p>"
        f"{_asked(flow, service)}</section>"
    )


def _facts(book: Book, service: Service) -> str:
    unit = book.office.unit(service.unit)
    rows = {
        "ปุ่ม": service.label,
        "หมวด": service.group,
        "หน่วยงาน": f"{unit.name} โทร {unit.phone}" if unit else service.unit,
        "ค่าธรรมเนียม": service.fee,
        "ระยะเวลา": service.time,
        "กฎหมาย": service.law,
        "แจ้งผล": "ทางแชต" if service.result == "chat" else "เป็นหนังสือ",
        "ความเสี่ยง": "สูง ต้องยืนยันตัวตน" if service.risk == "high" else "ต่ำ ไม่ต้องยืนยันตัวตน",
        "ส่งเอกสารทีหลัง": f"ภายใน {service.late_days} วันทำการ" if service.papers else "",
        "การจอง": _booked(service),
    }
    return "".join(f"<tr><th>{name}<td>{escape(text)}" for name, text in rows.items() if text)


def _booked(service: Service) -> str:
    booking = service.booking
    if booking is None:
        return ""
    titles = {question.key: question.title for question in service.questions}
    each = " ".join(f"แต่ละ{titles[key]}" for key in (booking.resource, booking.slot) if key)
    return f"{each} รับได้ {booking.capacity:,} {'ที่' if booking.party else 'ราย'}"


def _conditions(service: Service) -> dict[str, When]:
    """Of the clerk's own questions and papers: by key, when they are asked."""
    questions = {one.key: one.when for one in service.questions if one.when}
    return questions | {one.key: one.when for one in service.papers if one.when}


def _in_map(service: Service | None, step: Step) -> str:
    kind = ' class="branch"' if step.when else ""
    paper = "เอกสาร: " if isinstance(step, Files) else ""
    return f"<span{kind} title='{escape(_only_if(service, step))}'>{paper}{escape(step.title)}</span>"


def _only_if(service: Service | None, step: Step) -> str:
    if step.when is None:
        return ""
    when = _conditions(service).get(step.key) if service else None
    question = next((one for one in service.questions if when and one.key == when.question), None) if service else None
    if when is None or question is None:
        return "ถามเฉพาะเมื่อคำตอบก่อนหน้าทำให้ต้องใช้"
    names = " หรือ ".join(f"“{pick.text}”" for pick in question.choices if pick.key in when.values)
    return f"ถามเฉพาะเมื่อ {question.title} คือ {names}"


def _step(flow: Flow, service: Service | None, step: Step) -> str:
    kind = " class=branch" if step.when else ""
    condition = f"<p class=cond>{escape(_only_if(service, step))}</p>" if step.when else ""
    example = f"<p class=cond>ตัวอย่างเมื่ออ่านคำตอบไม่ได้: {escape(step.example)}</p>" if step.example else ""
    buttons = "".join(f"<span class=button>{escape(label)}</span>" for label in _buttons(step))
    return (
        f"<li{kind}><span class=key>{escape(step.key)}</span><strong>{escape(step.title)}</strong>{condition}"
        f"<p class=say>{escape(_said(flow, step))}</p>{buttons}{example}</li>"
    )


def _said(flow: Flow, step: Step) -> str:
    """The question as it is put when it stands alone: what depends on earlier answers (its number) is left out."""
    if isinstance(step, ReadNotice):
        return "ประกาศใน [privacy] ของ office.toml เหมือนกันทุกบริการ"
    if isinstance(step, Review):
        return "ทุกคำตอบพร้อมปุ่มแก้ไข คำรับรองความจริง และปุ่มส่ง"
    alone = Flow(flow.name, flow.version, flow.title, (replace(step, when=None),), flow.finish)
    message = ask(alone, State(flow.name, flow.version, "preview", _ANY_DAY))
    text = message.text if isinstance(message, Say) else step.question
    return text.partition("\n")[2] if step.counted else text


def _buttons(step: Step) -> Iterator[str]:
    for choice in step.phone_buttons():
        yield choice.label
    for option in step.options():
        yield option.label
    if step.optional:
        yield "ข้าม"
