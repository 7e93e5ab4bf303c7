"""The clerk's files of services: what is shipped can be read; what a clerk gets wrong is told in Thai."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import app
from models.document import IDENTITY_PROOF
from services.catalogue import button_label, from_data, to_data
from services.catalogue_file import read_catalogue, read_service
from services.office import read_office
from services.toml_table import Faulty

SHIPPED = Path(__file__).parents[2] / "services"
OFFICE = read_office(SHIPPED / "office.toml")
UNITS = {unit.key for unit in OFFICE.units}

#        what the clerk did wrong              file       (found text, replaced by)                   the sentence
WRONG = {
    "no title": ("tram", 'title = "ขอใช้บริการรถราง"\n', "", "ขาด “title”"),
    "a key misspelt": ("tram", "who = ", "woh = ", "ไม่รู้จัก “woh”"),
    "a unit nobody knows": ("tram", 'unit = "clerk"', 'unit = "train"', "ไม่มีหน่วยงาน “train”"),
    "a fee in words": ("tram", "fee_baht = 0", 'fee_baht = "ฟรี"', "ต้องเป็นจำนวนเงินบาท"),
    "a fee below nothing": ("venue", "fee_baht = 1500", "fee_baht = -1", "ตั้งแต่ 0 บาท"),
    "a fee of a third of a satang": ("venue", "fee_baht = 1500", "fee_baht = 0.333", "ทศนิยมไม่เกิน 2"),
    "days of nought": ("tram", "working_days = 3", "working_days = 0", "จำนวนวันต้องมากกว่า 0"),
    "two ways of counting": ("tram", "working_days = 3", "working_days = 3\ndays = 3", "อย่างใดอย่างหนึ่ง"),
    "no time at all": ("ask", "days = 15\n", "", "อย่างใดอย่างหนึ่ง"),
    "no law": ("ask", "law = ", "# law = ", "ขาด “law”"),
    "no version": ("ask", "version = 1\n", "", "ขาด “version”"),
    "a Buddhist year": ("ask", "released = 2026-11-01", "released = 2569-11-01", "พ.ศ. 2569 คือ 2026"),
    "a label too long": ("ask", 'label = "ถาม-ตอบ"', 'label = "ปรึกษาปัญหาที่ดินทำกิน"', "Messenger"),
    "a risk nobody knows": ("disclosure", 'risk = "high"', 'risk = "สูง"', "low, high"),
    "a result nobody knows": ("venue", 'result = "letter"', 'result = "fax"', "chat, letter"),
    "a kind nobody knows": ("tram", 'kind = "date"', 'kind = "day"', "ต้องเป็นค่าใดค่าหนึ่งใน: text"),
    "one choice only": ("tram", '    "river: เลียบแม่น้ำ",\n    "temples: เส้นทางไหว้พระ",\n', "", "ต้องมีตัวเลือก 2–11"),
    "a choice without key": ("tram", '"river: เลียบแม่น้ำ"', '"เลียบแม่น้ำ"', 'ต้องเขียนเป็น "key: ข้อความ"'),
    "a choice twice": ("tram", '"river: เลียบแม่น้ำ"', '"old_town: เลียบแม่น้ำ"', "ซ้ำกัน"),
    "buttons that read alike": (
        "tram",
        '"river: เลียบแม่น้ำ",\n    "temples: เส้นทางไหว้พระ"',
        '"river: เส้นทางเลียบแม่น้ำสายเหนือ",\n    "temples: เส้นทางเลียบแม่น้ำสายใต้"',
        "ซ้ำกัน",
    ),
    "choices of a text": ("tram", 'kind = "text"', 'kind = "text"\nchoices = ["a: ก", "b: ข"]', "ชนิด choice เท่านั้น"),
    "a key of the house": ("tram", 'key = "needs"', 'key = "name"', "ระบบใช้เองแล้ว"),
    "a key twice": ("tram", 'key = "needs"', 'key = "day"', "key “day” ซ้ำ"),
    "a condition on nothing": ("venue", "when = { income = true }", "when = { money = true }", "อยู่ก่อนหน้า"),
    "a condition on words": ("venue", "when = { income = true }", 'when = { event = "x" }', "ชนิด choice หรือ yes_no"),
    "a condition on no choice": ("copies", 'form = ["plain"', 'form = ["plane"', "ไม่มีตัวเลือก “plane”"),
    "a paper on no choice": ("rehab_fund", 'help = "home"', 'help = "house"', "ไม่มีตัวเลือก “house”"),
    "bounds the wrong way": ("tram", "most = 40", "most = 4", "most ต้องไม่น้อยกว่า least"),
    "bounds of a text": ("tram", 'kind = "text"', 'kind = "text"\nmost = 4', "number และ date เท่านั้น"),
    "a certified copy": ("rehab_fund", 'title = "ทะเบียนบ้าน"', 'title = "สำเนาทะเบียนบ้าน รับรองสำเนาถูกต้อง"', "มาตรา 7"),
    "two sets": ("rehab_fund", 'title = "ทะเบียนบ้าน"', 'title = "ทะเบียนบ้าน จำนวน 2 ชุด"', "ห้ามกำหนดจำนวนชุด"),
    "the number on the back": ("rehab_fund", 'title = "ทะเบียนบ้าน"', 'title = "Laser ID"', "ห้ามขอรหัสหลังบัตร"),
    "a paper without reason": ("tram", 'why = "ใช้เสนอผู้บริหาร', '# why = "ใช้เสนอผู้บริหาร', "ขาด “why”"),
    "the key of a proof's image": ("tram", 'key = "letter"', f'key = "{IDENTITY_PROOF}"', "ขึ้นต้นด้วยตัวอักษร"),
    "a paper named like a question": ("tram", 'key = "letter"', 'key = "people"', "ซ้ำกับคำถาม"),
    "health without consent": ("copies", 'title = "เอกสารแสดง', 'title = "ใบรับรองแพทย์และเอกสารแสดง', "มาตรา 26"),
    "a booking of a wrong day": ("tram", 'day = "day"', 'day = "route"', "คำถามชนิด date"),
    "a booking without room": ("tram", "capacity = 40", "capacity = 0", "ต้องมากกว่า 0"),
    "a proxy without a name": ("ask", "named = false", "named = false\nby_proxy = true", "named = true"),
    "a proof without a name": ("disclosure", 'risk = "high"', 'named = false\nrisk = "high"', "บริการที่ถามชื่อ"),
    "a quote not closed": ("ask", 'who = "ประชาชนทุกคน"', 'who = "ประชาชนทุกคน', "เขียนผิดรูปแบบ TOML"),
}


def broken(folder: Path, name: str, old: str, new: str) -> Path:
    text = (SHIPPED / f"{name}.toml").read_text()
    assert old in text
    path = folder / f"{name}.toml"
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize(("name", "old", "new", "says"), WRONG.values(), ids=WRONG)
def test_a_fault_is_told_in_thai_with_its_line(tmp_path, name, old, new, says):
    path = broken(tmp_path, name, old, new)
    with pytest.raises(Faulty) as caught:
        read_service(path, UNITS)
    fault = next(fault for fault in caught.value.faults if says in fault.text)
    line = path.read_text().split("\n")[fault.line - 1]
    written = [part for part in (new or old).split("\n") if part]
    assert fault.line == 1 or line in written or any(part.split(" =")[0] in line for part in written) or "[" in line


def test_check_finds_every_fault_of_a_folder(tmp_path, monkeypatch):
    shutil.copy(SHIPPED / "office.toml", tmp_path)
    for number, (name, old, new, _) in enumerate(WRONG.values()):
        broken(tmp_path, name, old, new).rename(tmp_path / f"{name}_{number}.toml")
    monkeypatch.setenv("SERVICES_DIR", str(tmp_path))
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    told = CliRunner().invoke(app.cli, ["check"])
    assert told.exit_code == 1
    lines = told.output.splitlines()
    for number, (name, _, _, says) in enumerate(WRONG.values()):
        assert any(f"{name}_{number}.toml:" in line and says in line for line in lines), (name, says)


def test_two_services_cannot_share_a_button(tmp_path):
    broken(tmp_path, "ask", "x", "x")
    broken(tmp_path, "opinion", 'label = "แสดงความคิดเห็น"', 'label = "ถาม-ตอบ"')
    with pytest.raises(Faulty, match=r"ซ้ำกับแฟ้ม ask\.toml"):
        read_catalogue(tmp_path, UNITS)


@pytest.mark.parametrize("service", read_catalogue(SHIPPED, UNITS), ids=lambda service: service.key)
def test_a_definition_survives_being_kept(service):
    kept = json.loads(json.dumps({**to_data(service), "novel": 1}))
    assert from_data(kept) == service


def test_the_fee_is_kept_in_satang_and_read_out_in_baht(tmp_path):
    service = read_service(broken(tmp_path, "venue", "fee_baht = 1500", "fee_baht = 12.50"), UNITS)
    assert service.fee_satang == 1250
    assert service.fee.startswith("12.50 บาท")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("อาหารและเครื่องดื่ม", "อาหารและเครื่องดื่ม"),
        ("กิจการที่เป็นอันตรายต่อสุขภาพ", "กิจการที่เป็นอันตรา…"),
        ("ก" * 20, "ก" * 20),
        ("ก" * 21, "ก" * 19 + "…"),
    ],
)
def test_a_button_shows_whole_letters(text, label):
    assert button_label(text) == label
    assert len(label.encode("utf-16-le")) <= 40
