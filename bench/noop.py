"""What the web server and Flask cost by themselves: a door behind which nothing happens."""

from __future__ import annotations

from flask import Flask, Response, request

app = Flask(__name__, static_folder=None)


@app.post("/webhooks/line")
def nothing() -> Response:
    request.get_data(cache=False)
    return Response(status=200, content_type="text/plain")
