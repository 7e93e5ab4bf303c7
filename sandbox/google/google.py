"""`World.google`: spreadsheets, the service account that a file lets in, and the people who share them."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sandbox.google import batch, drawing, errors, keeping, pane, values
from sandbox.google.account import Account
from sandbox.google.grid import Book, Json, Sheet
from sandbox.google.hand import Hand
from sandbox.google.quota import Kind, Quotas
from sandbox.record import Call
from sandbox.state import State
from sandbox.weather import Fault, Weather

Result = TypeVar("Result")

EMAIL = "rapruang@rapruang-demo.iam.gserviceaccount.com"
OWNER, SUPERVISOR = "palad@srinakhon.example", "nayok@srinakhon.example"
PREFIX = "/google"


@dataclass
class _Waiting:
    """Somebody who does something once `left` more requests (of one operation, if it says which) have been answered."""

    operation: str
    left: int
    act: Callable[[], object]


class Google:
    """The stand-in's state. `origin`: where its doors are served, to be set before an account file is made.
    `state`: the world's, in which the spreadsheets and the account's key survive a restart.

    All methods may be called from any thread.
    """

    def __init__(self, now: Callable[[], datetime], origin: str = "", state: State | None = None) -> None:
        self.now, self.origin = now, origin
        self._state = state or State(now())
        self.lock, kept = self._state.lock, self._state.others
        self.on = False
        self.rev = int(now().timestamp() * 1000)  # never one that a page has seen before a restart
        pem = kept["google_own"].get("pem")
        self.account = Account(now, EMAIL, str(secrets.randbelow(9 * 10**11)), pem)
        self.quotas = Quotas(now)
        self.weather, self.token_weather, self.boundary_weather = Weather(), Weather(), Weather()
        self.books = {key: keeping.opened(told) for key, told in kept["google_book"].items()}
        self.enabled = True
        self._calls: deque[Call] = deque(maxlen=5000)
        self._waiting: list[_Waiting] = []

    # --- what the product is given ---

    @property
    def sheets_url(self) -> str:
        """For GOOGLE_SHEETS_URL."""
        return f"{self.origin.rstrip('/')}{PREFIX}"

    @property
    def token_uri(self) -> str:
        return f"{self.sheets_url}/token"

    @property
    def boundary_url(self) -> str:
        """What to put for https://iamcredentials.googleapis.com, where google-auth asks for `allowedLocations`."""
        return self.sheets_url

    def account_file(self, path: Path) -> Path:
        """For GOOGLE_SERVICE_ACCOUNT_FILE: the file is written there."""
        self._state.save_other("google_own", "pem", self.account.pem)
        return self.account.write_file(path, self.token_uri)

    # --- what people do ---

    def make_spreadsheet(self, title: str = "ทะเบียนหนังสือ", *, share: bool = True) -> Book:
        """A new spreadsheet of OWNER with one empty tab, shared with SUPERVISOR and (unless not) the service account;
        its `id` is for GOOGLE_SHEET_ID."""
        grid = {"rowCount": 1000, "columnCount": 26}
        tab = {"sheetId": 0, "title": "Sheet1", "index": 0, "sheetType": "GRID", "gridProperties": grid}
        book = Book(secrets.token_urlsafe(33), title, {OWNER: "owner", SUPERVISOR: "writer"}, [Sheet(tab)])
        with self.lock:
            self.books[book.id] = book
            if share:
                book.shared[self.account.email] = "writer"
        self._changed(book.id)
        return book

    def share(self, book_id: str, email: str = "", role: str = "writer") -> None:
        """`email`: the service account's, unless told."""
        self.books[book_id].shared[email or self.account.email] = role
        self._changed(book_id)

    def unshare(self, book_id: str, email: str = "") -> None:
        self.books[book_id].shared.pop(email or self.account.email, None)
        self._changed(book_id)

    def delete(self, book_id: str, *, deleted: bool = True) -> None:
        """Into the bin, or out of it again."""
        self.books[book_id].deleted = deleted
        self._changed(book_id)

    def hand(self, book_id: str, email: str = SUPERVISOR) -> Hand:
        """Somebody with the spreadsheet open in a browser."""
        return Hand(self, book_id, email)

    def after(self, requests: int, act: Callable[[], object], operation: str = "") -> None:
        """Somebody does something once this many more requests (of this operation, if given) have been carried out,
        before the last of them is answered: between the product's reading and its writing."""
        with self.lock:
            self._waiting.append(_Waiting(operation, requests, act))

    def seen(self, book_id: str, viewer: str) -> list[Json]:
        """The tabs as this person sees them, for a page to draw."""
        with self.lock:
            return pane.seen(self.books[book_id], viewer, self.now().date())

    # --- weather and record ---

    def set_weather(self, fault: Fault) -> None:
        """Of the Sheets API; the token endpoint has its own (`token_weather`), as has allowedLocations."""
        self.weather.set(fault)
        self._state.touch()

    def next_answers(self, operation: str, faults: Iterable[Fault]) -> None:
        """The next calls of an operation ("values_batch_update", "token", …: see `sheets.py`) meet these faults."""
        self._weather_of(operation).next_answers(operation, faults)

    def meet(self, operation: str) -> Fault:
        return self._weather_of(operation).meet(operation)

    @property
    def calls(self) -> list[Call]:
        """What the product has called, oldest first."""
        with self.lock:
            return list(self._calls)

    def record(self, call: Call) -> None:
        with self.lock:
            self._calls.append(call)
        self._state.touch()

    def answered(self, operation: str) -> None:
        """A request has been carried out; whoever waited for it acts now."""
        with self.lock:
            for each in self._waiting:
                each.left -= each.operation in ("", operation)
            due = [each for each in self._waiting if each.left <= 0]
            self._waiting = [each for each in self._waiting if each.left > 0]
        for each in due:
            each.act()

    def _changed(self, book_id: str) -> None:
        with self.lock:
            self.rev += 1
            if self._state.keeps:
                self._state.save_other("google_book", book_id, keeping.closed(self.books[book_id]))
        self._state.touch()

    def close(self) -> None:
        for each in (self.weather, self.token_weather, self.boundary_weather):
            each.set("ok")

    # --- the API, for whoever has been let in ---

    def admit(self, token: str, kind: Kind) -> str:
        """The e-mail address of the caller. Raises GoogleError."""
        if not token:
            raise errors.no_credential()
        right = self.account.right_of(token)
        if not right:
            raise errors.invalid_credential()
        if not self.enabled:
            raise errors.not_enabled(self.account.project)
        if right == "read" and kind == "Write":
            raise errors.no_scope()
        with self.lock:
            met = self.quotas.take(self.account.email, kind)
        if met:
            raise errors.too_many(kind, met, self.account.project)
        return self.account.email

    def book(self, book_id: str, caller: str, kind: Kind) -> Book:
        """Raises GoogleError when it is not there, or not for this caller."""
        book = self.books.get(book_id)
        if book is None or book.deleted:
            raise errors.not_found()
        role = book.shared.get(caller)
        if role is None or (role == "reader" and kind == "Write"):
            raise errors.not_shared()
        return book

    def get(self, book_id: str, caller: str, ranges: list[str], fields: str, *, grid: bool) -> Json:
        with self.lock:
            return drawing.told(self.book(book_id, caller, "Read"), caller, ranges, fields, grid=grid)

    def batch_update(self, book_id: str, caller: str, body: Json) -> Json:
        """Everything or nothing."""
        replies = self._try(book_id, caller, lambda book: batch.apply(book, body.get("requests"), caller))
        return {"spreadsheetId": book_id, "replies": drawing.plain(replies)}

    def read(self, book_id: str, caller: str, ranges: list[str], options: Json, *, several: bool) -> Json:
        with self.lock:
            book = self.book(book_id, caller, "Read")
            return values.read_all(book, ranges, options) if several else values.read(book, ranges[0], options)

    def write(self, book_id: str, caller: str, text: str, body: Json, options: Json) -> Json:
        return self._try(book_id, caller, lambda book: values.write(book, caller, text, body, options))

    def write_all(self, book_id: str, caller: str, body: Json) -> Json:
        return self._try(book_id, caller, lambda book: values.write_all(book, caller, body))

    def append(self, book_id: str, caller: str, text: str, body: Json, options: Json) -> Json:
        return self._try(book_id, caller, lambda book: values.append(book, caller, text, body, options))

    def clear(self, book_id: str, caller: str, ranges: list[str]) -> list[str]:
        return self._try(book_id, caller, lambda book: [values.clear(book, caller, each) for each in ranges])

    def _try(self, book_id: str, caller: str, change: Callable[[Book], Result]) -> Result:
        with self.lock:
            draft = self.book(book_id, caller, "Write").copied()
            result = change(draft)
            self.books[book_id] = draft
        self._changed(book_id)
        return result

    def _weather_of(self, operation: str) -> Weather:
        own = {"token": self.token_weather, "allowed_locations": self.boundary_weather}
        return own.get(operation, self.weather)
