"""What is written into a tab that belongs to people too: whatever they do, our cells come right, theirs stay theirs."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.google.columns import layout_of, letter
from office.google.grid import Tab, blocks, plan
from office.google.sheet import ROUNDS
from office.google.slips import Write
from office.tables import Table

HEADER = ("เลขทะเบียนรับ", "เรื่อง", "สถานะ", "กำหนดเสร็จ", "รหัสเรื่อง")
NOTE = "บันทึกผู้บังคับบัญชา"
KEY = 4


def table(*numbers, subject="เรื่องที่") -> Table:
    rows = tuple((str(n), f"{subject} {n}", "รับเรื่องแล้ว", f"2026-12-{n:02}", f"2569-{n:06}") for n in numbers)
    return Table("ทะเบียน", HEADER, (NOTE,), HEADER[KEY], HEADER[3], HEADER[2], ("ยุติเรื่อง",), rows)


class Paper:
    """A tab in memory. What is written is put where it was meant, whoever has moved things meanwhile."""

    def __init__(self, *rows):
        self.cells = [list(row) for row in rows]

    def tab(self):
        while self.cells and not any(self.cells[-1]):
            self.cells.pop()
        return Tab("ทะเบียน", 1000, 26, [list(row) for row in self.cells])

    def put(self, plan):
        """First into places, then what is new into rows of its own."""
        notes = self.notes()
        self._write(plan.writes)
        if plan.new:
            first, last = plan.new[0].row, plan.new[-1].row
            self.cells += [[] for _ in range(first - len(self.cells))]
            self.cells[first:first] = [[] for _ in range(first, last + 1)]
            self._write(plan.new)
        assert self.notes() == notes, "what people wrote is gone"

    def notes(self):
        return sorted(str(cell) for row in self.cells for cell in row if str(cell).startswith("บันทึกของ"))

    def _write(self, writes):
        for write in writes:
            while len(self.cells) <= write.row:
                self.cells.append([])
            row = self.cells[write.row]
            row += [""] * (write.column + len(write.cells) - len(row))
            row[write.column : write.column + len(write.cells)] = write.cells

    def follow(self, wanted, meanwhile=(), *, others=frozenset(), lost=False):
        """As `GoogleSheet.follow` does it; `meanwhile`: what people do between our looks and our writes; `lost`: the
        answer to the first write is, so that the next look is a run of its own."""
        last, acts = None, list(meanwhile)
        for _ in range(ROUNDS + len(acts)):
            now = plan(self.tab(), wanted, frozenset(), last, others=others)
            if now.headless:
                self.cells.insert(0, [])
                continue
            if acts:
                acts.pop(0)(self)
            elif now.idle:
                return
            self.put(now)
            last, lost = (None if lost else now), False
        raise AssertionError("does not come to rest")

    def at(self, name):
        return self.head().index(name)

    def head(self):
        return next(row for row in self.cells if HEADER[KEY] in row)

    def shown(self):
        """Our columns of every row that has a key, by key, and the note beside it."""
        where, found = [self.at(name) for name in HEADER], {}
        for cells in self.cells:
            row = [*cells, *[""] * 30]
            if row[where[KEY]] in ("", HEADER[KEY]):
                continue
            assert row[where[KEY]] not in found, "a row stands twice"
            found[row[where[KEY]]] = tuple(row[i] for i in where), row[self.at(NOTE)]
        return found

    def sort(self, name, *, descending=False):
        head, at = self.head(), self.at(name)
        body = sorted((r for r in self.cells if r is not head and any(r)), key=lambda r: [*r, *[""] * 30][at])
        self.cells = [head, *(body[::-1] if descending else body)]

    def note(self, row, text):
        at = self.at(NOTE)
        self.cells[row] += [""] * (at + 1 - len(self.cells[row]))
        self.cells[row][at] = text

    def move_column(self, start, end):
        width = max(map(len, self.cells))
        self.cells = [[*row, *[""] * (width - len(row))] for row in self.cells]
        for row in self.cells:
            row.insert(end, row.pop(start))


def is_right(paper, wanted):
    return {key: cells for key, (cells, _) in paper.shown().items()} == {row[KEY]: row for row in wanted.rows}


def test_an_empty_tab_gets_headings_rows_and_the_staffs_column():
    paper = Paper()
    paper.follow(table(1, 2))
    assert paper.cells == [[*HEADER, NOTE], *map(list, table(1, 2).rows)]


def test_only_what_is_wrong_is_written_and_never_the_key_of_a_row_that_is_there():
    paper = Paper()
    paper.follow(table(1, 2, 3))
    changed = table(1, 2, 3)
    changed = replace(
        changed, rows=(changed.rows[0], (*changed.rows[1][:2], "ยุติเรื่อง", *changed.rows[1][3:]), changed.rows[2])
    )
    (write,) = plan(paper.tab(), changed, frozenset()).writes
    assert write == Write(2, 0, changed.rows[1][:KEY], "2569-000002")
    assert plan(paper.tab(), table(1, 2, 3), frozenset()).writes == ()


def test_a_column_in_between_is_stepped_over():
    paper = Paper()
    paper.follow(table(1))
    for row in paper.cells:
        row.insert(2, "")
    paper.cells[0][2], paper.cells[1][2] = "ผู้รับมอบ", "นายช่าง"
    changed = table(1, subject="แก้ไข")
    writes = plan(paper.tab(), changed, frozenset()).writes
    assert [(write.column, len(write.cells)) for write in writes] == [(0, 2), (3, 2)]
    paper.follow(changed)
    assert paper.cells[1][2] == "นายช่าง"


def test_what_others_did_to_our_cells_is_noticed_and_what_we_change_ourselves_is_not():
    paper, keys = Paper(), frozenset({"2569-000001", "2569-000002", "2569-000003"})
    paper.follow(table(1, 2, 3))
    paper.cells[1][1] = "ข้อความอื่น"
    del paper.cells[2]
    found = plan(paper.tab(), table(1, 2, 3), keys)
    assert (found.edited, found.gone) == (("2569-000001",), ("2569-000002",))
    found = plan(paper.tab(), table(1, 2, 3, subject="แก้ไข"), frozenset())
    assert (found.edited, found.gone) == ((), ())


def test_a_number_or_a_formula_typed_over_a_text_of_ours_is_put_right():
    paper = Paper()
    paper.follow(table(1))
    paper.cells[1][0], paper.cells[1][1] = 1, "=1+1"
    paper.follow(table(1))
    assert is_right(paper, table(1))


def test_a_key_that_was_cleared_comes_back_into_its_row():
    paper = Paper()
    paper.follow(table(1, 2))
    paper.note(1, "ทราบ")
    paper.cells[1][KEY] = ""
    paper.follow(table(1, 2))
    assert paper.shown()["2569-000001"] == (table(1).rows[0], "ทราบ")
    assert len(paper.cells) == 3


def test_a_row_that_was_copied_stands_once_and_the_copys_note_is_kept():
    paper = Paper()
    paper.follow(table(1, 2))
    paper.cells.append([*table(1).rows[0], "ทราบแล้ว"])
    paper.cells.append([*table(2).rows[0], ""])
    paper.follow(table(1, 2))
    assert is_right(paper, table(1, 2))
    assert paper.shown()["2569-000001"][1] == "ทราบแล้ว"  # the one with the note stays


@pytest.mark.parametrize(
    "spoil",
    [
        lambda paper: paper.cells[0].__setitem__(KEY, "รหัส"),
        lambda paper: paper.cells[0].__setitem__(1, ""),
        lambda paper: paper.cells.pop(0),
        lambda paper: paper.cells.insert(0, []),
        lambda paper: paper.cells.append(paper.cells.pop(0)),
    ],
    ids=["the key's heading renamed", "a heading cleared", "no headings", "an empty first row", "headings sorted away"],
)
def test_headings_come_back_and_no_row_is_doubled(spoil):
    paper = Paper()
    paper.follow(table(1, 2, 3))
    spoil(paper)
    paper.follow(table(1, 2, 3, 4))
    assert is_right(paper, table(1, 2, 3, 4))
    assert all(paper.at(name) < 6 for name in (*HEADER, NOTE))


def test_rows_of_peoples_own_stay():
    paper = Paper()
    paper.follow(table(1))
    paper.cells.append(["", "หมายเหตุท้ายตาราง"])
    paper.follow(table(1, 2))
    assert paper.cells[2] == ["", "หมายเหตุท้ายตาราง"]


def test_rows_of_another_year_in_the_same_tab_are_left_to_it():
    paper = Paper()
    paper.follow(table(1, 2))
    last_year = tuple((*row[:KEY], row[KEY].replace("2569", "2568")) for row in table(1, 2).rows)
    found = plan(
        paper.tab(), replace(table(), rows=last_year), frozenset(), others=frozenset({"2569-000001", "2569-000002"})
    )
    paper.put(found)
    assert sorted(paper.shown()) == ["2568-000001", "2568-000002", "2569-000001", "2569-000002"]


def test_a_row_inserted_while_we_wrote_a_new_one_costs_nobody_their_note():
    paper = Paper()
    paper.follow(table(1, 2))
    paper.note(2, "ด่วน")
    paper.follow(table(1, 2, 3), [lambda paper: paper.cells.insert(1, [])])
    assert is_right(paper, table(1, 2, 3))
    assert {key: note for key, (_, note) in paper.shown().items() if note} == {"2569-000002": "ด่วน"}


def test_a_note_changed_beside_another_years_row_while_we_write_stays_there():
    def year(number, *numbers):
        rows = tuple((*row[:KEY], row[KEY].replace("2569", str(number))) for row in table(*numbers).rows)
        return replace(table(), rows=rows)

    paper, others = Paper(), frozenset({"2568-000001", "2568-000002"})
    paper.follow(year(2568, 1, 2))
    paper.follow(year(2569, 1, 2), others=others)
    for row in (1, 2, 3):
        paper.note(row, "ชำระแล้ว")
    paper.follow(year(2569, 1, 2, 3), [lambda paper: paper.note(3, "คืนเงินแล้ว")], others=others)
    notes = {key: note for key, (_, note) in paper.shown().items()}
    assert notes == {
        "2568-000001": "ชำระแล้ว",
        "2568-000002": "ชำระแล้ว",
        "2569-000001": "คืนเงินแล้ว",
        "2569-000002": "",
        "2569-000003": "",
    }


def test_a_key_that_fell_on_another_row_goes_back_and_both_keep_their_notes():
    paper = Paper()
    paper.follow(table(1, 2, 3))
    for row in (1, 2, 3):
        paper.note(row, f"บันทึกของ {paper.cells[row][KEY]}")
    paper.cells[3][KEY] = ""
    paper.follow(table(1, 2, 3), [lambda paper: paper.cells.insert(1, [])])
    assert is_right(paper, table(1, 2, 3))
    assert all(note == f"บันทึกของ {key}" for key, (_, note) in paper.shown().items())


@pytest.mark.parametrize("noted", [(2,), (1, 2), (1, 2, 3)])
def test_a_key_dragged_over_other_rows_gives_them_back_with_their_notes(noted):
    paper = Paper()
    paper.follow(table(1, 2, 3))
    for row in noted:
        paper.note(row, f"บันทึกของ {paper.cells[row][KEY]}")
    paper.cells[2][KEY] = paper.cells[3][KEY] = paper.cells[1][KEY]
    paper.follow(table(1, 2, 3))
    assert is_right(paper, table(1, 2, 3))
    notes = {key: note for key, (_, note) in paper.shown().items() if note}
    assert notes == {f"2569-{row:06}": f"บันทึกของ 2569-{row:06}" for row in noted}
    assert len(paper.cells) == 4


def test_a_key_that_fell_on_another_row_goes_back_when_nobody_remembers_having_written_it():
    paper = Paper()
    paper.follow(table(1, 2, 3))
    for row in (1, 2, 3):
        paper.note(row, f"บันทึกของ {paper.cells[row][KEY]}")
    paper.cells[1][KEY] = ""
    paper.follow(table(1, 2, 3), [lambda paper: paper.sort(HEADER[0], descending=True)], lost=True)
    assert is_right(paper, table(1, 2, 3))
    assert all(note == f"บันทึกของ {key}" for key, (_, note) in paper.shown().items())
    assert len(paper.cells) == 4


@pytest.mark.parametrize("lost", [False, True])
def test_cells_of_ours_that_fell_on_a_row_that_stands_twice_do_not_take_it_away(lost):
    paper = Paper()
    paper.follow(table(1, 2, 3))
    paper.note(2, "บันทึกของ 2569-000002")
    paper.cells.append(list(table(2).rows[0]))
    paper.follow(table(1, 2, 3, subject="แก้ไข"), [lambda paper: paper.cells.pop(1)], lost=lost)
    assert all(note in ("", f"บันทึกของ {key}") for key, (_, note) in paper.shown().items())


NUMBERS = st.integers(1, 6)
MEANWHILE = st.one_of(
    st.builds(lambda name, down: ("sort", name, down), st.sampled_from([*HEADER, NOTE]), st.booleans()),
    st.builds(lambda row: ("insert", row), NUMBERS),
    st.builds(lambda row: ("delete", row), NUMBERS),
    st.builds(lambda row: ("note", row), NUMBERS),
)
BETWEEN = st.one_of(
    MEANWHILE,
    st.builds(lambda row, name: ("edit", row, name), NUMBERS, st.sampled_from(HEADER[:KEY])),
    st.builds(lambda row: ("copy", row), NUMBERS),
    st.builds(lambda a, b: ("move", a, b), st.integers(0, 5), st.integers(0, 5)),
    st.builds(lambda at: ("column", at), st.integers(0, 5)),
)


def act(paper, what, *how):
    match what:
        case "sort":
            paper.sort(how[0], descending=how[1])
        case "insert":
            paper.cells.insert(min(how[0], len(paper.cells)), [])
        case "delete" if 0 < how[0] < len(paper.cells):
            del paper.cells[how[0]]
        case "note" if how[0] < len(paper.cells) and paper.cells[how[0]] is not paper.head():
            keys = [str(row[paper.at(HEADER[KEY])]) if len(row) > paper.at(HEADER[KEY]) else "" for row in paper.cells]
            key = keys[how[0]]
            if key.startswith("2569-") and keys.count(key) == 1 and f"บันทึกของ {key}" not in paper.notes():
                paper.note(how[0], f"บันทึกของ {key}")
        case "edit" if how[0] < len(paper.cells) and paper.cells[how[0]] is not paper.head():
            if any(str(cell).startswith("2569-") for cell in paper.cells[how[0]]):
                paper.cells[how[0]][paper.at(how[1])] = "แก้โดยคน"
        case "copy" if how[0] < len(paper.cells) and paper.cells[how[0]] is not paper.head():
            row = paper.cells[how[0]]
            paper.cells.append(["" if at == paper.at(NOTE) else cell for at, cell in enumerate(row)])
        case "move":
            paper.move_column(*how)
        case "column":
            width = max(map(len, paper.cells))
            paper.cells = [[*row, *[""] * (width - len(row))] for row in paper.cells]
            for row in paper.cells:
                row.insert(how[0], "")


@given(
    st.lists(BETWEEN, max_size=4),
    st.lists(st.lists(MEANWHILE, max_size=2), max_size=2),
    st.integers(0, 3),
    st.booleans(),
)
def test_whatever_people_do_and_when_every_row_is_there_once_with_its_note(between, meanwhile, new, lost):
    paper, wanted = Paper(), table(1, 2, 3, 4, 5)
    paper.follow(wanted)
    for row in (2, 3, 5):
        paper.note(row, f"บันทึกของ {paper.cells[row][KEY]}")
    for deed in between:
        act(paper, *deed)
    wanted = table(*range(1, 6 + new), subject="เรื่องแก้ไขที่")
    acts = [lambda paper, deeds=deeds: [act(paper, *deed) for deed in deeds] for deeds in meanwhile]
    paper.follow(wanted, acts, lost=lost)
    assert is_right(paper, wanted)
    assert sum("เรื่องแก้ไขที่" in "".join(row) for row in paper.cells) == len(wanted.rows)  # nothing beside them
    assert sorted(f"บันทึกของ {key}" for key, (_, note) in paper.shown().items() if note) == paper.notes()
    assert all(note in ("", f"บันทึกของ {key}") for key, (_, note) in paper.shown().items())


def test_neighbouring_rows_are_written_as_one_rectangle():
    writes = [Write(3, 0, ("c", "d")), Write(2, 0, ("a", "b")), Write(2, 4, ("x",)), Write(9, 0, ("e", "f"))]
    assert blocks(writes) == [(2, 0, [("a", "b"), ("c", "d")]), (9, 0, [("e", "f")]), (2, 4, [("x",)])]


def test_columns_have_names():
    assert [letter(column) for column in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_our_rows_may_stand_anywhere():
    layout = layout_of([[NOTE, *HEADER[::-1]]], table(1))
    assert (layout.at, layout.headings, layout.theirs) == ((5, 4, 3, 2, 1), (), ((0, NOTE),))
