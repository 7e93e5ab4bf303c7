"""The extract is what LINE publishes, and the events are what LINE publishes about events."""

import json
from functools import cache

import yaml

from sandbox.acts import Upload
from sandbox.schema import HOME, Book, extract


@cache
def document(name):
    return yaml.load((HOME / name).read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def test_the_extract_equals_the_published_schema():
    assert json.loads((HOME / "messaging-api.json").read_text()) == extract(document("messaging-api.yml"))


def test_every_event_has_the_published_form(world, product, group):
    person = world.add_person("วิภา")
    sent = world.say(person.id, "สวัสดี")
    world.send_files(person.id, [Upload(b"\xff\xd8\xff1"), Upload(b"\xff\xd8\xff2")])
    for kind in ("file", "video", "audio"):
        world.send_files(person.id, [Upload(b"x", "a.bin", "application/octet-stream")], kind)
    world.send_place(person.id, 16.8, 100.9, title="บึง")
    world.send_sticker(person.id)
    world.press(person.id, "a=1", params={"date": "2026-11-21"})
    world.unsend(person.id, sent.id)
    world.unfollow(person.id)
    world.follow(person.id)
    world.say(group.members[0], "งานค้าง", chat=group.id)
    world.add_member(group.id, person.id)
    world.remove_member(group.id, person.id)
    world.remove_bot(group.id)
    assert world.wait_idle()
    book = Book(extract(document("webhook.yml"), ["CallbackRequest"]))
    for body in product.bodies:
        assert book.faults("CallbackRequest", body) == []
    kinds = ("message", "unsend", "postback", "follow", "unfollow", "join", "leave", "memberJoined", "memberLeft")
    assert {event["type"] for event in product.events} == set(kinds)
