"""Builds the house and opens it: the operator's commands (`python app.py --help`), and `create_app` for gunicorn."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import bookkeeping
from bot import line_menu
from bot.channel import Sent
from building import bucket_faults, line_account, messenger_page, store, told, utc_now, web, wire
from flows.menu import page_greeting
from flows.preview import preview_page
from flows.words import MENU
from handlers.opening import faults_of, with_services
from handlers.wiring import Wiring
from logs import set_up_logging
from models import case, marks
from models.bell import bell_for
from models.db import AlreadyServed, Database
from models.files import FileStore, Unreachable, change_key
from models.upgrading import is_current, upgrade
from office.examination import NotExamined
from office.google import checking
from services.office import Faulty, read_office
from serving import serve, staffed, start_clock, start_workers, until_told_to_stop
from settings import Settings, bucket, database_url, faults, google_settings, read_settings, services_dir

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> Flask:
    """The web process (Procfile): it stores what arrives and leaves the work to the workers."""
    set_up_logging(for_people=sys.stderr.isatty())
    try:
        wiring = _ready_house()
    except click.ClickException as problem:  # gunicorn would show a traceback
        problem.show()
        raise SystemExit(1) from problem
    bell_for(wiring.database)
    return web(wiring)


def _open_house(settings: Settings, *, oldest_event: timedelta | None = None) -> Wiring:
    """The wiring of a serving process, alone on its file if it is SQLite."""
    wiring = wire(settings, oldest_event=oldest_event)
    _serve_alone(wiring.database)
    return _with_services(wiring, settings)


def _with_services(wiring: Wiring, settings: Settings) -> Wiring:
    try:
        return with_services(wiring, settings.services_dir)
    except Faulty as faulty:
        raise told(faulty) from faulty


def _ready_house() -> Wiring:
    """The wiring of a process that serves beside others; raises if the database is not ready for it."""
    settings = _settings()
    _refuse_unready(Database(settings.database_url))
    return _open_house(settings)


def _house(settings: Settings) -> tuple[Any, Callable[[], None]]:
    wiring = _open_house(settings)
    end = staffed(wiring)
    return web(wiring), end


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def cli(context: click.Context) -> None:
    """รับเรื่อง: the front desk of a Thai local office, in chat."""
    set_up_logging(for_people=sys.stderr.isatty())
    context.obj = _wired  # for the commands of other files


cli.add_command(bookkeeping.mirror)
cli.add_command(bookkeeping.register)
cli.add_command(bookkeeping.staff)


@cli.command()
def run() -> None:
    """Web, worker and clock in one process group, against the configured outside services."""
    settings = _settings()
    _refuse_a_second(settings)
    _ready(settings)
    _greet(settings, "รับเรื่อง เปิดทำการแล้ว")
    serve(settings, lambda: _house(settings))


@cli.command()
def demo() -> None:
    """The same, with a sandbox that stands in for LINE; needs no account. Opens a page to try it on."""
    settings = _settings()
    settings = replace(settings, public_url=f"http://127.0.0.1:{settings.port}")  # the page lets anybody do anything
    settings = replace(settings, bucket=None)  # nor does anything of it leave the machine
    _refuse_a_second(settings)
    _mark_as_demo(settings)
    _greet(settings, "รับเรื่อง รุ่นสาธิต: เปิดหน้าเว็บตามที่อยู่ข้างล่าง")
    serve(settings, lambda: _demo_house(settings))


def _refuse_a_second(settings: Settings) -> None:
    """Say it here, before gunicorn begins, in a sentence and not in a traceback."""
    database = Database(settings.database_url)
    _serve_alone(database)
    database.serve_no_more()


def _serve_alone(database: Database) -> None:
    try:
        database.serve_alone()
    except AlreadyServed as error:
        raise click.ClickException(str(AlreadyServed.__doc__)) from error


def _settings() -> Settings:
    """The settings, or what is wrong with them in a sentence."""
    wrong = [fault for fault in faults() if fault.variable in ("PORT", "DATABASE_URL", "SERVICES_DIR")]
    if wrong:
        raise click.ClickException("\n".join(str(fault) for fault in wrong))
    return read_settings()


def _ready(settings: Settings) -> None:
    """Up-to-date tables (a file is brought up to date here; PostgreSQL by the release), and no demonstration's."""
    database = Database(settings.database_url)
    if database.is_sqlite:
        upgrade(database)
    _refuse_unready(database)


def _refuse_unready(database: Database) -> None:
    if not is_current(database):
        raise click.ClickException("ตารางในฐานข้อมูลยังไม่เป็นรุ่นปัจจุบัน: เรียก app.py upgrade ก่อน")
    with database.reading() as tx:
        if marks.has(tx, marks.DEMO):
            raise click.ClickException("ฐานข้อมูลนี้เป็นข้อมูลสาธิต: ตั้ง VAR_DIR หรือ DATABASE_URL เป็นที่อื่นก่อนเปิดใช้จริง")


def _greet(settings: Settings, words: str) -> None:
    click.echo(f"{words}\n  http://127.0.0.1:{settings.port}/\n(กด Ctrl+C เพื่อปิด)")


def _mark_as_demo(settings: Settings) -> None:
    """From now on this database is a demonstration's, for good. Raises if an office has used it."""
    database = Database(settings.database_url)
    upgrade(database)
    with database.transaction() as tx:
        if not marks.has(tx, marks.DEMO) and case.any_case(tx):
            raise click.ClickException("ฐานข้อมูลนี้มีเรื่องจริงอยู่ จะไม่นำมาสาธิต: ตั้ง VAR_DIR หรือ DATABASE_URL เป็นที่อื่น")
        marks.put(tx, marks.DEMO, utc_now())


def _demo_house(settings: Settings) -> tuple[Any, Callable[[], None]]:
    from demo import demo_house

    return demo_house(settings, _open_house, web)


@cli.command()
def worker() -> None:
    """One worker process (PostgreSQL; start as many as there is work for)."""
    wiring = _ready_house()
    bell = bell_for(wiring.database)
    workers = start_workers(wiring, bell)
    until_told_to_stop()
    workers.close()
    bell.close()


@cli.command()
def clock() -> None:
    """The clock process. A second one does no harm: each due time happens once."""
    wiring = _ready_house()
    bell = bell_for(wiring.database)
    stop = start_clock(wiring)
    until_told_to_stop()
    stop()
    bell.close()


@cli.command(name="upgrade")
def upgrade_command() -> None:
    """Database migrations; safe to run twice."""
    upgrade(Database(_settings().database_url))
    click.echo("ตารางในฐานข้อมูลเป็นรุ่นปัจจุบันแล้ว")


@cli.command()
def check() -> None:
    """Reads settings and services, prints every fault in Thai with file and line; exit 1 if there is any."""
    wrong = faults()
    database = None if wrong else Database(database_url())
    menu = line_menu.faults(line_menu.picture(services_dir()))
    files = [] if wrong else bucket_faults(bucket())
    found = [str(fault) for fault in (*wrong, *faults_of(services_dir(), database), *menu, *files)]
    google = None if wrong else google_settings()
    if google is not None:
        found += checking.faults(google.account_file, google.sheet_id, google.sheets_url)
    for fault in found:
        click.echo(fault)
    if found:
        raise SystemExit(1)
    click.echo("ตรวจแล้ว ไม่พบข้อผิดพลาด")


@cli.command(name="change-key")
def change_key_command() -> None:
    """Puts every kept file under the new SECRET_KEY; OLD_SECRET_KEY opens them until then. Safe to break off."""
    settings = _settings()
    if not settings.old_secret_key:
        raise click.ClickException("กำหนด OLD_SECRET_KEY เป็นกุญแจเดิม และ SECRET_KEY เป็นกุญแจใหม่ก่อน (docs/operations.md)")
    try:
        done = change_key(store(settings))
    except Unreachable as error:
        raise click.ClickException(f"ที่เก็บไฟล์ไม่ตอบ ({error}): เรียกคำสั่งนี้อีกครั้ง ระบบจะทำต่อจากเดิม") from error
    click.echo(f"เปลี่ยนกุญแจแล้ว {done.changed:,} ไฟล์ · เป็นกุญแจใหม่อยู่แล้ว {done.settled:,} ไฟล์")
    if done.unopened:
        raise click.ClickException(f"เปิดไม่ได้ด้วยทั้งสองกุญแจ {done.unopened:,} ไฟล์: ยังไม่ควรลบ OLD_SECRET_KEY")


@cli.command(name="line-menu")
def line_menu_command() -> None:
    """Installs the rich menu on the office's LINE account; safe to run twice."""
    settings = _settings()
    if settings.line is None:
        raise click.ClickException("ช่องทาง LINE ยังไม่เปิด: กำหนด LINE_CHANNEL_SECRET และ LINE_CHANNEL_ACCESS_TOKEN ก่อน")
    try:
        changed = line_menu.install(line_account(settings.line), tuple(MENU), settings.services_dir)
    except line_menu.MenuTrouble as trouble:
        raise click.ClickException(str(trouble)) from trouble
    click.echo("ติดตั้งเมนูใน LINE แล้ว" if changed else "เมนูใน LINE เป็นรุ่นปัจจุบันอยู่แล้ว ไม่มีอะไรต้องทำ")


@cli.command(name="messenger-menu")
def messenger_menu() -> None:
    """Installs greeting, button and menu of the office's page on Messenger; safe to run twice."""
    settings = _settings()
    if settings.messenger is None:
        raise click.ClickException("ช่องทาง Messenger ยังไม่เปิด: กำหนดค่า MESSENGER_… ทั้งสี่ก่อน (ดู .env.example)")
    office = read_office(settings.services_dir / "office.toml")
    outcome = messenger_page(settings.messenger, office, FileStore(settings.files_dir)).set_up(page_greeting(office))
    if not isinstance(outcome, Sent):
        raise click.ClickException(f"ติดตั้งเมนูใน Messenger ไม่สำเร็จ: {outcome.reason}")
    click.echo("ติดตั้งคำทักทาย ปุ่มเริ่มต้นใช้งาน และเมนูใน Messenger แล้ว")


@cli.command()
@click.option("--to", type=click.Path(path_type=Path), help="Where to write it; else preview.html in VAR_DIR")
def preview(to: Path | None) -> None:
    """Every conversation of the catalogue as one HTML page that a clerk can read and print."""
    wiring = wire(_settings())
    path = to or _settings().var_dir / "preview.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(preview_page(wiring.book), encoding="utf-8")
    click.echo(f"เขียนหน้าตัวอย่างบทสนทนาแล้ว: {path}")


def _wired() -> Wiring:
    """The wiring of a command that looks into the database beside whoever serves it."""
    settings = _settings()
    if not is_current(Database(settings.database_url)):
        raise click.ClickException("ตารางในฐานข้อมูลยังไม่เป็นรุ่นปัจจุบัน: เรียก app.py upgrade ก่อน")
    return wire(settings)


@cli.command(name="desk-code")
def desk_code() -> None:
    """A one-time code (valid 24 h) that activates a staff LINE group."""
    from office import desk

    wiring = _wired()
    with wiring.database.transaction() as tx:
        code = desk.make_code(tx, wiring.now())
    click.echo(f"พิมพ์ในกลุ่ม LINE ของเจ้าหน้าที่:  เปิดใช้ {code}\n(ใช้ได้ครั้งเดียว ภายใน 24 ชั่วโมง)")


@cli.command(name="case-file")
@click.argument("number", metavar="N/YYYY")
@click.option("--to", type=click.Path(path_type=Path), help="Where to write it; else case-N-YYYY.pdf in VAR_DIR")
@click.option("--paper", default="", metavar="KEY", help="This paper alone, without a cover")
def case_file_command(number: str, to: Path | None, paper: str) -> None:
    """One PDF of a case and its papers, with a cover. The opening is noted in the audit trail."""
    from handlers.casefiles import NotBound, write_case_file

    found, year = _number(number)
    path = to or _settings().var_dir / f"case-{found}-{year}.pdf"
    try:
        write_case_file(_wired(), found, year, "operator", path, paper)
    except LookupError as error:
        raise click.ClickException(f"ไม่พบเรื่องหรือเอกสารนี้: {number} {paper}".rstrip()) from error
    except (NotBound, NotExamined, Unreachable) as error:
        raise click.ClickException(str(type(error).__doc__).partition(":")[0]) from error
    except OSError as error:
        raise click.ClickException(f"เขียนแฟ้มเรื่องไม่ได้: {path}") from error
    click.echo(f"เขียนแฟ้มเรื่องแล้ว: {path} (มีข้อมูลส่วนบุคคล โปรดเก็บรักษาและลบเมื่อใช้เสร็จ)")


def _number(text: str) -> tuple[int, int]:
    number, _, year = text.partition("/")
    if not (number.isdecimal() and year.isdecimal()):
        raise click.ClickException("ระบุเลขรับเป็น N/YYYY เช่น 41/2569")
    return int(number), int(year)


@cli.command()
@click.option("--again", metavar="QUEUE:ID", multiple=True, help="Have this done again, e.g. arrivals:12")
def stuck(again: tuple[str, ...]) -> None:
    """What was given up: events that could not be handled, messages that could not be sent."""
    from handlers import stuck as drawer

    wiring = _wired()
    with wiring.database.transaction() as tx:
        for name in again:
            found = drawer.again(tx, name, wiring.now())
            click.echo(f"{name}: {'ให้ทำใหม่แล้ว' if found else 'ไม่พบรายการนี้'}")
        if not again:
            for line in drawer.listed(tx):
                click.echo(line)


if __name__ == "__main__":
    cli()
