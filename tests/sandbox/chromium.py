"""A real Chromium without a window, driven over its own DevTools protocol through a pipe: no driver, no package.

https://chromedevtools.github.io/devtools-protocol/; with `--remote-debugging-pipe` it reads JSON at fd 3 and answers at
fd 4, each message ended by NUL.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--mute-audio"),
    *("--force-prefers-reduced-motion", "--hide-scrollbars", "--lang=th", "--remote-debugging-pipe"),
)
PATIENCE = 20.0  # seconds; the machine may be busy
# The browser wants its pipe at 3 and 4, where a child of Python has whatever happened to be open.
_LAUNCH = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]  # out of the way of 3 and 4
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def find_chromium() -> str | None:
    """The browser of this machine: `CHROMIUM`, or the first that is installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """One browser process; `tab()` opens a page in it."""

    def __init__(self, binary: str, profile: Path) -> None:
        their_in, self._out = os.pipe()
        self._in, their_out = os.pipe()
        launch = [sys.executable, "-c", _LAUNCH, str(their_in), str(their_out)]
        command = [*launch, binary, *FLAGS, f"--user-data-dir={profile}"]
        self._process = subprocess.Popen(command, pass_fds=(their_in, their_out), stderr=subprocess.DEVNULL)
        os.close(their_in)
        os.close(their_out)
        self._unread = b""
        self._calls = 0
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """The browser's answer; what it tells meanwhile is kept in `events`."""
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": params, **({"sessionId": session} if session else {})}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            told = self._read()
            if told.get("id") != self._calls:
                self.events.append(told)
            elif "error" in told:
                raise AssertionError(f"{method}: {told['error']['message']}")
            else:
                return told["result"]

    def tab(self, url: str, width: int, height: int) -> Tab:
        """A page of that size in CSS pixels, with a storage of its own, once it has loaded."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Tab(self, context, session, url, width, height)

    def close(self) -> None:
        os.close(self._out)
        os.close(self._in)
        self._process.terminate()
        self._process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            if not ready or not (chunk := os.read(self._in, 1 << 20)):
                raise AssertionError("the browser does not answer")
            self._unread += chunk
        message, _, self._unread = self._unread.partition(b"\0")
        return json.loads(message)


class Tab:
    """A page, used as a person does: looked at until something is there, clicked where it is seen, typed into."""

    def __init__(self, browser: Chromium, context: str, session: str, url: str, width: int, height: int) -> None:
        self._browser, self._context, self._session = browser, context, session
        self._call("Page.enable")
        self._call("Runtime.enable")
        self._call("Log.enable")
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self._call("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def value(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"].get("exception", {}).get("description", expression))
        return answer["result"].get("value")

    def until(self, expression: str) -> Any:
        """Waits, inside the page, until the expression is truthy; its value then."""
        look = f"() => {{ try {{ return {expression} }} catch {{ return null }} }}"
        found = self.value(
            f"new Promise(done => {{ const look = {look}, end = performance.now() + {(PATIENCE - 5) * 1000};"
            "const again = () => { const seen = look();"
            "if (seen || performance.now() > end) done(seen instanceof Node || seen); else setTimeout(again, 20) };"
            "again() })"
        )
        assert found, f"not seen in time: {expression}"
        return found

    def click(self, css: str, text: str = "") -> None:
        """Clicks the last element that matches and holds `text`, if a click there really meets it."""
        found = f"[...document.querySelectorAll({json.dumps(css)})]"
        chosen = f"{found}.filter(e => e.textContent.includes({json.dumps(text)})).at(-1)"
        spot = self.until(
            f"(() => {{ const e = {chosen}; e.scrollIntoView({{block: 'nearest', inline: 'nearest'}});"
            "const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;"
            "return !e.disabled && e.contains(document.elementFromPoint(x, y)) && {x, y} })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **spot)

    def type(self, text: str) -> None:
        self._call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        text = {"text": "\r"} if key == "Enter" else {}
        code = {"Enter": 13, "Tab": 9, "Escape": 27}[key]
        for kind in ("keyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def photograph(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot")["data"]))

    def faults(self) -> list[str]:
        """Uncaught exceptions, and everything the page or the browser called an error."""
        self.value("0")  # whatever was told before this has arrived
        mine = [event for event in self._browser.events if event.get("sessionId") == self._session]
        thrown = [json.dumps(event["params"])[:600] for event in mine if event["method"] == "Runtime.exceptionThrown"]
        logged = [event["params"]["entry"] for event in mine if event["method"] == "Log.entryAdded"]
        said = [event["params"] for event in mine if event["method"] == "Runtime.consoleAPICalled"]
        return [
            *thrown,
            *(f"{entry['text']} {entry.get('url', '')}" for entry in logged if entry["level"] == "error"),
            *(json.dumps(call["args"])[:600] for call in said if call["type"] == "error"),
        ]

    def close(self) -> None:
        """Open tabs go on asking their servers, and slow each other down."""
        self._browser.call("Target.disposeBrowserContext", browserContextId=self._context)

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **params)
