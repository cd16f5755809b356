"""Questions that somebody was asked about a ticket of another's, and that no answer is on record for."""

from pydantic import AwareDatetime

from escalation.terms import Facts


class Consultation(Facts):
    """One such question; `by` asked it."""

    ticket_id: str
    subject: str
    client: str
    by: str
    at: AwareDatetime
    question: str
