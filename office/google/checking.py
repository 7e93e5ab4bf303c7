"""What is missing before the sheet can live, told to the operator one thing at a time (`app.py check`)."""

from __future__ import annotations

import json
from pathlib import Path

from office.google.trouble import REASONS, Closed, Trouble, Unwelcome

#: An operator waits for this.
PATIENCE = (3.05, 10.0)
FILE, SHEET = "GOOGLE_SERVICE_ACCOUNT_FILE", "GOOGLE_SHEET_ID"


def faults(account_file: Path, sheet_id: str, url: str) -> list[str]:
    """What is wrong first, as "VARIABLE: sentence"; empty if the registers can be written there."""
    if wrong := _wrong_file(account_file):
        return [f"{FILE}: {wrong}"]
    from office.google.client import account_in, connect

    account = account_in(account_file)
    try:
        client = connect(account, url, PATIENCE)
    except ValueError:  # never its text: it may repeat the key
        return [f"{FILE}: กุญแจในไฟล์ไม่สมบูรณ์ โปรดดาวน์โหลดไฟล์กุญแจใหม่โดยไม่แก้ไขเนื้อหา"]
    writing = False
    try:
        client.spreadsheets_get(sheet_id, {"fields": "properties.title"})
        writing = True
        client.values_batch_update(sheet_id, {"valueInputOption": "RAW", "data": []})  # nothing; but may we?
    except Unwelcome:
        return [] if writing else [f"{SHEET}: {REASONS['gone']}"]
    except Trouble as trouble:
        return [_told(trouble, str(account["client_email"]), writing=writing)]
    return []


def _wrong_file(path: Path) -> str:
    try:
        account = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return f"อ่านไฟล์ไม่ได้: {path} (ไม่มีไฟล์นี้ หรือไม่มีสิทธิ์อ่าน)"
    except ValueError:
        return "ไฟล์ไม่ใช่ JSON โปรดใช้ไฟล์กุญแจที่ดาวน์โหลดจาก Google Cloud ทั้งไฟล์"
    kind = account.get("type") if isinstance(account, dict) else None
    if kind != "service_account":
        return "ไฟล์นี้ไม่ใช่กุญแจของบัญชีบริการ (ต้องมี “type”: “service_account”) ดู docs/google-sheets.md"
    missing = [name for name in ("client_email", "private_key", "token_uri") if not account.get(name)]
    return f"ในไฟล์ขาด {', '.join(missing)} โปรดดาวน์โหลดไฟล์กุญแจใหม่" if missing else ""


def _told(trouble: Trouble, address: str, *, writing: bool) -> str:
    if not isinstance(trouble, Closed):
        if trouble.reason == "429":
            return f"{SHEET}: เรียก Google เกินโควตาในขณะนี้ โปรดรอหนึ่งนาทีแล้วตรวจอีกครั้ง"
        return f"{SHEET}: ติดต่อ Google ไม่ได้ ({trouble.reason}) โปรดตรวจเครือข่ายแล้วลองใหม่"
    if trouble.reason == "unshared":
        how = "บัญชีบริการอ่านแผ่นงานได้แต่เขียนไม่ได้" if writing else "แผ่นงานยังไม่ได้แชร์ให้บัญชีบริการ"
        return f"{SHEET}: {how} โปรดแชร์ให้ {address} เป็น “ผู้แก้ไข”"
    variable = FILE if trouble.reason in ("key", "clock") else SHEET
    return f"{variable}: {REASONS[trouble.reason]}"
