"""The page in a real browser: what people do on it reaches LINE's stand-in, what the office sends is drawn."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sandbox.pages import create_sandbox
from sandbox.pictures import photo
from sandbox.richmenu import RichMenus
from sandbox.server import serve
from sandbox.world import World
from tests.sandbox.chromium import Chromium, Tab, find_chromium

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine (set CHROMIUM to one)")

NOBODY = "http://127.0.0.1:9/webhooks/line"  # no product listens: the page must not depend on one
HOSTILE = "<img src=x onerror=\"document.title='broken in'\"><script>document.title='broken in'</script> & \"ท่าน\""
OWN = "#citizen .entry.own"
OTHER = "#citizen .entry.other"


class Town:
    """A world with one citizen and a group of two, its server, and the product's side of LINE."""

    def __init__(self, registers: Path) -> None:
        self.world = World("secret", "token", NOBODY, allow_local_urls=True)
        self.citizen = self.world.add_person("สมชาย ใจดี").id
        staff = [self.world.add_person(name, follow=False).id for name in ("วิชัย แสนดี", "อรทัย มีสุข")]
        self.group = self.world.add_group("กลุ่มเจ้าหน้าที่ (ตัวอย่าง)", staff).id
        self.server = serve(create_sandbox(self.world, registers))
        self.url = f"{self.server.url}/"

    def push(self, *messages: dict[str, Any], to: str = "") -> None:
        """What the office sends, by LINE's own door."""
        body = json.dumps({"to": to or self.citizen, "messages": messages}).encode()
        headers = {"Authorization": "Bearer token", "Content-Type": "application/json"}
        urllib.request.urlopen(
            urllib.request.Request(f"{self.server.url}/line/v2/bot/message/push", body, headers), timeout=10
        ).close()

    def install_menu(self, *labels: str) -> str:
        """A rich menu for all, one part beside the other."""
        menus, width = RichMenus(self.world.state), 480 // len(labels)
        areas = [
            {
                "bounds": {"x": place * width, "y": 0, "width": width, "height": 360},
                "action": {"type": "message", "label": label, "text": label},
            }
            for place, label in enumerate(labels)
        ]
        size = {"width": 480, "height": 360}
        menu_id = menus.create({"size": size, "name": "เมนู", "chatBarText": "เมนูบริการ", "areas": areas})
        self.world.state.save_other("richmenu_picture", menu_id, photo("pothole", 1))
        menus.show("all", menu_id)
        return menu_id

    def said(self, chat: str = "") -> list[dict[str, Any]]:
        return [entry.message for entry in self.world.chat(chat or self.citizen) if entry.side == "person"]

    def close(self) -> None:
        self.server.close()
        self.world.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.close()


@pytest.fixture
def page(town: Town, browser: Chromium) -> Iterator[Tab]:
    """The page on a laptop, once it shows the world; at the end nothing may have gone wrong in it."""
    page = browser.tab(town.url, 1440, 900)
    page.until("document.querySelector('#citizen .head-name b')")
    yield page
    assert page.faults() == []
    page.close()


def count(css: str, text: str = "") -> str:
    """JavaScript that counts the elements of the page that match and hold `text`."""
    found = f"[...document.querySelectorAll({json.dumps(css)})]"
    return f"{found}.filter(e => e.textContent.includes({json.dumps(text)})).length"


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def column(*contents: dict[str, Any]) -> dict[str, Any]:
    return {"type": "box", "layout": "vertical", "contents": list(contents)}


def flex(contents: dict[str, Any]) -> dict[str, Any]:
    return {"type": "flex", "altText": "การ์ด", "contents": contents}


def chip(label: str) -> dict[str, Any]:
    return {"type": "action", "action": {"type": "postback", "label": label, "data": "stamp", "displayText": label}}


def test_what_a_citizen_types_is_sent_once_and_the_answer_appears(page: Tab, town: Town) -> None:
    page.click("#citizen textarea")
    page.type("ไฟถนนดับทั้งซอย")
    page.press("Enter")
    page.until(f"{count(OWN, 'ไฟถนนดับทั้งซอย')} === 1 && document.querySelector('#citizen textarea').value === ''")
    town.push(text("ได้รับข้อความแล้ว"))
    page.until(count(OTHER, "ได้รับข้อความแล้ว"))
    assert [message["text"] for message in town.said()] == ["ไฟถนนดับทั้งซอย"]


def test_hostile_text_is_shown_as_text_wherever_it_comes_from(page: Tab, town: Town) -> None:
    town.world.say(town.citizen, HOSTILE)
    words = {"type": "text", "text": HOSTILE, "wrap": True}
    town.push(text(HOSTILE), flex({"type": "bubble", "body": column(words)}))
    page.until(f"{count('#citizen .entry', HOSTILE)} === 3")
    town.world.add_person("<b onclick=x>")
    page.until(count("#citizen option", "<b onclick=x>"))
    assert page.value("document.querySelectorAll('.entry img, .entry script, option b').length") == 0
    assert "broken in" not in page.value("document.title")


def test_a_flex_message_is_drawn_and_its_button_speaks(page: Tab, town: Town) -> None:
    title = {"type": "text", "text": "เรื่องใหม่ 1/2569", "weight": "bold", "color": "#ffffff", "size": "xl"}
    header = column(title) | {"backgroundColor": "#12724F"}
    pair = [{"type": "text", "text": "กำหนด", "flex": 1}, {"type": "text", "text": "7 ธ.ค. 2569", "flex": 3}]
    body = column({"type": "box", "layout": "horizontal", "contents": pair})
    action = {"type": "message", "label": "รับเรื่อง", "text": "รับเรื่อง 1/2569"}
    footer = column({"type": "button", "style": "primary", "action": action})
    bubble = {"type": "bubble", "size": "kilo", "header": header, "body": body, "footer": footer}
    town.push(flex(bubble), to=town.group)

    page.until(count("#group .flex-bubble", "เรื่องใหม่ 1/2569"))
    style = "getComputedStyle(document.querySelector('#group .flex-header .{}')).{}"
    assert page.value(style.format("flex-box", "backgroundColor")) == "rgb(18, 114, 79)"
    assert page.value(style.format("flex-text", "fontSize")) == "22px"
    left, right = page.value("[...document.querySelectorAll('#group .flex-box.row > *')].map(e => e.offsetWidth)")
    assert right == pytest.approx(3 * left, abs=2)
    assert page.value(count("#group .billed", "2")) == 1  # a push to the group costs its members
    page.click("#group .flex-button button", "รับเรื่อง")
    page.until(count("#group .entry.own", "รับเรื่อง 1/2569"))
    assert [message["text"] for message in town.said(town.group)] == ["รับเรื่อง 1/2569"]


def test_a_quick_reply_is_tapped_once_and_is_gone(page: Tab, town: Town) -> None:
    town.push(text("เรื่องประเภทใด", quickReply={"items": [chip("ถนน"), chip("ไฟฟ้า")]}))
    page.until(f"{count('#citizen .chip')} === 2")
    page.click("#citizen .chip", "ไฟฟ้า")
    page.until(f"{count(OWN, 'ไฟฟ้า')} === 1 && {count('#citizen .chip')} === 0")


def test_only_the_last_message_shows_its_quick_replies(page: Tab, town: Town) -> None:
    town.push(text("หนึ่ง", quickReply={"items": [chip("เก่า")]}), text("สอง"))
    page.until(count(OTHER, "สอง"))
    assert page.value(count("#citizen .chip")) == 0


def test_two_sample_photos_go_out_together_and_are_seen(page: Tab, town: Town) -> None:
    page.click("#citizen .plus")
    page.click("#citizen .attach", "รูปภาพ")
    page.click("dialog .sample", "ถนนเป็นหลุม")
    page.click("dialog .sample", "ไฟถนนดับ")
    page.click("dialog footer button", "ส่ง 2 รูป")
    pictures = "[...document.querySelectorAll('#citizen .own .picture img')]"
    page.until(f"{pictures}.filter(e => e.naturalWidth > 300).length === 2")
    sets = [message["imageSet"] for message in town.said()]
    assert [(one["index"], one["total"]) for one in sets] == [(1, 2), (2, 2)]
    kept = [town.world.state.bytes[message["id"]] for message in town.said()]
    assert all(data.startswith(b"\xff\xd8\xff") for data in kept)
    assert kept[0] != kept[1]


def test_a_place_is_chosen_and_sent(page: Tab, town: Town) -> None:
    page.click("#citizen .plus")
    page.click("#citizen .attach", "ตำแหน่ง")
    page.click("dialog .place-choice", "สี่แยกวัดกลาง")
    page.click("dialog footer button")
    page.until(count(f"{OWN} .place", "สี่แยกวัดกลาง"))
    assert town.said()[0]["latitude"] == pytest.approx(18.15107)


def test_a_message_is_taken_back(page: Tab, town: Town) -> None:
    town.world.say(town.citizen, "ส่งผิด")
    page.until(count(OWN, "ส่งผิด"))
    page.value("document.querySelector('#citizen .own-more').focus()")
    page.press("Enter")
    page.press("Enter")  # the menu has one item, and the focus
    page.until(f"{count('#citizen .note', 'ยกเลิกข้อความแล้ว')} && {count(OWN)} === 0")


def test_who_blocks_the_office_writes_nothing_and_can_come_back(page: Tab, town: Town) -> None:
    page.click("#citizen .phone-head button", "บล็อก")
    page.until("document.querySelector('#citizen .phone-bar').hidden")
    assert town.world.state.people[town.citizen].blocked
    page.click(".wall button", "เลิกบล็อก")
    page.until("!document.querySelector('#citizen .phone-bar').hidden")


def test_a_refusal_of_the_server_is_told_in_thai(town: Town, browser: Chromium) -> None:
    page = browser.tab(town.url, 1440, 900)
    page.value("document.querySelector('.weather select').options[0].value = 'snow', 0")
    page.value("document.querySelector('.weather select').dispatchEvent(new Event('change'))")
    page.until(count("#toasts .bad", "ไม่รู้จักสภาพนี้"))


def test_the_menu_speaks_for_the_citizen_and_can_be_folded(page: Tab, town: Town) -> None:
    page.click(".menu-cell", "ร้องเรียน/ร้องทุกข์")
    page.until(count(OWN, "ร้องเรียน/ร้องทุกข์"))
    page.click(".menu-fold")
    page.until("document.querySelector('.menu-grid').hidden")


def test_the_menu_that_the_office_installed_is_its_picture_and_each_part_is_tapped(page: Tab, town: Town) -> None:
    menu_id = town.install_menu("ร้องเรียน/ร้องทุกข์", "ติดตามเรื่อง")
    page.until(f"document.querySelector('.menu-picture img')?.src.endsWith('/sandbox/menu/{menu_id}')")
    page.until(f"{count('.menu-area')} === 2 && {count('.menu-cell')} === 0 && {count('.menu-fold', 'เมนูบริการ')} === 1")
    page.click(".menu-area:last-child")
    page.until(count(OWN, "ติดตามเรื่อง"))


def test_what_is_being_typed_and_what_was_drawn_stay_when_something_new_comes(page: Tab, town: Town) -> None:
    town.push(text("หนึ่ง"))
    page.until(count(OTHER, "หนึ่ง"))
    page.value("window.kept = document.querySelector('#citizen .entry.other'), 0")
    page.click("#citizen textarea")
    page.type("กำลังพิมพ์")
    town.push(text("สอง"))
    page.until(count(OTHER, "สอง"))
    assert page.value("window.kept === document.querySelector('#citizen .entry.other')")
    assert page.value("document.activeElement.value") == "กำลังพิมพ์"


def test_a_new_row_of_the_register_appears_and_is_marked(page: Tab, tmp_path: Path) -> None:
    write_register(tmp_path, rows=1)
    page.until(f"{count('.sheet-table tbody tr')} === 1 && {count('tr.fresh')} === 0")
    write_register(tmp_path, rows=2)
    page.until(f"{count('.sheet-table tbody tr')} === 2 && {count('tr.fresh', '21 พ.ย. 2569 10:02 น.')} === 1")
    assert page.value("document.querySelector('.download').href").endswith("/sandbox/registers/2569.xlsx")


def write_register(folder: Path, *, rows: int) -> None:
    """As the product does it: a new file put in the place of the old one."""
    draft = folder / "draft"
    book = xlsxwriter.Workbook(str(draft))
    sheet = book.add_worksheet("ทะเบียนหนังสือรับ")
    sheet.write_row(0, 0, ["เลขทะเบียนรับ", "เรื่อง", "วันเวลาที่รับ"])
    for number in range(1, rows + 1):
        sheet.write_row(number, 0, [str(number), "ถนนชำรุด", f"2026-11-21T10:0{number}:00+07:00"])
    book.close()
    draft.replace(folder / "2569.xlsx")


def test_nothing_overflows_a_small_telephone(town: Town, browser: Chromium, tmp_path: Path) -> None:
    write_register(tmp_path, rows=30)
    long = "ก" * 300
    bubbles = [{"type": "bubble", "body": column(text(long))}] * 3
    town.push(text(f"https://example.go.th/{'a' * 300}"), flex({"type": "carousel", "contents": bubbles}))
    town.push(text(long, quickReply={"items": [chip(f"ตัวเลือกที่ {number}") for number in range(13)]}))
    town.world.say(town.citizen, long)
    town.world.say(town.world.state.groups[town.group].members[0], long, chat=town.group)
    page = browser.tab(town.url, 360, 740)
    for number, seen in enumerate((OWN, "#group .entry", ".sheet-table tbody tr")):
        page.until(count(seen))
        page.click(f"#tabs button:nth-child({number + 1})")
        page.until(f"document.querySelector({json.dumps(seen)}).getBoundingClientRect().width > 0")
        assert page.value("document.scrollingElement.scrollWidth") <= 360
        assert page.value(OUTSIDE) == []
    assert page.faults() == []
    page.close()


# Elements beyond the right edge that no box of their own scrolls or cuts off.
OUTSIDE = """[...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  if (!box.width || box.right <= innerWidth + 1) return false;
  for (let up = e.parentElement; up && up !== document.body; up = up.parentElement)
    if (getComputedStyle(up).overflowX !== 'visible' && up.getBoundingClientRect().right <= innerWidth + 1)
      return false;
  return true;
}).map(e => e.tagName + '.' + e.className)"""
