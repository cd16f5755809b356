"""What follows from events outside the ticket: who must hear of them, in which words, and how urgently. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from escalation.durations import format_duration
from escalation.events import (
    AcceptMissed,
    Consulted,
    Coordinated,
    CoverageGap,
    Escalated,
    Event,
    ExclusionAsked,
    Handoff,
    Held,
    HoldFollowedUp,
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
    Transferred,
    TriggerFired,
)
from escalation.lifecycle import Stage
from escalation.messages import Message, RecipientKind, message_key, placeholders_of
from escalation.policy import Slice
from escalation.promises import ACCEPT, RESOLUTION
from escalation.terms import EscalationKind, Priority
from escalation.ticket import Ticket
from escalation.zones import zone_named

_PAGED = frozenset({Priority.P1, Priority.P2})
_MANAGER_LEVEL = 3


def messages(ticket: Ticket, events: Sequence[Event], first_seq: int, policy: Slice) -> list[Message]:
    """The messages that these events of the ticket ask for; the same events always give the same keys."""
    return [
        message for place, event in enumerate(events) for message in _Writer(ticket, policy, event, first_seq + place)
    ]


class _Writer:
    """The messages of one event."""

    def __init__(self, ticket: Ticket, policy: Slice, event: Event, seq: int) -> None:
        self._ticket, self._policy, self._event, self._seq = ticket, policy, event, seq

    def __iter__(self) -> Iterator[Message]:
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
            case AcceptMissed(level=1):
                yield self._to_person("page_again", self._ticket.owner, urgent=True)
            case AcceptMissed(level=level) if level >= _MANAGER_LEVEL:
                yield self._to_role("page_manager", "service_manager", urgent=True)
            case Paged(person=str(who)) if who:
                yield self._to_person("page_again" if who == self._ticket.owner else "page_on_call", who, urgent=True)
            case CoverageGap(ladder=ladder):
                for role in self._policy.paging[ladder].tell:
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
            case Resolved():
                yield from self._to_contact("resolved")
                yield from self._to_contact("csat")
            case Opened() | _:
                return

    def _handed_over(self, event: Handoff) -> Iterator[Message]:
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

    def _waiting(self) -> Iterator[Message]:
        hold = self._ticket.hold
        asked = hold.evidence.get("question_sent") if hold and self._ticket.contact.email else None
        if asked:
            yield from self._to_contact("waiting_customer", question=asked)
        elif isinstance(self._event, HoldFollowedUp):
            if self._ticket.stage is Stage.RESOLVED:
                yield from self._to_contact("last_reminder")
            else:
                yield self._to_person("follow_up", self._ticket.owner)

    def _to_contact(self, template: str, **more: str) -> Iterator[Message]:
        """To the client's contact, if there is an address to write to."""
        if self._ticket.contact.email:
            yield self._message(template, self._ticket.contact.email, "contact", urgent=False, **more)

    def _to_person(self, template: str, who: str, *, urgent: bool = False) -> Message:
        return self._message(template, who, "person", urgent=urgent)

    def _to_role(self, template: str, role: str, *, urgent: bool = False) -> Message:
        if role == "owner":
            return self._to_person(template, self._ticket.owner)
        return self._message(template, role, "role", urgent=urgent)

    def _message(self, template: str, to: str, kind: RecipientKind, *, urgent: bool, **more: str) -> Message:
        ticket = self._ticket
        return Message(
            key=message_key(ticket.id, self._seq, template, to),
            ticket_id=ticket.id,
            template=template,
            urgent=urgent,
            to=to,
            recipient_kind=kind,
            params={n: value for n, value in {**self._facts(), **more}.items() if n in placeholders_of(template)},
            at=self._event.at,
        )

    def _facts(self) -> dict[str, str]:
        """What messages can speak of; people by id, the names are filled in where it is sent."""
        ticket, event, policy = self._ticket, self._event, self._policy
        accept, resolution = ticket.clocks.get(ACCEPT), ticket.clocks.get(RESOLUTION)
        manager = ticket.coordinator if ticket.coordinator != "service_desk" else policy.fallback.manager
        follow_ups = ticket.hold.follow_ups if ticket.hold else ()
        return {
            "ticket_id": ticket.id,
            "summary": ticket.subject,
            "priority": ticket.priority.value,
            "client_name": policy.client.name or policy.client.id,
            "owner_name": ticket.owner,
            "new_owner_name": ticket.owner,
            "new_team": f"Tier {ticket.tier}" if ticket.tier else "the service desk",
            "service_manager_name": manager,
            "reason": self._reason(),
            "accept_by_local": self._local(accept.due_at if accept else None),
            "due_local": self._local(self._due(resolution.due_at if resolution else None)),
            "next_follow_up_local": self._local(follow_ups[0] if follow_ups else None),
            "reopen_window": format_duration(policy.after_resolution.reopen_window),
            "resolution_note": ticket.ending.resolution if ticket.ending else "",
            "clock": str(getattr(event, "clock", "resolution")).replace("_", " "),
            "mark": str(getattr(event, "mark", "")),
            "requester_name": event.by,
            "idle_since_local": self._local(getattr(event, "idle_since", None)),
            "ask": ", ".join(getattr(event, "ask", ())).replace("_", " "),
            "epoch": str(ticket.epoch),
            "missing": ", ".join(ticket.note_debt.missing) if ticket.note_debt else "",
        }

    def _reason(self) -> str:
        """Why, in words: what a person or the event says, else what its trigger documents."""
        trigger = getattr(self._event, "trigger", None)
        documented = next((t.says for t in self._policy.triggers if t.id == trigger), None)
        return str(getattr(self._event, "reason", "") or documented or trigger or self._event.kind.replace("_", " "))

    def _due(self, resolution: datetime | None) -> datetime | None:
        match self._event:
            case NoteOverdue(due_at=at) | Escalated(owed_at=datetime() as at):
                return at
            case MarkPassed(clock=name):
                return self._ticket.clocks[name].due_at
            case _:
                return resolution

    def _local(self, at: datetime | None) -> str:
        """A moment as the client reads it."""
        if at is None:
            return "a time still to be agreed"
        return at.astimezone(zone_named(self._policy.calendar("client").zone)).strftime("%a %d %b %H:%M %Z")
