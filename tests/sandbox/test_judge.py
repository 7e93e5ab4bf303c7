"""Bodies that LINE accepts and bodies that it refuses, each with the sentence of its reference that it breaks."""

import json
import time

import pytest

from sandbox.judge import judge

HTTPS = "https://example.com/a.png"


def message(**action):
    return {"type": "message", "label": "ตกลง", "text": "ตกลง", **action}


def text(**more):
    return {"type": "text", "text": "สวัสดีค่ะ", **more}


def quick(*actions, **item):
    return text(quickReply={"items": [{"type": "action", "action": action, **item} for action in actions]})


def flex(contents, **more):
    return {"type": "flex", "altText": "การ์ด", "contents": contents, **more}


def box(*contents, **more):
    return {"type": "box", "layout": "vertical", "contents": list(contents), **more}


def bubble(*contents, **more):
    return {"type": "bubble", "body": box(*contents), **more}


def words(**more):
    return {"type": "text", "text": "ข้อความ", **more}


def button(action, **more):
    return {"type": "button", "action": action, **more}


def template(kind, **more):
    return {"type": "template", "altText": "เมนู", "template": {"type": kind, **more}}


def place(**more):
    return {"type": "location", "title": "บึง", "address": "ศรีนคร", "latitude": 16.8, "longitude": 100.9, **more}


def column(*actions, **more):
    return {"text": "เลือก", "actions": list(actions), **more}


GOOD = {
    "plain text": text(),
    "5000 Thai letters": text(text="ก" * 5000),
    "text of 2500 emoji, two units each": text(text="🍎" * 2500),
    "null is absent": text(quoteToken=None),
    "13 quick replies": quick(*[message() for _ in range(13)]),
    "a label of 20 graphemes, 40 code points": quick(message(label="ที่" * 20)),
    "camera, camera roll and location in a quick reply": quick(
        *[{"type": kind, "label": kind} for kind in ("camera", "cameraRoll", "location")]
    ),
    "postback with 300 characters of data": quick({"type": "postback", "label": "ก", "data": "x" * 300}),
    "a bubble": flex(bubble(words(size="sm", color="#00AA00", wrap=True, margin="8px"), {"type": "separator"})),
    "a Flex label of 40": flex(bubble(button(message(label="ก" * 40)))),
    "an empty box": flex({"type": "bubble", "body": box()}),
    "a carousel of 12": flex({"type": "carousel", "contents": [bubble(words()) for _ in range(12)]}),
    "text by spans": flex(bubble({"type": "text", "contents": [{"type": "span", "text": "ก"}]})),
    "an icon in a baseline box": flex(bubble(box({"type": "icon", "url": HTTPS}, words(), layout="baseline"))),
    "confirm template": template("confirm", text="แน่ใจหรือไม่", actions=[message(), message()]),
    "buttons template": template("buttons", text="ก" * 160, actions=[message()] * 4),
    "image": {"type": "image", "originalContentUrl": HTTPS, "previewImageUrl": HTTPS},
    "a call": flex(bubble(button({"type": "uri", "label": "โทร", "uri": "tel:0812345678"}))),
    "location": place(),
    "sticker": {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    "textV2 with braces": {
        "type": "textV2",
        "text": "{{ค่า}} {who}",
        "substitution": {"who": {"type": "mention", "mentionee": {"type": "all"}}},
    },
}

BAD = {
    # "type: text, textV2, sticker, …": LINE cannot send a file
    "file": {"type": "file"},
    "no type": {"text": "ก"},
    # "text (required)", "Max character limit: 5000", counted in UTF-16 units
    "text without text": {"type": "text"},
    "empty text": text(text=""),
    "5001 letters": text(text="ก" * 5001),
    "2501 emoji": text(text="🍎" * 2501),
    "text that is a number": text(text=5),
    # "The property, XXX, in the request body is invalid"
    "unknown property": text(colour="red"),
    "unknown property deep in Flex": flex(bubble(words(fontSize="sm"))),
    # "emojis.index: if you specify a position that doesn't match the position of $ …"
    "emoji at the wrong place": text(text="a$", emojis=[{"index": 0, "productId": "1", "emojiId": "1"}]),
    # "Quick reply button objects. Max: 13 objects"; "label … 20 … Required"
    "14 quick replies": quick(*[message() for _ in range(14)]),
    "no quick replies": text(quickReply={"items": []}),
    "quick reply label of 21": quick(message(label="ก" * 21)),
    "quick reply without label": quick({"type": "message", "text": "ก"}),
    "quick reply item without action": text(quickReply={"items": [{"type": "action"}]}),
    "quick reply icon by http": quick(message(), imageUrl="http://example.com/a.png"),
    "rich menu switch in a quick reply": quick(
        {"type": "richmenuswitch", "label": "ก", "data": "a", "richMenuAliasId": "a"}
    ),
    # "data: Max character limit: 300", "text: 300", "displayText and text can't both be used"
    "postback data of 301": quick({"type": "postback", "label": "ก", "data": "x" * 301}),
    "postback without data": quick({"type": "postback", "label": "ก"}),
    "message action of 301": quick(message(text="ก" * 301)),
    "displayText and text": quick({"type": "postback", "label": "ก", "data": "a", "displayText": "ก", "text": "ก"}),
    "fillInText without keyboard": quick({"type": "postback", "label": "ก", "data": "a", "fillInText": "ก"}),
    # "The available schemes are http, https, line, and tel"; "should be percent-encoded"
    "javascript link": quick({"type": "uri", "label": "ก", "uri": "javascript:alert(1)"}),
    "Thai in a link": quick({"type": "uri", "label": "ก", "uri": "https://example.com/ไทย"}),
    "link of 1001": quick({"type": "uri", "label": "ก", "uri": "https://example.com/" + "a" * 981}),
    # "Camera action: can be configured only with quick reply buttons"
    "camera in Flex": flex(bubble(button({"type": "camera", "label": "ก"}))),
    "location in a template": template("confirm", text="ก", actions=[message(), {"type": "location", "label": "ก"}]),
    # "max must be greater than the min value"
    "dates the wrong way round": quick(
        {"type": "datetimepicker", "label": "ก", "data": "a", "mode": "date", "min": "2026-02-01", "max": "2026-01-01"}
    ),
    # "altText … Max character limit: 1500", required
    "altText of 1501": flex(bubble(words()), altText="ก" * 1501),
    "no altText": {"type": "flex", "contents": bubble(words())},
    # "The maximum size of JSON data that defines a bubble is 30 KB"; of a carousel 50 KB; "Max: 12 bubbles"; one width
    "a bubble of 31 KB": flex(bubble(*[words(text="x" * 1000) for _ in range(31)])),
    "a carousel of 51 KB": flex({"type": "carousel", "contents": [bubble(words(text="x" * 9000))] * 6}),
    "13 bubbles": flex({"type": "carousel", "contents": [bubble(words()) for _ in range(13)]}),
    "two widths": flex({"type": "carousel", "contents": [bubble(words(), size="kilo"), bubble(words())]}),
    "a bubble without blocks": flex({"type": "bubble"}),
    # Flex components and where they may stand
    "unknown component": flex(bubble({"type": "table"})),
    "span outside of text": flex(bubble({"type": "span", "text": "ก"})),
    "button in a baseline box": flex(bubble(box(button(message()), layout="baseline"))),
    "icon outside of a baseline box": flex(bubble({"type": "icon", "url": HTTPS})),
    "video in a body": flex(bubble({"type": "video", "url": HTTPS, "previewUrl": HTTPS, "altContent": box()})),
    "body that is no box": flex({"type": "bubble", "body": words()}),
    "text without text or contents": flex(bubble({"type": "text"})),
    "empty Flex text": flex(bubble(words(text=""))),
    "box without layout": flex({"type": "bubble", "body": {"type": "box", "contents": []}}),
    "colour by name": flex(bubble(words(color="green"))),
    "size of its own": flex(bubble(words(size="huge"))),
    "margin without a unit": flex(bubble(words(margin="8"))),
    "Flex button without label": flex(bubble(button({"type": "message", "text": "ก"}))),
    "Flex label of 41": flex(bubble(button(message(label="ก" * 41)))),
    "ratio higher than three times its width": flex(bubble({"type": "image", "url": HTTPS, "aspectRatio": "1:4"})),
    # Templates: "Max objects: 4", "Set 2 actions", "Max columns: 10", 160/60, 120/60, image carousel label 12
    "5 buttons": template("buttons", text="ก", actions=[message()] * 5),
    "buttons text of 61 with a title": template("buttons", title="ก", text="ก" * 61, actions=[message()]),
    "confirm with one action": template("confirm", text="ก", actions=[message()]),
    "carousel of 11": template("carousel", columns=[column(message())] * 11),
    "columns with different numbers of actions": template(
        "carousel", columns=[column(message()), column(message(), message())]
    ),
    "carousel text of 121": template("carousel", columns=[column(message(), text="ก" * 121)]),
    "image carousel label of 13": template(
        "image_carousel", columns=[{"imageUrl": HTTPS, "action": message(label="ก" * 13)}]
    ),
    # "Protocol: HTTPS", "Max character limit: 2000", previewImageUrl required
    "image by http": {"type": "image", "originalContentUrl": "http://example.com/a.png", "previewImageUrl": HTTPS},
    "image without preview": {"type": "image", "originalContentUrl": HTTPS},
    "image address of 2001": {"type": "image", "originalContentUrl": HTTPS + "a" * 1976, "previewImageUrl": HTTPS},
    # "title: Max character limit: 100"
    "location title of 101": place(title="ก" * 101),
    "location without address": {key: value for key, value in place().items() if key != "address"},
    "latitude of 91": place(latitude=91),
    # "{ and } must be used in pairs"; "must be specified using the substitution property"
    "one brace": {"type": "textV2", "text": "ราคา {100"},
    "braces without substitution": {"type": "textV2", "text": "{who}"},
    # "sender.name: Max character limit: 20"; "Base width: set to 1040"
    "sender name of 21": text(sender={"name": "ก" * 21}),
    "imagemap of another width": {
        "type": "imagemap",
        "baseUrl": "https://example.com/a",
        "altText": "ก",
        "actions": [],
        "baseSize": {"width": 1000, "height": 500},
    },
}


@pytest.mark.parametrize("case", GOOD)
def test_what_line_accepts(case):
    assert judge("ReplyMessageRequest", {"replyToken": "r", "messages": [GOOD[case]]}) == []


@pytest.mark.parametrize("case", BAD)
def test_what_line_refuses(case):
    assert judge("ReplyMessageRequest", {"replyToken": "r", "messages": [BAD[case]]})


def test_one_to_five_messages():
    for count, good in ((0, False), (1, True), (5, True), (6, False)):
        assert (not judge("PushMessageRequest", {"to": "U", "messages": [text()] * count})) is good


def test_faults_are_told_in_lines_words_and_places():
    body = {"replyToken": "r", "messages": [text(text=""), {"type": "file"}, text(text="ก" * 5001)]}
    told = [(fault.message, fault.property) for fault in judge("ReplyMessageRequest", body)]
    assert told[0] == ("May not be empty", "messages[0].text")
    assert told[1][0].startswith("Must be one of the following values: [text, textV2, sticker")
    assert told[1][1] == "messages[1].type"
    assert told[2] == ("Length must be between 0 and 5000", "messages[2].text")


def test_pictures_of_this_machine_only_where_the_demo_allows_it():
    here = "http://127.0.0.1:8000/files/qr.png"
    body = {"to": "U", "messages": [{"type": "image", "originalContentUrl": here, "previewImageUrl": here}]}
    assert judge("PushMessageRequest", body)
    assert not judge("PushMessageRequest", body, local=True)


def test_a_body_nested_without_end_is_refused():
    nested = box()
    for _ in range(20_000):
        nested = {"type": "box", "layout": "vertical", "contents": [nested]}
    assert judge("ReplyMessageRequest", {"replyToken": "r", "messages": [flex({"type": "bubble", "body": nested})]})
    del nested


def test_rich_menus():
    area = {"bounds": {"x": 0, "y": 0, "width": 2500, "height": 843}, "action": {"type": "message", "text": "ร้องเรียน"}}
    menu = {
        "size": {"width": 2500, "height": 843},
        "selected": True,
        "name": "หลัก",
        "chatBarText": "เมนู",
        "areas": [area],
    }
    assert judge("RichMenuRequest", menu) == []
    for change in (
        {"chatBarText": "ก" * 15},
        {"size": {"width": 2500, "height": 2500}},
        {"areas": [area] * 21},
        {"areas": [{**area, "bounds": {"x": 1, "y": 0, "width": 2500, "height": 843}}]},
        {"areas": [{**area, "action": {"type": "camera", "label": "ก"}}]},
        {"name": None},
    ):
        assert judge("RichMenuRequest", {**menu, **change}), change


def test_a_full_request_is_judged_in_well_under_five_milliseconds():
    rows = [box(words(), words(weight="bold"), layout="horizontal") for _ in range(10)]
    full = {"replyToken": "r", "messages": [flex(bubble(*rows, button(message()))), *[quick(*[message()] * 13)] * 4]}
    judge("ReplyMessageRequest", full)
    started = time.process_time()
    for _ in range(10):
        assert judge("ReplyMessageRequest", json.loads(json.dumps(full))) == []
    assert (time.process_time() - started) / 10 < 0.02  # 1-2 ms alone; the margin is for a busy machine
