"""Mail, against a real SMTP server."""

import ssl
from datetime import timedelta
from time import monotonic

import pytest

from channels.mail import Mail, Relay, relay_at
from escalation.messages import Address, TemporarilyUndeliverable, Undeliverable, message_key
from tests.channels.conftest import Postbox

ANA = Address(email="ana@msp.example")
KEY = message_key("T-1", 4, "handoff_told", "ana")
FROM = "Service Desk <desk@msp.example>"
SOON = timedelta(milliseconds=200)


def mail_to(port: int, timeout: timedelta = timedelta(seconds=5)) -> Mail:
    return Mail(relay_at(f"smtp://127.0.0.1:{port}"), FROM, timeout)


def test_a_mail_arrives_as_it_was_written(mail_port: int, postbox: Postbox) -> None:
    receipt = mail_to(mail_port).send(KEY, ANA, "Ticket T-1: übernommen", "Grüße\n.\nAna owns it now.", urgent=False)
    [mail] = postbox.mails
    assert (receipt.channel, receipt.state, receipt.provider_id) == ("mail", "accepted", mail["Message-ID"])
    assert (mail["From"], mail["To"], mail["Subject"]) == (FROM, "ana@msp.example", "Ticket T-1: übernommen")
    assert mail.get_content().splitlines() == ["Grüße", ".", "Ana owns it now."]
    assert postbox.recipients == ["ana@msp.example"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Priority"] is None


def test_a_page_is_marked_important(mail_port: int, postbox: Postbox) -> None:
    mail_to(mail_port).send(KEY, ANA, "P1", "Ransomware", urgent=True)
    assert (postbox.mails[0]["Importance"], postbox.mails[0]["X-Priority"]) == ("high", "1")


def test_a_repeat_bears_the_same_id_so_that_receivers_can_drop_it(mail_port: int, postbox: Postbox) -> None:
    for _ in range(2):
        mail_to(mail_port).send(KEY, ANA, "s", "b", urgent=False)
    mail_to(mail_port).send(message_key("T-1", 5, "handoff_told", "ana"), ANA, "s", "b", urgent=False)
    first, again, other = (mail["Message-ID"] for mail in postbox.mails)
    assert first == again != other


def test_all_mail_of_a_ticket_is_one_thread_and_of_another_ticket_is_not(mail_port: int, postbox: Postbox) -> None:
    for ticket, sequence, recipient in (("T-1", 1, "ana"), ("T-1", 9, "marek"), ("T-2", 1, "ana")):
        mail_to(mail_port).send(message_key(ticket, sequence, "t", recipient), ANA, "s", "b", urgent=False)
    one, same, other = (mail["References"] for mail in postbox.mails)
    assert one == same != other
    assert all(mail["In-Reply-To"] == mail["References"] for mail in postbox.mails)


@pytest.mark.parametrize(
    "answer", ["451 try later", "421 closing", "452 mailbox full", "530 log in first", "535 wrong password"]
)
def test_a_server_that_is_busy_or_wants_a_login_is_tried_again(answer: str, mail_port: int, postbox: Postbox) -> None:
    postbox.rcpt_answer = answer
    with pytest.raises(TemporarilyUndeliverable, match=answer[:3]):
        mail_to(mail_port).send(KEY, ANA, "s", "b", urgent=False)
    assert postbox.mails == []


def test_an_unknown_mailbox_is_never_tried_again(mail_port: int, postbox: Postbox) -> None:
    postbox.rcpt_answer = "550 no such user"
    with pytest.raises(Undeliverable, match="550 no such user"):
        mail_to(mail_port).send(KEY, ANA, "s", "b", urgent=False)


@pytest.mark.parametrize(
    ("answer", "failure"), [("451 greylisted", TemporarilyUndeliverable), ("554 looks like spam", Undeliverable)]
)
def test_a_refused_text_is_judged_by_its_code(
    answer: str, failure: type[Exception], mail_port: int, postbox: Postbox
) -> None:
    postbox.data_answer = answer
    with pytest.raises(failure, match=answer):
        mail_to(mail_port).send(KEY, ANA, "s", "b", urgent=False)


def test_a_server_that_is_down_is_tried_again(closed_port: int) -> None:
    with pytest.raises(TemporarilyUndeliverable, match="refused"):
        mail_to(closed_port).send(KEY, ANA, "s", "b", urgent=False)


def test_a_server_that_says_nothing_is_given_up_in_time(deaf_port: int) -> None:
    began = monotonic()
    with pytest.raises(TemporarilyUndeliverable, match="timed out"):
        mail_to(deaf_port, SOON).send(KEY, ANA, "s", "b", urgent=False)
    assert monotonic() - began < 2


def test_a_subject_cannot_smuggle_a_header_in(mail_port: int, postbox: Postbox) -> None:
    mail_to(mail_port).send(KEY, ANA, "VPN down\r\nBcc: all@msp.example\x00\u2028x \ud800", "b", urgent=False)
    [mail] = postbox.mails
    assert mail["Subject"] == "VPN down Bcc: all@msp.example x ?"
    assert mail["Bcc"] is None
    assert postbox.recipients == ["ana@msp.example"]


@pytest.mark.parametrize(
    "bad",
    [
        "ana@msp.example\r\nBcc: x@y.example",
        "ana@msp.example, eve@x.example",
        "Ana <ana@msp.example>",
        "ana",
        "@x",
        "a@b@c",
        "ana..b@msp.example",
        "änä@msp.example",
        f"ana@{'x' * 70}.example",
        None,
        "",
    ],
)
def test_what_is_not_one_mailbox_gets_no_mail(bad: str | None, mail_port: int, postbox: Postbox) -> None:
    with pytest.raises(Undeliverable):
        mail_to(mail_port).send(KEY, Address(email=bad), "s", "b", urgent=False)
    assert postbox.mails == []


def test_a_domain_beyond_ascii_is_written_as_servers_expect(mail_port: int, postbox: Postbox) -> None:
    mail_to(mail_port).send(KEY, Address(email="ana@müller.example"), "s", "b", urgent=False)
    assert postbox.recipients == ["ana@xn--mller-kva.example"]


def test_with_starttls_the_password_and_the_mail_travel_encrypted(
    guarded_mail_port: int, postbox: Postbox, client_tls: ssl.SSLContext
) -> None:
    relay = relay_at(f"smtp+starttls://desk:p%40ss@127.0.0.1:{guarded_mail_port}")
    Mail(relay, FROM, tls=client_tls).send(KEY, ANA, "s", "b", urgent=False)
    assert postbox.encrypted == [True]


def test_a_wrong_password_is_tried_again_since_it_can_be_put_right(
    guarded_mail_port: int, client_tls: ssl.SSLContext
) -> None:
    relay = relay_at(f"smtp+starttls://desk:wrong@127.0.0.1:{guarded_mail_port}")
    with pytest.raises(TemporarilyUndeliverable, match="535"):
        Mail(relay, FROM, tls=client_tls).send(KEY, ANA, "s", "b", urgent=False)


def test_a_certificate_that_nobody_vouches_for_gets_no_password(guarded_mail_port: int, postbox: Postbox) -> None:
    relay = relay_at(f"smtp+starttls://desk:p%40ss@127.0.0.1:{guarded_mail_port}")
    with pytest.raises(TemporarilyUndeliverable, match="CERTIFICATE_VERIFY_FAILED"):
        Mail(relay, FROM).send(KEY, ANA, "s", "b", urgent=False)
    assert postbox.mails == []


def test_a_server_without_starttls_is_not_used_in_the_clear(mail_port: int, postbox: Postbox) -> None:
    with pytest.raises(TemporarilyUndeliverable, match="STARTTLS"):
        Mail(relay_at(f"smtp+starttls://127.0.0.1:{mail_port}"), FROM).send(KEY, ANA, "s", "b", urgent=False)
    assert postbox.mails == []


def test_smtps_is_encrypted_from_the_first_byte(
    encrypted_mail_port: int, postbox: Postbox, client_tls: ssl.SSLContext
) -> None:
    Mail(relay_at(f"smtps://127.0.0.1:{encrypted_mail_port}"), FROM, tls=client_tls).send(KEY, ANA, "s", "b", False)
    assert len(postbox.mails) == 1


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example", Relay("smtp", "mail.example", 25)),
        ("smtps://u:p@mail.example", Relay("smtps", "mail.example", 465, "u", "p")),
        ("smtp+starttls://u%40x:p%2Fq@mail.example:2525", Relay("smtp+starttls", "mail.example", 2525, "u@x", "p/q")),
    ],
)
def test_a_mail_url_says_everything(url: str, relay: Relay) -> None:
    assert relay_at(url) == relay
    assert "p/q" not in repr(relay)


@pytest.mark.parametrize("url", ["mail.example:25", "http://mail.example", "smtp://", "smtp://u:p@mail.example"])
def test_a_mail_url_that_cannot_be_or_must_not_be_used_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="smtp"):
        relay_at(url)


def test_a_sender_that_is_no_address_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="not one mail address"):
        Mail(relay_at("smtp://mail.example"), "the desk")
