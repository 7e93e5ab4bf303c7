"""The spreadsheet of the page in a real browser: what the product wrote is drawn, and a person's hand works in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.google import OWNER
from sandbox.google.cells import serial
from sandbox.pages import create_sandbox
from sandbox.server import serve
from sandbox.world import World
from tests.sandbox.chromium import Chromium, Tab, find_chromium
from tests.sandbox.standin import START
from tests.sandbox.test_page import HOSTILE, NOBODY, count

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine (set CHROMIUM to one)")

TAB = "ทะเบียนหนังสือรับ 2569"
HEADER = ("เลขทะเบียนรับ", "เรื่อง", "กำหนดเสร็จ", "สถานะ", "บันทึกผู้บังคับบัญชา")
WHOLE = {"sheetId": 1}
HEAD = {"sheetId": 1, "startRowIndex": 0, "endRowIndex": 1}
BODY = {"sheetId": 1, "startRowIndex": 1}
NOTES = {**BODY, "startColumnIndex": 4, "endColumnIndex": 5}
LATE = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": '=AND($C2<TODAY(),$D2<>"เสร็จสิ้น")'}]}
RED = {"backgroundColor": {"red": 1, "green": 0.8, "blue": 0.8}}
OVERDUE = {"condition": LATE, "format": RED}
GREEN = {"backgroundColor": {"red": 0.85, "green": 0.93, "blue": 0.87}, "textFormat": {"bold": True}}


def column(number, header=False):
    rows = {"startRowIndex": 0 if header else 1, "endRowIndex": 4}
    place = {"sheetId": 2, **rows, "startColumnIndex": number, "endColumnIndex": number + 1}
    return {"sourceRange": {"sources": [place]}}


def rows(*lines):
    def cell(value):
        kind = "stringValue" if isinstance(value, str) else "numberValue"
        return {"userEnteredValue": {kind: value}}

    return [{"values": [cell(value) for value in line]} for line in lines]


class Town:
    """A sheet as a mirror leaves it: dressed, protected but for one column, with a tab of figures and charts."""

    def __init__(self) -> None:
        self.world = World("secret", "token", NOBODY, lambda: START)
        self.google = self.world.google
        self.google.on = True
        self.server = serve(create_sandbox(self.world, None))
        self.url = f"{self.server.url}/"
        self.book = self.google.make_spreadsheet().id
        day = serial(START.date())
        figures = rows(["เดือน", "รับ", "เสร็จ"], ["ก.ย.", 12, 9], ["ต.ค.", 20, 14], ["พ.ย.", 7, 2])
        lines = rows(HEADER, ["2/2569", HOSTILE, day + 3, "รับเรื่อง"], ["1/2569", "ถนนชำรุด", day - 1, "รับเรื่อง"])
        lines += rows(["3/2569", "ไฟทางดับ", day - 9, "เสร็จสิ้น"])
        dates = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}}
        series = [{"series": column(n, header=True)} for n in (1, 2)]
        months = [{"domain": column(0, header=True)}]
        basic = {"chartType": "COLUMN", "headerCount": 1, "domains": months, "series": series}
        spot = {"overlayPosition": {"anchorCell": {"sheetId": 2, "rowIndex": 6}}}
        pie = {"domain": column(0), "series": column(1)}
        grid = {"frozenRowCount": 1, "rowCount": 40, "columnCount": 5}
        self.batch(
            {"addSheet": {"properties": {"sheetId": 1, "title": TAB, "index": 0, "gridProperties": grid}}},
            {"addSheet": {"properties": {"sheetId": 2, "title": "สรุป", "index": 1}}},
            {"updateCells": {"start": WHOLE, "rows": lines, "fields": "userEnteredValue"}},
            {"updateCells": {"start": {"sheetId": 2}, "rows": figures, "fields": "userEnteredValue"}},
            {"repeatCell": {"range": HEAD, "cell": {"userEnteredFormat": GREEN}, "fields": "userEnteredFormat"}},
            {"repeatCell": {"range": {**BODY, "startColumnIndex": 2, "endColumnIndex": 3}, "cell": dates,
                            "fields": "userEnteredFormat.numberFormat"}},
            {"updateDimensionProperties": {"range": {**WHOLE, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2},
                                           "properties": {"pixelSize": 260}, "fields": "pixelSize"}},
            {"addConditionalFormatRule": {"rule": {"ranges": [BODY], "booleanRule": OVERDUE}}},
            {"addProtectedRange": {"protectedRange": {"range": WHOLE, "unprotectedRanges": [NOTES]}}},
            {"addChart": {"chart": {"spec": {"title": "เรื่องรายเดือน", "basicChart": basic}, "position": spot}}},
            {"addChart": {"chart": {"spec": {"title": "เรื่องที่รับ", "pieChart": pie}, "position": spot}}},
        )  # fmt: skip

    def batch(self, *requests: object) -> None:
        self.google.batch_update(self.book, self.google.account.email, {"requests": list(requests)})

    def rows(self) -> list[list[str]]:
        return self.google.hand(self.book, OWNER).rows(TAB)

    def close(self) -> None:
        self.server.close()
        self.world.close()


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.close()


def opened(town: Town, browser: Chromium, width: int = 1440, height: int = 900) -> Tab:
    page = browser.tab(town.url, width, height)
    if width < 1280:
        page.click("#tabs button", "ทะเบียน")
    page.click("#registers .channels button", "Google Sheets")
    page.until(count(".google tbody td", "ถนนชำรุด"))
    return page


@pytest.fixture
def page(town: Town, browser: Chromium) -> Iterator[Tab]:
    page = opened(town, browser)
    yield page
    assert [fault for fault in page.faults() if "403 (FORBIDDEN)" not in fault] == []  # protection refuses
    page.close()


def choose(page: Tab, css: str, value: str) -> None:
    chosen = f"e.value = '{value}'; e.dispatchEvent(new Event('change'))"
    page.value(f"(e => {{ {chosen} }})(document.querySelector('{css}'))")


def painted(page: Tab, text: str) -> str:
    """The colour behind the cell with this text."""
    cell = f"[...document.querySelectorAll('.google td')].find(e => e.textContent === {text!r})"
    return page.value(f"getComputedStyle({cell}).backgroundColor")


def test_the_sheet_is_drawn_as_it_was_dressed(page: Tab, town: Town) -> None:
    assert painted(page, "ถนนชำรุด") == "rgb(255, 204, 204)"  # overdue
    assert painted(page, "ไฟทางดับ") != "rgb(255, 204, 204)"  # late as well, but done
    assert painted(page, "เรื่อง") == "rgb(217, 237, 222)"
    assert page.value("document.title").startswith("รับเรื่อง")  # the hostile subject is text
    assert page.value(count(".google thead .letters .icon")) == 4  # all but the supervisor's column are locked
    page.click(".google .book-tabs button", "สรุป")
    page.until(f"{count('.chart rect')} === 6 && {count('.chart path')} === 3")
    page.until(count(".chart", "เรื่องรายเดือน"))


def test_a_supervisor_writes_where_it_is_allowed_and_is_refused_elsewhere(page: Tab, town: Town) -> None:
    page.click(".google tbody tr:nth-child(2) td:nth-child(6)")
    page.press("Enter")
    page.type("12/31/2026")
    page.press("Enter")
    page.until(count(".google tbody td", "12/31/2026"))
    assert town.google.books[town.book].titled(TAB).cell(2, 4).value == 46387  # read as a date
    page.click(".google tbody tr:nth-child(2) td:nth-child(3)")
    page.click(".sheet-deeds button", "เรียง ก→ฮ")
    page.until(count(".toast.bad", "ถูกป้องกันไว้"))
    assert [row[0] for row in town.rows()[1:]] == ["2/2569", "1/2569", "3/2569"]


def test_the_owner_sorts_inserts_deletes_and_filters(page: Tab, town: Town) -> None:
    choose(page, ".sheet-tools .as select", "owner")
    page.until(f"{count('.google .letters .icon')} === 0")
    page.click(".google tbody td", "2/2569")
    page.click(".sheet-deeds button", "เรียง ก→ฮ")
    page.until("document.querySelector('.google tbody td').textContent === '1/2569'")
    page.click(".google tbody td", "2/2569")
    page.click(".sheet-deeds button", "แทรกแถว")
    page.until("document.querySelectorAll('.google tbody tr')[1].textContent === '3'")
    page.click(".google tbody td", "1/2569")
    page.click(".sheet-deeds button", "ลบแถว")
    page.until(f"{count('.google tbody td', '1/2569')} === 0")
    assert [row[0] for row in town.rows()[1:]] == ["", "2/2569", "3/2569"]
    page.click(".google tbody td", "3/2569")
    page.click(".sheet-deeds button", "ซ่อนค่านี้")
    page.until(count(".google .book-count", "ซ่อน 1"))
    page.click(".sheet-deeds button", "ล้างตัวกรอง")
    page.until(f"{count('.google .book-count', 'ซ่อน')} === 0")


def test_the_office_is_shut_out_and_the_weather_is_changed(page: Tab, town: Town) -> None:
    page.click(".sheet-tools button", "เลิกแชร์กับระบบ")
    page.until(count(".google .note:not([hidden])", "ไม่ได้แชร์ให้ rapruang@"))
    assert town.google.account.email not in town.google.books[town.book].shared
    choose(page, ".sheet-tools .weather select", "429")
    page.until("document.querySelector('.sheet-tools .stormy')")
    assert town.google.weather.now == "429"


def test_it_fits_a_narrow_screen(town: Town, browser: Chromium) -> None:
    page = opened(town, browser, 360, 720)
    page.click(".google tbody td", "ถนนชำรุด")
    page.until("document.querySelector('.cell-bar input').value === 'ถนนชำรุด'")
    assert page.value("document.documentElement.scrollWidth") <= 360
    assert page.value("document.querySelector('.google .sheet-scroll').clientHeight") > 250
    assert page.faults() == []
    page.close()
