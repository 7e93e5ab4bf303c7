"""The doors for the platforms: check the signature, keep the events, answer 200. Nothing else happens here, so a slow
platform never delays a webhook (LINE waits two seconds, then counts it as a time-out)."""

from __future__ import annotations

from functools import partial

import structlog
from flask import Blueprint, Response, request

from bot.channel import Channel, NotGenuine, Received
from handlers.wiring import Wiring
from models.inbox import NewArrival

log = structlog.get_logger()

#: A notification of over 300 KB has been seen from a platform; more than this is not one.
LONGEST_BODY = 1024 * 1024


def webhooks(wiring: Wiring) -> Blueprint:
    """`POST /webhooks/NAME` of each channel that is on: 200 once stored, 403 without a good signature, 413 above 1 MiB,
    503 if not stored. `GET /webhooks/messenger`: Meta's handshake, 403 with a wrong token."""
    doors = Blueprint("webhooks", __name__)
    for name in wiring.channels:
        doors.add_url_rule(f"/webhooks/{name}", f"receive_{name}", partial(_receive, wiring, name), methods=["POST"])
    if "messenger" in wiring.channels:
        doors.add_url_rule("/webhooks/messenger", "shake_hands", partial(_shake_hands, wiring.channels["messenger"]))
    return doors


def _shake_hands(channel: Channel) -> Response:
    try:
        return Response(channel.shake_hands(request.args), content_type="text/plain")
    except NotGenuine:
        log.warning("handshake_not_genuine", channel=channel.name)
        return _answer(403)


def _receive(wiring: Wiring, name: str) -> Response:
    channel = wiring.channels[name]
    try:
        received = channel.open(request.headers, request.get_data(cache=False))
    except NotGenuine:
        log.warning("webhook_not_genuine", channel=name)
        return _answer(403)
    try:
        wiring.inbox.store([_arrival(name, event) for event in received], wiring.now())
    except Exception:  # whatever it was, the platform keeps the events and sends them again
        log.exception("webhook_not_stored", channel=name, events=len(received))
        return _answer(503)
    return _answer(200)


def _arrival(channel: str, event: Received) -> NewArrival:
    return NewArrival(channel=channel, **vars(event))


def _answer(status: int) -> Response:
    return Response(status=status, content_type="text/plain")
