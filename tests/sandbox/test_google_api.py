"""The stand-in for Google Sheets where gspread hides what it does: raw requests, bad weather, somebody in between."""

import json
import threading
import time

import pytest
import requests
from google.auth import crypt, jwt

from sandbox.google import OWNER
from sandbox.google.account import GRANT
from tests.sandbox.spreadsheet import SCOPE, Office, message
from tests.sandbox.test_google_gspread import Clock


@pytest.fixture
def office(tmp_path):
    office = Office(Clock(), tmp_path)
    yield office
    office.close()


def put(office, cells="A1", value="x", option="RAW"):
    return office.raw("PUT", f"/values/{cells}?valueInputOption={option}", {"values": [[value]]})


def text(value):
    return {"userEnteredValue": {"stringValue": value}}


# --- batches ---


def test_a_batch_is_carried_out_whole_or_not_at_all(office):
    good = {"updateCells": {"start": {}, "rows": [{"values": [text("=1+1")]}], "fields": "userEnteredValue"}}
    assert message(office.batch(good, {"deleteSheet": {"sheetId": 7}})) == (
        400,
        "Invalid requests[1].deleteSheet: No grid with id: 7",
    )
    assert office.rows() == []
    assert office.batch(good).json()["replies"] == [{}]
    cell = office.tab.cell(0, 0)
    assert (cell.value, cell.formula, cell.by) == ("=1+1", "", "CELL")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"paintItBlack": {}}, "Unknown name \"paintItBlack\" at 'requests[0]'"),
        ({"createDeveloperMetadata": {}}, "the stand-in has no createDeveloperMetadata"),
        ({"deleteSheet": {"sheetID": 0}}, "Unknown name \"sheetID\" at 'requests[0].deleteSheet'"),
        ({"repeatCell": {"range": {}, "cell": {}}}, "At least one field must be listed in 'fields'"),
        ({"addSheet": {}, "deleteSheet": {}}, "oneof field 'kind' is already set"),
        ({"updateSheetProperties": {"properties": {"hidden": True}, "fields": "hidden"}}, "can't hide all the sheets"),
        ({"addConditionalFormatRule": {"rule": {"ranges": [{}]}}}, "either a booleanRule or a gradientRule"),
        ({"addChart": {"chart": {"spec": {"title": "t"}}}}, "exactly one kind of spec"),
    ],
)
def test_what_is_not_understood_is_refused(office, asked, why):
    status, said = message(office.batch(asked))
    assert status == 400
    assert why in said


def test_a_sheet_dressed_in_one_batch(office):
    """What a mirror makes of a new tab, and what `get` then tells of it."""
    sheet, header = {"sheetId": 5}, {"sheetId": 5, "startRowIndex": 0, "endRowIndex": 1}
    late = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": '=$B2="x"'}]}
    column = {"sheetId": 5, "startColumnIndex": 0, "endColumnIndex": 1}
    chart = {"basicChart": {"chartType": "COLUMN", "series": [{"series": {"sourceRange": {"sources": [column]}}}]}}
    spot = {"overlayPosition": {"anchorCell": {"sheetId": 5, "rowIndex": 2}}}
    answer = office.batch(
        {"addSheet": {"properties": {**sheet, "title": "สรุป", "gridProperties": {"rowCount": 9, "columnCount": 4}}}},
        {"updateCells": {"range": header, "rows": [{"values": [text("ก")]}], "fields": "userEnteredValue"}},
        {"repeatCell": {"range": header, "cell": {"userEnteredFormat": {"textFormat": {"bold": True}}},
                        "fields": "userEnteredFormat.textFormat.bold"}},
        {"updateDimensionProperties": {"range": {**sheet, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1},
                                       "properties": {"pixelSize": 240}, "fields": "pixelSize"}},
        {"addConditionalFormatRule": {"rule": {"ranges": [sheet], "booleanRule": {"condition": late, "format": {}}}}},
        {"addFilterView": {"filter": {"title": "เกินกำหนด", "range": sheet}}},
        {"addChart": {"chart": {"spec": chart, "position": spot}}},
        {"appendDimension": {**sheet, "dimension": "ROWS", "length": 3}},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    fields = "sheets(properties(title,gridProperties),charts.spec.basicChart.chartType,data(rowData,columnMetadata))"
    dressed = office.raw("GET", f"?fields={fields}").json()["sheets"][1]
    assert dressed["properties"] == {"title": "สรุป", "gridProperties": {"rowCount": 12, "columnCount": 4}}
    assert dressed["charts"] == [{"spec": {"basicChart": {"chartType": "COLUMN"}}}]
    (data,) = dressed["data"]
    assert data["columnMetadata"][0] == {"pixelSize": 240}
    assert data["rowData"][0]["values"][0]["userEnteredFormat"] == {"textFormat": {"bold": True}}


def test_what_lay_on_rows_that_are_gone_is_gone(office):
    """And what reached beyond a grid that has become smaller holds no more writing up."""
    rows, few = {"startRowIndex": 2, "endRowIndex": 4}, {"startRowIndex": 990}
    rule = {"booleanRule": {"condition": {"type": "BLANK"}, "format": {}}}
    asked = [{"addConditionalFormatRule": {"rule": {"ranges": ranges, **rule}}} for ranges in ([rows], [rows, few])]
    filtered = {"setBasicFilter": {"filter": {"range": rows}}}
    assert office.batch(*asked, filtered, {"addProtectedRange": {"protectedRange": {"range": few}}}).status_code == 200
    office.google.hand(office.book_id, OWNER).delete_row("Sheet1", 2)
    assert office.tab.filter["range"]["endRowIndex"] == 3
    office.google.hand(office.book_id, OWNER).delete_row("Sheet1", 2)
    assert office.tab.filter is None
    assert [rule["ranges"] for rule in office.tab.rules] == [[{"startRowIndex": 988, "sheetId": 0}]]
    smaller = {
        "updateSheetProperties": {
            "properties": {"gridProperties": {"rowCount": 10}},
            "fields": "gridProperties.rowCount",
        }
    }
    assert office.batch(smaller).status_code == 200
    assert put(office).status_code == 200
    (tab,) = office.google.seen(office.book_id, OWNER)
    assert tab["rows"] == [["x"]]


# --- limits ---


def test_limits_of_a_cell_and_of_the_file(office):
    assert put(office, value="ก" * 50_000).status_code == 200
    assert "more than the maximum of 50000 characters" in message(put(office, value="ก" * 50_001))[1]
    grown = {"appendDimension": {"dimension": "ROWS", "length": 400_000}}
    assert "10000000 cells" in message(office.batch(grown))[1]


def test_bodies_that_are_not_what_they_should_be(office):
    wrong = office.raw("PUT", "/values/A1?valueInputOption=RAW", {"values": "X"})
    assert message(wrong)[1].startswith(
        "Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue)"
    )
    assert "valueInputOption" in message(office.raw("PUT", "/values/A1", {"values": [["x"]]}))[1]
    assert message(office.raw("GET", "/values/Nowhere!A1")) == (400, "Unable to parse range: Nowhere!A1")
    for raw in (b'{"values": [["\xff"]]}', b'{"values": [["\\ud83d"]]}', b'{"values": [[NaN]]}'):
        answer = office.raw("PUT", "/values/A1?valueInputOption=RAW", data=raw)
        assert message(answer)[1].startswith("Invalid JSON payload")
    assert office.raw("POST", "/values:batchUpdateByDataFilter", {}).status_code == 404
    assert office.rows() == []


def test_without_a_bearer_nobody_comes_in(office):
    url = f"{office.google.sheets_url}/v4/spreadsheets/{office.book_id}"
    assert message(requests.get(url, timeout=5))[0] == 401
    assert message(requests.get(url, headers={"Authorization": "Bearer ya29.x"}, timeout=5))[0] == 401


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({}, None),
        ({"aud": "https://elsewhere.example/token"}, "Failed audience check"),
        ({"exp": 100, "iat": 0}, "Check your iat and exp values"),
        ({"exp": int(time.time()) + 90_000}, "Check your iat and exp values"),
        ({"iss": "nobody@rapruang-demo.iam.gserviceaccount.com"}, "account not found"),
        ({"scope": ""}, "Invalid OAuth scope"),
    ],
)
def test_an_assertion_is_read_to_its_last_claim(office, wrong, why):
    now, account = int(time.time()), json.loads(office.file.read_text())
    claims = {
        "iss": account["client_email"],
        "scope": SCOPE,
        "aud": account["token_uri"],
        "iat": now,
        "exp": now + 3600,
    }
    signer = crypt.RSASigner.from_service_account_info(account)
    form = {"grant_type": GRANT, "assertion": jwt.encode(signer, {**claims, **wrong})}
    answer = office.http.post(account["token_uri"], data=form, timeout=5)
    assert answer.status_code == (400 if why else 200)
    assert why is None or why in answer.json()["error_description"]
    broken = office.http.post(account["token_uri"], data={**form, "assertion": "a.b.c"}, timeout=5)
    assert broken.status_code == 400
    office.http.close()


def test_no_secret_is_kept_of_a_call(office):
    token = office.token()
    put(office)
    kept = str(office.google.calls)
    assert token not in kept
    assert "assertion" not in kept


# --- weather ---


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("429", 429, "RESOURCE_EXHAUSTED"),
        ("500", 500, "INTERNAL"),
        ("503", 503, "UNAVAILABLE"),
        ("401", 401, "UNAUTHENTICATED"),
        ("unshared", 403, "PERMISSION_DENIED"),
        ("deleted", 404, "NOT_FOUND"),
        ("disabled", 403, "PERMISSION_DENIED"),
    ],
)
def test_refusals_of_a_bad_day_apply_nothing(office, fault, status, kind):
    office.google.next_answers("values_update", [fault])
    answer = put(office)
    assert (answer.status_code, answer.json()["error"]["status"]) == (status, kind)
    assert office.rows() == []
    assert put(office).status_code == 200


def test_a_gateway_answers_in_html(office):
    office.google.next_answers("values_update", ["502"])
    answer = put(office)
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert office.rows() == []


def test_a_reply_lost_after_the_write_and_a_connection_cut_before_it(office):
    office.google.next_answers("values_update", ["cut", "drop"])
    with pytest.raises(requests.ConnectionError):
        put(office)
    assert office.rows() == []
    with pytest.raises(requests.ConnectionError):
        put(office)
    assert office.rows() == [["x"]]


def test_a_hanging_google_answers_when_the_weather_changes(office):
    office.token()
    office.google.set_weather("hang")
    answers = []
    caller = threading.Thread(target=lambda: answers.append(put(office).status_code))
    caller.start()
    while caller.is_alive():
        office.google.set_weather("ok")
        caller.join(0.01)
    assert answers == [200]


def test_the_token_endpoint_has_weather_of_its_own(office):
    office.google.token_weather.set("unshared")
    session = office.client().http_client.session
    answer = requests.post(office.google.token_uri, data={}, timeout=5)
    assert answer.status_code == 403
    office.google.token_weather.set("ok")
    session.credentials.refresh(session._auth_request)
    assert session.credentials.token


# --- somebody in between ---


def test_a_person_sorts_between_the_reading_and_the_writing(office):
    office.raw("PUT", "/values/A1:A3?valueInputOption=RAW", {"values": [["b"], ["c"], ["a"]]})
    owner = office.google.hand(office.book_id, OWNER)
    office.google.after(2, lambda: owner.sort("Sheet1", 0), "values_batch_get")
    for seen in ("b", "b", "a"):  # the second reader is told what was there before the sort
        answer = office.raw("GET", "/values:batchGet?ranges=A1:A3&ranges=B1")
        assert answer.json()["valueRanges"][0]["values"][0] == [seen]
    owner.insert_row("Sheet1", 1)
    owner.delete_row("Sheet1", 0)
    assert owner.rows("Sheet1") == [[""], ["b"], ["c"]]


# --- allowedLocations ---


IAM = "https://iamcredentials.googleapis.com"


def test_google_auth_asks_for_locations_beside_the_token(office):
    """On a thread of its own: what is asked of the sheet is answered although that question still hangs."""

    class Detour(requests.adapters.HTTPAdapter):  # google-auth copies the session, and an adapter's copy loses its own
        def send(self, request, **more):
            request.url = request.url.replace(IAM, office.google.boundary_url)
            return super().send(request, **more)

    office.google.boundary_weather.set("hang")
    client = office.client()
    session = client.http_client.session
    session._auth_request.session.mount(IAM, Detour())
    del session.credentials._is_regional_access_boundary_lookup_required
    assert client.open_by_key(office.book_id).sheet1.get("A1") == [[]]
    office.google.boundary_weather.set("ok")
    worker = session.credentials._rab_manager.refresh_manager._worker
    worker.join(10)
    assert [(call.operation, call.status) for call in office.google.calls[-1:]] == [("allowed_locations", 404)]
