"""What a dispatcher sorts: the queue of triage, one ticket of it with what is suggested, and who would be asked."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from api import reading
from api.console.here import Here
from api.faults import NoSuchTicket
from api.patience import patiently
from escalation.events import Need
from escalation.library.revisions import RevisionState
from escalation.library.search import MOST_QUERY, Found, Sought
from escalation.lifecycle import Stage
from escalation.likeness import Twin
from escalation.policy import Policy, Slice
from escalation.ports import StoredTicket, TicketFilter
from escalation.pressing import Pressing, ranked
from escalation.suggesting import Suggestion, said_of, suggestions, telling
from escalation.terms import Role
from escalation.ticket import Ticket
from escalation.triage_preview import facts_missing

_MOST = 100
_TWINS = 200
_DOCUMENTS = 8


class Waiting(NamedTuple):
    """A ticket of the queue: how it presses, what is missing, and which open tickets may be the same."""

    pressing: Pressing
    ticket: Ticket
    missing: tuple[str, ...]
    twins: Sequence[Twin]

    @property
    def untriaged(self) -> tuple[str, ...]:
        """What triage must say before the ticket can leave it."""
        named = {"contact": self.ticket.contact.name.strip() or None, "category": self.ticket.category,
                 "impact": self.ticket.impact, "urgency": self.ticket.urgency}  # fmt: skip
        return tuple(name for name, value in named.items() if value is None)


class Opened(NamedTuple):
    """One ticket to be sorted, with its slice of the policy and what is suggested for it."""

    ticket: Ticket
    policy: Slice
    suggested: Sequence[Suggestion]
    twins: Sequence[Twin]


class Receivers(NamedTuple):
    """Whom a need is for: how many of the desk fit, and which rota answers where none of them is there."""

    role: str
    tier: int | None
    skill: str | None
    people: int
    rota: str | None
    on_call: bool


async def queue(here: Here) -> list[Waiting]:
    """The tickets in triage that the viewer may see, the most pressing first."""
    wanted = TicketFilter(stage=Stage.TRIAGE.value, imported=False, clients=here.viewer.clients)
    lines, stored, twins = await asyncio.gather(
        patiently(here.services.lines.lines, wanted, "waiting", _MOST),
        patiently(here.services.read.tickets, wanted, _MOST, None),
        patiently(here.services.likeness.twins, here.viewer.clients, None, _TWINS),
    )
    known = {each.ticket.id: each.ticket for each in stored.tickets}
    return [
        Waiting(each, ticket, facts_missing(ticket.facts), [twin for twin in twins if twin.ticket_id == ticket.id])
        for each in ranked(lines.lines, here.now)
        if (ticket := known.get(each.line.id))
    ]


async def after(here: Here, ticket_id: str) -> str | None:
    """The ticket to take once this one is sorted; None where none waits."""
    wanted = TicketFilter(stage=Stage.TRIAGE.value, imported=False, clients=here.viewer.clients)
    page = await patiently(here.services.lines.lines, wanted, "waiting", _MOST)
    return next((each.line.id for each in ranked(page.lines, here.now) if each.line.id != ticket_id), None)


async def opened(here: Here, ticket_id: str) -> Opened:
    """The ticket as the read side knows it; NoSuchTicket for one that the viewer may not see."""
    ticket = (await _kept(here, ticket_id)).ticket
    asked = telling(said_of(ticket))
    clients = here.viewer.clients
    policy, found, past, twins = await asyncio.gather(
        reading.pinned(here.services, ticket),
        _written(here, ticket),
        patiently(here.services.likeness.past, asked, clients),
        patiently(here.services.likeness.twins, clients, ticket.id, _DOCUMENTS),
    )
    return Opened(ticket, policy, suggestions(asked, found, past, policy.categories), twins)


async def _written(here: Here, ticket: Ticket) -> Sequence[Found]:
    """What the library has for the fault; by the description where subject and error messages find nothing."""
    found: Sequence[Found] = ()
    for text in filter(str.strip, (said_of(ticket), ticket.description)):
        sought = Sought(text=text[:MOST_QUERY], client=ticket.client, clients=here.viewer.clients, limit=_DOCUMENTS)
        found = found or await patiently(here.services.search.find, sought)
    return found


async def sop_title(here: Here, sop: str | None) -> str | None:
    """What the SOP is called that would come along; None where none is published."""
    found = await patiently(here.services.library.one, sop) if sop else None
    return found.document.title if found and found.state == RevisionState.PUBLISHED else None


async def _kept(here: Here, ticket_id: str) -> StoredTicket:
    await reading.check_visible(here.services, here.token, ticket_id)
    kept = await patiently(here.services.read.ticket, ticket_id)
    if kept is None:
        raise NoSuchTicket("There is no such ticket.")
    return kept


def receivers(policy: Policy, need: Need | None) -> Receivers | None:
    """Whom the desk looks among; it names one of them when it comes to that."""
    if need is None:
        return None
    board = policy.on_call.board()
    if need.role is Role.TECHNICIAN:
        rota = board.by_tier.get(need.tier or 1)
        fit = [p for p in policy.people.values() if p.tier == need.tier and (not need.skill or need.skill in p.skills)]
    else:
        rota = board.managers if need.role is Role.SERVICE_MANAGER else None
        fit = [person for person in policy.people.values() if person.role == need.role.value]
    return Receivers(need.role.value, need.tier, need.skill, len(fit), rota, need.on_call)
