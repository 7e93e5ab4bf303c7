"""What can keep us from the Google sheet. None of it carries a word of what was being written."""

from __future__ import annotations

import random
from datetime import timedelta

#: How the staff and the operator read each reason of `Closed`, and of a `Later` that is not in the line to Google.
REASONS = {
    "key": "Google ไม่รับกุญแจของบัญชีบริการ (ถูกลบหรือหมดอายุ) โปรดสร้างกุญแจใหม่",
    "clock": "นาฬิกาของเครื่องคลาดเคลื่อนจนออกกุญแจไม่ได้ โปรดตั้งเวลาเครื่องให้ตรง",
    "switched_off": "โครงการใน Google Cloud ยังไม่เปิดใช้ Google Sheets API",
    "unshared": "บัญชีบริการยังไม่ได้รับสิทธิ์ในแผ่นงาน โปรดแชร์แผ่นงานให้บัญชีบริการเป็น “ผู้แก้ไข”",
    "gone": "ไม่พบแผ่นงานตามรหัสที่ตั้งไว้ อาจถูกลบหรือรหัสไม่ถูกต้อง",
    "restless": "แผ่นงานยังไม่ตรงกับทะเบียนแม้เขียนซ้ำหลายครั้ง โปรดยกเลิกการผสานเซลล์ในช่องของระบบ (ถ้ามี) ระบบจะลองใหม่ต่อไป",
    "odd": "Google ไม่รับคำสั่งเขียนทะเบียน โปรดแจ้งผู้ดูแลระบบ",
}


class Trouble(Exception):
    """เขียนลง Google Sheets ไม่ได้ในขณะนี้: nothing is lost, the next look at the sheet finds what is missing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def pause(self, attempts: int) -> timedelta:
        """How long to leave it be after so many attempts: 2, 4, 8 … 64 seconds, each a little earlier or later."""
        return timedelta(seconds=min(2**attempts, 64) * random.uniform(0.75, 1.25))  # noqa: S311 - no secret


class Later(Trouble):
    """Google ไม่ว่าง: too many calls (429), a fault of theirs (5xx), a time-out, no way to them."""


class Busy(Trouble):
    """มีโปรแกรมอื่นกำลังเขียนแผ่นงานนี้: one writer at a time."""


class Closed(Trouble):
    """แผ่นงานเปิดไม่ได้จนกว่าจะมีผู้แก้ไข: somebody has to do something. `reason` is a key of `REASONS`."""

    def pause(self, _: int) -> timedelta:
        return timedelta(minutes=5)


class Unwelcome(Exception):
    """400: Google cannot make sense of this call as it stands; a row in it may be to blame."""
