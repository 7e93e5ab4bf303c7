"""A stand-in for graph.facebook.com, and for the hosts that people's files are fetched from.

Point GRAPH_API_URL at `…/graph`. The name of a function here is the name of its operation in `Meta.next_answers`; a
sender action is "sender_action" although it goes through `send`'s door.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from flask.typing import ResponseReturnValue

from sandbox.acts import Upload
from sandbox.download import saved_as
from sandbox.hangup import hang_up
from sandbox.messenger import errors
from sandbox.messenger.errors import GraphError, parameter
from sandbox.messenger.judge import Judge
from sandbox.messenger.meta import Meta
from sandbox.record import Call

PREFIX = "/graph"
VERSIONS = range(20, 27)  # v20.0 to v26.0
_KEPT_HEADERS = ("Content-Type", "User-Agent")
_JSON_PARAMETERS = ("recipient", "message", "components", "fields", "subscribed_fields")
_KNOWN = {
    *("recipient", "messaging_type", "message", "tag", "sender_action", "payload", "notification_type", "persona_id"),
    *("access_token", "appsecret_proof", "filedata"),
}
_VERSION = re.compile(r"v(\d+)\.0")
_REFUSALS = {
    "500": errors.unexpected,
    "cut": errors.unexpected,
    "unexpected": errors.unexpected,
    "rate": errors.too_many,
    "429": errors.too_many,
    "token": errors.token_invalid,
    "401": errors.token_invalid,
    "temporary": errors.try_later,
    "restricted": errors.restricted,
    "permission": errors.no_permission,
}

graph = Blueprint("graph", __name__, url_prefix=f"{PREFIX}/<version>")
media = Blueprint("media", __name__, url_prefix="/media")


def _meta() -> Meta:
    meta: Meta = current_app.extensions["sandbox"].meta
    return meta


# --- what happens to every call ---


@graph.url_value_preprocessor
def _take_version(_: str | None, values: dict[str, Any] | None) -> None:
    g.version = (values or {}).pop("version", "")


@graph.before_request
def _gate() -> None:
    g.operation = (request.endpoint or "").rpartition(".")[2]
    g.sent, g.judge, g.note = {}, Judge(local=_meta().allow_local_urls), ""
    request.get_data(cache=True, parse_form_data=False)
    g.sent = _parameters()
    if g.operation == "send" and "sender_action" in g.sent:
        g.operation = "sender_action"
    g.fault = _meta().weather.meet(g.operation)
    if refusal := _REFUSALS.get(g.fault):
        raise refusal()
    _authenticate()
    known = _VERSION.fullmatch(g.version)
    if not known or int(known[1]) not in VERSIONS:
        raise errors.no_such_path(g.version)


def _parameters() -> dict[str, Any]:
    """Query, form and JSON as one: Graph takes a parameter from wherever it stands."""
    found: dict[str, Any] = {**request.args.to_dict(), **request.form.to_dict()}
    for name in _JSON_PARAMETERS:
        if isinstance(found.get(name), str) and found[name][:1] in ("{", "["):
            found[name] = _parsed(name, found[name])
    if request.is_json:
        body = _parsed("body", request.get_data())
        if not isinstance(body, dict):
            raise parameter("The body must be a JSON object")
        found |= body
    return found


def _parsed(name: str, raw: str | bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise parameter(f"Param {name} must be valid JSON") from None


def _authenticate() -> None:
    """A token of the page; a proof of the app's secret is not required, but a wrong one is refused."""
    meta = _meta()
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = str(g.sent.get("access_token") or bearer)
    if not token:
        raise errors.token_missing()
    if token != meta.page_token:
        raise errors.token_invalid()
    proof = hmac.new(meta.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    if str(g.sent.get("appsecret_proof", proof)) != proof:
        raise GraphError("Invalid appsecret_proof provided in the API argument", 100)


@graph.errorhandler(GraphError)
def _refused(error: GraphError) -> Response:
    return _answer(error.body(), error.status)


@graph.after_request
def _leave(response: Response) -> Response:
    fault = g.get("fault", "ok")
    if fault == "odd" and response.status_code == 200:
        response.set_data(json.dumps(errors.unexpected().body()))
    _record(response, fault)
    if fault in ("drop", "cut"):
        hang_up()
    return response


def _record(response: Response, fault: str) -> None:
    meta, judge = _meta(), g.judge
    answer = response.get_json(silent=True) if response.is_json else None
    notes = [f"[{fault}]"] if fault not in ("ok", "slow") else []
    notes += [g.note, answer["error"]["message"] if isinstance(answer, dict) and "error" in answer else ""]
    notes += [f"ป้ายยาวเกินถูกตัด: {title}" for title in judge.cut]
    meta.cut_titles += judge.cut
    call = Call(
        at=meta.now(),
        method=request.method,
        path=request.path,
        operation=g.operation,
        status=response.status_code,
        json={key: value for key, value in g.sent.items() if key not in ("access_token", "appsecret_proof")},
        answer=answer,
        headers={name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers},
        note=" ".join(filter(None, notes)),
    )
    meta.record(call)


def _answer(told: Any, status: int = 200) -> Response:
    """JSON in ASCII, as Graph writes it."""
    return Response(json.dumps(told), status, mimetype="application/json")


def _page(name: str) -> Meta:
    """The page that a path names."""
    meta = _meta()
    if name not in (meta.page_id, "me"):
        raise errors.no_such_object(name)
    return meta


def _upload() -> Upload | None:
    sent = request.files.get("filedata")
    return Upload(sent.read(), sent.filename or "file", sent.mimetype) if sent else None


# --- messages ---


@graph.post("/<page>/messages")
def send(page: str) -> ResponseReturnValue:
    meta = _page(page)
    if "sender_action" in g.sent:
        return _answer(meta.platform.act(g.sent))
    if ignored := sorted(g.sent.keys() - _KNOWN):
        g.note = f"ไม่ได้ใช้: {', '.join(ignored)}"  # Graph overlooks parameters it does not know
    return _answer(meta.platform.send(g.sent, g.judge, _upload()))


@graph.post("/<page>/message_attachments")
def keep_attachment(page: str) -> ResponseReturnValue:
    kept = _page(page).platform.keep_attachment(g.sent.get("message"), g.judge, _upload())
    return _answer({"attachment_id": kept})


# --- the page ---


@graph.post("/<page>/messenger_profile")
def set_profile(page: str) -> ResponseReturnValue:
    _page(page).profile.set(g.sent, g.judge)
    return _answer({"result": "success"})


@graph.get("/<page>/messenger_profile")
def get_profile(page: str) -> ResponseReturnValue:
    profile = _page(page).profile
    known = {name: profile.get(name) for name in str(g.sent.get("fields", "")).split(",")}
    shown = {name: value for name, value in known.items() if value}
    return _answer({"data": [shown] if shown else []})


@graph.delete("/<page>/messenger_profile")
def delete_profile(page: str) -> ResponseReturnValue:
    _page(page).profile.delete(g.sent.get("fields"))
    return _answer({"result": "success"})


@graph.post("/<page>/message_templates")
def create_template(page: str) -> ResponseReturnValue:
    return _answer(_allowed_utility(page).templates.create(g.sent))


@graph.get("/<page>/message_templates")
def list_templates(page: str) -> ResponseReturnValue:
    return _answer({"data": _allowed_utility(page).templates.listed(g.sent.get("name"))})


@graph.delete("/<page>/message_templates")
def delete_template(page: str) -> ResponseReturnValue:
    _allowed_utility(page).templates.delete(str(g.sent.get("name", "")))
    return _answer({"success": True})


def _allowed_utility(page: str) -> Meta:
    meta = _page(page)
    if not meta.rights.utility:
        raise errors.no_permission()
    return meta


@graph.post("/<page>/subscribed_apps")
def subscribe_app(page: str) -> ResponseReturnValue:
    meta, wanted = _page(page), g.sent.get("subscribed_fields", "")
    fields = wanted if isinstance(wanted, list) else str(wanted).split(",")
    if not all(isinstance(field, str) for field in fields):
        raise parameter("Param subscribed_fields must be an array of strings")
    meta.fields = set(fields)
    return _answer({"success": True})


@graph.get("/<node>")
def node(node: str) -> ResponseReturnValue:
    """The page itself, or a person's name."""
    meta = _meta()
    fields = [field for field in str(g.sent.get("fields", "")).split(",") if field]
    if node in (meta.page_id, "me"):
        known = {"id": meta.page_id, "name": meta.page_name}
        return _answer({field: known[field] for field in dict.fromkeys([*fields, "id"]) if field in known})
    return _answer(meta.platform.profile(node, fields or ["first_name", "last_name", "profile_pic"]))


@graph.route("/", defaults={"rest": ""}, methods=["GET", "POST", "DELETE"])
@graph.route("/<path:rest>", methods=["GET", "POST", "DELETE"])
def nothing(rest: str) -> ResponseReturnValue:
    raise errors.no_such_path(rest)


# --- files ---


@media.get("/<content_id>/<name>")
def fetch_file(content_id: str, name: str) -> ResponseReturnValue:
    """What a person or the page has sent, as long as its link lives; no token is asked for."""
    meta = _meta()
    status, content = meta.media.fetch(content_id, request.args.get("oe", ""), request.args.get("oh", ""))
    if content is None:
        return Response(status=status)
    response = Response(meta.state.bytes[content_id], mimetype=content.type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if content.kind == "file" or content.type in ("image/svg+xml", "text/html"):
        response.headers["Content-Disposition"] = saved_as(name)
    return response
