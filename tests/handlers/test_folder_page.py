"""The page behind the link of `แฟ้ม`: a look opens nothing, its button does; for its holder alone, for a while."""

from __future__ import annotations

import json
from typing import Any

import pypdfium2
import pytest

from building import web
from handlers import folder_page
from models.audit import audit
from office import roster
from office.audit import verify
from tests.house import House, Phone, actions, words
from tests.journeys.stories import complains, photo, rows, tips
from tests.journeys.test_intake import clerk, code_for, enters

NOT_THERE = "ไม่พบแฟ้มนี้"


def asks(phone: Phone, number: int = 1, why: str = "") -> str:
    """The path behind the button; "" if there is none."""
    said = phone.types(f"แฟ้ม {number}/2569 {why}".strip())
    found = [action["uri"] for action in actions(said[0]) if "uri" in action]
    return str(found[0]).removeprefix("http://127.0.0.1:9").partition("?")[0] if found else ""


def openings(house: House) -> list[str]:
    """Who was given links, why, and who opened what."""
    noted = rows(house, audit, audit.c.what.in_(("link_given", "opened")))
    facts = [(row, json.loads(row["after"] or "{}")) for row in noted]
    return [f"{row['who']} {row['what']} {row['subject']} {said.get('why', '')}".strip() for row, said in facts]


def opened(house: House, path: str) -> str:
    """The words of the cover."""
    with house.client.post(path) as answer:
        assert answer.status_code == 200, answer.text
        return str(pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range())


def test_the_button_opens_the_case_and_a_look_does_not(small_house: House) -> None:
    complains(small_house.citizen(), files=[photo(1)])
    path = asks(clerk(small_house))
    for look in (small_house.client.get, small_house.client.head):
        answer = look(path)
        assert (answer.status_code, answer.mimetype) == (200, "text/html")
        assert answer.headers["Cache-Control"] == "no-store"
    assert openings(small_house) == ["staff:1 link_given casefile:1"]
    with small_house.client.post(path) as answer:
        document = pypdfium2.PdfDocument(answer.data)
        assert "เลขรับที่ 1/2569" in document[0].get_textpage().get_text_range()
        assert len(document) == 2
        told = {name: answer.headers[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")}
        assert told == {
            "Content-Type": "application/pdf",
            "Content-Disposition": 'inline; filename="folder.pdf"',
            "Cache-Control": "no-store",
        }
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in answer.headers
        assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert openings(small_house)[1:] == ["staff:1 opened casefile:1"]
    with small_house.wiring.database.reading() as tx:
        assert verify(tx) is None


def test_of_a_letter_its_pages_are_shown(small_house: House) -> None:
    phone = clerk(small_house)
    enters(phone, "letter")
    cover = opened(small_house, asks(phone))
    for part in ("เลขทะเบียนรับ 1/2569", "ขอความอนุเคราะห์ข้อมูล", "ศน 0018/123", "สำเนาหนังสือ", "หน้า 2"):
        assert part in cover
    assert openings(small_house) == ["staff:1 link_given letterfile:1", "staff:1 opened letterfile:1"]


def test_who_brought_a_tip_is_protected(small_house: House) -> None:
    tips(small_house.citizen())
    complains(small_house.citizen(), identity="ปกปิด", name="สมชาย ใจดี", number="0812345678")
    for role in ("saraban", "auditor", "officer"):
        phone = clerk(small_house, role, unit="works")
        for number in (1, 2, 3):
            assert NOT_THERE in phone.types(f"แฟ้ม {number}/2569 ตรวจสอบข้อเท็จจริง")[0]["text"]
    centre = clerk(small_house, "center")
    for number in (1, 2):
        assert asks(centre, number) == ""
        assert "โปรดพิมพ์เหตุผล" in centre.last
    assert openings(small_house) == []
    assert "ปกปิดผู้แจ้ง" in opened(small_house, asks(centre, 1, "ตรวจสอบข้อเท็จจริง"))
    assert openings(small_house) == ["staff:4 link_given casefile:1 ตรวจสอบข้อเท็จจริง", "staff:4 opened casefile:1"]


def test_a_citizen_has_no_such_word(small_house: House) -> None:
    complains(small_house.citizen())
    citizen, finance = small_house.citizen(), clerk(small_house, "finance")
    for phone in (citizen, finance):
        assert words(phone.types("แฟ้ม 1/2569")[-1]) == words(citizen.types("ตู้ 1/2569")[-1])


def left(house: House, phone: Phone) -> None:
    with house.wiring.database.transaction() as tx:
        assert roster.end(tx, 1, house.clock())


def moved(house: House, phone: Phone) -> None:
    with house.wiring.database.transaction() as tx:
        code = roster.new_code(tx, 1, house.clock())
    house.citizen().types(f"ยืนยันตัว {code}")


def another(house: House, phone: Phone) -> None:
    phone.types(f"ยืนยันตัว {code_for(house, 'head')}")


@pytest.mark.parametrize("end", [left, moved, another])
def test_the_link_ends_with_the_entry_and_with_its_account(small_house: House, end: Any) -> None:
    complains(small_house.citizen())
    phone = clerk(small_house)
    path = asks(phone)
    end(small_house, phone)
    for knock in (small_house.client.get, small_house.client.post):
        answer = knock(path)
        assert (answer.status_code, "ไม่มีสิทธิ" in answer.text) == (403, True)
    assert openings(small_house) == ["staff:1 link_given casefile:1"]


def test_a_link_is_good_for_a_quarter_of_an_hour(small_house: House) -> None:
    complains(small_house.citizen())
    path = asks(clerk(small_house))
    small_house.later(minutes=14)
    assert small_house.client.get(path).status_code == 200
    small_house.later(minutes=2)
    for knock in (small_house.client.get, small_house.client.post):
        answer = knock(path)
        assert (answer.status_code, "หมดอายุ" in answer.text) == (410, True)


def test_no_link_of_another_kind_opens_a_folder(small_house: House) -> None:
    wiring = small_house.wiring
    upload = wiring.links.make(1, "draft", small_house.clock())[0].rpartition("/")[2]
    for token in ("abc", upload):
        answer = small_house.client.post(f"/folders/{token}")
        assert (answer.status_code, "ไม่ถูกต้อง" in answer.text) == (403, True)


def test_while_others_are_served_one_is_asked_to_come_again(
    small_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    complains(small_house.citizen())
    path = asks(clerk(small_house))
    for _ in range(folder_page.AT_ONCE + 1):  # each makes room for the next
        opened(small_house, path)
    monkeypatch.setattr(folder_page, "AT_ONCE", 0)
    answer = web(small_house.wiring).test_client().post(path)
    assert (answer.status_code, "ลองใหม่" in answer.text, "<form" in answer.text) == (503, True, True)
    assert openings(small_house).count("staff:1 opened casefile:1") == 3
