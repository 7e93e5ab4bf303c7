"""Bytes by SHA-256 in a bucket that speaks S3. They are sealed before they leave the machine; what goes up or comes
down lies on our disk for a moment, sealed too, so that no file is in memory as a whole.

The library is an extra (`boto3`, requirements-s3.lock) and loaded only where a bucket is configured.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from pathlib import Path
from typing import IO, Any

from models.files import (
    ASIDE,
    Stored,
    Unreachable,
    place_of,
    rewrapped,
    sweep_aside,
    unsealed,
    written_aside,
)
from models.vault import Vault

#: An answer takes so long at most, and is asked for so often.
_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 5, 20, 3
#: What is larger goes up in parts of this size.
_PART = 16 * 1024 * 1024
_ABSENT = ("NoSuchKey", "404")


class NoLibrary(Exception):
    """ยังไม่ได้ติดตั้ง boto3: .venv/bin/pip install --require-hashes -r requirements-s3.lock"""


@dataclass(frozen=True)
class Place:
    """Which bucket, and how to get there. `endpoint` is "" at Amazon itself; keys and region that are "" are found the
    way Amazon's own tools do (profile, role of the machine)."""

    bucket: str
    endpoint: str = ""
    prefix: str = ""
    region: str = ""
    key_id: str = ""
    key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


class Bucket:
    """A `Store` (models.files) far away. `folder`: where sealed bytes lie on their way."""

    def __init__(self, place: Place, folder: Path, vault: Vault) -> None:
        self._bucket, self._prefix = place.bucket, place.prefix
        self._folder, self._vault = folder, vault
        self._client, self._up, self._down = _connected(place)

    def keep(self, chunks: Iterable[bytes], at_most: int) -> Stored:
        with written_aside(self._folder, self._vault, chunks, at_most) as (aside, stored):
            self._upload(aside, stored.sha256)
        return stored

    def read(self, sha256: str) -> bytes:
        return b"".join(self.chunks(sha256))

    def chunks(self, sha256: str) -> Iterator[bytes]:
        with self._downloaded(sha256) as file:
            yield from unsealed(file, sha256, self._vault)

    def rewrap(self, sha256: str) -> bool:
        """An object cannot be changed in place: it comes down, and goes up again."""
        with self._downloaded(sha256) as file:
            if not rewrapped(file, sha256, self._vault):
                return False
            self._upload(Path(file.name), sha256)
            return True

    def digests(self) -> Iterator[str]:
        return (sha256 for sha256, _ in self._listed())

    def kept_before(self, moment: float) -> Iterator[str]:
        return (sha256 for sha256, kept in self._listed() if kept.timestamp() < moment)

    def kept_since(self, sha256: str) -> float | None:
        try:
            with _answers():
                told = self._client.head_object(Bucket=self._bucket, Key=self._key(sha256))
        except FileNotFoundError:
            return None
        return float(told["LastModified"].timestamp())

    def drop(self, sha256: str, unless_since: float = inf) -> None:
        """Who asks and removes in two calls leaves a moment between them: no longer than one call takes."""
        kept = self.kept_since(sha256)
        if kept is not None and kept < unless_since:
            with _answers():
                self._client.delete_object(Bucket=self._bucket, Key=self._key(sha256))

    def sweep_aside(self, older_than: float) -> None:
        """Here, and parts of what never came up as a whole."""
        sweep_aside(self._folder, older_than)
        with _answers():
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for begun in page.get("Uploads", ()):
                    if begun["Initiated"].timestamp() < older_than:
                        this = {"Key": begun["Key"], "UploadId": begun["UploadId"]}
                        self._client.abort_multipart_upload(Bucket=self._bucket, **this)

    def _key(self, sha256: str) -> str:
        return self._prefix + place_of(sha256)

    def _upload(self, path: Path, sha256: str) -> None:
        with _answers():
            self._client.upload_file(str(path), self._bucket, self._key(sha256), Config=self._up)

    @contextmanager
    def _downloaded(self, sha256: str) -> Iterator[IO[bytes]]:
        """The object as it lies there. In one piece and tried again as a whole: it may be replaced meanwhile."""
        key = self._key(sha256)
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=ASIDE) as file:
            with _answers():
                self._client.download_fileobj(self._bucket, key, file, Config=self._down)
            file.seek(0)
            yield file

    def _listed(self) -> Iterator[tuple[str, datetime]]:
        with _answers():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for each in page.get("Contents", ()):
                    sha256 = each["Key"][-64:]
                    if each["Key"] == f"{self._prefix}{sha256[:2]}/{sha256}":
                        yield sha256, each["LastModified"]


def try_out(place: Place) -> None:
    """Write, read and remove a few bytes there. Raises NoLibrary, or Unreachable with the service's own word for what
    is wrong."""
    client, _, _ = _connected(place)
    probe = {"Bucket": place.bucket, "Key": f"{place.prefix}check"}
    with _answers():
        client.put_object(**probe, Body=b"check")
        client.get_object(**probe)["Body"].read()
        client.delete_object(**probe)


def _connected(place: Place) -> tuple[Any, Any, Any]:
    """The client, and how it transfers up and down."""
    try:
        import boto3
        from boto3.s3.transfer import TransferConfig
        from botocore.config import Config
    except ImportError as error:
        raise NoLibrary from error
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
        signature_version="s3v4",
        s3={"addressing_style": "path" if place.endpoint else "auto"},
        request_checksum_calculation="when_required",  # not every service that speaks S3 knows the newer ones
        response_checksum_validation="when_required",
    )
    client = boto3.client(
        "s3",
        endpoint_url=place.endpoint or None,
        region_name=place.region or None,
        aws_access_key_id=place.key_id or None,
        aws_secret_access_key=place.key or None,
        aws_session_token=place.token or None,
        config=config,
    )
    up = TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART, max_concurrency=2)
    whole = 5 * 1024**3
    down = TransferConfig(multipart_threshold=whole, num_download_attempts=_ATTEMPTS, max_concurrency=2)
    return client, up, down


@contextmanager
def _answers() -> Iterator[None]:
    """What the service and the way to it may say instead of an answer, in our words."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError
    from s3transfer.exceptions import FatalError, RetriesExceededError  # of no family

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _ABSENT:
            raise FileNotFoundError(code) from error
        raise Unreachable(code) from error
    except (BotoCoreError, Boto3Error, FatalError, RetriesExceededError) as error:
        raise Unreachable(type(error).__name__) from error
