"""Signed POSTs, as https://www.standardwebhooks.com describes them."""

import json
import ssl
from datetime import UTC, datetime, timedelta

import httpx
from standardwebhooks.webhooks import EmptyWebhookSecretError
from standardwebhooks.webhooks import Webhook as Signer

from channels.destination import Destination, parsed, pinned
from channels.posting import judged, reached
from escalation.messages import NO_WAY_BACK, Address, Receipt, Undeliverable, WayBack, parts_of


class Webhook:
    """Posts each message once a call; receivers drop repeats by `webhook-id`, which is the message key."""

    name = "webhook"

    def __init__(
        self,
        secret: str,
        desk_url: str | None = None,
        timeout: timedelta = timedelta(seconds=20),
        allow_private: bool = False,
    ) -> None:
        """`desk_url` serves whoever has no webhook of their own, and is trusted wherever it leads."""
        self._signer = signer(secret)
        self._desk = parsed(desk_url) if desk_url else None
        self._timeout = timeout.total_seconds()
        self._allow_private = allow_private
        self._tls = ssl.create_default_context()

    def send(
        self, message_key: str, to: Address, subject: str, body: str, urgent: bool, back: WayBack = NO_WAY_BACK
    ) -> Receipt:
        sent_at = datetime.now(UTC)
        content = _content(message_key, to, subject, body, urgent, sent_at, back)
        answer = self._post(self._destination(to), content, self._signed(message_key, content, sent_at))
        _judge(answer)
        detail = f"{answer.request.headers['host']} answered {answer.status_code}"
        return Receipt(channel=self.name, state="accepted", provider_id=None, detail=detail, at=datetime.now(UTC))

    def reaches(self, to: Address) -> bool:
        return bool(to.webhook or self._desk)

    def _destination(self, to: Address) -> Destination:
        if to.webhook:
            return pinned(parsed(to.webhook), self._allow_private)
        if self._desk:
            return Destination(self._desk)
        raise Undeliverable("the recipient has no webhook, and the desk has none either")

    def _signed(self, key: str, content: str, at: datetime) -> dict[str, str]:
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise Undeliverable(f"{key!r} cannot be the id of a webhook")
        # `sign` takes the moment's digits for UTC whatever its zone: only ever give it UTC.
        return {
            "content-type": "application/json",
            "webhook-id": key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signer.sign(key, at, content),
        }

    def _post(self, to: Destination, content: str, headers: dict[str, str]) -> httpx.Response:
        # A proxy would look the host up again, so a pinned address goes out directly.
        direct = bool(to.extensions)
        with (
            reached("the webhook"),
            httpx.Client(timeout=self._timeout, verify=self._tls, trust_env=not direct) as client,
            client.stream(
                "POST", to.url, content=content.encode(), headers=headers | to.headers, extensions=to.extensions
            ) as answer,
        ):
            return answer  # the status says all; a body of any length stays unread


def signer(secret: str) -> Signer:
    """Signs with a `whsec_…` secret (base64), or ValueError."""
    try:
        return Signer(secret)
    except (EmptyWebhookSecretError, ValueError) as bad:
        raise ValueError("the webhook secret must be base64, with or without whsec_ before it") from bad


def _judge(answer: httpx.Response) -> None:
    """Nothing if it was taken in; else "try again" or "never"."""
    gone = answer.status_code == httpx.codes.GONE
    judged("the webhook", answer, "its receiver wants no more messages" if gone else "")


def _content(key: str, to: Address, subject: str, body: str, urgent: bool, at: datetime, back: WayBack) -> str:
    parts = parts_of(key)
    data = {
        "key": key,
        "ticket_id": parts.ticket_id,
        "template": parts.template,
        "recipient": parts.recipient,
        "email": to.email,
        "urgent": urgent,
        "subject": subject,
        "body": body,
    } | ({"ack_url": back.link} if back.link else {})
    kind = "message.page" if urgent else "message.information"
    return json.dumps({"type": kind, "timestamp": at.isoformat(), "data": data})
