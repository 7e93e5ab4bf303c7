"""A spreadsheet shared with a service account, and real gspread that opens it over HTTP."""

import gspread
import requests

from sandbox.google import Google
from sandbox.server import serve
from sandbox.sheets import create_google

GOOGLE = "https://sheets.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/spreadsheets"


class Office:
    """`google` is the stand-in, `book` the spreadsheet. `raw()` calls what gspread would not."""

    def __init__(self, clock, folder):
        self.google = Google(clock)
        self.server = serve(create_google(self.google))
        self.google.origin = self.server.url
        self.book_id = self.google.make_spreadsheet().id
        self.file = self.google.account_file(folder / "account.json")
        self._token, self._sessions, self.http = "", [], requests.Session()

    @property
    def book(self):
        return self.google.books[self.book_id]

    @property
    def tab(self):
        return self.book.sheets[0]

    def client(self, scope=SCOPE):
        here = self.google.sheets_url

        class Here(gspread.HTTPClient):
            def request(self, method, endpoint, **more):
                return super().request(method, endpoint.replace(GOOGLE, here), **more)

        client = gspread.service_account(str(self.file), scopes=[scope], http_client=Here)
        credentials = client.http_client.session.credentials
        credentials._is_regional_access_boundary_lookup_required = lambda: False  # it would ask the real Google
        client.set_timeout((3, 10))
        session = client.http_client.session
        self._sessions += [session, session._auth_request.session, self.http]
        return client

    def open(self):
        return self.client().open_by_key(self.book_id)

    def token(self):
        if not self._token:
            session = self.client().http_client.session
            session.credentials.refresh(session._auth_request)
            self._token = session.credentials.token
        return self._token

    def raw(self, method, path, body=None, **more):
        headers = {"Authorization": f"Bearer {self.token()}", **more.pop("headers", {})}
        url = f"{self.google.sheets_url}/v4/spreadsheets/{self.book_id}{path}"
        return self.http.request(method, url, json=body, headers=headers, timeout=10, **more)

    def batch(self, *asked):
        return self.raw("POST", ":batchUpdate", {"requests": list(asked)})

    def rows(self):
        return self.google.hand(self.book_id).rows(self.tab.title)

    def close(self):
        for each in self._sessions:
            each.close()
        self.google.close()
        self.server.close()


def message(answer):
    """Status and message of a refusal."""
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    return answer.status_code, error["message"]
