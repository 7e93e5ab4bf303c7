"""LINE's webhook events as data, one by one. The SDK's parser is not used: it loses a whole batch over one odd event,
and the message, token and sender of any event that carries less or more than it knows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channel import Chat, Media, Reading, Received, Sign
from bot.reading import as_dict, as_text, believed, clean, digest, is_number, moment, parsed, unreadable
from flows.events import (
    Album,
    Edited,
    Event,
    Followed,
    Pressed,
    SentPlace,
    SentSticker,
    SentUnusable,
    Typed,
    Unsent,
)
from models.conversation import lane_of

NAME = "line"
_EVENT_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_CHATS = {"user": ("person", "userId"), "group": ("group", "groupId"), "room": ("room", "roomId")}


def envelope(body: bytes) -> list[Received]:
    """The events of a genuine request. What cannot be read is kept as such, never dropped and never refused: LINE would
    only send the same bytes again."""
    try:
        events = parsed(body)["events"]
    except (ValueError, KeyError, TypeError) as error:
        return [unreadable(NAME, body, f"no events: {type(error).__name__}")]
    if not isinstance(events, list):
        return [unreadable(NAME, body, "no events: not a list")]
    return [_received(event) for event in events]


def _received(event: object) -> Received:
    payload = json.dumps(event)
    if not isinstance(event, dict):
        return unreadable(NAME, payload.encode(), "an event that is not an object")
    event_id = event.get("webhookEventId")
    if not isinstance(event_id, str) or not _EVENT_ID.fullmatch(event_id):
        event_id = digest(payload.encode())
    chat = _chat(event)
    return Received(
        event_id=event_id,
        lane=lane_of(NAME, chat.address if chat else "?" + event_id),
        payload=payload,
        happened_at=moment(event.get("timestamp"), 1000),
        slow=chat is not None and chat.kind == "person" and _media(as_dict(event.get("message"))) is not None,
    )


def reading(payload: str, arrived_at: datetime, oldest: timedelta) -> Reading:
    """One event in our words; see `bot.channel.Channel.read`. A time older than `oldest`, or ahead of our own clock, is
    not believed: the event counts as sent when it arrived."""
    event = as_dict(json.loads(payload))
    at = believed(moment(event.get("timestamp"), 1000), arrived_at, oldest)
    chat = _chat(event)
    if event.get("mode") == "standby":  # another system holds this chat: LINE forbids answering
        return Reading(chat=None, at=at)
    said = event.get("type") == "message" and chat is not None and chat.kind == "person"
    media = _media(as_dict(event.get("message"))) if said else None  # what a group shares is none of our business
    return Reading(
        chat=chat,
        speaker=as_text(as_dict(event.get("source")).get("userId")) or None,
        token=clean(event.get("replyToken")) or None,
        event=None if media else _event(event, at),
        media=media,
        sign=_sign(event),
        at=at,
    )


def _sign(event: Mapping[str, Any]) -> Sign:
    signs: dict[str, Sign] = {"join": "joined", "leave": "left", "unfollow": "blocked"}
    return signs.get(as_text(event.get("type")), "")


def _event(event: Mapping[str, Any], at: datetime) -> Event | None:
    match event.get("type"):
        case "message":
            return _message(as_dict(event.get("message")), at)
        case "postback":
            return Pressed(clean(as_dict(event.get("postback")).get("data")), at)
        case "follow":
            return Followed(at, again=as_dict(event.get("follow")).get("isUnblocked") is True)
        case "unsend":
            return Unsent(clean(as_dict(event.get("unsend")).get("messageId")), at)
        case "messageEdited":
            message = as_dict(event.get("message"))
            return Edited(clean(message.get("id")), clean(message.get("text")), at)
    return None


def _message(message: Mapping[str, Any], at: datetime) -> Event:
    match message.get("type"):
        case "text":
            return Typed(clean(message.get("text")), at, clean(message.get("id")))
        case "location":
            return _place(message, at)
        case "video":
            return SentUnusable("video", at)
        case "audio":
            return SentUnusable("audio", at)
        case "image" | "file":  # not on LINE's own servers (sent by a web page within LINE)
            return SentUnusable("gone", at, name=clean(message.get("fileName")))
    return SentSticker(at)


def _place(message: Mapping[str, Any], at: datetime) -> Event:
    latitude, longitude = message.get("latitude"), message.get("longitude")
    if not (is_number(latitude, 90) and is_number(longitude, 180)):
        return SentSticker(at)
    title, address = clean(message.get("title")), clean(message.get("address"))
    return SentPlace(float(latitude), float(longitude), at, title, address)  # type: ignore[arg-type]


def _media(message: Mapping[str, Any]) -> Media | None:
    """Content to be fetched from LINE: pictures and files. Video and sound are declined without fetching them."""
    what, reference = message.get("type"), as_text(message.get("id"))
    provider = as_dict(message.get("contentProvider")).get("type", "line")
    if what not in ("image", "file") or provider != "line" or not re.fullmatch(r"[0-9A-Za-z_-]+", reference):
        return None
    size = message.get("fileSize")
    return Media(
        reference,
        what,
        name=clean(message.get("fileName"))[:255],
        size=size if isinstance(size, int) and size >= 0 else None,
        album=_album(as_dict(message.get("imageSet"))),
    )


def _album(image_set: Mapping[str, Any]) -> Album | None:
    """LINE for old Android gives the id alone, without index and total; then each picture stands for itself."""
    index, total = image_set.get("index"), image_set.get("total")
    if not (isinstance(index, int) and isinstance(total, int) and 1 <= index <= total):
        return None
    return Album(clean(image_set.get("id")), index, total)


def _chat(event: Mapping[str, Any]) -> Chat | None:
    source = as_dict(event.get("source"))
    kind, key = _CHATS.get(as_text(source.get("type")), ("", ""))
    address = as_text(source.get(key)) if key else ""
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", address):
        return None
    return Chat(NAME, kind, address)  # type: ignore[arg-type]
