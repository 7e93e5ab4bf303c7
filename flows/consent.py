"""ประกาศความเป็นส่วนตัว: shown once per version before the first question.

It is a notice (PDPA s.23), not a consent: the office acts by public task and legal duty (s.24(4), (6)), so there is
nothing to refuse; who does not wish to go on cancels. An anonymous tip passes through it as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flows.effects import Acknowledge, Effect
from flows.options import Option
from flows.steps import Choose
from services.office import Notice

KEY = "notice"
_ALSO = ("รับทราบ", "รับทราบและดำเนินการต่อ", "ตกลง", "ดำเนินการต่อ", "ต่อไป", "โอเค")


@dataclass(frozen=True, kw_only=True)
class ReadNotice(Choose):
    """The answer is the version that was read, so a newer notice is shown again by itself."""

    counted: ClassVar[bool] = False

    def effects(self, answer: Any) -> tuple[Effect, ...]:
        return (Acknowledge(int(answer)),)


def read_notice(notice: Notice) -> ReadNotice:
    link = f"\nอ่านฉบับเต็ม: {notice.link}" if notice.link else ""
    return ReadNotice(
        key=KEY,
        title="ประกาศความเป็นส่วนตัว",
        question=f"{notice.text}{link}",
        of=(Option(str(notice.version), "รับทราบและทำต่อ", _ALSO),),
    )
