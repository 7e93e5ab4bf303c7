"""LINE's own SDK talks to the stand-in as to LINE."""

import uuid

import pytest
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    FlexContainer,
    FlexMessage,
    MessageAction,
    MessagingApi,
    MessagingApiBlob,
    PushMessageRequest,
    QuickReply,
    QuickReplyItem,
    ReplyMessageRequest,
    ShowLoadingAnimationRequest,
    TextMessage,
)
from linebot.v3.messaging.exceptions import UnauthorizedException

from sandbox.acts import Upload
from sandbox.pages import create_sandbox
from sandbox.server import serve
from tests.sandbox.standin import TOKEN


@pytest.fixture
def host(world):
    server = serve(create_sandbox(world, None))
    yield f"{server.url}/line"
    server.close()


@pytest.fixture
def client(host):
    with ApiClient(Configuration(access_token=TOKEN, host=host)) as client:
        yield client


@pytest.fixture
def line(client):
    return MessagingApi(client)


def test_a_reply_with_card_and_buttons(line, world, citizen):
    bubble = {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "ก"}]},
    }
    replies = QuickReply(items=[QuickReplyItem(action=MessageAction(label="เมนู", text="เมนู"))])
    sent = line.reply_message(
        ReplyMessageRequest(
            reply_token=world.events[-1]["replyToken"],
            messages=[
                FlexMessage(alt_text="การ์ด", contents=FlexContainer.from_dict(bubble)),
                TextMessage(text="สวัสดี", quick_reply=replies),
            ],
        )
    )
    assert len(sent.sent_messages) == 2
    card, words = world.said(citizen.id)
    assert card["contents"]["body"]["contents"][0]["text"] == "ก"
    assert words["quickReply"]["items"][0]["action"]["label"] == "เมนู"


def test_a_push_once_for_one_key(line, world, citizen):
    push = PushMessageRequest(to=citizen.id, messages=[TextMessage(text="ก")])
    key = str(uuid.uuid4())
    line.push_message(push, x_line_retry_key=key)
    with pytest.raises(ApiException) as again:
        line.push_message(push, x_line_retry_key=key)
    assert again.value.status == 409
    assert again.value.headers["x-line-accepted-request-id"]
    assert len(world.said(citizen.id)) == 1


def test_refusals_are_the_sdks_exceptions(line, host, world, citizen):
    push = PushMessageRequest(to=citizen.id, messages=[TextMessage(text="")])
    with pytest.raises(ApiException) as refused:
        line.push_message(push)
    assert (refused.value.status, "May not be empty" in refused.value.body) == (400, True)
    world.platform.quota.limit = 0
    with pytest.raises(ApiException) as spent:
        line.push_message(PushMessageRequest(to=citizen.id, messages=[TextMessage(text="ก")]))
    assert (spent.value.status, "monthly limit" in spent.value.body) == (429, True)
    with ApiClient(Configuration(access_token="wrong", host=host)) as stranger, pytest.raises(UnauthorizedException):
        MessagingApi(stranger).get_bot_info()


def test_what_the_sdk_asks(line, client, world, citizen, group):
    (entry,) = world.send_files(citizen.id, [Upload(b"\xff\xd8\xff")])
    assert line.get_bot_info().user_id == world.bot_id
    assert line.get_message_quota().value == 20
    assert line.get_message_quota_consumption().total_usage == 0
    assert line.get_profile(citizen.id).display_name == "สมชาย"
    assert line.get_group_member_count(group.id).count == 5
    assert line.get_group_summary(group.id).group_id == group.id
    line.show_loading_animation(ShowLoadingAnimationRequest(chat_id=citizen.id, loading_seconds=10))
    assert bytes(MessagingApiBlob(client).get_message_content(entry.id)) == b"\xff\xd8\xff"
    line.leave_group(group.id)
