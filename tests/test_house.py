"""The rules of the house that no single room can keep: doors, commits, settings, migrations, names, words, sizes."""

from __future__ import annotations

import ast
import importlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from apscheduler.triggers.cron import CronTrigger

from flows.effects import Effect
from handlers import clock, errands
from models import append_only, tables
from models.db import Database
from models.upgrading import downgrade, is_current, newest, upgrade
from office.calendar import ZONE
from tests.house import House

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "flows", "handlers", "models", "office", "services")


def product() -> list[Path]:
    """Every file of the product; the sandbox is a world of its own."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return sorted([*files, *ROOT.glob("*.py")])


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


# --- doors ---

#: Doors that anybody may knock at, and why.
OPEN = {
    "/health": "the operator's monitoring; it says nothing of any citizen",
    "/uploads/page.css": "the upload page's own file",
    "/uploads/page.js": "the upload page's own file",
    "/uploads/tus.min.js": "the upload page's own file",
}
#: A door whose path is its key: with another path it is not there.
KEYED = {"/uploads/<token>"}


def doors(house: House) -> Iterator[tuple[str, str]]:
    for rule in house.client.application.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule


def test_every_door_is_signed_or_open_for_a_reason(small_house: House) -> None:
    for method, path in doors(small_house):
        answer = small_house.client.open(path, method=method, data=b'{"events": []}')
        due = 200 if path in OPEN else 404 if path in KEYED else 403
        assert answer.status_code == due, (method, path)


def test_no_reason_is_given_for_a_door_that_is_gone(small_house: House) -> None:
    assert set(OPEN) | KEYED <= {path for _, path in doors(small_house)}


def test_the_house_hands_out_no_files(small_house: House) -> None:
    application = small_house.client.application
    assert application.static_folder is None
    assert not any(rule.endpoint.endswith("static") for rule in application.url_map.iter_rules())


def test_a_door_tells_a_stranger_nothing_of_how_the_house_is_built(small_house: House) -> None:
    for path in ("/", "/nothing", "/webhooks/line"):
        answer = small_house.client.get(path)
        assert answer.status_code in (404, 405)
        assert b"Traceback" not in answer.data


# --- commits ---

#: Who else opens transactions or commits, and why.
COMMITS = {
    "models/db.py": "the one way",
    "models/upgrading.py": "migrations run before anybody works here",
    "models/bell.py": "NOTIFY on a connection of its own; it writes no row",
}


def test_only_one_room_commits() -> None:
    commit = re.compile(r"\.commit\(|engine\.begin\(|connection\.begin\(|autocommit|isolation_level", re.IGNORECASE)
    found = {name_of(path) for path in product() if commit.search(path.read_text())}
    assert found == set(COMMITS)


def test_nobody_but_the_database_room_makes_engines_or_connections() -> None:
    opened = re.compile(r"create_engine\(|engine\.connect\(|sqlite3\.connect|psycopg\.connect")
    found = {name_of(path) for path in product() if opened.search(path.read_text())}
    assert found <= {"models/db.py", "models/bell.py", "models/upgrading.py"}


# --- rooms ---


def test_rooms_begin_empty() -> None:
    for room in (*ROOMS, "sandbox", "models/migrations"):
        assert (ROOT / room / "__init__.py").read_bytes() == b"", room


def test_no_file_is_longer_than_one_can_hold_in_the_head() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in product()}
    versions = "models/migrations/versions/"  # written once, never read as a whole
    assert {name: n for name, n in lengths.items() if n > 350 and not name.startswith(versions)} == {}


def test_every_module_says_what_it_keeps() -> None:
    mute = [name_of(path) for path in product() if path.stat().st_size and not ast.get_docstring(parsed(path))]
    assert mute == []


# --- settings ---

#: The names of the outside contract.
CONTRACT = {
    "DATABASE_URL", "VAR_DIR", "SERVICES_DIR", "PORT", "PUBLIC_URL", "SECRET_KEY",
    "LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "LINE_API_URL", "LINE_API_DATA_URL",
    "MESSENGER_PAGE_ID", "MESSENGER_PAGE_TOKEN", "MESSENGER_APP_SECRET", "MESSENGER_VERIFY_TOKEN",
    "MESSENGER_MEDIA_HOSTS", "GRAPH_API_URL", "GRAPH_API_VERSION",
    "GOOGLE_SERVICE_ACCOUNT_FILE", "GOOGLE_SHEET_ID", "GOOGLE_SHEETS_URL", "OLD_SECRET_KEY",
    "FILES_S3_BUCKET", "FILES_S3_ENDPOINT", "FILES_S3_PREFIX",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION",
}  # fmt: skip


def settings_read() -> set[str]:
    words = {node.value for node in ast.walk(parsed(ROOT / "settings.py")) if isinstance(node, ast.Constant)}
    return {word for word in words if isinstance(word, str) and re.fullmatch(r"[A-Z]+(_[A-Z\d]+)*", word)}


def documented() -> set[str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = (re.match(r"#?\s*([A-Z][A-Z\d_]+)=", line) for line in lines)
    return {name[1] for name in found if name}


def test_every_setting_is_of_the_contract_and_documented() -> None:
    assert settings_read() - CONTRACT == set()
    assert settings_read() - documented() == set()


def test_nothing_is_documented_that_no_contract_knows() -> None:
    assert documented() - CONTRACT == set()


def test_the_example_holds_no_secret() -> None:
    for line in (ROOT / ".env.example").read_text().splitlines():
        name, _, value = line.lstrip("# ").partition("=")
        if re.search(r"SECRET|TOKEN|KEY", name) and name in CONTRACT:
            assert value.split("#")[0].strip() == "", line


def test_the_environment_is_read_in_one_place() -> None:
    reads = {
        name_of(path)
        for path in [*product(), *(ROOT / "sandbox").rglob("*.py")]
        for node in ast.walk(parsed(path))
        if _reads_environment(node)
    }
    assert reads <= {"settings.py", "gunicorn.conf.py"}


def _reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and any("env" in alias.name for alias in node.names)
    return isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.environb", "os.getenv")


# --- migrations ---


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    here = f"sqlite:///{tmp_path / 'empty.db'}"
    database = Database(here if request.param == "sqlite" else request.getfixturevalue("new_postgresql"))
    yield database
    database.dispose()


SQLITE_SHAPE = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
POSTGRESQL_SHAPE = """
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"""


def shape(database: Database) -> set[tuple[str, ...]]:
    """Indexes (with their conditions), triggers and constraints, as the database itself writes them."""
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(SQLITE_SHAPE if database.is_sqlite else POSTGRESQL_SHAPE).all()
    tidy = {tuple(re.sub(r'["\s]+', " ", str(cell)).replace("( ", "(").strip() for cell in row) for row in rows}
    return {row for row in tidy if "alembic" not in row[1]}


def columns(database: Database) -> dict[str, dict[str, tuple[str, bool]]]:
    inspector = sa.inspect(database.engine)
    return {
        table: {column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_migrations_lead_to_what_the_program_is_written_for(empty: Database) -> None:
    upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    assert is_current(empty)


def test_migrations_and_create_all_make_the_same_house(empty: Database) -> None:
    upgrade(empty)
    migrated = columns(empty), shape(empty)
    downgrade(empty, "base")
    tables.metadata.create_all(empty.engine)
    assert migrated[0] == columns(empty)
    assert migrated[1] == shape(empty)


def test_migrations_can_be_undone_to_nothing(empty: Database) -> None:
    upgrade(empty)
    downgrade(empty, "base")
    assert columns(empty) == {}
    assert shape(empty) == set()
    upgrade(empty)
    assert is_current(empty)


def test_upgrading_twice_is_harmless_and_keeps_what_is_there(empty: Database) -> None:
    upgrade(empty)
    with empty.transaction() as tx:
        tx.execute(sa.text("INSERT INTO books (kind, year, last_number) VALUES ('incoming', 2569, 7)"))
    upgrade(empty)
    with empty.reading() as tx:
        assert tx.scalar(sa.text("SELECT last_number FROM books")) == 7


def test_two_who_upgrade_at_once_do_each_other_no_harm(empty: Database) -> None:
    other, failures = Database(empty.url.render_as_string(hide_password=False)), list[BaseException]()

    def run(database: Database) -> None:
        try:
            upgrade(database)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            failures.append(error)

    threads = [threading.Thread(target=run, args=(database,)) for database in (empty, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.dispose()
    assert failures == []
    assert is_current(empty)


ROWS = {
    "audit": "(at, who, what, subject, step, before, after, previous, hash)"
    " VALUES ('2026-11-24', 'a', 'b', 'c', 1, '', '', '', 'h')",
}


def test_what_only_grows_is_protected_after_migrations_too(empty: Database) -> None:
    upgrade(empty)
    names = {name for _, name, _ in shape(empty)}
    protected = set(re.findall(r"TRIGGER (\w+)", " ".join(append_only.PROTECTION[dialect_of(empty)])))
    assert protected
    assert protected <= names
    for table, row in ROWS.items():
        with empty.transaction() as tx:
            tx.execute(sa.text(f"INSERT INTO {table} {row}"))
        for change in (f"UPDATE {table} SET who = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), empty.transaction() as tx:
                tx.execute(sa.text(change))


def dialect_of(database: Database) -> str:
    return "sqlite" if database.is_sqlite else "postgresql"


def test_revisions_are_one_line_and_each_says_what_it_brings() -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(ROOT / "models" / "migrations"))
    assert scripts.get_heads() == [newest()]
    for revision in scripts.walk_revisions():
        assert revision.doc, revision.path
        assert Path(revision.path).name.startswith(revision.revision[:4]), revision.path


# --- errands, effects, jobs ---


def errands_put() -> set[str]:
    """The kinds of every `errands.put(tx, KIND, …)` in the product."""
    kinds = set()
    for path in product():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "errands.put":
                kind = node.args[1]
                module = name_of(path).removesuffix(".py").replace("/", ".")
                named = isinstance(kind, ast.Name)
                kinds.add(getattr(importlib.import_module(module), kind.id) if named else ast.literal_eval(kind))
    return kinds


def test_every_errand_has_somebody_to_do_it_and_a_thai_name() -> None:
    assert errands_put() == set(errands.ERRANDS) == set(errands._NAMES)
    assert all(is_thai(name) for name in errands._NAMES.values())


def function(path: str, name: str) -> ast.FunctionDef:
    found = [node for node in ast.walk(parsed(ROOT / path)) if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[0]


def test_every_wish_of_a_conversation_is_granted_by_name() -> None:
    cases = {
        node.cls.id
        for node in ast.walk(function("handlers/effects.py", "do"))
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)
    }
    assert cases == {effect.__name__ for effect in get_args(Effect)}


def test_whatever_the_office_tells_the_conversation_understands() -> None:
    told = {
        node.args[0].value
        for node in ast.walk(parsed(ROOT / "handlers/effects.py"))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Told" and isinstance(node.args[0], ast.Constant)
    }
    understood = {
        node.value.value
        for node in ast.walk(function("flows/told.py", "told"))
        if isinstance(node, ast.MatchValue) and isinstance(node.value, ast.Constant)
    }
    assert told == understood


def test_jobs_have_names_of_their_own_and_times_that_can_be_read() -> None:
    names = [job.name for job in clock.JOBS]
    assert len(names) == len(set(names))
    for job in clock.JOBS:
        CronTrigger(minute=job.minute, hour=job.hour, timezone=ZONE)
    assert clock.JOBS[0].name == "tick"  # `start_clock` runs it at once, and `/health` looks for it


# --- words ---

THAI_ROOMS = ("flows", "office", "handlers", "bot")
#: Written for a terminal, where two spaces keep columns apart.
FOR_OPERATORS = ("handlers/stuck.py",)
FILLED_IN = "\ue000"


def is_thai(text: str) -> bool:
    return bool(re.search("[\u0e01-\u0e5b]{3}", text))


def thai_texts() -> Iterator[tuple[str, str]]:
    """Every Thai text that citizens or staff may read, with where it stands; what is filled in reads as one mark."""
    for path in product():
        if name_of(path).split("/")[0] not in THAI_ROOMS or name_of(path) in FOR_OPERATORS:
            continue
        tree = parsed(path)
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = "" if id(node) in inner | docstrings else _text_of(node)
            if is_thai(text):
                yield f"{name_of(path)}:{node.lineno}", text  # type: ignore[attr-defined]


def _text_of(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else FILLED_IN for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


SLIPS = {
    "two spaces": r"[^\n] {2,}",
    "a space at the end of a line": r" \n",
    "a placeholder": r"(?i)todo|fixme|xxx|lorem|\bfoo\b|\bN/A\b",
    "SARA E twice instead of SARA AE": "\u0e40\u0e40",
    "NIKHAHIT and SARA AA instead of SARA AM": "\u0e4d\u0e32",
    "two tone marks on one letter": "[\u0e48-\u0e4b]{2}",
    "a space before a comma or inside a bracket": r" ,|,,|\( | \)",
    "straight quotation marks (the house writes “ ”)": '"[\u0e01-\u0e5b]',
}


@pytest.mark.parametrize("pattern", SLIPS.values(), ids=SLIPS.keys())
def test_thai_texts_are_proof_read(pattern: str) -> None:
    assert [(where, text) for where, text in thai_texts() if re.search(pattern, text)] == []


def test_no_text_writes_numbers_in_two_ways() -> None:
    mixed = [
        (where, text)
        for where, text in thai_texts()
        if re.search("[๐-๙]", text) and re.search("[0-9]", text) and "[" not in text  # regular expressions read both
    ]
    assert mixed == []
