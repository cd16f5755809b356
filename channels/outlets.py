"""Which ways out there are, and which of them a message takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from channels.apprise_urls import AppriseUrls, label
from channels.mail import Mail, relay_at
from channels.webhook import Webhook
from escalation.messages import Address, Channel, Receipt, Undeliverable

NOTHING_CONFIGURED = "no way out is configured: messages are kept as no_channel and reach nobody"


@dataclass(frozen=True)
class Outlet:
    """One channel with one address on it; `name` tells the outlets of a recipient apart and never changes."""

    name: str
    channel: Channel
    to: Address

    def send(self, message_key: str, subject: str, body: str, urgent: bool) -> Receipt:
        """As Channel.send."""
        return self.channel.send(message_key, self.to, subject, body, urgent)


@dataclass(frozen=True)
class Outlets:
    """The configured channels. Where `pick` gives nothing, the message's state is `no_channel`."""

    mail: Mail | None = None
    webhook: Webhook | None = None
    apprise: AppriseUrls | None = None

    @property
    def configured(self) -> bool:
        return bool(self.mail or self.webhook or self.apprise)

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of those that are configured."""
        return tuple(channel.name for channel in (self.mail, self.webhook, self.apprise) if channel)

    def pick(self, to: Address, urgent: bool) -> tuple[Outlet, ...]:
        """A page takes every way to its recipient at once; information takes the quietest one."""
        ways = self.ways(to)
        return ways if urgent else ways[:1]

    def ways(self, to: Address) -> tuple[Outlet, ...]:
        """Every way to this recipient, the quietest first: mail, webhook, then each apprise URL."""
        return tuple(self._ways(to))

    def describe(self) -> str:
        """One line for the log at start, without secrets."""
        return f"messages go out by {', '.join(self.channels)}" if self.channels else NOTHING_CONFIGURED

    def _ways(self, to: Address) -> Iterator[Outlet]:
        if self.mail and to.email:
            yield Outlet(self.mail.name, self.mail, to)
        if self.webhook and self.webhook.reaches(to):
            yield Outlet(self.webhook.name, self.webhook, to)
        if self.apprise:
            for url in dict.fromkeys(to.apprise):
                yield Outlet(label(url), self.apprise, to.model_copy(update={"apprise": (url,)}))


def configured_outlets(
    smtp_url: str | None = None,
    mail_from: str | None = None,
    webhook_url: str | None = None,
    webhook_secret: str | None = None,
    allow_apprise: bool = False,
    allow_private_webhooks: bool = False,
    timeout: timedelta = timedelta(seconds=20),
) -> Outlets:
    """The outlets that these settings describe, or ValueError with what is wrong about them."""
    return Outlets(
        mail=_mail(smtp_url, mail_from, timeout),
        webhook=_webhook(webhook_url, webhook_secret, timeout, allow_private_webhooks),
        apprise=AppriseUrls(timeout) if allow_apprise else None,
    )


def _mail(url: str | None, sender: str | None, timeout: timedelta) -> Mail | None:
    if not url:
        return None
    if not sender:
        raise ValueError("mail needs a From address beside the SMTP URL")
    return Mail(relay_at(url), sender, timeout)


def _webhook(url: str | None, secret: str | None, timeout: timedelta, allow_private: bool) -> Webhook | None:
    if not secret:
        if url:
            raise ValueError("a webhook URL needs a secret: nothing is sent unsigned")
        return None
    try:
        return Webhook(secret, url, timeout, allow_private)
    except Undeliverable as bad:
        raise ValueError(bad.reason) from bad
