"""แฟ้ม: a member of the staff asks for a folder by its number, and what the office says to that. What may be opened by
whom is the office's affair (`office.folders`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import regex

from flows.book import Book
from flows.checks import NotUnderstood, entry_number, short_words, without_ids
from flows.effects import OpenFolder
from flows.messages import Card, Choice, Say
from flows.options import say
from flows.registers import WORDS
from flows.thai import arabic, graphemes, plain, thai_moment, tidy

_ASKED = regex.compile(r"แฟ้ม\s*(?P<number>\d+\s*/\s*\d+)(?:\s+(?P<why>.+))?", regex.DOTALL)
#: So long are words that say why; shorter ones are politeness.
_A_REASON = 8
_HOW = "โปรดพิมพ์ แฟ้ม ตามด้วยเลขรับ เช่น แฟ้ม 12/2569"


def asked_for(book: Book, text: str) -> OpenFolder | Say | None:
    """The folder that these words ask for, or how to ask; None if they are none of this member's words."""
    if "open" not in book.acts:
        return None
    if plain(text) == plain(WORDS["open"]):
        return Say(_HOW)
    found = _ASKED.fullmatch(arabic(tidy(text)))
    if found is None:
        return None
    try:
        number, year = entry_number(found["number"]).split("/")
        why = without_ids(short_words(found["why"])) if found["why"] else ""
    except NotUnderstood as error:
        return Say(str(error))
    return OpenFolder(int(number), int(year), why if graphemes(why) >= _A_REASON else "")


def answer(value: Mapping[str, Any] | None) -> Card | Say:
    """The link, or why there is none. Whoever may not open it does not learn whether it is there."""
    if value is None:
        return Say("ไม่พบแฟ้มนี้ในทะเบียนหนังสือรับ หรือแฟ้มนี้ไม่อยู่ในหน้าที่ของท่าน", choices=say("เมนู"))
    number = f"{value['number']}/{value['year']}"
    if "url" not in value:
        return Say(
            f"แฟ้ม {number} ปกปิดผู้แจ้ง โปรดพิมพ์เหตุผลที่ขอเปิดต่อท้าย เช่น “แฟ้ม {number} ตรวจสอบข้อเท็จจริงเบื้องต้น”\n"
            "ระบบเก็บเหตุผลไว้เป็นหลักฐาน โปรดอย่าพิมพ์ชื่อบุคคลหรือสาระของเรื่องในแชต"
        )
    until = thai_moment(datetime.fromisoformat(value["until"]))
    text = f"แตะปุ่มเพื่อเปิดแฟ้มเป็น PDF ลิงก์นี้เป็นของท่านผู้เดียว ใช้ได้ถึง{until}\nระบบบันทึกการเปิดทุกครั้งในชื่อของท่าน โปรดอย่าส่งต่อให้ผู้อื่น"
    return Card(title=f"แฟ้ม {number}", text=text, actions=(Choice("เปิดแฟ้ม", value["url"], "link"),))
