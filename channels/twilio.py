"""Text messages and calls by Twilio's REST API, or by whoever speaks it.

The forms as https://www.twilio.com/docs has them; tried against a server that answers like Twilio, not against Twilio.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

import httpx

from channels.posting import judged, posted, wait_asked_by
from escalation.messages import (
    NO_WAY_BACK,
    Address,
    Receipt,
    TemporarilyUndeliverable,
    Undeliverable,
    WayBack,
    parts_of,
)

URL = "https://api.twilio.com"
RECEIPTS = "/v1/receipts/twilio"
_TEXT, _SPOKEN = 1500, 1200  # characters: Twilio takes 1,600 of a text, and 4,000 of the XML around what is spoken
_LINK = re.compile(r"https?://\S+")
_REFUSED = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)


@dataclass(frozen=True)
class Account:
    """An account, the number or messaging service that it sends from, and where receipts come back to."""

    sid: str
    token: str = field(repr=False)
    sender: str
    public_url: str
    url: str = URL
    timeout: timedelta = timedelta(seconds=20)

    def create(self, resource: str, form: dict[str, str], message_key: str, back: WayBack) -> str:
        """Make a message or a call; its sid, by which receipts name it."""
        callback = f"{self.public_url}{RECEIPTS}?{urlencode({'m': message_key, 'o': back.record})}"
        with httpx.Client(timeout=self.timeout.total_seconds(), auth=(self.sid, self.token)) as client:
            answer, text = posted(
                client,
                "Twilio",
                f"{self.url.rstrip('/')}/2010-04-01/Accounts/{self.sid}/{resource}.json",
                data=form | {"StatusCallback": callback},
            )
        found = _read(text)
        said = " ".join(str(found[name]) for name in ("code", "message") if found.get(name))
        if answer.status_code in _REFUSED:  # whoever runs the desk can put it right meanwhile
            raise TemporarilyUndeliverable(f"Twilio refuses the account: {said}", wait_asked_by(answer))
        judged("Twilio", answer, said)
        return str(found.get("sid") or "")


class TextMessage:
    """One text; answered with "1" and the ticket, or by the link in it."""

    name = "sms"

    def __init__(self, account: Account) -> None:
        self._account = account

    def reaches(self, to: Address) -> bool:
        """Whether this recipient has a number for texts."""
        return to.sms is not None

    def send(
        self,
        message_key: str,
        to: Address,
        subject: str,  # noqa: ARG002 - a text has none; its ticket stands in the body
        body: str,
        urgent: bool,  # noqa: ARG002 - all of them ring alike
        back: WayBack = NO_WAY_BACK,
    ) -> Receipt:
        if to.sms is None:
            raise Undeliverable("the recipient has no number for text messages")
        asked = f'\nReply "1 {parts_of(message_key).ticket_id}" to take it up.' if back.link else ""
        sender = {"MessagingServiceSid" if self._account.sender.startswith("MG") else "From": self._account.sender}
        form = {"To": to.sms, **sender, "Body": body[:_TEXT] + asked}
        return _taken(self.name, self._account.create("Messages", form, message_key, back))


class Call:
    """One call that reads the message out; answered by pressing 1."""

    name = "voice"

    def __init__(self, account: Account) -> None:
        self._account = account

    def reaches(self, to: Address) -> bool:
        """Whether this recipient has a number for calls."""
        return to.voice is not None

    def send(
        self,
        message_key: str,
        to: Address,
        subject: str,
        body: str,
        urgent: bool,  # noqa: ARG002 - all of them ring alike
        back: WayBack = NO_WAY_BACK,
    ) -> Receipt:
        if to.voice is None:
            raise Undeliverable("the recipient has no number for calls")
        form = {"To": to.voice, "From": self._account.sender, "Twiml": spoken(body or subject, back.link)}
        return _taken(self.name, self._account.create("Calls", form, message_key, back))


def spoken(text: str, link: str) -> str:
    """What the call says, twice where nobody presses a key: TwiML."""
    say = f"<Say>{escape(' '.join(_LINK.sub('', text).split())[:_SPOKEN])}</Say>"
    if not link:
        return f"<Response>{say}<Pause length='1'/>{say}</Response>"
    asked = f"{say}<Say>Press 1 to take it up.</Say>"
    gather = f"<Gather numDigits='1' timeout='10' method='POST' action={quoteattr(f'{link}/call')}>{asked}</Gather>"
    return f"<Response>{gather}{gather}<Say>No key was pressed. Goodbye.</Say></Response>"


def _taken(channel: str, sid: str) -> Receipt:
    return Receipt(
        channel=channel, state="accepted", provider_id=sid or None, detail="taken by Twilio", at=datetime.now(UTC)
    )


def _read(text: bytes) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
