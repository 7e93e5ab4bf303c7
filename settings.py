"""The environment, read once and frozen: every variable that changes how an installation behaves is named here."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from models.bucket import Place


@dataclass(frozen=True)
class LineSettings:
    """LINE: the channel is on when both secrets are set."""

    channel_secret: str = field(repr=False)
    channel_access_token: str = field(repr=False)
    api_url: str = "https://api.line.me"
    api_data_url: str = "https://api-data.line.me"


@dataclass(frozen=True)
class MessengerSettings:
    """Facebook Messenger: the channel is on when the page and all three secrets are set. `media_hosts`: where
    attachments may be fetched from (https only, unless an entry itself names `http://host:port`)."""

    page_id: str
    page_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    media_hosts: tuple[str, ...] = ("*.fbcdn.net", "*.fbsbx.com")
    api_url: str = "https://graph.facebook.com"
    api_version: str = "v26.0"


@dataclass(frozen=True)
class GoogleSettings:
    """Google Sheets: the registers are mirrored when the account's file and the spreadsheet's id are set."""

    account_file: Path
    sheet_id: str
    sheets_url: str = "https://sheets.googleapis.com"


@dataclass(frozen=True)
class Settings:
    """What varies between offices. `line`, `messenger` and `google` are None while they are off, `bucket` while
    files are kept in a folder. `old_secret_key` is set only while SECRET_KEY is being changed."""

    database_url: str
    var_dir: Path
    services_dir: Path
    port: int
    public_url: str
    secret_key: str = field(repr=False)
    line: LineSettings | None
    messenger: MessengerSettings | None = None
    bucket: Place | None = None
    old_secret_key: str = field(default="", repr=False)
    google: GoogleSettings | None = None

    @property
    def files_dir(self) -> Path:
        return self.var_dir / "files"

    @property
    def uploads_dir(self) -> Path:
        return self.var_dir / "uploads"

    @property
    def examining_dir(self) -> Path:
        """Plain bytes of what is examined at the moment."""
        return self.var_dir / "examining"

    @property
    def registers_dir(self) -> Path:
        return self.var_dir / "registers"

    @property
    def trust_dir(self) -> Path:
        """Root certificates (*.pem) and crls/*.crl by which signed papers are judged; the operator fills it."""
        return self.var_dir / "trust"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process: the environment, then `.env`, then the defaults of `.env.example`.

    Makes VAR_DIR and, when SECRET_KEY is unset, a key of its own in it.
    """
    value = _given(environ)
    var_dir = Path(value.get("VAR_DIR", "var"))
    var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = int(value.get("PORT", "8000"))
    return Settings(
        database_url=database_url(value),
        var_dir=var_dir,
        services_dir=services_dir(value),
        port=port,
        public_url=value.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        secret_key=value.get("SECRET_KEY") or _own_key(var_dir / "secret.key"),
        line=_line(value),
        messenger=_messenger(value),
        bucket=_bucket(value),
        old_secret_key=value.get("OLD_SECRET_KEY", ""),
        google=google_settings(value),
    )


def database_url(environ: Mapping[str, str] | None = None) -> str:
    """The database alone; unlike `read_settings` it makes no key."""
    value = _given(environ)
    return value.get("DATABASE_URL", f"sqlite:///{Path(value.get('VAR_DIR', 'var')) / 'office.db'}")


def services_dir(environ: Mapping[str, str] | None = None) -> Path:
    """Where the office's own files are; needs no other setting to be right."""
    return Path(_given(environ).get("SERVICES_DIR", "services"))


def bucket(environ: Mapping[str, str] | None = None) -> Place | None:
    """Where files are kept if not in VAR_DIR; needs no other setting to be right."""
    return _bucket(_given(environ))


def google_settings(environ: Mapping[str, str] | None = None) -> GoogleSettings | None:
    """The spreadsheet alone; unlike `read_settings` it makes no key."""
    value = _given(environ)
    if any(name not in value for name in GOOGLE_NEEDS):
        return None
    url = value.get("GOOGLE_SHEETS_URL", GoogleSettings.sheets_url).rstrip("/")
    return GoogleSettings(Path(value["GOOGLE_SERVICE_ACCOUNT_FILE"]), value["GOOGLE_SHEET_ID"], url)


def _given(environ: Mapping[str, str] | None, dotenv: Path = Path(".env")) -> dict[str, str]:
    """What is set, and not to nothing: the environment before `.env`; or just `environ`, if it is given."""
    if environ is None:
        environ = {**{name: text for name, text in dotenv_values(dotenv).items() if text}, **os.environ}
    return {name: text for name, text in environ.items() if text != ""}


@dataclass(frozen=True)
class SettingFault:
    """A setting that cannot be right: its variable, where it stands (`.env:3`, or the environment), what is wrong."""

    variable: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.variable}: {self.what}"


def faults(environ: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> list[SettingFault]:
    """What is wrong with the settings, all at once; values themselves are never repeated (they may be secrets)."""
    lines = dotenv.read_text().splitlines() if dotenv.exists() else []
    written = {line.split("=")[0].strip(): number for number, line in enumerate(lines, 1) if "=" in line}
    environ = dict(os.environ) if environ is None else environ
    value = {**{name: text for name, text in dotenv_values(dotenv).items() if text}, **_given(environ)}

    def fault(variable: str, what: str) -> SettingFault:
        from_file = variable in written and variable not in environ
        return SettingFault(variable, f".env:{written[variable]}" if from_file else "environment", what)

    return [fault(variable, what) for variable, what in _wrong(value)]


LINE_NEEDS = ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN")
GOOGLE_NEEDS = ("GOOGLE_SERVICE_ACCOUNT_FILE", "GOOGLE_SHEET_ID")
MESSENGER_NEEDS = ("MESSENGER_PAGE_ID", "MESSENGER_PAGE_TOKEN", "MESSENGER_APP_SECRET", "MESSENGER_VERIFY_TOKEN")


def _wrong(value: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    port = value.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        yield "PORT", "ต้องเป็นตัวเลข 1 ถึง 65535"
    if not value.get("DATABASE_URL", "sqlite:///").startswith(("sqlite:///", "postgresql+psycopg://")):
        yield "DATABASE_URL", "ต้องขึ้นต้นด้วย sqlite:/// หรือ postgresql+psycopg://"
    if not (Path(value.get("SERVICES_DIR", "services")) / "office.toml").is_file():
        yield "SERVICES_DIR", "ไม่พบไฟล์ office.toml ในโฟลเดอร์นี้"
    for needed in (LINE_NEEDS, MESSENGER_NEEDS):
        given = [name for name in needed if name in value]
        for name in needed:
            if given and name not in given:
                yield name, "ต้องกำหนดคู่กับ " + given[0]
        if len(given) == len(needed) and not value.get("PUBLIC_URL", "").startswith("https://"):
            yield "PUBLIC_URL", "ต้องเป็นที่อยู่ https:// ของสำนักงาน เพราะ LINE และ Messenger ส่งข้อมูลผ่าน https เท่านั้น"
    yield from _wrong_hosts(value.get("MESSENGER_MEDIA_HOSTS", ""))
    yield from _wrong_bucket(value)
    yield from _wrong_keys(value)
    yield from _wrong_google(value)
    for name in ("LINE_API_URL", "LINE_API_DATA_URL", "GRAPH_API_URL", "GOOGLE_SHEETS_URL"):
        if not value.get(name, "https://").startswith(("https://", "http://127.0.0.1", "http://localhost")):
            yield name, "ต้องขึ้นต้นด้วย https://"


def _line(value: Mapping[str, str]) -> LineSettings | None:
    if "LINE_CHANNEL_SECRET" not in value or "LINE_CHANNEL_ACCESS_TOKEN" not in value:
        return None
    return LineSettings(
        channel_secret=value["LINE_CHANNEL_SECRET"],
        channel_access_token=value["LINE_CHANNEL_ACCESS_TOKEN"],
        api_url=value.get("LINE_API_URL", LineSettings.api_url).rstrip("/"),
        api_data_url=value.get("LINE_API_DATA_URL", LineSettings.api_data_url).rstrip("/"),
    )


def _wrong_google(value: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, other in (GOOGLE_NEEDS, GOOGLE_NEEDS[::-1]):
        if other in value and name not in value:
            yield name, "ต้องกำหนดคู่กับ " + other
    if "/" in value.get("GOOGLE_SHEET_ID", ""):
        yield "GOOGLE_SHEET_ID", "ใส่เฉพาะรหัสแผ่นงาน คือส่วนที่อยู่ระหว่าง /d/ กับ /edit ของที่อยู่ ไม่ใช่ที่อยู่ทั้งหมด"


def _wrong_hosts(hosts: str) -> Iterator[tuple[str, str]]:
    for entry in (entry.strip() for entry in hosts.split(",")):
        if "://" in entry and not entry.startswith("http://"):
            yield "MESSENGER_MEDIA_HOSTS", f"เขียนเฉพาะชื่อเครื่อง เช่น *.fbcdn.net ไม่ต้องมี https:// ({entry})"


def _wrong_keys(value: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "OLD_SECRET_KEY" in value and value.get("SECRET_KEY") in (None, value["OLD_SECRET_KEY"]):
        yield "SECRET_KEY", "ต้องเป็นกุญแจใหม่ ซึ่งต่างจาก OLD_SECRET_KEY"


def _wrong_bucket(value: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "FILES_S3_BUCKET" not in value:
        for name in ("FILES_S3_ENDPOINT", "FILES_S3_PREFIX"):
            if name in value:
                yield name, "ต้องกำหนดคู่กับ FILES_S3_BUCKET"
        return
    if not value.get("FILES_S3_ENDPOINT", "https://").startswith(("https://", "http://127.0.0.1", "http://localhost")):
        yield "FILES_S3_ENDPOINT", "ต้องขึ้นต้นด้วย https://"
    for name, other in (AWS_PAIR, AWS_PAIR[::-1]):
        if name in value and other not in value:
            yield other, "ต้องกำหนดคู่กับ " + name


AWS_PAIR = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def _bucket(value: Mapping[str, str]) -> Place | None:
    if "FILES_S3_BUCKET" not in value:
        return None
    prefix = value.get("FILES_S3_PREFIX", "").strip("/")
    return Place(
        bucket=value["FILES_S3_BUCKET"],
        endpoint=value.get("FILES_S3_ENDPOINT", "").rstrip("/"),
        prefix=prefix and prefix + "/",
        region=value.get("AWS_DEFAULT_REGION", ""),
        key_id=value.get("AWS_ACCESS_KEY_ID", ""),
        key=value.get("AWS_SECRET_ACCESS_KEY", ""),
        token=value.get("AWS_SESSION_TOKEN", ""),
    )


def _messenger(value: Mapping[str, str]) -> MessengerSettings | None:
    if any(name not in value for name in MESSENGER_NEEDS):
        return None
    hosts = tuple(entry.strip() for entry in value.get("MESSENGER_MEDIA_HOSTS", "").split(",") if entry.strip())
    return MessengerSettings(
        page_id=value["MESSENGER_PAGE_ID"],
        page_token=value["MESSENGER_PAGE_TOKEN"],
        app_secret=value["MESSENGER_APP_SECRET"],
        verify_token=value["MESSENGER_VERIFY_TOKEN"],
        media_hosts=hosts or MessengerSettings.media_hosts,
        api_url=value.get("GRAPH_API_URL", MessengerSettings.api_url).rstrip("/"),
        api_version=value.get("GRAPH_API_VERSION", MessengerSettings.api_version),
    )


def _own_key(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text()
