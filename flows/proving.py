"""ขอถอนเรื่อง, ขอยกเลิกคำขอ, นัดยืนยันตัวตน: what is said until somebody has proved who they are (B42-B45).

A filed case is never ended by words alone: the office asks for a proof, in person or by a video call by appointment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flows.effects import ArrangeProof, DropProof, Effect
from flows.memory import Asking
from flows.messages import Card, Choice, Say
from flows.options import Option, say
from flows.status import CANCEL, PROVE, WITHDRAW, own_number, tracking_code, way_to_prove
from flows.thai import SHORT_WEEKDAYS, plain, thai_date
from flows.words import hours_line
from services.office import Office

_OFFICE = Option("office", "มาที่สำนักงาน", ("สำนักงาน", "มาเอง"))
_VIDEO = Option("video", "นัดวิดีโอคอล", ("วิดีโอคอล", "วิดีโอ"))
_OTHER_DAY = Option("video", "เลือกวันอื่น", ("วันอื่น",))
_KEEP = Option("keep", "ไม่ถอนเรื่องแล้ว", ("ไม่ถอนแล้ว", "ไม่ยกเลิกแล้ว"))
_NOT_NOW = Option("no", "ไว้ภายหลัง", ("ไม่", "ไม่ต้อง", "ไว้ก่อน"))
_LEAVE = Option("no", "ไม่ถอนเรื่อง", ("ไม่", "ไม่ต้อง", "ไม่ถอน"))

_WISHES = {
    plain(words): purpose
    for purpose, names in {
        "withdraw": (WITHDRAW, CANCEL, "ถอนเรื่อง", "ยกเลิกคำขอ", "ยกเลิกคำร้อง", "ขอยกเลิกคำร้อง", "ขอยกเลิกเรื่อง"),
        "": (PROVE, "เปลี่ยนนัด"),
    }.items()
    for words in names
}


def asked_for(text: str) -> tuple[str, str] | None:
    """Purpose ("withdraw"; "": whatever this case awaits), and which case: the tracking code in `ขอถอนเรื่อง K7QF-2MXA`,
    or the number in `ขอถอนเรื่อง 41/2569`, "" without one. None if the message says something else."""
    wish, _, code = text.strip().partition(" ")
    found = tracking_code(code) or own_number(code) or ""
    purpose = _WISHES.get(plain(wish)) if found or not code else _WISHES.get(plain(text))
    return None if purpose is None else (purpose, found)


def cancels(text: str) -> bool:
    """Whether these words, with no code of a case, may mean the draft that is open."""
    return asked_for(text) == ("withdraw", "") and plain(text) not in map(plain, (WITHDRAW, "ถอนเรื่อง"))


# -- the question


def options(asking: Asking) -> tuple[Option, ...]:
    """Which way; then which day, and which hour of it."""
    case = asking.case or {}
    days = dict(case.get("days") or {})
    if asking.chosen in days:
        return (*(Option(f"h.{hour}", f"{hour} น.", (hour,)) for hour in days[asking.chosen]), _OTHER_DAY, _NOT_NOW)
    if asking.chosen == "video":
        return (*(_day(day) for day in days), _OFFICE, _NOT_NOW)
    proof = case.get("proof") or {}
    withdrawing = case.get("purpose") == "withdraw"
    ends = (_KEEP, _NOT_NOW) if proof.get("purpose") == "withdraw" else (_LEAVE if withdrawing else _NOT_NOW,)
    return (_OFFICE, *[_VIDEO] * bool(days), *ends)


def _day(iso: str) -> Option:
    day = date.fromisoformat(iso)
    short = f"{SHORT_WEEKDAYS[day.weekday()]} {thai_date(day, short=True)}"
    return Option(f"d.{iso}", short, (thai_date(day),), thai_date(day, weekday=True))


def question(asking: Asking) -> str:
    case = asking.case or {}
    if asking.chosen in dict(case.get("days") or {}):
        return f"{thai_date(date.fromisoformat(asking.chosen), weekday=True)} สะดวกเวลาใด"
    if asking.chosen == "video":
        return f"ต้องการนัดวิดีโอคอล{_aim(case)}วันใด"
    matter, proof = matter_of(case), case.get("proof") or {}
    if proof.get("manner") and proof["purpose"] == case.get("purpose"):
        return f"{matter}: นัดยืนยันตัวตน{_aim(case)} {way_to_prove(proof)}\nต้องการเปลี่ยนเป็นวิธีใด"
    if case.get("purpose") == "withdraw":
        instead = f"นัดเดิม ({way_to_prove(proof)}) จะเปลี่ยนเป็นนัดเพื่อถอนเรื่อง\n" if proof.get("manner") else ""
        return (
            f"ท่านขอถอน{matter} ก่อนถอนต้องยืนยันตัวตน เพื่อไม่ให้ผู้อื่นถอนเรื่องแทนท่าน ไม่มีค่าใช้จ่าย\n"
            f"จนกว่าจะยืนยันตัวตน เรื่องยังไม่ถูกถอน และกำหนดแจ้งผลยังเป็นวันเดิม\n{instead}{_how(case)}"
        )
    return f"{matter} ต้องยืนยันตัวตนก่อนดำเนินการ เพื่อไม่ให้ผู้อื่นใช้สิทธิแทนท่าน ไม่มีค่าใช้จ่าย\n{_how(case)}"


def _aim(case: Mapping[str, Any]) -> str:
    return "เพื่อถอนเรื่อง" if case.get("purpose") == "withdraw" else ""


def _how(case: Mapping[str, Any]) -> str:
    full = "" if case.get("days") else "ขณะนี้นัดวิดีโอคอลเต็มทุกเวลา มาที่สำนักงานได้ทุกวันทำการ\n"
    return f"{full}ท่านสะดวกวิธีใด"


def matter_of(case: Mapping[str, Any]) -> str:
    return f"เรื่องเลขรับที่ {case.get('number')}/{case.get('year')}"


# -- the answer


def chosen(asking: Asking, value: str) -> str | Effect:
    """What is chosen so far, of which there is more to ask; or what the office is to do."""
    case = asking.case or {}
    code, purpose = str(case.get("code")), str(case.get("purpose"))
    match value.split(".", 1):
        case ["office"]:
            return ArrangeProof(code, purpose, "office")
        case ["keep"]:
            return DropProof(code)
        case ["h", hour]:
            return ArrangeProof(code, purpose, "video", asking.chosen, hour)
        case ["d", day]:
            return day
    return value


def left(asking: Asking) -> Say:
    """Nothing was arranged, and how it can be."""
    case = asking.case or {}
    proof = case.get("proof") or {}
    if proof.get("purpose") == "service" and case.get("purpose") == "withdraw":
        text = f"{matter_of(case)} ไม่ได้ถอน และยังต้องยืนยันตัวตนก่อนดำเนินการตามคำขอ: {way_to_prove(proof)}"
        return Say(text, choices=(_arrange(case), *say("เมนู", "ติดตามเรื่อง")))
    if proof or case.get("purpose") != "withdraw":
        return Say(f"{matter_of(case)}: นัดยืนยันตัวตนได้ทุกเมื่อ", choices=(_arrange(case), *say("เมนู", "ติดตามเรื่อง")))
    return Say(f"{matter_of(case)} ยังดำเนินการต่อตามเดิม ไม่ได้ถอน", choices=say("เมนู", "ติดตามเรื่อง"))


def _arrange(case: Mapping[str, Any]) -> Choice:
    return Choice(PROVE, f"{PROVE} {case['code']}", "say")


# -- what the office said


def arranged(office: Office, case: Mapping[str, Any]) -> Card:
    """When and where, what to bring, and what nobody will ask for."""
    proof = case["proof"]
    lines: tuple[tuple[str, str], ...] = (("เรื่อง", f"เลขรับที่ {case['number']}/{case['year']}"),)
    if proof["purpose"] == "withdraw":
        lines += (("เพื่อ", "ถอนเรื่อง เมื่อยืนยันตัวตนแล้ว เรื่องจะสิ้นสุด"),)
    if proof["manner"] == "video":
        lines += (("วันเวลานัด", way_to_prove(proof)), ("วิธี", "เจ้าหน้าที่จะติดต่อทางแชตนี้เมื่อถึงเวลานัด"))
        kept = "เจ้าหน้าที่จะเก็บภาพระหว่างวิดีโอคอลไว้เป็นหลักฐาน"
    else:
        until = thai_date(date.fromisoformat(proof["until"]), weekday=True)
        lines += (("ภายใน", until), ("ที่", f"{office.name} {office.address}"), ("เวลา", hours_line(office)))
        kept = "เจ้าหน้าที่จะบันทึกเพียงชนิดเอกสารและเลขท้าย"
    return Card(
        title="นัดยืนยันตัวตนแล้ว",
        lines=(*lines, ("เตรียม", "บัตรประจำตัวประชาชนตัวจริง หรือหนังสือเดินทาง")),
        text=f"{kept} และจะไม่ขอรหัสหลังบัตร รหัสผ่าน หรือเงิน\nหากท่านไม่ได้ขอเรื่องนี้ โปรดโทร {office.phone} ทันที",
        tone="good",
        choices=(Choice("เปลี่ยนนัด", f"{PROVE} {case['code']}", "say"), *say("เมนู", "ติดตามเรื่อง")),
    )


def kept(case: Mapping[str, Any] | None) -> Say:
    if case is None:
        return Say("ไม่มีคำขอถอนเรื่องที่รออยู่", choices=say("เมนู", "ติดตามเรื่อง"))
    if case.get("proof"):
        text = f"ยกเลิกคำขอถอน{matter_of(case)} แล้ว คำขอนี้ยังต้องยืนยันตัวตนก่อนดำเนินการ: {way_to_prove(case['proof'])}"
        return Say(text, choices=(_arrange(case), *say("เมนู", "ติดตามเรื่อง")))
    text = f"ยกเลิกคำขอถอน{matter_of(case)} แล้ว เรื่องดำเนินการต่อตามเดิม สถานะ: {case['status']}"
    return Say(text, choices=say("เมนู", "ติดตามเรื่อง"))


def refused(office: Office, case: Mapping[str, Any]) -> Say:
    """Why it cannot be asked here, and what can be done instead."""
    help_ = say("ติดต่อเจ้าหน้าที่", "ติดตามเรื่อง", "เมนู")
    if case["refused"] == "which":
        wish, verb = (WITHDRAW, "ถอน") if case["purpose"] == "withdraw" else (PROVE, "นัด")
        ways = (
            Choice(f"{verb} {one['number']}/{one['year']}", f"{wish} {one['code']}", "say") for one in case["cases"]
        )
        example = f"{wish} {case['cases'][0]['number']}/{case['cases'][0]['year']}"
        return Say(f"ต้องการ{verb}เรื่องใด โปรดแตะเลขรับ หรือพิมพ์ เช่น “{example}”", choices=(*ways, *say("เมนู")))
    text = _REFUSED[case["refused"]][0 if case["purpose"] == "withdraw" else -1]
    return Say(text.format(matter=matter_of(case), phone=office.phone), choices=help_)


#: Why not, to whoever wants to withdraw; and to whoever wants to prove who they are, if that is said otherwise.
_REFUSED = {
    "unknown": (
        "ไม่พบเรื่องนี้ในเรื่องที่ส่งจากบัญชีนี้ การถอนเรื่องทำได้จากบัญชีที่ส่งเรื่อง หรือติดต่อเจ้าหน้าที่ โทร {phone}",
        "ไม่พบเรื่องนี้ในเรื่องที่ส่งจากบัญชีนี้ การนัดยืนยันตัวตนทำได้จากบัญชีที่ส่งเรื่อง หรือติดต่อเจ้าหน้าที่ โทร {phone}",
    ),
    "none": (
        "ไม่มีเรื่องของท่านที่ถอนได้ในขณะนี้ หากต้องการความช่วยเหลือ โปรดติดต่อเจ้าหน้าที่",
        "ไม่มีเรื่องของท่านที่รอการยืนยันตัวตน หากต้องการความช่วยเหลือ โปรดติดต่อเจ้าหน้าที่",
    ),
    "anonymous": (
        (
            "{matter} ส่งมาโดยไม่ระบุชื่อ จึงยืนยันตัวตนเพื่อถอนเรื่องไม่ได้ และเราจะไม่ขอให้ท่านเปิดเผยตัว\n"
            "หากไม่ประสงค์ให้ดำเนินการต่อ แจ้งเหตุผลแก่เจ้าหน้าที่ได้ หน่วยงานจะพิจารณาว่าจะดำเนินการต่อหรือไม่"
        ),
        "{matter} ส่งมาโดยไม่ระบุชื่อ จึงไม่ต้องยืนยันตัวตน และเราจะไม่ขอให้ท่านเปิดเผยตัว",
    ),
    "ended": ("{matter} สิ้นสุดแล้ว จึงไม่ต้องถอน", "{matter} สิ้นสุดแล้ว จึงไม่ต้องยืนยันตัวตน"),
    "answered": (
        "{matter} แจ้งผลแล้ว จึงถอนไม่ได้ หากมีข้อสงสัย โปรดติดต่อเจ้าหน้าที่",
        "{matter} ไม่ต้องยืนยันตัวตนในขณะนี้ หากมีข้อสงสัย โปรดติดต่อเจ้าหน้าที่",
    ),
    "needless": ("{matter} ไม่ต้องยืนยันตัวตน",),
}
