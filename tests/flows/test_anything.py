"""Whatever a citizen does, we have something to say, one draft is filed once, and LINE can carry it (PEERS 6.3)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.book import open_book
from flows.effects import OpenCase
from tests.flows.conftest import OFFICE, Citizen

BOOK = open_book(OFFICE)

WORDS = [
    *("เมนู", "ย้อนกลับ", "แก้ไข", "ข้าม", "ยกเลิก", "เริ่มใหม่", "พัก", "สถานะ", "ช่วยเหลือ", "ติดต่อเจ้าหน้าที่", "ทำต่อ"),
    *("ร้องเรียน/ร้องทุกข์", "แจ้งเบาะแสทุจริต", "ยื่นคำร้อง/คำขอ", "ติดตามเรื่อง", "ชำระค่าธรรมเนียม", "ยืนยันและส่ง", "ส่งครบแล้ว"),
    *(
        "1",
        "๒",
        "3 ค่ะ",
        "0",
        "99",
        "ใช่",
        "ไม่",
        "ครับ",
        "สวัสดีค่ะ",
        "ขอบคุณ",
        "เปิดกี่โมง",
        "เบอร์โทร",
        "ขอถอนเรื่อง",
        "เปลี่ยนนัด",
        "ที่อยู่",
        "K7QF-2MX1",
        "k7qf2mx1",
        "1/2569",
    ),
    *(
        "สมชาย ใจดี",
        "081-234-5678",
        "ถนนเป็นหลุมลึกหน้าตลาดสด รถล้มทุกวันเลยครับ",
        "ไฟไหม้",
        "ช่วยด้วยไฟไหม้บ้านข้างตลาดสดหมู่ 3 เร็วด้วย",
    ),
    *(
        "https://maps.app.goo.gl/abc",
        "https://www.google.com/maps/@18.1,100.1,17z",
        "",
        " ",
        "\n",
        "😊",
        "ก" * 4990,
        "x=y/z:1",
        "นะคะ",
    ),
]
act = st.one_of(
    st.tuples(st.just("tap"), st.integers(0, 40)),
    st.tuples(st.just("tap"), st.integers(0, 40)),
    st.tuples(st.just("say"), st.sampled_from(WORDS)),
    st.tuples(st.just("say"), st.text(max_size=30)),
    st.tuples(st.just("early"), st.sampled_from(WORDS)),
    st.tuples(st.just("late"), st.sampled_from(WORDS)),
    st.tuples(st.just("old"), st.integers(0, 200)),
    st.tuples(st.just("photo"), st.integers(0, 14)),
    st.tuples(st.just("album"), st.integers(1, 4)),
    st.tuples(st.just("place"), st.just(0)),
    st.tuples(st.just("sticker"), st.just(0)),
    st.tuples(st.just("unusable"), st.sampled_from(["too_large", "archive", "video", "gone"])),
    st.tuples(st.just("upload"), st.integers(0, 14)),
    st.tuples(st.just("unsend"), st.integers(1, 30)),
    st.tuples(st.just("edit"), st.integers(1, 30)),
    st.tuples(st.just("follow"), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([40, 60 * 24, 60 * 24 * 9])),
)
QUIET = {"late", "unsend", "edit", "wait"}


def perform(citizen: Citizen, what: str, how) -> None:
    match what:
        case "tap":
            presses = [c for c in citizen.bot.choices if c.kind in {"press", "say"}]
            if not presses:
                citizen.says("เมนู")
            else:
                choice = presses[how % len(presses)]
                citizen.presses(choice.value) if choice.kind == "press" else citizen.says(choice.value or choice.label)
        case "say":
            citizen.says(how)
        case "early":
            citizen.says(how, early=True)
        case "late":
            citizen.says(how, ago=60)
        case "old":
            old = [c for c in citizen.bot.seen if c.kind == "press"]
            if not old:
                citizen.says("เมนู")
            else:
                citizen.presses(old[how % len(old)].value)
        case "photo":
            citizen.sends_photo(f"p{how}")
        case "album":
            citizen.sends_photo(f"a{how}", ("set", how, 4))
        case "place":
            citizen.sends_place()
        case "sticker":
            citizen.sends_sticker()
        case "unusable":
            citizen.sends_unusable(how)
        case "upload":
            citizen.uploads(f"u{how}")
        case "unsend":
            citizen.unsends(f"t{how}")
        case "edit":
            citizen.edits(f"t{how}", "ข้อความใหม่ที่แก้แล้ว")
        case "follow":
            citizen.follows(again=how)
        case "wait":
            citizen.waits(minutes=how)


@pytest.mark.parametrize("start", ["", "ร้องเรียน/ร้องทุกข์", "แจ้งเบาะแสทุจริต"])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(acts=st.lists(act, max_size=30), deep=st.integers(0, 4))
def test_whatever_a_citizen_does_we_have_something_to_say(start, acts, deep):
    citizen = Citizen(BOOK)
    if start:
        category = "ถนน ทางเท้า" if start.startswith("ร้อง") else "เรียกรับเงิน"
        goes = [citizen.says, lambda m: citizen.at_details(menu=m, category=category)]
        goes += [
            lambda m: citizen.at_files(menu=m, category=category),
            lambda m: citizen.at_identity(menu=m, category=category),
            lambda m: citizen.at_identity(menu=m, category=category).says("2").says("สมชาย ใจดี").says("ข้าม"),
        ]
        goes[deep](start)
    for what, how in acts:
        perform(citizen, what, how)
        assert citizen.bot.said or what in QUIET, (what, how)
        drafts = [effect.draft for effect in citizen.wished(OpenCase)]
        assert len(drafts) == len(set(drafts))
        assert len(citizen.remembered.parked) <= 3
