"""The library, looked up: by words, or for a ticket."""

from typing import Annotated

from fastapi import APIRouter, Query

from api import reading
from api.callers import Caller, Handed
from api.faults import Forbidden, NotFound
from api.patience import patiently
from api.problems import responses
from api.services import Services
from api.words import Word, WordInPath
from escalation.guide import Step
from escalation.library import DocumentKind
from escalation.library.documents import Sop
from escalation.library.fitting import Fitting, fitting, symptoms
from escalation.library.search import MOST_FOUND, MOST_QUERY, Found, Sought
from escalation.ports import Unavailable
from escalation.terms import Facts
from escalation.view import TicketView

router = APIRouter(tags=["knowledge"])
_EACH = 5
_HELPING = (DocumentKind.KNOWN_ISSUE, DocumentKind.RUNBOOK)


class Answer(Facts):
    """What was found, the best first; scores are comparable within one answer only."""

    found: tuple[Found, ...]


class TicketKnowledge(Facts):
    """What helps with a ticket: the SOP of its category first, then known issues and runbooks that fit its words."""

    ticket_id: str
    found: tuple[Fitting, ...]


class ChecklistStep(Step):
    """A step in its words, and as it stands."""

    text: str


class TicketChecklist(Facts):
    """The SOP that a ticket is worked by, step by step."""

    ticket_id: str
    sop: str
    revision: int
    title: str
    steps: tuple[ChecklistStep, ...]


@router.get("/knowledge/search", responses=responses("forbidden"))
def search(
    services: Handed,
    token: Caller,
    q: Annotated[str, Query(max_length=MOST_QUERY, description="Words; neither order nor signs matter.")] = "",
    kind: Annotated[DocumentKind | None, Query(description="Of this kind alone.")] = None,
    client: Annotated[Word | None, Query(description="What holds for this client.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 10,
) -> Answer:
    """Published documents of every kind that fit the words, mistyped ones as well."""
    if client is not None and token.clients is not None and client not in token.clients:
        raise Forbidden("This token is not for this client.")
    kinds = (kind,) if kind else ()
    sought = Sought(text=q, kinds=kinds, client=client, clients=token.clients, limit=limit)
    return Answer(found=tuple(services.search.find(sought)))


@router.get("/tickets/{ticket_id}/knowledge", responses=responses("ticket_not_found", "not_confirmed"))
async def for_ticket(ticket_id: WordInPath, services: Handed, token: Caller) -> TicketKnowledge:
    """What helps with a ticket: the SOP of its category, then known issues and runbooks that fit what is said of it."""
    ticket = await reading.ticket(services, token, ticket_id)
    sop = await patiently(_sop, services, ticket, token.clients)
    said = await _said(services, ticket)
    found = [
        each
        for kind in _HELPING
        for each in await patiently(
            services.search.find,
            Sought(text=said, kinds=(kind,), client=ticket.client, clients=token.clients, open_only=True, limit=_EACH),
        )
    ]
    return TicketKnowledge(ticket_id=ticket_id, found=fitting(sop, found))


@router.get("/tickets/{ticket_id}/checklist", responses=responses("ticket_not_found", "not_found", "not_confirmed"))
async def checklist(ticket_id: WordInPath, services: Handed, token: Caller) -> TicketChecklist:
    """The SOP that a ticket is worked by, in the revision that it has, and what became of each step."""
    standing = (await reading.handoff(services, token, ticket_id)).checklist
    if standing is None:
        raise NotFound(f"{ticket_id} is worked by no SOP.")
    found = await patiently(services.library.one, standing.sop, standing.revision)
    document = found.document if found else None
    words = {step.id: step.text for step in document.steps} if isinstance(document, Sop) else {}
    return TicketChecklist(
        ticket_id=ticket_id,
        sop=standing.sop,
        revision=standing.revision,
        title=document.title if document else "",
        steps=tuple(ChecklistStep(**dict(step), text=words.get(step.id, "")) for step in standing.steps),
    )


def _sop(services: Services, ticket: TicketView, clients: tuple[str, ...] | None) -> Found | None:
    """The SOP that the ticket's own policy names for its category, or one that says it is for the category."""
    if ticket.category is None:
        return None
    try:
        category = services.policies.version(ticket.policy_version).categories.get(ticket.category)
    except KeyError:  # a policy that was never published
        category = None
    named = category.sop if category else None
    return services.search.sop(ticket.category, named, ticket.client, clients)


async def _said(services: Services, ticket: TicketView) -> str:
    """Everything that is said of the ticket; its subject and category alone while the read side lags or is away."""
    try:
        kept = await patiently(services.read.ticket, ticket.id)
    except Unavailable:
        kept = None
    if kept is None:
        return symptoms(ticket.subject, ticket.category)
    told = kept.ticket
    return symptoms(told.subject, ticket.category, told.description, told.facts.error_messages or "")
