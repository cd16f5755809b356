"""From a request to a command: who asks is the token's holder, and what can be known beforehand is checked first."""

from api import afterwards, reading
from api.faults import ActsAsAnother, InvalidRequest, KeyReused, NoSuchTicket
from api.keys import fingerprint, request_id, ticket_id
from api.located import about
from api.patience import patiently
from api.services import Services
from api.vendors import check_vendor
from api.walking import walked
from escalation.adopting import slice_of, slice_under
from escalation.commands import (
    Accept,
    AdoptPolicy,
    AnswerRating,
    AskExclusion,
    Attach,
    ChangeAgreement,
    Command,
    Consult,
    ContactMade,
    DecideExclusion,
    DeclareMajor,
    Hold,
    Intake,
    Merge,
    Open,
    RateService,
    StateBreach,
    Transfer,
    WalkTree,
)
from escalation.errors import MergeImpossible, TicketClosed, UnknownName
from escalation.events import Entry, Need, Opened
from escalation.policy import Policy, Slice
from escalation.ports import PersonView, Token, Unavailable
from escalation.receiving import check_receiver
from escalation.review.decision import Approve, Waive
from escalation.review.view import ReviewView
from escalation.terms import Role
from escalation.view import TicketView


async def take_in(services: Services, policy: Policy, token: Token, intake: Intake, key: str | None) -> TicketView:
    """Take a ticket in, once however often it is asked."""
    if intake.client not in policy.clients or (token.clients is not None and intake.client not in token.clients):
        raise UnknownName(f"There is no client {intake.client!r}.", field="client", value=intake.client)
    if intake.reopens is not None:
        await _same_client(services, token, intake.reopens, intake.client)
    its_id, mark = ticket_id(intake, key, token), fingerprint(intake)
    about(its_id)
    if (key or intake.external_id) and await _in_the_journal(services, its_id, mark):
        return await reading.ticket(services, token, its_id)
    command = Open(by=token.person, role=token.role, intake=intake, request_id=f"open/{its_id}")
    pinned = policy.slice_for(intake.client, contact=intake.contact.name, site=intake.site, agreement=intake.agreement)
    return await services.tickets.open(its_id, command, pinned, mark, services.now())


async def _in_the_journal(services: Services, its_id: str, mark: str) -> bool:
    """Whether the ticket was taken in before, however long ago; Temporal forgets what closed, the journal does not."""
    try:
        entries = await patiently(services.journal.entries, its_id)
    except Unavailable:
        return False  # intake goes on; what has not closed long ago is known to Temporal
    match entries:
        case [Entry(event=Opened(intake=before)), *_]:
            if fingerprint(before) != mark:
                raise KeyReused("This key was used for another intake.")
            return True
        case _:
            return False


async def ask(services: Services, token: Token, ticket: str, command: Command, key: str | None) -> TicketView:
    """Ask one thing of a ticket in the name of the token's holder."""
    stamped = command.model_copy(update=_stamp(command.by, token, request_id(command.name, key, token)))
    if isinstance(stamped, ContactMade):
        now = services.now()
        stamped = stamped.model_copy(update={"at": min(stamped.at or now, now)})
    await reading.check_visible(services, token, ticket)
    await _known(services, token, ticket, stamped)
    if isinstance(stamped, AdoptPolicy):
        stamped = stamped.model_copy(update={"policy": await _slice(services, ticket, stamped.version)})
    if isinstance(stamped, ChangeAgreement):
        stamped = stamped.model_copy(update={"policy": await _agreed(services, ticket, stamped.agreement)})
    if isinstance(stamped, WalkTree):
        stamped = await walked(services, stamped)
    try:
        return await services.tickets.command(ticket, stamped, stamped.request_id)
    except (NoSuchTicket, TicketClosed) as over:
        if isinstance(stamped, StateBreach | AskExclusion | DecideExclusion | RateService | AnswerRating):
            return await afterwards.say(services, ticket, stamped)
        if isinstance(over, TicketClosed):
            raise
        raise afterwards.on_record_only((await reading.stored(services, ticket, over)).ticket) from None


async def _slice(services: Services, ticket: str, version: str) -> Slice:
    """The ticket's slice of a version, whatever the body says; UnknownName for one that was never published."""
    kept = await patiently(services.read.ticket, ticket)
    if kept is None:
        raise NoSuchTicket("There is no such ticket.")
    if kept.ticket.over:
        raise TicketClosed(f"{ticket} is {kept.ticket.stage.value}.", stage=kept.ticket.stage.value)
    if all(line.version != version.strip() for line in await patiently(services.policies.all)):
        raise UnknownName(f"There is no policy {version!r}.", field="version", value=version)
    return slice_of(await patiently(services.policies.version, version.strip()), kept.ticket)


async def _agreed(services: Services, ticket: str, agreement: str) -> Slice:
    """The ticket's slice of its own version with another agreement; UnknownName for one that is not in it."""
    kept = await patiently(services.read.ticket, ticket)
    if kept is None:
        raise NoSuchTicket("There is no such ticket.")
    policy = await patiently(services.policies.version, kept.ticket.policy_version)
    return slice_under(policy, kept.ticket, agreement.strip() or None)


async def decide(
    services: Services, token: Token, ticket: str, decision: Approve | Waive, key: str | None
) -> ReviewView:
    """Decide a review in the name of the token's holder."""
    await reading.check_visible(services, token, ticket)
    request = request_id("approve" if isinstance(decision, Approve) else "waive", key, token)
    stamped = decision.model_copy(update=_stamp(decision.by, token, request))
    return await services.reviews.decide(ticket, stamped, stamped.request_id)


def _stamp(by: str, token: Token, request: str) -> dict[str, object]:
    """Who asks, in which role, under which id, whatever the body says; nobody acts as another."""
    if by and by != token.person:
        raise ActsAsAnother(f"This token acts as {token.person}.", by=token.person)
    return {"by": token.person, "role": token.role, "request_id": request}


async def _known(services: Services, token: Token, ticket: str, command: Command) -> None:
    """Raise a Refusal where a person or a ticket that the command names cannot be meant, as far as it is known here."""
    match command:
        case Transfer(to_person=str() as person) if person:
            await _can_take(services, token, ticket, await _at_the_desk(services, "to_person", person))
        case Accept(take_over=True):
            himself = await _at_the_desk(services, "by", token.person) if token.role is Role.TECHNICIAN else None
            await _can_take(services, token, ticket, himself, in_person=True)
        case Consult(person=person) if person:
            await _at_the_desk(services, "person", person)
        case Merge(into=into) if into:
            await _same_house(services, token, ticket, into)
        case Attach(parent=parent) if parent:
            await reading.check_visible(services, token, parent.strip())
        case DeclareMajor(commander=commander, communicator=communicator):
            for field, person in (("commander", commander), ("communicator", communicator)):
                if person:
                    await _at_the_desk(services, field, person)
        case Hold(evidence={"vendor_contact": contact}) if contact.strip():
            await check_vendor(services, token, contact)
        case _:
            pass


async def _can_take(
    services: Services, token: Token, ticket: str, person: PersonView | None, *, in_person: bool = False
) -> None:
    """Raise what the desk would raise of this receiver; here it leaves no trace."""
    if person is None:
        return
    found = await reading.ticket(services, token, ticket)
    check_receiver(person.id, person.role, person.tier, Need(tier=found.tier, person=person.id, in_person=in_person))


async def _same_house(services: Services, token: Token, ticket: str, into: str) -> None:
    """Raise where one client's ticket would become part of another's, or the other is out of the token's sight."""
    await reading.check_visible(services, token, into)
    try:
        one, other = await reading.ticket(services, token, ticket), await reading.ticket(services, token, into)
    except NoSuchTicket:
        return  # the workflow says which of them there is not
    if one.client != other.client:
        raise MergeImpossible(f"{into} is a ticket of {other.client}, {ticket} of {one.client}.", into=into)


async def _at_the_desk(services: Services, field: str, person: str) -> PersonView | None:
    """While the directory is away the command goes on: the desk judges a name again where one is needed."""
    if "\x00" in person:
        raise InvalidRequest("A name has no such character.", errors=[{"field": field, "message": "holds a NUL"}])
    try:
        found = await patiently(services.people.person, person, services.now())
    except Unavailable:
        return None
    if found is None:
        raise UnknownName(f"The desk has nobody called {person!r}.", field=field, value=person)
    return found


async def _same_client(services: Services, token: Token, reopens: str, client: str) -> None:
    unknown = UnknownName(f"{client} has no ticket {reopens!r}.", field="reopens", value=reopens)
    try:
        earlier = await reading.ticket(services, token, reopens)
    except NoSuchTicket:
        raise unknown from None
    if earlier.client != client:
        raise unknown
