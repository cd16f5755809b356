"""What a ticket makes of its alerts: they move it by their severity alone, and end it only while it is unclaimed."""

from escalation.alerts.words import CLEARED, storm_subject
from escalation.commands import HearAlerts, UpdateFields
from escalation.ending import cancelled
from escalation.events import AlertsHeard, Event
from escalation.intake import judge_update
from escalation.lifecycle import Stage
from escalation.records import Climb
from escalation.situation import Situation
from escalation.ticket import Ticket

_SAID = tuple(name for name in AlertsHeard.model_fields if name in HearAlerts.model_fields and name not in ("at", "by"))


def judge_hear(at: Situation, command: HearAlerts) -> list[Event]:
    """The entry on the timeline; with it the end of an unclaimed ticket whose faults are over, or a higher priority."""
    ticket = at.ticket
    said = {name: getattr(command, name) for name in _SAID}
    heard = AlertsHeard(at=at.now, by=at.by, climb=_kept_back(at, command), **said)
    after = at.after(heard)
    if command.clear and unclaimed(ticket):
        return [heard, cancelled(after, CLEARED, None)]
    changed = _risen(ticket, command) if ticket.stage is not Stage.RESOLVED else {}
    if not changed:
        return [heard]
    return [heard, *judge_update(after, UpdateFields.model_validate(changed | {"by": at.by, "role": command.role}))]


def unclaimed(ticket: Ticket) -> bool:
    """Whether nobody has done anything about it: nobody accepted it, tried something, or spoke with the client.

    An emergency is never ended by its alerts: somebody has to look at what it was. Nor is a parent, behind which others
    stand.
    """
    touched = (
        ticket.accepted_at is not None,
        any(stay.accepted_at for stay in ticket.stays),
        bool(ticket.steps or ticket.notes or ticket.inbound_contacts or ticket.hold or ticket.reopen_count),
        ticket.emergency or bool(ticket.children),
        ticket.stage is Stage.RESOLVED,
    )
    return not any(touched)


def kept_quiet(at: Situation) -> bool:
    """Whether a maintenance window keeps the ticket's pages back."""
    alerts = at.ticket.alerts
    return alerts is not None and alerts.quiet_until is not None and at.now < alerts.quiet_until


def _risen(ticket: Ticket, command: HearAlerts) -> dict[str, object]:
    """The fields that a worse severity, or a storm, changes; nothing is ever made milder by an alert."""
    changed: dict[str, object] = {}
    for name in ("impact", "urgency"):
        said, known = getattr(command, name), getattr(ticket, name)
        if said is not None and (known is None or said < known):
            changed[name] = said
    begins = command.storm and not (ticket.alerts and ticket.alerts.storm)
    if begins and not ticket.subject.startswith(storm_subject(command.site, "")):
        changed["subject"] = storm_subject(command.site, ticket.subject)
    return changed


def _kept_back(at: Situation, command: HearAlerts) -> Climb | None:
    """The ladder with its next page at the end of the window, or now that the window is over."""
    climb = at.ticket.climb
    if climb is None or climb.next_at is None:
        return None
    if command.window_over:
        return climb.model_copy(update={"next_at": at.now, "duty_ends_at": None})
    if command.quiet_until and command.quiet_until > climb.next_at:
        return climb.model_copy(update={"next_at": command.quiet_until, "duty_ends_at": None})
    return None
