"""Mail in, against a real Dovecot."""

import ssl
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from channels.imap import Imap, account_at
from escalation.ports import Unavailable
from tests.dovecot import Dovecot, dovecot


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A directory of our own: pytest keeps its own to the one who runs it, and Dovecot is somebody else."""
    with tempfile.TemporaryDirectory(prefix="tierline-dovecot-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@pytest.fixture(scope="module")
def server(place: Path, certificate: Path) -> Iterator[Dovecot]:
    with dovecot(place, certificate) as running:
        yield running


def box(server: Dovecot) -> Imap:
    return Imap(account_at(server.url), "Done")


def mail(subject: str, body: str = "It does not work.") -> bytes:
    return f"From: a@acme.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\n{body}\r\n".encode()


def test_what_lies_there_is_read_as_it_is_and_stays_until_it_is_put_away(server: Dovecot) -> None:
    for subject in ("one", "two"):
        server.deliver(mail(subject))
    first, second = box(server).new(10)
    assert (first.body, second.body) == (mail("one"), mail("two"))
    assert not first.too_large
    assert [each.uid for each in box(server).new(10)] == [first.uid, second.uid]
    box(server).put_away([first.uid])
    assert [each.body for each in box(server).new(10)] == [mail("two")]
    box(server).put_away([second.uid, first.uid, "1.999999", "rubbish"])
    assert box(server).new(10) == []
    assert server.count("Done") == 2


def test_only_as_many_are_fetched_as_are_asked_for(server: Dovecot) -> None:
    for subject in ("a", "b", "c"):
        server.deliver(mail(subject))
    found = box(server).new(2)
    assert [each.body for each in found] == [mail("a"), mail("b")]
    box(server).put_away([each.uid for each in box(server).new(10)])


def test_a_mail_of_thirty_megabytes_comes_with_its_headers_alone(server: Dovecot) -> None:
    server.deliver(mail("large", ("x" * 98 + "\r\n") * 300_000))
    (found,) = box(server).new(10)
    assert found.too_large
    assert found.body.startswith(b"From: a@acme.example")
    assert len(found.body) < 1000
    box(server).put_away([found.uid])


def test_over_tls_the_certificate_has_to_be_trusted(server: Dovecot, client_tls: ssl.SSLContext) -> None:
    account = account_at(f"imaps://desk%40msp.example:p%40ss%20word@127.0.0.1:{server.tls_port}")
    assert Imap(account, "Done", tls=client_tls).new(10) == []
    with pytest.raises(Unavailable, match="certificate"):
        Imap(account, "Done").new(10)


def test_starttls_comes_before_the_password(server: Dovecot, client_tls: ssl.SSLContext) -> None:
    account = account_at(f"imap+starttls://desk%40msp.example:p%40ss%20word@127.0.0.1:{server.port}/INBOX")
    assert Imap(account, "Done", tls=client_tls).new(10) == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("imap://desk%40msp.example:wr0ng@127.0.0.1:{port}/INBOX", "AUTHENTICATIONFAILED"),
        ("imap://desk%40msp.example:p%40ss%20word@127.0.0.1:{port}/Nowhere", "Nowhere"),
    ],
)
def test_a_mailbox_that_cannot_be_opened_says_why_without_the_password(server: Dovecot, url: str, why: str) -> None:
    with pytest.raises(Unavailable, match=why) as away:
        Imap(account_at(url.format(port=server.port)), "Done").new(10)
    assert "wr0ng" not in str(away.value)


def test_a_server_that_is_away_or_silent_is_unavailable(closed_port: int, deaf_port: int) -> None:
    for port in (closed_port, deaf_port):
        with pytest.raises(Unavailable):
            Imap(account_at(f"imap://a:b@127.0.0.1:{port}/INBOX"), "Done", timedelta(milliseconds=200)).new(1)


@pytest.mark.parametrize(
    "url",
    ["", "imaps://host", "imaps://a@host", "pop3://a:b@host", "imap://a:b@mail.example/INBOX", "imaps://:b@host", "x"],
)
def test_an_address_that_is_no_mailbox_or_gives_the_password_away_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"mailbox|clear"):
        account_at(url)


def test_a_password_stands_in_no_log() -> None:
    assert "secret" not in repr(account_at("imaps://desk:secret@mail.example"))
