"""Messenger against its strict stand-in: setting up the page, and what citizens send."""

from __future__ import annotations

from pathlib import Path

from bot.channel import Refused, Sent, TryAgain
from bot.messenger import Messenger
from flows.messages import Picture
from models.bucket import Bucket, Place
from models.vault import Vault
from sandbox.acts import Upload
from sandbox.pictures import photo
from tests.bot.messenger_talk import allow, say, sends
from tests.house import House, MessengerPhone, words


def test_a_token_of_another_page_is_noticed(phone: MessengerPhone) -> None:
    allow(phone, page_id="12345")
    channel = phone.house.wiring.channels["messenger"]
    assert isinstance(channel, Messenger)
    assert isinstance(channel.set_up("สวัสดี"), Refused)


def test_the_page_is_set_up_and_its_menu_works(phone: MessengerPhone) -> None:
    meta, channel = phone.house.world.meta, phone.house.wiring.channels["messenger"]
    assert isinstance(channel, Messenger)
    assert channel.set_up("สวัสดี") == Sent()
    assert meta.subscribe()
    assert {call.status for call in meta.calls} == {200}
    item = next(item for item in meta.profile.menu if item["title"] == "ติดตามเรื่อง")
    said = phone.presses(item)
    assert "เรื่อง" in words(said[-1])
    newcomer = phone.house.messenger_citizen("วิภา แสงจันทร์")
    assert "ยินดีต้อนรับ" in words(newcomer.said()[0])


def test_a_batch_of_several_people_is_answered_to_each_in_order(small_house: House) -> None:
    phones = [small_house.messenger_citizen(f"ผู้ร้อง คนที่{n}") for n in range(3)]
    meta = small_house.world.meta
    with meta.held() as happened:
        for text in ("สวัสดี", "แจ้งเบาะแสทุจริต"):
            for phone in phones:
                meta.say(phone.user, text)
            small_house.clock.pass_(seconds=1)
    meta.deliver(*happened, together=True)
    small_house.later(seconds=5)
    for phone in phones:
        assert "สวัสดี" in words(phone.said()[0])
        assert phone.sees("รับทราบและทำต่อ")


def test_several_pictures_of_one_message_get_one_answer(phone: MessengerPhone) -> None:
    phone.does(lambda meta, psid: meta.send_files(psid, [Upload(photo("pothole", n)) for n in range(3)]))
    phone.house.later(seconds=10)
    said = [words(message) for message in phone.said()]
    assert len([text for text in said if "รูป" in text]) == 1, said


def test_a_picture_of_ours_goes_as_bytes(phone: MessengerPhone) -> None:
    stored = phone.house.wiring.files.keep([photo("pothole", 5)], 10**7)
    say(phone, Picture("https://x.example/a.png", "https://x.example/a.png", "คิวอาร์โค้ด", file=stored.sha256))
    phone.house.settle()
    assert sends(phone)[-1].headers["Content-Type"].startswith("multipart/form-data")
    assert sends(phone)[-1].status == 200, sends(phone)[-1].answer


def test_a_picture_that_the_store_cannot_give_now_is_sent_later(phone: MessengerPhone, tmp_path: Path) -> None:
    away = Bucket(Place("office", "http://127.0.0.1:9", "", "us-east-1", "id", "key"), tmp_path, Vault("secret"))
    messenger = Messenger(phone.house.wiring.channels["messenger"]._account, away.read)
    picture = Picture("https://x.example/a.png", "https://x.example/a.png", "คิวอาร์โค้ด", file="a" * 64)
    outcome = messenger.send(phone.user, [picture], token=None, key="one")
    assert outcome == TryAgain("its picture cannot be read now")


def test_in_standby_we_read_and_say_nothing(phone: MessengerPhone) -> None:
    phone.house.world.meta.mode = "standby"
    assert phone.types("สวัสดี") == []
