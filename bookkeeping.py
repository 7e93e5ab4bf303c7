"""The operator's commands on people and books: who is staff (`app.py staff`), how numbers run
(`app.py register`), and the sheet beside them (`app.py mirror`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from handlers import mirroring
from handlers.wiring import Wiring
from models.register import BookKind
from office import csv_files, roster
from office import register as books
from office.google.trouble import REASONS, Trouble
from settings import read_settings

_BOOK = click.option("--book", type=click.Choice(["incoming", "outgoing"]), default="incoming", show_default=True)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def staff() -> None:
    """The roster: who of the office uses which chat account, in which role and under which order."""


@staff.command()
@click.option("--name", required=True, help="Name and surname")
@click.option("--position", required=True, help="Position, as it stands in the order")
@click.option("--role", type=click.Choice(list(roster.ROLES)), required=True)
@click.option("--unit", default="", help="Key of a unit in office.toml")
@click.option("--order", "order_ref", default="", help="Number and date of the order of appointment (A14)")
@click.option("--from", "since", type=_DAY, help="First day (YYYY-MM-DD, Gregorian); else today")
@click.option("--until", type=_DAY, help="Last day; else until it is ended")
@click.pass_obj
def add(wired: Callable[[], Wiring], /, **entry: Any) -> None:
    """A new member of the staff; prints the one-time code (valid 24 h) that binds their account."""
    wiring = wired()
    if entry["unit"] and wiring.office.unit(entry["unit"]) is None:
        raise click.ClickException(f"ไม่มีหน่วยงาน “{entry['unit']}” ในรายการ [[units]]")
    entry |= {"since": _day(entry["since"]), "until": _day(entry["until"])}
    try:
        with wiring.database.transaction() as tx:
            member_id, code = roster.add(tx, entry, wiring.now())
    except roster.NotAllowed as problem:
        raise click.ClickException(str(problem.__doc__)) from problem
    click.echo(f"เพิ่มในบัญชีผู้ใช้แล้ว ลำดับที่ {member_id}")
    for lack in roster.lacking(entry["role"], entry["unit"], entry["order_ref"]):
        click.echo(lack)
    _tell(code)


@staff.command()
@click.argument("member_id", type=int)
@click.pass_obj
def code(wired: Callable[[], Wiring], member_id: int) -> None:
    """A new one-time code for somebody on the roster, to bind another account."""
    wiring = wired()
    with wiring.database.transaction() as tx:
        made = roster.new_code(tx, member_id, wiring.now())
    if made is None:
        raise click.ClickException("ไม่พบลำดับนี้ หรือพ้นหน้าที่แล้ว")
    _tell(made)


@staff.command()
@click.argument("member_id", type=int)
@click.pass_obj
def end(wired: Callable[[], Wiring], member_id: int) -> None:
    """From now on this entry has no effect."""
    wiring = wired()
    with wiring.database.transaction() as tx:
        done = roster.end(tx, member_id, wiring.now())
    if not done:
        raise click.ClickException("ไม่พบลำดับนี้ หรือพ้นหน้าที่แล้ว")
    click.echo("บันทึกการพ้นหน้าที่แล้ว บัญชีนี้ไม่มีผลอีกต่อไป")


@staff.command(name="list")
@click.pass_obj
def list_command(wired: Callable[[], Wiring]) -> None:
    """Everybody who is or was on the roster."""
    wiring = wired()
    with wiring.database.reading() as tx:
        for line in roster.listed(tx, wiring.now()) or ["ยังไม่มีผู้ใดในบัญชีผู้ใช้"]:
            click.echo(line)


@click.group()
def register() -> None:
    """The registers: where the numbers begin, when a year is closed, and the books as files."""


@register.command()
@_BOOK
@click.option("--unit", default="", help="The unit's own numbers (ที่) instead of a book; its key in office.toml")
@click.option("--year", type=click.IntRange(2500, 2700), required=True, help="Buddhist year")
@click.option("--number", type=click.IntRange(1), required=True, help="The first number to be given")
@click.pass_obj
def start(wired: Callable[[], Wiring], book: BookKind, unit: str, year: int, number: int) -> None:
    """The first number, for an office that comes from another book in mid-year; refused once any was given."""
    wiring = wired()
    if unit and wiring.office.unit(unit) is None:
        raise click.ClickException(f"ไม่มีหน่วยงาน “{unit}” ในรายการ [[units]]")
    with wiring.database.transaction() as tx:
        if unit:
            done = books.start_letters(tx, unit, year, number, wiring.now())
        else:
            done = books.start(tx, book, year, number, wiring.now())
    if not done:
        raise click.ClickException("กำหนดเลขไม่ได้: มีเลขในเล่มนั้นแล้ว ปิดเล่มแล้ว หรือไม่ใช่ปีนี้หรือปีหน้า")
    click.echo(f"เลขถัดไปคือ {number}/{year}")


@register.command()
@_BOOK
@click.option("--year", type=click.IntRange(2500, 2700), required=True, help="Buddhist year")
@click.pass_obj
def close(wired: Callable[[], Wiring], book: BookKind, year: int) -> None:
    """ปิดเล่ม: the book of a past year takes no more numbers."""
    wiring = wired()
    with wiring.database.transaction() as tx:
        last = books.close(tx, book, year, wiring.now())
    if last is None:
        raise click.ClickException("ปิดเล่มไม่ได้: ไม่มีเล่มนี้ ปีนั้นยังไม่สิ้นสุด หรือปิดเล่มแล้ว")
    click.echo(f"ปิดเล่มปี {year} แล้ว เลขสุดท้าย {last}")


@register.command(name="csv")
@click.option("--year", type=int, help="Buddhist year, e.g. 2569")
@_BOOK
@click.option("--all", "every", is_flag=True, help="Both books of every year instead")
@click.option("--to", type=click.Path(path_type=Path), help="File, or folder with --all; else beside the workbooks")
@click.pass_obj
def register_csv(
    wired: Callable[[], Wiring], year: int | None, book: BookKind, to: Path | None, *, every: bool
) -> None:
    """A register as a CSV file, for programs that read no workbook."""
    if every == (year is not None):
        raise click.UsageError("ระบุ --year ปี พ.ศ. หรือ --all อย่างใดอย่างหนึ่ง")
    database, folder = wired().database, read_settings().registers_dir
    try:
        if year is None:
            written = csv_files.write_all(database, to or folder)
        else:
            written = [csv_files.write_book(database, book, year, to or folder / csv_files.name_of(book, year))]
    except LookupError as none:
        raise click.ClickException(f"ไม่มีทะเบียนนี้ในปี {year}") from none
    click.echo("\n".join(str(path) for path in written))


@click.group()
def mirror() -> None:
    """The registers in Google Sheets."""


@mirror.command()
@click.pass_obj
def rebuild(wired: Callable[[], Wiring]) -> None:
    """Writes the whole sheet anew; what people wrote into their own columns stays. Safe at any time."""
    wiring = wired()
    if wiring.google is None:
        raise click.ClickException(
            "ยังไม่ได้ตั้งค่า Google Sheets: กำหนด GOOGLE_SERVICE_ACCOUNT_FILE และ GOOGLE_SHEET_ID (ดู docs/google-sheets.md)"
        )
    try:
        mirroring.rebuild(wiring)
    except Trouble as trouble:
        why = REASONS.get(trouble.reason, f"ยังทำไม่ได้ในขณะนี้ ({trouble.reason})")
        raise click.ClickException(f"{why}\nเรียก app.py check เพื่อดูว่าขาดสิ่งใด") from trouble
    click.echo("เขียนทะเบียนลง Google Sheets ใหม่ทั้งหมดแล้ว")


def _day(moment: datetime | None) -> date | None:
    if moment and moment.year > 2400:
        raise click.ClickException("วันที่ให้ระบุเป็นปี ค.ศ. เช่น 2026-10-01")
    return moment.date() if moment else None


def _tell(one_time: str) -> None:
    click.echo(f"พิมพ์ในแชตส่วนตัวกับบัญชีของหน่วยงาน:  ยืนยันตัว {one_time}\n(ใช้ได้ครั้งเดียว ภายใน 24 ชั่วโมง)")
