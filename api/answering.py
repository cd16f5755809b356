"""Taking a ticket up by answering a page: from a link, a text message or a call, all through the same update."""

from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

from api.faults import NoSuchTicket, NotConfirmed
from api.located import about
from api.patience import patiently
from api.services import Services
from escalation.commands import Accept
from escalation.errors import Refusal, StaleAcknowledgement, TicketClosed
from escalation.links import AckLink, opened
from escalation.policy import Policy
from escalation.policy.people import Person
from escalation.terms import Role
from escalation.view import TicketView

State = Literal["open", "done", "already", "stale", "over", "refused", "stranger", "away"]


class Answered(NamedTuple):
    """What came of an answer, in words; `open`: nothing yet, it can be given."""

    state: State
    sentence: str
    ticket: TicketView | None = None
    who: str = ""


async def read(services: Services, token: str) -> AckLink:
    """What a link says; ForgedLink or ExpiredLink, Unavailable where no key was ever read."""
    now = services.now()
    return opened(token, await patiently(services.keys.live, now), now)


async def standing(services: Services, policy: Policy, link: AckLink) -> Answered:
    """How it stands with what the link asks for; nothing is changed."""
    about(link.ticket_id)
    if link.person not in policy.people:
        return Answered(
            "stranger", f"{link.person} is not of this desk any more; nothing can be taken up in that name."
        )
    try:
        ticket = await services.tickets.view(link.ticket_id)
    except NoSuchTicket:
        return Answered("over", f"{link.ticket_id} is over; there is nothing to take up.")
    except NotConfirmed:
        return Answered("away", "The desk does not answer just now. Send it again in a moment; it is done once.")
    return Answered(*_judged(policy, link, ticket), ticket, policy.people[link.person].name)


async def answer(services: Services, policy: Policy, link: AckLink) -> Answered:
    """Take the ticket up in the name of the one whom the page was for; done before, nothing is done again.

    An answer to an earlier handoff changes nothing, and stands on the timeline.
    """
    stands = await standing(services, policy, link)
    if stands.state not in ("open", "stale", "away"):
        return stands
    command = _accept(link, policy.people[link.person])
    try:
        ticket = await services.tickets.command(link.ticket_id, command, command.request_id)
    except StaleAcknowledgement as stale:
        noted = command.model_copy(update={"request_id": f"{command.request_id}/stale"})
        await services.tickets.note_stale(link.ticket_id, noted)
        return Answered("stale", f"{stale.message} Nothing was changed.", stands.ticket)
    except (TicketClosed, NoSuchTicket):
        return Answered("over", f"{link.ticket_id} is over; there is nothing to take up.")
    except Refusal as refusal:
        return Answered("refused", refusal.message, stands.ticket)
    except NotConfirmed:
        return Answered("away", "The desk does not answer just now. Send it again in a moment; it is done once.")
    return Answered("done", f"{link.ticket_id} is yours: it is on record that you have taken it up.", ticket)


def _judged(policy: Policy, link: AckLink, ticket: TicketView) -> tuple[State, str]:
    if ticket.closed_at or (ticket.tier is None and ticket.resolved_at):
        return "over", f"{ticket.id} is {ticket.stage.value}; there is nothing to take up."
    owner = policy.people[ticket.owner].name if ticket.owner in policy.people else ticket.owner
    if ticket.accepted_at and ticket.owner == link.person:
        return "already", f"This was done already: you took {ticket.id} up at {_said(ticket.accepted_at)}."
    if ticket.accepted_at and ticket.epoch == link.epoch:
        return "already", f"This was done already: {owner} took {ticket.id} up at {_said(ticket.accepted_at)}."
    if ticket.epoch != link.epoch:
        return "stale", f"This page was for an earlier handoff of {ticket.id}; by now {owner} has it."
    return "open", ""


def _accept(link: AckLink, person: Person) -> Accept:
    mark = sha256(f"{link.ticket_id}/{link.epoch}/{link.person}".encode()).hexdigest()[:16]
    return Accept(
        by=person.id, role=Role(person.role), epoch=link.epoch, channel=link.channel, request_id=f"accept/link/{mark}"
    )


def _said(at: datetime) -> str:
    return f"{at:%H:%M} UTC on {at:%d %b}"
