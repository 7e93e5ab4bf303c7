"""Files that mean ill meet the examining room: none brings it down, none is called sound that is not."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from flows.events import SentUnusable
from flows.papers import trouble
from models.files import FileStore
from models.vault import Vault
from office.casefile import Binder, Paper, Sheet
from office.examination import Examiner, Limits
from office.examined import Examined
from tests.office import hostile, signing
from tests.office.hostile import EICAR, NOW, Sample, picture, saved, with_place

Look = Callable[[bytes], Examined]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> FileStore:
    return FileStore(tmp_path_factory.mktemp("files"), Vault("secret"))


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Examiner]:
    examiner = Examiner(signing.trust_folder(tmp_path_factory.mktemp("trust")), limits=Limits(seconds=5))
    yield examiner
    examiner.close()


@pytest.fixture(scope="module")
def look(files: FileStore, room: Examiner) -> Look:
    return lambda data: looked(room, files, data)


def looked(examiner: Examiner, files: FileStore, data: bytes) -> Examined:
    stored = files.keep([data], 10**8)
    return examiner.examine(files, stored.sha256, stored.kind, NOW)


@pytest.fixture(scope="module")
def findings(look: Look) -> dict[str, tuple[Sample, Examined]]:
    """The whole corpus, looked at two at a time."""
    with ThreadPoolExecutor(2) as pool:
        corpus = list(hostile.samples())
        return {
            one.name: (one, seen)
            for one, seen in zip(corpus, pool.map(lambda one: look(one.data), corpus), strict=True)
        }


def test_the_corpus_is_found_out(findings: dict[str, tuple[Sample, Examined]]) -> None:
    assert len(findings) >= 60
    wrong = {
        name: (seen.verdict, seen.reason, seen.findings)
        for name, (sample, seen) in findings.items()
        if sample.verdict not in ("?", seen.verdict) or not {*sample.told} <= {seen.reason, *seen.findings}
    }
    assert wrong == {}


def test_what_is_odd_is_never_called_sound(findings: dict[str, tuple[Sample, Examined]]) -> None:
    """Where readers may differ, a person looks or the sender is asked again."""
    odd = {name: seen for name, (sample, seen) in findings.items() if sample.verdict == "?"}
    assert {name for name, seen in odd.items() if seen.verdict == "usable"} <= {"a content of 80 MB"}


def test_whoever_is_refused_hears_what_to_do_instead(findings: dict[str, tuple[Sample, Examined]]) -> None:
    for seen in {seen.reason: seen for _, seen in findings.values() if seen.reason}.values():
        assert "โปรด" in trouble(SentUnusable(seen.reason, NOW))  # type: ignore[arg-type]
        assert (seen.clean, seen.previews) == ("", ())


def test_everything_that_may_be_seen_can_be(findings: dict[str, tuple[Sample, Examined]], files: FileStore) -> None:
    for name, (_, seen) in findings.items():
        if seen.verdict == "usable":
            assert seen.previews, name
            for preview in seen.previews:
                Image.open(io.BytesIO(files.read(preview)), formats=["JPEG", "PNG"]).load()


@pytest.mark.parametrize("name", ["a photo with place and camera", "a HEIC from a phone", "a photo with a comment"])
def test_what_others_see_tells_nothing_of_the_sender(
    findings: dict[str, tuple[Sample, Examined]], files: FileStore, name: str
) -> None:
    sample, seen = findings[name]
    copy = files.read(seen.clean)
    with Image.open(io.BytesIO(copy)) as image:
        assert set(image.getexif()) <= {0x0112}
        assert not {"xmp", "comment"} & set(image.info)
    assert "กล้องของสมชาย".encode() not in copy
    assert b"secret" not in copy
    assert seen.clean != files.keep([sample.data], 10**8).sha256  # the original stays beside it


def test_not_a_pixel_of_a_photo_changes_and_it_stands_upright(look: Look, files: FileStore) -> None:
    data = saved("JPEG", picture((64, 48)), exif=with_place(), icc_profile=b"colours" * 9)
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(files.read(look(data).clean))) as after:
        assert before.tobytes() == after.tobytes()
        assert after.getexif()[0x0112] == 6
        assert after.info["icc_profile"] == b"colours" * 9


def test_a_scan_of_several_pages_becomes_a_pdf_of_as_many(
    findings: dict[str, tuple[Sample, Examined]], files: FileStore
) -> None:
    _, seen = findings["a scan of three pages"]
    with pikepdf.open(io.BytesIO(files.read(seen.clean))) as pages:
        assert len(pages.pages) == seen.pages == 3


def test_facts_survive_being_kept(findings: dict[str, tuple[Sample, Examined]]) -> None:
    for _, seen in findings.values():
        assert Examined.from_data(seen.to_data()) == seen


# --- what the room is worth ---


def test_a_room_that_falls_over_is_too_heavy_a_file_and_the_next_one_is_seen(files: FileStore, tmp_path: Path) -> None:
    """What it writes bursts its limit: the kernel ends it, as it does when the time is over."""
    small = Examiner(tmp_path, limits=Limits(written=100), seats=1)
    wide = Examiner(tmp_path, seats=1)
    try:
        assert looked(small, files, saved("PNG")).reason == "too_heavy"
        assert looked(small, files, b"\xff\xd8\xff").verdict == "refused"
        assert looked(wide, files, saved("PNG")).verdict == "usable"
    finally:
        small.close()
        wide.close()


def test_a_picture_beyond_the_memory_is_too_heavy(files: FileStore, tmp_path: Path) -> None:
    narrow = Examiner(tmp_path, limits=Limits(memory=20_000_000), seats=1)
    try:
        seen = looked(narrow, files, saved("PNG", Image.new("L", (7000, 7000))))
        assert (seen.verdict, seen.reason) == ("refused", "too_heavy")
    finally:
        narrow.close()


def test_a_large_pdf_is_no_heavier_than_what_is_drawn_of_it(files: FileStore, tmp_path: Path) -> None:
    """Its bytes are mapped into memory, beside what it takes to look at them."""
    large = hostile.pdf(
        lambda pdf: pdf.Root.__setattr__("Plan", pdf.make_stream(bytes(90_000_000))), compress_streams=False
    )
    narrow = Examiner(tmp_path, limits=Limits(memory=80_000_000), seats=1)
    try:
        assert looked(narrow, files, large).verdict == "usable"
    finally:
        narrow.close()


def test_what_a_dead_process_left_in_plain_is_swept(tmp_path: Path, files: FileStore) -> None:
    scratch = tmp_path / "examining"
    examiner = Examiner(tmp_path, scratch=scratch, seats=1)
    try:
        assert looked(examiner, files, saved("PNG")).verdict == "usable"
    finally:
        examiner.close()
    assert (scratch.stat().st_mode & 0o777, list(scratch.iterdir())) == (0o700, [])
    for name, age in (("examining-dead", 10), ("examining-alive", 30)):
        (scratch / name).mkdir()
        (scratch / name / "file").write_bytes(b"plain")
        os.utime(scratch / name, (age, age))
    examiner.sweep(20)
    assert [path.name for path in scratch.iterdir()] == ["examining-alive"]


def test_a_room_that_was_shut_opens_again(look: Look, room: Examiner) -> None:
    room.close()
    assert look(saved("PNG", picture((5, 5)))).verdict == "usable"


ESCAPES = """
import ctypes, os, socket, subprocess, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from office.examining.confine import Forbidden, confine
native = ctypes.CDLL(None, use_errno=True)
confine(Path(sys.argv[2]), memory=100_000_000, seconds=5, written=1000)
for escape in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.socket(socket.AF_UNIX).connect("/run/x"),
    lambda: subprocess.run(["true"]),
    lambda: os.system("true"),
    lambda: os.fork(),
    lambda: open(sys.argv[2] + "/../outside", "w"),
    lambda: os.rename("inside", "../outside"),
    lambda: os.symlink("/etc/passwd", "../outside"),
):
    try:
        escape()
    except Forbidden:
        continue
    os._exit(3)
Path("inside").write_text("kept")
try:
    bytearray(300_000_000)
except MemoryError:
    os._exit(0)
os._exit(4)
"""


def test_whoever_reads_a_file_reaches_nobody_and_writes_nowhere_else(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    root = str(Path(__file__).parents[2])
    assert subprocess.run([sys.executable, "-I", "-c", ESCAPES, root, str(scratch)], check=False).returncode == 0
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["inside"]


# --- legibility: a hint (B32) ---


def test_a_dark_or_small_picture_is_hinted_at_and_taken(look: Look) -> None:
    seen = look(saved("JPEG", Image.new("L", (300, 200), 30)))
    assert seen.verdict == "usable"
    assert {"small", "dark", "blurred"} <= set(seen.hints)
    assert seen.hint().endswith("หรือใช้ภาพเดิมก็ได้")


# --- binding ---


def binder(*papers: tuple[str, ...], cover: tuple[str, ...] = ()) -> Binder:
    sheets = [tuple(Sheet(sha256, (f"ไฟล์ที่ {n}",)) for n, sha256 in enumerate(paper, 1)) for paper in papers]
    return Binder("เลขรับที่ 1/2569", cover, tuple(Paper(f"เอกสาร {n}", each) for n, each in enumerate(sheets, 1)))


def test_papers_are_bound_in_order_behind_a_cover_without_what_acts(
    look: Look, room: Examiner, files: FileStore
) -> None:
    photos = [look(saved("JPEG", Image.new("RGB", (60 + n, 40)), exif=with_place())).clean for n in range(2)]
    scan = files.keep([hostile.pdf(hostile._on_page, pages=2)], 10**6).sha256
    broken = files.keep([b"%PDF-1.7 broken"], 99).sha256
    bound = room.bind(files, binder((*photos,), (scan, broken), ("",), cover=("เลขรับที่ 1/2569", "เทศบาล")))
    assert bound is not None
    with bound, pikepdf.open(bound) as pdf, pdf.open_outline() as outline:
        assert [(each.title, pdf.pages.index(each.destination[0])) for each in outline.root] == [
            ("ใบปะหน้า", 0), ("เอกสาร 1", 1), ("เอกสาร 2", 3),
        ]  # fmt: skip
        assert len(pdf.pages) == 5
        assert [page.Resources.XObject[name].Width for page in pdf.pages[1:3] for name in page.Resources.XObject] == [
            60, 61,
        ]  # fmt: skip
        assert not any("/AA" in page for page in pdf.pages)
        bound.seek(0)
        said = pypdfium2.PdfDocument(bound.read())[0].get_textpage().get_text_range()
    assert "หน้า 2–3 (2 หน้า)" in said
    assert "รวมเข้าเล่มไม่ได้ โปรดเปิดไฟล์ต้นฉบับ" in said


def test_without_a_cover_all_is_bound_or_nothing(room: Examiner, files: FileStore) -> None:
    assert room.bind(files, binder((files.keep([b"%PDF-1.7 broken"], 99).sha256,))) is None


# --- ClamAV ---


def test_a_virus_is_refused_where_clamav_runs(files: FileStore, tmp_path: Path) -> None:
    with clamd(tmp_path / "clamd.ctl") as address:
        examiner = Examiner(tmp_path, address, seats=1)
        try:
            sound, ill = looked(examiner, files, saved("JPEG")), looked(examiner, files, saved("JPEG") + EICAR)
        finally:
            examiner.close()
    assert (sound.verdict, sound.scan, sound.for_staff()) == ("usable", "clean", ("ตรวจไวรัสแล้ว ไม่พบ",))
    assert (ill.verdict, ill.reason) == ("refused", "infected")


def test_without_clamav_it_is_said_plainly(files: FileStore, tmp_path: Path) -> None:
    examiner = Examiner(tmp_path, str(tmp_path / "nobody"), seats=1)
    try:
        assert looked(examiner, files, saved("JPEG")).for_staff() == ("ยังไม่ได้ตรวจไวรัส",)
    finally:
        examiner.close()


class clamd:  # noqa: N801 - reads as what it stands for
    """Enough of clamd: a unix socket that takes INSTREAM and knows one virus."""

    def __init__(self, path: Path) -> None:
        import socket

        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(path))
        self._socket.listen()
        self._path = str(path)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return self._path

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(2)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            with line, line.makefile("rwb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(stream.read(4), "big"):
                    content += stream.read(size)
                stream.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")
