"""The upload page in a real browser, at a phone's width: real files, a break, a refusal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.parts import Part, Parts
from tests.handlers.test_uploads import link
from tests.house import House
from tests.journeys.stories import JPEG, PROGRAM, kept_files
from tests.journeys.test_late_files import MAP, owes
from tests.sandbox.chromium import Chromium, Tab, find_chromium

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine (set CHROMIUM to one)")

LARGE = JPEG + bytes(12_000_000)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chromium]:
    with Chromium(str(find_chromium()), tmp_path / "chromium") as browser:
        yield browser


@pytest.fixture
def tab(small_house: House, browser: Chromium) -> Tab:
    """The page for a paper that a petition waits for."""
    doors = small_house.world.webhook_url.removesuffix("/webhooks/line")
    return browser.tab(doors + link(owes(small_house, MAP)), 360, 740)


def choose(tab: Tab, folder: Path, **files: bytes) -> None:
    """The files are chosen in the page's own dialogue."""
    for name, data in files.items():
        (folder / f"{name}.jpg").write_bytes(data)
    field = tab._call("Runtime.evaluate", expression="document.getElementById('files')")["result"]["objectId"]
    tab._call("DOM.setFileInputFiles", files=[str(folder / f"{name}.jpg") for name in files], objectId=field)


def row(name: str) -> str:
    return f"[...document.querySelectorAll('li')].find(e => e.textContent.includes('{name}'))"


def look(tab: Tab, name: str) -> None:
    """A picture for whoever wants to see the page (`PICTURES=folder`)."""
    if folder := os.environ.get("PICTURES"):
        tab.photograph(Path(folder) / f"upload-{name}.png")


def test_files_go_up_from_a_phone(
    small_house: House, tab: Tab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks in the middle of the third piece, and again while the last one is confirmed."""
    look(tab, "open")
    pieces, append, hand_in = [], Parts.append, Parts.hand_in

    def breaks(parts: Parts, part: Part, data: object) -> int:
        pieces.append(part.id)
        if len(pieces) == 3:
            append(parts, part, [next(iter(data))])  # type: ignore[call-overload]
            raise ConnectionError
        return append(parts, part, data)  # type: ignore[arg-type]

    def dies(parts: Parts, part: Part, *_: object) -> Part:
        monkeypatch.setattr(Parts, "hand_in", hand_in)
        raise ConnectionError

    monkeypatch.setattr(Parts, "append", breaks)
    monkeypatch.setattr(Parts, "hand_in", dies)
    choose(tab, tmp_path, แบบแปลน=LARGE, โปรแกรม=PROGRAM * 9)
    tab.until(f"{row('แบบแปลน')}.className == 'done'")
    tab.until(f"{row('โปรแกรม')}.className == 'failed'")
    look(tab, "done")
    tab.value(
        "(() => { const d = new DataTransfer(); d.items.add(new File([], 'ว่าง.pdf'));"
        "document.dispatchEvent(new DragEvent('drop', {dataTransfer: d, cancelable: true})) })()"
    )
    assert "ว่างเปล่า" in tab.until(f"{row('ว่าง.pdf')}.textContent")
    assert "✓ ได้รับแล้ว เวลา 10.0" in tab.value(f"{row('แบบแปลน')}.textContent")
    assert "ภาพอาจอ่านยาก" in tab.value(f"{row('แบบแปลน')}.querySelector('.doubt').textContent")
    assert "เพื่อความปลอดภัย" in tab.value(f"{row('โปรแกรม')}.textContent")
    assert LARGE in kept_files(small_house)
    assert tab.value("document.documentElement.scrollWidth") == 360
    assert not tab.value("JSON.stringify(localStorage).includes(location.pathname.split('/').pop())")
    assert all("500" in fault or "415" in fault for fault in tab.faults())  # what the server refused, nothing else


def test_a_file_can_be_paused_and_goes_on_by_keyboard(small_house: House, tab: Tab, tmp_path: Path) -> None:
    tab._call("Network.enable")
    tab._call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1)
    choose(tab, tmp_path, แบบแปลน=LARGE)
    tab.until(f"{row('แบบแปลน')}.className == 'broken'")
    look(tab, "broken")
    tab.value("document.querySelector('.pause').focus()")
    tab.press("Enter")
    tab.until(f"{row('แบบแปลน')}.className == 'paused'")
    tab._call("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1)
    assert tab.value("document.activeElement.textContent") == "ส่งต่อ"
    tab.press("Enter")
    tab.until(f"{row('แบบแปลน')}.className == 'done'")
    assert kept_files(small_house) == [LARGE]
