"""A product that listens to Messenger's webhooks, and the stand-in for Graph called as a product would call it."""

import hashlib
import hmac
import json

from sandbox.pages import create_sandbox
from sandbox.server import serve


class Page:
    """Keeps every webhook it gets and the bytes of it; `answers` are the statuses it gives (200 when none are left)."""

    def __init__(self):
        self.raw, self.answers, self.secret, self.verify_token = [], [], "", ""
        self.server = serve(self.app)
        self.url = f"{self.server.url}/webhooks/messenger"

    def app(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "GET":
            return self.shake_hands(environ["QUERY_STRING"], start_response)
        raw = environ["wsgi.input"].read()
        expected = hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        assert environ["HTTP_X_HUB_SIGNATURE_256"] == f"sha256={expected}"
        self.raw.append(raw)
        start_response(self.answers.pop(0) if self.answers else "200 OK", [("Content-Type", "text/plain")])
        return [b"EVENT_RECEIVED"]

    def shake_hands(self, query, start_response):
        asked = dict(part.split("=") for part in query.split("&"))
        right = asked["hub.verify_token"] == self.verify_token and asked["hub.mode"] == "subscribe"
        start_response("200 OK" if right else "403 Forbidden", [("Content-Type", "text/plain")])
        return [asked["hub.challenge"].encode() if right else b"no"]

    @property
    def bodies(self):
        return [json.loads(raw) for raw in self.raw]

    @property
    def items(self):
        return [item for body in self.bodies for entry in body["entry"] for item in entry.get("messaging", ())]


class Graph:
    """Calls the stand-in; the page's own token unless told otherwise."""

    def __init__(self, world):
        self.meta = world.meta
        self.client = create_sandbox(world, None).test_client()

    def post(self, path, body=None, **more):
        return self.client.post(f"/graph/v26.0/{path}", json=body, headers=self.headers, **more)

    def get(self, path):
        return self.client.get(f"/graph/v26.0/{path}", headers=self.headers)

    def form(self, path, **fields):
        return self.client.post(f"/graph/v26.0/{path}", data=fields, headers=self.headers)

    def send(self, psid, message, kind="RESPONSE", **more):
        body = {"recipient": {"id": psid}, "messaging_type": kind, "message": message, **more}
        return self.post(f"{self.meta.page_id}/messages", body)

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.meta.page_token}"}


def error(answer):
    """Code and subcode of a refusal."""
    told = answer.json["error"]
    assert told.keys() >= {"message", "type", "code", "fbtrace_id"}
    return told["code"], told.get("error_subcode")
