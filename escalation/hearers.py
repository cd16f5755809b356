"""Who must hear of what happened on a ticket, of which message, and how urgently. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from escalation.events import (
    AcceptMissed,
    AlertsHeard,
    Consulted,
    Coordinated,
    CoverageGap,
    Escalated,
    Event,
    ExclusionAsked,
    Followed,
    Handoff,
    Held,
    HoldFollowedUp,
    MajorDeclared,
    MajorUpdated,
    MajorUpdateMissed,
    MarkPassed,
    NoteOverdue,
    Nudged,
    Opened,
    Paged,
    ProgressMissed,
    Queued,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    ServiceRated,
    Transferred,
    TriggerFired,
)
from escalation.lifecycle import Stage
from escalation.messages import RecipientKind
from escalation.policy import Slice
from escalation.terms import EscalationKind, Priority
from escalation.ticket import Ticket

_PAGED = frozenset({Priority.P1, Priority.P2})
_MANAGER_LEVEL = 3


class Hearer(NamedTuple):
    """A recipient, and the message that they get; urgent: a page. `more` is what only this message speaks of."""

    template: str
    to: str
    kind: RecipientKind
    urgent: bool
    more: Mapping[str, str] = {}


def hearers_of(ticket: Ticket, event: Event, policy: Slice) -> Iterator[Hearer]:
    """Those who must hear of the event; the ticket is as it stands after its decision."""
    return iter(_Hearers(ticket, policy, event))


class _Hearers:
    """Those who must hear of one event."""

    def __init__(self, ticket: Ticket, policy: Slice, event: Event) -> None:
        self._ticket, self._policy, self._event = ticket, policy, event

    def __iter__(self) -> Iterator[Hearer]:
        match self._event:
            case Handoff() as handoff:
                yield from self._handed_over(handoff)
            case Coordinated(coordinator=who):
                yield self._to_person("page_manager", who, urgent=True)
                if self._event.trigger == "S3":
                    yield from self._to_contact("sla_at_risk")
            case TriggerFired(inform=str(role)):
                yield self._to_role("page_manager", role)
            case MarkPassed(inform=roles):
                for role in roles:
                    yield self._to_role("inform_threshold", role)
            case Nudged(inform=role):
                yield self._to_role("nudge", role)
            case Resumed(due_at=datetime()):
                yield self._to_person("hold_over", self._ticket.owner)
            case ExclusionAsked():
                yield self._to_role("exclusion_asked", "service_manager")
            case ServiceRated(low=True):
                yield self._to_role("page_manager", "service_manager")
            case AcceptMissed(level=1):
                yield self._to_person("page_again", self._ticket.owner, urgent=True)
            case AcceptMissed(level=level) if level >= _MANAGER_LEVEL:
                yield self._to_role("page_manager", "service_manager", urgent=True)
            case AlertsHeard(window_over=True) if self._waits_without_a_ladder():
                yield self._to_person("page_again", self._ticket.owner, urgent=True)
            case Paged(person=str(who)) if who:
                yield self._to_person("page_again" if who == self._ticket.owner else "page_on_call", who, urgent=True)
            case CoverageGap(ladder=ladder):
                for role in dict.fromkeys(("service_manager", *self._policy.paging[ladder].tell)):
                    yield self._to_role("coverage_gap", role, urgent=True)
            case ProgressMissed(n=n):
                yield self._to_person("no_progress", self._ticket.owner, urgent=True)
                if n > 1:
                    yield self._to_role("no_progress", "service_manager", urgent=True)
            case NoteOverdue(owed_by=who):
                yield self._to_person("note_owed", who)
                yield self._to_role("note_owed", "team_lead")
            case Consulted(person=who):
                yield self._to_person("consulted", who)
            case Held() | HoldFollowedUp():
                yield from self._waiting()
            case MajorUpdated(text=text) | Followed(what="told", text=text):
                yield from self._to_contact("major_update", text=text)
            case MajorDeclared():
                yield from self._leaders("major_declared")
                for role in self._policy.major_incidents.tell:
                    yield self._to_role("major_declared", role)
            case MajorUpdateMissed():
                yield from self._leaders("major_silent")
                yield self._to_role("major_silent", "service_manager")
            case Resolved():
                yield from self._to_contact("resolved")
                yield from self._to_contact("csat")
            case Opened() | _:
                return

    def _handed_over(self, event: Handoff) -> Iterator[Hearer]:
        urgent = self._ticket.priority in _PAGED
        match event:
            case Queued():
                if event.previous_owner is None:
                    yield from self._to_contact("ack")
                if event.stage is Stage.TRIAGE:
                    urgent = False
            case Escalated(escalation=EscalationKind.EMERGENCY):
                urgent = True
                yield from self._to_contact("emergency_start")
            case Escalated() | Returned() | Transferred():
                yield from self._to_contact("handoff_customer")
            case Reopened() | _:
                pass
        if event.owner != event.by:
            yield self._to_person("page_owner", event.owner, urgent=urgent)
        if isinstance(event, Escalated) and event.owed_by:
            yield self._to_person("note_owed", event.owed_by)

    def _waits_without_a_ladder(self) -> bool:
        ticket = self._ticket
        return ticket.tier is not None and ticket.accepted_at is None and not (ticket.climb and ticket.climb.ladder)

    def _waiting(self) -> Iterator[Hearer]:
        hold = self._ticket.hold
        asked = hold.evidence.get("question_sent") if hold and self._ticket.contact.email else None
        if asked:
            yield from self._to_contact("waiting_customer", question=asked)
        elif isinstance(self._event, HoldFollowedUp):
            if self._ticket.stage is Stage.RESOLVED:
                yield from self._to_contact("last_reminder")
            else:
                yield self._to_person("follow_up", self._ticket.owner)

    def _leaders(self, template: str) -> Iterator[Hearer]:
        major = self._ticket.major
        for who in dict.fromkeys((major.communicator, major.commander) if major else ()):
            yield self._to_person(template, who, urgent=True)

    def _to_contact(self, template: str, **more: str) -> Iterator[Hearer]:
        """To the client's contact, if there is an address to write to."""
        if self._ticket.contact.email:
            yield Hearer(template, self._ticket.contact.email, "contact", urgent=False, more=more)

    def _to_person(self, template: str, who: str, *, urgent: bool = False) -> Hearer:
        return Hearer(template, who, "person", urgent)

    def _to_role(self, template: str, role: str, *, urgent: bool = False) -> Hearer:
        if role == "owner":
            return self._to_person(template, self._ticket.owner)
        return Hearer(template, role, "role", urgent)
