"""The Messenger telephone in a real browser: the same citizen's other channel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.pages import create_sandbox
from sandbox.server import serve
from sandbox.world import World
from tests.sandbox.chromium import Chromium, Tab, find_chromium
from tests.sandbox.messenger import Graph
from tests.sandbox.test_page import HOSTILE, NOBODY, OTHER, OUTSIDE, OWN, count

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine (set CHROMIUM to one)")

CHIP = "#citizen .messenger .chip"
NEXT = {"type": "postback", "title": "ต่อไป", "payload": "next"}


class Town:
    """A citizen with LINE and Messenger, and the product's side of Graph."""

    def __init__(self) -> None:
        self.world = World("secret", "token", NOBODY, allow_local_urls=True)
        self.citizen = self.world.add_person("สมชาย ใจดี").id
        self.server = serve(create_sandbox(self.world, None))
        self.url = f"{self.server.url}/"
        self.meta = self.world.meta
        self.meta.on, self.meta.origin = True, self.server.url
        self.graph = Graph(self.world)

    @property
    def psid(self) -> str:
        account = self.meta.accounts.of(self.citizen)
        assert account
        return account.id

    def enter(self) -> str:
        """The citizen has written before."""
        self.meta.say(self.meta.add_person(line=self.citizen).id, "สวัสดี")
        return self.psid

    def send(self, message: dict[str, Any]) -> None:
        assert self.graph.send(self.psid, message).status_code == 200

    def template(self, **payload: Any) -> None:
        self.send({"attachment": {"type": "template", "payload": payload}})

    def close(self) -> None:
        self.server.close()
        self.world.close()


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.close()


@pytest.fixture
def page(town: Town, browser: Chromium) -> Iterator[Tab]:
    """The page on a laptop with the Messenger telephone open; at the end nothing may have gone wrong in it."""
    page = browser.tab(town.url, 1440, 900)
    page.click(".channels button", "Messenger")
    yield page
    assert page.faults() == []
    page.close()


def last(town: Town) -> dict[str, Any]:
    """The last item that Meta told the product."""
    return town.meta.events[-1]["messaging"][0]


def chip(title: str) -> dict[str, str]:
    return {"content_type": "text", "title": title, "payload": f"kind={title}"}


def test_a_newcomer_starts_writes_and_is_answered(page: Tab, town: Town) -> None:
    town.graph.post("me/messenger_profile", {"get_started": {"payload": "START"}})
    page.click("#citizen .wall button", "เริ่มต้นใช้งาน")
    page.until("!document.querySelector('#citizen .phone-bar').hidden")
    assert last(town)["postback"]["payload"] == "START"
    page.click("#citizen textarea")
    page.type("ไฟถนนดับทั้งซอย")
    page.press("Enter")
    page.until(count(OWN, "ไฟถนนดับทั้งซอย"))
    assert last(town)["message"]["text"] == "ไฟถนนดับทั้งซอย"
    town.send({"text": "ได้รับข้อความแล้ว"})
    page.until(count(OTHER, "ได้รับข้อความแล้ว"))
    page.until(count("#citizen .head-name", "หน้าต่าง 24 ชม. ถึง"))


def test_the_telephones_hold_two_conversations_of_one_person(page: Tab, town: Town) -> None:
    town.enter()
    page.until(count(OWN, "สวัสดี"))
    page.click(".channels button", "LINE")
    page.until(f"{count(OWN)} === 0 && {count('.menu-cell')} === 6")
    town.send({"text": "มีข่าว"})
    page.until(count(".channels .news", "Messenger"))
    page.click(".channels button", "Messenger")
    page.until(f"{count(OTHER, 'มีข่าว')} && {count('.channels .news')} === 0")


def test_a_quick_reply_is_tapped_once_and_is_gone(page: Tab, town: Town) -> None:
    town.enter()
    town.send({"text": "เรื่องประเภทใด", "quick_replies": [chip("ถนน"), chip("ไฟฟ้า")]})
    page.until(f"{count(CHIP)} === 2")
    page.click(CHIP, "ไฟฟ้า")
    page.until(f"{count(OWN, 'ไฟฟ้า')} === 1 && {count(CHIP)} === 0")
    assert last(town)["message"]["quick_reply"] == {"payload": "kind=ไฟฟ้า"}


def test_cards_are_drawn_and_their_buttons_speak(page: Tab, town: Town) -> None:
    town.enter()
    back = {"type": "web_url", "title": "กลับมา", "url": f"https://m.me/{town.meta.page_id}?ref=K7QF-2MXA"}
    town.template(template_type="button", text="เลือก", buttons=[NEXT, back])
    element = {"title": "เรื่อง 1/2569", "subtitle": "กำลังดำเนินการ", "buttons": [{**NEXT, "title": "ดูเรื่อง"}]}
    town.template(template_type="generic", elements=[element, element])
    page.until(f"{count('#citizen .card-row .mcard', 'กำลังดำเนินการ')} === 2")
    page.click(".mcard-button", "ต่อไป")
    page.until(count(OWN, "ต่อไป"))
    assert last(town)["postback"]["payload"] == "next"
    page.click(".mcard-button", "กลับมา")
    page.until(count("#citizen *", "เปิดลิงก์ m.me"))
    assert last(town)["referral"]["ref"] == "K7QF-2MXA"


def test_two_photos_are_one_message_and_are_seen(page: Tab, town: Town) -> None:
    town.enter()
    page.click("#citizen .plus")
    page.click("#citizen .attach", "รูปภาพ")
    page.click("dialog .sample", "ถนนเป็นหลุม")
    page.click("dialog .sample", "ไฟถนนดับ")
    page.click("dialog footer button", "ส่ง 2 รูป")
    pictures = "[...document.querySelectorAll('#citizen .own .picture img')]"
    page.until(f"{pictures}.filter(e => e.naturalWidth > 300).length === 2")
    assert [each["type"] for each in last(town)["message"]["attachments"]] == ["image", "image"]


def test_a_place_and_a_sticker_are_sent(page: Tab, town: Town) -> None:
    town.enter()
    page.click("#citizen .plus")
    page.click("#citizen .attach", "ตำแหน่ง")
    page.click("dialog footer button")
    page.until(count(f"{OWN} .place"))
    page.click("#citizen .plus")
    page.click("#citizen .attach", "สติกเกอร์")
    page.until(count(f"{OWN} .sticker"))
    assert last(town)["message"]["attachments"][0]["type"] == "sticker"


def test_a_message_is_edited(page: Tab, town: Town) -> None:
    town.enter()
    page.until(count(OWN, "สวัสดี"))
    page.value("document.querySelector('#citizen .own-more').focus()")
    page.press("Enter")
    page.press("Enter")  # the menu has one item, and the focus
    page.value("document.querySelector('textarea.edit').value = 'ถนนพัง', 0")
    page.click("dialog footer button", "บันทึก")
    page.until(f"{count(OWN, 'ถนนพัง')} === 1 && {count(OWN)} === 1 && {count('.tag', 'แก้ไขแล้ว')} === 1")
    assert last(town)["message_edit"]["text"] == "ถนนพัง"


def test_the_menu_is_the_office_s_six_until_the_product_installs_one(page: Tab, town: Town) -> None:
    town.enter()
    page.until(f"{count('.page-menu-item')} === 6")
    page.click(".page-menu-item", "ร้องเรียน/ร้องทุกข์")
    page.until(count(OWN, "ร้องเรียน/ร้องทุกข์"))
    menu = [{"locale": "default", "call_to_actions": [{**NEXT, "title": "ติดตามเรื่อง"}]}]
    town.graph.post("me/messenger_profile", {"get_started": {"payload": "START"}, "persistent_menu": menu})
    page.until(f"{count('.page-menu-item')} === 1")
    page.click(".page-menu-item", "ติดตามเรื่อง")
    page.until(count(OWN, "ติดตามเรื่อง"))
    assert last(town)["postback"]["payload"] == "next"


def test_typing_is_shown_and_blocking_shuts_the_bar(page: Tab, town: Town) -> None:
    psid = town.enter()
    town.graph.post("me/messages", {"recipient": {"id": psid}, "sender_action": "typing_on"})
    page.until("!document.querySelector('#citizen .typing').hidden")
    page.click("#citizen .phone-head button", "บล็อก")
    page.until("document.querySelector('#citizen .phone-bar').hidden")
    assert town.meta.accounts[psid].blocked
    page.click(".wall button", "เลิกบล็อก")
    page.until("!document.querySelector('#citizen .phone-bar').hidden")


def test_hostile_text_is_shown_as_text(page: Tab, town: Town) -> None:
    town.meta.say(town.enter(), HOSTILE)
    town.send({"text": HOSTILE, "quick_replies": [chip("<b>ถนน</b>")]})
    town.template(template_type="button", text=HOSTILE, buttons=[NEXT])
    page.until(f"{count('#citizen .entry', HOSTILE)} === 3")
    assert page.value("document.querySelectorAll('.entry img, .entry script, .chip b').length") == 0
    assert "broken in" not in page.value("document.title")


def test_each_platform_has_its_own_weather(page: Tab, town: Town) -> None:
    page.until("document.querySelectorAll('.weather:not([hidden])').length === 1")
    select = "document.querySelector('.weather:not([hidden]) select')"
    page.value(f"{select}.value = 'rate', {select}.dispatchEvent(new Event('change'))")
    page.until("document.querySelector('.weather.stormy')")
    assert (town.meta.weather.now, town.world.weather.now) == ("rate", "ok")


def test_without_messenger_there_is_no_switch(town: Town, browser: Chromium) -> None:
    town.meta.on = False
    page = browser.tab(town.url, 1440, 900)
    page.until("document.querySelector('#citizen .head-name b')")
    assert page.value("document.querySelector('.channels').hidden")


def test_nothing_overflows_a_small_telephone(town: Town, browser: Chromium) -> None:
    long = "ก" * 300
    town.meta.say(town.enter(), long)
    town.meta.send_place(town.psid, 18.1, 100.1, title=long[:100])
    element = {"title": long[:80], "subtitle": long[:80], "buttons": [{**NEXT, "title": long[:20]}] * 3}
    town.template(template_type="generic", elements=[element] * 3)
    town.send(
        {"text": f"https://example.go.th/{'a' * 300}", "quick_replies": [chip(f"ตัวเลือกที่ {n}") for n in range(13)]}
    )
    page = browser.tab(town.url, 360, 740)
    page.click(".channels button", "Messenger")
    page.until(f"{count(CHIP)} === 13")
    assert page.value("document.scrollingElement.scrollWidth") <= 360
    assert page.value(OUTSIDE) == []
    assert page.value(f"document.querySelector({json.dumps(OWN)}).getBoundingClientRect().width") > 0
    assert page.faults() == []
