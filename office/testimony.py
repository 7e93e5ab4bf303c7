"""What a fork of the examining room wrote down and made. It has read a stranger's bytes, which may have taken it over:
nothing it says is believed unread, and nothing it says can be more than wrong."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, get_args

from flows.events import Trouble
from models.files import Store, TooLarge
from office.examined import FINDINGS, HINTS, OUTCOMES, Examined, Signature

_LARGEST_RESULT, _LARGEST_COPY, _MOST_PREVIEWS = 1 << 20, 200_000_000, 10
_COPY = re.compile(r"[a-z]+(-\d)?\.(jpg|png|pdf)")
#: What it says instead of a copy's name, if the file is its own.
_SAME = "same"


def facts_in(path: Path) -> dict[str, Any]:
    """The result as it was written down; that the file cannot be read, if that is none."""
    try:
        with plain_file(path) as file:
            facts = json.loads(file.read(_LARGEST_RESULT))
    except (OSError, ValueError, RecursionError):
        return {"reason": "unreadable"}
    return facts if isinstance(facts, dict) else {"reason": "unreadable"}


def examined(kind: str, facts: Mapping[str, Any]) -> Examined:
    """These facts about a file of this kind, without copies; an unreadable file, if they make no sense."""
    try:
        seen = Examined.from_data(
            {
                **facts,
                "kind": kind,
                "findings": sorted(FINDINGS.keys() & set(facts.get("findings", ()))),
                "hints": [hint for hint in HINTS if hint in facts.get("hints", ())],
                "clean": "",
                "previews": (),
                "scan": "unscanned",
                "trust": "",
            }
        )
        return seen if _makes_sense(seen) else Examined(kind, "unreadable")
    except (TypeError, ValueError):
        return Examined(kind, "unreadable")


def _makes_sense(seen: Examined) -> bool:
    counts = (seen.pages, seen.width, seen.height)
    known = seen.reason == "" or seen.reason in get_args(Trouble)
    return known and all(isinstance(count, int) for count in counts) and all(map(_is_one, seen.signatures))


def _is_one(signature: Signature) -> bool:
    """Raises TypeError or ValueError instead, where words are none."""
    words = (signature.why, signature.root, signature.signer, signature.organisation, signature.issuer)
    " ".join((*words, signature.until, signature.claimed)).encode()
    for moment in filter(None, (signature.until, signature.claimed)):
        datetime.fromisoformat(moment)
    return signature.outcome in OUTCOMES and isinstance(signature.signed_bytes, int)


def copies(files: Store, scratch: Path, facts: Mapping[str, Any], sha256: str) -> tuple[str, tuple[str, ...]]:
    """The clean copy ("" if it made none) and the previews, kept; by their SHA-256. `sha256`: the file's own."""
    clean, previews = facts.get("clean"), facts.get("previews")
    copy = sha256 if clean == _SAME else _kept(files, scratch, clean)
    named = previews[:_MOST_PREVIEWS] if isinstance(previews, list) else []
    shown = (copy if name == clean else _kept(files, scratch, name) for name in named)
    return copy, tuple(filter(None, shown))


def _kept(files: Store, scratch: Path, name: object) -> str:
    if not isinstance(name, str) or not _COPY.fullmatch(name):
        return ""
    try:
        file = plain_file(scratch / name)
    except OSError:
        return ""
    with file, suppress(TooLarge):
        return files.keep(iter(lambda: file.read(1 << 20), b""), _LARGEST_COPY).sha256
    return ""


def plain_file(path: Path) -> BinaryIO:
    """A file that is where it seems to be and no link, for reading. Raises OSError."""
    return open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK))
