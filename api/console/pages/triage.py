"""Triage: what came in and is to be sorted, with what the rules would make of it, before and when it is done."""

from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from api import asking, reading
from api.console.here import Here, Looking
from api.console.sorting import Opened, after, opened, queue, receivers, sop_title
from api.console.triage_form import TriageForm
from api.console.wrong import NO, status_of, wrong_of
from api.faults import NoSuchTicket
from escalation.commands import Merge
from escalation.errors import Refusal
from escalation.lifecycle import Stage
from escalation.permissions import PERMITTED
from escalation.terms import Flag, Role
from escalation.ticket import Ticket
from escalation.triage_preview import Preview, facts_missing, preview, suggested_impact, suggested_urgency
from escalation.view import TicketView

router = APIRouter(prefix="/triage")

_Done = Annotated[str, Query(max_length=100)]
_Said = Annotated[str, Form(max_length=1000)]


@router.get("")
async def triage(here: Looking, done: _Done = "") -> Response:
    """The queue, the most pressing first, with what is known of each ticket and what is missing."""
    return here.page("triage.html", waiting=await queue(here), done=await _done(here, done), may=_may(here))


@router.get("/{ticket_id}")
async def one(here: Looking, ticket_id: str, sent: Annotated[TriageForm, Query()], done: _Done = "") -> Response:
    """One ticket: what was said, what is suggested, and what would happen if it were triaged as the form says."""
    return await _page(here, await opened(here, ticket_id), sent, done=await _done(here, done))


@router.post("/{ticket_id}")
async def triaged(here: Looking, ticket_id: str, sent: Annotated[TriageForm, Form()]) -> Response:
    """Triage it; the next ticket of the queue follows, or the same page where it is refused."""
    found = await opened(here, ticket_id)
    form = sent.model_copy(update={"ask": "yes"})
    try:
        command = form.command(found.ticket, here.viewer.person, here.viewer.role)
        await asking.ask(here.services, here.token, ticket_id, command, form.key or None)
    except NO as no:
        return await _page(here, found, form, wrong=_at_fields(no), status=status_of(no))
    return await _next(here, ticket_id)


@router.post("/{ticket_id}/merge")
async def merged(here: Looking, ticket_id: str, into: _Said = "", key: _Said = "") -> Response:
    """It is one with another open ticket: this one ends, the other goes on."""
    command = Merge(into=into, reason="A duplicate, found in triage")
    try:
        await asking.ask(here.services, here.token, ticket_id, command, key or None)
    except NO as no:
        wrong = {"form": " ".join(wrong_of(no).values())}
        return await _page(here, await opened(here, ticket_id), TriageForm(), wrong=wrong, status=status_of(no))
    return await _next(here, ticket_id)


async def _page(
    here: Here,
    found: Opened,
    sent: TriageForm,
    *,
    wrong: dict[str, str] | None = None,
    done: TicketView | None = None,
    status: int = 200,
) -> Response:
    ticket, policy = found.ticket, found.policy
    form = sent.over(ticket)
    foreseen, refused = _foreseen(here, found, form)
    draft = _draft(here, ticket, form)
    wrong = wrong or (refused if sent.ask else {})
    return here.page(
        "triage_ticket.html",
        status=status,
        ticket=ticket,
        pinned=policy,
        form=form,
        wrong=wrong,
        done=done,
        suggested=found.suggested,
        twins=found.twins,
        missing=facts_missing(ticket.facts),
        impact=suggested_impact(policy, draft.scope, draft.facts, draft.flags),
        urgency=suggested_urgency(policy, draft.scope),
        foreseen=foreseen,
        asked=receivers(here.policy, foreseen.need) if foreseen else None,
        spoken_for=receivers(here.policy, foreseen.coordinator) if foreseen else None,
        sop=await sop_title(here, foreseen.sop) if foreseen else None,
        may=_may(here) if ticket.stage is Stage.TRIAGE else frozenset(),
        flags=[flag.value for flag in Flag],
        configured=ticket.client in here.policy.clients,
        key=lambda: token_urlsafe(12),
    )


def _foreseen(here: Here, found: Opened, form: TriageForm) -> tuple[Preview | None, dict[str, str]]:
    """What would happen, or at which fields it would be refused; for whoever only looks, as if they might."""
    role = here.viewer.role if "triage" in _may(here) else Role.DISPATCHER
    try:
        command = form.command(found.ticket, here.viewer.person, role).model_copy(update={"expected_seq": None})
        return preview(found.ticket, command, found.policy, here.now), {}
    except NO as no:
        return None, _at_fields(no)


def _draft(here: Here, ticket: Ticket, form: TriageForm) -> Ticket:
    """The ticket with the reach that the form gives it; as it is where the form cannot be read."""
    try:
        command = form.command(ticket, here.viewer.person, here.viewer.role)
    except NO:
        return ticket
    said = command.facts.model_dump(exclude_none=True) if command.facts else {}
    reach = {"scope": command.scope or ticket.scope, "flags": command.flags or ()}
    return ticket.model_copy(update={**reach, "facts": ticket.facts.model_copy(update=said)})


def _at_fields(no: Exception) -> dict[str, str]:
    """Sentences at the fields of the form, in which the facts stand by their own names."""
    return {field.removeprefix("facts.").partition(".")[0]: words for field, words in wrong_of(no).items()}


async def _next(here: Here, ticket_id: str) -> Response:
    following = await after(here, ticket_id)
    where = f"/console/triage/{following}" if following else "/console/triage"
    return RedirectResponse(f"{where}?done={ticket_id}", 303)


async def _done(here: Here, ticket_id: str) -> TicketView | None:
    """The ticket that was just sorted, to say where it went."""
    try:
        return await reading.ticket(here.services, here.token, ticket_id) if ticket_id else None
    except (Refusal, NoSuchTicket):
        return None


def _may(here: Here) -> frozenset[str]:
    return PERMITTED[here.viewer.role] & {"triage", "merge"}
