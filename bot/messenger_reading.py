"""Messenger's webhook events as data, one by one: every item of every `entry[].messaging[]`. Frameworks that take only
the first one lose what citizens say. Kinds and forms: Messenger Platform, "Webhook events".

One message may carry several pictures. The inbox keeps a row for each (`mid`, `mid#2`, …), as other platforms send
them, so that each is fetched, kept and tried again by itself; together they are an album.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import structlog

from bot.channel import Chat, Echo, Media, Reading, Received
from bot.reading import as_dict, as_list, as_text, believed, clean, digest, is_number, moment, parsed, unreadable
from flows.events import Album, Edited, Event, Followed, Pressed, SentPlace, SentSticker, SentUnusable, Typed
from models.conversation import lane_of

NAME = "messenger"
#: Of the 24 hours after somebody wrote: what is sent at the end must still arrive within them.
WINDOW = timedelta(hours=24) - timedelta(minutes=5)
#: The payload of the button with which a chat begins, and what stands before the words of a button that says something.
GET_STARTED, SAYS = "GET_STARTED", "say:"
#: What somebody does; the other kinds (delivery, read, reaction, …) change nothing for us.
_KINDS = ("message", "message_edit", "postback", "referral")
_MEDIA = ("image", "file", "video", "audio")
_PSID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_METADATA = re.compile(r"rapruang:([0-9a-f-]{36}):(\d{1,3})/(\d{1,3})")
#: Below this it can only be seconds (as milliseconds it would be 2001), although Meta says milliseconds.
_MILLISECONDS = 10**12

log = structlog.get_logger()

Item = dict[str, Any]


def metadata(key: str, part: int, of: int) -> str:
    """What our own message carries, for its echo to bring back."""
    return f"rapruang:{key}:{part}/{of}"


def envelope(body: bytes, page: str) -> list[Received]:
    """What people did to this page in a genuine request. What cannot be read is kept as such and never refused: Meta
    would send the same bytes again until it gave the page's webhook up."""
    try:
        entries = parsed(body)["entry"]
    except (ValueError, KeyError, TypeError) as error:
        return [unreadable(NAME, body, f"no entries: {type(error).__name__}")]
    if not isinstance(entries, list):
        return [unreadable(NAME, body, "no entries: not a list")]
    mine = [as_dict(entry) for entry in entries if as_text(as_dict(entry).get("id")) == page]
    if len(mine) < len(entries):
        log.warning("webhook_for_another_page", entries=len(entries) - len(mine))
    return [
        received
        for entry in mine
        for field in ("messaging", "standby")
        for item in as_list(entry.get(field))
        for received in _received(item, standby=field == "standby")
    ]


def _received(item: object, *, standby: bool) -> Iterator[Received]:
    if not isinstance(item, dict):
        yield unreadable(NAME, json.dumps(item).encode(), "an event that is not an object")
        return
    kind = next((kind for kind in _KINDS if kind in item), None)
    if kind is None:
        return
    event_id, psid = _event_id(item, kind), _psid(item)
    lane = lane_of(NAME, psid or "?" + event_id)
    if _echo(as_dict(item.get("message"))):  # of a message that is still with its sender: it waits for nobody
        lane += "#echo"
    for number, (part, album) in enumerate(_parts(item), 1):
        kept = {"item": part, "standby": standby, "album": album}
        yield Received(
            event_id=event_id if number == 1 else f"{event_id}#{number}",
            lane=lane,
            payload=json.dumps(kept),
            happened_at=_moment(item),
            slow=bool(psid) and not standby and _fetchable(part),
        )


def _event_id(item: Item, kind: str) -> str:
    """Known by Meta's own id where it gives one; else by who did what and when."""
    told = as_dict(item[kind])
    mid = as_text(told.get("mid"))
    if kind == "message_edit":
        mid = mid and f"{mid}:{told.get('num_edit')}"
    if not 0 < len(mid) <= 255 or clean(mid) != mid:
        what = told if kind == "message" else told.get("payload") or told.get("ref")
        return digest(json.dumps([kind, _psid(item), item.get("timestamp"), what], sort_keys=True).encode())
    return ("echo:" if told.get("is_echo") else "" if kind == "message" else f"{kind}:") + mid


def _parts(item: Item) -> list[tuple[Item, list[int] | None]]:
    """The item once for each thing that it says: its text, each attachment. With it, if that is a picture among others,
    its place among them."""
    message = as_dict(item.get("message"))
    attachments = [as_dict(one) for one in as_list(message.get("attachments"))]
    said = [one for one in attachments if one.get("type") in (*_MEDIA, "location")]
    if message.get("is_echo") or "quick_reply" in message or any(_is_sticker(one) for one in attachments):
        return [(item, None)]
    pictures = [one for one in said if one.get("type") == "image"]
    if len(said) + bool(message.get("text")) < 2:
        return [(item, None)]
    bare = {key: value for key, value in message.items() if key not in ("text", "attachments")}
    texts = [{**bare, "text": message["text"]}] if message.get("text") else []
    parts: list[tuple[Item, list[int] | None]] = [({**item, "message": text}, None) for text in texts]
    for one in said:
        among = len(pictures) > 1 and one.get("type") == "image"
        place = [next(n for n, picture in enumerate(pictures, 1) if picture is one), len(pictures)] if among else None
        parts.append(({**item, "message": {**bare, "attachments": [one]}}, place))
    return parts


def reading(payload: str, arrived_at: datetime, oldest: timedelta) -> Reading:
    """One event in our words; see `bot.channel.Channel.read` and `bot.reading.believed`."""
    kept = as_dict(json.loads(payload))
    item, psid = as_dict(kept.get("item")), _psid(as_dict(kept.get("item")))
    at = believed(_moment(item), arrived_at, oldest)
    if kept.get("standby") or not psid:  # in standby somebody else holds the thread: read, never answered
        return Reading(chat=None, at=at)
    chat, message = Chat(NAME, "person", psid), as_dict(item.get("message"))
    if message.get("is_echo"):
        echo = _echo(message)
        return Reading(chat=chat, echo=echo, sign="" if echo else "officer", at=at)
    media = _media(item, kept.get("album"))
    return Reading(
        chat=chat,
        speaker=psid,
        event=None if media else _event(item, at),
        media=media,
        window_until=None if "message_edit" in item else at + WINDOW,
        at=at,
    )


def _echo(message: Mapping[str, Any]) -> Echo | None:
    """Which message of ours this is; None if an officer wrote it (or a machine of Meta's in the page's name)."""
    ours = _METADATA.fullmatch(as_text(message.get("metadata")))
    return Echo(ours[1], int(ours[2]), int(ours[3])) if ours else None


def _event(item: Item, at: datetime) -> Event:
    if "message" in item:
        return _message(as_dict(item["message"]), at)
    if "message_edit" in item:
        edit = as_dict(item["message_edit"])
        return Edited(clean(edit.get("mid")), clean(edit.get("text")), at)
    postback = as_dict(item.get("postback"))
    pressed = clean(postback.get("payload"))
    if "referral" in item:  # a link to this chat was followed, and the chat was there already
        return Followed(at, again=True, reference=_reference(item))
    return Followed(at, reference=_reference(postback)) if pressed == GET_STARTED else _pressed(pressed, at, "")


def _reference(told: Mapping[str, Any]) -> str:
    return clean(as_dict(told.get("referral")).get("ref"))[:100]


def _pressed(payload: str, at: datetime, mid: str) -> Event:
    return Typed(payload.removeprefix(SAYS), at, mid) if payload.startswith(SAYS) else Pressed(payload, at)


def _message(message: Mapping[str, Any], at: datetime) -> Event:
    text, mid = clean(message.get("text")), clean(message.get("mid"))
    payload = as_dict(message.get("quick_reply")).get("payload")
    if isinstance(payload, str):
        return _pressed(clean(payload), at, mid)
    if text:
        return Typed(text, at, mid)
    shared = next((as_dict(one) for one in as_list(message.get("attachments"))), {})
    link = _link(shared)
    match shared.get("type"):
        case "location":
            return _place(as_dict(as_dict(shared.get("payload")).get("coordinates")), at)
        case "video" | "audio" as what if not _is_sticker(shared):
            return SentUnusable(what, at)
        case "image" | "file" if not _is_sticker(shared):  # without an address to fetch it from
            return SentUnusable("gone", at)
        case "fallback" if link:  # a page or map that was shared: its address is words, and is never fetched
            return Typed(link, at, mid)
    return SentSticker(at)


def _place(point: Mapping[str, Any], at: datetime) -> Event:
    latitude, longitude = point.get("lat"), point.get("long")
    if not (is_number(latitude, 90) and is_number(longitude, 180)):
        return SentSticker(at)
    return SentPlace(float(latitude), float(longitude), at)  # type: ignore[arg-type]


def _is_sticker(attachment: Mapping[str, Any]) -> bool:
    """As of 30 August 2026 of a type of its own; before, an image with a number."""
    return attachment.get("type") == "sticker" or "sticker_id" in as_dict(attachment.get("payload"))


def _link(attachment: Mapping[str, Any]) -> str:
    url = clean(as_dict(attachment.get("payload")).get("url")) or clean(attachment.get("url"))
    return url if re.fullmatch(r"https?://[^\s/]\S{0,2000}", url) else ""


def _fetchable(item: Item) -> bool:
    return _media(item, None) is not None


def _media(item: Item, album: Any) -> Media | None:
    """Content to be fetched: pictures and files. Video and sound are declined without fetching them."""
    message = as_dict(item.get("message"))
    attachments = [as_dict(one) for one in as_list(message.get("attachments"))]
    if len(attachments) != 1 or message.get("text") or message.get("is_echo") or "quick_reply" in message:
        return None
    (one,) = attachments
    what, link, mid = one.get("type"), _link(one), clean(message.get("mid"))
    if what not in ("image", "file") or not link or _is_sticker(one):
        return None
    name = clean(unquote(re.split(r"[?#]", link)[0].rpartition("/")[2]))[:255] if what == "file" else ""
    among = Album(mid, *album) if album else None
    own_id = f"{mid}#{among.index}" if among and among.index > 1 else mid  # a message id names one file
    return Media(link, what, name=name, album=among, message_id=own_id)


def _psid(item: Item) -> str:
    """The person's id within this page; "" if there is none. An echo goes from the page to the person."""
    end = "recipient" if as_dict(item.get("message")).get("is_echo") else "sender"
    psid = as_text(as_dict(item.get(end)).get("id"))
    return psid if _PSID.fullmatch(psid) else ""


def _moment(item: Item) -> datetime | None:
    stamp = item.get("timestamp")
    if isinstance(stamp, str) and re.fullmatch(r"\d{1,16}", stamp):
        stamp = int(stamp)
    seconds = isinstance(stamp, int | float) and abs(stamp) < _MILLISECONDS
    return moment(stamp, 1 if seconds else 1000)
