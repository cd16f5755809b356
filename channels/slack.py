"""Slack: chat.postMessage with a bot's token, or an incoming webhook; the text as blocks, the answer as a button.

Both forms as https://docs.slack.dev has them; tried against a server that answers like Slack, not against Slack itself.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx

from channels.posting import judged, posted, wait_asked_by
from escalation.messages import NO_WAY_BACK, Address, Receipt, TemporarilyUndeliverable, Undeliverable, WayBack

URL = "https://slack.com/api"
_PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
# What whoever runs the desk can put right meanwhile; it says nothing about the message.
_OF_THE_TOKEN = frozenset(
    {"not_authed", "invalid_auth", "account_inactive", "token_expired", "token_revoked", "missing_scope"}
)
_HEADER, _SECTION = 150, 3000  # characters that a block takes


class Slack:
    """To a member or channel by its id, or to the incoming webhook of a name; Slack drops no repeats."""

    name = "slack"

    def __init__(
        self,
        token: str | None = None,
        webhooks: Mapping[str, str] | None = None,
        url: str = URL,
        timeout: timedelta = timedelta(seconds=20),
    ) -> None:
        self._token, self._webhooks, self._url = token, dict(webhooks or {}), url.rstrip("/")
        self._client = httpx.Client(timeout=timeout.total_seconds())

    def reaches(self, to: Address) -> bool:
        """Whether this recipient has a way here that is set up."""
        return bool(to.slack and (to.slack in self._webhooks or self._token))

    def send(
        self,
        message_key: str,  # noqa: ARG002 - Slack has no place for it
        to: Address,
        subject: str,
        body: str,
        urgent: bool,
        back: WayBack = NO_WAY_BACK,
    ) -> Receipt:
        said = _said(subject, body, urgent, back)
        if to.slack in self._webhooks:
            return self._by_webhook(self._webhooks[to.slack], said)
        if not (self._token and to.slack):
            raise Undeliverable("the recipient has no Slack address, or no Slack token is set")
        return self._by_token(to.slack, said)

    def _by_webhook(self, url: str, said: dict[str, object]) -> Receipt:
        answer, text = posted(self._client, "Slack", url, json=said)
        judged("Slack", answer, text.decode("utf-8", "replace")[:100])
        return _taken(None)

    def _by_token(self, channel: str, said: dict[str, object]) -> Receipt:
        headers = {"Authorization": f"Bearer {self._token}"}
        answer, text = posted(
            self._client, "Slack", f"{self._url}/chat.postMessage", headers, json={"channel": channel, **said}
        )
        judged("Slack", answer)
        found = _read(text)
        if found.get("ok") is True:
            return _taken(f"{found.get('channel')}:{found.get('ts')}")
        error = str(found.get("error") or "no answer that can be read")
        if error in _PASSING | _OF_THE_TOKEN or "error" not in found:
            raise TemporarilyUndeliverable(f"Slack says {error}", wait_asked_by(answer))
        raise Undeliverable(f"Slack says {error}")


def _said(subject: str, body: str, urgent: bool, back: WayBack) -> dict[str, object]:
    """As plain text in blocks: what a client wrote must not become a link or call a channel."""
    blocks: list[dict[str, object]] = [
        {"type": "header", "text": {"type": "plain_text", "text": subject[:_HEADER] or "-"}},
        {"type": "section", "text": {"type": "plain_text", "text": body[:_SECTION] or "-"}},
    ]
    if back.link:
        button = {"type": "button", "text": {"type": "plain_text", "text": "Take it up"}, "url": back.link}
        blocks.append({"type": "actions", "elements": [button | ({"style": "danger"} if urgent else {})]})
    return {"text": _escaped(f"{subject}\n{body}"[:_SECTION]), "blocks": blocks, "unfurl_links": False}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _read(text: bytes) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _taken(provider_id: str | None) -> Receipt:
    return Receipt(
        channel="slack", state="accepted", provider_id=provider_id, detail="taken by Slack", at=datetime.now(UTC)
    )
