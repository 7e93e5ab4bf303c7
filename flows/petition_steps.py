"""The kinds of question that petitions have beside the ordinary ones: days, numbers, identity numbers, a consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from flows.checks import NotUnderstood, masked_id, whole_number
from flows.events import Event
from flows.options import Option
from flows.steps import Choose, Text
from flows.thai import BANGKOK, thai_date

AGREE, REFUSE = "yes", "no"


@dataclass(frozen=True, kw_only=True)
class Day(Text):
    """A day of the Buddhist era; `least` and `most` in days from today. The answer is ISO, as every date is."""

    least: int | None = None
    most: int | None = None

    def read(self, event: Event) -> Any:
        iso: str = super().read(event)
        if outside := self._outside(iso, event.at):
            raise NotUnderstood(outside)
        return iso

    def lapsed(self, answer: Any, now: datetime) -> str:
        outside = self._outside(answer, now)
        return f"ขออภัย {self.show(answer)} เลือกไม่ได้แล้ว {outside} คำตอบข้ออื่นยังอยู่ครบ" if outside else ""

    def _outside(self, iso: str, now: datetime) -> str:
        """The first or the last day, if this one is before or after it."""
        day, today = date.fromisoformat(iso), now.astimezone(BANGKOK).date()
        if self.least is not None and day < (first := today + timedelta(days=self.least)):
            return f"วันแรกที่เลือกได้คือ{thai_date(first, weekday=True)}"
        if self.most is not None and day > (last := today + timedelta(days=self.most)):
            return f"วันสุดท้ายที่เลือกได้คือ{thai_date(last, weekday=True)}"
        return ""

    def show(self, answer: Any) -> str:
        return thai_date(date.fromisoformat(answer), weekday=True)


@dataclass(frozen=True, kw_only=True)
class Count(Text):
    """A whole number."""

    least: int | None = None
    most: int | None = None
    measure: str = ""

    def read(self, event: Event) -> Any:
        number = whole_number(super().read(event))
        if self.least is not None and number < self.least:
            raise NotUnderstood(f"ต้องไม่น้อยกว่า {self.least:,} {self.measure}".rstrip())
        if self.most is not None and number > self.most:
            raise NotUnderstood(f"ต้องไม่เกิน {self.most:,} {self.measure}".rstrip())
        return number

    def holds(self, answer: Any) -> bool:
        return isinstance(answer, int)

    def show(self, answer: Any) -> str:
        return f"{answer:,} {self.measure}".rstrip()


@dataclass(frozen=True, kw_only=True)
class NationalId(Text):
    """เลขประจำตัวประชาชน: kept in full, shown masked wherever it is shown."""

    def show(self, answer: Any) -> str:
        return masked_id(str(answer))


@dataclass(frozen=True, kw_only=True)
class Consent(Choose):
    """ความยินยอมโดยชัดแจ้ง (PDPA s.26). Who does not agree is told where else to turn, and nothing is kept."""

    counted: ClassVar[bool] = False

    refused: str

    of: tuple[Option, ...] = (
        Option(AGREE, "ยินยอม", ("ยินยอมค่ะ", "ใช่", "ตกลง")),
        Option(REFUSE, "ไม่ยินยอม", ("ไม่", "ไม่ใช่", "ไม่ตกลง")),
    )

    def farewell(self, answer: Any) -> str:
        return self.refused if answer == REFUSE else ""

    def holds(self, answer: Any) -> bool:
        return bool(answer == AGREE)
