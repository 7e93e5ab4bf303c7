"""Facebook Messenger: genuine requests in, messages out, by a thin client of our own (there is no SDK worth having).

Meta knows no retry key. So each call carries metadata that its echo brings back, and what may have been delivered is
sent again only when no echo has come. Facts and their sources: Messenger Platform, "Webhooks", "Send API", "Policy".
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

import structlog
import urllib3

from bot import messenger_drawing, messenger_page, messenger_reading
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
from bot.drawing import MESSENGER
from bot.messenger_drawing import Call
from bot.messenger_errors import error_of, meaning
from bot.network import Hosts, NotAllowed, chunks, never_left, pool
from bot.reading import as_dict, parsed
from flows.messages import Message
from models.files import Unreachable
from models.kinds import kind_of

log = structlog.get_logger()

#: An officer's own words may follow the citizen's last within seven days (Policy, HUMAN_AGENT).
HUMAN_AGENT = timedelta(days=7) - timedelta(hours=24)
REDIRECTS = 2
#: A template says the whole message in one call, which is numbered above any call that says a part of it.
TEMPLATE = 100


@dataclass(frozen=True)
class Account:
    """The office's page. `human_agent`: Meta has granted the tag; `utility_template`: the name of the approved template
    for news of a case, "" if there is none."""

    page_id: str
    page_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    media_hosts: tuple[str, ...] = ("*.fbcdn.net", "*.fbsbx.com")
    api_url: str = "https://graph.facebook.com"
    api_version: str = "v26.0"
    human_agent: bool = False
    utility_template: str = ""


class Messenger:
    """One Facebook page."""

    name = messenger_reading.NAME
    title = "Facebook Messenger"
    tells_unreachable = True
    at_once = MESSENGER.at_once
    token_life = timedelta()  # there are no reply tokens: the window is the free way
    key_life = timedelta(hours=23)
    unsure_pause = timedelta(minutes=2)  # an echo comes within seconds

    def __init__(
        self, account: Account, pictures: Callable[[str], bytes], *, oldest_event: timedelta = timedelta(days=3)
    ) -> None:
        """`pictures` gives the bytes of a kept file by its SHA-256; raises FileNotFoundError or Unreachable."""
        self._account = account
        self._pictures = pictures
        self._secret = account.app_secret.encode()
        self._hosts = Hosts(account.media_hosts)
        self._oldest_event = oldest_event

    def shake_hands(self, query: Mapping[str, str]) -> str:
        """The challenge, for Meta's trial request with the token that the office chose."""
        given = query.get("hub.verify_token", "").encode("utf-8", "surrogateescape")
        known = hmac.compare_digest(given, self._account.verify_token.encode())
        if query.get("hub.mode") != "subscribe" or not known:
            raise NotGenuine
        return query.get("hub.challenge", "")

    def open(self, headers: Headers, body: bytes) -> list[Received]:
        """The events of a request that bears Meta's signature (HMAC-SHA256 of the raw body; not the older SHA-1)."""
        given = headers.get("X-Hub-Signature-256", "").encode("utf-8", "surrogateescape")
        due = b"sha256=" + hmac.digest(self._secret, body, hashlib.sha256).hex().encode()
        if not hmac.compare_digest(given, due):
            raise NotGenuine
        return messenger_reading.envelope(body, self._account.page_id)

    def read(self, payload: str, arrived_at: datetime) -> Reading:
        return messenger_reading.reading(payload, arrived_at, self._oldest_event)

    @contextmanager
    def fetch(self, media: Media) -> Iterator[Iterator[bytes]]:
        """What somebody sent, from Meta's own hosts only. Its address is signed, and dies within days."""
        answer = self._follow(media.reference)
        try:
            if answer.status in (403, 404, 410):  # signed for a time that is over, or taken back
                raise Gone(answer.status)
            if answer.status != 200:
                raise NotYet(answer.status)
            yield chunks(answer)
        finally:
            answer.close()

    def _follow(self, url: str) -> urllib3.BaseHTTPResponse:
        """The answer at this address, or where it leads within the allowed hosts. Raises Gone or NotYet."""
        where = url
        for _ in range(REDIRECTS + 1):
            try:
                url = urljoin(url, where)
                self._hosts.check(url)
                answer = self._downloads.request("GET", url, preload_content=False, redirect=False)
            except (NotAllowed, ValueError) as error:  # a ValueError: what is no address at all
                log.warning("attachment_host_refused", host=urlsplit(url).hostname)
                raise Gone("host") from error
            except urllib3.exceptions.HTTPError as error:
                raise NotYet(type(error).__name__) from error
            where = str(answer.get_redirect_location() or "")
            if not where:
                return answer
            answer.close()
        raise Gone("too many redirects")

    def permit(self, purpose: str, window_until: datetime | None, now: datetime) -> Permit | None:
        """RESPONSE while the window is open; then an officer's own words for seven days, news of a case by template,
        where Meta has granted them. Never "try and see"."""
        if window_until is None:
            return None
        if now < window_until:
            return Permit("RESPONSE", free=True)
        if purpose == "officer" and self._account.human_agent and now <= window_until + HUMAN_AGENT:
            return Permit("HUMAN_AGENT")
        return Permit("UTILITY") if purpose == "status" and self._account.utility_template else None

    def link_back(self, reference: str) -> str:
        """Messenger Platform, "m.me Links": in a thread that exists, a click is a referral, and opens the window."""
        return f"https://m.me/{self._account.page_id}?ref={reference}"

    def send(
        self,
        to: str,
        messages: Sequence[Message],
        *,
        token: str | None,  # noqa: ARG002 - there are none
        key: str,
        right: str = "RESPONSE",
        taken: int = 0,
    ) -> Outcome:
        """See `Channel.send`. One call after the other, each marked; it ends at the first that is not taken."""
        calls, ids = self._calls(messages, right), list[str]()
        before = TEMPLATE if right == "UTILITY" else 0
        for part, call in enumerate(calls, before + 1):
            if part <= taken:
                continue
            marked = {**call.message, "metadata": messenger_reading.metadata(key, part, before + len(calls))}
            outcome = self._post(_addressed(to, right), Call(marked, call.upload))
            match outcome:
                case Sent():
                    ids += outcome.ids
                case TryAgain():
                    return replace(outcome, taken=part - 1 if part > before + 1 else 0)
                case Refused():
                    return outcome
        return Sent(tuple(ids))

    def _calls(self, messages: Sequence[Message], right: str) -> list[Call]:
        if right == "UTILITY":
            return [Call(messenger_drawing.template(messages, self._account.utility_template))]
        return messenger_drawing.draw(messages)

    def leave(self, chat: Chat) -> Outcome:  # noqa: ARG002 - a page is in no group
        return Sent()

    def warm_up(self) -> None:
        """There is nothing to load."""

    def set_up(self, greeting: str) -> Outcome:
        """Have Meta tell us of what we read, and show the page's greeting, Get Started button and menu."""
        if fault := self._wrong_page():
            return fault
        for path, fields in messenger_page.settings(greeting):
            outcome = self._call(path, json.dumps(fields).encode(), "application/json")
            if not isinstance(outcome, Sent):
                return outcome
        return Sent()

    def _wrong_page(self) -> Outcome | None:
        """What Meta says if the token is not this page's: then all that citizens write would be passed over."""
        headers = {"Authorization": f"Bearer {self._account.page_token}"}
        url = f"{self._account.api_url}/{self._account.api_version}/me?fields=id"
        try:
            answer = self._api.request("GET", url, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            return TryAgain(type(error).__name__)
        if fault := error_of(answer.data):
            return meaning(answer.status, fault)
        own = as_dict(parsed(answer.data)).get("id")
        return None if own == self._account.page_id else Refused(f"MESSENGER_PAGE_ID: โทเคนนี้เป็นของเพจ {own}")

    def _post(self, address: Mapping[str, Any], call: Call) -> Outcome:
        """One call of the Send API; a picture that we keep goes along as bytes, so it needs no public address."""
        try:
            body, kind = self._body({**address, "message": call.message}, call.upload)
        except FileNotFoundError:
            return Refused("its picture is gone")
        except Unreachable:
            return TryAgain("its picture cannot be read now")
        return self._call("messages", body, kind)

    def _call(self, path: str, body: bytes, kind: str) -> Outcome:
        headers = {"Authorization": f"Bearer {self._account.page_token}", "Content-Type": kind}
        try:
            answer = self._api.request("POST", self._address(path), body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            return TryAgain(type(error).__name__, unsure=not never_left(error))
        fault = error_of(answer.data)
        if answer.status == 200 and not fault:
            return Sent(_ids(answer.data))
        known = {name: fault.get(name) for name in ("code", "error_subcode", "fbtrace_id")}
        log.warning("messenger_refused", status=answer.status, **known)
        return meaning(answer.status, fault)

    def _body(self, fields: Mapping[str, Any], upload: str) -> tuple[bytes, str]:
        """The body of a call and its media type."""
        if not upload:
            return json.dumps(fields).encode(), "application/json"
        data = self._pictures(upload)
        form: dict[str, Any] = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()
        }
        return urllib3.encode_multipart_formdata({**form, "filedata": ("picture", data, kind_of(data))})

    def _address(self, path: str) -> str:
        """Something of the page's; the proof shows that whoever holds the token knows the app's secret too."""
        account = self._account
        proof = hmac.digest(self._secret, account.page_token.encode(), hashlib.sha256).hex()
        return f"{account.api_url}/{account.api_version}/{account.page_id}/{path}?appsecret_proof={proof}"

    @cached_property
    def _api(self) -> urllib3.PoolManager:
        return pool()

    @cached_property
    def _downloads(self) -> urllib3.PoolManager:
        return pool()


def _addressed(to: str, right: str) -> dict[str, Any]:
    """To whom, and by which right. Retired tags (CONFIRMED_EVENT_UPDATE and its like) do not exist here."""
    if right == "HUMAN_AGENT":
        return {"recipient": {"id": to}, "messaging_type": "MESSAGE_TAG", "tag": right}
    return {"recipient": {"id": to}, "messaging_type": right}


def _ids(body: bytes) -> tuple[str, ...]:
    """The id of the message that was sent; none if the 200 says something else: it was taken all the same."""
    try:
        return (str(json.loads(body)["message_id"]),)
    except (ValueError, KeyError, TypeError):
        return ()
