"""แฟ้มเรื่อง: a case and its papers as the staff open them, in one PDF with a sheet in front that says what was found. A
letter that is no case is opened the same way.

The sheet says what the matter is, and never who brought it. Where that is withheld (A22) it names no file either, and
nobody who signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.thai import thai_date, thai_moment
from models import case, document, petition, register
from models.db import Tx
from models.files import Stored
from office import audit, substance
from office.examined import Examined
from office.substance import Substance
from office.workflow import STATUSES
from services.office import Office

OTHERS = "รูปและไฟล์ประกอบ"
PAGES = "สำเนาหนังสือ"
_STATES = {"later": "ผู้ยื่นแจ้งว่าจะส่งทีหลัง", "wanted": "ขอให้แก้ไข", "sent": "", "good": "ตรวจรับแล้ว"}
_WITHDRAWN = "ผู้ส่งยกเลิกการส่งแล้ว จึงไม่ได้รวมไว้"
_REFUSED = "ไม่ผ่านการตรวจไฟล์ จึงไม่ได้รวมไว้"
MISSING = "ไม่พบไฟล์ในที่เก็บ จึงไม่ได้รวมไว้"
_WITHHELD = "เรื่องนี้ปกปิดผู้แจ้ง ใบปะหน้าจึงไม่แสดงชื่อไฟล์และชื่อผู้ลงนาม"


@dataclass(frozen=True)
class Sheet:
    """One file in the binder: the copy that others may see ("" if there is nothing to show), and what is said of it."""

    sha256: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    title: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class Binder:
    """What is to be bound, in this order. `cover`: a heading and lines; () for none."""

    title: str
    cover: tuple[str, ...]
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class CaseFile:
    """The case as it stands: its row, its files in the order they came, the papers that its service asks for, and what
    it `said`."""

    case: Mapping[str, Any]
    files: Sequence[Mapping[str, Any]]
    papers: Sequence[Mapping[str, Any]]
    said: Substance = field(default_factory=Substance)

    def to_examine(self) -> list[Stored]:
        """The files that are shown, if they are found sound."""
        return [_stored(file) for file in self.files if not file["withdrawn"]]


@dataclass(frozen=True)
class LetterFile:
    """A letter as it was entered: its line in the register with the `year`, its pages in the order they came."""

    entry: Mapping[str, Any]
    pages: Sequence[Mapping[str, Any]]

    def to_examine(self) -> list[Stored]:
        """The pages, which are shown if they are found sound."""
        return [_stored(page) for page in self.pages]


def opened(tx: Tx, case_id: int, by: str, paper: str, now: datetime) -> CaseFile:
    """The case file, whose opening is noted: `by` whom, and which `paper` of it ("": all). Raises LookupError."""
    if case.lock(tx, case_id) is None or (row := case.by_id(tx, case_id)) is None:
        raise LookupError(case_id)
    audit.note(tx, by, "opened", f"casefile:{case_id}", None, {"paper": paper}, now)
    files, papers = document.files_of(tx, case_id), petition.papers_of(tx, case_id)
    said = substance.read(tx, case_id)
    return CaseFile(row, [dict(file) for file in files], [dict(paper) for paper in papers], said)


def letter_opened(tx: Tx, entry_id: int, by: str, now: datetime) -> LetterFile:
    """The same of a letter that is no case. Raises LookupError if there is none."""
    register.lock_entry(tx, entry_id)
    entry = register.entry_by_id(tx, entry_id)
    if entry is None or entry["case_id"] is not None:
        raise LookupError(entry_id)
    audit.note(tx, by, "opened", f"letterfile:{entry_id}", None, None, now)
    return LetterFile(dict(entry), [{**page, "withdrawn": False} for page in document.pages_of(tx, entry_id)])


def whole(office: Office, file: CaseFile, seen: Mapping[str, Examined]) -> Binder:
    """Everything, behind a cover. `seen`: what was found, by the file's own SHA-256; what is not kept any more is not
    in it."""
    named = {paper["key"]: paper for paper in file.papers}
    keys = [*named, *dict.fromkeys(_key(each) for each in file.files if _key(each) not in named)]
    papers = tuple(Paper(_title(named.get(key)), tuple(_sheets(file, key, seen, named))) for key in keys)
    return Binder(_number(file), tuple(_cover(office, file)), papers)


def letter(office: Office, file: LetterFile, seen: Mapping[str, Examined]) -> Binder:
    """Its pages, behind a cover."""
    sheets = [_sheet(number, page, seen.get(page["sha256"]), named=True) for number, page in enumerate(file.pages, 1)]
    cover = tuple(_letter_cover(office, file))
    return Binder(cover[0], cover, (Paper(PAGES, tuple(sheets)),) if sheets else ())


def one_paper(file: CaseFile, seen: Mapping[str, Examined], key: str) -> Binder:
    """The pages of one paper and nothing else. Raises LookupError if there is none of them, or one is not kept any
    more."""
    if any(_key(each) == key and each["sha256"] not in seen and not each["withdrawn"] for each in file.files):
        raise LookupError(key)
    named = {paper["key"]: paper for paper in file.papers}
    pages = tuple(sheet for sheet in _sheets(file, key, seen, named) if sheet.sha256)
    if not pages:
        raise LookupError(key)
    title = _title(named.get(key))
    return Binder(f"{title} {_number(file)}", (), (Paper(title, pages),))


def _sheets(
    file: CaseFile, key: str, seen: Mapping[str, Examined], papers: Mapping[str, Mapping[str, Any]]
) -> Iterator[Sheet]:
    if (paper := papers.get(key)) and (state := _state(paper)):
        yield Sheet("", (state,))
    for number, each in enumerate((each for each in file.files if _key(each) == key), 1):
        yield _sheet(number, each, seen.get(each["sha256"]), named=not _withheld(file.case))


def _sheet(number: int, file: Mapping[str, Any], seen: Examined | None, *, named: bool) -> Sheet:
    name = f" {file['name']}" if named and file["name"] else ""
    about = f"ไฟล์ที่ {number}{name} ส่งเมื่อ {thai_date(file['added_at'], short=True)}"
    if file["withdrawn"]:
        return Sheet("", (about, _WITHDRAWN))
    if seen is None:
        return Sheet("", (about, MISSING))
    if seen.reason:
        return Sheet("", (about, _REFUSED))
    said = filter(None, (*seen.for_staff(named=named), seen.legibility()))
    return Sheet(seen.clean or file["sha256"], (about, *said))


def _cover(office: Office, file: CaseFile) -> Iterable[str]:
    row = file.case
    yield _number(file)
    yield office.name
    yield row["subject"]
    yield f"รับเมื่อ {thai_moment(row['received_at'])}"
    yield f"กำหนดเสร็จ {thai_date(row['due'])} · สถานะ {STATUSES[row['status']].title}"
    yield f"หน่วยงาน {row['unit_name']}"
    if _withheld(row):
        yield _WITHHELD
    yield from substance.lines(row, file.said)
    if not file.files:
        yield "ไม่มีไฟล์แนบ"


def _letter_cover(office: Office, file: LetterFile) -> Iterable[str]:
    line = file.entry
    yield f"เลขทะเบียนรับ {line['number']}/{line['year']}"
    yield office.name
    yield line["subject"]
    yield f"ที่ {line['ref']} ลงวันที่ {thai_date(line['dated'])}"
    yield f"จาก {line['from_']} ถึง {line['to_']}"
    yield f"รับเมื่อ {thai_moment(line['received_at'])}"
    yield " · ".join(filter(None, (line["action"], line["status"])))
    if not file.pages:
        yield "ไม่มีไฟล์แนบ"


def _withheld(row: Mapping[str, Any]) -> bool:
    return bool(row["secret"]) or row["identity"] != "open"


def _number(file: CaseFile) -> str:
    return f"เลขรับที่ {file.case['number']}/{file.case['year']}"


def _key(file: Mapping[str, Any]) -> str:
    return file["paper"] or ""


def _title(paper: Mapping[str, Any] | None) -> str:
    return str(paper["title"]) if paper else OTHERS


def _state(paper: Mapping[str, Any]) -> str:
    state = " ".join(filter(None, (_STATES[paper["state"]], paper["reason"])))
    return f"{state} ภายใน {thai_date(paper['due'])}" if paper["due"] else state


def _stored(file: Mapping[str, Any]) -> Stored:
    return Stored(file["sha256"], file["kind"], file["size"])
