"""How a question is put: its progress, its words, the numbered list, the buttons (one question is one message)."""

from __future__ import annotations

from dataclasses import replace

from flows.messages import Card, Choice, Message, Say
from flows.options import MOST_CHOICES, MOST_LABEL, Option, buttons, numbered, say
from flows.state import State, files_of, files_steps, on_path, present_step, progress
from flows.steps import CLEAR, CONFIRM, LATER, UNDO, Files, Flow, Review, Step, shown
from flows.thai import units

SKIP = Option("!skip", "ข้าม")
SAME = Option("!same", "ใช้คำตอบเดิม", ("คำตอบเดิม", "เดิม", "เหมือนเดิม"))
YES, NO = "yes", "no"
_GO_ON = Option(NO, "ทำต่อ", ("ไม่", "ไม่ใช่", "ไม่ยกเลิก", "ไม่ต้อง", "กลับไปทำต่อ"))

#: After this many misreadings of one question a person is offered.
PATIENCE = 3


def ask(flow: Flow, state: State, lead: str = "") -> Message:
    """The present question, after `lead` if there is something to say first."""
    if state.mode:
        return _ask_mode(flow, state, lead)
    step = present_step(flow, state)
    if isinstance(step, Review):
        return _check_page(flow, state, step, lead)
    return Say("\n".join(_lines(flow, state, step, lead)), choices=_choices(flow, state, step))


def passing(message: Message, wait: float, topic: str = "files") -> Message:
    """The message as a passing remark: the next thing we say takes its place."""
    return replace(message, topic=topic, wait=wait)


def step_options(flow: Flow, state: State, step: Step) -> tuple[Option, ...]:
    """All that can be tapped or named at a step, the numbered ones first."""
    own = edits(flow, state) + step.options() if isinstance(step, Review) else step.options()
    has_files = isinstance(step, Files) and bool(files_of(state, step))
    if isinstance(step, Files):
        out = {LATER} if has_files else {CLEAR, UNDO}
        own = tuple(option for option in own if option.key not in out)
    extra = (SAME,) if step.key in state.aside else ()
    skip = (SKIP,) if step.optional and not has_files else ()
    return own + extra + skip


def mode_options(flow: Flow, state: State) -> tuple[Option, ...]:
    """What the question in between (cancel? begin anew? change which?) can be answered with."""
    if state.mode == "edit":
        return (*(replace(o, key=o.key.removeprefix("edit.")) for o in edits(flow, state)), _GO_ON)
    if state.mode == "restart":
        return (Option(YES, "เริ่มใหม่", ("ใช่", "ยืนยัน", "ตกลง")), _GO_ON)
    return (Option(YES, "ยกเลิกและลบ", ("ใช่", "ยกเลิก", "ลบ", "ยืนยัน", "ตกลง")), _GO_ON)


def edits(flow: Flow, state: State) -> tuple[Option, ...]:
    """One แก้ไข for each answer on the path, in the order of the check page."""
    steps = answered_steps(flow, state)
    return tuple(
        Option(f"edit.{step.key}", _edit_label(step, number), (step.title, f"แก้ไข{number}"), step.title)
        for number, step in enumerate(steps, 1)
    )


def _edit_label(step: Step, number: int) -> str:
    """By name if that fits on every platform's button, else by its number on the check page."""
    label = f"แก้ไข{step.title}"
    return label if units(label) <= MOST_LABEL else f"แก้ไขข้อ {number}"


def answered_steps(flow: Flow, state: State) -> list[Step]:
    return [step for step in on_path(flow, state.answers)[1] if step.counted]


def answer_line(state: State, step: Step) -> str:
    """The answer to a step as the check page shows it."""
    answer = state.answers[step.key]
    if isinstance(step, Files) and answer != LATER:
        answer = len(files_of(state, step))
    return shown(step, answer)


def _lines(flow: Flow, state: State, step: Step, lead: str) -> list[str]:
    lines = [lead, ""] if lead else []
    if step.counted:
        n, m = progress(flow, state.answers)
        lines.append(f"ข้อ {n}/{m} · {_which_paper(flow, state, step)}{step.title}")
    has_files = isinstance(step, Files) and len(files_of(state, step))
    if not (has_files and isinstance(step, Files) and step.paper):  # of a paper that is coming in, no long words again
        lines.append(step.question)
        lines += [f"(เหตุผลที่ถาม: {step.why})"] if step.why else []
    if has_files:
        lines.append(f"แนบไว้แล้ว {has_files} ไฟล์ ส่งเพิ่มได้ หรือแตะ “ส่งครบแล้ว”")
    if step.key in state.aside:
        lines.append(f"คำตอบเดิม: {shown(step, state.aside[step.key])}")
    if step.listed:
        lines += [numbered(step.options()), "แตะปุ่ม หรือพิมพ์หมายเลข"]
    elif step.optional and not has_files:
        lines.append("(ข้อนี้ข้ามได้ พิมพ์ “ข้าม”)")
    return lines


def _which_paper(flow: Flow, state: State, step: Step) -> str:
    """`เอกสารที่ 2 จาก 4 · ` of a paper among others."""
    if not isinstance(step, Files) or not step.paper:
        return ""
    papers = [one for one in files_steps(flow, state.answers) if one.paper]
    return f"เอกสารที่ {papers.index(step) + 1} จาก {len(papers)} · "


def _choices(flow: Flow, state: State, step: Step) -> tuple[Choice, ...]:
    options = step_options(flow, state, step)
    last = say("ติดต่อเจ้าหน้าที่", "พัก") if state.failures >= PATIENCE else ()
    back = say("ย้อนกลับ") if answered_steps(flow, state) or state.changing else ()
    cancel = () if step.counted else say("ยกเลิก")
    own = step.phone_buttons() + buttons(options, state.flow, state.draft, step.key)
    room = MOST_CHOICES - len(last + back + cancel)
    return own[:room] + back + cancel + last


def _check_page(flow: Flow, state: State, step: Review, lead: str) -> Card:
    listed = edits(flow, state)
    answers = answered_steps(flow, state)
    (confirm,) = buttons((CONFIRM,), state.flow, state.draft, step.key)
    change = buttons(listed, state.flow, state.draft, step.key)[: MOST_CHOICES - 2]
    return Card(
        title=f"ตรวจสอบก่อนส่ง · {flow.title}",
        lines=tuple((f"{n}. {one.title}", answer_line(state, one)) for n, one in enumerate(answers, 1)),
        text=f"{lead}\n\n{step.question}" if lead else step.question,
        actions=(confirm,),
        choices=(confirm, *change, *say("ยกเลิก")),
    )


def _ask_mode(flow: Flow, state: State, lead: str) -> Say:
    options = mode_options(flow, state)
    question = {
        "cancel": f"ต้องการยกเลิกและลบร่าง “{flow.title}” ใช่หรือไม่",
        "restart": f"ต้องการลบร่าง “{flow.title}” แล้วเริ่มใหม่ ใช่หรือไม่",
        "edit": "ต้องการแก้ไขข้อใด",
    }[state.mode]
    text = f"{question}\n{numbered(options)}\nแตะปุ่ม หรือพิมพ์หมายเลข"
    last = say("ติดต่อเจ้าหน้าที่") if state.failures >= PATIENCE else ()
    own = buttons(options, state.flow, state.draft, f"!{state.mode}")
    return Say(f"{lead}\n\n{text}" if lead else text, choices=own[-(MOST_CHOICES - len(last)) :] + last)


def standing(flow: Flow, state: State) -> str:
    """`ข้อ 4/8 (รายละเอียด)`, or the check page: where a draft stands, for a recap."""
    step = present_step(flow, state)
    if not step.counted:
        return step.title
    n, m = progress(flow, state.answers)
    return f"ข้อ {n}/{m} ({step.title})"
