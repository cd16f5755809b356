"""A mail as the rules see it, whatever it looked like on its way."""

from pydantic import AwareDatetime

from escalation.terms import Facts, Line, Text


class Attached(Facts):
    """A file that came along; what is in it stays in the mail as it was stored."""

    name: Line
    kind: Line = ""
    size: int = 0


class Failure(Facts):
    """What a mail server says of a mail that it could not deliver; `final`: it tries no more."""

    message_ids: tuple[Line, ...] = ()
    final: bool = True
    detail: Line = ""


class Letter(Facts):
    """What a mail says, and of itself.

    `sender` is the bare address in small letters, blank where there is none. `references` are the mails that it
    answers, the nearest first. `automatic` says by what sign no person wrote it, blank where there is none. `said_at`
    is its own date, never after it arrived. `text` is without what it quotes of earlier mails.
    """

    message_id: Line = ""
    sender: Line = ""
    sender_name: Line = ""
    subject: Line = ""
    text: Text = ""
    said_at: AwareDatetime
    references: tuple[Line, ...] = ()
    attachments: tuple[Attached, ...] = ()
    automatic: Line = ""
    failure: Failure | None = None
