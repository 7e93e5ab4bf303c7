"""The world of `make run`: one office, three citizens, and the staff's group with the bot in it."""

from __future__ import annotations

import secrets
from pathlib import Path

from sandbox.world import World

CITIZENS = ("สมชาย ใจดี", "วิภา แสงจันทร์", "ธนา รักถิ่น")
CLERK = "ธุรการแพร"
STAFF = ("ปลัดอรุณ", "นิติกรจันทร์", "ช่างเอก", CLERK, "สาธารณสุขบีม")
GROUP = "กลุ่มเจ้าหน้าที่ (ตัวอย่าง)"
SPREADSHEET = "ทะเบียนหนังสือ (ตัวอย่าง)"
PLAN = 15_000  # messages a month: LINE's Basic plan in Thailand
REDELIVERY = (1.0, 3.0, 10.0, 30.0)


def demo_world(
    public_url: str, webhook_url: str, var_dir: Path, *, messenger: bool = False, google: bool = False
) -> World:
    """The kept world of `var_dir`, or a new one. Its `channel_secret` and `access_token` are the product's settings;
    with `messenger`, so are `page_id`, `page_token`, `app_secret` and `verify_token` of its `meta`, with GRAPH_API_URL
    at `/graph` and MESSENGER_MEDIA_HOSTS at `public_url`, and the page offers a second telephone; with `google`, so are
    `account_file(path)`, the id of the one spreadsheet in `books` and `sheets_url` of its `google`, and the page shows
    that spreadsheet."""
    world = World(
        secrets.token_hex(16),
        secrets.token_urlsafe(32),
        webhook_url,
        keep=var_dir / "sandbox.db",
        allow_local_urls=public_url.startswith("http://"),
        quota_limit=PLAN,
        redelivery=REDELIVERY,
    )
    world.meta.on, world.meta.origin = messenger, public_url
    world.google.on, world.google.origin = google, public_url
    if google and not world.google.books:
        world.google.make_spreadsheet(SPREADSHEET)
    if not world.state.groups:
        _settle(world)
    return world


def _settle(world: World) -> None:
    for name in CITIZENS:
        world.add_person(name)
    staff = [world.add_person(name, follow=False).id for name in STAFF]
    group = world.add_group(GROUP, staff, invite_bot=False)
    group.has_bot = True  # invited long ago; it waits for `เปิดใช้ CODE`
    world.state.save_group(group)
