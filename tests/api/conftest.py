"""The API in process, over everything in memory."""

from collections.abc import AsyncIterator
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.datastructures import State

from api.app import bare_app, equipped
from api.services import Services, TwilioAccount
from escalation.figures.folded import FoldedFigures
from escalation.policy import Policy
from escalation.review.incident import ProposedRevision, Review, ReviewCase
from escalation.terms import Role
from tests.api.memory import Clock, MemoryStore, MemoryTickets
from tests.api.memory_alerts import MemoryAlerts, MemoryMaintenance
from tests.api.memory_audits import MemoryAudits
from tests.api.memory_backtests import MemoryBacktests, MemoryJudging
from tests.api.memory_contacts import MemoryContacts
from tests.api.memory_desk import (
    MemoryKeys,
    MemoryPeople,
    MemoryPolicies,
    MemoryReadings,
    MemoryReceipts,
    MemoryReviewLine,
    MemoryReviews,
    MemoryRevision,
    MemoryTokens,
)
from tests.api.memory_intake import MemoryBodies, MemoryDrain, MemorySources
from tests.api.memory_library import MemoryLibrary
from tests.api.memory_likeness import MemoryLikeness
from tests.api.memory_lines import MemoryLines, MemoryMajors
from tests.api.memory_practice import MemoryExercises
from tests.api.memory_psa import MemoryLinked, MemoryWakes
from tests.api.memory_rotas import MemoryRelief, MemoryRotas, MemoryWatch
from tests.api.memory_search import MemorySearch
from tests.api.memory_webhooks import MemoryWebhooks
from tests.unit.rules.story import FACTS, MONDAY, NOTE, POLICY
from tests.workflow.ports import MemoryDesk
from tierline.library_reading import read_document
from tierline.policy_publishing import Publisher

INTAKE: dict[str, Any] = {
    "client": "acme-dental",
    "contact": {"name": "Bob Miller", "email": "bob@acme-dental.example"},
    "subject": "Cannot sign in",
    "category": "identity.password_reset",
    "impact": 3,
    "urgency": 2,
    "facts": FACTS.model_dump(mode="json"),
}
FULL_NOTE: dict[str, Any] = NOTE.model_dump(mode="json", exclude_none=True)
OTHER_CLIENT = next(client for client in POLICY.clients if client != "acme-dental")


@dataclass
class Api:
    """The API and everything that it was handed; calls are made by the holder of a token."""

    app: FastAPI
    client: httpx.AsyncClient
    policy: Policy
    clock: Clock
    tickets: MemoryTickets
    store: MemoryStore
    people: MemoryPeople
    rotas: MemoryRotas
    watch: MemoryWatch
    policies: MemoryPolicies
    tokens: MemoryTokens
    reviews: MemoryReviews
    audits: MemoryAudits
    search: MemorySearch
    probes: dict[str, bool]
    library: MemoryLibrary
    readings: MemoryReadings
    backtests: MemoryBacktests
    judging: MemoryJudging
    sources: MemorySources
    bodies: MemoryBodies
    drain: MemoryDrain
    receipts: MemoryReceipts
    webhooks: MemoryWebhooks
    alerts: MemoryAlerts
    maintenance: MemoryMaintenance
    linked: MemoryLinked
    wakes: MemoryWakes
    contacts: MemoryContacts

    def token(self, person: str = "grace", role: Role = Role.SERVICE_MANAGER, *clients: str) -> str:
        return self.tokens.give(person, role, clients or None)

    async def get(self, path: str, *, token: str | None = None, **query: object) -> httpx.Response:
        params: dict[str, Any] = query
        return await self.client.get(path, params=params, headers=self._headers(token, None))

    async def post(
        self, path: str, body: object = None, *, token: str | None = None, key: str | None = None
    ) -> httpx.Response:
        return await self.client.post(path, json=body or {}, headers=self._headers(token, key))

    async def open(self, *, token: str | None = None, key: str | None = None, **changes: object) -> dict[str, Any]:
        answer = await self.post("/v1/tickets", INTAKE | changes, token=token, key=key)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def ask(
        self, ticket: dict[str, Any] | str, name: str, body: object = None, *, by: str | None = None
    ) -> httpx.Response:
        """A command by the ticket's owner, or by another technician."""
        its_id = ticket if isinstance(ticket, str) else ticket["id"]
        owner = by or self.tickets.tickets[its_id].owner
        return await self.post(f"/v1/tickets/{its_id}/{name}", body, token=self.token(owner, Role.TECHNICIAN))

    def _headers(self, token: str | None, key: str | None) -> dict[str, str]:
        sent = {"Authorization": f"Bearer {self.token() if token is None else token}"}
        return sent | ({"Idempotency-Key": key} if key else {})


_bare = cache(bare_app)


def _routes() -> FastAPI:
    """An application with a state of its own; the routes, which take half a second to work out, are those of all."""
    app = copy(_bare())
    app.state = State()
    return app


def build() -> Api:
    """The API with one token, one document and nothing else."""
    clock = Clock(MONDAY)
    tickets = MemoryTickets(MemoryDesk(POLICY), clock)
    rotas, watch = MemoryRotas(POLICY), MemoryWatch()
    store, people = MemoryStore(tickets), MemoryPeople(POLICY, rotas)
    lines, search = MemoryLines(store), MemorySearch()
    policies, tokens, reviews = MemoryPolicies(POLICY, MONDAY), MemoryTokens(), MemoryReviews()
    audits = MemoryAudits(POLICY)
    library = MemoryLibrary()
    readings = MemoryReadings(library)
    backtests, judging = MemoryBacktests(), MemoryJudging()
    sources = MemorySources()
    bodies, drain = MemoryBodies(sources), MemoryDrain()
    linked, wakes = MemoryLinked(), MemoryWakes()
    receipts, webhooks, contacts = MemoryReceipts(), MemoryWebhooks(), MemoryContacts()
    alerts, maintenance = MemoryAlerts(), MemoryMaintenance()
    probes = {"temporal": True, "postgresql": True}
    reviews.revisions["SOP-1"] = MemoryRevision(
        sop="SOP-1", revision=2, title="Password reset", body="# Steps", published_at=MONDAY
    )

    async def temporal() -> bool:
        return probes["temporal"]

    async def postgresql() -> bool:
        if not probes["postgresql"]:
            raise ConnectionError("secret host")
        return True

    app = equipped(
        _routes(),
        Services(
            tickets=tickets,
            reviews=reviews,
            review_book=reviews,
            audits=audits,
            backtests=backtests,
            judging=judging,
            solving=reviews,
            read=store,
            lines=lines,
            readings=readings,
            record=store,
            journal=store,
            library=library,
            read_document=read_document,
            consultations=store,
            majors=MemoryMajors(store),
            likeness=MemoryLikeness(store),
            letters=store,  # type: ignore[arg-type]  # it never holds one
            postman=store,
            keys=MemoryKeys(),
            receipts=receipts,
            contact_methods=contacts,
            webhooks=webhooks,
            webhook_log=webhooks,
            hook_bell=webhooks,
            twilio=TwilioAccount("a token", "https://desk.example"),
            figures=FoldedFigures(lambda of: store.facts(of.since, of.until, of.clients, of.imported), audits.seen_in),
            exercises=MemoryExercises(),
            search=search,
            people=people,
            rotas=rotas,
            relief=MemoryRelief(tickets, rotas),
            watch=watch,
            watched=lines,
            linked=linked,
            psa=wakes,
            policies=policies,
            publisher=Publisher(policies),
            tokens=tokens,
            sources=sources,
            bodies=bodies,
            intake=drain,
            alerts=alerts,
            maintenance=maintenance,
            intake_most_waiting=100,
            now=clock,
            pulse=store,
            probes={"temporal": temporal, "postgresql": postgresql},
            temporal_ui="http://ui.example/namespaces/default",
        ),
    )
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.example")
    return Api(
        app,
        client,
        POLICY,
        clock,
        tickets,
        store,
        people,
        rotas,
        watch,
        policies,
        tokens,
        reviews,
        audits,
        search,
        probes,
        library,
        readings,
        backtests,
        judging,
        sources,
        bodies,
        drain,
        receipts,
        webhooks,
        alerts,
        maintenance,
        linked,
        wakes,
        contacts,
    )


def review_of(ticket_id: str, client: str = "acme-dental") -> MemoryReviewLine:
    """An undecided review."""
    case = ReviewCase(
        ticket_id=ticket_id,
        client=client,
        subject="Ransomware",
        category="security.ransomware",
        owner="sofia",
        manager="grace",
        due_at=MONDAY,
        policy_version=POLICY.version,
        opened_at=MONDAY,
    )
    proposed = ProposedRevision(sop="SOP-1", title="Ransomware", body="# Steps")
    nothing: dict[str, Any] = dict.fromkeys(
        ("holdings", "tried", "fired", "notes", "clocks", "similar", "questions"), ()
    )
    return MemoryReviewLine(
        review=Review(
            case=case, resolved_at=MONDAY, resolved_tier=3, cause="security", resolution="restored",
            proposed=proposed, **nothing,
        )
    )  # fmt: skip


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    built = build()
    async with built.client:
        yield built
