"""Webhooks, against a real HTTP server that checks the signature."""

import base64
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from channels.destination import is_public, parsed, pinned
from channels.posting import LONGEST_WAIT, retry_after
from channels.webhook import Webhook
from escalation.messages import Address, TemporarilyUndeliverable, Undeliverable, message_key
from tests.channels.conftest import Receiver

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes, yes").decode()
OTHER = "whsec_" + base64.b64encode(b"some other secret of 32 bytes....").decode()
NOBODY = Address()
KEY = message_key("T-1", 4, "page_owner", "ana.k")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_receiver_can_verify_what_it_got(receiver: Receiver) -> None:
    receipt = Webhook(SECRET, receiver.url).send(KEY, Address(email="ana@x.example"), "P1", "Grüße \ud800", urgent=True)
    [request] = receiver.requests
    body = Verifier(SECRET).verify(request.body, request.headers)
    assert (receipt.channel, receipt.state) == ("webhook", "accepted")
    assert request.headers["webhook-id"] == KEY
    assert body["type"] == "message.page"
    assert datetime.fromisoformat(body["timestamp"]).tzinfo is not None
    assert body["data"] == {
        "key": KEY,
        "ticket_id": "T-1",
        "template": "page_owner",
        "recipient": "ana.k",
        "email": "ana@x.example",
        "urgent": True,
        "subject": "P1",
        "body": "Grüße \ud800",
    }


def test_a_changed_body_or_another_secret_does_not_verify(receiver: Receiver) -> None:
    Webhook(SECRET, receiver.url).send(KEY, NOBODY, "s", "b", urgent=False)
    [request] = receiver.requests
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(request.body.replace(b'"s"', b'"t"'), request.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(OTHER).verify(request.body, request.headers)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_receiver_that_is_not_up_to_it_now_is_tried_again(status: int, receiver: Receiver) -> None:
    receiver.status = status
    with pytest.raises(TemporarilyUndeliverable, match=str(status)) as failure:
        Webhook(SECRET, receiver.url).send(KEY, NOBODY, "s", "b", urgent=False)
    assert failure.value.retry_after is None


@pytest.mark.parametrize("status", [300, 304, 400, 401, 404, 410, 422])
def test_a_receiver_that_says_no_is_never_tried_again(status: int, receiver: Receiver) -> None:
    receiver.status = status
    with pytest.raises(Undeliverable, match=str(status)):
        Webhook(SECRET, receiver.url).send(KEY, NOBODY, "s", "b", urgent=False)


def test_a_redirect_is_a_failure_and_nothing_goes_where_it_points(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": "/elsewhere"}
    with pytest.raises(Undeliverable, match="302"):
        Webhook(SECRET, receiver.url).send(KEY, NOBODY, "s", "b", urgent=False)
    assert [request.path for request in receiver.requests] == ["/hook"]


def test_a_busy_receiver_says_when_to_come_back(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "17"}
    with pytest.raises(TemporarilyUndeliverable) as failure:
        Webhook(SECRET, receiver.url).send(KEY, NOBODY, "s", "b", urgent=False)
    assert failure.value.retry_after == timedelta(seconds=17)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        (None, None),
        ("0", timedelta(0)),
        ("9" * 5000, LONGEST_WAIT),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), timedelta(minutes=2)),
        (format_datetime(NOW - timedelta(minutes=2), usegmt=True), timedelta(0)),
        ("Mon, 02 Mar 2026 09:01:00 -0000", timedelta(minutes=1)),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str | None, wait: timedelta | None) -> None:
    assert retry_after(value, NOW) == wait


@given(st.text())
def test_no_retry_after_header_can_break_or_stall_the_sending(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or timedelta(0) <= wait <= LONGEST_WAIT


def test_a_receiver_that_hangs_is_given_up_in_time(receiver: Receiver) -> None:
    receiver.silent = True
    began = monotonic()
    with pytest.raises(TemporarilyUndeliverable, match="timed out"):
        Webhook(SECRET, receiver.url, timeout=timedelta(milliseconds=200)).send(KEY, NOBODY, "s", "b", urgent=False)
    assert monotonic() - began < 2
    assert len(receiver.requests) == 1


def test_a_receiver_that_is_down_is_tried_again(closed_port: int) -> None:
    with pytest.raises(TemporarilyUndeliverable, match="refused"):
        Webhook(SECRET, f"http://127.0.0.1:{closed_port}/").send(KEY, NOBODY, "s", "b", urgent=False)


def test_a_persons_own_webhook_comes_before_the_desks(receiver: Receiver, closed_port: int) -> None:
    mine = Address(webhook=f"http://localhost:{receiver.port}/mine?token=t")
    desk_url = f"http://127.0.0.1:{closed_port}/"
    Webhook(SECRET, desk_url, allow_private=True).send(KEY, mine, "s", "b", urgent=False)
    [request] = receiver.requests
    assert request.path == "/mine?token=t"
    assert request.headers["host"] == f"localhost:{receiver.port}"
    Verifier(SECRET).verify(request.body, request.headers)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0.0.0.0"])  # noqa: S104
def test_a_persons_webhook_cannot_reach_into_our_network(host: str, receiver: Receiver) -> None:
    mine = Address(webhook=f"http://{host}:{receiver.port}/admin")
    with pytest.raises(Undeliverable, match="not a public address"):
        Webhook(SECRET).send(KEY, mine, "s", "b", urgent=False)
    assert receiver.requests == []


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "224.0.0.1", "fe80::1", "fd00::1", "::ffff:10.0.0.1"],
)
def test_private_and_link_local_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["64:ff9b::a00:1", "2002:a00:1::1", "2001:0:a00:1::1"])
def test_an_address_that_wraps_another_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_a_pinned_destination_keeps_the_name_for_tls_and_for_the_host_header() -> None:
    found = pinned(httpx.URL("https://localhost:8443/x"), allow_private=True)
    assert found.url.host in ("127.0.0.1", "::1")
    assert (found.url.port, found.url.path) == (8443, "/x")
    assert found.headers == {"Host": "localhost:8443"}
    assert found.extensions == {"sni_hostname": "localhost"}


@pytest.mark.parametrize("url", ["ftp://x.example/", "x.example/hook", "http://", "http://x:y/", "file:///etc"])
def test_what_is_not_a_web_address_is_refused(url: str) -> None:
    with pytest.raises(Undeliverable):
        parsed(url)


def test_a_host_that_cannot_exist_is_refused() -> None:
    with pytest.raises(Undeliverable):
        Webhook(SECRET).send(KEY, Address(webhook=f"http://{'x' * 70}.example/"), "s", "b", urgent=False)


@pytest.mark.parametrize("key", ["T 1", "T\r\nx: y", "ü"])
def test_a_key_that_would_break_a_header_is_refused(key: str, receiver: Receiver) -> None:
    with pytest.raises(Undeliverable, match="cannot be the id"):
        Webhook(SECRET, receiver.url).send(key, NOBODY, "s", "b", urgent=False)
    assert receiver.requests == []


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_a", "whsec_ü"])
def test_a_secret_that_cannot_sign_is_refused_at_once(secret: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        Webhook(secret)
