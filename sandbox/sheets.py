"""A stand-in for sheets.googleapis.com and oauth2.googleapis.com, and for google-auth's question about locations.

Point GOOGLE_SHEETS_URL at `…/google`. The name of a function here is the name of its operation in `next_answers`.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue

from sandbox.google.account import Refused
from sandbox.google.errors import (
    BAD_GATEWAY,
    GoogleError,
    bad,
    internal,
    invalid_credential,
    not_enabled,
    not_found,
    not_shared,
    too_many,
    unavailable,
)
from sandbox.google.google import PREFIX, Google
from sandbox.google.quota import Kind
from sandbox.hangup import hang_up
from sandbox.record import Call

ADVISED = 2_000_000  # bytes of one request (Sheets API, "Usage limits"): a larger one is noted
_READS = ("get", "values_get", "values_batch_get")
_KEPT_HEADERS = ("Content-Type", "User-Agent", "X-Goog-Api-Client", "X-Allowed-Locations")

sheets = Blueprint("google", __name__, url_prefix=PREFIX)


def create_google(google: Google) -> Flask:
    """The stand-in alone, without the rest of a world."""
    app = Flask("sandbox", static_folder=None)
    app.extensions["google"] = google
    app.register_blueprint(sheets)
    return app


def _google() -> Google:
    google: Google = current_app.extensions["google"]
    return google


# --- what happens to every call ---


@sheets.before_request
def _gate() -> ResponseReturnValue | None:
    google = _google()
    g.operation = (request.endpoint or "").rpartition(".")[2]
    g.note, g.caller, g.done = "", "", False
    raw = request.get_data(cache=True, parse_form_data=False)
    if len(raw) > ADVISED:
        g.note = f"{len(raw):,} bytes"
    g.fault = google.meet(g.operation)
    if g.fault == "502":
        return Response(BAD_GATEWAY, 502, mimetype="text/html")
    if refusal := _refusal(google, g.fault):
        raise refusal
    if g.operation not in ("token", "allowed_locations"):
        kind: Kind = "Read" if g.operation in _READS else "Write"
        g.caller = google.admit(request.headers.get("Authorization", "").removeprefix("Bearer "), kind)
    return None


def _refusal(google: Google, fault: str) -> GoogleError | None:
    match fault:
        case "500" | "cut":
            return internal()
        case "503":
            return unavailable()
        case "429" | "quota":
            kind = "Read" if g.operation in _READS else "Write"
            return too_many(kind, "per minute per user", google.account.project)
        case "401":
            return invalid_credential()
        case "unshared":
            return not_shared()
        case "deleted":
            return not_found()
        case "disabled":
            return not_enabled(google.account.project)
    return None


@sheets.errorhandler(GoogleError)
def _refused(error: GoogleError) -> Response:
    return _answer(error.body(), error.code)


@sheets.errorhandler(Refused)
def _no_token(refused: Refused) -> Response:
    return _answer(refused.body, 400)


@sheets.after_request
def _leave(response: Response) -> Response:
    if g.fault == "odd" and response.status_code == 200:
        response.set_data("{}")
    _record(response)
    if response.status_code == 200:
        _google().answered(g.operation)
    if g.fault in ("drop", "cut"):
        hang_up()
    return response


def _record(response: Response) -> None:
    answer = response.get_json(silent=True) if response.is_json else None
    secret = g.operation == "token"
    notes = [f"[{g.fault}]"] if g.fault not in ("ok", "slow") else []
    error = answer.get("error") if isinstance(answer, dict) else None
    notes += [g.note, str(error["message"] if isinstance(error, dict) else error or "")]
    call = Call(
        at=_google().now(),
        method=request.method,
        path=request.path,
        operation=g.operation,
        status=response.status_code,
        json=None if secret else request.get_json(silent=True),
        answer=None if secret and response.status_code == 200 else answer,
        headers={name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers},
        note=" ".join(filter(None, notes)),
    )
    _google().record(call)


def _answer(told: Any, status: int = 200) -> Response:
    """JSON as Google writes it: indented, in UTF-8."""
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    return Response(text.encode("utf-8", "replace"), status, content_type="application/json; charset=UTF-8")


def _body() -> dict[str, Any]:
    """The request's JSON object."""
    raw = request.get_data()
    try:
        found = json.loads(raw.decode() or "{}", parse_constant=_no_such_number)
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is no UTF-8
    except (ValueError, RecursionError):
        raise bad("Invalid JSON payload received. Unexpected token.") from None
    if not isinstance(found, dict):
        raise bad('Invalid JSON payload received. Unknown name "": Root element must be a message.')
    return found


def _no_such_number(name: str) -> None:
    raise ValueError(name)


def _flag(name: str) -> bool:
    return request.args.get(name, "").lower() == "true"


def _options() -> dict[str, Any]:
    return request.args.to_dict()


# --- spreadsheets ---


@sheets.get("/v4/spreadsheets/<book>")
def get(book: str) -> ResponseReturnValue:
    ranges, fields = request.args.getlist("ranges"), request.args.get("fields", "")
    return _answer(_google().get(book, g.caller, ranges, fields, grid=_flag("includeGridData")))


@sheets.post("/v4/spreadsheets/<book>:batchUpdate")
def batch_update(book: str) -> ResponseReturnValue:
    return _answer(_google().batch_update(book, g.caller, _body()))


@sheets.post("/v4/spreadsheets")
def create() -> ResponseReturnValue:
    """A service account has no Drive of its own to put a new file in."""
    raise not_shared()


# --- values ---


@sheets.get("/v4/spreadsheets/<book>/values/<path:cells>")
def values_get(book: str, cells: str) -> ResponseReturnValue:
    return _answer(_google().read(book, g.caller, [cells], _options(), several=False))


@sheets.put("/v4/spreadsheets/<book>/values/<path:cells>")
def values_update(book: str, cells: str) -> ResponseReturnValue:
    return _answer(_google().write(book, g.caller, cells, _body(), _options()))


@sheets.post("/v4/spreadsheets/<book>/values/<path:cells>:append")
def values_append(book: str, cells: str) -> ResponseReturnValue:
    return _answer(_google().append(book, g.caller, cells, _body(), _options()))


@sheets.post("/v4/spreadsheets/<book>/values/<path:cells>:clear")
def values_clear(book: str, cells: str) -> ResponseReturnValue:
    (cleared,) = _google().clear(book, g.caller, [cells])
    return _answer({"spreadsheetId": book, "clearedRange": cleared})


@sheets.get("/v4/spreadsheets/<book>/values:batchGet")
def values_batch_get(book: str) -> ResponseReturnValue:
    return _answer(_google().read(book, g.caller, request.args.getlist("ranges"), _options(), several=True))


@sheets.post("/v4/spreadsheets/<book>/values:batchUpdate")
def values_batch_update(book: str) -> ResponseReturnValue:
    return _answer(_google().write_all(book, g.caller, _body()))


@sheets.post("/v4/spreadsheets/<book>/values:batchClear")
def values_batch_clear(book: str) -> ResponseReturnValue:
    ranges = [str(each) for each in _body().get("ranges", ())]
    return _answer({"spreadsheetId": book, "clearedRanges": _google().clear(book, g.caller, ranges)})


# --- tokens ---


@sheets.post("/token")
def token() -> ResponseReturnValue:
    """RFC 7523: a signed assertion against a bearer token."""
    google = _google()
    return _answer(google.account.grant(request.form.to_dict(), google.token_uri))


@sheets.get("/v1/projects/-/serviceAccounts/<email>/allowedLocations")
def allowed_locations(email: str) -> ResponseReturnValue:
    """Where google-auth looks beside every token: GET iamcredentials.googleapis.com, on a thread of its own, without a
    time-out, and no setting stops it. An account that has no such boundary is not found."""
    g.note = email
    raise not_found()


@sheets.route("/", defaults={"rest": ""}, methods=["GET", "POST", "PUT", "DELETE"])
@sheets.route("/<path:rest>", methods=["GET", "POST", "PUT", "DELETE"])
def nothing(rest: str) -> ResponseReturnValue:
    g.note = f"no such door: {rest}"
    return Response("<!DOCTYPE html>\n<title>Error 404 (Not Found)!!1</title>\n", 404, mimetype="text/html")
