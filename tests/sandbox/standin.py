"""A product that only listens, and the stand-in for LINE called as a product would call it."""

import json
from datetime import UTC, datetime

from sandbox.pages import create_sandbox
from sandbox.server import serve
from sandbox.webhooks import sign

SECRET, TOKEN = "channel-secret", "channel-token"
START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


class Product:
    """Keeps every webhook it gets; `answers` are the statuses it gives (200 when there are none left)."""

    def __init__(self):
        self.bodies, self.answers = [], []
        self.server = serve(self.app)
        self.url = f"{self.server.url}/webhooks/line"

    def app(self, environ, start_response):
        raw = environ["wsgi.input"].read()
        assert environ["HTTP_X_LINE_SIGNATURE"] == sign(SECRET, raw)
        self.bodies.append(json.loads(raw))
        status = self.answers.pop(0) if self.answers else "200 OK"
        start_response(status, [("Content-Type", "text/plain")])
        return [b"OK"]

    @property
    def events(self):
        return [event for body in self.bodies for event in body["events"]]


class Api:
    """Calls the stand-in as a product would; `json` of the last answer is returned with its status."""

    def __init__(self, world):
        self.client = create_sandbox(world, None).test_client()
        self.headers = {"Authorization": f"Bearer {TOKEN}"}

    def post(self, path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/line/v2/bot/{path}", json=body, headers={**self.headers, **named})

    def get(self, path):
        return self.client.get(f"/line/v2/bot/{path}", headers=self.headers)

    def reply(self, token, *texts):
        return self.post("message/reply", {"replyToken": token, "messages": [*map(text, texts or ("ok",))]})

    def push(self, to, *texts, key=None):
        headers = {"X_Line_Retry_Key": key} if key else {}
        return self.post("message/push", {"to": to, "messages": [*map(text, texts or ("ok",))]}, **headers)


def text(words):
    return {"type": "text", "text": words}
