"""LINE: genuine requests in, messages out. Reply first, push where a reply cannot serve.

The SDK's client is imported only here and only once something is sent: it costs two seconds and 70 MB, which a web
process that only receives can do without. Facts and their sources: LINE Messaging API reference, "Reply token",
"Retrying an API request", "Rate limits", "Getting content".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import structlog
import urllib3

from bot import line_drawing, line_menu, line_reading
from bot.budget import Allowance
from bot.channel import (
    Chat,
    Gone,
    Headers,
    Media,
    NotGenuine,
    NotYet,
    Outcome,
    Permit,
    Reading,
    Received,
    Refused,
    Sent,
    TryAgain,
)
from bot.drawing import LINE
from bot.network import TIMEOUT, chunks, never_left, pool
from flows.messages import Message

if TYPE_CHECKING:
    from linebot.v3.messaging import ApiClient

log = structlog.get_logger()

#: The loading animation ends with the next message, or after so many seconds (LINE: 5 to 60, in steps of 5).
LOADING_SECONDS = 30


class Line:
    """One LINE official account."""

    name = line_reading.NAME
    title = "LINE"
    at_once = LINE.at_once
    token_life = timedelta(seconds=50)  # of the minute that LINE grants
    key_life = timedelta(hours=23)  # of the 24 h for which LINE remembers a retry key
    tells_unreachable = False  # LINE answers 200 for whoever blocked us (reference, "Send push message")
    unsure_pause = timedelta()  # the retry key makes a second push harmless at once

    def __init__(
        self,
        secret: str,
        access_token: str,
        api_url: str,
        api_data_url: str,
        *,
        oldest_event: timedelta = timedelta(days=3),
    ) -> None:
        self._secret = secret.encode()
        self._access_token = access_token
        self._api_url = api_url
        self._api_data_url = api_data_url
        self._oldest_event = oldest_event
        self._loading = threading.Lock()
        self._api_client: ApiClient | None = None

    def shake_hands(self, query: Mapping[str, str]) -> str:  # noqa: ARG002 - the protocol's
        """LINE tries a door with an empty POST."""
        raise NotGenuine

    def open(self, headers: Headers, body: bytes) -> list[Received]:
        """The events of a request that bears LINE's signature (HMAC-SHA256 of the raw body, base64)."""
        given = headers.get("X-Line-Signature", "").encode("utf-8", "surrogateescape")
        due = base64.b64encode(hmac.digest(self._secret, body, hashlib.sha256))
        if not hmac.compare_digest(given, due):
            raise NotGenuine
        return line_reading.envelope(body)

    def read(self, payload: str, arrived_at: datetime) -> Reading:
        return line_reading.reading(payload, arrived_at, self._oldest_event)

    @contextmanager
    def fetch(self, media: Media) -> Iterator[Iterator[bytes]]:
        """The content of a message, streamed (the SDK would read it whole). LINE drops it after an unstated time."""
        url = f"{self._api_data_url}/v2/bot/message/{media.reference}/content"
        try:
            answer = self._http.request("GET", url, headers=self._headers(), preload_content=False, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise NotYet(type(error).__name__) from error
        try:
            if answer.status in (404, 410):
                raise Gone(answer.status)
            if answer.status != 200:  # 202: still being prepared
                raise NotYet(answer.status)
            yield chunks(answer)
        finally:
            answer.close()

    def permit(self, purpose: str, window_until: datetime | None, now: datetime) -> Permit:  # noqa: ARG002
        """A push may carry anything, any time; it is paid for."""
        return Permit()

    def link_back(self, reference: str) -> str:  # noqa: ARG002 - see `permit`
        return ""

    def send(
        self,
        to: str,
        messages: Sequence[Message],
        *,
        token: str | None,
        key: str,
        right: str = "",  # noqa: ARG002 - there is but one
        taken: int = 0,  # noqa: ARG002 - it is always one call
    ) -> Outcome:
        """See `Channel.send`. Several notices may be drawn together, so that one paid push carries them all."""
        drawn = line_drawing.draw(messages)
        if token:
            return self._post("/v2/bot/message/reply", {"replyToken": token, "messages": drawn})
        return self._post("/v2/bot/message/push", {"to": to, "messages": drawn}, {"X-Line-Retry-Key": key})

    def leave(self, chat: Chat) -> Outcome:
        return self._post(f"/v2/bot/{chat.kind}/{chat.address}/leave", None)

    def show_waiting(self, chat: Chat) -> bool:
        """The loading animation: for persons only, and only while they look at the chat (LINE, "Display a loading
        animation")."""
        body = {"chatId": chat.address, "loadingSeconds": LOADING_SECONDS}
        try:
            answer = self._call("POST", "/v2/bot/chat/loading/start", body)
        except urllib3.exceptions.HTTPError as error:
            log.warning("waiting_not_shown", reason=type(error).__name__)
            return False
        if answer.status != 202:
            log.warning("waiting_not_shown", reason=str(answer.status))
        return answer.status in (202, 400)  # 400: this person is not one to whom it can be shown

    def ask(self, method: Literal["GET", "POST", "DELETE"], path: str, body: Any = None) -> dict[str, Any] | None:
        """See `bot.line_menu.MenuDoors`."""
        try:
            answer = self._call(method, path, body)
        except urllib3.exceptions.HTTPError as error:
            raise line_menu.MenuTrouble(line_menu.UNREACHED.format(type(error).__name__)) from error
        if answer.status == 404 and method != "POST":
            return None
        if answer.status != 200:
            log.warning("line_refused", path=path, status=answer.status, request_id=_request_id(answer.headers))
            raise line_menu.MenuTrouble(line_menu.refusal(answer.status, _said(answer.data)))
        return _object(answer.data)

    def allowance(self) -> Allowance | None:
        """See `Metered`. `{type: none}` is a plan without limit (LINE, "Get the target limit for sending messages")."""
        plan, usage = self._get("/v2/bot/message/quota"), self._get("/v2/bot/message/quota/consumption")
        used, allowed = usage.get("totalUsage"), plan.get("value")
        if not isinstance(used, int) or plan.get("type") not in ("none", "limited"):
            return None
        if plan["type"] == "none":
            return Allowance(None, used)
        return Allowance(allowed, used) if isinstance(allowed, int) else None

    def members(self, chat: Chat) -> int | None:
        """See `Metered`. The bot is not counted, nor billed."""
        count = self._get(f"/v2/bot/{chat.kind}/{chat.address}/members/count").get("count")
        return count if isinstance(count, int) else None

    def warm_up(self) -> None:
        self._client  # noqa: B018 - loads the SDK

    @property
    def _client(self) -> ApiClient:
        with self._loading:  # two threads that import the SDK at once would deadlock in its circular imports
            if self._api_client is None:
                self._api_client = self._load_client()
            return self._api_client

    def _load_client(self) -> ApiClient:
        with _left_out("aiohttp"):
            from linebot.v3.messaging import ApiClient, Configuration

        configuration = Configuration(host=self._api_url, access_token=self._access_token)
        configuration.retries = False  # the outbox retries; the SDK would follow redirects and hide attempts
        configuration.connection_pool_maxsize = 32
        return ApiClient(configuration)

    @cached_property
    def _http(self) -> urllib3.PoolManager:
        return pool()

    def _call(self, method: str, path: str, body: Any) -> urllib3.BaseHTTPResponse:
        """One small call without the SDK; bytes go to the host of files. Raises urllib3's HTTPError."""
        is_file = isinstance(body, bytes)
        host, kind = (self._api_data_url, "image/png") if is_file else (self._api_url, "application/json")
        content = body if is_file or body is None else json.dumps(body)
        headers = {**self._headers(), "Content-Type": kind}
        return self._http.request(method, host + path, body=content, headers=headers, redirect=False)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._access_token}"}

    def _post(self, path: str, body: Mapping[str, Any] | None, extra: Mapping[str, str] | None = None) -> Outcome:
        """One call through the SDK's own transport, with our JSON as it is: its models cost more than the call."""
        client = self._client
        from linebot.v3.messaging.exceptions import ApiException

        headers = {"Content-Type": "application/json", **self._headers(), **(extra or {})}
        try:
            answer = client.rest_client.request(
                "POST", self._api_url + path, headers=headers, body=body, _request_timeout=TIMEOUT
            )
        except ApiException as error:
            return self._refusal(path, error)
        except urllib3.exceptions.HTTPError as error:
            return TryAgain(type(error).__name__, unsure=not never_left(error))
        except UnicodeDecodeError:  # an error page in some other encoding
            return TryAgain("unreadable answer", unsure=True)
        return Sent(_ids(answer.data))

    def _refusal(self, path: str, error: Any) -> Outcome:
        status, said = error.status or 0, _said(error.body)
        log.warning("line_refused", path=path, status=status, request_id=_request_id(error.headers))
        if status == 409:  # the retry key was used before: that attempt was taken
            return Sent(_ids(error.body))
        if status == 429:
            return TryAgain(f"429 {said}", scope="quota" if self._month_is_spent(said) else "rate")
        if status == 401:
            return TryAgain("401", scope="channel")
        if status >= 500 or status == 0:
            return TryAgain(str(status), unsure=True)
        return Refused(
            f"{status} {said}",
            token_dead="invalid reply token" in said.lower(),
            unreachable="failed to send messages" in said.lower(),
        )

    def _month_is_spent(self, said: str) -> bool:
        """Which 429 it is. LINE does not guarantee its wording, so when it is unclear the quota itself is asked."""
        if "monthly limit" in said.lower():
            return True
        if "rate limit" in said.lower():
            return False
        quota, used = self._get("/v2/bot/message/quota"), self._get("/v2/bot/message/quota/consumption")
        return quota.get("type") == "limited" and used.get("totalUsage", 0) >= quota.get("value", 0)

    def _get(self, path: str) -> dict[str, Any]:
        client = self._client
        from linebot.v3.messaging.exceptions import ApiException

        url, headers = self._api_url + path, self._headers()
        try:
            answer = client.rest_client.request("GET", url, headers=headers, _request_timeout=TIMEOUT)
            return dict(json.loads(answer.data))
        except (ApiException, urllib3.exceptions.HTTPError, ValueError, TypeError):
            return {}


@contextmanager
def _left_out(name: str) -> Iterator[None]:
    """Inside, a package that is not loaded yet is an empty module. The SDK imports aiohttp for an asynchronous twin of
    its client that is never called here: 13 MB in every process that sends."""
    absent = name not in sys.modules
    if absent:
        sys.modules[name] = ModuleType(name)
    try:
        yield
    finally:
        if absent:
            del sys.modules[name]


def _ids(body: Any) -> tuple[str, ...]:
    """The ids of the messages that were sent; none if LINE's 200 says something else: it was taken all the same."""
    try:
        return tuple(str(message["id"]) for message in json.loads(body)["sentMessages"])
    except (ValueError, KeyError, TypeError):
        return ()


def _object(body: Any) -> dict[str, Any]:
    """A JSON object; empty if LINE's 200 says something else."""
    try:
        return dict(json.loads(body))
    except (ValueError, TypeError):
        return {}


def _said(body: Any) -> str:
    try:
        return str(json.loads(body)["message"])[:200]
    except (ValueError, KeyError, TypeError):
        return ""


def _request_id(headers: Any) -> str:
    return str((headers or {}).get("x-line-request-id", ""))
