"""What the page of one ticket reads: the ticket of the read side, its journal, its letters, the documents that fit.

Everything is told from these by the rules' own pure views, so that the page is fast and needs no worker.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from api import reading
from api.console.here import Here
from api.faults import NoSuchTicket
from api.lines import Correspondence
from api.patience import patiently
from api.services import Services
from escalation import view as views
from escalation.alerts.ports import Linked
from escalation.conversation import ClientView, Spoken, client_view, conversation
from escalation.events import Entry
from escalation.explain import Explanation, explain
from escalation.library import DecisionTree, DocumentKind, Revision, RevisionState, Sop, Wanted, may_see
from escalation.library.fitting import Fitting, fitting, symptoms
from escalation.library.search import Found, Sought
from escalation.lines import TicketLine
from escalation.offers import offers
from escalation.policy import Slice
from escalation.ports import StoredTicket, TicketFilter
from escalation.ticket import Ticket
from escalation.view import HandoffView, SlaView, TicketView

_HELPING = (DocumentKind.KNOWN_ISSUE, DocumentKind.RUNBOOK)
_EACH = 3
_TREES = 5
_CHILDREN = 25
_ALERTS = 20


@dataclass(frozen=True)
class Look:
    """One ticket at one moment. Without `policy` it was imported: nothing of it is promised, and nobody works on it."""

    ticket: Ticket
    view: TicketView
    entries: Sequence[Entry]
    letters: Sequence[Correspondence]
    said: Sequence[Spoken]
    for_client: ClientView
    offered: frozenset[str]
    now: datetime
    policy: Slice | None = None
    sla: SlaView | None = None
    handoff: HandoffView | None = None
    why: Explanation | None = None
    sop: Revision | None = None
    trees: Sequence[Revision] = ()
    knowledge: Sequence[Fitting] = ()
    children: Sequence[TicketLine] = ()
    alerts: Sequence[Linked] = ()

    @property
    def sop_document(self) -> Sop | None:
        """The SOP in the revision that the ticket is worked by."""
        document = self.sop.document if self.sop else None
        return document if isinstance(document, Sop) else None


async def look(here: Here, ticket_id: str, *, whole: bool = True) -> Look:
    """The ticket; NoSuchTicket also for one of a client that the viewer is not for. `whole`: with its documents."""
    kept = await seen(here, ticket_id)
    ticket = kept.ticket
    entries, letters, policy, sop, children, alerts = await asyncio.gather(
        patiently(here.services.journal.entries, ticket_id),
        patiently(here.services.letters.for_ticket, ticket_id),
        _slice(here.services, kept),
        _sop(here.services, ticket),
        _children(here, ticket),
        patiently(here.services.alerts.of_ticket, ticket_id, _ALERTS),
    )
    found = await _documents(here, ticket, sop) if whole and policy else _Documents()
    return Look(
        ticket=ticket,
        view=views.view(ticket),
        entries=entries,
        letters=letters,
        said=conversation(entries, letters, here.policy.messages, here.policy.called),
        for_client=client_view(ticket, here.policy.called),
        offered=offers(ticket, here.viewer.person, here.viewer.role) if policy else frozenset(),
        now=here.now,
        policy=policy,
        sla=views.sla_view(ticket, policy, here.now) if policy else None,
        handoff=views.handoff_view(ticket, policy) if policy else None,
        why=explain(ticket, policy, here.now) if policy else None,
        sop=sop,
        trees=found.trees,
        knowledge=found.knowledge,
        children=children,
        alerts=alerts,
    )


async def seen(here: Here, ticket_id: str) -> StoredTicket:
    """The ticket on record, for somebody who may see it."""
    reading.check_readable(ticket_id)
    kept = await patiently(here.services.read.ticket, ticket_id)
    clients = here.viewer.clients
    if kept is None or (clients is not None and kept.ticket.client not in clients):
        raise NoSuchTicket("There is no such ticket.")
    return kept


async def _slice(services: Services, kept: StoredTicket) -> Slice | None:
    """What the ticket is pinned to; None for one of somebody else's policy."""
    try:
        return None if kept.imported else await reading.pinned(services, kept.ticket)
    except NoSuchTicket:
        return None


async def _children(here: Here, ticket: Ticket) -> Sequence[TicketLine]:
    """Those that share its fault, as far as the viewer may see them, the next promise to break first."""
    if not ticket.children:
        return ()
    wanted = TicketFilter(parent=ticket.id, clients=here.viewer.clients)
    return (await patiently(here.services.lines.lines, wanted, "due", _CHILDREN)).lines


class _Documents(NamedTuple):
    trees: Sequence[Revision] = ()
    knowledge: Sequence[Fitting] = ()


async def _documents(here: Here, ticket: Ticket, sop: Revision | None) -> _Documents:
    """Trees to walk, and what else helps."""
    trees, knowledge = await asyncio.gather(_trees(here, ticket), _knowledge(here, ticket))
    if sop and isinstance(sop.document, Sop) and (named := sop.document.tree) not in {t.document.id for t in trees}:
        trees = [*await _tree(here, named), *trees]
    return _Documents(trees, knowledge)


async def _sop(services: Services, ticket: Ticket) -> Revision | None:
    guide = ticket.guide
    return await patiently(services.library.one, guide.sop, guide.revision) if guide and guide.sop else None


async def _trees(here: Here, ticket: Ticket) -> Sequence[Revision]:
    """The published trees for the ticket's category, as far as the viewer may read them."""
    if ticket.category is None or ticket.tier is None:
        return ()
    wanted = Wanted(
        kind=DocumentKind.DECISION_TREE,
        state=RevisionState.PUBLISHED,
        category=ticket.category,
        client=ticket.client,
        clients=here.viewer.clients,
        limit=_TREES,
    )
    found = await patiently(here.services.library.find, wanted)
    return [each for each in found if isinstance(each.document, DecisionTree) and _readable(here, each)]


async def _tree(here: Here, named: str | None) -> list[Revision]:
    """The tree that the SOP names, where it is published and the viewer may read it."""
    found = await patiently(here.services.library.one, named) if named else None
    if found is None or found.state is not RevisionState.PUBLISHED or not isinstance(found.document, DecisionTree):
        return []
    return [found] if _readable(here, found) else []


async def _knowledge(here: Here, ticket: Ticket) -> Sequence[Fitting]:
    """Known issues and runbooks that fit what is said of it; none once the ticket is over."""
    if ticket.over:
        return ()
    said = symptoms(ticket.subject, ticket.category, ticket.description, ticket.facts.error_messages or "")
    asked = [
        Sought(text=said, kinds=(kind,), client=ticket.client, clients=here.viewer.clients, open_only=True, limit=_EACH)
        for kind in _HELPING
    ]
    found: list[Found] = [
        each
        for answer in await asyncio.gather(*(patiently(here.services.search.find, sought) for sought in asked))
        for each in answer
    ]
    return fitting(None, found)


def _readable(here: Here, revision: Revision) -> bool:
    return may_see(revision.document.clients, here.viewer.clients)
