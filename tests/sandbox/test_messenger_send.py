"""The Send API's stand-in: what it accepts and refuses, the 24 hours, tags, templates, errors, echoes."""

import hashlib
import hmac
import io
import json
import random
from datetime import timedelta

import pytest
import urllib3

from sandbox.messenger import platform
from sandbox.pages import create_sandbox
from sandbox.pictures import photo
from sandbox.server import serve
from sandbox.world import World
from tests.sandbox.messenger import Graph, error
from tests.sandbox.standin import SECRET, START, TOKEN

OUTSIDE, BLOCKED, NOBODY, INVALID = (10, 2018278), (551, 1545041), (100, 2018001), (100, None)
POSTBACK = {"type": "postback", "title": "ต่อไป", "payload": "next"}
LINK = {"type": "web_url", "title": "เว็บไซต์", "url": "https://example.go.th/"}
CALL = {"type": "phone_number", "title": "โทร", "payload": "+6654000000"}
ACCEPTED = 200


def chip(title="ถนน", payload="kind=road", **more):
    return {"content_type": "text", "title": title, "payload": payload, **more}


def template(**payload):
    return {"attachment": {"type": "template", "payload": payload}}


def buttons(text="เลือก", *chosen):
    return template(template_type="button", text=text, buttons=list(chosen or (POSTBACK,)))


def cards(*elements):
    return template(template_type="generic", elements=list(elements))


def element(**more):
    return {"title": "เรื่อง", "subtitle": "กำลังดำเนินการ", **more}


def picture(**payload):
    return {"attachment": {"type": "image", "payload": payload}}


BODIES = [
    # text
    ({"text": "สวัสดี"}, ACCEPTED),
    ({"text": "ก" * 2000}, ACCEPTED),
    ({"text": "ก" * 2001}, INVALID),
    ({"text": "🍎" * 1001}, INVALID),  # counted in UTF-16 units
    ({"text": ""}, INVALID),
    ({"text": "  \n"}, INVALID),
    ({"text": 12}, INVALID),
    ({}, INVALID),
    ("สวัสดี", INVALID),
    ({"text": "ก", "metadata": "m" * 1000}, ACCEPTED),
    ({"text": "ก", "metadata": "m" * 1001}, INVALID),
    ({"text": "ก", "metadata": {"outbox": 1}}, INVALID),
    ({"text": "ก", "quickReply": {"items": []}}, INVALID),  # LINE's word for it
    ({"text": "ก", **buttons()}, INVALID),
    # quick replies
    ({"text": "ก", "quick_replies": [chip()] * 13}, ACCEPTED),
    ({"text": "ก", "quick_replies": [chip()] * 14}, INVALID),
    ({"text": "ก", "quick_replies": []}, INVALID),
    ({"text": "ก", "quick_replies": [chip(title="ก" * 21)]}, ACCEPTED),  # cut, and noted
    ({"text": "ก", "quick_replies": [chip(title="")]}, INVALID),
    ({"text": "ก", "quick_replies": [chip(payload="p" * 1000)]}, ACCEPTED),
    ({"text": "ก", "quick_replies": [chip(payload="p" * 1001)]}, INVALID),
    ({"text": "ก", "quick_replies": [chip(payload="")]}, INVALID),
    ({"text": "ก", "quick_replies": [chip(image_url="https://example.go.th/a.png")]}, ACCEPTED),
    ({"text": "ก", "quick_replies": [chip(image_url="http://example.go.th/a.png")]}, INVALID),
    ({"text": "ก", "quick_replies": [{"content_type": "user_phone_number"}]}, ACCEPTED),
    ({"text": "ก", "quick_replies": [{"content_type": "location"}]}, INVALID),  # retired
    ({"text": "ก", "quick_replies": [chip(displayText="ถนน")]}, INVALID),
    ({"quick_replies": [chip()]}, INVALID),
    # templates
    (buttons(), ACCEPTED),
    ({**buttons(), "quick_replies": [chip()]}, ACCEPTED),
    (buttons("เลือก", POSTBACK, LINK, CALL), ACCEPTED),
    (buttons("เลือก", *[POSTBACK] * 4), INVALID),
    (template(template_type="button", text="เลือก", buttons=[]), INVALID),
    (buttons("ก" * 640), ACCEPTED),
    (buttons("ก" * 641), INVALID),
    (buttons("ก", {**CALL, "payload": "054-000000"}), INVALID),
    (buttons("ก", {**POSTBACK, "payload": "p" * 1001}), INVALID),
    (buttons("ก", {**LINK, "url": "javascript:alert(1)"}), INVALID),
    (buttons("ก", {"type": "message", "label": "ก", "text": "ก"}), INVALID),  # LINE's
    (cards(element()), ACCEPTED),
    (cards(*[element(buttons=[POSTBACK] * 3)] * 10), ACCEPTED),
    (cards(*[element()] * 11), INVALID),
    (cards({"title": "เรื่อง"}), INVALID),  # nothing beside the title
    (cards(element(title="ก" * 80)), ACCEPTED),
    (cards(element(title="ก" * 81)), INVALID),
    (cards(element(subtitle="ก" * 81)), INVALID),
    (cards(element(default_action={"type": "web_url", "url": "https://example.go.th/"})), ACCEPTED),
    (template(template_type="list", elements=[element()]), INVALID),  # retired
    # attachments
    (picture(url="https://example.go.th/qr.png"), ACCEPTED),
    (picture(url="http://example.go.th/qr.png"), INVALID),
    (picture(), INVALID),  # neither address nor file nor id
    (picture(attachment_id="404"), (100, 2018074)),
    (picture(attachment_id=["404"]), INVALID),
    ({"attachment": {"type": "sticker", "payload": {"url": "https://example.go.th/"}}}, INVALID),
    ({"template": {"name": "news", "language": {"code": "th"}}}, INVALID),  # not with RESPONSE
]


@pytest.fixture
def world():
    """Nobody listens to its webhooks."""
    world = World(SECRET, TOKEN, "http://127.0.0.1:9/webhooks/line", lambda: START)
    yield world
    world.close()


@pytest.fixture
def graph(world):
    return Graph(world)


@pytest.fixture
def person(world):
    account = world.meta.add_person("สมชาย ใจดี")
    world.meta.say(account.id, "สวัสดี")
    return account.id


def verdict(answer):
    return ACCEPTED if answer.status_code == 200 else error(answer)


@pytest.mark.parametrize(("message", "expected"), BODIES)
def test_a_message_is_judged_as_meta_would(graph, world, person, message, expected):
    assert verdict(graph.send(person, message)) == expected
    assert len(world.meta.said(person)) == (expected == ACCEPTED)


ENVELOPES = [
    ({"messaging_type": None}, INVALID),
    ({"messaging_type": "response"}, INVALID),
    ({"messaging_type": "MESSAGE_TAG"}, INVALID),
    ({"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"}, INVALID),  # retired
    ({"messaging_type": "MESSAGE_TAG", "tag": "CONFIRMED_EVENT_UPDATE"}, INVALID),
    ({"messaging_type": "MESSAGE_TAG", "tag": "POST_PURCHASE_UPDATE"}, INVALID),
    ({"tag": "HUMAN_AGENT"}, INVALID),
    ({"recipient": {"id": "404"}}, NOBODY),
    ({"recipient": {"id": 404}}, INVALID),
    ({"recipient": {"user_ref": "x"}}, INVALID),
    ({"sender_action": "typing_on"}, INVALID),  # goes alone
    ({"notification_type": "NO_PUSH"}, ACCEPTED),
    ({"to": "U1"}, ACCEPTED),  # Graph overlooks it
]


@pytest.mark.parametrize(("change", "expected"), ENVELOPES)
def test_what_stands_around_a_message_is_judged_too(graph, person, change, expected):
    body = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": {"text": "ก"}, **change}
    assert verdict(graph.post("me/messages", body)) == expected


def test_long_titles_are_cut_and_told(graph, world, person):
    title = "ติดต่อเจ้าหน้าที่ฝ่ายโยธา"
    assert graph.send(person, {"text": "ก", "quick_replies": [chip(title)]}).status_code == 200
    assert world.meta.cut_titles == [title]
    assert world.meta.said(person)[0]["quick_replies"][0]["title"] == title[:20]
    assert title in world.meta.calls[-1].note


# --- who may call ---


def test_a_token_and_if_given_the_right_proof(graph, world, person):
    body = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": {"text": "ก"}}
    post = graph.client.post
    assert post("/graph/v26.0/me/messages", json=body).status_code == 401
    assert error(post("/graph/v26.0/me/messages?access_token=wrong", json=body)) == (190, None)
    token, secret = world.meta.page_token, world.meta.app_secret
    proof = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    path = f"/graph/v26.0/me/messages?access_token={token}&appsecret_proof="
    assert error(post(path + "0" * 64, json=body)) == (100, None)
    assert post(path + proof, json=body).status_code == 200
    assert token not in str(world.meta.calls)


@pytest.mark.parametrize("path", ["v9.0/me/messages", "me/messages", "v26.0/me/nowhere", "v26.0/123/messages"])
def test_paths_that_are_not_there(graph, path):
    answer = graph.client.post(f"/graph/{path}", json={}, headers=graph.headers)
    assert error(answer) in ((2500, None), (100, 33))


def test_bodies_that_are_not_json(graph):
    for raw in (b"{", b"[]", b"\xff", b"[" * 100_000):
        answer = graph.client.post(
            "/graph/v26.0/me/messages", data=raw, headers=graph.headers, content_type="application/json"
        )
        assert error(answer) == INVALID


# --- the 24 hours ---


@pytest.mark.parametrize("kind", ["RESPONSE", "UPDATE"])
@pytest.mark.parametrize(("hours", "expected"), [(0, ACCEPTED), (23.99, ACCEPTED), (24, OUTSIDE), (200, OUTSIDE)])
def test_a_day_after_the_last_message_the_window_shuts(graph, world, person, kind, hours, expected):
    world.move(timedelta(hours=hours))
    assert verdict(graph.send(person, {"text": "ก"}, kind)) == expected


def test_who_has_never_written_cannot_be_written_to(graph, world):
    assert error(graph.send(world.meta.add_person().id, {"text": "ก"})) == OUTSIDE


@pytest.mark.parametrize(
    ("act", "opens"),
    [
        (lambda meta, person: meta.say(person, "ก"), True),
        (lambda meta, person: meta.press(person, "MENU", "เมนู"), True),
        (lambda meta, person: meta.refer(person, "AB12-CD34"), True),
        (lambda meta, person: meta.send_sticker(person), True),
        (lambda meta, person: meta.read(person), False),
        (lambda meta, person: meta.receive(person), False),
        (lambda meta, person: meta.react(person, "m_1"), False),
        (lambda meta, person: meta.office_writes(person, "ก"), False),
    ],
)
def test_what_opens_the_window_again(graph, world, person, act, opens):
    world.move(timedelta(days=3))
    act(world.meta, person)
    assert verdict(graph.send(person, {"text": "ก"})) == (ACCEPTED if opens else OUTSIDE)


@pytest.mark.parametrize(
    ("granted", "days", "expected"),
    [(True, 2, ACCEPTED), (True, 7, ACCEPTED), (True, 7.01, OUTSIDE), (False, 2, (10, None))],
)
def test_a_human_agent_has_seven_days_if_the_page_may(graph, world, person, granted, days, expected):
    world.meta.rights.human_agent = granted
    world.move(timedelta(days=days))
    assert verdict(graph.send(person, {"text": "ก"}, "MESSAGE_TAG", tag="HUMAN_AGENT")) == expected


TEMPLATE = {
    "name": "case_news",
    "language": "th",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "เรื่อง {{1}} {{2}}", "example": {"body_text": [["1/2569", "เสร็จ"]]}}],
}


def news(*values, name="case_news"):
    parameters = [{"type": "text", "text": value} for value in values]
    body = {"type": "body", "parameters": parameters}
    return {"template": {"name": name, "language": {"code": "th"}, "components": [body]}}


def test_a_utility_template_goes_out_at_any_time_once_approved(graph, world, person):
    assert error(graph.post("me/message_templates", TEMPLATE)) == (10, None)
    world.meta.rights.utility = True
    assert graph.post("me/message_templates", TEMPLATE).json["status"] == "PENDING"
    assert error(graph.send(person, news("1/2569", "เสร็จ"), "UTILITY")) == INVALID
    world.move(timedelta(days=30))
    assert graph.get("me/message_templates?name=case_news").json["data"][0]["status"] == "APPROVED"
    assert error(graph.send(person, news("1/2569"), "UTILITY")) == INVALID
    assert error(graph.send(person, news("1", "2", name="other"), "UTILITY")) == INVALID
    assert error(graph.send(person, {"text": "ก"}, "UTILITY")) == INVALID
    assert graph.send(person, news("1/2569", "เสร็จ"), "UTILITY").status_code == 200
    assert world.meta.said(person)[-1]["text"] == "เรื่อง 1/2569 เสร็จ"


def test_a_refused_template_is_told_and_unusable(graph, world, person):
    world.meta.rights.utility = True
    graph.post("me/message_templates", TEMPLATE)
    world.meta.decide_template("case_news", "REJECTED")
    assert world.meta.events[-1]["changes"][0]["value"]["event"] == "REJECTED"
    assert error(graph.send(person, news("1", "2"), "UTILITY")) == INVALID


# --- people and pages that cannot be reached ---


def test_people_who_block_the_page_or_are_gone(graph, world, person):
    world.meta.block(person)
    assert error(graph.send(person, {"text": "ก"})) == BLOCKED
    world.meta.block(person, blocked=False)
    assert graph.send(person, {"text": "ก"}).status_code == 200
    world.meta.vanish(person)
    assert error(graph.send(person, {"text": "ก"})) == NOBODY


def test_a_restricted_page_sends_nothing(graph, world, person):
    world.meta.rights.restricted = True
    assert error(graph.send(person, {"text": "ก"})) == (10, 1893063)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("500", (2, None)),
        ("unexpected", (2, None)),
        ("temporary", (1200, None)),
        ("rate", (613, None)),
        ("token", (190, None)),
        ("restricted", (10, 1893063)),
    ],
)
def test_refusals_of_a_bad_day_apply_nothing_and_once(graph, world, person, fault, code):
    world.meta.next_answers("send", [fault])
    assert error(graph.send(person, {"text": "ก"})) == code
    assert world.meta.said(person) == []
    assert graph.send(person, {"text": "ก"}).status_code == 200


def test_an_error_may_stand_in_an_answer_of_200(graph, world, person):
    world.meta.next_answers("send", ["odd"])
    answer = graph.send(person, {"text": "ก"})
    assert (answer.status_code, error(answer)) == (200, (2, None))


@pytest.mark.parametrize(("fault", "sent"), [("drop", 1), ("cut", 0)])
def test_after_a_lost_answer_the_echo_tells_what_was_sent(world, person, fault, sent):
    server = serve(create_sandbox(world, None))
    world.meta.next_answers("send", [fault])
    body = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": {"text": "ก", "metadata": "outbox:7"}}
    url = f"{server.url}/graph/v26.0/me/messages?access_token={world.meta.page_token}"
    with pytest.raises(urllib3.exceptions.ProtocolError):
        urllib3.PoolManager(retries=False, timeout=5).request("POST", url, json=body)
    server.close()
    assert [message["metadata"] for message in world.meta.said(person)] == ["outbox:7"] * sent
    assert len([entry for entry in world.meta.events if "is_echo" in str(entry)]) == sent


# --- files ---


def test_a_picture_goes_out_from_its_bytes(graph, world, person):
    world.meta.origin = "http://127.0.0.1:8000"
    data = photo("paper", 1)
    message = {"attachment": {"type": "image", "payload": {"is_reusable": True}}}
    fields = {"recipient": json.dumps({"id": person}), "messaging_type": "RESPONSE", "message": json.dumps(message)}
    answer = graph.form("me/messages", **fields, filedata=(io.BytesIO(data), "qr.png", "image/png"))
    assert answer.status_code == 200
    url = world.meta.said(person)[0]["attachment"]["payload"]["url"]
    assert graph.client.get(url.removeprefix("http://127.0.0.1:8000")).data == data

    again = picture(attachment_id=answer.json["attachment_id"])
    assert graph.send(person, again).status_code == 200
    world.move(timedelta(days=91))
    world.meta.say(person, "ก")
    assert error(graph.send(person, again)) == (100, 2018074)


@pytest.mark.parametrize(
    ("data", "name", "kind"), [(b"", "qr.png", "image/png"), (b"%PDF", "qr.pdf", "application/pdf")]
)
def test_files_that_are_no_pictures(graph, world, person, data, name, kind):
    world.meta.origin = "http://127.0.0.1:8000"
    fields = {"recipient": json.dumps({"id": person}), "messaging_type": "RESPONSE", "message": json.dumps(picture())}
    answer = graph.form("me/messages", **fields, filedata=(io.BytesIO(data), name, kind))
    assert error(answer) == (100, 2018047)


def test_an_attachment_of_more_than_25_mb_is_refused(graph, world, person, monkeypatch):
    monkeypatch.setattr(platform, "LARGEST", 10)
    world.meta.origin = "http://127.0.0.1:8000"
    fields = {"message": json.dumps(picture()), "filedata": (io.BytesIO(b"x" * 11), "a.png", "image/png")}
    assert error(graph.form("me/message_attachments", **fields)) == (100, 2018047)


# --- actions, names, the page's profile ---


def test_typing_is_seen_until_something_is_sent(graph, world, person):
    state = world.state
    act = {"recipient": {"id": person}, "sender_action": "typing_on"}
    assert graph.post("me/messages", act).json == {"recipient_id": person}
    assert person in state.typing
    assert world.meta.calls[-1].operation == "sender_action"
    graph.send(person, {"text": "ก"})
    assert person not in state.typing
    assert error(graph.post("me/messages", {**act, "sender_action": "dance"})) == INVALID


def test_names_are_told_field_by_field_or_not_at_all(graph, world, person):
    asked = f"{person}?fields=first_name,last_name"
    assert graph.get(asked).json == {"first_name": "สมชาย", "last_name": "ใจดี", "id": person}
    assert error(graph.get(f"{person}?fields=phone")) == INVALID
    world.meta.accounts[person].nameless = True
    assert error(graph.get(asked)) == (100, 2018218)
    assert error(graph.get("404?fields=first_name")) == (100, 33)


def menu(*items):
    return {"persistent_menu": [{"locale": "default", "composer_input_disabled": False, "call_to_actions": [*items]}]}


def test_a_menu_needs_the_get_started_button(graph, world):
    path, start = "me/messenger_profile", {"get_started": {"payload": "START"}}
    assert error(graph.post(path, menu(POSTBACK))) == (100, 2018145)
    assert graph.post(path, {**start, **menu(POSTBACK, LINK)}).json == {"result": "success"}
    assert [item["title"] for item in world.meta.profile.menu] == ["ต่อไป", "เว็บไซต์"]
    assert graph.get(f"{path}?fields=get_started").json == {"data": [start]}
    drop = graph.client.delete(f"/graph/v26.0/{path}", json={"fields": ["get_started"]}, headers=graph.headers)
    assert error(drop) == (100, 2018145)
    nested = {"type": "nested", "title": "บริการ", "call_to_actions": [POSTBACK]}
    assert error(graph.post(path, menu(nested))) == INVALID


SEEDS = (
    {"text": "ก", "metadata": "m", "quick_replies": [chip(image_url="https://example.go.th/")]},
    cards(element(image_url="https://example.go.th/a.png", buttons=[POSTBACK, LINK, CALL])),
    picture(attachment_id="404", is_reusable=True),
    news("1/2569", "เสร็จ"),
)
ODD = (None, True, -1.5, "", "\ud800", "ก" * 21, "x" * 3000, [], {}, [None], [[]], {"type": []}, "template")


def changed(value, chance):
    """The same JSON with a few parts put out of order."""
    if chance.random() < 0.15:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {key: changed(part, chance) for key, part in value.items() if chance.random() > 0.05}
    return [changed(part, chance) for part in value] if isinstance(value, list) else value


def test_whatever_it_is_sent_the_stand_in_has_a_verdict_and_the_page_can_show_it(graph, world, person):
    world.meta.rights.utility, world.meta.fields = True, set()
    path, chance = "/graph/v26.0/me/messages", random.Random(7)
    for number in range(240):
        seed = SEEDS[number % len(SEEDS)]
        kind = "UTILITY" if "template" in seed else "RESPONSE"
        body = {"recipient": {"id": person}, "messaging_type": kind, "message": changed(seed, chance)}
        answer = graph.client.post(path, data=json.dumps(body), headers=graph.headers, content_type="application/json")
        assert answer.status_code == 200 or error(answer)[0] == 100, body
    assert graph.client.get("/sandbox/state").json["chats"][person]["entries"]
