"""ไฟล์ใหญ่ for the papers of a filed petition: a link for one paper, which lands as pages from the chat do (B27, B71)."""

from __future__ import annotations

import pytest

from models.case import cases
from models.document import case_files
from models.petition import case_papers
from office.cases import record
from office.completeness import Defect, ask_for, listed
from tests.handlers.test_uploads import Sender, link
from tests.house import House, Phone, words
from tests.journeys.stories import complains, photo, rows, run_job, set_time, text_of
from tests.journeys.test_large_files import brings
from tests.journeys.test_petition import asks_for_data

LETTER, MAP = Defect("letter", "หนังสือขอข้อมูล", "ไม่ชัด"), Defect("map", "แผนที่", "ยังไม่ได้รับ")


def owes(house: House, *papers: Defect) -> Phone:
    """A citizen whose petition waits for these papers."""
    citizen = house.citizen()
    asks_for_data(citizen)
    with house.wiring.database.transaction() as tx:
        ask_for(tx, house.wiring.calendar, 1, papers, days=15, who="staff:1", now=house.clock())
    house.settle()
    return citizen


def ends(house: House, *ways: str) -> None:
    for status in ways:
        with house.wiring.database.transaction() as tx:
            record(tx, 1, who="staff:1", what="decided", status=status, now=house.clock())


def test_a_late_paper_by_a_link_lands_at_its_paper_as_one_from_the_chat_does(small_house: House) -> None:
    group, citizen = small_house.staff_group(), owes(small_house, LETTER, MAP)
    assert "โปรดเลือกเอกสาร" in text_of(citizen.types("ไฟล์ใหญ่"))
    citizen.taps("แผนที่")
    assert "ลิงก์นี้ใช้ได้เฉพาะเอกสาร “แผนที่” จนถึง" in words(citizen.said()[-2])
    path = str(citizen.button("เปิดหน้าส่งไฟล์")["uri"]).removeprefix("http://127.0.0.1:9")
    small_house.clock.pass_(hours=20)  # it had to be fetched
    brings(small_house, path, "ด้านหน้า.jpg", "ด้านหลัง.jpg")
    small_house.later(seconds=20)
    for part in ("• “ด้านหน้า.jpg” · 1 KB · 25 พ.ย.", "• “ด้านหลัง.jpg”", "ในเรื่องเลขรับที่ 1/2569 แล้ว\nยังรออีก 1 รายการ"):
        assert part in citizen.last
    assert citizen.last.count("ภาพอาจอ่านยาก") == 1  # B32: these are eight pixels wide
    states = {paper["key"]: paper["state"] for paper in rows(small_house, case_papers)}
    assert states == {"letter": "wanted", "map": "sent"}
    assert [file["paper"] for file in rows(small_house, case_files)] == ["map", "map"]

    brings(small_house, link(citizen), "หนังสือ.jpg")  # there is just one paper that it can be
    small_house.later(minutes=2)
    assert "ครบตามรายการแล้ว" in citizen.last
    assert "ครบตามรายการแล้ว โปรดตรวจ" in text_of(group.said())
    assert [case["status"] for case in rows(small_house, cases)] == ["screening"]
    assert "โปรดส่งรูป" not in citizen.last  # the question has its answer


def test_a_paper_may_still_come_when_the_filing_is_long_forgotten(small_house: House) -> None:
    """A conversation remembers its cases for thirty days; the office does for longer."""
    citizen = owes(small_house, MAP)
    set_time(small_house, "2026-12-28 10:00")
    citizen.types("สวัสดี")
    brings(small_house, link(citizen), "แผนที่.jpg")
    assert [file["paper"] for file in rows(small_house, case_files)] == ["map"]


def test_what_was_begun_for_one_paper_does_not_go_on_as_another(small_house: House) -> None:
    citizen = owes(small_house, LETTER, MAP)
    senders = []
    for title in (LETTER.title, MAP.title):
        citizen.types("ไฟล์ใหญ่")
        citizen.taps(title)
        senders.append(Sender(small_house, str(citizen.button("เปิดหน้าส่งไฟล์")["uri"])))
        citizen.types("ไม่ส่งตอนนี้")
    part = senders[0].part()
    assert [sender.call("HEAD", part).status_code for sender in senders] == [200, 404]


@pytest.mark.parametrize("owed", [True, False])
def test_a_link_to_a_case_that_has_ended_is_refused_kindly(small_house: House, owed: bool) -> None:
    if owed:
        citizen = owes(small_house, MAP)
    else:
        complains(citizen := small_house.citizen())
    path = link(citizen)
    citizen.types("เมนู")
    ends(small_house, *(["struck_off"] if owed else ["screening", "rejected"]))
    page = small_house.client.get(path)
    assert (page.status_code, Sender(small_house, path).begin().status_code) == (410, 410)
    for told in (page.text, text_of(citizen.types("ไฟล์ใหญ่"))):
        assert "สิ้นสุดการดำเนินการแล้ว" in told


def test_a_filed_case_takes_its_share_of_files_and_no_more(small_house: House) -> None:
    citizen = small_house.citizen()
    complains(citizen, files=[photo(50)])  # what it was filed with is not counted
    small_house.clock.pass_(minutes=1)
    path, most = link(citizen), small_house.wiring.office.files.most_added
    brings(small_house, path, *(f"{number}.jpg" for number in range(most - 1)))
    sender, last = Sender(small_house, path), photo(99).data
    part = sender.part(length=len(last))
    assert "ครบจำนวนแล้ว" in sender.begin().text  # the last one is on its way,
    assert small_house.client.get(path).status_code == 200  # and may go on
    sender.send(part, last)
    small_house.settle()
    for told in (small_house.client.get(path).text, text_of(citizen.types("ไฟล์ใหญ่"))):
        assert "ครบจำนวนแล้ว" in told
    assert len(rows(small_house, case_files)) == 1 + most


def test_nobody_is_reminded_of_a_day_that_is_over(small_house: House) -> None:
    group, citizen = small_house.staff_group(), owes(small_house, MAP)
    before = len(citizen.said())
    set_time(small_house, "2028-01-10 09:00")  # the clock stood still meanwhile
    run_job(small_house, "remind_of_papers")
    assert len(citizen.said()) == before
    assert "พ้นกำหนดส่งเอกสารแล้วแต่ยังไม่ครบ: เรื่อง 1/2569" in text_of(group.said())


def test_a_notice_names_some_cases_and_counts_the_rest() -> None:
    assert listed([f"{number}/2569" for number in range(1, 21)]).endswith("19/2569, 20/2569")
    assert listed([f"{number}/2569" for number in range(1, 1021)]).endswith("19/2569, 20/2569 และอีก 1,000 เรื่อง")
