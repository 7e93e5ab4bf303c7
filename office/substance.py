"""สาระของเรื่อง: what a case says, in the words of whoever brought it, as the officers who may open it read it.

Who brought it is not among them, and identity numbers are masked (A22, OFFICE_RULES §6.2).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.checks import without_ids
from flows.thai import thai_date
from models import document, petition
from models.db import Tx

_WITHDRAWN = "ผู้ส่งยกเลิกข้อความนี้แล้ว"


@dataclass(frozen=True)
class Substance:
    """`answers`: (key, question, answer) of a petition; `words`: what was added after the filing, row by row."""

    answers: Sequence[Sequence[str]] = ()
    words: Sequence[Mapping[str, Any]] = ()


def read(tx: Tx, case_id: int) -> Substance:
    """What is kept beside the case's own row."""
    asked = petition.of_case(tx, case_id)
    words = [dict(row) for row in document.words_of(tx, case_id)]
    return Substance(json.loads(asked["answers"]) if asked else (), words)


def lines(case: Mapping[str, Any], said: Substance) -> Iterator[str]:
    """Line by line; the paragraphs of a text stay apart."""
    yield from _told("สถานที่", " ".join(filter(None, (case["spot_words"], case["spot_link"]))))
    yield from _told("รายละเอียด", "" if said.answers else case["details"])  # of a petition the same in one piece
    yield from _told("พยานหลักฐาน", case["evidence"])
    for _, question, answer in said.answers:
        yield from _told(question, answer)
    for row in said.words:
        when = thai_date(row["added_at"], short=True)
        if row["withdrawn"]:
            yield f"เพิ่มเติมเมื่อ {when}: {_WITHDRAWN}"
        else:
            yield from _told(f"เพิ่มเติมเมื่อ {when}", row["text"])


def _told(title: str, text: str) -> Iterator[str]:
    first, *others = without_ids(text).splitlines() or [""]
    if first or others:
        yield f"{title}: {first}"
        yield from filter(None, others)
