"""What an operator types about people and books, and what the terminal says."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import app


@pytest.fixture
def types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Type a command; its exit code and all that it printed."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "k")

    def run(command: str) -> tuple[int, str]:
        done = CliRunner().invoke(app.cli, command.split())
        return done.exit_code, done.output

    assert run("upgrade")[0] == 0
    return run


def test_the_life_of_an_entry(types) -> None:
    code, said = types("staff add --name สมศรี --position ธุรการ --role saraban")
    assert code == 0
    assert "ยืนยันตัว " in said
    assert "ต้องมีคำสั่งแต่งตั้ง" in said
    assert types("staff add --name สมศรี --position ธุรการ --role officer --unit nowhere")[0] == 1
    assert types("staff add --name สมศรี --position ธุรการ --role officer --until 2020-01-01")[0] == 1
    assert "ยืนยันตัว " in types("staff code 1")[1]
    assert [types("staff end 1")[0] for _ in range(2)] == [0, 1]
    assert types("staff code 1")[0] == 1
    assert types("staff list")[1].count("\n") == 1


def test_where_the_numbers_begin_and_when_they_end(types) -> None:
    assert types("register start --year 2569 --number 481") == (0, "เลขถัดไปคือ 481/2569\n")
    assert types("register start --unit works --year 2569 --number 21")[0] == 0
    assert types("register start --unit works --year 2569 --number 20")[0] == 1
    assert types("register start --unit nowhere --year 2569 --number 1")[0] == 1
    assert [types("register close --book outgoing --year 2560")[0] for _ in range(2)] == [0, 1]
    assert types("register close --year 2699")[0] == 1
