"""A Tier 3 incident with everything that a review looks at, and the answers that end the review."""

from collections.abc import Sequence

from escalation.commands import Accept, CompleteNote, Escalate, Hold, LogAttempt, RateNote, Resolve, Resume
from escalation.events import Entry, Event
from escalation.handoff import HandoffNote
from escalation.review.incident import QUESTIONS
from escalation.terms import Role
from tests.unit.rules.story import MANAGER, NOTE, Story

OWED = HandoffNote(
    summary_symptoms="The account locks itself again a minute after each unlock",
    suspected_cause="A stale credential",
    customer_told="We call at five",
)
ANSWERS = dict.fromkeys(QUESTIONS, "the sync job had no alarm")


def entries_of(events: Sequence[Event]) -> list[Entry]:
    return [Entry(ticket_id="T-1", seq=n, policy_version="v", event=event) for n, event in enumerate(events, 1)]


def incident(**fields: object) -> Story:
    """Locked out: two failed steps at Tier 1, one of them again at Tier 2, solved at Tier 3 after a hold."""
    story = Story().open(**fields)
    story.wait(minutes=2)
    story.do(Accept(contacted=True))
    story.wait(minutes=10)
    story.do(LogAttempt(step="Unlock the account", result="Locked again", outcome="failed", sop_step="SOP-01/1"))
    story.wait(minutes=5)
    story.do(LogAttempt(step="Reset the password", result="Still locked", outcome="failed", sop_step="SOP-01/2"))
    story.wait(minutes=10)  # the trigger has moved it to Tier 2 with a note of its own
    story.do(LogAttempt(step="Unlock the account", result="No change", outcome="failed"))
    story.do(CompleteNote(note=OWED))
    story.wait(minutes=20)
    story.do(
        Escalate(by=MANAGER, role=Role.SERVICE_MANAGER, reason="knowledge", note=NOTE, override_reason="It takes long")
    )
    story.do(Accept())
    story.do(RateNote(rating="usable"))
    story.do(Hold(reason="waiting_customer", evidence={"question_sent": "Which phone?"}))
    story.wait(minutes=30)
    story.do(Resume())
    story.do(LogAttempt(step="Removed the stale credential", result="Sign-in holds", outcome="worked"))
    story.do(Resolve(code="fixed", cause="identity", resolution="Removed a stale credential from the phone"))
    return story
