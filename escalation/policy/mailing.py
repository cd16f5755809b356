"""What becomes of mail that comes in."""

from datetime import timedelta

from pydantic import Field

from escalation.durations import Duration
from escalation.terms import Facts


class Mailing(Facts):
    """More than `most` mails of one sender `within` this time are taken for a machine's."""

    most: int = Field(default=20, ge=1, le=10_000)
    within: Duration = timedelta(hours=1)
