"""What citizens type, and what we make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.checks import (
    MOST_WORDS,
    NotUnderstood,
    amount,
    at_least,
    era_date,
    has_laser_id,
    map_point,
    national_ids,
    person_name,
    place_words,
    stamp_code,
    thai_id,
    thai_phone,
    without_ids,
)
from flows.thai import thai_digits


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0812345678", "081-234-5678"),
        ("081-234-5678", "081-234-5678"),
        ("081 234 5678", "081-234-5678"),
        ("๐๘๑-๒๓๔-๕๖๗๘", "081-234-5678"),  # Thai digits
        ("+66 81 234 5678", "081-234-5678"),
        ("+66(0)812345678", "081-234-5678"),
        ("66812345678", "081-234-5678"),
        ("โทร. 0812345678", "081-234-5678"),
        ("02-123-4567", "02-123-4567"),  # Bangkok, 9 digits
        ("054123456", "054-123-456"),  # Phrae
        ("054-123-456 ต่อ 12", "054-123-456 ต่อ 12"),
    ],
)
def test_a_phone_is_read_however_it_is_written(typed, phone):
    assert thai_phone(typed) == phone


@pytest.mark.parametrize(
    "typed", ["", "081", "08123456789", "1234567890", "0112345678", "ไม่บอก", "081-234-567x", "191"]
)
def test_what_is_no_phone_is_refused_with_what_to_send(typed):
    with pytest.raises(NotUnderstood, match="10 หลัก"):
        thai_phone(typed)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("สมชาย ใจดี", "สมชาย ใจดี"),
        ("  นาย สมชาย   ใจดี ", "นาย สมชาย ใจดี"),
        ("ว่าที่ ร.ต.สมหญิง ณ เชียงใหม่", "ว่าที่ ร.ต.สมหญิง ณ เชียงใหม่"),
        ("Jean-Luc O'Neill", "Jean-Luc O'Neill"),
        ("อาผ่า ไม่มีนามสกุล", "อาผ่า ไม่มีนามสกุล"),
    ],
)
def test_a_name_has_two_parts(typed, name):
    assert person_name(typed) == name


@pytest.mark.parametrize("typed", ["", "สมชาย", "สมชาย 99", "@ @", "ก" * 100 + " " + "ข" * 100])
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(NotUnderstood):
        person_name(typed)


@pytest.mark.parametrize("typed", ["1101700230708", "1-1017-00230-70-8", "๑ ๑๐๑๗ ๐๐๒๓๐ ๗๐ ๘"])
def test_a_thai_id_is_read_by_its_check_digit(typed):
    assert thai_id(typed) == "1101700230708"


@pytest.mark.parametrize("typed", ["1101700230709", "123", "", "abcdefghijklm"])
def test_a_wrong_thai_id_is_refused(typed):
    with pytest.raises(NotUnderstood):
        thai_id(typed)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("21/11/2569", "2026-11-21"),
        ("๒๑/๑๑/๒๕๖๙", "2026-11-21"),
        ("21-11-69", "2026-11-21"),  # a year of two digits is of the 2500s
        ("21 พฤศจิกายน 2569", "2026-11-21"),
        ("วันที่ 21 พ.ย. พ.ศ. 2569", "2026-11-21"),
        ("1 มค 2570", "2027-01-01"),
        ("29/2/2567", "2024-02-29"),  # leap year
    ],
)
def test_a_date_is_of_the_buddhist_era(typed, day):
    assert era_date(typed) == day


@pytest.mark.parametrize("typed", ["31/2/2569", "29/2/2569", "21/11/2026", "เมื่อวาน", "21/13/2569", "", "0/1/2569"])
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(NotUnderstood, match="2569"):
        era_date(typed)


@pytest.mark.parametrize(
    ("typed", "satang"),
    [("500", 50000), ("๕๐๐ บาท", 50000), ("1,250.50", 125050), ("1250.5 บาท", 125050), ("0.25", 25)],
)
def test_an_amount_is_kept_in_satang(typed, satang):
    assert amount(typed) == satang


@pytest.mark.parametrize("typed", ["0", "-5", "12,50", "1.234", "ห้าร้อย", "", "999999999"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(NotUnderstood):
        amount(typed)


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("https://www.google.com/maps/@18.1445,100.1403,17z", (18.1445, 100.1403)),
        ("https://www.google.com/maps?q=18.1445,100.1403", (18.1445, 100.1403)),
        ("https://maps.google.com/?q=18.1445,100.1403&z=17", (18.1445, 100.1403)),
        ("https://www.google.co.th/maps/search/?api=1&query=18.1445%2C100.1403", (18.1445, 100.1403)),
        # the pin counts, not the middle of the window
        ("https://www.google.com/maps/place/X/@18.2,100.2,15z/data=!3d18.1445!4d100.1403", (18.1445, 100.1403)),
        ("18.1445, 100.1403", (18.1445, 100.1403)),
        ("๑๘.๑๔๔๕,๑๐๐.๑๔๐๓", (18.1445, 100.1403)),
        ("https://maps.app.goo.gl/AbCd123", (None, None)),  # a short link says where only when it is opened
        ("https://www.google.com/maps/@98.1,200.2,3z", (None, None)),  # not on this earth
    ],
)
def test_a_map_link_gives_its_point(typed, point):
    found = map_point(typed)
    assert (found.latitude, found.longitude) == point
    assert found.link == (typed if typed.startswith("http") else "")


def test_words_beside_a_map_link_are_kept():
    found = map_point("หน้าวัด https://maps.app.goo.gl/AbCd123 ตรงข้ามร้านยา")
    assert (found.link, found.words) == ("https://maps.app.goo.gl/AbCd123", "หน้าวัด ตรงข้ามร้านยา")


@pytest.mark.parametrize("typed", ["หน้าวัดบ้านกลาง", "บ้านเลขที่ 18.5", "https://example.com/@18.1,100.1", ""])
def test_other_words_are_no_map_point(typed):
    assert map_point(typed) is None


def test_free_text_has_a_least_and_a_most():
    check = at_least(5, "โปรดเล่าเพิ่ม")
    assert check(" ถนนพังมาก ") == "ถนนพังมาก"
    for text in ("ก", "", "....... !!", "1234"):
        with pytest.raises(NotUnderstood, match="โปรดเล่าเพิ่ม"):
            check(text)
    with pytest.raises(NotUnderstood, match="ยาวเกิน"):
        check("ก" * (MOST_WORDS + 1))
    with pytest.raises(NotUnderstood):
        place_words("ก")


def with_check_digit(twelve: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(twelve, range(13, 1, -1), strict=True))
    return twelve + str((11 - total % 11) % 10)


@given(
    digits=st.from_regex(r"[1-8][0-9]{11}", fullmatch=True).map(with_check_digit),
    between=st.lists(st.sampled_from(["", " ", "-"]), min_size=13, max_size=13),
    around=st.tuples(*[st.sampled_from(["", "เลข ", "(", "ก", "\n"])] * 2),
    thai=st.booleans(),
)
def test_an_identity_number_in_a_text_is_masked_however_it_is_written(digits, between, around, thai):
    written = "".join(digit + mark for digit, mark in zip(digits, between, strict=True)).rstrip(" -")
    text = around[0] + (thai_digits(written) if thai else written) + around[1]
    assert national_ids(text) == (digits,)
    assert without_ids(text) == f"{around[0]}{digits[0]}-{digits[1:5]}-xxxxx-xx-{digits[12]}{around[1]}"


@pytest.mark.parametrize("text", ["โทร 0812345678", "1101700230705", "11017002307081", "เลขที่ 123 วันที่ 21/11/2569"])
def test_digits_that_are_no_identity_number_stay(text):
    assert without_ids(text) == text


@pytest.mark.parametrize("typed", ["JT1-0123456-78", "jt9123456789", "รหัสหลังบัตร ME๑ 1234567 89 ค่ะ"])
def test_a_laser_id_is_known(typed):
    assert has_laser_id(typed)


@pytest.mark.parametrize("typed", ["K7QF-2MXA", "AB12345678", "JT10123456789", "1101700230708", "กข 1234"])
def test_other_codes_are_no_laser_id(typed):
    assert not has_laser_id(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("2569 1124 0001", "256911240001"), ("es-๐๐๑๒๓๔", "ES-001234"), ("25691124-00012a", "25691124-00012A")],
)
def test_a_stamp_code_is_kept_in_one_form(typed, code):
    assert stamp_code(typed) == code


@pytest.mark.parametrize("typed", ["", "จ่ายแล้ว", "12345", "ABCDEFGH", "1" * 31, "-123456", "123456.pdf"])
def test_what_can_be_no_stamp_code_is_refused(typed):
    with pytest.raises(NotUnderstood, match="e-Stamp"):
        stamp_code(typed)
