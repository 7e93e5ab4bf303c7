"""What becomes of a well-formed send of the product: whom it may reach, when, and with which messaging type."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.acts import Upload
from sandbox.messenger import errors
from sandbox.messenger.errors import parameter
from sandbox.messenger.judge import Judge
from sandbox.messenger.people import Account, Accounts, Media
from sandbox.messenger.templates import Templates
from sandbox.state import Content, Entry, State

WINDOW = timedelta(hours=24)  # after the person's last message, postback or m.me click
HUMAN_WINDOW = timedelta(days=7)  # for what a person of the page wrote, with the HUMAN_AGENT tag
TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
TAGS = ("HUMAN_AGENT",)  # all others were retired on 2026-04-27: code 100
LARGEST = 25 * 1024 * 1024  # bytes of an attachment
ACTIONS = ("typing_on", "typing_off", "mark_seen", "react", "unreact")
TYPING = timedelta(seconds=20)
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")

Json = dict[str, Any]


@dataclass
class Rights:
    """What the page may: Meta grants each after a review. `restricted`: it may send nothing for a while."""

    human_agent: bool = False
    utility: bool = False
    restricted: bool = False


class MetaPlatform:
    """`judge` gives the judge of one request; `sent` is told of every bubble that the page has put into a thread."""

    def __init__(
        self, state: State, accounts: Accounts, media: Media, now: Callable[[], datetime], sent: Callable[[Entry], None]
    ) -> None:
        self._state, self._accounts, self._media, self._now, self._sent = state, accounts, media, now, sent
        self.rights = Rights()
        self.templates = Templates(state, now)

    def window_ends(self, account: Account) -> datetime:
        return datetime.fromtimestamp(account.wrote, self._now().tzinfo) + WINDOW

    def send(self, body: Mapping[str, Any], judge: Judge, upload: Upload | None = None) -> Json:
        """Raises GraphError; what is refused has left no trace."""
        with self._state.lock:
            kind = self._kind(body)
            message = judge.message(body.get("message"), has_file=upload is not None)
            account = self._reachable(body.get("recipient"))
            self._check_window(account, kind, message)
            shown = self._shown(message, upload)
            entry = self._bubble(account, shown, kind)
            answer = {"recipient_id": account.id, "message_id": entry.id}
            payload = shown.get("attachment", {}).get("payload", {})
            if payload.get("is_reusable"):
                answer["attachment_id"] = self._media.upload(shown["attachment"])
        self._sent(entry)
        return answer

    def act(self, body: Mapping[str, Any]) -> Json:
        """A sender action: goes alone, and is refused where a message would be."""
        action = body["sender_action"]
        if action not in ACTIONS:
            raise parameter(f"Param sender_action must be one of {{{', '.join(ACTIONS)}}}")
        if "message" in body:
            raise parameter("sender_action must be sent without a message")
        with self._state.lock:
            account = self._reachable(body.get("recipient"))
            if self._now() >= self.window_ends(account):
                raise errors.outside_window()
            if action.startswith("typing"):
                self._state.typing[account.id] = self._now() + (TYPING if action == "typing_on" else timedelta())
                self._state.touch()
        return {"recipient_id": account.id}

    def keep_attachment(self, given: Any, judge: Judge, upload: Upload | None) -> str:
        """An attachment to be sent later; its id lives 90 days."""
        if not isinstance(given, dict) or given.keys() != {"attachment"}:
            raise parameter("Param message must have an attachment")
        attachment = judge.attachment(given["attachment"], has_file=upload is not None)
        if attachment["type"] == "template" or "attachment_id" in attachment["payload"]:
            raise parameter("Param message[attachment] must be a file")
        return self._media.upload(self._shown({"attachment": attachment}, upload)["attachment"])

    def profile(self, psid: str, fields: list[str]) -> Json:
        account = self._accounts.find(psid)
        if account is None or account.gone:
            raise errors.no_such_object(psid)
        if account.nameless:
            raise parameter("The user's profile is not available", 2018218)
        first, _, last = account.name.partition(" ")
        known = {"id": psid, "first_name": first, "last_name": last, "name": account.name, "profile_pic": ""}
        if unknown := [field for field in fields if field not in known]:
            raise parameter(f"Tried accessing nonexisting field ({unknown[0]}) on node type (User)")
        return {field: known[field] for field in dict.fromkeys([*fields, "id"])}

    def _kind(self, body: Mapping[str, Any]) -> str:
        kind = body.get("messaging_type")
        if kind not in TYPES:
            raise parameter(f"Param messaging_type must be one of {{{', '.join(TYPES)}}}")
        if kind == "MESSAGE_TAG" and body.get("tag") not in TAGS:
            raise parameter("Invalid parameter")
        if kind != "MESSAGE_TAG" and body.get("tag"):
            raise parameter("Param tag goes with messaging_type MESSAGE_TAG")
        return str(kind)

    def _reachable(self, recipient: Any) -> Account:
        if not isinstance(recipient, dict) or recipient.keys() != {"id"} or not isinstance(recipient["id"], str):
            raise parameter("Param recipient must be a JSON object with an id")
        account = self._accounts.find(recipient["id"])
        if account is None or account.gone:
            raise errors.no_such_user()
        if self.rights.restricted:
            raise errors.restricted()
        if account.blocked:
            raise errors.unavailable()
        return account

    def _check_window(self, account: Account, kind: str, message: Json) -> None:
        since = self._now() - datetime.fromtimestamp(account.wrote, self._now().tzinfo)
        if ("template" in message) != (kind == "UTILITY"):
            raise parameter("A template goes with messaging_type UTILITY, and UTILITY with a template")
        if kind == "UTILITY":
            if not self.rights.utility:
                raise errors.no_permission()
        elif kind == "MESSAGE_TAG":
            if not self.rights.human_agent:
                raise errors.no_permission()
            if since > HUMAN_WINDOW:
                raise errors.outside_window()
        elif since >= WINDOW:
            raise errors.outside_window()

    def _shown(self, message: Json, upload: Upload | None) -> Json:
        """The message as the person's telephone gets it: templates filled in, attachments with an address."""
        if "template" in message:
            return {"text": self.templates.filled(message["template"]), **_metadata(message)}
        attachment = message.get("attachment")
        if attachment is None or attachment["type"] == "template":
            return message
        payload = attachment["payload"]
        if upload:
            _check_file(attachment["type"], upload)
            payload = {**payload, "url": self._keep(attachment["type"], upload)}
        elif "attachment_id" in payload:
            kept = self._media.uploaded(payload["attachment_id"])
            if kept is None or kept["type"] != attachment["type"]:
                raise parameter("Invalid Attachment ID", 2018074)
            payload = {"url": kept["payload"]["url"]}
        return {**message, "attachment": {"type": attachment["type"], "payload": payload}}

    def _keep(self, kind: str, upload: Upload) -> str:
        content = Content(f"g{secrets.token_hex(8)}", kind, upload.type, upload.name)
        return self._media.keep(content, upload.data)

    def _bubble(self, account: Account, message: Json, kind: str) -> Entry:
        self._state.typing.pop(account.id, None)
        via: Any = kind
        entry = Entry(new_mid(), account.id, self._now().isoformat(), "office", "bot", message, via=via)
        self._state.save_entry(entry)
        return entry


def new_mid() -> str:
    """A message id in Meta's look."""
    return "m_" + secrets.token_urlsafe(66)


def _metadata(message: Json) -> Json:
    return {"metadata": message["metadata"]} if "metadata" in message else {}


def _check_file(kind: str, upload: Upload) -> None:
    real = upload.type or mimetypes.guess_type(upload.name)[0] or ""
    wrong_picture = kind == "image" and real not in _PICTURES
    if not upload.data or len(upload.data) > LARGEST or wrong_picture:
        raise parameter("Upload attachment failure.", 2018047)
