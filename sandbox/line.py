"""A stand-in for api.line.me and api-data.line.me: refuses what LINE refuses, with LINE's status codes and bodies.

Point LINE_API_URL and LINE_API_DATA_URL at `…/line`. The name of a function here is the name of its operation in
`World.next_answers`.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.hangup import hang_up
from sandbox.judge import judge
from sandbox.platform import Refusal, body_refusal
from sandbox.record import Call
from sandbox.schema import Fault
from sandbox.world import World

PREFIX = "/line"
LARGEST = 2 * 1024 * 1024  # bytes of a request
_KEPT_HEADERS = ("X-Line-Retry-Key", "Content-Type", "User-Agent")

line = Blueprint("line", __name__, url_prefix=PREFIX)


def the_world() -> World:
    world: World = current_app.extensions["sandbox"]
    return world


# --- what happens to every call ---


@line.before_request
def _gate() -> None:
    g.operation = (request.endpoint or "").rpartition(".")[2]
    g.request_id = str(uuid.uuid4())
    g.json = g.answer = None
    request.get_data(cache=True)  # read to the end, whatever we answer: the connection stays usable
    g.fault = the_world().weather.meet(g.operation)
    match g.fault:
        case "500" | "cut":
            raise Refusal(500, "Internal server error")
        case "429":
            raise Refusal(429, "The API rate limit has been exceeded. Try again later.")
        case "401":
            raise _unauthorised("invalid token")
    _authenticate()


def _authenticate() -> None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise _unauthorised("missing bearer token")
    if token != the_world().access_token:
        raise _unauthorised("invalid token. Confirm that the access token in the authorization header is valid.")


def _unauthorised(reason: str) -> Refusal:
    return Refusal(401, f"Authentication failed due to the following reason: {reason}")


@line.errorhandler(Refusal)
def _refused(refusal: Refusal) -> Response:
    response = jsonify(refusal.body)
    response.status_code = refusal.status
    response.headers.update(refusal.headers)
    return response


@line.after_request
def _leave(response: Response) -> Response:
    response.headers["x-line-request-id"] = g.request_id
    if g.fault == "odd" and response.status_code == 200:
        response.set_data(b"{}")
    _record(response)
    if g.fault in ("drop", "cut"):
        hang_up()
    return response


def _record(response: Response) -> None:
    answer = response.get_json(silent=True) if response.is_json else None
    note = answer.get("message", "") if isinstance(answer, dict) else ""
    call = Call(
        at=the_world().now(),
        method=request.method,
        path=request.path.removeprefix(PREFIX),
        operation=g.operation,
        status=response.status_code,
        json=g.json,
        answer=answer,
        headers={name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers},
        note=note if g.fault in ("ok", "slow") else f"[{g.fault}] {note}".strip(),
    )
    the_world().record(call)


def read_body(schema: str) -> dict[str, Any]:
    """The request's JSON, judged as LINE would."""
    if request.mimetype != "application/json":
        raise Refusal(415, f"The content type, {request.mimetype}, is not supported")
    raw = request.get_data()
    if len(raw) > LARGEST:
        raise Refusal(413, "Request exceeds the max size of 2MB. Make the request smaller than 2MB and try again.")
    g.json = _parsed(raw)
    if not isinstance(g.json, dict):
        raise body_refusal([Fault("must be an object", "")])
    faults = judge(schema, g.json, local=the_world().allow_local_urls)
    if faults:
        raise body_refusal(faults)
    return g.json


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode(), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"(line: {error.lineno}, column: {error.colno})"
    except (UnicodeDecodeError, ValueError, RecursionError):
        where = "(line: 1, column: 1)"
    raise Refusal(400, f"The request body could not be parsed as JSON {where}")


def _no_constant(name: str) -> Any:
    raise ValueError(name)


# --- messages ---


@line.post("/v2/bot/message/reply")
def reply() -> ResponseReturnValue:
    if "X-Line-Retry-Key" in request.headers:
        raise Refusal(400, "X-Line-Retry-Key can't be used with this API")
    return jsonify(the_world().platform.reply(read_body("ReplyMessageRequest")))


@line.post("/v2/bot/message/push")
def push() -> ResponseReturnValue:
    key = request.headers.get("X-Line-Retry-Key")
    body = read_body("PushMessageRequest")
    return jsonify(the_world().platform.push(body, key, g.request_id, quota_gone=g.fault == "quota"))


@line.post("/v2/bot/message/validate/<any(reply, push):_kind>")
def validate(_kind: str) -> ResponseReturnValue:
    read_body("ValidateMessageRequest")
    return jsonify({})


@line.get("/v2/bot/message/quota")
def quota() -> ResponseReturnValue:
    limit = the_world().platform.quota.limit
    return jsonify({"type": "none"} if limit is None else {"type": "limited", "value": limit})


@line.get("/v2/bot/message/quota/consumption")
def consumption() -> ResponseReturnValue:
    return jsonify({"totalUsage": the_world().platform.quota.used(the_world().now())})


@line.post("/v2/bot/chat/loading/start")
def loading() -> ResponseReturnValue:
    body = read_body("ShowLoadingAnimationRequest")
    the_world().platform.show_typing(body["chatId"], body.get("loadingSeconds", 20))
    return jsonify({}), 202


@line.post("/v2/bot/chat/markAsRead")
def mark_as_read() -> ResponseReturnValue:
    the_world().platform.mark_as_read(read_body("MarkMessagesAsReadByTokenRequest")["markAsReadToken"])
    return jsonify({})


# --- content ---


@line.get("/v2/bot/message/<message_id>/content")
def content(message_id: str) -> ResponseReturnValue:
    found, data = the_world().platform.content(message_id)
    return Response(status=202) if data is None else Response(data, mimetype=found.type)


@line.get("/v2/bot/message/<message_id>/content/preview")
def preview(message_id: str) -> ResponseReturnValue:
    found, data = the_world().platform.preview(message_id)
    return Response(status=202) if data is None else Response(data, mimetype=found.type)


@line.get("/v2/bot/message/<message_id>/content/transcoding")
def transcoding(message_id: str) -> ResponseReturnValue:
    return jsonify(the_world().platform.transcoding(message_id))


# --- the account, people, groups ---


@line.get("/v2/bot/info")
def info() -> ResponseReturnValue:
    world = the_world()
    name = world.office_name
    return jsonify(userId=world.bot_id, basicId=world.basic_id, displayName=name, chatMode="bot", markAsReadMode="auto")


@line.get("/v2/bot/profile/<user>")
def profile(user: str) -> ResponseReturnValue:
    return jsonify(the_world().platform.profile(user))


@line.get("/v2/bot/group/<group>/summary")
def group_summary(group: str) -> ResponseReturnValue:
    found = the_world().platform.group(group)
    return jsonify({"groupId": found.id, "groupName": found.name})


@line.get("/v2/bot/group/<group>/members/count")
def group_count(group: str) -> ResponseReturnValue:
    return jsonify({"count": len(the_world().platform.group(group).members)})


@line.get("/v2/bot/group/<group>/member/<user>")
def group_member(group: str, user: str) -> ResponseReturnValue:
    person = the_world().platform.member(group, user)
    return jsonify({"userId": person.id, "displayName": person.name})


@line.get("/v2/bot/group/<group>/members/ids")
@line.get("/v2/bot/followers/ids")
def member_ids(**_: str) -> ResponseReturnValue:
    """Only for verified and premium accounts; the office's is neither."""
    raise Refusal(403, "Access to this API is not available for your account")


@line.post("/v2/bot/group/<group>/leave")
def leave(group: str) -> ResponseReturnValue:
    the_world().leave(the_world().platform.group(group).id)
    return jsonify({})


# --- the webhook's own settings ---


@line.get("/v2/bot/channel/webhook/endpoint")
def webhook_endpoint() -> ResponseReturnValue:
    return jsonify({"endpoint": the_world().webhook_url, "active": True})


@line.put("/v2/bot/channel/webhook/endpoint")
def set_webhook_endpoint() -> ResponseReturnValue:
    the_world().webhook_url = read_body("SetWebhookEndpointRequest")["endpoint"]
    return jsonify({})


@line.post("/v2/bot/channel/webhook/test")
def test_webhook() -> ResponseReturnValue:
    if request.get_data():
        read_body("TestWebhookEndpointRequest")
    world = the_world()
    told = world.deliver()
    return jsonify(
        success=told.reason == "OK",
        timestamp=world.now().isoformat(),
        statusCode=told.status,
        reason=told.reason,
        detail=str(told.status) if told.status else told.reason.replace("_", " ").capitalize(),
    )


@line.route("/<path:_rest>", methods=["GET", "POST", "PUT", "DELETE"])
def nothing(_rest: str) -> ResponseReturnValue:
    raise Refusal(404, "Not found")
