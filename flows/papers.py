"""Pictures and files of a draft: in any order, at any step, one acknowledgement for a set (PEERS 6.2: 16-19)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flows.asking import ask, passing
from flows.effects import Forget
from flows.events import Album, FileRef, SentFile, SentUnusable
from flows.state import Got, State, Turn, awaits_consent, files_of, got, present_step, receiving
from flows.steps import DONE, LATER, SKIPPED, Files, Flow

#: Seconds a remark waits for the next picture: a lone one, and one of a set that is still coming.
_PAUSE, _PAUSE_IN_SET = 1.2, 4.0


def add_file(flow: Flow, state: State, event: SentFile) -> Turn:
    """The file joins the draft, wherever the talk stands; the remark is replaced by the next thing said."""
    step = receiving(flow, state, event.album)
    if step is None:
        lead = f"{no_files(flow, state)} ไฟล์ล่าสุดจึงไม่ถูกเก็บไว้"
        return Turn(state, (passing(ask(flow, state, lead), _PAUSE),), _let_go(state, event.file))
    if not is_new(state.files, event.file):
        return Turn(state, (passing(ask(flow, state, "ได้รับไฟล์นี้ไว้แล้ว"), _PAUSE),))
    if len(files_of(state, step)) >= step.at_most:
        lead = f"แนบได้ไม่เกิน {step.at_most} ไฟล์ ไฟล์ล่าสุดจึงไม่ถูกแนบ"
        return Turn(state, (passing(ask(flow, state, lead), _PAUSE),), _let_go(state, event.file))
    away = bool(state.mode) or present_step(flow, state) is not step
    state = replace(with_file(state, step, got(event)), failures=0)
    files = files_of(state, step)
    lead = remark(files, event.album) + (_elsewhere(step) if away else "") + (hint(files) if step.paper else "")
    return Turn(state, (passing(ask(flow, state, lead), wait(files, event.album)),))


def no_files(flow: Flow, state: State) -> str:
    """Why the draft takes no file now."""
    return "โปรดตอบเรื่องความยินยอมก่อนส่งไฟล์" if awaits_consent(flow, state) else "เรื่องนี้ไม่ต้องแนบไฟล์"


def with_file(state: State, step: Files, new: Got) -> State:
    """The draft with this file under that step; what was passed over or put off has come now."""
    late = step.key in state.answers and state.answers[step.key] in (SKIPPED, LATER)
    answers = {**state.answers, step.key: DONE} if late else state.answers
    page = replace(new, file=replace(new.file, paper=step.paper))
    return replace(state, files=(*state.files, page), answers=answers)


def _elsewhere(step: Files) -> str:
    if not step.paper:
        return " และแนบไว้กับเรื่องนี้แล้ว"
    return f" และแนบไว้กับเอกสาร “{step.title}” แล้ว หากไม่ใช่ พิมพ์ “แก้ไข”"


def is_new(files: Iterable[Got], file: FileRef) -> bool:
    """Whether this message has not brought its file already."""
    return not file.message_id or all(kept.file.message_id != file.message_id for kept in files)


def remark(files: tuple[Got, ...], album: Album | None) -> str:
    """`ได้รับรูป 3/5 รูป` while a set is coming, else how many there are."""
    word = "รูป" if files[-1].file.kind.startswith("image/") else "ไฟล์"
    if album is None or album.total <= 1:
        return f"ได้รับ{word}แล้ว (รวม {len(files)} ไฟล์)"
    came = sum(1 for kept in files if kept.album == album.id)
    return f"ได้รับรูป {came}/{album.total} รูปแล้ว" + (f" (รวม {len(files)} ไฟล์)" if came >= album.total else "")


def hint(files: tuple[Got, ...]) -> str:
    """A line on what may make the pages that came last hard to read, said once for each paper (B32); "" if nothing."""
    first, last = next((kept for kept in files if kept.hint), None), files[-1]
    if first is None or (first is not last and (not first.album or first.album != last.album)):
        return ""
    return f"\n{first.hint}"


def wait(files: tuple[Got, ...], album: Album | None) -> float:
    """Seconds until the remark goes out if nothing replaces it; longer while a set is incomplete."""
    came = sum(1 for kept in files if album and kept.album == album.id)
    return _PAUSE_IN_SET if album and came < album.total else _PAUSE


def _let_go(state: State, file: FileRef) -> tuple[Forget, ...]:
    kept = any(other.file.sha256 == file.sha256 for other in state.files)
    return () if kept else (Forget((file,)),)


_TROUBLES = {
    "archive": "ไฟล์บีบอัด (zip, rar) เปิดตรวจไม่ได้ โปรดส่งเป็นรูปภาพหรือ PDF ทีละไฟล์",
    "video": "ยังรับวิดีโอไม่ได้ โปรดส่งเป็นรูปภาพ หรือพิมพ์เล่าเหตุการณ์",
    "audio": "ยังรับข้อความเสียงไม่ได้ โปรดพิมพ์เป็นข้อความ หรือแตะปุ่มตัวเลือก",
    "program": "ไฟล์ชนิดนี้รับไม่ได้เพื่อความปลอดภัย โปรดส่งเป็นรูปภาพหรือ PDF",
    "protected": "ไฟล์นี้ตั้งรหัสผ่านไว้ จึงเปิดไม่ได้ โปรดปลดรหัสผ่าน หรือถ่ายรูปเอกสารส่งมาแทน",
    "empty": "ไฟล์นี้ว่างเปล่า โปรดเลือกไฟล์แล้วส่งใหม่อีกครั้ง",
    "gone": "ดาวน์โหลดไฟล์นี้ไม่สำเร็จ โปรดส่งไฟล์นี้ใหม่อีกครั้ง",
    "macros": "ไฟล์ Office ที่มีมาโครรับไม่ได้เพื่อความปลอดภัย โปรดบันทึกเป็น PDF แล้วส่งมาแทน",
    "office_document": "ยังรับไฟล์ Word, Excel และ PowerPoint ไม่ได้ โปรดบันทึกเป็น PDF แล้วส่งมาแทน",
    "web_page": "ไฟล์หน้าเว็บ (HTML, SVG) รับไม่ได้เพื่อความปลอดภัย โปรดส่งเป็นรูปภาพหรือ PDF",
    "unreadable": "เปิดไฟล์นี้ไม่ได้ ไฟล์อาจเสียหายหรือส่งมาไม่ครบ โปรดส่งใหม่อีกครั้ง หรือถ่ายรูปส่งมาแทน",
    "too_heavy": "ไฟล์นี้ละเอียดหรือซับซ้อนเกินไป จึงเปิดตรวจไม่ได้ โปรดถ่ายรูปส่งมาแทน หรือแบ่งส่งเป็นหลายไฟล์",
    "infected": "ตรวจพบไวรัสในไฟล์นี้ จึงไม่ได้เก็บไว้ โปรดตรวจอุปกรณ์ของท่าน แล้วส่งเป็นไฟล์อื่นหรือรูปถ่าย",
    "unexamined": "ขณะนี้ตรวจไฟล์นี้ไม่ได้ จึงยังไม่ได้เก็บไว้ โปรดส่งใหม่ภายหลัง หรือถ่ายรูปส่งมาแทน",
    "unkept": "ขณะนี้ระบบเก็บไฟล์ขัดข้อง จึงยังไม่ได้รับไฟล์ที่ท่านส่งมา โปรดส่งใหม่อีกครั้งภายหลัง",
    "unknown_kind": "ยังรับไฟล์ชนิดนี้ไม่ได้ โปรดส่งเป็นรูปภาพ (JPEG, PNG) หรือ PDF",
}


def trouble(event: SentUnusable) -> str:
    """A kind sentence: what is wrong with the file and what to send instead."""
    if event.trouble != "too_large":
        return _TROUBLES[event.trouble]
    limit = f" (ไม่เกิน {event.limit / 1_000_000:.0f} MB)" if event.limit else ""
    return f"ไฟล์นี้ใหญ่เกินไปสำหรับแชต{limit} โปรดพิมพ์ “ไฟล์ใหญ่” เพื่อรับลิงก์ส่งไฟล์ หรือถ่ายเป็นรูปส่งมาแทน"
