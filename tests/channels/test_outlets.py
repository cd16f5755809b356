"""Which ways out a message takes."""

import base64

import pytest

from channels.outlets import NOTHING_CONFIGURED, Outlets, configured_outlets
from escalation.messages import Address
from tests.channels.conftest import Postbox, Receiver

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes, yes").decode()
ANA = Address(email="ana@msp.example", apprise=("json://a.example", "json://b.example"), webhook="https://c.example/")


def everything(webhook_url: str | None = None) -> Outlets:
    return configured_outlets("smtp://127.0.0.1:2525", "desk@msp.example", webhook_url, SECRET, allow_apprise=True)


def names(outlets: Outlets, to: Address, urgent: bool) -> list[str]:
    return [outlet.name.rpartition(":")[0] or outlet.name for outlet in outlets.pick(to, urgent)]


def test_with_nothing_configured_nobody_is_reached_and_it_says_so() -> None:
    outlets = configured_outlets()
    assert not outlets.configured
    assert outlets.describe() == NOTHING_CONFIGURED
    assert outlets.pick(ANA, urgent=True) == ()


def test_a_page_takes_every_way_and_information_the_quietest_one() -> None:
    assert names(everything(), ANA, urgent=True) == ["mail", "webhook", "apprise:json", "apprise:json"]
    assert names(everything(), ANA, urgent=False) == ["mail"]
    assert names(everything(), Address(apprise=("json://a.example",)), urgent=False) == ["apprise:json"]


def test_each_outlet_has_a_name_of_its_own_and_one_apprise_url() -> None:
    outlets = everything().pick(ANA.model_copy(update={"apprise": (*ANA.apprise, ANA.apprise[0])}), urgent=True)
    assert len({outlet.name for outlet in outlets}) == len(outlets) == 4
    assert [outlet.to.apprise for outlet in outlets[2:]] == [("json://a.example",), ("json://b.example",)]


def test_what_is_not_allowed_or_not_set_up_is_no_way() -> None:
    only_mail = configured_outlets("smtp://127.0.0.1", "desk@msp.example")
    assert names(only_mail, ANA, urgent=True) == ["mail"]
    assert only_mail.pick(Address(webhook="https://c.example/"), urgent=True) == ()
    assert only_mail.describe() == "messages go out by mail"


def test_the_desks_webhook_serves_whoever_has_no_way_of_their_own() -> None:
    assert everything().pick(Address(), urgent=True) == ()
    assert names(everything("https://desk.example/hook"), Address(), urgent=True) == ["webhook"]


def test_one_page_arrives_on_every_way(mail_port: int, postbox: Postbox, receiver: Receiver) -> None:
    outlets = configured_outlets(
        f"smtp://127.0.0.1:{mail_port}", "desk@msp.example", receiver.url, SECRET, allow_apprise=True
    )
    ana = Address(email="ana@msp.example", apprise=(f"json://127.0.0.1:{receiver.port}/push",))
    receipts = [outlet.send("T-1/4/page_owner/ana", "P1", "Ransomware", True) for outlet in outlets.pick(ana, True)]
    assert [receipt.state for receipt in receipts] == ["accepted"] * 3
    assert len(postbox.mails) == 1
    assert [request.path for request in receiver.requests] == ["/hook", "/push"]


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"smtp_url": "smtp://m.example"}, "From address"),
        ({"smtp_url": "m.example", "mail_from": "desk@msp.example"}, "mail server"),
        ({"webhook_url": "https://x.example"}, "unsigned"),
        ({"webhook_url": "x.example", "webhook_secret": SECRET}, "http"),
        ({"webhook_secret": "whsec_"}, "base64"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_start(settings: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        configured_outlets(**settings)  # type: ignore[arg-type]  # every one of these settings is text
