"""ลงรับ: the staff file what came by counter, post, telephone and mail, in their own chat, into the same register."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import regex
import sqlalchemy as sa

from models import document
from models.audit import audit
from models.document import entry_files
from office import desk, roster
from office.calendar import ZONE
from office.codes import TRIES_EACH
from office.mirror import TITLES
from tests.house import House, Phone, labels, words
from tests.journeys.stories import ON_BOTH, SEND, SENT_ALL, complains, photo

ORDER = "คำสั่ง อบจ.ศรีนคร ที่ 12/2569"
WAY_TO_REVIEW = {
    "letter": ("1", "2", "ขณะนี้", "ศน 0018/123", "20/11/2569", "ที่ว่าการอำเภอเมือง", "ข้าม", "ขอความอนุเคราะห์ข้อมูล", "กองช่าง"),
    "complaint": ("2", "3", "ขณะนี้", "2", "หน้าวัดกลาง หมู่ 3", "ไฟส่องสว่างดับ 3 ดวง", "ข้าม", "1", "สมชาย ใจดี", "0812345678"),
}


def code_for(house: House, role: str = "saraban", **entry: object) -> str:
    facts = {"name": "สมศรี มั่นคง", "position": "เจ้าพนักงานธุรการ", "role": role, "unit": "", "order_ref": ORDER}
    with house.wiring.database.transaction() as tx:
        return roster.add(tx, {**facts, "since": None, "until": None, **entry}, house.clock())[1]


def clerk(house: House, role: str = "saraban", **entry: object) -> Phone:
    """A member of the staff whose account is bound."""
    phone = house.citizen("สมศรี")
    assert "ยืนยันตัวแล้ว" in words(phone.types(f"ยืนยันตัว {code_for(house, role, **entry)}")[-1])
    return phone


def enters(phone: Phone, kind: str) -> str:
    """From ลงรับ to the receipt."""
    phone.types("ลงรับ")
    for answer in WAY_TO_REVIEW[kind]:
        phone.types(answer)
    if kind == "letter":
        phone.sends(photo())
        phone.taps(SENT_ALL)
    return words(phone.taps(SEND)[-1])


def trail(house: House, what: str) -> list[str]:
    with house.wiring.database.reading() as tx:
        return [f"{row['who']} {row['after']}" for row in tx.all(sa.select(audit).where(audit.c.what == what))]


@ON_BOTH
def test_an_account_is_bound_by_a_code(small_house: House) -> None:
    phone = small_house.citizen()
    told = words(phone.types(f" ยืนยันตัว  {code_for(small_house).lower()} ")[-1])
    assert "สมศรี มั่นคง" in told
    assert "เจ้าหน้าที่สารบรรณ" in told
    assert trail(small_house, "member_bound") == ['staff:1 {"conversation": 1}']
    assert "ข้อ 1/" in words(phone.types("ลงรับ")[-1])


def test_nobody_learns_why_a_code_is_not_good(small_house: House) -> None:
    spent, ended = code_for(small_house), code_for(small_house)
    small_house.citizen().types(f"ยืนยันตัว {spent}")
    with small_house.wiring.database.transaction() as tx:
        roster.end(tx, 2, small_house.clock())
        group_code = desk.make_code(tx, small_house.clock())
    answers = {
        small_house.citizen().types(f"ยืนยันตัว {code}")[-1]["text"] for code in ("AAAA-AAA9", spent, ended, group_code)
    }
    assert len(answers) == 1
    assert small_house.staff_group()  # the group's code of its own still works


def test_guessing_is_limited_also_here(small_house: House) -> None:
    phone, code = small_house.citizen(), code_for(small_house)
    for _ in range(TRIES_EACH):
        phone.types("ยืนยันตัว AAAA-AAA9")
    assert "โปรดรอ 1 ชั่วโมง" in words(phone.types(f"ยืนยันตัว {code}")[-1])
    assert trail(small_house, "member_bound") == []
    small_house.later(hours=1)
    assert "ยืนยันตัวแล้ว" in words(phone.types(f"ยืนยันตัว {code}")[-1])


def test_an_entry_that_is_yet_to_begin_promises_nothing(small_house: House) -> None:
    phone, code = small_house.citizen(), code_for(small_house, since=datetime(2026, 12, 1, tzinfo=ZONE).date())
    told = phone.types(f"ยืนยันตัว {code}")[-1]
    assert "มีผลตั้งแต่วันที่ 1 ธันวาคม 2569" in words(told)
    assert "ลงรับ" not in words(told) + " ".join(labels(told))
    small_house.later(days=7)
    assert "ข้อ 1/" in words(phone.types("ลงรับ")[-1])


def test_a_citizen_has_no_such_word(small_house: House) -> None:
    citizen = small_house.citizen()
    assert "ข้อ 1/" not in words(citizen.types("ลงรับ")[-1])
    assert "ลงรับ" not in words(citizen.types("ช่วยเหลือ")[-1])
    assert "ลงรับ · ลงส่ง · ยกเลิกเลข" in words(clerk(small_house).types("ช่วยเหลือ")[-1])


@pytest.mark.parametrize(
    ("role", "word"), [("officer", "ลงรับ"), ("auditor", "ลงรับ"), ("center", "ลงส่ง"), ("head", "ยกเลิกเลข")]
)
def test_each_role_has_its_own_words(small_house: House, role: str, word: str) -> None:
    assert "ข้อ 1/" not in words(clerk(small_house, role).types(word)[-1])


def test_of_the_centre_nobody_takes_in_anything_without_an_order(small_house: House) -> None:
    assert "ข้อ 1/" not in words(clerk(small_house, "center", order_ref="").types("ลงรับ")[-1])


@ON_BOTH
def test_a_letter_gets_a_number_and_no_case(small_house: House) -> None:
    phone = clerk(small_house)
    assert "1/2569" in enters(phone, "letter")
    (row,) = small_house.register()
    assert [row[name] for name in ("เลขทะเบียนรับ", "ที่", "ลงวันที่", "จาก", "เรื่อง", "การปฏิบัติ", "ช่องทาง", "กำหนดเสร็จ")] == [
        *("1", "ศน 0018/123", "20 พฤศจิกายน 2569", "ที่ว่าการอำเภอเมือง", "ขอความอนุเคราะห์ข้อมูล", "แจ้งกองช่าง", "ไปรษณีย์", ""),
    ]
    assert row["ถึง"] == "นายกองค์การบริหารส่วนจังหวัดศรีนคร"
    assert trail(small_house, "letter_entered") == ['staff:1 {"number": "1/2569"}']
    with small_house.wiring.database.reading() as tx:
        (page,) = tx.all(sa.select(entry_files))
        assert document.is_filed(tx, page["sha256"])


def test_a_complaint_by_telephone_is_a_case_as_from_chat(small_house: House) -> None:
    group, phone = small_house.staff_group(), clerk(small_house)
    told = enters(phone, "complaint")
    code = regex.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", told)[0]  # type: ignore[index]
    (row,) = small_house.register()
    assert (row["ช่องทาง"], row["กำหนดเสร็จ"], row["หน่วยงาน"]) == ("โทรศัพท์", "2026-12-03", "กองช่าง")
    assert code not in str(row)
    assert "โทรศัพท์" in words(group.said()[-1])
    assert "สมชาย" not in words(group.said()[-1])
    assert "รับเรื่องแล้ว" in words(small_house.citizen().types(code)[-1])
    assert "ยังไม่พบเรื่อง" in words(phone.types("ติดตามเรื่อง")[-1])  # it is not the clerk's own
    assert trail(small_house, "case_opened")[0].startswith("staff:1 ")


def test_of_a_tip_on_paper_the_register_shows_nothing(small_house: House) -> None:
    phone = clerk(small_house)
    for answer in (
        "ลงรับ",
        "3",
        "2",
        "ขณะนี้",
        "ลับ 99/2569",
        "ข้าม",
        "2",
        "ข้าม",
        "นายช่างเรียกรับเงิน",
        "ข้าม",
        "ข้าม",
        "1",
        "สมชาย ใจดี",
        "ข้าม",
    ):
        phone.types(answer)
    phone.taps(SEND)
    (row,) = small_house.register()
    assert (row["จาก"], row["เรื่อง"], row["ที่"]) == ("ผู้แจ้งเบาะแส (ปกปิด)", "แจ้งเบาะแส (ปกปิด)", "-")
    assert not any(word in str(row) for word in ("สมชาย", "นายช่าง", "99"))


#           channel              came                      received                    remark ends
CAME = {
    "by mail in the night": ("4", "22/11/2569 21.33", "2026-11-23T08:30:00+07:00", "21.33 น. (นอกเวลาราชการ)"),
    "by post, in hours": ("2", "23/11/2569 14.05", "2026-11-23T14:05:00+07:00", "14.05 น."),
    # S2 #2.4: an officer's own chat is no channel, so it counts from when it is filed (Tuesday, ten past ten)
    "by a wrong way": ("6", "20/11/2569 09.00", "2026-11-24T10:0", "09.00 น. (สารบรรณได้รับตามวันเวลาที่รับ)"),
}


@pytest.mark.parametrize(("channel", "came", "received", "remark"), CAME.values(), ids=CAME)
def test_when_it_counts_as_received(small_house: House, channel: str, came: str, received: str, remark: str) -> None:
    phone = clerk(small_house)
    for answer in ("ลงรับ", "1", channel, came, "ข้าม", "ข้าม", "อำเภอเมือง", "ข้าม", "ขอข้อมูล", "ยังไม่กำหนด", "ข้าม"):
        phone.types(answer)
    phone.taps(SEND)
    (row,) = small_house.register()
    assert row["วันเวลาที่รับ"].startswith(received)
    assert row["หมายเหตุ"].endswith(remark)


def test_what_belongs_elsewhere_or_nowhere_is_noted_and_not_registered(small_house: House) -> None:
    phone = clerk(small_house)
    for answer in ("ลงรับ", "4", "การไฟฟ้า"):
        phone.types(answer)
    told = words(phone.taps(SEND)[-1])
    assert "การไฟฟ้าส่วนภูมิภาคจังหวัดศรีนคร" in told
    assert "โทร 1129" in told
    for answer in ("ลงรับ", "5", "โฆษณา"):
        phone.types(answer)
    assert "ไม่ลงทะเบียน" in words(phone.taps(SEND)[-1])
    assert trail(small_house, "misdirected") == ['staff:1 {"agency": "electricity"}']
    assert trail(small_house, "discarded") == ['staff:1 {"reason": "ad"}']
    assert "1/2569" in enters(phone, "letter")


def test_a_second_tap_gives_the_same_number(small_house: House) -> None:
    phone = clerk(small_house)
    phone.types("ลงรับ")
    for answer in WAY_TO_REVIEW["complaint"]:
        phone.types(answer)
    confirm = phone.button(SEND)
    first = words(phone.presses(confirm)[-1])
    assert words(phone.presses(confirm)[-1]) == first
    assert len(small_house.register()) == 1


def test_a_number_is_voided_after_a_look_at_it(small_house: House) -> None:
    phone = clerk(small_house)
    enters(phone, "letter")
    phone.types("ยกเลิกเลข 1/2569 ลงซ้ำ")
    assert "ลงซ้ำ" in phone.last
    assert "นำกลับมาใช้ไม่ได้" in phone.last
    assert [row["สถานะ"] for row in small_house.register()] == ["ลงรับแล้ว"]
    assert "ยกเลิกเลข 1/2569 แล้ว" in words(phone.taps(SEND)[-1])
    (row,) = small_house.register()
    assert (row["การปฏิบัติ"], row["สถานะ"]) == ("ยกเลิก", "ยกเลิก")
    assert row["หมายเหตุ"].endswith("ยกเลิกเลข: ลงซ้ำ")
    assert "2/2569" in enters(phone, "letter")


def test_the_number_of_a_case_in_work_is_not_voided(small_house: House) -> None:
    complains(small_house.citizen())
    phone = clerk(small_house)
    phone.types("ยกเลิกเลข 1/2569 ลงซ้ำ")
    assert "ยังดำเนินการอยู่" in words(phone.taps(SEND)[-1])
    assert small_house.register()[0]["สถานะ"] == "รับเรื่องแล้ว"


def test_a_letter_that_is_sent_has_the_units_own_number(small_house: House) -> None:
    phone = clerk(small_house)
    for _ in range(2):
        for answer in ("ลงส่ง", "นายอำเภอเมือง", "ส่งข้อมูล", "กองช่าง", "ข้าม", "1", "ข้าม"):
            phone.types(answer)
        phone.taps(SEND)
    first, second = small_house.register(sheet="ทะเบียนหนังสือส่ง")
    assert (second["เลขทะเบียนส่ง"], first["ที่"], second["ที่"]) == ("2", "ศน 51003/1", "ศน 51003/2")
    assert (second["จาก"], second["ถึง"], second["รหัสเรื่อง"]) == ("กองช่าง", "นายอำเภอเมือง", "2569-ส000002")


def test_a_member_is_a_citizen_too(small_house: House) -> None:
    phone = clerk(small_house)
    phone.types("ลงรับ")
    phone.types("1")
    assert complains(phone) == (1, 2569)  # meanwhile the letter is parked
    phone.types("ทำต่อ")
    assert "ช่องทาง" in phone.last


def test_whoever_has_left_the_staff_has_no_say(small_house: House) -> None:
    phone = clerk(small_house, until=(small_house.clock() + timedelta(days=1)).date())
    phone.types("ลงรับ")
    for answer in WAY_TO_REVIEW["complaint"]:
        phone.types(answer)
    confirm = phone.button(SEND)
    small_house.later(days=2)
    phone.presses(confirm)
    assert "ลงรับแล้ว" not in phone.last
    with small_house.wiring.database.reading() as tx:
        assert trail(small_house, "case_opened") == []
        assert roster.member(tx, "line", phone.user, datetime(2026, 11, 24, tzinfo=ZONE)) is not None
        assert roster.member(tx, "line", phone.user, small_house.clock()) is None


def test_what_was_half_typed_waits_for_a_renewed_entry(small_house: House) -> None:
    phone = clerk(small_house)
    for answer in ("ลงรับ", "1"):
        phone.types(answer)
    with small_house.wiring.database.transaction() as tx:
        roster.end(tx, 1, small_house.clock())
    told = phone.types("2")
    assert ["ไม่มีสิทธิ" in words(told[0]), len(told)] == [True, 2]
    assert all("ไม่มีสิทธิ" not in words(message) for message in phone.types("เมนู"))
    phone.types(f"ยืนยันตัว {code_for(small_house)}")
    phone.types("ลงรับ")
    phone.taps("ทำต่อ")
    assert "ช่องทาง" in phone.last


def test_of_a_draft_that_nobody_took_up_again_its_word_is_told(small_house: House) -> None:
    phone = clerk(small_house, until=small_house.clock().date())
    for answer in ("ลงรับ", "1"):
        phone.types(answer)
    small_house.later(days=9)
    assert "ร่างเรื่อง “ลงรับ” ที่ค้างไว้พ้นกำหนดเก็บแล้ว" in words(phone.types("เมนู")[0])


ID = "1101700123456"


def test_no_identity_number_gets_into_a_register_whichever_answer_it_stands_in(small_house: House) -> None:
    phone = clerk(small_house)
    said = f"เลข {ID}"
    for answer in ("ลงรับ", "1", "2", "ขณะนี้", said, "ข้าม", said, said, said, "กองช่าง", "ข้าม"):
        phone.types(answer)
    phone.taps(SEND)
    for answer in ("ลงส่ง", said, said, "กองทรัพยากรน้ำ", said, "ข้าม", "ไปรษณีย์", "ข้าม"):
        phone.types(answer)
    phone.taps(SEND)
    for book in ("", "ส่ง"):
        phone.types(f"ยกเลิกเลข{book} 1/2569 {said}")
        phone.taps(SEND)
    lines = [str(small_house.register(sheet=title)) for title in TITLES.values()]
    assert [line.count("เลข 1-1017-xxxxx-xx-6") for line in lines] == [5, 4]
    assert [ID in line for line in lines] == [False, False]


def test_a_new_account_takes_the_place_of_the_old(small_house: House) -> None:
    old, new = clerk(small_house), small_house.citizen("สมศรี เครื่องใหม่")
    with small_house.wiring.database.transaction() as tx:
        code = roster.new_code(tx, 1, small_house.clock())
    assert "ลงรับ" in labels(new.types(f"ยืนยันตัว {code}")[-1])
    assert "ข้อ 1/" not in words(old.types("ลงรับ")[-1])
    assert "ข้อ 1/" in words(new.types("ลงรับ")[-1])
    assert len(trail(small_house, "member_unbound")) == 1
