"""Events to other programs, against real receivers: some answer, some hang, redirect, or are not who they should be."""

import base64
import ssl
from datetime import timedelta
from time import monotonic

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from channels.hooks import Hooks
from tests.channels.conftest import Receiver

SECRET, OLD = ("whsec_" + base64.b64encode(text * 32).decode() for text in (b"n", b"o"))
HERE = Hooks(allow_private=True, timeout=timedelta(milliseconds=500))


def test_b38_an_event_is_signed_with_every_live_secret_and_either_verifies_it(receiver: Receiver) -> None:
    answer = HERE.post(receiver.url, (SECRET, OLD), "msg_1", '{"type": "ticket.opened"}')
    assert answer.taken
    [request] = receiver.requests
    assert request.headers["webhook-id"] == "msg_1"
    for secret in (SECRET, OLD):
        assert Verifier(secret).verify(request.body, request.headers) == {"type": "ticket.opened"}


def test_b38_after_the_change_the_old_secret_verifies_no_more(receiver: Receiver) -> None:
    HERE.post(receiver.url, (SECRET,), "msg_1", "{}")
    [request] = receiver.requests
    Verifier(SECRET).verify(request.body, request.headers)
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(OLD).verify(request.body, request.headers)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_every_answer_but_success_is_a_failure(status: int, receiver: Receiver) -> None:
    receiver.status, receiver.headers = status, {"Location": "/elsewhere", "Retry-After": "90"}
    answer = HERE.post(receiver.url, (SECRET,), "msg_1", "{}")
    assert (answer.taken, answer.status, answer.unwanted) == (False, status, status == 410)
    assert answer.wait == timedelta(seconds=90)
    assert len(receiver.requests) == 1


def test_a_receiver_that_hangs_is_left_in_time(receiver: Receiver) -> None:
    receiver.silent = True
    began = monotonic()
    answer = HERE.post(receiver.url, (SECRET,), "msg_1", "{}")
    assert (answer.status, answer.said) == (None, "timed out")
    assert monotonic() - began < 3


def test_a_receiver_that_is_not_who_it_says_gets_nothing(receiver: Receiver, encrypted_port: int) -> None:
    answer = HERE.post(f"https://127.0.0.1:{encrypted_port}/hook", (SECRET,), "msg_1", "{}")
    assert answer.status is None
    assert "certificate" in answer.said.lower()


def test_a_receiver_whose_certificate_is_good_gets_it(encrypted_port: int, client_tls: ssl.SSLContext) -> None:
    trusting = Hooks(allow_private=True, tls=client_tls)
    assert trusting.post(f"https://127.0.0.1:{encrypted_port}/hook", (SECRET,), "msg_1", "{}").status == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "0.0.0.0"])  # noqa: S104
def test_nobody_subscribes_their_way_into_our_network(host: str, receiver: Receiver) -> None:
    answer = Hooks().post(f"http://{host}:{receiver.port}/hook", (SECRET,), "msg_1", "{}")
    assert (answer.status, "not a public address" in answer.said) == (None, True)
    assert receiver.requests == []


@pytest.mark.parametrize("url", ["http://", "ftp://x.example", "http://x:y/", f"http://{'x' * 70}.example/"])
def test_an_address_that_cannot_be_is_a_failure_and_no_fault(url: str) -> None:
    assert HERE.post(url, (SECRET,), "msg_1", "{}").status is None
