"""The clerk's files of services (`services/*.toml` but `office.toml`), read with every fault told in Thai, by line.

What the law forbids to ask is a fault of the file: certified copies (B34), several sets (B33), the number on the back
of the identity card; papers of health without an explicit consent (PDPA s.26).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, get_args

from services.catalogue import (
    NO,
    YES,
    Booking,
    Paper,
    Pick,
    Question,
    QuestionKind,
    Result,
    Risk,
    Service,
    When,
    button_label,
)
from services.office import Counting
from services.toml_table import Fault, Faulty, Table, open_toml
from services.units import LABEL_GRAPHEMES

OFFICE_FILE = "office.toml"
MOST_CHOICES = 11
MOST_PAGES = 30
#: Steps that every petition may have; a question of the file cannot take their names.
RESERVED = frozenset(
    (
        "notice",
        "consent",
        "proxy",
        "authority",
        "stamp",
        "name",
        "phone",
        "identity",
        "reply_by",
        "email",
        "post",
        "review",
    )
)
_BRANCHING = ("choice", "yes_no")

_FORBIDDEN = (
    (r"สำเนาถูกต้อง|รับรองสำเนา", "ห้ามขอให้รับรองสำเนาถูกต้อง (พ.ร.บ.การปฏิบัติราชการทางอิเล็กทรอนิกส์ พ.ศ. 2565 มาตรา 7)"),
    (r"(?:จำนวน\s*)?[2-9๒-๙]\s*ชุด", "ห้ามกำหนดจำนวนชุด ส่งชุดเดียวถือว่าครบ (พ.ร.บ.ฉบับเดียวกัน มาตรา 7)"),
    (r"(?i)laser\s*id|เลเซอร์|หลังบัตรประ", "ห้ามขอรหัสหลังบัตรประจำตัวประชาชน"),
)
_HEALTH = re.compile(r"ใบรับรองแพทย์|ความเห็นแพทย์|เวชระเบียน|ผลตรวจทางการแพทย์|บัตรประจำตัวคนพิการ")


def read_catalogue(folder: Path, units: Collection[str] | None) -> tuple[Service, ...]:
    """Every service of the folder in the clerk's order. Raises Faulty with all that is wrong in any file.

    `units` are the keys that office.toml knows; None: it cannot be read, and they are not looked at.
    """
    services, faults = list[Service](), list[Fault]()
    for path in sorted(folder.glob("*.toml")):
        if path.name == OFFICE_FILE:
            continue
        try:
            services.append(read_service(path, units))
        except Faulty as faulty:
            faults += faulty.faults
    faults += _alike(folder, services)
    if faults:
        raise Faulty(faults)
    return tuple(sorted(services, key=lambda one: (one.order, one.key)))


def _alike(folder: Path, services: Sequence[Service]) -> list[Fault]:
    """Buttons that nobody could tell apart."""
    first: dict[str, Service] = {}
    faults = []
    for service in services:
        other = first.setdefault(service.label, service)
        if other is not service:
            text = f"ข้อความบนปุ่ม “{service.label}” ซ้ำกับแฟ้ม {other.key}.toml"
            faults.append(Fault(folder / f"{service.key}.toml", 1, text))
    return faults


def read_service(path: Path, units: Collection[str] | None) -> Service:
    """The service that this file describes. Raises Faulty with every fault in it."""
    file = open_toml(path)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", path.stem):
        file.fault("title", "ชื่อแฟ้มใช้ได้เฉพาะ a-z, 0-9 และ _ ขึ้นต้นด้วยตัวอักษร ไม่เกิน 30 ตัว")
    questions = _questions(file)
    papers = _papers(file, questions)
    service = _service(file, path.stem, units, questions, papers)
    file.done()
    return service


def _service(
    file: Table,
    key: str,
    units: Collection[str] | None,
    questions: tuple[Question, ...],
    papers: tuple[Paper, ...],
) -> Service:
    days, counting = _time(file)
    _read_for_words(file)
    service = Service(
        key=key,
        version=file.positive("version"),
        released=file.date("released"),
        title=file.text("title"),
        label=_label(file),
        group=file.text("group", graphemes=LABEL_GRAPHEMES),
        order=file.positive("order", required=False) or 100,
        who=file.text("who"),
        unit=_unit(file, units),
        fee_satang=file.satang("fee_baht"),
        fee_note=file.text("fee_note", default=""),
        days=days,
        counting=counting,
        law=file.text("law"),
        risk=_one_of(file, "risk", get_args(Risk), "low"),
        result=_one_of(file, "result", get_args(Result), "chat"),
        consent=file.text("consent", default=""),
        named=file.flag("named", default=True),
        by_proxy=file.flag("by_proxy", default=False),
        late_days=file.positive("late_days", required=False) or Service.late_days,
        questions=questions,
        papers=papers,
        booking=_booking(file, questions),
    )
    if service.risk == "high" and not service.named:
        file.fault("risk", "ยืนยันตัวตนได้เฉพาะบริการที่ถามชื่อ (named = true)")
    if service.by_proxy and not service.named:
        file.fault("by_proxy", "ยื่นแทนผู้อื่นได้เฉพาะบริการที่ถามชื่อ (named = true)")
    _mind_health(file, service)
    return service


def _time(file: Table) -> tuple[int, Counting]:
    """`working_days` or `days` (every day): one of them."""
    working, every = file.whole("working_days"), file.whole("days")
    if (working is None) == (every is None):
        file.fault("working_days", "ต้องมี working_days (วันทำการ) หรือ days (นับทุกวัน) อย่างใดอย่างหนึ่ง")
        return 1, "working"
    days = working if working is not None else every
    if days is None or days < 1:
        file.fault("days" if working is None else "working_days", "จำนวนวันต้องมากกว่า 0")
        return 1, "working"
    return days, "calendar" if working is None else "working"


def _label(file: Table) -> str:
    label = file.text("label", graphemes=LABEL_GRAPHEMES)
    if label and button_label(label) != label:
        file.fault("label", f"ข้อความบนปุ่มยาวเกินไปสำหรับ Messenger (จะเหลือเพียง “{button_label(label)}”)")
    return label


def _unit(file: Table, units: Collection[str] | None) -> str:
    unit = file.text("unit")
    if unit and units is not None and unit not in units:
        file.fault("unit", f"ไม่มีหน่วยงาน “{unit}” ในรายการ [[units]] ของ office.toml")
    return unit


def _one_of(table: Table, key: str, allowed: Collection[str], default: str) -> Any:
    value = table.text(key, default=default)
    if value not in allowed:
        table.fault(key, f"“{key}” ต้องเป็นค่าใดค่าหนึ่งใน: {', '.join(allowed)}")
        return default
    return value


def _questions(file: Table) -> tuple[Question, ...]:
    known: dict[str, Question] = {}
    for table in file.tables("questions", required=False):
        _read_for_words(table)
        question = _question(table, known)
        known[question.key] = question
    return tuple(known.values())


def _question(table: Table, before: dict[str, Question]) -> Question:
    key = table.key()
    if key in RESERVED:
        table.fault("key", f"key “{key}” ระบบใช้เองแล้ว โปรดใช้ชื่ออื่น")
    kind = table.one_of("kind", get_args(QuestionKind))
    least, most = table.whole("least"), table.whole("most")
    if (least, most) != (None, None) and kind not in ("number", "date", ""):
        table.fault("least" if least is not None else "most", "least และ most ใช้กับคำถามชนิด number และ date เท่านั้น")
    if least is not None and most is not None and least > most:
        table.fault("most", "most ต้องไม่น้อยกว่า least")
    return Question(
        key=key,
        kind=kind,  # type: ignore[arg-type]
        title=table.text("title", graphemes=40),
        ask=table.text("ask"),
        why=table.text("why", default=""),
        example=table.text("example", default=""),
        optional=table.flag("optional", default=False),
        when=_when(table, before),
        choices=_choices(table, kind),
        least=least,
        most=most,
        measure=table.text("measure", default=""),
    )


def _choices(table: Table, kind: str) -> tuple[Pick, ...]:
    given = table.texts("choices")
    if kind == "yes_no" and not given:
        return (Pick(YES, "ใช่"), Pick(NO, "ไม่ใช่"))
    if kind != "choice":
        if given:
            table.fault("choices", "choices ใช้กับคำถามชนิด choice เท่านั้น")
        return ()
    picks = tuple(pick for text in given if (pick := _pick(table, text)))
    if not table.has_faults and not 2 <= len(picks) <= MOST_CHOICES:
        table.fault("choices", f"คำถามชนิด choice ต้องมีตัวเลือก 2–{MOST_CHOICES} ข้อ แต่มี {len(picks)} ข้อ")
    for name in ("key", "label"):
        seen = [getattr(pick, name) for pick in picks]
        if len(set(seen)) < len(seen):
            table.fault("choices", "ตัวเลือกมี key หรือข้อความบนปุ่ม (ส่วนต้นของข้อความ) ซ้ำกัน")
            break
    return picks


def _pick(table: Table, text: str) -> Pick | None:
    found = re.fullmatch(r"([a-z][a-z0-9_]{0,29}): *(\S.*)", text)
    if not found:
        table.fault("choices", f'ตัวเลือก “{text}” ต้องเขียนเป็น "key: ข้อความ" เช่น "old_town: รอบเมืองเก่า"')
        return None
    return Pick(found[1], found[2])


def _when(table: Table, before: dict[str, Question]) -> When | None:
    """`when = { question = "choice" }`, also a list of choices; of a yes_no true or false."""
    given = table.pairs("when")
    if not given:
        return None
    if len(given) > 1:
        table.fault("when", "เงื่อนไขใช้คำถามได้ข้อเดียว")
    key, value = next(iter(given.items()))
    values = tuple({True: YES, False: NO}.get(one, one) for one in (value if isinstance(value, list) else [value]))
    asked = before.get(key)
    if asked is None or asked.kind not in _BRANCHING:
        table.fault("when", f"เงื่อนไขต้องอ้างคำถามชนิด choice หรือ yes_no ที่อยู่ก่อนหน้า แต่พบ “{key}”")
        return None
    unknown = [one for one in values if one not in {pick.key for pick in asked.choices}]
    if unknown or not values:
        table.fault("when", f"คำถาม “{key}” ไม่มีตัวเลือก “{', '.join(map(str, unknown))}”")
    return When(key, tuple(map(str, values)))


def _papers(file: Table, questions: tuple[Question, ...]) -> tuple[Paper, ...]:
    return tuple(_paper(table, questions) for table in file.tables("papers", required=False))


def _paper(table: Table, questions: tuple[Question, ...]) -> Paper:
    _read_for_words(table)
    paper = Paper(
        key=table.key(),
        title=table.text("title", graphemes=80),
        why=table.text("why"),
        example=table.text("example", default=""),
        required=table.flag("required", default=True),
        later=table.flag("later", default=True),
        pages=table.positive("pages", required=False) or Paper.pages,
        when=_when(table, {question.key: question for question in questions}),
    )
    if paper.key in RESERVED or paper.key in {question.key for question in questions}:
        table.fault("key", f"key “{paper.key}” ซ้ำกับคำถาม หรือระบบใช้เองแล้ว โปรดใช้ชื่ออื่น")
    if paper.pages > MOST_PAGES:
        table.fault("pages", f"จำนวนหน้าต่อเอกสารไม่เกิน {MOST_PAGES}")
    return paper


def _booking(file: Table, questions: tuple[Question, ...]) -> Booking | None:
    table = file.table("booking", required=False)
    if not table.given:
        return None
    kinds = {question.key: question.kind for question in questions if not question.optional}

    def asked(name: str, kind: str, *, required: bool) -> str:
        key = table.text(name) if required else table.text(name, default="")
        if key and kinds.get(key) != kind:
            table.fault(name, f"“{name}” ต้องเป็น key ของคำถามชนิด {kind} ที่ต้องตอบ แต่พบ “{key}”")
        return key

    return Booking(
        day=asked("day", "date", required=True),
        slot=asked("slot", "choice", required=True),
        capacity=table.positive("capacity"),
        resource=asked("resource", "choice", required=False),
        party=asked("party", "number", required=False),
    )


def _read_for_words(table: Table) -> None:
    """Note what may not be asked of a citizen."""
    for key, text in table.spelled():
        for words, fault in _FORBIDDEN:
            if re.search(words, text):
                table.fault(key, fault)


def _mind_health(file: Table, service: Service) -> None:
    texts = [f"{one.title} {one.ask}" for one in service.questions] + [one.title for one in service.papers]
    if not service.consent and any(_HEALTH.search(text) for text in texts):
        fault = "บริการนี้ใช้ข้อมูลสุขภาพ ต้องมี consent ขอความยินยอมโดยชัดแจ้ง (พ.ร.บ.คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562 มาตรา 26)"
        file.fault("consent", fault)
