"""What citizens send besides words: taken if the office can open it, else declined kindly and asked for again."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from handlers.attachments import LARGEST
from models.document import case_files
from models.examinations import examinations, file_copies
from models.files import uploads
from models.inbox import arrivals
from office.examined import Examined
from sandbox.acts import Upload
from tests.house import House, Phone, labels, words
from tests.journeys import stories
from tests.journeys.stories import (
    EVERYWHERE,
    ON_BOTH,
    PDF,
    PNG,
    PROGRAM,
    SEND,
    SENT_ALL,
    age_files,
    at_photos,
    kept_files,
    photo,
    rows,
    sends,
    text_of,
)
from tests.office import hostile

ALBUM = 5


def files(phone: Phone) -> None:
    """From the photos to the number, nameless."""
    phone.taps(SENT_ALL)
    phone.types("ไม่ระบุชื่อ")
    phone.taps(SEND)


def kinds(house: House) -> list[str]:
    return [row["kind"] for row in rows(house, case_files)]


@EVERYWHERE
def test_a_photo_is_kept_under_the_digest_of_its_bytes(house: House) -> None:
    citizen = house.citizen()
    at_photos(citizen)
    (said,) = sends(citizen, photo())
    assert "ได้รับรูปแล้ว (รวม 1 ไฟล์)" in words(said)
    files(citizen)
    (row,) = rows(house, case_files)
    digest = hashlib.sha256(photo().data).hexdigest()
    assert row["sha256"] == digest
    assert house.wiring.files.read(digest) == photo().data
    assert photo().data not in house.wiring.files.path(digest).read_bytes()  # sealed


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 2, 0, 3, 1), (1, 0, 4, 3, 2)], ids=str)
def test_an_album_in_any_order_is_one_answer(small_house: House, order: tuple[int, ...]) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    before = len(citizen.said())
    with small_house.world.held() as happened:
        small_house.world.send_files(citizen.user, [photo(n) for n in range(ALBUM)])
    for n in order:
        small_house.world.deliver(happened[n])
        small_house.settle()
    small_house.later(seconds=10)
    (said,) = citizen.said()[before:]
    assert "ได้รับรูป 5/5 รูปแล้ว" in words(said)
    assert "5 ไฟล์" in words(said)
    files(citizen)
    assert len(kinds(small_house)) == ALBUM


def test_an_album_without_its_numbers_is_taken_picture_by_picture(small_house: House) -> None:
    """Old Android gives the set's id alone."""
    citizen = small_house.citizen()
    at_photos(citizen)
    with small_house.world.held() as happened:
        small_house.world.send_files(citizen.user, [photo(n) for n in range(3)])
    for event in happened:
        event["message"]["imageSet"] = {"id": event["message"]["imageSet"]["id"]}
    small_house.world.deliver(*happened)
    small_house.settle()
    small_house.later(seconds=5)
    assert "รวม 3 ไฟล์" in citizen.last


@ON_BOTH
def test_photos_that_come_before_they_are_asked_for_join_the_draft(small_house: House) -> None:
    citizen = small_house.citizen()
    stories.begins(citizen)
    said = sends(citizen, photo())
    assert "แนบไว้กับเรื่องนี้แล้ว" in text_of(said)
    assert "ต้องการแจ้งเรื่องใด" in text_of(said)


@ON_BOTH
def test_the_eleventh_photo_is_declined_and_its_bytes_do_not_stay(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    sends(citizen, *(photo(n) for n in range(10)))
    assert "การแสดงตัวตน" in citizen.last  # ten are enough: the next question comes by itself
    said = sends(citizen, photo(10))
    assert "ไม่เกิน 10 ไฟล์" in text_of(said)
    citizen.types("ไม่ระบุชื่อ")
    citizen.taps(SEND)
    assert len(kinds(small_house)) == 10
    age_files(small_house)
    small_house.later(hours=3)
    assert len(kept_files(small_house)) == 10


def test_the_same_photo_twice_is_kept_once_and_filed_as_it_came(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    sends(citizen, photo())
    sends(citizen, photo())
    files(citizen)
    assert len(kinds(small_house)) == 2
    assert len(kept_files(small_house)) == 1


# --- what the bytes say, not the name ---

DECLINED = {
    "a program named .pdf": (Upload(PROGRAM, "หนังสือ.pdf", "application/pdf"), "file", "เพื่อความปลอดภัย"),
    "an ELF program named .jpg": (Upload(b"\x7fELF" + b"\0" * 99, "ภาพ.jpg"), "file", "เพื่อความปลอดภัย"),
    "a zip": (Upload(b"PK\x03\x04" + b"\0" * 99, "รวม.zip"), "file", "ไฟล์บีบอัด"),
    "an old Word file": (Upload(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "จดหมาย.doc"), "file", "บันทึกเป็น PDF"),
    "a web page named .pdf": (Upload(b"<html><script>x</script>", "ใบแจ้ง.pdf"), "file", "หน้าเว็บ"),
    "an empty file": (Upload(b"", "ว่าง.pdf"), "file", "ว่างเปล่า"),
    "an empty picture": (Upload(b""), "image", "ว่างเปล่า"),
    "a PDF behind a password": (Upload(hostile.locked("secret"), "ลับ.pdf"), "file", "ตั้งรหัสผ่าน"),
    "a picture that was cut": (Upload(PNG[:40]), "image", "ส่งมาไม่ครบ"),
    "a film": (Upload(b"\0\0\0\x18ftypmp42", "clip.mp4", "video/mp4"), "video", "วิดีโอไม่ได้"),
    "a film sent as a file": (Upload(b"\0\0\0\x18ftypmp42" + b"\0" * 99, "clip.pdf"), "file", "วิดีโอไม่ได้"),
    "a voice message": (Upload(b"\0\0\0\x18ftypM4A ", "voice.m4a", "audio/m4a"), "audio", "ข้อความเสียงไม่ได้"),
}


@pytest.mark.parametrize(("upload", "kind", "sentence"), DECLINED.values(), ids=DECLINED.keys())
def test_what_cannot_be_used_is_declined_kindly_and_asked_for_again(
    small_house: House, upload: Upload, kind: str, sentence: str
) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    said = sends(citizen, upload, kind=kind)
    assert sentence in text_of(said)
    assert "โปรด" in text_of(said)  # what to send instead
    assert "รูปและไฟล์" in text_of(said)  # the question stands
    sends(citizen, photo())
    files(citizen)
    assert kinds(small_house) == ["image/jpeg"]


@pytest.mark.parametrize(("upload", "kind"), [each[:2] for each in DECLINED.values()], ids=DECLINED.keys())
def test_of_what_was_declined_nothing_stays_on_disk(small_house: House, upload: Upload, kind: str) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    sends(citizen, upload, kind=kind)
    age_files(small_house)
    small_house.later(days=1)
    assert kept_files(small_house) == []


def test_what_was_found_out_is_kept_with_copies_that_tell_nothing_of_the_sender(house: House) -> None:
    citizen = house.citizen()
    at_photos(citizen)
    picture = Upload(hostile.saved("JPEG", exif=hostile.with_place()))
    sends(citizen, picture)
    sends(citizen, picture)
    (row,) = rows(house, examinations)  # the same bytes are examined once
    seen = Examined.from_data(json.loads(row["facts"]))
    assert (row["verdict"], seen.findings) == ("usable", ("gps", "metadata"))
    assert [copy["sha256"] for copy in rows(house, file_copies)] == [seen.clean]
    assert "กล้อง".encode() not in house.wiring.files.read(seen.clean)
    citizen.types("ยกเลิก")
    citizen.taps("ยกเลิกและลบ")
    age_files(house)
    house.later(hours=3)
    assert (kept_files(house), rows(house, examinations), rows(house, file_copies)) == ([], [], [])


def test_a_pdf_named_jpg_is_a_pdf(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    sends(citizen, Upload(PDF, "ภาพถ่าย.jpg", "image/jpeg"), kind="file")
    sends(citizen, Upload(PNG, "เอกสาร.pdf", "application/pdf"), kind="file")
    files(citizen)
    assert [(row["kind"], row["name"]) for row in rows(small_house, case_files)] == [
        ("application/pdf", "ภาพถ่าย.jpg"),
        ("image/png", "เอกสาร.pdf"),
    ]


def test_a_name_full_of_slashes_is_only_a_name(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    sends(citizen, Upload(PDF, "../../etc/passwd\x00.pdf", "application/pdf"), kind="file")
    files(citizen)
    (row,) = rows(small_house, case_files)
    assert row["name"] == "../../etc/passwd.pdf"
    assert kept_files(small_house) == [PDF]
    assert all(len(path.name) == 64 for path in small_house.registers.parent.glob("files/*/*"))


# --- size ---


def test_a_file_that_says_it_is_too_large_is_not_even_fetched(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    with small_house.world.held() as happened:
        small_house.world.send_files(citizen.user, [Upload(PDF, "แบบแปลน.pdf")], "file")
    happened[0]["message"]["fileSize"] = LARGEST + 1
    small_house.world.deliver(*happened)
    small_house.settle()
    assert "ใหญ่เกินไป" in citizen.last
    assert stories.calls(small_house, "content") == []


@pytest.mark.parametrize("claimed", [None, 10], ids=["of unknown size", "that claims to be small"])
def test_a_file_that_proves_too_large_is_cut_off_while_streaming(small_house: House, claimed: int | None) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    with small_house.world.held() as happened:
        small_house.world.send_files(citizen.user, [Upload(PDF + b"\0" * LARGEST, "แบบแปลน.pdf")], "file")
    del happened[0]["message"]["fileSize"]
    if claimed is not None:
        happened[0]["message"]["fileSize"] = claimed
    small_house.world.deliver(*happened)
    small_house.settle()
    assert "ใหญ่เกินไป" in citizen.last
    assert kept_files(small_house) == []


def test_the_limit_we_tell_is_the_limit_we_keep(small_house: House) -> None:
    """Whoever shrinks a file to what we said must not be declined again."""
    citizen = small_house.citizen()
    at_photos(citizen)
    with small_house.world.held() as happened:
        small_house.world.send_files(citizen.user, [Upload(PDF, "แบบแปลน.pdf")], "file")
    happened[0]["message"]["fileSize"] = LARGEST + 1
    small_house.world.deliver(*happened)
    small_house.settle()
    said = int(citizen.last.split("ไม่เกิน ")[1].split(" MB")[0])
    assert said * 1_000_000 <= LARGEST  # as phones count; those that count in 1,048,576 are told the same
    assert said == 20


def test_the_largest_allowed_is_taken(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    sends(citizen, Upload(PDF + b"\0" * (LARGEST - len(PDF)), "แบบแปลน.pdf"), kind="file")
    assert "1 ไฟล์" in citizen.last


# --- what the platform does not give ---


@pytest.mark.parametrize("gone", ["expired", "unsent"], ids=["404", "410"])
def test_what_the_platform_has_no_more_is_asked_for_again(small_house: House, gone: str) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    with small_house.world.held() as happened:
        (entry,) = small_house.world.send_files(citizen.user, [photo()])
    small_house.world.set_fate(entry.id, gone)
    small_house.world.deliver(*happened)
    small_house.settle()
    assert "โปรดส่งไฟล์นี้ใหม่อีกครั้ง" in citizen.last
    sends(citizen, photo())
    files(citizen)
    assert kinds(small_house) == ["image/jpeg"]


def test_what_is_never_ready_is_asked_for_again_within_a_minute(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    with small_house.world.held() as happened:
        (entry,) = small_house.world.send_files(citizen.user, [photo()])
    small_house.world.set_ready(entry.id, ready=False)
    small_house.world.deliver(*happened)
    for _ in range(60):
        small_house.later(seconds=1)
    assert "โปรดส่งไฟล์นี้ใหม่อีกครั้ง" in citizen.last
    assert len(stories.calls(small_house, "content")) > 1
    assert all(row["state"] == "done" for row in rows(small_house, arrivals))


def test_what_is_ready_a_little_later_is_taken_without_a_word(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    with small_house.world.held() as happened:
        (entry,) = small_house.world.send_files(citizen.user, [photo()])
    small_house.world.set_ready(entry.id, ready=False)
    small_house.world.deliver(*happened)
    small_house.settle()
    small_house.world.set_ready(entry.id)
    for _ in range(5):
        small_house.later(seconds=2)
    assert "ได้รับรูปแล้ว" in citizen.last
    assert "ใหม่อีกครั้ง" not in text_of(citizen.said())


@pytest.mark.parametrize("fault", ["500", "429", "401", "drop", "cut"])
def test_a_platform_in_trouble_is_asked_again(small_house: House, fault: str) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    small_house.world.next_answers("content", [fault])
    small_house.world.send_files(citizen.user, [photo()])
    for _ in range(5):
        small_house.later(seconds=2)
    assert "ได้รับรูปแล้ว" in citizen.last


def test_words_sent_after_a_slow_photo_are_heard_after_it(small_house: House) -> None:
    """One citizen's events are handled in order, though the photo has to be fetched."""
    citizen = small_house.citizen()
    at_photos(citizen)
    with small_house.world.held() as happened:
        (entry,) = small_house.world.send_files(citizen.user, [photo()])
        small_house.clock.pass_(seconds=1)
        small_house.world.tap(citizen.user, citizen.button(SENT_ALL))
    small_house.world.set_ready(entry.id, ready=False)
    small_house.world.deliver(*happened)
    small_house.settle()
    small_house.world.set_ready(entry.id)
    for _ in range(5):
        small_house.later(seconds=2)
    citizen.types("ไม่ระบุชื่อ")
    citizen.taps(SEND)
    assert kinds(small_house) == ["image/jpeg"]


def test_another_citizen_does_not_wait_for_a_slow_photo(small_house: House) -> None:
    slow, quick = small_house.citizen(), small_house.citizen()
    at_photos(slow)
    with small_house.world.held() as happened:
        (entry,) = small_house.world.send_files(slow.user, [photo()])
    small_house.world.set_ready(entry.id, ready=False)
    small_house.world.deliver(*happened)
    small_house.settle()
    assert "เหตุด่วน" in text_of(quick.types("ร้องเรียน/ร้องทุกข์"))


# --- taken back, let go ---


def test_a_photo_taken_back_before_filing_leaves_the_draft_and_the_house(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    sends(citizen, photo())
    (message,) = [entry for entry in small_house.world.chat(citizen.user) if entry.message.get("type") == "image"]
    assert citizen.does(lambda world, user: world.unsend(user, message.id)) == []  # told with the next reply
    assert "ลบสิ่งที่ท่านยกเลิกการส่งออกจากร่างแล้ว" in text_of(citizen.types("ข้าม"))
    citizen.types("ไม่ระบุชื่อ")
    citizen.taps(SEND)
    assert kinds(small_house) == []
    age_files(small_house)
    small_house.later(days=1)
    assert kept_files(small_house) == []
    assert rows(small_house, uploads) == []


def test_a_photo_taken_back_after_filing_is_marked_for_an_officer(house: House) -> None:
    citizen = house.citizen()
    at_photos(citizen)
    sends(citizen, photo())
    files(citizen)
    (message,) = [entry for entry in house.world.chat(citizen.user) if entry.message.get("type") == "image"]
    citizen.does(lambda world, user: world.unsend(user, message.id))
    (row,) = rows(house, case_files)
    assert row["withdrawn"]
    age_files(house)
    house.later(days=1)
    assert len(kept_files(house)) == 1  # what was filed stays with the case


def test_a_photo_taken_back_while_it_is_being_fetched_is_not_kept(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    with small_house.world.held() as happened:
        (entry,) = small_house.world.send_files(citizen.user, [photo()])
        small_house.world.unsend(citizen.user, entry.id)
    small_house.world.deliver(*happened)
    for _ in range(5):
        small_house.later(seconds=5)
    assert kept_files(small_house) == []


def test_the_photos_of_a_cancelled_draft_are_swept(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    sends(citizen, photo(1), photo(2))
    citizen.types("ยกเลิก")
    citizen.taps("ยกเลิกและลบ")
    age_files(small_house)
    small_house.later(hours=3)
    assert kept_files(small_house) == []


def test_a_photo_that_another_draft_needs_is_not_swept(small_house: House) -> None:
    first, second = small_house.citizen(), small_house.citizen()
    for citizen in (first, second):
        at_photos(citizen)
        sends(citizen, photo())
    first.types("ยกเลิก")
    first.taps("ยกเลิกและลบ")
    age_files(small_house)
    small_house.later(hours=3)
    assert len(kept_files(small_house)) == 1


def test_a_photo_that_is_in_two_drafts_of_one_citizen_survives_the_end_of_one(small_house: House) -> None:
    citizen = small_house.citizen()
    at_photos(citizen)
    sends(citizen, photo())
    stories.begins(citizen, stories.TIP)
    sends(citizen, photo())
    citizen.types("ยกเลิก")
    citizen.taps("ยกเลิกและลบ")
    age_files(small_house)
    small_house.later(hours=3)
    assert len(kept_files(small_house)) == 1


@EVERYWHERE
def test_a_photo_after_filing_joins_the_case_when_the_citizen_says_so(house: House) -> None:
    citizen = house.citizen()
    stories.complains(citizen)
    said = sends(citizen, photo())
    assert "1/2569" in text_of(said)
    assert "เพิ่มในเรื่องเดิม" in labels(said[-1])
    assert "แล้ว" in text_of(citizen.taps("เพิ่มในเรื่องเดิม"))
    assert kinds(house) == ["image/jpeg"]


@ON_BOTH
def test_a_photo_out_of_the_blue_is_offered_to_be_filed(small_house: House) -> None:
    citizen = small_house.citizen()
    said = sends(citizen, photo())
    assert "แจ้งเรื่องร้องเรียน" in labels(said[-1])
    citizen.taps("แจ้งเรื่องร้องเรียน")
    citizen.taps(stories.READ)
    citizen.taps("ถนน ทางเท้า")
    citizen.types("หน้าตลาดสด")
    said = citizen.types("ถนนเป็นหลุมลึก")
    assert "1 ไฟล์" in text_of(said)


def test_a_day_is_enough_for_what_nobody_needs(small_house: House) -> None:
    """Whatever became of a fetched file, after a day it belongs to somebody or it is gone."""
    citizen = small_house.citizen()
    sends(citizen, photo())
    citizen.taps("ไม่ต้อง")
    age_files(small_house)
    small_house.later(seconds=timedelta(days=1).total_seconds())
    assert kept_files(small_house) == []
