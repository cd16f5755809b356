"""Apprise, with its JSON URL pointed at a real HTTP server."""

import json
from datetime import timedelta

import pytest

from channels.apprise_urls import AppriseUrls, label
from escalation.messages import Address, TemporarilyUndeliverable, Undeliverable
from tests.channels.conftest import Receiver


def at(port: int, more: str = "") -> Address:
    return Address(apprise=(f"json://127.0.0.1:{port}/hook{more}",))


def test_a_page_arrives_as_it_was_written(receiver: Receiver) -> None:
    receipt = AppriseUrls().send("k", at(receiver.port), "P1 *now*", "Ransomware <b>\\n", urgent=True)
    [request] = receiver.requests
    body = json.loads(request.body)
    assert (body["title"], body["message"], body["type"]) == ("P1 *now*", "Ransomware <b>\\n", "warning")
    assert receipt.state == "accepted"
    assert receipt.channel.startswith("apprise:json:")


@pytest.mark.parametrize("status", [302, 404, 500])
@pytest.mark.parametrize("more", ["", "?retry=3&wait=0", "?optional=yes"])
def test_a_failure_is_tried_again_but_not_by_apprise_itself(status: int, more: str, receiver: Receiver) -> None:
    receiver.status, receiver.headers = status, {"Location": "/elsewhere"}
    with pytest.raises(TemporarilyUndeliverable, match="failure"):
        AppriseUrls().send("k", at(receiver.port, more), "s", "b", urgent=False)
    assert [request.path for request in receiver.requests] == ["/hook"]


def test_a_service_that_is_down_is_tried_again(closed_port: int) -> None:
    with pytest.raises(TemporarilyUndeliverable):
        AppriseUrls().send("k", at(closed_port), "s", "b", urgent=False)


def test_a_service_that_hangs_is_given_up_in_time(receiver: Receiver) -> None:
    receiver.silent = True
    with pytest.raises(TemporarilyUndeliverable, match="timeout"):
        AppriseUrls(timedelta(milliseconds=200)).send("k", at(receiver.port), "s", "b", urgent=False)


@pytest.mark.parametrize("url", ["", "nonsense", "nosuchservice://x", "slack://"])
def test_a_url_that_apprise_cannot_use_is_never_tried_again_and_not_repeated(url: str) -> None:
    with pytest.raises(Undeliverable, match="no URL that apprise can use"):
        AppriseUrls().send("k", Address(apprise=(url,)), "s", "b", urgent=False)


@pytest.mark.parametrize("urls", [(), ("json://a", "json://b")])
def test_one_call_is_one_url(urls: tuple[str, ...]) -> None:
    with pytest.raises(Undeliverable, match="one apprise URL"):
        AppriseUrls().send("k", Address(apprise=urls), "s", "b", urgent=False)


def test_a_message_of_a_title_alone_arrives(receiver: Receiver) -> None:
    AppriseUrls().send("k", at(receiver.port), "Only this", "", urgent=False)
    assert "Only this" in receiver.requests[0].body.decode()


def test_a_label_is_stable_and_gives_no_token_away() -> None:
    url = "slack://xoxb-secret-token/#desk"
    assert label(url) == label(url) != label(url + "2")
    assert label(url).startswith("apprise:slack:")
    assert "secret" not in label(url)
