"""What a policy asks of the work on a ticket: holds, the handoff note, the time after the fix."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from escalation.durations import Duration
from escalation.policy.promises import Target
from escalation.terms import Facts


class HoldReason(Facts):
    """Why work may stop, which promises to the client that pauses, and what must be said to justify it.

    `contract` is what somebody else promised us for the time of the hold, `longest` when work goes on by itself; it
    counts in the client's calendar. `for_children`: tickets that share the fault stop with it.
    """

    pauses: tuple[Literal["resolution", "first_response", "next_reply", "next_update"], ...] = ()
    needs: tuple[str, ...] = ()
    follow_up: tuple[Duration, ...] = ()
    after_last: Literal["remind", "resolve"] = "remind"
    contract: Target | None = None
    longest: Duration | None = None
    for_children: bool = False


class NoteTemplate(Facts):
    """The handoff note: shortest lengths, words that say nothing, and what is owed when it came without a person."""

    min_length: dict[str, int] = {
        "environment": 10,
        "summary_symptoms": 20,
        "what_failed": 10,
        "suspected_cause": 5,
    }
    reject: tuple[str, ...] = ("n/a", "na", "-", ".", "tbd", "see above", "asdf")
    minimal: tuple[str, ...] = ("customer_contact", "summary_symptoms", "affected_systems")
    auto_debt: Duration = timedelta(minutes=15)
    emergency_debt: Duration = timedelta(minutes=30)


class MajorIncidents(Facts):
    """How often the clients of a major incident hear, and which roles hear that there is one."""

    update_every: Duration = timedelta(minutes=30)
    tell: tuple[str, ...] = ("service_manager", "team_lead")


class AfterResolution(Facts):
    """How long a resolved ticket may be reopened, and when it closes by itself; counted in the client's calendar."""

    reopen_window: Duration = timedelta(hours=50)
    auto_close: Duration = timedelta(hours=30)
    review_due: Duration = timedelta(hours=50)


class Satisfaction(Facts):
    """A score of `low` or less, of 5, is a task of the service manager."""

    low: int = Field(default=2, ge=0, le=4)
