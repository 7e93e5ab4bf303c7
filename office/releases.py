"""รุ่นของบริการ: a definition that was open to citizens once is kept for good, and is never changed under its number.

So a draft goes on in the version it was begun in, and a case can be read by what was asked for then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from flows.thai import BANGKOK
from models import petition
from models.db import Tx
from services.catalogue import Service, from_data, newest, to_data
from services.toml_table import Fault


def released(tx: Tx) -> tuple[Service, ...]:
    """Every version of every service that was ever open."""
    return tuple(from_data(json.loads(definition)) for definition in petition.released(tx))


def changed(services: Iterable[Service], known: Iterable[Service], folder: Path) -> list[Fault]:
    """Files that say something else than what is released under their number, or have an older number than that."""
    faults = []
    kept = {(one.key, one.version): one for one in known}
    for service in services:
        file, last = folder / f"{service.key}.toml", max((v for key, v in kept if key == service.key), default=0)
        if service.version < last:
            faults.append(Fault(file, 1, f"รุ่นในแฟ้ม (version = {service.version}) เก่ากว่ารุ่นที่เปิดใช้แล้ว ({last})"))
        elif (before := kept.get((service.key, service.version))) and before != service:
            text = f"แฟ้มนี้ต่างจากรุ่น {service.version} ที่เปิดใช้แล้ว โปรดแก้เป็น version = {service.version + 1}"
            faults.append(Fault(file, 1, text))
    return faults


def open_on(files: Iterable[Service], known: Iterable[Service], now: datetime) -> tuple[Service, ...]:
    """What citizens may begin today: of each file what is in it, if its day has come, else what was open before."""
    files, today = tuple(files), now.astimezone(BANGKOK).date()
    keys = {service.key for service in files}
    return newest((*(one for one in known if one.key in keys), *(one for one in files if one.released <= today)))


def release(tx: Tx, services: Iterable[Service], now: datetime) -> None:
    """These are open to citizens from now on."""
    for service in services:
        petition.release(tx, service.key, service.version, json.dumps(to_data(service), ensure_ascii=False), now)
