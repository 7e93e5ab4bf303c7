"""The one door to Google: gspread's HTTP client with time limits, UTF-8 and our own classes of failure.

Never gspread's back-off client: on a lasting 429 it sleeps for hours, and it sends what must not be sent twice again.
Nothing is retried in here. Every write names its cells, so whoever calls may simply begin again.
"""

from __future__ import annotations

import json as jsons
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gspread
import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import _client, service_account
from gspread.exceptions import APIError

from office.google.trouble import Closed, Later, Trouble, Unwelcome

GOOGLE = "https://sheets.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/spreadsheets"
#: Connect and read, in seconds. gspread's own default is to wait for ever.
TIMEOUT = (3.05, 30.0)
_BUSY = frozenset({"RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})


class _Account(service_account.Credentials):
    """The service account, asking for tokens and nothing else: google-auth would look up `allowedLocations` beside
    each token (a thread and a call to another host), and sleep between attempts at a token."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False

    def _perform_refresh_token(self, request: Any) -> None:
        assertion = self._make_authorization_grant_assertion()  # type: ignore[no-untyped-call]
        granted = _client.jwt_grant(request, self._token_uri, assertion, can_retry=False)  # type: ignore[no-untyped-call]
        self.token, self.expiry, _ = granted


class HTTPClient(gspread.HTTPClient):
    """gspread's client at the given address, raising `Later`, `Closed` or `Unwelcome` and nothing else."""

    url = GOOGLE

    def request(
        self,
        method: str,
        endpoint: str,
        params: Any = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: Any = None,
        headers: Any = None,
    ) -> requests.Response:
        if json is not None:  # as it is: Thai in \u escapes is twice as long
            data = jsons.dumps(json, ensure_ascii=False).encode()
            headers = {**(headers or {}), "Content-Type": "application/json"}
        try:
            return super().request(method, endpoint.replace(GOOGLE, self.url), params, data, None, files, headers)
        except (APIError, GoogleAuthError, requests.RequestException) as error:
            trouble = trouble_of(error)
        raise trouble  # outside of `except`: what Google says may repeat what we wrote, and must not reach a log


def connect(account: Mapping[str, Any], url: str, timeout: tuple[float, float] = TIMEOUT) -> HTTPClient:
    """A client for this service account (the parsed file). Raises ValueError if there is no such account in it."""
    credentials = _Account.from_service_account_info(account, scopes=[SCOPE])  # type: ignore[no-untyped-call]
    to_tokens = Request(requests.Session())
    session = AuthorizedSession(credentials, auth_request=to_tokens)  # type: ignore[no-untyped-call]
    http = HTTPClient(credentials, session)
    http.set_timeout(timeout)
    http.url = url.rstrip("/")
    return http


def account_in(path: Path) -> dict[str, Any]:
    """What the account's file says. Raises OSError or ValueError if it cannot be read."""
    account = jsons.loads(path.read_text(encoding="utf-8"))
    if not isinstance(account, dict):
        raise TypeError("not an object")
    return account


def trouble_of(error: Exception) -> Trouble | Unwelcome:
    """Which class of failure this is (B2.4)."""
    if isinstance(error, APIError):
        return _of_answer(error.response.status_code, error.error)
    if isinstance(error, TransportError):
        return Later("no way to the token endpoint")
    if isinstance(error, RefreshError):
        return _of_token(error)
    return Later(type(error).__name__)


def _of_answer(status: int, error: Mapping[str, Any]) -> Trouble | Unwelcome:
    reasons = {detail.get("reason") for detail in error.get("details") or () if isinstance(detail, dict)}
    if status == 429 or status >= 500 or reasons & _BUSY:
        return Later(str(status))
    if status == 400:
        return Unwelcome("400")
    if status == 403:
        return Closed("switched_off" if "SERVICE_DISABLED" in reasons else "unshared")
    return Closed({401: "key", 404: "gone"}.get(status, "odd"))


def _of_token(error: RefreshError) -> Trouble:
    """The token endpoint refused. `invalid_grant` is a dead key or a wrong clock; its description tells which."""
    said = str(error)
    if "invalid_grant" in said or "invalid_client" in said or "disabled_client" in said:
        return Closed("clock" if "iat" in said or "timeframe" in said else "key")
    return Later("no token")
