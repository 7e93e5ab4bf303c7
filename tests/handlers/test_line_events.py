"""Every event that LINE publishes, and those it has yet to: who is answered, who can be reached, what is begun."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from models import conversation
from models.case import case_events
from models.conversation import Conversation
from models.document import case_words
from models.inbox import arrivals
from models.outbox import outgoing
from sandbox import events
from tests.house import House, Phone, words
from tests.journeys import stories

WEBHOOK = Path(__file__).parent.parent.parent / "sandbox" / "line-openapi" / "webhook.yml"
MEMBERS = {"members": [{"type": "user", "userId": "U" + "7" * 32}]}
CHAT = {"chatControl": {"expireAt": 1_800_000_000_000}}


@dataclass(frozen=True)
class Row:
    """What `kind` comes to when a stranger sends it, in the one-to-one chat, the staff group, a strange group, or from
    nowhere: how many messages are said, and whether a conversation is begun (None: not reachable in it)."""

    kind: str
    where: str = "person"
    body: dict[str, Any] = field(default_factory=dict)
    answers: int = 0
    begun: bool | None = True
    mode: str = "active"
    named: bool = True  # whether a group's event says who


TEXT = {"message": {"type": "text", "id": "1", "text": "สวัสดี", "quoteToken": "q"}}
PRESSED = {"postback": {"data": "x"}}
UNSENT = {"unsend": {"messageId": "1"}}
EDITED = {"message": {"type": "text", "id": "1", "text": "ใหม่", "quoteToken": "q"}}
ROWS = (
    Row("message", body=TEXT, answers=1),
    Row("message", body={"message": {"type": "hologram", "id": "1"}}, answers=1),
    Row("message", "staff", TEXT),
    Row("message", "staff", {"message": TEXT["message"] | {"text": "งานค้าง"}}, answers=1),
    Row("message", "strangers", TEXT),
    Row("message", body=TEXT, mode="standby", begun=False),  # read, never answered
    Row("follow", body={"follow": {"isUnblocked": False}}, answers=2),  # greeting and menu
    Row("follow", body={"follow": {"isUnblocked": True}}, answers=2),
    Row("unfollow", begun=None),
    Row("postback", body=PRESSED, answers=1),
    Row("postback", "staff", PRESSED, answers=1),
    Row("postback", "staff", PRESSED, answers=1, named=False),  # LINE need not say who pressed it
    Row("postback", "strangers", PRESSED),
    Row("unsend", body=UNSENT),
    Row("unsend", "staff", UNSENT),
    Row("messageEdited", body=EDITED),
    Row("messageEdited", "staff", EDITED),
    Row("join", "strangers", named=False),
    Row("leave", "staff", named=False, begun=None),  # the last of the staff's group: see below
    Row("memberJoined", "strangers", {"joined": MEMBERS}, named=False),
    Row("memberLeft", "strangers", {"left": MEMBERS}, named=False),
    Row("videoPlayComplete", body={"videoPlayComplete": {"trackingId": "t"}}, begun=False),
    Row("beacon", body={"beacon": {"hwid": "d41d8cd98f", "type": "enter"}}, begun=False),
    Row("accountLink", body={"link": {"result": "ok", "nonce": "n"}}, begun=False),
    Row("accountLink", "nowhere", {"link": {"result": "failed", "nonce": "n"}}),
    Row("membership", body={"membership": {"type": "joined", "membershipId": 1}}, begun=False),
    Row("module", "nowhere", {"module": {"type": "attached", "botId": "U" + "8" * 32, "scopes": []}}),
    Row("activated", body=CHAT, begun=False),
    Row("deactivated", begun=False),
    Row("botSuspended", "nowhere"),
    Row("botResumed", "nowhere"),
    Row("delivery", body={"delivery": {"data": "hash"}}, begun=False),
    Row("things", body={"things": {"deviceId": "t", "type": "link"}}, begun=False),  # of former days
    Row("moonLanding", body={"moon": {}}, begun=False),
)


def test_the_table_knows_every_event_that_line_publishes() -> None:
    published = yaml.safe_load(WEBHOOK.read_text())["components"]["schemas"]["Event"]["discriminator"]["mapping"]
    assert set(published) | {"messageEdited"} <= {row.kind for row in ROWS}


def test_every_event_has_its_answer(small_house: House) -> None:
    staff = small_house.staff_group()
    for row in sorted(ROWS, key=lambda row: row.kind == "leave"):
        chat, said, talk = come_to_pass(small_house, row, staff)
        assert said == row.answers, row
        if row.where == "nowhere":
            continue
        assert (talk is not None) == (row.begun is not False), row
        assert talk is None or talk.reachable == (row.begun is True), row
        assert row.where != "strangers" or not small_house.world.said(chat), row
    assert "push" not in calls(small_house)  # nothing of it costs anything
    with small_house.wiring.database.reading() as tx:
        assert set(tx.execute(sa.select(arrivals.c.state)).scalars()) == {"done"}


def come_to_pass(house: House, row: Row, staff: Phone) -> tuple[str, int, Conversation | None]:
    """The chat, how many messages were said in it, and the conversation there is afterwards."""
    world = house.world
    user = staff.user if row.where == "staff" else world.add_person(follow=False).id
    chats = {"person": user, "staff": staff.chat, "nowhere": ""}
    chat = chats[row.where] if row.where in chats else world.add_group("ใครก็ไม่รู้", [user]).id
    source = events.from_user(user) if chat in (user, "") else events.from_group(chat, user if row.named else None)
    token = world.platform.tokens.issue(chat, house.clock(), house.clock()) if chat else None
    event = events.event(row.kind, source, house.clock(), token=token, mode=row.mode, **row.body)
    if not chat:
        del event["source"]
    before = len(world.said(chat))
    assert world.deliver(event).status == 200
    house.settle()
    with house.wiring.database.reading() as tx:
        return chat, len(world.said(chat)) - before, conversation.find(tx, f"line:{chat}")


def calls(house: House) -> set[str]:
    return {call.operation for call in house.world.calls}


# --- taken back, changed ---


def test_what_is_taken_back_is_nowhere_any_more(small_house: House) -> None:
    house = small_house
    citizen = house.citizen()
    said = house.world.say(citizen.user, "เลขบัตรของผมคือ 3-1012-00000-00-1")
    house.settle()
    citizen.does(lambda world, user: world.unsend(user, said.id))
    with house.wiring.database.reading() as tx:
        kept = [json.loads(text) for text in tx.execute(sa.select(arrivals.c.payload)).scalars()]
        talk = conversation.find(tx, f"line:{citizen.chat}")
        told = "".join(tx.execute(sa.select(outgoing.c.body)).scalars())
    assert "3-1012" not in json.dumps(kept) + json.dumps(talk and talk.memory) + told
    assert [event.get("type") for event in kept] == ["follow", None, "unsend"]


def test_what_is_taken_back_or_changed_after_the_filing_stays_and_an_officer_is_told(small_house: House) -> None:
    house = small_house
    group, citizen = house.staff_group(), house.citizen()
    stories.complains(citizen)
    more = house.world.say(citizen.user, "ลืมบอกว่าหลุมลึกมาก น้องสาว 0899999999 ล้ม")
    house.settle()
    citizen.taps("เพิ่มในเรื่องเดิม")
    house.world.edit(citizen.user, more.id, "ลืมบอกว่าหลุมลึก")
    house.later(minutes=2)
    edited = words(group.said()[-1])
    house.world.unsend(citizen.user, more.id)
    house.later(minutes=2)
    withdrawn = words(group.said()[-1])
    assert edited.startswith("เรื่อง 1/2569: ผู้ส่งเรื่องแก้ไขข้อความ")
    assert withdrawn.startswith("เรื่อง 1/2569: ผู้ส่งเรื่องยกเลิกการส่งข้อความ")
    assert "หลุม" not in edited + withdrawn
    with house.wiring.database.reading() as tx:
        kept = tx.all(sa.select(case_words).where(case_words.c.text != "").order_by(case_words.c.id))
        history = list(tx.execute(sa.select(case_events.c.what).order_by(case_events.c.id)).scalars())
    assert [(row["text"], row["withdrawn"]) for row in kept] == [
        ("ลืมบอกว่าหลุมลึกมาก น้องสาว 0899999999 ล้ม", True),
        ("ลืมบอกว่าหลุมลึก", True),
    ]
    assert history[-2:] == ["message_amended", "message_withdrawn"]
