"""Slack, Teams, texts and calls, against real HTTP servers that answer as the vendors' documents say."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest

from channels.outlets import ChatAndPhone, configured_outlets
from channels.slack import Slack
from channels.teams import Teams
from channels.twilio import Account, Call, TextMessage, spoken
from escalation.messages import (
    Address,
    Channel,
    TemporarilyUndeliverable,
    Undeliverable,
    WayBack,
    message_key,
)
from tests.channels.conftest import Receiver

KEY = message_key("T-1", 4, "page_owner", "ana")
ANA = Address(email="ana@x.example", slack="U012", teams="oncall", sms="+4930123456", voice="+4930123456")
BACK = WayBack(link="https://desk.example/a/k1.x.y", record="sms:ana")
OK_SLACK = json.dumps({"ok": True, "channel": "D9", "ts": "1.5"}).encode()


def slack(receiver: Receiver, **settings: object) -> Slack:
    return Slack("xoxb-1", {}, f"http://127.0.0.1:{receiver.port}/api", **settings)  # type: ignore[arg-type]


def teams(receiver: Receiver, **settings: object) -> Teams:
    return Teams({"oncall": f"http://127.0.0.1:{receiver.port}/workflows?sig=s"}, **settings)  # type: ignore[arg-type]


def account(receiver: Receiver, sender: str = "+4930999", **settings: object) -> Account:
    url = f"http://127.0.0.1:{receiver.port}"
    return Account("AC1", "tok", sender, "https://desk.example", url, **settings)  # type: ignore[arg-type]


def text(receiver: Receiver, **settings: object) -> TextMessage:
    return TextMessage(account(receiver, **settings))  # type: ignore[arg-type]


def call(receiver: Receiver, **settings: object) -> Call:
    return Call(account(receiver, **settings))  # type: ignore[arg-type]


Made = Callable[..., Channel]
EVERY: list[Made] = [slack, teams, text, call]


def test_slack_gets_blocks_of_plain_text_and_a_button_that_leads_to_the_answer(receiver: Receiver) -> None:
    receiver.body = OK_SLACK
    receipt = slack(receiver).send(KEY, ANA, "[T-1] VPN", "<!channel> see <http://evil|this>", True, BACK)
    assert (receipt.state, receipt.provider_id) == ("accepted", "D9:1.5")
    [request] = receiver.requests
    assert request.path == "/api/chat.postMessage"
    assert request.headers["authorization"] == "Bearer xoxb-1"
    said = json.loads(request.body)
    assert said["channel"] == "U012"
    header, section, actions = said["blocks"]
    assert {header["text"]["type"], section["text"]["type"]} == {"plain_text"}
    assert actions["elements"][0]["url"] == BACK.link
    assert "<!channel>" not in said["text"]


def test_a_slack_webhook_is_named_in_the_policy_and_its_address_only_in_the_settings(receiver: Receiver) -> None:
    receiver.body = b"ok"
    hook = Slack(None, {"oncall": f"http://127.0.0.1:{receiver.port}/services/T/B/x"})
    assert not hook.reaches(ANA)
    hook.send(KEY, Address(slack="oncall"), "s", "b", False)
    assert [request.path for request in receiver.requests] == ["/services/T/B/x"]


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "msg_too_long"])
def test_what_slack_can_never_post_is_not_tried_again(error: str, receiver: Receiver) -> None:
    receiver.body = json.dumps({"ok": False, "error": error}).encode()
    with pytest.raises(Undeliverable, match=error):
        slack(receiver).send(KEY, ANA, "s", "b", False)


@pytest.mark.parametrize("error", ["ratelimited", "internal_error", "invalid_auth", "token_revoked"])
def test_what_passes_or_can_be_put_right_is_tried_again(error: str, receiver: Receiver) -> None:
    receiver.body = json.dumps({"ok": False, "error": error}).encode()
    with pytest.raises(TemporarilyUndeliverable, match=error):
        slack(receiver).send(KEY, ANA, "s", "b", False)


def test_teams_gets_an_adaptive_card_without_markdown_and_a_button(receiver: Receiver) -> None:
    receiver.status = 202
    receipt = teams(receiver).send(KEY, ANA, "[T-1] VPN", "[click](http://evil)", True, BACK)
    assert (receipt.channel, receipt.state) == ("teams", "accepted")
    said = json.loads(receiver.requests[0].body)
    assert said["type"] == "message"
    [attached] = said["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attached["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Take it up", "url": BACK.link}]


def test_a_text_goes_out_as_twilio_takes_it_and_says_how_to_answer(receiver: Receiver) -> None:
    receiver.status, receiver.body = 201, b'{"sid": "SM9", "status": "queued"}'
    receipt = text(receiver).send(KEY, ANA, "s", "P1 T-1", True, BACK)
    assert (receipt.channel, receipt.state, receipt.provider_id) == ("sms", "accepted", "SM9")
    [request] = receiver.requests
    assert request.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"AC1:tok").decode()
    form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert (form["To"], form["From"]) == (ANA.sms, "+4930999")
    assert form["Body"] == 'P1 T-1\nReply "1 T-1" to take it up.'
    callback, _, query = form["StatusCallback"].partition("?")
    assert callback == "https://desk.example/v1/receipts/twilio"
    assert parse_qs(query) == {"m": [KEY], "o": ["sms:ana"]}


def test_a_messaging_service_sends_texts_and_makes_no_calls(receiver: Receiver) -> None:
    receiver.status, receiver.body = 201, b'{"sid": "SM9"}'
    service = account(receiver, "MG123")
    TextMessage(service).send(KEY, ANA, "s", "b", False)
    assert b"MessagingServiceSid=MG123" in receiver.requests[0].body
    outlets = configured_outlets(chat=ChatAndPhone(twilio=service))
    assert outlets.channels == ("sms",)


def test_a_call_reads_the_message_out_and_asks_for_a_key(receiver: Receiver) -> None:
    receiver.status, receiver.body = 201, b'{"sid": "CA9"}'
    receipt = call(receiver).send(KEY, ANA, "s", "P1 <T-1> & so on https://desk.example/a/x", True, BACK)
    assert (receipt.channel, receipt.provider_id) == ("voice", "CA9")
    [request] = receiver.requests
    assert request.path == "/2010-04-01/Accounts/AC1/Calls.json"
    said = ElementTree.fromstring(parse_qs(request.body.decode())["Twiml"][0])  # noqa: S314 - our own
    gather = said.find("Gather")
    assert gather is not None
    assert (gather.get("action"), gather.get("numDigits")) == (f"{BACK.link}/call", "1")
    assert [each.text for each in gather.findall("Say")] == ["P1 <T-1> & so on", "Press 1 to take it up."]


def test_information_by_telephone_asks_for_nothing() -> None:
    assert "Gather" not in spoken("hello", "")


@pytest.mark.parametrize("made", EVERY)
@pytest.mark.parametrize("status", [429, 500, 503])
def test_every_one_is_tried_again_when_its_vendor_is_busy(made: Made, status: int, receiver: Receiver) -> None:
    receiver.status, receiver.headers = status, {"Retry-After": "17"}
    with pytest.raises(TemporarilyUndeliverable, match=str(status)) as busy:
        made(receiver).send(KEY, ANA, "s", "b", True)
    assert (busy.value.retry_after, busy.value.unknown) == (timedelta(seconds=17), False)


@pytest.mark.parametrize("made", EVERY)
def test_none_of_them_follows_a_redirect(made: Made, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": "/elsewhere"}
    with pytest.raises(Undeliverable, match="302"):
        made(receiver).send(KEY, ANA, "s", "b", True)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("made", EVERY)
def test_a_vendor_that_hangs_is_left_in_time_and_nobody_knows_what_came_of_it(made: Made, receiver: Receiver) -> None:
    receiver.silent = True
    began = monotonic()
    with pytest.raises(TemporarilyUndeliverable) as hung:
        made(receiver, timeout=timedelta(milliseconds=200)).send(KEY, ANA, "s", "b", True)
    assert hung.value.unknown
    assert monotonic() - began < 2


@pytest.mark.parametrize("made", EVERY)
def test_a_vendor_that_cannot_be_reached_has_not_got_it(made: Made, receiver: Receiver, closed_port: int) -> None:
    receiver.port = closed_port
    with pytest.raises(TemporarilyUndeliverable) as away:
        made(receiver).send(KEY, ANA, "s", "b", True)
    assert not away.value.unknown


def test_a_number_that_twilio_does_not_know_is_not_tried_again_and_a_refused_account_is(receiver: Receiver) -> None:
    receiver.status, receiver.body = 400, b'{"code": 21211, "message": "Invalid To"}'
    with pytest.raises(Undeliverable, match="21211 Invalid To"):
        text(receiver).send(KEY, ANA, "s", "b", True)
    receiver.status, receiver.body = 401, b'{"code": 20003, "message": "Authenticate"}'
    with pytest.raises(TemporarilyUndeliverable, match="20003"):
        text(receiver).send(KEY, ANA, "s", "b", True)


def test_a_page_takes_every_way_the_quietest_first_and_information_the_first_of_them(receiver: Receiver) -> None:
    twilio = account(receiver)
    chat = ChatAndPhone(slack_token="t", teams_webhooks={"oncall": "https://x.example"}, twilio=twilio)
    outlets = configured_outlets("smtp://127.0.0.1:1", "desk@x.example", chat=chat)
    names = ["mail", "teams", "slack", "sms", "voice"]
    assert [outlet.name for outlet in outlets.pick(ANA, urgent=True)] == names
    assert [outlet.name for outlet in outlets.pick(ANA, urgent=False)] == ["mail"]
    assert [outlet.name for outlet in outlets.pick(Address(sms="+4930"), urgent=False)] == ["sms"]
    assert "tok" not in repr(twilio)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"\xff"])
def test_an_answer_that_nobody_can_read_breaks_nothing(body: bytes, receiver: Receiver) -> None:
    receiver.body = body
    with pytest.raises(TemporarilyUndeliverable):
        slack(receiver).send(KEY, ANA, "s", "b", True)
    assert text(receiver).send(KEY, ANA, "s", "b", True).provider_id is None
