"""The sandbox stays out of the way: light to import, apart from the product."""

import subprocess
import sys
from pathlib import Path

ROOMS = ("app", "bot", "flows", "handlers", "models", "office", "services", "settings")


def imported(module):
    code = f"import sys, {module}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_the_world_needs_no_web_framework_and_no_yaml():
    names = imported("sandbox.world")
    assert not names & {"flask", "yaml", "jsonschema", "linebot", "sqlalchemy", "regex"}


def test_nothing_of_the_product_is_imported():
    names = imported("sandbox.pages") | imported("sandbox.demo")
    assert not names & {*ROOMS, "linebot", "yaml", "sqlalchemy"}


def test_the_product_does_not_import_the_sandbox():
    root = Path(__file__).parents[2]
    for room in ROOMS[1:-1]:
        for path in (root / room).rglob("*.py"):
            assert "import sandbox" not in path.read_text()
            assert "from sandbox" not in path.read_text()
