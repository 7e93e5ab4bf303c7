"""Bad days: what the product meets when LINE is slow, full, broken or gone in the middle of an answer."""

import threading
import uuid

import pytest
import urllib3

from sandbox.pages import create_sandbox
from sandbox.server import serve
from tests.sandbox.standin import TOKEN, text

RATE = "The API rate limit has been exceeded. Try again later."
LIMIT = "You have reached your monthly limit."


@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [("500", 500, "Internal server error"), ("429", 429, RATE), ("quota", 429, LIMIT), ("401", 401, None)],
)
def test_refusals_of_a_bad_day_apply_nothing(api, world, citizen, fault, status, message):
    world.set_weather(fault)
    answer = api.push(citizen.id)
    assert answer.status_code == status
    assert message is None or answer.json["message"] == message
    assert world.said(citizen.id) == []
    world.set_weather("ok")
    assert api.push(citizen.id).status_code == 200


def test_a_spent_quota_hinders_pushes_only(api, world, citizen):
    world.set_weather("quota")
    assert api.reply(world.events[-1]["replyToken"]).status_code == 200


def test_one_shot_faults_come_before_the_weather_and_only_once(api, world, citizen):
    world.next_answers("push", ["500", "ok", "429"])
    assert [api.push(citizen.id).status_code for _ in range(4)] == [500, 200, 429, 200]
    assert [call.status for call in world.calls if call.operation == "push"] == [500, 200, 429, 200]


def test_an_odd_answer_was_accepted_nevertheless(api, world, citizen):
    world.next_answers("push", ["odd"])
    answer = api.push(citizen.id)
    assert (answer.status_code, answer.json) == (200, {})
    assert len(world.said(citizen.id)) == 1


@pytest.fixture
def line(world):
    server = serve(create_sandbox(world, None))
    yield urllib3.PoolManager(retries=False, timeout=5), f"{server.url}/line/v2/bot/message/push"
    server.close()


def push(line, citizen, key):
    http, url = line
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Line-Retry-Key": key}
    return http.request("POST", url, json={"to": citizen.id, "messages": [text("ก")]}, headers=headers)


def test_a_lost_answer_leaves_the_message_sent(line, world, citizen):
    world.next_answers("push", ["drop"])
    key = str(uuid.uuid4())
    with pytest.raises(urllib3.exceptions.ProtocolError):
        push(line, citizen, key)
    assert len(world.said(citizen.id)) == 1
    assert push(line, citizen, key).status == 409


def test_a_cut_connection_sends_nothing(line, world, citizen):
    world.next_answers("push", ["cut"])
    key = str(uuid.uuid4())
    with pytest.raises(urllib3.exceptions.ProtocolError):
        push(line, citizen, key)
    assert world.said(citizen.id) == []
    assert push(line, citizen, key).status == 200


def test_a_hanging_line_answers_when_the_weather_changes(line, world, citizen):
    world.set_weather("hang")
    answers = []
    caller = threading.Thread(target=lambda: answers.append(push(line, citizen, str(uuid.uuid4())).status))
    caller.start()
    assert not answers
    assert world.said(citizen.id) == []
    while caller.is_alive():
        world.set_weather("ok")
        caller.join(0.01)
    assert answers == [200]


def test_connections_stay_open(line, citizen):
    http, url = line
    for _ in range(5):
        assert push(line, citizen, str(uuid.uuid4())).status == 200
    assert http.connection_from_url(url).num_connections == 1


def test_what_is_recorded_of_a_call(api, world, citizen):
    key = str(uuid.uuid4())
    api.push(citizen.id, "หนึ่ง", key=key)
    call = world.calls[-1]
    assert (call.method, call.path, call.operation, call.status) == ("POST", "/v2/bot/message/push", "push", 200)
    assert call.json["messages"] == [text("หนึ่ง")]
    assert call.headers["X-Line-Retry-Key"] == key
    assert call.answer["sentMessages"]
    assert TOKEN not in str(call)
