"""Slow work outside a turn's transaction: write the registers, leave a group, sweep a file, read the quota."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog

from bot import limits
from bot.channel import Chat, Refused, Sent
from handlers import mirroring, nightly, quota, uploaded
from handlers.sweeping import sweep
from handlers.wiring import Wiring
from models import conversation, queue
from models.errands import errands
from models.queue import ClaimLost
from office import identity, mirror, notices
from office.google.trouble import Trouble

log = structlog.get_logger()

#: An errand that has failed so often is told to the staff, once; it goes on being tried.
ALARM_AT = 5


class NotDone(Exception):
    """ยังทำไม่สำเร็จ: an errand could not be done now; it is tried again."""


def work(wiring: Wiring) -> bool:
    """Do the next errand; False if none is due."""
    with wiring.database.transaction() as tx:
        claimed = queue.claim(tx, errands, wiring.now(), limits.ERRAND_LEASE)
    if not claimed:
        return False
    errand = claimed[0]
    known = {"errand": errand["id"], "kind": errand["kind"]}
    with structlog.contextvars.bound_contextvars(**known), suppress(ClaimLost):
        try:
            ERRANDS[errand["kind"]](wiring, errand["lane"], json.loads(errand["arguments"]))
        except Trouble as trouble:  # it has been told where it had to be, and has a patience of its own
            log.warning("errand_put_off", attempts=errand["attempts"], reason=trouble.reason)
            with wiring.database.transaction() as tx:
                until = wiring.now() + trouble.pause(errand["attempts"])
                queue.postpone(tx, errands, errand, until, trouble.reason)
        except Exception as error:
            log.exception("errand_failed", attempts=errand["attempts"])
            _later(wiring, errand, type(error).__name__)
        else:
            with wiring.database.transaction() as tx:
                queue.finish(tx, errands, errand, wiring.now())
    return True


def _later(wiring: Wiring, errand: Any, reason: str) -> None:
    now = wiring.now()
    pause = limits.pause_after(errand["attempts"], limits.ERRAND_PAUSES)
    with wiring.database.transaction() as tx:
        queue.postpone(tx, errands, errand, now + pause, reason)
        if errand["attempts"] == ALARM_AT:
            notices.trouble(tx, f"งานเบื้องหลังไม่สำเร็จหลายครั้ง ({_NAMES[errand['kind']]}) ระบบจะลองใหม่ต่อไป", now)


def _write_registers(wiring: Wiring, _: str, arguments: Mapping[str, Any]) -> None:
    year, services = int(arguments["year"]), wiring.book.offered
    if wiring.google is not None:  # an errand of its own: neither waits for the other, or fails with it
        with wiring.database.transaction() as tx:
            mirroring.ask(tx, year, wiring.now())
    tables = mirror.open_tables(wiring.database, wiring.office, services, year, wiring.now())
    for sheets in wiring.sheets:
        sheets.write(tables)


def _leave_group(wiring: Wiring, lane: str, _: Mapping[str, Any]) -> None:
    with wiring.database.reading() as tx:
        group = conversation.find(tx, lane)
    if group is None or group.staff_since is not None or group.channel not in wiring.channels:
        return
    match wiring.channels[group.channel].leave(Chat(group.channel, group.kind, group.address)):
        case Sent() | Refused():  # refused: we are not in it any more
            with wiring.database.transaction() as tx:
                conversation.set_reachable(tx, group.id, wiring.now(), reachable=False)
        case trouble:
            raise NotDone(trouble.reason)


def _tell_proof(wiring: Wiring, _: str, arguments: Mapping[str, Any]) -> None:
    with wiring.database.transaction() as tx:
        identity.tell_staff(tx, int(arguments["case"]), wiring.now())


ERRANDS: Mapping[str, Callable[[Wiring, str, Mapping[str, Any]], None]] = {
    "mirror": _write_registers,
    mirroring.GOOGLE: mirroring.follow,
    "leave_group": _leave_group,
    "sweep_file": lambda wiring, _, arguments: sweep(wiring, arguments["sha256"]),
    quota.READ: quota.read,
    identity.TELL: _tell_proof,
    "mind_uploads": lambda wiring, *_: uploaded.mind(wiring, wiring.now()),
    "expire_drafts": lambda wiring, *_: nightly.expire_drafts(wiring, wiring.now()),
    "sweep_files": lambda wiring, *_: nightly.sweep_files(wiring, wiring.now()),
    "examine_audit": lambda wiring, *_: nightly.examine_audit(wiring, wiring.now()),
}
_NAMES = {
    "mirror": "เขียนทะเบียน",
    mirroring.GOOGLE: "เขียนทะเบียนใน Google Sheets",
    "leave_group": "ออกจากกลุ่ม",
    "sweep_file": "ลบไฟล์",
    quota.READ: "อ่านโควตา",
    identity.TELL: "แจ้งกลุ่มเรื่องนัดยืนยันตัวตน",
    "mind_uploads": "รับไฟล์ที่ส่งทางหน้าเว็บ",
    "expire_drafts": "ลบร่างที่หมดอายุ",
    "sweep_files": "ลบไฟล์ที่ไม่ใช้แล้ว",
    "examine_audit": "ตรวจบันทึกการใช้งาน",
}
