"""The parts of the house, put together from the settings: `wire` for every process, `web` for those with doors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from bot.channel import Channel
from flows.book import open_book
from handlers.links import Links
from handlers.wiring import Wiring
from models.bucket import Bucket, NoLibrary, Place, try_out
from models.db import Database
from models.files import FileStore, Store, Unreachable
from models.inbox import Inbox
from models.parts import Parts
from models.vault import Vault
from office.calendar import Calendar
from office.examination import Examiner
from office.google.sheet import GoogleSheet
from office.sheets import Workbooks
from services.catalogue_file import OFFICE_FILE, read_catalogue
from services.office import Faulty, Office, read_office
from settings import GoogleSettings, LineSettings, MessengerSettings, Settings

if TYPE_CHECKING:
    from flask import Flask

    from bot.line import Line
    from bot.messenger import Messenger


def utc_now() -> datetime:
    return datetime.now(UTC)


def wire(settings: Settings, *, oldest_event: timedelta | None = None) -> Wiring:
    """The parts of the house by these settings. Raises if the office's own files have faults."""
    try:
        office = read_office(settings.services_dir / OFFICE_FILE)
        services = read_catalogue(settings.services_dir, {unit.key for unit in office.units})
    except Faulty as faulty:
        raise told(faulty) from faulty
    database = Database(settings.database_url)
    files = store(settings)
    return Wiring(
        database=database,
        inbox=Inbox(database),
        files=files,
        examiner=_examiner(settings, office),
        parts=Parts(settings.uploads_dir),
        links=Links(settings.secret_key, settings.public_url, settings.old_secret_key),
        channels=_channels(settings, office, files, oldest_event),
        office=office,
        calendar=Calendar(office.hours, office.exceptions),
        book=open_book(office, services),
        sheets=(Workbooks(settings.registers_dir),),
        now=utc_now,
        google=google_sheet(settings.google) if settings.google else None,
    )


def store(settings: Settings) -> Store:
    """Where citizens' files lie, under the office's key; raises if the library for it is not there."""
    older = Vault(settings.old_secret_key) if settings.old_secret_key else None
    vault = Vault(settings.secret_key, older)
    if settings.bucket is None:
        return FileStore(settings.files_dir, vault)
    try:
        return Bucket(settings.bucket, settings.files_dir, vault)
    except NoLibrary as error:
        raise click.ClickException(str(NoLibrary.__doc__)) from error


def bucket_faults(place: Place | None) -> list[str]:
    """What keeps files from being kept in the bucket, if there is to be one; it is really tried."""
    try:
        if place is not None:
            try_out(place)
    except NoLibrary:
        return [f"FILES_S3_BUCKET: {NoLibrary.__doc__}"]
    except Unreachable as error:
        return [f"FILES_S3_BUCKET: เขียนและอ่านที่เก็บไฟล์นี้ไม่ได้ ({error}) ตรวจชื่อ ที่อยู่ และสิทธิ์ของกุญแจ"]
    return []


def _examiner(settings: Settings, office: Office) -> Examiner:
    examiner = Examiner(settings.trust_dir, office.files.clamd, scratch=settings.examining_dir)
    examiner.sweep((utc_now() - timedelta(hours=1)).timestamp())
    return examiner


def _channels(
    settings: Settings, office: Office, files: Store, oldest_event: timedelta | None
) -> Mapping[str, Channel]:
    bounds: dict[str, Any] = {} if oldest_event is None else {"oldest_event": oldest_event}
    channels: dict[str, Channel] = {}
    if settings.line is not None:
        channels["line"] = line_account(settings.line, **bounds)
    if settings.messenger is not None:
        channels["messenger"] = messenger_page(settings.messenger, office, files, **bounds)
    return channels


def line_account(line: LineSettings, **more: Any) -> Line:
    from bot.line import Line

    return Line(line.channel_secret, line.channel_access_token, line.api_url, line.api_data_url, **more)


def messenger_page(page: MessengerSettings, office: Office, files: Store, **more: Any) -> Messenger:
    from bot.messenger import Account, Messenger

    sending = office.sending
    granted = Account(**vars(page), human_agent=sending.human_agent, utility_template=sending.utility_template)
    return Messenger(granted, files.read, **more)


def google_sheet(google: GoogleSettings, **more: Any) -> GoogleSheet:
    return GoogleSheet(google.account_file, google.sheet_id, google.sheets_url, **more)


def web(wiring: Wiring) -> Flask:
    """The doors. A worker has none, and no need of what they are made of."""
    from flask import Flask

    from handlers.folder_page import folder_page
    from handlers.health import health
    from handlers.upload_page import upload_page
    from handlers.uploads import uploads
    from handlers.webhooks import LONGEST_BODY, webhooks

    app = Flask("rapruang", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.register_blueprint(webhooks(wiring))
    app.register_blueprint(health(wiring))
    app.register_blueprint(upload_page(wiring))
    app.register_blueprint(uploads(wiring))
    app.register_blueprint(folder_page(wiring))
    return app


def told(faulty: Faulty) -> click.ClickException:
    return click.ClickException("\n".join(str(fault) for fault in faulty.faults))
