"""The stand-in for Google Sheets through real gspread, over real HTTP. The replies compared are those that gspread's
own tests recorded from the real service."""

from datetime import UTC, datetime, timedelta

import gspread
import pytest
from google.auth.exceptions import RefreshError

from sandbox.google import OWNER
from tests.sandbox.spreadsheet import Office, message

RECEIVED = "ทะเบียนหนังสือรับ 2569"


class Clock:
    moment = datetime(2026, 11, 22, 9, tzinfo=UTC)

    def __call__(self):
        return self.moment

    def pass_(self, **span):
        self.moment += timedelta(**span)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def office(clock, tmp_path):
    office = Office(clock, tmp_path)
    yield office
    office.close()


@pytest.fixture
def tab(office):
    return office.open().sheet1


# --- reading and writing ---


def test_a_rectangle_comes_back_as_google_trims_it(tab):
    written = tab.update([["A1", "B1", "", "D1"], ["", "b2", "", ""], ["", "", "", ""], ["A4", "B4", "", "D4"]], "A1")
    assert (written["updatedRange"], written["updatedCells"]) == ("Sheet1!A1:D4", 16)
    assert tab.get("A1:D4") == [["A1", "B1", "", "D1"], ["", "b2"], [], ["A4", "B4", "", "D4"]]
    assert tab.get("A3:D3") == [[]]  # gspread's reading of an answer without values


def test_what_is_entered_is_read_and_what_is_raw_is_kept(tab):
    tab.resize(2, 4)
    tab.update(
        [["=4/2", "2020-01-01", "string", 53], ["=3/2", 0.12, "1999-01-02", ""]],
        "A1:D2",
        value_input_option="USER_ENTERED",
    )
    assert tab.get_all_values() == [["2", "2020-01-01", "string", "53"], ["1.5", "0.12", "1999-01-02", ""]]
    unformatted = tab.get(value_render_option="UNFORMATTED_VALUE")
    assert unformatted == [[2, 43831, "string", 53], [1.5, 0.12, 36162]]
    tab.update([["=4/2", "0812345678", "1101700123456", "TRUE"]], "A1")
    assert tab.get("A1:D1", value_render_option="UNFORMATTED_VALUE") == [
        ["=4/2", "0812345678", "1101700123456", "TRUE"]
    ]


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("0042", 42),
        ("1,234.50", 1234.5),
        ("12%", 0.12),
        ("true", True),
        ("'007", "007"),
        ("12:30", 0.5208333333333334),
        ("2020-13-45", "2020-13-45"),
        ("๑๒", "๑๒"),  # Thai digits are text
        ("R-2569-000123", "R-2569-000123"),
        ("=IMPORTXML(A1)", "#NAME?"),
    ],
)
def test_how_typing_is_read(tab, typed, becomes):
    tab.update([[typed]], "A1", value_input_option="USER_ENTERED")
    assert tab.get("A1", value_render_option="UNFORMATTED_VALUE") == [[becomes]]


def test_nothing_is_passed_over_and_an_empty_string_empties(tab):
    tab.update([["a", "b", "c"]], "A1")
    told = tab.update([[None, "", "C"], [None, None, None]], "A1")
    assert [told[name] for name in ("updatedRange", "updatedRows", "updatedColumns", "updatedCells")] == [
        *("Sheet1!A1:C2", 1, 2, 2)
    ]
    assert tab.get("A1:C1") == [["a", "", "C"]]


def test_ranges_are_named_as_google_names_them(office, tab):
    client, key = office.client().http_client, office.book_id
    for asked, told in (
        ("A2:2", "Sheet1!A2:Z2"),
        ("A1:C", "Sheet1!A1:C1000"),
        ("B:B", "Sheet1!B1:B1000"),
        ("Sheet1", "Sheet1!A1:Z1000"),
        ("C3:A1", "Sheet1!A1:C3"),
    ):
        assert client.values_get(key, asked)["range"] == told
    tab.update_title("D3")
    assert client.values_get(key, "'D3'!A1:D1") == {"range": "'D3'!A1:D1", "majorDimension": "ROWS"}


def test_a_row_appended_drifts_when_its_second_cell_is_empty(tab):
    """Recorded from the real service, and the reason not to append to a register."""
    row = ["one", "", "three"]
    assert tab.append_row(row)["updates"]["updatedRange"] == "Sheet1!A1:C1"
    second = tab.append_row(row)
    assert (second["tableRange"], second["updates"]["updatedRange"]) == ("Sheet1!C1", "Sheet1!C2:E2")
    tab.clear()
    tab.append_row(row)
    assert tab.append_row(row, table_range="A1")["updates"]["updatedRange"] == "Sheet1!A2:C2"


def test_several_ranges_at_once_are_written_all_or_none(office, tab):
    answer = tab.batch_update(
        [{"range": "A1:D1", "values": [["A1", "B1", "", "D1"]]}, {"range": "A4:D4", "values": [["A4", "", "", "D4"]]}]
    )
    totals = ("totalUpdatedRows", "totalUpdatedColumns", "totalUpdatedCells", "totalUpdatedSheets")
    assert [answer[name] for name in totals] == [2, 4, 8, 1]
    with pytest.raises(gspread.exceptions.APIError, match=r"exceeds grid limits[.] Max rows: 1000, max columns: 26"):
        tab.batch_update([{"range": "A1", "values": [["new"]]}, {"range": "A1001", "values": [["beyond"]]}])
    assert tab.get("A1") == [["A1"]]
    assert tab.batch_clear(["A1:B1"])["clearedRanges"] == ["Sheet1!A1:B1"]
    assert office.rows()[0] == ["", "", "", "D1"]


# --- the sheet itself ---


def test_tabs_are_made_and_renamed_and_deleted(office):
    book = office.open()
    made = book.add_worksheet(RECEIVED, 20, 15)
    made.freeze(rows=1)
    properties = book.fetch_sheet_metadata()["sheets"][1]["properties"]
    assert (properties["index"], properties["gridProperties"]["frozenRowCount"]) == (1, 1)
    with pytest.raises(gspread.exceptions.APIError, match="already exists"):
        book.add_worksheet(RECEIVED, 1, 1)
    book.del_worksheet(book.sheet1)
    assert [each.title for each in book.worksheets()] == [RECEIVED]
    with pytest.raises(gspread.exceptions.APIError, match="can't remove all the sheets"):
        book.del_worksheet(made)


def test_colours_come_back_as_google_keeps_them(office):
    """Recorded: 255 steps, 32-bit numbers, no zeros, and a style beside the colour. Who compares must know it."""
    tab = office.open().sheet1
    pink = {"sheetId": 0, "tabColorStyle": {"rgbColor": {"red": 1, "green": 0, "blue": 0.5}}}
    office.batch({"updateSheetProperties": {"properties": pink, "fields": "tabColorStyle"}})
    tab.format("A1", {"backgroundColor": {"red": 0, "green": 1, "blue": 1}})
    told = office.raw("GET", "?fields=sheets(properties.tabColorStyle,data.rowData.values.userEnteredFormat)").json()
    (sheet,) = told["sheets"]
    assert sheet["properties"] == {"tabColorStyle": {"rgbColor": {"red": 1, "blue": 0.49803922}}}
    cyan = {"green": 1, "blue": 1}
    looks = {"backgroundColor": cyan, "backgroundColorStyle": {"rgbColor": cyan}}
    assert sheet["data"] == [{"rowData": [{"values": [{"userEnteredFormat": looks}]}]}]


def test_sorting_as_recorded(tab):
    rows = [["Apple", "2012", "4"], ["Banana", "2013", "3"], ["Canada", "2007", "1"], ["Fox", "2077", "5"]]
    tab.resize(4, 3)
    tab.update(rows, "A1:C4")
    tab.sort((3, "asc"), range="A1:C4")
    assert [row[0] for row in tab.get_all_values()] == ["Canada", "Banana", "Apple", "Fox"]
    tab.sort((1, "des"), range="A1:C4")
    assert [row[0] for row in tab.get_all_values()] == ["Fox", "Canada", "Banana", "Apple"]


def test_rows_put_in_and_taken_out_move_what_lies_over_them(office, tab):
    tab.update([["one"], ["two"], ["three"]], "A1")
    tab.add_protected_range("A2:B3")
    tab.insert_row(["new"], 2)
    assert tab.col_values(1) == ["one", "new", "two", "three"]
    (kept,) = office.tab.protections
    assert (kept["range"]["startRowIndex"], kept["range"]["endRowIndex"]) == (2, 4)
    tab.delete_rows(3, 4)
    assert office.tab.protections == []
    assert (tab.col_values(1), office.tab.rows) == (["one", "new"], 999)


def test_who_protects_and_who_owns_can_edit_and_nobody_else(office, tab):
    tab.update([["ours", "theirs"]], "A1")
    told = tab.add_protected_range("A1:A1000", editor_users_emails=[])["replies"][0]["addProtectedRange"]
    assert told["protectedRange"]["requestingUserCanEdit"]
    supervisor, owner = office.google.hand(office.book_id), office.google.hand(office.book_id, OWNER)
    with pytest.raises(Exception, match="protected cell"):
        supervisor.type("Sheet1", 0, 0, "no")
    with pytest.raises(Exception, match="protected cell"):
        supervisor.sort("Sheet1", 0)
    supervisor.type("Sheet1", 0, 1, "12/31/2026")
    owner.type("Sheet1", 0, 0, "yes")
    assert tab.get("A1:B1") == [["yes", "12/31/2026"]]
    assert office.tab.cell(0, 1).by == "USER_ENTERED"


# --- who is let in ---


def test_a_forged_signature_gets_no_token(office):
    office.google.account.change_key()
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        office.open()


def test_an_account_that_nobody_knows_gets_no_token(office):
    office.google.account.email = "other@rapruang-demo.iam.gserviceaccount.com"
    with pytest.raises(RefreshError, match="account not found"):
        office.open()


def test_a_scope_of_another_service_gets_no_token_and_one_for_reading_does_not_write(office):
    with pytest.raises(RefreshError, match="invalid_scope"):
        office.client("https://www.googleapis.com/auth/calendar").open_by_key(office.book_id)
    reader = office.client("https://www.googleapis.com/auth/spreadsheets.readonly").open_by_key(office.book_id).sheet1
    with pytest.raises(gspread.exceptions.APIError, match="insufficient authentication scopes"):
        reader.update([["x"]], "A1")


def test_a_token_dies_after_an_hour_and_gspread_fetches_another(office, clock, tab):
    clock.pass_(hours=1)
    tab.update([["still here"]], "A1")
    told = [(call.operation, call.status) for call in office.google.calls[-3:]]
    assert told == [("values_update", 401), ("token", 200), ("values_update", 200)]


def test_unshared_deleted_and_not_switched_on(office):
    google, key = office.google, office.book_id
    google.unshare(key)
    with pytest.raises(PermissionError):
        office.open()
    google.share(key)
    google.delete(key)
    with pytest.raises(gspread.exceptions.SpreadsheetNotFound):
        office.open()
    google.delete(key, deleted=False)
    google.share(key, role="reader")
    with pytest.raises(gspread.exceptions.APIError, match=r"\[403\]: The caller does not have permission"):
        office.open().sheet1.update([["x"]], "A1")
    google.enabled = False
    assert message(office.raw("GET", ""))[1].startswith("Google Sheets API has not been used in project")


def test_a_service_account_cannot_make_files(office):
    answer = office.client().http_client.session.post(f"{office.google.sheets_url}/v4/spreadsheets", json={}, timeout=5)
    assert message(answer) == (403, "The caller does not have permission")


# --- quotas ---


def test_sixty_writes_a_minute_and_reads_counted_apart(office, clock, tab):
    office.google.quotas.take(office.google.account.email, "Write")
    for _ in range(59):
        office.google.admit(office.token(), "Write")
    with pytest.raises(gspread.exceptions.APIError, match="Write requests per minute per user") as met:
        tab.update([["x"]], "A1")
    assert met.value.error["status"] == "RESOURCE_EXHAUSTED"
    assert tab.get("A1") == [[]]
    clock.pass_(seconds=1)
    tab.update([["x"]], "A1")
