from datetime import UTC, date, datetime

import pytest

from flows.thai import arabic, graphemes, plain, shorten, thai_date, thai_digits, thai_moment, tidy


def test_a_moment_is_told_in_bangkok_and_the_buddhist_era():
    assert thai_moment(datetime(2026, 11, 21, 1, 30, tzinfo=UTC)) == "วันเสาร์ที่ 21 พฤศจิกายน 2569 เวลา 08.30 น."
    # 20.00 UTC on New Year's Eve is already next year in Thailand
    assert thai_moment(datetime(2026, 12, 31, 20, 0, tzinfo=UTC)) == "วันศุกร์ที่ 1 มกราคม 2570 เวลา 03.00 น."


def test_a_date_has_three_forms():
    day = date(2026, 12, 14)
    assert thai_date(day) == "14 ธันวาคม 2569"
    assert thai_date(day, weekday=True) == "วันจันทร์ที่ 14 ธันวาคม 2569"
    assert thai_date(day, short=True) == "14 ธ.ค. 2569"


def test_digits_go_both_ways():
    assert arabic("๑๒๓ abc ๐") == "123 abc 0"
    assert thai_digits("123 abc 0") == "๑๒๓ abc ๐"


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("ข้ามครับ", "ข้าม"),
        ("ข้าม ค่ะ", "ข้าม"),
        ("ข้ามนะคะ", "ข้าม"),
        ("ข้าม จ้า!", "ข้าม"),
        ("“เมนู”", "เมนู"),
        ("ถนน ทางเท้า", "ถนนทางเท้า"),
        ("ทํา", "ทำ"),  # สระอำ typed in two pieces
        ("MENU", "menu"),
        ("๑.", "1"),
        ("เมนู\u200b", "เมนู"),
        ("ครับ", "ครับ"),  # a particle alone stays what it is
    ],
)
def test_what_is_compared(typed, compared):
    assert plain(typed) == compared


def test_tidy_keeps_lines_and_drops_what_cannot_be_seen():
    assert tidy(" ก\r\nข\u200b\x00\ud800 ") == "ก\nข"


def test_thai_is_counted_and_cut_in_characters_as_seen():
    assert graphemes("ที่นี่") == 2
    assert graphemes("👨‍👩‍👧") == 1
    assert shorten("ที่นี่ที่นั่น", 3) == "ที่นี่…"
    assert shorten("สั้น", 10) == "สั้น"
