"""A ticket for a reader: from its workflow, or from the read side where no workflow can be asked any more."""

import re
from collections.abc import Sequence

from api.faults import NoSuchTicket, NotConfirmed, NotFound
from api.lines import Correspondence
from api.patience import patiently
from api.services import Services
from escalation import view as views
from escalation.adopting import slice_of, slice_under
from escalation.alerts.ports import Linked
from escalation.conversation import ClientView, Spoken
from escalation.conversation import client_view as seen_by_client
from escalation.conversation import conversation as conversed
from escalation.errors import PolicyUnfit
from escalation.events import Entry, PolicyAdopted
from escalation.explain import Explanation
from escalation.explain import explain as explained
from escalation.lifecycle import OVER
from escalation.policy import Policy, Slice
from escalation.ports import StoredTicket, Token, Unavailable
from escalation.repair import ClockCheck, differences, retold
from escalation.ticket import Ticket, fold
from escalation.view import HandoffView, SlaView, TicketView

_AN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


async def ticket(services: Services, token: Token, ticket_id: str) -> TicketView:
    """The view; NoSuchTicket also for a ticket of a client that the token is not for."""
    check_readable(ticket_id)
    found = await _view(services, ticket_id)
    if token.clients is not None and found.client not in token.clients:
        raise NoSuchTicket("There is no such ticket.")
    return found


async def check_visible(services: Services, token: Token, ticket_id: str) -> None:
    """Raise NoSuchTicket where the token is not for the ticket's client; asks nobody for a token without limits."""
    check_readable(ticket_id)
    if token.clients is not None:
        await ticket(services, token, ticket_id)


async def sla(services: Services, token: Token, ticket_id: str) -> SlaView:
    """Each clock explained."""
    await check_visible(services, token, ticket_id)
    try:
        found = await services.tickets.sla(ticket_id, services.now())
        kept = None if found.deadlines else await _ended(services, ticket_id)  # what is over has no deadline
    except (NoSuchTicket, NotConfirmed) as gone:
        kept = (await stored(services, ticket_id, gone)).ticket
    return views.sla_view(kept, await _slice(services, kept), services.now()) if kept else found


async def check(services: Services, token: Token, ticket_id: str, version: str | None) -> ClockCheck:
    """The clocks on record against those told anew from the journal, under the ticket's own policies or another."""
    events = [entry.event for entry in await timeline(services, token, ticket_id)]
    kept = (await stored(services, ticket_id, NoSuchTicket("There is no such ticket."))).ticket
    own, first = await pinned(services, kept), fold(events[:1])
    if version is None:
        told = own
        adopted = {event.after for event in events if isinstance(event, PolicyAdopted)}
        known = {v: await _policy(services, kept, v) for v in {*adopted, first.policy_version}}
        anew = retold(
            events,
            slice_under(known[first.policy_version], first, first.agreement),
            lambda ticket, _: slice_under(known[ticket.policy_version], ticket, ticket.agreement),
        )
    else:
        try:
            told = slice_of(await patiently(services.policies.version, version), kept)
        except (KeyError, PolicyUnfit):
            raise NotFound(f"There is no policy {version!r} in which {ticket_id} has its place.") from None
        anew = retold(events, told)
    now = services.now()
    return ClockCheck(
        ticket_id=ticket_id,
        at=now,
        kept_under=own.version,
        told_under=told.version,
        differences=differences(kept, anew, own, told, now),
    )


async def handoff(services: Services, token: Token, ticket_id: str) -> HandoffView:
    """The note prefilled for the next handoff, and those filed so far."""
    await check_visible(services, token, ticket_id)
    try:
        return await services.tickets.handoff(ticket_id)
    except (NoSuchTicket, NotConfirmed) as gone:
        kept = (await stored(services, ticket_id, gone)).ticket
        return views.handoff_view(kept, await _slice(services, kept))


async def explain(services: Services, token: Token, ticket_id: str) -> Explanation:
    """Every trigger, and why it fired or did not."""
    await check_visible(services, token, ticket_id)
    try:
        return await services.tickets.explain(ticket_id)
    except (NoSuchTicket, NotConfirmed) as gone:
        kept = (await stored(services, ticket_id, gone)).ticket
        return explained(kept, await _slice(services, kept), services.now())


async def timeline(services: Services, token: Token, ticket_id: str) -> list[Entry]:
    """Every event, as far as the journal has come."""
    await check_visible(services, token, ticket_id)
    entries = await patiently(services.journal.entries, ticket_id)
    if not entries:
        await ticket(services, token, ticket_id)
    return list(entries)


async def letters(services: Services, token: Token, ticket_id: str) -> Sequence[Correspondence]:
    """What was said to people about the ticket."""
    await check_visible(services, token, ticket_id)
    found = await patiently(services.letters.for_ticket, ticket_id)
    if not found:
        await ticket(services, token, ticket_id)
    return found


async def conversation(services: Services, token: Token, ticket_id: str) -> tuple[Spoken, ...]:
    """What was said with the client about the ticket."""
    await check_visible(services, token, ticket_id)
    entries = await timeline(services, token, ticket_id)
    sent = await patiently(services.letters.for_ticket, ticket_id)
    policy = await patiently(services.policies.current)
    return conversed(entries, sent, policy.messages, policy.called)


async def client_view(services: Services, token: Token, ticket_id: str) -> ClientView:
    """The ticket as its client sees it."""
    await check_visible(services, token, ticket_id)
    kept = await stored(services, ticket_id, NoSuchTicket("There is no such ticket."))
    policy = await patiently(services.policies.current)
    return seen_by_client(kept.ticket, policy.called)


async def alerts(
    services: Services, token: Token, ticket_id: str, limit: int, before: int | None = None
) -> Sequence[Linked]:
    """What monitoring said of the ticket's faults, the latest first."""
    await ticket(services, token, ticket_id)
    return await patiently(services.alerts.of_ticket, ticket_id, limit, before)


async def stored(services: Services, ticket_id: str, gone: NoSuchTicket | NotConfirmed) -> StoredTicket:
    """The ticket of the read side, where its workflow cannot be asked for the given reason."""
    try:
        kept = await patiently(services.read.ticket, ticket_id)
    except Unavailable:
        if isinstance(gone, NotConfirmed):
            raise gone from None
        raise
    if kept is None:
        raise gone
    return kept


async def _view(services: Services, ticket_id: str) -> TicketView:
    try:
        found = await services.tickets.view(ticket_id)
    except (NoSuchTicket, NotConfirmed) as gone:
        return views.view((await stored(services, ticket_id, gone)).ticket)
    kept = await _ended(services, ticket_id) if found.stage in OVER else None
    return views.view(kept) if kept and kept.seq > found.seq else found


async def _ended(services: Services, ticket_id: str) -> Ticket | None:
    """The ticket on record, once it is over: what was said of it since then its workflow never heard."""
    try:
        kept = await patiently(services.read.ticket, ticket_id)
    except Unavailable:
        return None
    return kept.ticket if kept and kept.ticket.over else None


async def pinned(services: Services, kept: Ticket) -> Slice:
    """The ticket's slice, with the agreement that counts for it; NoSuchTicket for one that was imported."""
    return slice_under(await _policy(services, kept, kept.policy_version), kept, kept.agreement)


async def _policy(services: Services, kept: Ticket, version: str) -> Policy:
    try:
        return await patiently(services.policies.version, version)
    except KeyError:
        raise NoSuchTicket(f"{kept.id} was imported; no clock of it runs.") from None


async def _slice(services: Services, kept: Ticket) -> Slice:
    """What the ticket was pinned to; a ticket of somebody else's policy has clocks of nobody's."""
    try:
        policy = await patiently(services.policies.version, kept.policy_version)
        found = policy.slice_for(kept.client, contact=kept.contact.name, site=kept.site, agreement=kept.agreement)
        return found.model_copy(update={"agreed_by": kept.agreed_by})
    except KeyError:
        raise NoSuchTicket(f"{kept.id} was imported; no clock of it runs, and it is handed to nobody.") from None


def check_readable(ticket_id: str) -> None:
    """Raise NoSuchTicket for what is no id, and names no ticket; it need not be asked for."""
    if not _AN_ID.fullmatch(ticket_id):
        raise NoSuchTicket("There is no such ticket.")
