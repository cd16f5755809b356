"""Microsoft Teams, by the webhook of a workflow ("When a Teams webhook request is received"): an adaptive card.

The form as Microsoft documents it; tried against a server that answers like Teams, not against Teams itself.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx

from channels.posting import judged, posted
from escalation.messages import NO_WAY_BACK, Address, Receipt, Undeliverable, WayBack

_LONGEST = 20_000  # a card holds 28 kB with everything around it


class Teams:
    """To the workflow of a name: its address is a secret, so the policy has only the name. Teams drops no repeats."""

    name = "teams"

    def __init__(self, webhooks: Mapping[str, str], timeout: timedelta = timedelta(seconds=20)) -> None:
        self._webhooks = dict(webhooks)
        self._client = httpx.Client(timeout=timeout.total_seconds())

    def reaches(self, to: Address) -> bool:
        """Whether this recipient has a way here that is set up."""
        return to.teams in self._webhooks

    def send(
        self,
        message_key: str,  # noqa: ARG002 - Teams has no place for it
        to: Address,
        subject: str,
        body: str,
        urgent: bool,
        back: WayBack = NO_WAY_BACK,
    ) -> Receipt:
        if to.teams not in self._webhooks:
            raise Undeliverable(f"no Teams webhook is called {to.teams!r}")
        answer, _ = posted(self._client, "Teams", self._webhooks[to.teams], json=_posted(subject, body, urgent, back))
        judged("Teams", answer)
        detail = f"Teams answered {answer.status_code}"
        return Receipt(channel=self.name, state="accepted", provider_id=None, detail=detail, at=datetime.now(UTC))


def _posted(subject: str, body: str, urgent: bool, back: WayBack) -> dict[str, object]:
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [
            _text(subject, weight="Bolder", size="Medium", color="Attention" if urgent else "Default"),
            _text(body[:_LONGEST]),
        ],
    }
    if back.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Take it up", "url": back.link}]
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attached]}


def _text(text: str, **look: str) -> dict[str, object]:
    """A block that is no Markdown: what a client wrote must not become a link."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text or "-", **look}]}
