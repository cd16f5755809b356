"""What a ticket looks like in the words of the other system."""

from collections.abc import Mapping

from escalation.psa.mapping import PsaMap
from escalation.psa.record import Field
from escalation.ticket import Ticket


def shown(ticket: Ticket, rules: PsaMap) -> dict[Field, tuple[str, ...]]:
    """Every field that the ticket can be shown in: what would be written, then what says as much."""
    found: dict[Field, tuple[str, ...]] = {
        "status": status(ticket, rules.statuses.shown),
        "priority": rules.priorities.shown.get(ticket.priority.value, ()),
        "title": (ticket.subject,),
        "description": (ticket.description,),
        "queue": tuple(queue for queue, client in rules.clients.by_queue.items() if client == ticket.client),
        "assignee": rules.authors(ticket.owner),
    }
    return {field: values for field, values in found.items() if values}


def status(ticket: Ticket, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The most specific word that the map has for where the ticket is."""
    return next((known[name] for name in _names(ticket) if name in known), ())


def _names(ticket: Ticket) -> list[str]:
    stage = ticket.stage.value
    held = [f"held.{ticket.hold.reason}", "held"] if ticket.hold else []
    accepted = [f"{stage}.accepted"] if ticket.accepted_at else []
    return [*held, *accepted, stage]
