"""The mirror through real gspread over real HTTP: whatever Google and people do, the sheet ends equal to the office."""

import gc
import json
import time
import warnings
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from models.mirrored import Known
from office.google.contents import CHARTS
from office.google.sheet import GoogleSheet
from office.google.trouble import REASONS, Closed, Later, Trouble
from office.tables import Block, Summary, YearTables
from tests.office.test_google_grid import HEADER, KEY, NOTE, table
from tests.sandbox.spreadsheet import Office

TAB = "ทะเบียนหนังสือรับ 2569"


@pytest.fixture(scope="module")
def google(tmp_path_factory):
    """One stand-in for the module; nobody counts calls unless told."""
    office = Office(lambda: datetime.now(UTC), tmp_path_factory.mktemp("google"))
    office.google.quotas.on = False
    yield office
    office.close()


class Desk:
    """An office with a fresh spreadsheet: its tables, its ledger, and a supervisor who has the sheet open."""

    def __init__(self, google):
        self.google, self.world = google, google.google
        self.book_id = self.world.make_spreadsheet().id
        self.patience(10)
        self.ledger, self.hand = {}, self.world.hand(self.book_id)  # an editor, not the owner
        self.tables = (register(1, 2, 3),)
        self.held = 0

    def patience(self, seconds):
        self.sheet = GoogleSheet(self.google.file, self.book_id, self.world.sheets_url, timeout=(1, seconds))

    def hold(self):
        self.held += 1

    def follow(self):
        return self._keep(self.sheet.follow(self.tables, self.ledger, self.hold))

    def rebuild(self):
        return self._keep(self.sheet.rebuild(self.tables, self.ledger, self.hold))

    def _keep(self, outcome):
        self.ledger = outcome.known
        return outcome

    def until_right(self, way):
        """As the errand does it: again and again, until it goes through."""
        troubles = []
        for _ in range(4):
            try:
                return troubles, way()
            except Trouble as trouble:
                troubles.append(trouble)
                self.world.set_weather("ok")
                self.world.token_weather.set("ok")
        raise AssertionError(troubles)

    def calls(self, since=0):
        return [call.operation for call in self.world.calls[since:]]

    def rows(self):
        """The register as somebody reads it who has moved columns: ours by heading, the note last."""
        head, *body = self.hand.rows(TAB)
        at = [head.index(name) for name in (*HEADER, NOTE)]
        return [[row[i] for i in at] for row in body if any(row)]

    def is_right(self):
        wanted = self.tables[0].tables[0].rows
        return sorted(tuple(row[:-1]) for row in self.rows()) == sorted(wanted)


@pytest.fixture
def desk(google):
    return Desk(google)


def register(*numbers, subject="เรื่องที่", summary=None):
    return YearTables(2569, (replace(table(*numbers, subject=subject), title="ทะเบียนหนังสือรับ"),), summary)


def test_the_tabs_are_made_filled_and_protected(desk):
    desk.follow()
    assert desk.hand.rows(TAB)[0] == [*HEADER, NOTE]
    assert desk.is_right()
    sheet = desk.hand.sheet(TAB)
    assert sheet.properties["gridProperties"]["frozenRowCount"] == 1
    (protection,) = sheet.protections  # whoever types there is warned; the columns beside are anybody's
    assert protection["warningOnly"]
    assert (protection["range"]["startColumnIndex"], protection["range"]["endColumnIndex"]) == (0, len(HEADER))
    assert (len(sheet.protections), len(sheet.views), len(sheet.rules)) == (1, 1, 1)


def test_a_change_costs_three_calls_and_nothing_is_appended_or_interpreted(desk):
    desk.follow()
    desk.tables, since = (register(1, 2, 3, subject="=1+1"),), len(desk.world.calls)
    desk.follow()
    assert desk.calls(since) == ["values_batch_get", "values_batch_update", "values_batch_get"]
    assert desk.is_right()
    (write,) = [call.json for call in desk.world.calls[since:] if call.json]
    assert write["valueInputOption"] == "RAW"
    since = len(desk.world.calls)
    desk.follow()
    assert desk.calls(since) == ["values_batch_get"]
    desk.tables, since = (register(1, 2, 3, 4, subject="=1+1"),), len(desk.world.calls)
    desk.follow()
    assert desk.calls(since) == ["values_batch_get", "get", "batch_update", "values_batch_get"]
    assert desk.is_right()
    assert not any("append" in call.operation for call in desk.world.calls)


def test_a_thousand_changed_rows_are_two_writes_and_little_work(desk):
    desk.tables = (register(*range(1, 1001)),)
    desk.follow()
    desk.tables, since, began = (register(*range(1, 1001), subject="แก้ไข"),), len(desk.world.calls), time.thread_time()
    desk.follow()
    assert desk.calls(since).count("values_batch_update") == 2
    assert time.thread_time() - began < 3  # ours; the stand-in works in threads of its own
    assert desk.is_right()


def test_the_grid_grows(desk):
    desk.tables = (register(*range(1, 1500)),)
    desk.follow()
    desk.tables = (register(*range(1, 2600)),)
    desk.follow()
    assert desk.is_right()


FAULTS = ("429", "500", "503", "502", "hang", "drop", "cut", "unshared", "deleted", "disabled", "odd", "401")
LASTS = {"unshared": "unshared", "deleted": "gone", "disabled": "switched_off", "401": "key"}


@pytest.fixture
def swept():
    """Connections that broke off are cleared away in here, whatever they complain of."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()


@pytest.mark.usefixtures("swept")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("moment", ["first", "read", "write", "rebuild"])
@pytest.mark.parametrize("fault", FAULTS)
def test_after_each_fault_at_each_moment_the_sheet_is_right(desk, fault, moment):
    if fault == "hang":
        desk.patience(0.4)
    operation = {"first": "values_batch_get", "read": "values_batch_get", "write": "values_batch_update"}
    if moment != "first":
        desk.follow()
        desk.tables = (register(1, 2, 3, 4, subject="แก้ไข"),)
    desk.world.next_answers(operation.get(moment, "batch_update"), [fault] * (3 if fault == "401" else 1))
    troubles, _ = desk.until_right(desk.rebuild if moment == "rebuild" else desk.follow)
    assert desk.is_right()
    if fault == "odd" and moment != "read":
        assert troubles == []  # it was done all the same, as the next look sees
        return
    trouble = troubles[0]
    assert len(troubles) == 1 or fault == "hang"  # on a slow day more than that one
    assert type(trouble) is (Closed if fault in LASTS else Later)
    assert trouble.reason == LASTS.get(fault, trouble.reason)


@pytest.mark.usefixtures("swept")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("fault", ["500", "503", "hang", "drop", "cut"])
def test_without_a_token_nothing_is_lost(desk, fault):
    if fault == "hang":
        desk.patience(0.4)
    desk.world.next_answers("token", [fault])
    troubles, _ = desk.until_right(desk.follow)
    assert {type(trouble) for trouble in troubles} == {Later}
    assert desk.is_right()


def test_a_dead_key_is_told_as_such(google, tmp_path):
    account = json.loads(google.file.read_text())
    account["client_email"] = "somebody@else.example"
    (tmp_path / "other.json").write_text(json.dumps(account))
    sheet = GoogleSheet(tmp_path / "other.json", google.book_id, google.google.sheets_url)
    with pytest.raises(Closed) as closed:
        sheet.follow((register(1),), {}, lambda: None)
    assert closed.value.reason == "key"
    with pytest.raises(Closed):
        GoogleSheet(tmp_path / "none.json", "x", "http://127.0.0.1:9").follow((register(1),), {}, lambda: None)


def test_nobody_looks_for_allowed_locations(desk, monkeypatch):
    """google-auth 2.62 would, beside each token: a thread and a call to another host, which may hang."""
    from google.auth import _regional_access_boundary_utils as boundary

    asked = []
    monkeypatch.setattr(boundary._RegionalAccessBoundaryManager, "maybe_start_refresh", lambda *_: asked.append(1))
    desk.follow()
    assert asked == []


def test_a_supervisors_afternoon(desk):
    desk.tables = (register(*range(1, 8)),)
    desk.follow()
    hand = desk.hand
    for row in (2, 4):
        hand.type(TAB, row, 5, f"บันทึก {row}")
    hand.sort(TAB, 1, descending=True)
    hand.filter(TAB, 2, ["ยุติเรื่อง"])
    hand.insert_row(TAB, 3)
    hand.type(TAB, 3, 5, "แถวของฉัน")
    hand.type(TAB, 5, 1, "แก้เรื่องเล่น")
    hand.paint(TAB, 2, 2, 1, 0.9, 0.2)
    deleted = hand.rows(TAB)[1][KEY]
    hand.delete_row(TAB, 1)
    hand.insert_column(TAB, 1)
    hand.type(TAB, 0, 1, "ผู้รับมอบ")
    hand.type(TAB, 6, 1, "นายช่าง")
    helped = hand.rows(TAB)[6][5]
    desk.tables = (register(*range(1, 9)),)
    outcome = desk.follow()
    assert outcome.gone == {TAB: (deleted,)}
    assert len(outcome.edited[TAB]) == 1
    rows = hand.rows(TAB)
    assert sorted(tuple(row[:1] + row[2:6]) for row in rows[1:] if row[5]) == sorted(desk.tables[0].tables[0].rows)
    notes = {row[5]: row[6] for row in rows[1:] if row[6]}
    assert notes == {"2569-000002": "บันทึก 2", "2569-000004": "บันทึก 4", "": "แถวของฉัน"}
    assert {row[5]: row[1] for row in rows[1:] if row[1]} == {helped: "นายช่าง"}
    desk.rebuild()
    assert [row[5] for row in hand.rows(TAB)[1:9]] == [f"2569-{n:06}" for n in range(1, 9)]
    assert {row[5]: row[6] for row in hand.rows(TAB)[1:] if row[6]} == notes


@pytest.mark.parametrize(
    "deed",
    [
        lambda hand: hand.sort(TAB, 0, descending=True),
        lambda hand: hand.insert_row(TAB, 1),
        lambda hand: hand.delete_row(TAB, 1),
        lambda hand: (hand.insert_row(TAB, 1), hand.sort(TAB, 1, descending=True)),
    ],
    ids=["sort", "insert", "delete", "both"],
)
@pytest.mark.parametrize("new", [(), (6, 7)], ids=["changed", "new rows"])
def test_a_person_who_acts_between_our_reading_and_our_writing(desk, deed, new):
    desk.tables = (register(1, 2, 3, 4, 5),)
    desk.follow()
    for row in range(2, 6):
        desk.hand.type(TAB, row, 5, f"บันทึก {row}")
    desk.tables = (register(1, 2, 3, 4, 5, *new, subject="แก้ไข"),)
    desk.world.after(1, lambda: deed(desk.hand), "values_batch_get")
    desk.follow()
    assert desk.is_right()
    assert {row[KEY]: row[-1] for row in desk.rows() if row[-1]} == {f"2569-{n:06}": f"บันทึก {n}" for n in range(2, 6)}


@pytest.mark.usefixtures("swept")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("fault", ["cut", "drop", "503"])
@pytest.mark.parametrize("way", ["follow", "rebuild"])
@pytest.mark.parametrize("deed", ["insert_row", "delete_row"])
def test_a_person_acts_and_the_answer_to_our_writing_is_lost(desk, deed, way, fault):
    desk.tables = (register(1, 2, 3, 4, 5),)
    desk.follow()
    for row in range(2, 6):
        desk.hand.type(TAB, row, 5, f"บันทึก {row}")
    desk.tables = (register(1, 2, 3, 4, 5, 6, subject="แก้ไข"),)
    desk.world.after(1, lambda: getattr(desk.hand, deed)(TAB, 1), "values_batch_get")
    desk.world.next_answers("batch_update", [fault])
    desk.until_right(getattr(desk, way))
    assert desk.is_right()
    assert {row[KEY]: row[-1] for row in desk.rows() if row[-1]} == {f"2569-{n:06}": f"บันทึก {n}" for n in range(2, 6)}


def test_a_note_that_is_changed_or_moved_while_we_write_is_their_own_affair(desk):
    desk.follow()
    desk.hand.type(TAB, 1, 5, "ทราบ")
    desk.hand.type(TAB, 9, 1, "หมายเหตุของฉัน")
    desk.hand.type(TAB, 9, 5, "ทราบ")
    desk.tables = (register(1, 2, 3, 4),)

    def moved():
        desk.hand.type(TAB, 1, 5, "")
        desk.hand.type(TAB, 2, 5, "ทราบ")

    desk.world.after(1, moved, "values_batch_get")
    desk.follow()
    notes = [(row[1], row[-1]) for row in desk.rows() if row[-1]]
    assert notes == [("เรื่องที่ 2", "ทราบ"), ("หมายเหตุของฉัน", "ทราบ")]


def test_a_column_deleted_while_we_write_costs_no_row_its_key(desk):
    desk.follow()
    desk.hand.insert_column(TAB, 0)
    desk.hand.type(TAB, 0, 0, "ของฉัน")
    for row in (1, 2, 3):
        desk.hand.type(TAB, row, 6, f"บันทึก {row}")
    desk.tables = (register(1, 2, 3, 4, subject="แก้ไข"),)
    desk.world.after(1, lambda: desk.hand.delete_column(TAB, 0), "values_batch_get")
    desk.follow()
    assert desk.is_right()
    assert [row[-1] for row in sorted(desk.rows())] == ["บันทึก 1", "บันทึก 2", "บันทึก 3", ""]


def test_what_fell_into_a_column_that_was_inserted_while_we_wrote_is_taken_out(desk):
    desk.follow()
    desk.tables = (register(1, 2, 3, subject="แก้ไข"),)
    desk.world.after(1, lambda: desk.hand.insert_column(TAB, 1), "values_batch_get")
    desk.follow()
    assert desk.is_right()
    assert [row[1] for row in desk.hand.rows(TAB)] == ["", "", "", ""]


def test_a_tab_that_was_renamed_gets_its_name_back_with_its_notes(desk):
    for way in (desk.follow, desk.rebuild):
        desk.follow()
        desk.hand.type(TAB, 1, 5, "ทราบ")
        desk.hand.rename(TAB, "ชื่ออื่น")
        way()
        assert desk.is_right()
        assert desk.rows()[0][-1] == "ทราบ"


def test_a_call_that_google_never_likes_is_a_trouble_with_a_sentence(desk):
    desk.tables = (YearTables(2569, (replace(table(1), title="ทะเบียน" * 15),)),)  # longer than a tab's name may be
    for way in (desk.follow, desk.rebuild):
        with pytest.raises(Closed) as closed:
            way()
        assert closed.value.reason in REASONS


def test_a_sheet_that_does_not_come_to_rest_has_a_sentence_of_its_own(desk):
    desk.follow()

    def again():
        desk.hand.type(TAB, 1, 1, "แก้โดยคน")
        desk.world.after(1, again, "values_batch_update")

    again()
    with pytest.raises(Later) as later:
        desk.follow()
    assert later.value.reason in REASONS


def test_a_tab_that_was_deleted_comes_back(desk):
    desk.follow()
    desk.hand.delete_tab(TAB)
    desk.follow()
    assert desk.is_right()
    assert len(desk.hand.sheet(TAB).protections) == 1


def test_a_rebuild_is_one_batch_and_leaves_nothing_twice(desk):
    desk.follow()
    desk.hand.type(TAB, 1, 5, "ทราบ")
    since = len(desk.world.calls)
    for _ in range(2):
        desk.rebuild()
    assert desk.calls(since).count("batch_update") == 2
    sheet = desk.hand.sheet(TAB)
    assert (len(sheet.protections), len(sheet.views), len(sheet.rules)) == (1, 1, 1)
    assert desk.rows()[0][-1] == "ทราบ"


def test_a_row_that_google_refuses_is_left_out_until_it_changes(desk, monkeypatch):
    desk.follow()
    rows = (*table(1, 2, 3).rows, *((str(n), "\ud800" if n == 5 else "ดี", "", "", f"2569-{n:06}") for n in range(4, 8)))
    monkeypatch.setattr("office.google.contents.cell_text", lambda text: "x" * 50_001 if text == "\ud800" else text)
    desk.tables = (YearTables(2569, (replace(register(1).tables[0], rows=rows),)),)
    outcome = desk.follow()
    assert outcome.refused == {TAB: ("2569-000005",)}
    assert len(desk.rows()) == 6
    assert desk.ledger[TAB]["2569-000005"].refused
    since = len(desk.world.calls)
    assert desk.follow().refused == {}
    assert desk.calls(since) == ["values_batch_get"]
    desk.rebuild()  # one bad row must not cost the tab its looks
    sheet = desk.hand.sheet(TAB)
    assert (len(desk.rows()), len(sheet.protections), len(sheet.rules)) == (6, 1, 1)
    desk.tables = (register(1, 2, 3, 4, 5),)
    desk.follow()
    assert desk.rows()[-1][KEY] == "2569-000005"


COUNTS = Block("จำนวนเรื่อง", ("ประเภท", "เรื่อง"), (("ร้องเรียน", 3), ("คำร้อง", 0)), "column")
PIE = Block("สัดส่วน", ("ประเภท", "เรื่อง"), (("ร้องเรียน", 3), ("คำร้อง", 1)), "pie")


def test_the_figures_have_charts_that_move_with_their_blocks(desk):
    desk.tables = (register(1, summary=Summary("สรุป", ("ณ วันนี้",), (COUNTS, PIE))),)
    desk.follow()
    sheet = desk.hand.sheet("สรุป")
    assert desk.hand.rows("สรุป")[:5] == [
        ["ณ วันนี้", ""],
        ["", ""],
        ["จำนวนเรื่อง", ""],
        ["ประเภท", "เรื่อง"],
        ["ร้องเรียน", "3"],
    ]
    assert sheet.cell(4, 1).rendered("UNFORMATTED_VALUE") == 3  # a number, for the chart
    assert [chart["position"]["overlayPosition"]["anchorCell"]["rowIndex"] for chart in sheet.charts] == [2, 19]
    desk.tables = (register(1, summary=Summary("สรุป", (), (PIE,))),)
    desk.follow()
    sheet = desk.hand.sheet("สรุป")
    assert [chart["position"]["overlayPosition"]["anchorCell"]["rowIndex"] for chart in sheet.charts] == [1]
    assert desk.hand.rows("สรุป")[1:3] == [["สัดส่วน", ""], ["ประเภท", "เรื่อง"]]
    assert set(desk.ledger["สรุป"]) == {CHARTS}
    since = len(desk.world.calls)
    desk.follow()
    assert desk.calls(since) == ["values_batch_get"]


def test_the_time_of_counting_alone_is_no_news(desk):
    def counted(time, *rows):
        return (register(1, summary=Summary("สรุป", (f"ข้อมูล ณ วันที่ {time} น.",), (replace(PIE, rows=rows),))),)

    desk.tables = counted("5 เวลา 09.15", ("ร้องเรียน", 1))
    desk.follow()
    desk.tables, since = counted("5 เวลา 09.16", ("ร้องเรียน", 1)), len(desk.world.calls)
    desk.follow()
    assert desk.calls(since) == ["values_batch_get"]
    for tables in (counted("5 เวลา 09.17", ("ร้องเรียน", 2)), counted("6 เวลา 09.17", ("ร้องเรียน", 2))):
        desk.tables = tables
        desk.follow()
        assert desk.hand.rows("สรุป")[0][0] == tables[0].summary.notes[0]


def test_what_people_put_beside_the_figures_stays(desk):
    desk.tables = (register(1, summary=Summary("สรุป", (), (COUNTS, PIE))),)
    desk.follow()
    owner = desk.world.hand(desk.book_id, "palad@srinakhon.example")
    owner.type("สรุป", 3, 8, "ข้อสังเกต")
    sheet = desk.hand.sheet("สรุป")
    theirs = {**sheet.charts[0], "chartId": 7}
    sheet.charts.append(theirs)
    desk.tables = (register(1, summary=Summary("สรุป", (), (PIE,))),)
    desk.follow()
    desk.rebuild()
    assert desk.hand.rows("สรุป")[3][8] == "ข้อสังเกต"
    charts = desk.hand.sheet("สรุป").charts
    assert theirs in charts
    assert len(charts) == 2


def test_the_writer_is_asked_for_before_each_call(desk):
    since = len(desk.world.calls)
    desk.follow()
    assert desk.held >= len([call for call in desk.calls(since) if call != "token"])
    before = desk.rows()
    desk.tables = (register(1, 2, 3, 4),)

    def lost():
        raise Later("another writer")

    desk.hold = lost
    with pytest.raises(Later):
        desk.follow()
    assert desk.rows() == before
    assert desk.ledger[TAB]["2569-000001"] == Known(desk.ledger[TAB]["2569-000001"].version)
