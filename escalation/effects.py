"""What follows from events outside the ticket: the messages about them, each in its words. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property

from escalation.durations import format_duration
from escalation.events import Escalated, Event, MajorDeclared, MajorUpdateMissed, MarkPassed, NoteOverdue
from escalation.hearers import Hearer, hearers_of
from escalation.messages import Message, message_key, placeholders_of
from escalation.policy import Slice
from escalation.promises import ACCEPT, RESOLUTION
from escalation.ticket import Ticket
from escalation.zones import zone_named


def messages(ticket: Ticket, events: Sequence[Event], first_seq: int, policy: Slice) -> list[Message]:
    """The messages that these events of the ticket ask for; the same events always give the same keys."""
    return [message for place, event in enumerate(events) for message in _of(ticket, event, first_seq + place, policy)]


def _of(ticket: Ticket, event: Event, seq: int, policy: Slice) -> Iterator[Message]:
    return map(_Writer(ticket, policy, event, seq).message, hearers_of(ticket, event, policy))


class _Writer:
    """The messages of one event."""

    def __init__(self, ticket: Ticket, policy: Slice, event: Event, seq: int) -> None:
        self._ticket, self._policy, self._event, self._seq = ticket, policy, event, seq

    def message(self, hearer: Hearer) -> Message:
        """What they get to read."""
        ticket, spoken_of = self._ticket, placeholders_of(hearer.template)
        return Message(
            key=message_key(ticket.id, self._seq, hearer.template, hearer.to),
            ticket_id=ticket.id,
            template=hearer.template,
            urgent=hearer.urgent,
            to=hearer.to,
            recipient_kind=hearer.kind,
            params={name: value for name, value in {**self._facts, **hearer.more}.items() if name in spoken_of},
            at=self._event.at,
        )

    @cached_property
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
            "commander_name": ticket.major.commander if ticket.major else "",
            "communicator_name": ticket.major.communicator if ticket.major else "",
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
            case MajorDeclared(update_due_at=at) | MajorUpdateMissed(due_at=at):
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
