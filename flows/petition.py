"""ยื่นคำร้อง/คำขอ: the conversation of one service, made from the clerk's definition of it.

Questions first, for they decide which papers are needed; then paper by paper; then who asks. What depends on a question
counts only while that answer is on the path. Nobody is asked for a certified copy or a second set (B33, B34), and only
who acts for another for a power of attorney (B35, B41). Identity is proved after the filing, where the risk is high
(B42, `flows.proving`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flows.checks import (
    email_address,
    era_date,
    national_ids,
    person_name,
    short_words,
    stamp_code,
    thai_id,
    thai_phone,
)
from flows.consent import KEY as NOTICE
from flows.consent import read_notice
from flows.effects import Effect, Identity, OpenCase, Petition, Room
from flows.events import FileRef
from flows.options import Option
from flows.petition_steps import Consent, Count, Day, NationalId
from flows.steps import (
    LATER,
    SKIPPED,
    Answers,
    Choose,
    Files,
    Flow,
    Place,
    Review,
    Step,
    Text,
    given,
    long_text,
    shown,
    spot,
)
from services.catalogue import NO, YES, Booking, Paper, Question, Service, When
from services.office import Office

CONSENT, PROXY, AUTHORITY, NAME, PHONE = "consent", "proxy", "authority", "name", "phone"
#: What is shown of a whole petition in one text: one answer never fills it.
_MOST_SHOWN = 1500
#: Said elsewhere in a case, or no answer about the matter.
_KEPT_APART = (NOTICE, CONSENT, NAME, PHONE)


def petition(office: Office, service: Service) -> Flow:
    """The conversation that asks for this service."""
    steps = (
        read_notice(office.notice),
        *_consent(office, service),
        *_proxy(service),
        *(_question(question) for question in service.questions),
        *(_paper(paper, service) for paper in service.papers),
        *_authority(service),
        *_who(service),
        *_reply(service),
        Review(),
    )
    asks = _asks(service, service.booking) if service.booking else None
    return Flow(service.flow, service.version, service.title, steps, _finish(service, steps), asks=asks)


def _finish(service: Service, steps: tuple[Step, ...]) -> Callable[[str, Answers, tuple[FileRef, ...]], OpenCase]:
    def finish(draft: str, answers: Answers, files: tuple[FileRef, ...]) -> OpenCase:
        walked = [step for step in steps if step.key in answers]
        place = next((step.key for step in walked if isinstance(step, Place)), "")
        told = _told(walked, answers)
        return OpenCase(
            draft=draft,
            kind="petition",
            category=service.key,
            spot=spot(answers.get(place)),
            details="\n".join(f"{title}: {text}" for _, title, text in told),
            files=files,
            identity=_how_known(service),
            name=answers.get(NAME) or "",
            phone=answers.get(PHONE) or "",
            notice=int(answers[NOTICE]),
            flow=service.flow,
            version=service.version,
            petition=Petition(
                answers=told,
                papers=_papers_of(walked, answers),
                ids=tuple((step.key, ids) for step in walked if (ids := _ids(step, answers[step.key]))),
                consented=CONSENT in answers,
                room=_room(service, service.booking, draft, answers) if service.booking else None,
            ),
        )

    return finish


def _ids(step: Step, answer: Any) -> str:
    """The identity numbers in an answer, whole: asked for, or written in a text although nobody asked."""
    return ", ".join(national_ids(answer)) if isinstance(step, Text) and isinstance(answer, str) else ""


def _how_known(service: Service) -> Identity:
    if not service.named:
        return "anonymous"
    return "confidential" if service.sensitive else "open"


def _told(walked: list[Step], answers: Answers) -> tuple[tuple[str, str, str], ...]:
    """What was answered, as it may be shown: identity numbers are masked."""
    return tuple(
        (step.key, step.title, shown(step, answers[step.key], _MOST_SHOWN))
        for step in walked
        if step.key not in _KEPT_APART and not isinstance(step, Files) and answers[step.key] is not SKIPPED
    )


def _papers_of(walked: list[Step], answers: Answers) -> tuple[tuple[str, str, str], ...]:
    """The papers that came, and those that are to follow; what was passed over is not asked for again."""
    papers = [step for step in walked if isinstance(step, Files) and answers[step.key] is not SKIPPED]
    return tuple((step.paper, step.title, "later" if answers[step.key] == LATER else "sent") for step in papers)


# -- questions


def _condition(when: When | None) -> Mapping[str, Any]:
    return {"when": given(when.question, *when.values)} if when else {}


def _question(question: Question) -> Step:
    said: dict[str, Any] = {
        "key": question.key,
        "title": question.title,
        "question": question.ask,
        "why": question.why,
        "example": question.example,
        "optional": question.optional,
        **_condition(question.when),
    }
    bounds: dict[str, Any] = {"least": question.least, "most": question.most}
    match question.kind:
        case "choice" | "yes_no":
            return Choose(**said, of=tuple(Option(p.key, p.label, (p.key,), p.text) for p in question.choices))
        case "long":
            return Text(**said, **long_text(2, "โปรดเล่าเพิ่มอีกเล็กน้อย เพื่อให้เจ้าหน้าที่เข้าใจเรื่อง"))
        case "date":
            return Day(**said, **bounds, check=era_date)
        case "number":
            return Count(**said, **bounds, check=short_words, measure=question.measure)
        case "thai_id":
            return NationalId(**said, check=thai_id)
        case "place":
            return Place(**said)
    return Text(**said, check=thai_phone if question.kind == "phone" else short_words)


def _paper(paper: Paper, service: Service) -> Files:
    like = f"\nตัวอย่าง: {paper.example}" if paper.example else ""
    put_off = f"ภายใน {service.late_days} วันทำการหลังวันรับเรื่อง" if paper.required and paper.later else ""
    late = f"\nยังไม่มีตอนนี้ แตะ “ส่งทีหลัง” แล้วส่งได้{put_off}" if put_off else ""
    return Files(
        key=paper.key,
        title=paper.title,
        question=f"โปรดถ่ายรูปหรือส่งไฟล์ (รูปภาพหรือ PDF) ส่งได้หลายหน้า ชุดเดียวพอ ไม่ต้องเซ็นรับรอง{like}{late}",
        why=paper.why,
        optional=not paper.required,
        at_least=int(paper.required),
        at_most=paper.pages,
        paper=paper.key,
        later=put_off,
        **_condition(paper.when),
    )


def _asks(service: Service, booking: Booking) -> Callable[[str, str, Answers], tuple[Effect, ...]]:
    keys = {key for key in (booking.day, booking.slot, booking.resource, booking.party) if key}

    def asks(draft: str, key: str, answers: Answers) -> tuple[Effect, ...]:
        return (_room(service, booking, draft, answers),) if key in keys and keys <= answers.keys() else ()

    return asks


def _room(service: Service, booking: Booking, draft: str, answers: Answers) -> Room:
    slots = next(question.choices for question in service.questions if question.key == booking.slot)
    return Room(
        draft=draft,
        service=service.key,
        resource=answers[booking.resource] if booking.resource else "",
        day=answers[booking.day],
        slot=answers[booking.slot],
        party=answers[booking.party] if booking.party else 1,
        capacity=booking.capacity,
        slots=tuple(pick.key for pick in slots),
    )


# -- what petitions have in common


def _consent(office: Office, service: Service) -> tuple[Step, ...]:
    if not service.consent:
        return ()
    refused = (
        "รับทราบว่าท่านไม่ยินยอม ระบบไม่ได้เก็บข้อมูลของคำขอนี้ไว้\n"
        f"ท่านยังขอคำปรึกษาหรือยื่นด้วยตนเองได้ที่ {office.short_name} โทร {office.phone}"
    )
    return (Consent(key=CONSENT, title="ความยินยอม", question=service.consent, refused=refused),)


def _proxy(service: Service) -> tuple[Step, ...]:
    if not service.by_proxy:
        return ()
    of = (Option(NO, "ยื่นเพื่อตนเอง", ("ตนเอง", "ตัวเอง", "ไม่")), Option(YES, "ยื่นแทนผู้อื่น", ("แทน", "ผู้อื่น", "ใช่")))
    return (Choose(key=PROXY, title="ผู้ยื่นคำขอ", question="ท่านยื่นคำขอนี้เพื่อตนเองหรือแทนผู้อื่น", of=of),)


def _authority(service: Service) -> tuple[Step, ...]:
    if not service.by_proxy:
        return ()
    power = Paper(
        AUTHORITY,
        "หนังสือมอบอำนาจ",
        "ผู้มอบอำนาจต้องลงลายมือชื่อให้ท่านยื่นแทน",
        "ลงลายมือชื่อบนกระดาษ แล้วถ่ายให้เห็นทั้งหน้า",
        when=When(PROXY, (YES,)),
        pages=5,
    )
    of = (
        Option("e_stamp", "ชำระ e-Stamp แล้ว", ("e-stamp", "อีสแตมป์", "อิเล็กทรอนิกส์")),
        Option("paper", "ติดอากรแสตมป์แล้ว", ("กระดาษ", "ติดแล้ว", "แสตมป์กระดาษ"), "ติดอากรแสตมป์บนหนังสือมอบอำนาจแล้ว"),
        Option("later", "ยังไม่ได้ชำระ", ("ยัง", "ไม่"), "ยังไม่ได้ชำระ (เจ้าหน้าที่จะแนะนำภายหลัง)"),
    )
    duty = Choose(
        key="stamp_by",
        title="อากรแสตมป์",
        question="หนังสือมอบอำนาจต้องเสียอากรแสตมป์ ท่านชำระแล้วอย่างไร\n"
        "ชำระทางอิเล็กทรอนิกส์ (e-Stamp) ได้ที่ www.rd.go.th เมนู “ชำระอากรแสตมป์”",
        of=of,
        when=given(PROXY, YES),
    )
    code = Text(
        key="stamp",
        title="รหัส e-Stamp",
        question="โปรดพิมพ์รหัส e-Stamp ตามใบเสร็จ",
        why="เจ้าหน้าที่ใช้ตรวจการชำระกับกรมสรรพากร",
        example="รหัสในใบเสร็จ e-Stamp",
        optional=True,
        when=given("stamp_by", "e_stamp"),
        check=stamp_code,
    )
    return (_paper(power, service), duty, code)


def _who(service: Service) -> tuple[Step, ...]:
    if not service.named:
        return ()
    return (
        Text(
            key=NAME,
            title="ชื่อ-นามสกุลผู้ยื่น",
            question="โปรดพิมพ์ชื่อและนามสกุลของท่าน",
            why="ใช้ระบุผู้ยื่นคำขอและออกหนังสือตอบ",
            example="สมชาย ใจดี",
            check=person_name,
        ),
        Text(
            key=PHONE,
            title="เบอร์โทรศัพท์",
            question="โปรดพิมพ์เบอร์โทรศัพท์ที่ติดต่อได้",
            why="ใช้สอบถามเพิ่มเติมเรื่องนี้เท่านั้น",
            example="081-234-5678",
            check=thai_phone,
        ),
    )


def _reply(service: Service) -> tuple[Step, ...]:
    if service.result == "chat":
        return ()
    of = (
        Option("email", "อีเมล", ("เมล", "email", "e-mail")),
        Option("post", "ไปรษณีย์", ("จดหมาย",)),
        Option("office", "มารับที่สำนักงาน", ("มารับเอง", "สำนักงาน")),
    )
    return (
        Choose(key="reply_by", title="การรับผล", question="ผลการพิจารณาออกเป็นหนังสือ ท่านต้องการรับทางใด", of=of),
        Text(
            key="email",
            title="อีเมล",
            question="โปรดพิมพ์อีเมลที่ใช้รับหนังสือ",
            example="somchai@example.com",
            when=given("reply_by", "email"),
            check=email_address,
        ),
        Text(
            key="post",
            title="ที่อยู่ไปรษณีย์",
            question="โปรดพิมพ์ที่อยู่สำหรับส่งหนังสือ พร้อมรหัสไปรษณีย์",
            example="12 หมู่ 3 ตำบลในเมือง อำเภอเมือง จังหวัดศรีนคร 00000",
            when=given("reply_by", "post"),
            **long_text(10, "โปรดพิมพ์ที่อยู่ให้ครบ พร้อมรหัสไปรษณีย์"),
        ),
    )
