"""A stand-in for Google: the Sheets API v4, the OAuth token endpoint, and the people who share the spreadsheet.

    google = Google(now)                             # `now`: the world's clock
    with serve(create_google(google)) as server:     # sandbox/sheets.py; in a World: `world.google`, with its page
        google.origin = server.url
        book = google.make_spreadsheet()             # a person's, shared with the service account as its editor
        google.account_file(path)                    # GOOGLE_SERVICE_ACCOUNT_FILE
        google.sheets_url, book.id                   # GOOGLE_SHEETS_URL, GOOGLE_SHEET_ID

What happens to it: `set_weather(fault)`, `next_answers(operation, faults)` (operations: get, values_get,
values_batch_get, values_update, values_append, values_clear, values_batch_update, values_batch_clear, batch_update,
token, allowed_locations; faults: `sandbox/weather.py`), `token_weather`, `boundary_weather`, `share`, `unshare`,
`delete(id)`, `enabled = False` (the API is not switched on in the project), `account.change_key()`,
`account.forget_tokens()`, `quotas.on = False`, `after(n, act, operation="")`: somebody acts between two requests.

People: `hand(book.id)` is the supervisor, `hand(book.id, OWNER)` the owner of the file. They `type`, `sort`, `paint`,
`filter`, `rename`, `insert_row`, `delete_row`, `insert_column`, `delete_column`, `delete_tab`; `rows(tab)` is what they
read.

To look at: `calls`; `books[id].titled(tab).cell(row, column)` has `value`, `formula`, `by` (the option it was written
with), `format`. Rows and columns count from 0.
"""

from sandbox.google.google import OWNER, SUPERVISOR, Google

__all__ = ["OWNER", "SUPERVISOR", "Google"]
