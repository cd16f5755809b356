"""Four standard lives of a ticket: what comes in, and what is asked of it until it is closed."""

from dataclasses import dataclass

from escalation.commands import (
    Accept,
    AnyCommand,
    Close,
    CompleteNote,
    Contact,
    Escalate,
    Intake,
    IntakeFacts,
    LogAttempt,
    Open,
    Resolve,
)
from escalation.handoff import HandoffNote
from escalation.terms import Role

CLIENT = "acme-dental"
MANAGER = "grace"

FACTS = IntakeFacts(
    affected_systems=("workstation WS-12",),
    error_messages="AADSTS53003: access has been blocked",
    users_affected=1,
    recent_changes="none known",
    steps_attempted="restarted twice",
)
NOTE = HandoffNote(
    summary_symptoms="Sign-in fails with error 53003 since 9:10, webmail too",
    what_failed="password reset and MFA re-registration",
    suspected_cause="conditional access policy",
    customer_told="a specialist calls back within the hour",
)
LOCKED_OUT = Intake(
    client=CLIENT,
    contact=Contact(name="Bob Miller", email="bob@acme-dental.example"),
    subject="Cannot sign in since this morning",
    description="Every try says that access has been blocked; webmail does the same.",
    category="identity.password_reset",
    impact=2,
    urgency=2,
    facts=FACTS,
)
RANSOMWARE = LOCKED_OUT.model_copy(
    update={"subject": "Files are being encrypted", "category": "security.ransomware", "impact": 1, "urgency": 1}
)

_CALLED_BACK = Accept(contacted=True)
_FAILED = LogAttempt(step="Reset the password", result="Blocked again", outcome="failed", sop_step="SOP-01/2")
_WORKED = LogAttempt(step="Unlocked the account", result="Sign-in holds", outcome="worked", sop_step="SOP-01/1")
_TRACED = LogAttempt(step="Traced the sign-in", result="A policy names the device", outcome="failed")
_TICKED = ("identity", "log", "others", "policy")  # what SOP-01 asks of Tier 1 and Tier 2
_UP = Escalate(reason="deeper_technical_analysis", note=NOTE, ticked=_TICKED)
_UP_TO_3 = Escalate(
    by=MANAGER,
    role=Role.SERVICE_MANAGER,
    reason="deeper_technical_analysis",
    note=NOTE,
    override_reason="The client has waited long enough",
    ticked=_TICKED,
)
_RESOLVED = Resolve(code="fixed", cause="identity", resolution="Excluded the device from the policy and enrolled it")
_CLOSED = Close(reason="confirmed by phone")


@dataclass(frozen=True)
class Life:
    """An intake and the commands that follow it; those that name nobody come from the owner of the moment."""

    name: str
    intake: Intake
    steps: tuple[AnyCommand, ...]
    reviewed: bool = False

    def opening(self, ticket_id: str) -> Open:
        """The intake as an integration sends it."""
        return Open(by="portal", role=Role.INTEGRATION, intake=self.intake, request_id=f"open/{ticket_id}")

    @property
    def commands(self) -> int:
        """Everything that is asked of the ticket, its intake included."""
        return 1 + len(self.steps)


TIER_1 = Life("resolved at Tier 1", LOCKED_OUT, (_CALLED_BACK, _WORKED, _RESOLVED, _CLOSED))
TIER_2 = Life("T1 → T2 → resolved", LOCKED_OUT, (_CALLED_BACK, _FAILED, _UP, Accept(), _RESOLVED, _CLOSED))
TIER_3 = Life(
    "T1 → T2 → T3 → resolved, reviewed",
    LOCKED_OUT,
    (_CALLED_BACK, _FAILED, _UP, Accept(), _TRACED, _UP_TO_3, Accept(), _RESOLVED, _CLOSED),
    reviewed=True,
)
EMERGENCY = Life(
    "emergency, reviewed",
    RANSOMWARE,
    (_CALLED_BACK, _WORKED, CompleteNote(note=NOTE), _RESOLVED, _CLOSED),
    reviewed=True,
)
LIVES = {"tier_1": TIER_1, "tier_2": TIER_2, "tier_3": TIER_3, "emergency": EMERGENCY}


def signed(command: AnyCommand, owner: str, request_id: str) -> AnyCommand:
    """The command as one request of whoever asks."""
    return command.model_copy(update={"by": command.by or owner, "request_id": request_id})
