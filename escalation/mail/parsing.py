"""From the bytes of a mail to what it says. Whatever the bytes are, it ends, and raises nothing but NotAMail."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

from escalation.mail.automatic import automatic
from escalation.mail.bodies import attached_to, text_of
from escalation.mail.failures import failure_in
from escalation.mail.headers import Headers
from escalation.mail.letter import Attached, Letter
from escalation.mail.replies import newly_said
from escalation.terms import TEXT

_OLDEST = timedelta(days=3)  # a mail is longer on its way only if its sender's clock is wrong
_CUT = "\n… (cut here; the whole mail is kept)"
_KB = 1024


class NotAMail(Exception):
    """The bytes hold no mail that could be read."""


def read(raw: bytes, arrived_at: datetime) -> Letter:
    """What the mail says; NotAMail for what is none."""
    try:
        mail = message_from_bytes(raw, policy=default)
    except Exception as broken:  # noqa: BLE001 - for rubbish the standard parser raises all sorts
        raise NotAMail(f"no mail could be made of it: {type(broken).__name__}") from None
    if not mail.keys():
        raise NotAMail("it has no headers")
    headers = Headers(mail)
    name, sender = headers.mailbox("from")
    subject = headers.text("subject")
    attached = attached_to(mail)
    return Letter(
        message_id=next(iter(headers.ids("message-id")), ""),
        sender=sender,
        sender_name=name,
        subject=subject,
        text=_within(newly_said(text_of(mail)), attached),
        said_at=_said_at(headers.moment("date"), arrived_at),
        references=_references(headers),
        attachments=attached,
        automatic=automatic(headers, sender, subject),
        failure=failure_in(mail, headers),
    )


def _references(headers: Headers) -> tuple[str, ...]:
    """What it answers first, then from the nearest to the oldest."""
    return tuple(dict.fromkeys([*headers.ids("in-reply-to"), *reversed(headers.ids("references"))]))


def _said_at(own: datetime | None, arrived_at: datetime) -> datetime:
    if own is None or arrived_at - own > _OLDEST:
        return arrived_at
    return min(own, arrived_at)


def _within(text: str, attached: tuple[Attached, ...]) -> str:
    """The text and the names of what came along, no longer than a text may be."""
    files = "".join(f"\n[{each.name}, {max(each.size // _KB, 1)} kB]" for each in attached)[: TEXT // 4]
    files = f"\n{files}" if files else ""
    room = TEXT - len(files) - len(_CUT)
    return ((text if len(text) <= room else text[:room] + _CUT) + files).strip()
