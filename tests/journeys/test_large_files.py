"""ไฟล์ใหญ่: a link from the chat, a file by the upload page, and its receipt in the chat (B71, B72)."""

from __future__ import annotations

from datetime import timedelta

from models import conversation
from models.document import case_files
from models.files import uploads
from models.outbox import outgoing
from tests.handlers.test_uploads import Sender, link
from tests.house import House, words
from tests.journeys import stories
from tests.journeys.stories import (
    SEND,
    SENT_ALL,
    age_files,
    at_photos,
    calls,
    complains,
    count,
    kept_files,
    photo,
    rows,
    text_of,
)


def brings(house: House, path: str, *names: str) -> None:
    """The page sends these files, one after the other."""
    sender = Sender(house, path)
    for number, name in enumerate(names, 1):
        data = photo(number).data
        more = {"more": "1"} if number < len(names) else {}
        assert sender.send(sender.part(length=len(data), name=name, **more), data).status_code == 204
        house.settle()


def test_a_large_file_joins_the_complaint_and_is_confirmed_by_name_size_and_time(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    assert citizen.sees("ไฟล์ใหญ่")
    path = link(citizen)
    assert "ลิงก์นี้ใช้ได้เฉพาะเรื่องนี้ จนถึง" in words(citizen.said()[-2])
    brings(small_house, path, "แบบแปลน.jpg")
    before = len(citizen.said())
    small_house.later(seconds=20)
    (receipt,) = citizen.said()[before:]
    assert "• “แบบแปลน.jpg” · 1 KB · 24 พ.ย. 2569 10.0" in words(receipt)
    citizen.taps(SENT_ALL)  # the question came along with its buttons
    citizen.types("ไม่ระบุชื่อ")
    citizen.taps(SEND)
    (file,) = rows(small_house, case_files)
    assert (file["name"], file["kind"]) == ("แบบแปลน.jpg", "image/jpeg")
    assert kept_files(small_house) == [photo(1).data]


def test_files_that_come_together_are_one_receipt_and_one_push(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    path, before, pushed = link(citizen), len(citizen.said()), len(calls(small_house, "push"))
    sender = Sender(small_house, path)
    for number, more in ((1, {"more": "1"}), (2, {"more": "1"}), (3, {})):
        data = photo(number).data
        sender.send(sender.part(length=len(data), name=f"หน้า {number}.jpg", **more), data)
        small_house.later(minutes=2)  # large files take their time
    small_house.later(seconds=20)
    (receipt,) = citizen.said()[before:]
    assert all(f"หน้า {number}.jpg" in words(receipt) for number in (1, 2, 3))
    assert len(calls(small_house, "push")) == pushed + 1


def test_a_receipt_goes_along_with_the_next_answer_for_nothing(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    path, pushed = link(citizen), len(calls(small_house, "push"))
    brings(small_house, path, "แบบแปลน.jpg")
    said = citizen.types("ครบแล้ว")
    assert "แบบแปลน.jpg" in text_of(said)
    assert "การแสดงตัวตน" in text_of(said)
    small_house.later(minutes=15)
    assert len(calls(small_house, "push")) == pushed


def test_a_file_that_comes_after_the_filing_joins_the_case(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    path = link(citizen)
    citizen.types("ข้าม")
    citizen.types("ไม่ระบุชื่อ")
    citizen.taps(SEND)
    brings(small_house, path, "หลักฐาน.jpg")
    before = len(citizen.said())
    small_house.later(seconds=20)
    assert "เพิ่มในเรื่องเลขรับที่ 1/2569 แล้ว" in text_of(citizen.said()[before:])
    assert [file["name"] for file in rows(small_house, case_files)] == ["หลักฐาน.jpg"]


def test_within_a_day_of_filing_a_link_leads_to_the_case(small_house: House) -> None:
    citizen = small_house.citizen()
    complains(citizen)
    brings(small_house, link(citizen), "หลักฐาน.jpg")
    assert count(small_house, case_files) == 1
    small_house.later(days=1, minutes=1)
    said = citizen.types("ไฟล์ใหญ่")
    assert "โปรดเปิดเรื่องที่ต้องการแนบไฟล์ก่อน" in text_of(said)


def test_a_file_finds_its_draft_though_another_matter_is_open(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    path = link(citizen)
    stories.begins(citizen, stories.TIP)
    brings(small_house, path, "หลุม.jpg")
    small_house.later(seconds=20)
    assert "แนบไว้กับเรื่อง “ร้องเรียน/ร้องทุกข์” แล้ว" in citizen.last
    assert "แนบไว้แล้ว 1 ไฟล์" in text_of(citizen.types("ทำต่อ"))


def test_a_file_of_a_cancelled_draft_is_not_kept(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    path = link(citizen)
    sender = Sender(small_house, path)
    part = sender.part(length=len(photo().data), name="หลุม.jpg")
    citizen.types("ยกเลิก")
    citizen.taps("ยกเลิกและลบ")
    assert sender.begin().status_code == 410
    sender.send(part, photo().data)  # it was on its way
    small_house.settle()
    assert "ถูกยกเลิกแล้ว" in citizen.last
    age_files(small_house)
    small_house.later(hours=3)
    assert kept_files(small_house) == []
    assert rows(small_house, uploads) == []


def test_a_full_draft_takes_no_more(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    path = link(citizen)
    brings(small_house, path, *(f"{number}.jpg" for number in range(10)))
    assert Sender(small_house, path).begin().status_code == 410


def test_what_was_said_in_chat_before_an_upload_is_not_late_because_of_it(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    path = link(citizen)
    with small_house.world.held() as happened:
        small_house.world.say(citizen.user, "ข้าม")
    small_house.clock.pass_(seconds=2)
    brings(small_house, path, "หลุม.jpg")
    small_house.world.deliver(*happened)
    small_house.settle()
    assert "การแสดงตัวตน" in citizen.last


def test_while_an_officer_speaks_by_hand_a_file_is_taken_all_the_same(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    path = link(citizen)
    (talk,) = rows(small_house, conversation.conversations)
    until = small_house.clock() + timedelta(hours=12)
    with small_house.wiring.database.transaction() as tx:
        conversation.be_quiet(tx, talk["id"], until)
    brings(small_house, path, "หลุม.jpg")
    small_house.later(seconds=20)
    assert "“หลุม.jpg”" in citizen.last
    assert rows(small_house, conversation.conversations)[0]["quiet_until"] == until  # and the officer goes on


def test_the_same_on_messenger(small_house: House) -> None:
    citizen = small_house.messenger_citizen()
    for answer in (stories.COMPLAINT, "1", "1", "หน้าตลาดสด หมู่ 3", "ถนนเป็นหลุมลึก รถล้มบ่อย"):
        citizen.types(answer)
    citizen.taps("ไฟล์ใหญ่")
    button = citizen.button("เปิดหน้าส่งไฟล์")
    brings(small_house, str(button["url"]).removeprefix("http://127.0.0.1:9"), "หลุม.jpg")
    small_house.later(seconds=20)
    assert "“หลุม.jpg”" in text_of(citizen.said()[-2:])
    assert {row["outcome"] for row in rows(small_house, outgoing, outgoing.c.body.contains("receipt"))} <= {"open"}
