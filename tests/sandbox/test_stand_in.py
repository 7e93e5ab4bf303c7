"""What the stand-in for LINE remembers and refuses: tokens, retry keys, the month's quota, content, groups."""

import uuid
from datetime import timedelta

import pytest

from sandbox.acts import Upload
from sandbox.pictures import photo
from tests.sandbox.standin import START, TOKEN, text

STRANGER = "U" + "0" * 32


def token_of(world, person, words="สวัสดี"):
    world.say(person.id, words)
    assert world.wait_idle()
    return world.events[-1]["replyToken"]


def refused(answer, status, message):
    assert (answer.status_code, answer.json["message"]) == (status, message)
    return True


# --- who may call, and with what ---


def test_without_the_right_token_nobody_is_served(api):
    for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
        answer = api.client.get("/line/v2/bot/info", headers=header)
        assert answer.status_code == 401
        assert answer.json["message"].startswith("Authentication failed due to the following reason: ")
        assert uuid.UUID(answer.headers["x-line-request-id"])


def test_bodies_that_are_not_what_they_should_be(api):
    path, headers = "/line/v2/bot/message/reply", api.headers
    assert api.client.post(path, data="{}", headers=headers).status_code == 415
    answer = api.client.post(path, data='{"a":\n!}', headers=headers, content_type="application/json")
    assert refused(answer, 400, "The request body could not be parsed as JSON (line: 2, column: 1)")
    for raw in (b"\xff", b"[" * 100_000, b'{"a": NaN}'):
        answer = api.client.post(path, data=raw, headers=headers, content_type="application/json")
        assert answer.json["message"].startswith("The request body could not be parsed as JSON")
    answer = api.client.post(path, data="[]", headers=headers, content_type="application/json")
    assert refused(answer, 400, "The request body has 1 error(s)")
    large = '{"a": "' + "x" * 2 * 1024 * 1024 + '"}'
    assert api.client.post(path, data=large, headers=headers, content_type="application/json").status_code == 413


def test_faults_come_with_their_details(api, world, citizen):
    answer = api.reply(token_of(world, citizen), "")
    assert answer.json == {
        "message": "The request body has 1 error(s)",
        "details": [{"message": "May not be empty", "property": "messages[0].text"}],
    }


def test_what_does_not_exist_is_not_found(api):
    assert refused(api.get("message/nowhere"), 404, "Not found")
    assert refused(api.post("message/quota", {}), 404, "Not found")


# --- reply tokens ---


def test_a_reply_arrives_and_its_token_is_spent(api, world, citizen):
    token = token_of(world, citizen)
    answer = api.reply(token, "หนึ่ง", "สอง")
    assert answer.status_code == 200
    first, second = answer.json["sentMessages"]
    assert first["id"] < second["id"]
    assert first["quoteToken"]
    assert [message["text"] for message in world.said(citizen.id)] == ["หนึ่ง", "สอง"]
    assert refused(api.reply(token), 400, "Invalid reply token")


def test_a_refused_body_does_not_spend_the_token(api, world, citizen):
    token = token_of(world, citizen)
    assert api.reply(token, "").status_code == 400
    assert api.reply(token, "ได้แล้ว").status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 200), (61, 400)])
def test_a_token_lives_one_minute(api, world, citizen, seconds, status):
    token = token_of(world, citizen)
    world.move(timedelta(seconds=seconds))
    assert api.reply(token).status_code == status


@pytest.mark.parametrize(("minutes", "status"), [(19, 200), (21, 400)])
def test_redelivery_makes_it_usable_again_within_twenty_minutes(api, world, citizen, minutes, status):
    token = token_of(world, citizen)
    event = world.events[-1]
    world.move(timedelta(minutes=minutes))
    assert api.reply(token).status_code == 400
    world.deliver(event, redelivery=True)
    assert api.reply(token).status_code == status


def test_a_token_that_was_used_stays_used_after_a_redelivery(api, world, citizen):
    token = token_of(world, citizen)
    assert api.reply(token).status_code == 200
    world.deliver(world.events[-1], redelivery=True)
    assert api.reply(token).status_code == 400


def test_a_token_is_worth_nothing_before_its_webhook_has_gone_out(api, world, citizen):
    with world.held() as events:
        world.say(citizen.id, "สวัสดี")
    assert api.reply(events[0]["replyToken"]).status_code == 400
    world.deliver(*events)
    assert api.reply(events[0]["replyToken"]).status_code == 200


def test_reply_does_not_take_a_retry_key(api, world, citizen):
    body = {"replyToken": token_of(world, citizen), "messages": [text("ก")]}
    assert api.post("message/reply", body, X_Line_Retry_Key=str(uuid.uuid4())).status_code == 400
    assert api.post("message/reply", body).status_code == 200


def test_in_standby_there_is_no_token(world, citizen):
    world.mode = "standby"
    world.say(citizen.id, "สวัสดี")
    assert world.events[-1]["mode"] == "standby"
    assert "replyToken" not in world.events[-1]


# --- pushes: retry keys, recipients, quota ---


def test_a_retry_key_sends_once_in_twenty_four_hours(api, world, citizen):
    key = str(uuid.uuid4())
    first = api.push(citizen.id, "หนึ่ง", key=key)
    again = api.push(citizen.id, "อื่น", key=key.upper())
    assert again.status_code == 409
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert again.headers["x-line-request-id"] != first.headers["x-line-request-id"]
    assert again.json == {"message": "The retry key is already accepted", "sentMessages": first.json["sentMessages"]}
    assert len(world.said(citizen.id)) == 1
    world.move(timedelta(hours=24, seconds=1))
    assert api.push(citizen.id, "หนึ่ง", key=key).status_code == 200
    assert len(world.said(citizen.id)) == 2


def test_a_retry_key_is_a_uuid_and_a_refused_request_does_not_use_it(api, citizen):
    assert api.push(citizen.id, key="once").status_code == 400
    key = str(uuid.uuid4())
    assert api.push(STRANGER, key=key).status_code == 400
    assert api.push(citizen.id, key=key).status_code == 200


def test_who_cannot_be_reached(api, world, citizen, group):
    for chat in (STRANGER, "C" + "0" * 32, "nobody"):
        assert refused(api.push(chat), 400, "Failed to send messages")
    world.remove_bot(group.id)
    assert refused(api.push(group.id), 400, "Failed to send messages")
    world.unfollow(citizen.id)
    answer = api.push(citizen.id)
    assert answer.status_code == 200
    assert answer.json["sentMessages"]
    assert world.said(citizen.id) == []
    assert world.platform.quota.used(world.now()) == 0


def test_who_is_no_friend_is_reached_for_seven_days_after_writing(api, world):
    person = world.add_person(follow=False)
    api.push(person.id)
    assert len(world.said(person.id)) == 0
    world.say(person.id, "สวัสดี")
    world.move(timedelta(days=7))
    api.push(person.id)
    assert len(world.said(person.id)) == 1
    world.move(timedelta(seconds=1))
    api.push(person.id)
    assert len(world.said(person.id)) == 1


def test_the_quota_counts_recipients_not_messages_and_members_of_a_group(api, world, citizen, group):
    assert api.get("message/quota").json == {"type": "limited", "value": 20}
    api.push(citizen.id, "1", "2", "3", "4")
    assert api.get("message/quota/consumption").json == {"totalUsage": 1}
    api.reply(token_of(world, citizen))
    api.push(group.id, "1", "2")
    assert api.get("message/quota/consumption").json == {"totalUsage": 6}
    assert [entry.billed for entry in world.chat(group.id) if entry.side == "office"] == [5, 0]
    api.push(group.id)
    api.push(group.id)
    assert refused(api.push(group.id), 429, "You have reached your monthly limit.")
    assert api.push(citizen.id).status_code == 200
    assert api.get("message/quota/consumption").json == {"totalUsage": 17}


def test_a_new_month_has_a_new_quota(api, world, group):
    for _ in range(4):
        api.push(group.id)
    assert api.push(group.id).status_code == 429
    world.move(timedelta(days=8))
    assert START.month == 11
    assert api.get("message/quota/consumption").json == {"totalUsage": 0}
    assert api.push(group.id).status_code == 200


def test_a_plan_without_a_limit(api, world, group):
    world.platform.quota.limit = None
    assert api.get("message/quota").json == {"type": "none"}
    assert all(api.push(group.id).status_code == 200 for _ in range(6))


# --- quotes and mentions ---


def test_a_quote_stays_in_its_chat(api, world, citizen, group):
    quote = api.push(citizen.id).json["sentMessages"][0]["quoteToken"]
    message = {**text("ตามนี้"), "quoteToken": quote}
    assert api.post("message/push", {"to": citizen.id, "messages": [message]}).status_code == 200
    assert api.post("message/push", {"to": group.id, "messages": [message]}).status_code == 400
    world.say(citizen.id, "ใบนี้", quoting="123")
    assert world.events[-1]["message"]["quotedMessageId"] == "123"


def test_only_members_are_mentioned_and_only_in_a_group(api, citizen, group):
    def mention(user):
        who = {"type": "mention", "mentionee": {"type": "user", "userId": user}}
        return {"type": "textV2", "text": "{who} มีเรื่องใหม่", "substitution": {"who": who}}

    for to, user, status in (
        (group.id, group.members[0], 200),
        (group.id, citizen.id, 400),
        (citizen.id, citizen.id, 400),
    ):
        assert api.post("message/push", {"to": to, "messages": [mention(user)]}).status_code == status


# --- content ---


def test_a_picture_can_be_fetched_until_it_is_taken_back(api, world, citizen):
    data = photo("pothole", 1)
    (entry,) = world.send_files(citizen.id, [Upload(data, "a.png", "image/png")])
    for part in ("content", "content/preview"):
        answer = api.get(f"message/{entry.id}/{part}")
        assert (answer.status_code, answer.data, answer.mimetype) == (200, data, "image/png")
    assert refused(
        api.get(f"message/{entry.id}/content/transcoding"),
        400,
        "Transcoding status doesn't support this type of content",
    )
    world.unsend(citizen.id, entry.id)
    assert refused(api.get(f"message/{entry.id}/content"), 410, "The content is gone")


def test_a_video_is_prepared_first(api, world, citizen):
    (entry,) = world.send_files(citizen.id, [Upload(b"film", "a.mp4", "video/mp4")], "video")
    answer = api.get(f"message/{entry.id}/content")
    assert (answer.status_code, answer.data) == (202, b"")
    assert api.get(f"message/{entry.id}/content/transcoding").json == {"status": "processing"}
    world.move(timedelta(seconds=2))
    assert api.get(f"message/{entry.id}/content/transcoding").json == {"status": "succeeded"}
    assert api.get(f"message/{entry.id}/content").data == b"film"
    world.fail_preparation(entry.id)
    assert api.get(f"message/{entry.id}/content/transcoding").json == {"status": "failed"}


def test_content_that_is_not_or_no_longer_there(api, world, citizen):
    assert refused(api.get("message/123/content"), 404, "not found")
    (entry,) = world.send_files(citizen.id, [Upload(b"%PDF", "a.pdf", "application/pdf")], "file")
    assert entry.message["fileSize"] == 4
    assert refused(api.get(f"message/{entry.id}/content/preview"), 400, "The content can not be previewed")
    world.expire(entry.id)
    assert refused(api.get(f"message/{entry.id}/content"), 404, "not found")


def test_an_empty_file_is_sent_as_it_is(api, world, citizen):
    (entry,) = world.send_files(citizen.id, [Upload(b"", "a.txt", "text/plain")], "file")
    answer = api.get(f"message/{entry.id}/content")
    assert (answer.status_code, answer.data) == (200, b"")


# --- people, groups, the account ---


def test_profiles(api, world, citizen, group):
    assert api.get(f"profile/{citizen.id}").json["displayName"] == "สมชาย"
    assert refused(api.get(f"profile/{STRANGER}"), 404, "Not found")
    assert refused(api.get("profile/me"), 400, "The value for the 'userId' parameter is invalid")
    member = api.get(f"group/{group.id}/member/{group.members[0]}").json
    assert member["userId"] == group.members[0]
    assert refused(api.get(f"group/{group.id}/member/{citizen.id}"), 404, "Not found")
    world.unfollow(citizen.id)
    assert refused(api.get(f"profile/{citizen.id}"), 404, "Not found")


def test_a_group_until_the_bot_leaves_it(api, world, group, product):
    assert api.get(f"group/{group.id}/summary").json == {"groupId": group.id, "groupName": "เจ้าหน้าที่"}
    assert api.get(f"group/{group.id}/members/count").json == {"count": 5}
    assert api.get(f"group/{group.id}/members/ids").status_code == 403
    assert api.post(f"group/{group.id}/leave").json == {}
    assert refused(api.get(f"group/{group.id}/summary"), 404, "Not found")
    assert refused(api.post(f"group/{group.id}/leave"), 404, "Not found")
    world.say(group.members[0], "มีใครอยู่ไหม", chat=group.id)
    assert world.wait_idle()
    assert product.events[-1]["type"] == "leave"


def test_loading_animation_only_for_users_and_in_steps_of_five(api, citizen, group):
    assert api.post("chat/loading/start", {"chatId": citizen.id, "loadingSeconds": 15}).status_code == 202
    for chat, seconds in ((group.id, 5), (citizen.id, 7), (citizen.id, 65)):
        assert api.post("chat/loading/start", {"chatId": chat, "loadingSeconds": seconds}).status_code == 400


def test_mark_as_read(api, world, citizen):
    world.say(citizen.id, "สวัสดี")
    token = world.events[-1]["message"]["markAsReadToken"]
    assert api.post("chat/markAsRead", {"markAsReadToken": token}).json == {}
    assert api.post("chat/markAsRead", {"markAsReadToken": "x"}).status_code == 400


def test_the_account_and_its_webhook(api, world, product):
    info = api.get("info").json
    assert info["userId"] == world.bot_id
    assert api.get("channel/webhook/endpoint").json == {"endpoint": product.url, "active": True}
    told = api.post("channel/webhook/test", {}).json
    assert (told["success"], told["statusCode"], told["reason"]) == (True, 200, "OK")
    assert product.bodies[-1] == {"destination": world.bot_id, "events": []}
    assert (
        api.client.put(
            "/line/v2/bot/channel/webhook/endpoint", json={"endpoint": "https://example.com/hook"}, headers=api.headers
        ).json
        == {}
    )
    assert world.webhook_url == "https://example.com/hook"


def test_messages_can_be_validated_without_being_sent(api):
    assert api.post("message/validate/push", {"messages": [text("ก")]}).json == {}
    assert api.post("message/validate/reply", {"messages": []}).status_code == 400


# --- rich menus ---


def menu(**more):
    size = {"width": 800, "height": 400}
    area = {"bounds": {"x": 0, "y": 0, **size}, "action": {"type": "message", "text": "เมนู"}}
    return {"size": size, "selected": True, "name": "หลัก", "chatBarText": "เมนู", "areas": [area], **more}


def png(width, height):
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\0" * 9


def test_a_rich_menu_needs_its_picture_before_it_is_shown(api):
    menu_id = api.post("richmenu", menu()).json["richMenuId"]
    assert api.get(f"richmenu/{menu_id}").json["name"] == "หลัก"
    assert api.post(f"user/all/richmenu/{menu_id}").status_code == 400
    path = f"/line/v2/bot/richmenu/{menu_id}/content"
    for data, kind, status in (
        (png(800, 400), "image/webp", 415),
        (png(700, 400), "image/png", 400),
        (png(800, 400), "image/png", 200),
        (png(800, 400), "image/png", 400),
    ):
        assert api.client.post(path, data=data, content_type=kind, headers=api.headers).status_code == status
    assert refused(api.get("user/all/richmenu"), 404, "no default richmenu")
    assert api.post(f"user/all/richmenu/{menu_id}").json == {}
    assert api.get("user/all/richmenu").json == {"richMenuId": menu_id}
    assert api.get(f"richmenu/{menu_id}/content").mimetype == "image/png"
    assert api.client.delete(f"/line/v2/bot/richmenu/{menu_id}", headers=api.headers).json == {}
    assert api.get("richmenu/list").json == {"richmenus": []}
    assert api.get("user/all/richmenu").status_code == 404
