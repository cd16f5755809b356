"""Mail over SMTP."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from escalation.mail.threading import message_mark, ticket_mark
from escalation.messages import (
    NO_WAY_BACK,
    Address,
    Receipt,
    TemporarilyUndeliverable,
    Undeliverable,
    WayBack,
    parts_of,
)

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LOGIN_CODES = {530, 534, 535, 538}

_MAILBOX = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Relay:
    """A mail server, as its URL names it; the password stays out of its repr."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str = field(default="", repr=False)


def relay_at(url: str) -> Relay:
    """The server in `smtp://`, `smtp+starttls://` or `smtps://user:password@host:port`, or ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(f"a mail server is smtp://, smtp+starttls:// or smtps:// and a host, not {parts.scheme}://")
    relay = Relay(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
    )
    if relay.scheme == "smtp" and relay.user and not _is_this_machine(relay.host):
        raise ValueError("smtp:// would send the password in the clear; use smtp+starttls:// or smtps://")
    return relay


class Mail:
    """One connection a message; receivers drop repeats by Message-ID, readers see one thread a ticket."""

    name = "mail"

    def __init__(
        self, relay: Relay, sender: str, timeout: timedelta = timedelta(seconds=20), tls: ssl.SSLContext | None = None
    ) -> None:
        shown, mailbox = parseaddr(sender)
        found = _mailbox(mailbox)
        self._sender = MailAddress(shown, found.username, found.domain)
        self._relay = relay
        self._timeout = timeout
        self._tls = tls or ssl.create_default_context()

    def reaches(self, to: Address) -> bool:
        """Whether this recipient has an address here."""
        return bool(to.email)

    def send(
        self,
        message_key: str,
        to: Address,
        subject: str,
        body: str,
        urgent: bool,
        back: WayBack = NO_WAY_BACK,  # noqa: ARG002 - the link stands in the text
    ) -> Receipt:
        mail = self._mail(message_key, _recipient(to), subject, body, urgent)
        with _judged(), self._connected() as server, _unknown_from_here():
            server.send_message(mail)
        return Receipt(
            channel=self.name,
            state="accepted",
            provider_id=mail["Message-ID"],
            detail=f"accepted by {self._relay.host}",
            at=datetime.now(UTC),
        )

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        relay, seconds = self._relay, self._timeout.total_seconds()
        server = (
            smtplib.SMTP_SSL(relay.host, relay.port, timeout=seconds, context=self._tls)
            if relay.scheme == "smtps"
            else smtplib.SMTP(relay.host, relay.port, timeout=seconds)
        )
        try:
            if relay.scheme == "smtp+starttls":
                server.starttls(context=self._tls)
            if relay.user:
                server.login(relay.user, relay.password)
            yield server
            # Accepted is accepted: a server that stumbles over our goodbye must not make us send twice.
            with suppress(OSError):
                server.quit()
        finally:
            server.close()

    def _mail(self, key: str, recipient: MailAddress, subject: str, body: str, urgent: bool) -> EmailMessage:
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = self._sender
        mail["To"] = recipient
        mail["Subject"] = _one_line(subject)
        mail["Date"] = datetime.now(UTC)
        mail["Message-ID"] = self._id(message_mark(key))
        # No mail bears the thread's own id; every mail of the ticket answers it, and mail readers group by that.
        mail["In-Reply-To"] = mail["References"] = self._id(ticket_mark(parts_of(key).ticket_id))
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"  # Exchange looks at this one only
        if urgent:
            mail["Importance"] = "high"
            mail["X-Priority"] = "1"
        mail.set_content(_encodable(body))
        return mail

    def _id(self, mark: str) -> str:
        return f"<{mark}@{self._sender.domain}>"


@contextmanager
def _judged() -> Iterator[None]:
    """Turns what SMTP said into "try again" or "never" (RFC 5321, 4.2.1: 4yz and 5yz)."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        raise _by_code(*next(iter(refused.recipients.values()))) from refused
    except smtplib.SMTPResponseException as answer:
        raise _by_code(answer.smtp_code, answer.smtp_error) from answer
    except OSError as broken:  # refused, reset, timed out, host unknown, certificate not trusted, no STARTTLS, no login
        reason = f"no mail could be handed over: {str(broken) or type(broken).__name__}"
        raise TemporarilyUndeliverable(reason) from broken


@contextmanager
def _unknown_from_here() -> Iterator[None]:
    """Once the server has the mail, a connection that breaks leaves open whether it took it."""
    try:
        yield
    except smtplib.SMTPServerDisconnected as cut:
        raise _unknown(cut) from cut
    except smtplib.SMTPException:
        raise
    except OSError as cut:
        raise _unknown(cut) from cut


def _unknown(cut: Exception) -> TemporarilyUndeliverable:
    return TemporarilyUndeliverable(f"the mail server fell silent: {str(cut) or type(cut).__name__}", unknown=True)


def _by_code(code: int, text: bytes | str) -> TemporarilyUndeliverable | Undeliverable:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    reason = f"the mail server answered {code} {_one_line(said)}"
    # A refused login says nothing about the message, and whoever runs the desk can put it right meanwhile.
    return Undeliverable(reason) if code >= 500 and code not in LOGIN_CODES else TemporarilyUndeliverable(reason)


def _recipient(to: Address) -> MailAddress:
    if not to.email:
        raise Undeliverable("the recipient has no mail address")
    try:
        return _mailbox(to.email)
    except ValueError as bad:
        raise Undeliverable(str(bad)) from bad


def _mailbox(text: str) -> MailAddress:
    """One bare address, or ValueError; a domain beyond ASCII is put the way that every server understands."""
    if not _MAILBOX.fullmatch(text):
        raise ValueError(f"{text!r} is not one mail address")
    local, _, domain = text.rpartition("@")
    try:
        return MailAddress(addr_spec=f"{local}@{domain.encode('idna').decode()}")
    except (ValueError, MessageError) as bad:
        raise ValueError(f"{text!r} is not one mail address: {bad}") from bad


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in _encodable(text)).split())


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
