"""One POST to another program's webhook, signed with every secret that is live, and what it came to."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx

from channels.destination import parsed, pinned
from channels.posting import wait_asked_by
from channels.webhook import signer
from escalation.messages import TemporarilyUndeliverable, Undeliverable
from escalation.webhooks import Answer

_TIMEOUT = timedelta(seconds=20)


class Hooks:
    """Posts as https://www.standardwebhooks.com has it: no redirect is followed, no private address is reached."""

    def __init__(
        self, *, allow_private: bool = False, timeout: timedelta = _TIMEOUT, tls: ssl.SSLContext | None = None
    ) -> None:
        self._allow_private = allow_private
        self._timeout = timeout.total_seconds()
        self._tls = tls or ssl.create_default_context()

    def post(self, url: str, secrets: Sequence[str], its_id: str, content: str) -> Answer:
        """What the receiver answered, or why nobody did; raises nothing that a receiver could cause."""
        try:
            to = pinned(parsed(url), self._allow_private)
            headers = _signed(secrets, its_id, content) | to.headers
            with (
                httpx.Client(timeout=self._timeout, verify=self._tls, trust_env=False) as client,
                client.stream(
                    "POST", to.url, content=content.encode(), headers=headers, extensions=to.extensions
                ) as answer,
            ):
                return Answer(status=answer.status_code, said=_said(answer), wait=wait_asked_by(answer))
        except (Undeliverable, TemporarilyUndeliverable) as why:
            return Answer(status=None, said=str(why.reason)[:200])
        except httpx.HTTPError as broken:
            return Answer(status=None, said=(str(broken) or type(broken).__name__)[:200])


def _signed(secrets: Sequence[str], its_id: str, content: str) -> dict[str, str]:
    """With each secret: whoever verifies with either of two is content while they change."""
    at = datetime.now(UTC)
    return {
        "content-type": "application/json",
        "user-agent": "tierline",
        "webhook-id": its_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signer(secret).sign(its_id, at, content) for secret in secrets),
    }


def _said(answer: httpx.Response) -> str:
    reason = f"answered {answer.status_code}"
    return f"{reason}; redirects are not followed" if answer.is_redirect else reason
