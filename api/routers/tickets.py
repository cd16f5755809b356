"""Tickets: intake, lists, and everything that can be read of one."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, JsonValue

from api import asking, reading
from api.callers import Caller, Handed, IdempotencyKey, PolicyNow
from api.listing import page
from api.monitor import monitor
from api.problems import responses
from api.services import Services
from api.words import Cursor, Word
from escalation.alerts.ports import Linked
from escalation.commands import Intake
from escalation.conversation import ClientView, Spoken
from escalation.events import Entry
from escalation.explain import Explanation
from escalation.lifecycle import Stage
from escalation.messages import Message, Receipt
from escalation.outbox import Attempt
from escalation.ports import TicketFilter
from escalation.quiet import Held
from escalation.repair import ClockCheck
from escalation.terms import Facts, Kind, Priority
from escalation.view import HandoffView, SlaView, TicketView

router = APIRouter(prefix="/tickets", tags=["tickets"])


EXAMPLE: dict[str, JsonValue] = {
    "client": "acme-dental",
    "contact": {"name": "Front desk", "email": "reception@acme-dental.example"},
    "subject": "Cannot sign in after lunch",
    "category": "identity.password_reset",
    "urgency": 2,
    "facts": {
        "affected_systems": ["PC-12"],
        "error_messages": "Your account is locked",
        "users_affected": 1,
        "recent_changes": "none known",
        "steps_attempted": "restarted the PC",
    },
}


class IntakeBody(Intake):
    """A client's issue as it comes in; `external_id` is your own id of it, unique for the client."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})


class TicketPage(Facts):
    """One page of tickets, the newest first; ask for the next with `cursor=next_cursor`."""

    tickets: tuple[TicketView, ...]
    next_cursor: str | None = None


class Timeline(Facts):
    """Every event of a ticket, in order."""

    ticket_id: str
    entries: tuple[Entry, ...]


class SentBy(Facts):
    """What one way out did with a message."""

    outlet: str
    receipt: Receipt


class Letter(Facts):
    """A message, how far it came by any of its ways, how far by each, and every try.

    `no_channel`: no way out is set up. Else `queued`, `held`, `sending`, `failed_temp` (tried again), `accepted` by
    whoever carries it on, `delivered`, `read`, `failed_perm`, `expired` (tried until it was no use) or `suppressed`.
    """

    message: Message
    state: str
    receipts: tuple[SentBy, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    held: Held | None = None
    sent_with: str | None = None


class Conversation(Facts):
    """Everything that was said with the client about a ticket, in order."""

    ticket_id: str
    said: tuple[Spoken, ...]


class Alerts(Facts):
    """The alerts of a ticket, the latest first; ask for older ones with `before=next_before`."""

    ticket_id: str
    alerts: tuple[Linked, ...]
    next_before: int | None = None


class Letters(Facts):
    """Everything that was said about a ticket, in order."""

    ticket_id: str
    messages: tuple[Letter, ...]


_ONE = ("ticket_not_found", "not_confirmed")


@router.post(
    "",
    status_code=201,
    responses={
        201: {"headers": {"Location": {"schema": {"type": "string"}, "description": "Where the ticket is."}}},
        **responses(
            "unknown_name", "incomplete_command", "not_permitted", "idempotency_key_reused", "not_confirmed",
            "body_too_large", "ticket_closed", "not_allowed_in_stage",
        ),
    },
)  # fmt: skip
async def take_in(
    intake: IntakeBody,
    services: Handed,
    policy: PolicyNow,
    token: Caller,
    response: Response,
    key: IdempotencyKey = None,
) -> TicketView:
    """Take a ticket in; it has its named owner when this returns.

    Safe to repeat with the same `Idempotency-Key` or the same `external_id`, which goes first where both are given:
    a repeat is answered 201 with the same ticket, and another body under the same key is refused.
    """
    ticket = await asking.take_in(services, await policy.get(), token, intake, key)
    response.headers["Location"] = f"/v1/tickets/{ticket.id}"
    _link(response, services, ticket.id)
    return ticket


@router.get("", responses=responses())
async def find(
    services: Handed,
    token: Caller,
    stage: Stage | None = None,
    owner: Word | None = None,
    client: Word | None = None,
    priority: Priority | None = None,
    kind: Kind | None = None,
    sla: Literal["at_risk", "breached"] | None = None,
    accepted: bool | None = None,
    stagnant: bool | None = None,
    under_escalated: bool | None = None,
    uncovered: bool | None = None,
    parent: Word | None = None,
    major: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Cursor | None = None,
) -> TicketPage:
    """Tickets that meet every filter given, the newest first.

    Stagnant is one on which nothing has happened for its tier's idle limit; under-escalated one that a tier keeps past
    its time with signs that it is too complex for it; uncovered one about which everybody on call was paged in vain;
    major one that is a major incident now. `parent` asks for the children of a ticket.
    """
    wanted = TicketFilter(
        stage=stage, owner=owner, client=client, priority=priority, kind=kind, sla=sla, accepted=accepted,
        stagnant=stagnant, under_escalated=under_escalated, uncovered=uncovered, parent=parent, major=major,
        clients=token.clients,
    )  # fmt: skip
    tickets, next_cursor = await page(services, wanted, limit, cursor)
    return TicketPage(tickets=tickets, next_cursor=next_cursor)


@router.get("/{ticket_id}", responses=responses(*_ONE))
async def view(ticket_id: str, services: Handed, token: Caller, response: Response) -> TicketView:
    """Where the ticket is, who has it, what comes next, and what is allowed now."""
    ticket = await reading.ticket(services, token, ticket_id)
    _link(response, services, ticket_id)
    return ticket


@router.get("/{ticket_id}/timeline", responses=responses(*_ONE))
async def timeline(ticket_id: str, services: Handed, token: Caller) -> Timeline:
    """Every event so far, as the journal has it."""
    entries = await reading.timeline(services, token, ticket_id)
    return Timeline(ticket_id=ticket_id, entries=tuple(entries))


@router.get("/{ticket_id}/sla", responses=responses(*_ONE))
async def sla(ticket_id: str, services: Handed, token: Caller) -> SlaView:
    """Each clock explained: target, calendar, time used and left, pauses, marks; and what falls due next."""
    return await reading.sla(services, token, ticket_id)


@router.get("/{ticket_id}/sla/check", responses=responses(*_ONE, "not_found"))
async def check(
    ticket_id: str,
    services: Handed,
    token: Caller,
    version: Annotated[Word | None, Query(description="A published policy; without it the ticket's own.")] = None,
) -> ClockCheck:
    """Where the clocks on record differ from those told anew from the events, under the ticket's or another policy."""
    return await reading.check(services, token, ticket_id, version)


@router.get("/{ticket_id}/handoff", responses=responses(*_ONE))
async def handoff(ticket_id: str, services: Handed, token: Caller) -> HandoffView:
    """What was taken in, the note prefilled for the next handoff, what is still to write, and every note so far."""
    return await reading.handoff(services, token, ticket_id)


@router.get("/{ticket_id}/explain", responses=responses(*_ONE))
async def explain(ticket_id: str, services: Handed, token: Caller) -> Explanation:
    """Every trigger of the ticket's policy: fired or not, when and on which values, and what it would need.

    Also which trigger wins where several hold, when those of time come, where the ticket began and why, whether Tier 3
    is open to it, and whether its tier may resolve it. Each in words and as data.
    """
    return await reading.explain(services, token, ticket_id)


@router.get("/{ticket_id}/messages", responses=responses(*_ONE))
async def messages(ticket_id: str, services: Handed, token: Caller) -> Letters:
    """Pages and information about the ticket: to whom, by which ways, and whether they went out."""
    letters = await reading.letters(services, token, ticket_id)
    return Letters(
        ticket_id=ticket_id,
        messages=tuple(Letter.model_validate(letter, from_attributes=True) for letter in letters),
    )


@router.get("/{ticket_id}/conversation", responses=responses(*_ONE))
async def conversation(ticket_id: str, services: Handed, token: Caller) -> Conversation:
    """What was said with the client about the ticket, in and out, by whatever channel, in order.

    Messages stand there in the words of today's policy, with how far each came.
    """
    return Conversation(ticket_id=ticket_id, said=await reading.conversation(services, token, ticket_id))


@router.get("/{ticket_id}/client-view", responses=responses(*_ONE))
async def client_view(ticket_id: str, services: Handed, token: Caller) -> ClientView:
    """How the ticket stands in the client's words, who has it, and when the client hears next."""
    return await reading.client_view(services, token, ticket_id)


@router.get("/{ticket_id}/alerts", responses=responses(*_ONE))
async def alerts(
    ticket_id: str,
    services: Handed,
    token: Caller,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[int | None, Query(ge=1, lt=2**63, description="Older than this `seq`.")] = None,
) -> Alerts:
    """What monitoring said of the ticket's faults, the latest first: what became of each, and whether it paged."""
    found = await reading.alerts(services, token, ticket_id, limit + 1, before)
    more = found[limit - 1].seq if len(found) > limit else None
    return Alerts(ticket_id=ticket_id, alerts=tuple(found[:limit]), next_before=more)


def _link(response: Response, services: Services, ticket_id: str) -> None:
    """Where an operator sees the ticket's workflow."""
    if there := monitor(services, ticket_id):
        response.headers["Link"] = f'<{there}>; rel="monitor"'
