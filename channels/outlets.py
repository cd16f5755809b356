"""Which ways out there are, and which of them a message takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from channels.apprise_urls import AppriseUrls, label
from channels.mail import Mail, relay_at
from channels.slack import Slack
from channels.teams import Teams
from channels.twilio import Account, Call, TextMessage
from channels.webhook import Webhook
from escalation.messages import NO_WAY_BACK, Address, Channel, Receipt, Undeliverable, WayBack

NOTHING_CONFIGURED = "no way out is configured: messages are kept as no_channel and reach nobody"


@dataclass(frozen=True)
class Outlet:
    """One channel with one address on it; `name` tells the outlets of a recipient apart and never changes."""

    name: str
    channel: Channel
    to: Address

    def send(self, message_key: str, subject: str, body: str, urgent: bool, back: WayBack = NO_WAY_BACK) -> Receipt:
        """As Channel.send."""
        return self.channel.send(message_key, self.to, subject, body, urgent, back)


@dataclass(frozen=True)
class Outlets:
    """The configured channels, the quietest first. Where `pick` gives nothing, the message's state is `no_channel`."""

    mail: Mail | None = None
    webhook: Webhook | None = None
    teams: Teams | None = None
    slack: Slack | None = None
    apprise: AppriseUrls | None = None
    sms: TextMessage | None = None
    voice: Call | None = None

    @property
    def configured(self) -> bool:
        return bool(self._channels)

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of those that are configured."""
        return tuple(channel.name for channel in self._channels)

    def pick(self, to: Address, urgent: bool, via: str | None = None) -> tuple[Outlet, ...]:
        """A page takes every way to its recipient at once; information takes the quietest, or the one named."""
        ways = self.ways(to)
        if via is not None:
            return tuple(outlet for outlet in ways if outlet.channel.name == via)
        return ways if urgent else ways[:1]

    def ways(self, to: Address) -> tuple[Outlet, ...]:
        """Every way to this recipient, the quietest first: mail before chat, chat before what rings."""
        return tuple(outlet for channel in self._channels if channel.reaches(to) for outlet in _outlets(channel, to))

    def describe(self) -> str:
        """One line for the log at start, without secrets."""
        return f"messages go out by {', '.join(self.channels)}" if self.channels else NOTHING_CONFIGURED

    @property
    def _channels(self) -> tuple[Channel, ...]:
        all_of_them = (self.mail, self.webhook, self.teams, self.slack, self.apprise, self.sms, self.voice)
        return tuple(channel for channel in all_of_them if channel)


def _outlets(channel: Channel, to: Address) -> Iterator[Outlet]:
    if not isinstance(channel, AppriseUrls):
        yield Outlet(channel.name, channel, to)
        return
    for url in dict.fromkeys(to.apprise):
        yield Outlet(label(url), channel, to.model_copy(update={"apprise": (url,)}))


@dataclass(frozen=True)
class ChatAndPhone:
    """What is set up of chat and telephone; secrets stay out of its repr."""

    slack_token: str | None = field(default=None, repr=False)
    slack_webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)
    slack_url: str = "https://slack.com/api"
    teams_webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)
    twilio: Account | None = None


def configured_outlets(
    smtp_url: str | None = None,
    mail_from: str | None = None,
    webhook_url: str | None = None,
    webhook_secret: str | None = None,
    allow_apprise: bool = False,
    allow_private_webhooks: bool = False,
    timeout: timedelta = timedelta(seconds=20),
    chat: ChatAndPhone = ChatAndPhone(),
) -> Outlets:
    """The outlets that these settings describe, or ValueError with what is wrong about them."""
    speaks_slack = chat.slack_token or chat.slack_webhooks
    return Outlets(
        mail=_mail(smtp_url, mail_from, timeout),
        webhook=_webhook(webhook_url, webhook_secret, timeout, allow_private_webhooks),
        teams=Teams(chat.teams_webhooks, timeout) if chat.teams_webhooks else None,
        slack=Slack(chat.slack_token, chat.slack_webhooks, chat.slack_url, timeout) if speaks_slack else None,
        apprise=AppriseUrls(timeout) if allow_apprise else None,
        sms=TextMessage(chat.twilio) if chat.twilio else None,
        voice=Call(chat.twilio) if chat.twilio and not chat.twilio.sender.startswith("MG") else None,
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
