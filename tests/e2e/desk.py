"""The desk's people at work, over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from escalation.events import Entry
from escalation.view import TicketView
from tests.e2e.stack import Stack, eventually

MANAGER = "grace"  # the first token acts as the service manager
ROLES = {"dana": "dispatcher", "ruth": "team_lead", "grace": "service_manager"}  # everybody else is a technician
PROBLEM = "application/problem+json"

FACTS: dict[str, object] = {
    "affected_systems": ["workstation WS-12"],
    "error_messages": "error 53003 at sign-in",
    "users_affected": 1,
    "recent_changes": "none known",
    "steps_attempted": "restarted the workstation",
}
# What a technician has to write himself; the rest of a handoff note is prefilled from the ticket.
NOTE: dict[str, object] = {
    "summary_symptoms": "Sign-in fails with error 53003 since this morning",
    "what_failed": "password reset and unlock changed nothing",
    "suspected_cause": "conditional access policy",
    "customer_told": "a specialist calls back within the hour",
}
ATTEMPT = {"step": "reset the password", "result": "the same error again", "outcome": "partly"}
# What SOP-01 asks of Tier 1 and of Tier 2 before a ticket goes up.
TICKED = ["identity", "log", "others", "policy"]
UP: dict[str, object] = {"reason": "deeper_technical_analysis", "note": NOTE, "ticked": TICKED}
Json = Mapping[str, object]


def intake(**changes: object) -> dict[str, object]:
    """A password reset of an ordinary client, with everything that triage asks for."""
    usual: dict[str, object] = {
        "client": "acme-dental",
        "contact": {"name": "Bob Miller", "email": "bob@acme-dental.example"},
        "subject": "Cannot sign in",
        "category": "identity.password_reset",
        "impact": 3,
        "urgency": 2,
        "facts": FACTS,
    }
    return {**usual, **changes}


class Desk:
    """Everybody's way to the API, each with a token of their own."""

    def __init__(self, stack: Stack, http: httpx.AsyncClient) -> None:
        self.stack, self.http = stack, http
        self._tokens: dict[str, str] = {MANAGER: stack.first_token}
        self._making = asyncio.Lock()

    async def hire(self, *people: str) -> None:
        """Make a token for each of them, as an operator does."""
        async with self._making:
            new = [person for person in people if person not in self._tokens]
            said = await asyncio.gather(*(self._token(person) for person in new))
            self._tokens.update(zip(new, said, strict=True))

    async def token_of(self, person: str) -> str:
        """The token with which this person signs in."""
        await self.hire(person)
        return self._tokens[person]

    def knows(self, person: str) -> bool:
        """Whether this person has a token."""
        return person in self._tokens

    async def send(
        self, by: str, method: str, path: str, body: Json | None = None, key: str | None = None
    ) -> httpx.Response:
        """One request in a person's name."""
        await self.hire(by)
        headers = {"Authorization": f"Bearer {self._tokens[by]}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.http.request(method, f"/v1{path}", json=body, headers=headers)

    async def open(self, by: str = "dana", key: str | None = None, **changes: object) -> TicketView:
        """Take a ticket in."""
        return _view(await self.send(by, "POST", "/tickets", intake(**changes), key), 201)

    async def ask(self, ticket: str, command: str, by: str, body: Json | None = None, **also: Any) -> httpx.Response:
        """One command, whatever comes of it."""
        return await self.send(by, "POST", f"/tickets/{ticket}/{command}", body or {}, **also)

    async def do(self, ticket: str, command: str, by: str, body: Json | None = None, **also: Any) -> TicketView:
        """One command that is to succeed; the view after it."""
        return _view(await self.ask(ticket, command, by, body, **also), 200)

    async def get(self, path: str, by: str = MANAGER) -> Any:
        """What a call says."""
        answer = await self.send(by, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def view(self, ticket: str) -> TicketView:
        return TicketView.model_validate(await self.get(f"/tickets/{ticket}"))

    async def timeline(self, ticket: str) -> list[Entry]:
        said = await self.get(f"/tickets/{ticket}/timeline")
        return [Entry.model_validate(each) for each in said["entries"]]

    async def as_told(self, ticket: str) -> tuple[TicketView, list[Entry]]:
        """The view and the journal as of one and the same event."""

        async def same() -> tuple[TicketView, list[Entry]] | None:
            seen, entries = await self.view(ticket), await self.timeline(ticket)
            return (seen, entries) if seen.seq == len(entries) else None

        return await eventually(same, f"the journal of {ticket}", 60, every=0.5)

    async def told(self, ticket: TicketView) -> list[str]:
        """The kinds of the ticket's events, once the journal has come as far as this view."""

        async def written() -> list[str] | None:
            entries = await self.timeline(ticket.id)
            return [entry.event.kind for entry in entries] if len(entries) >= ticket.seq else None

        return await eventually(written, f"the journal of {ticket.id}")

    async def _token(self, person: str) -> str:
        role = ROLES.get(person, "technician")
        return (await self.stack.run("token", "create", "--role", role, "--person", person)).strip()


@asynccontextmanager
async def desk_of(stack: Stack) -> AsyncIterator[Desk]:
    """A desk on a running stack."""
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=stack.url, timeout=30, limits=limits, trust_env=False) as http:
        yield Desk(stack, http)


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document that a refusal has to be; RFC 9457."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    said: dict[str, Any] = answer.json()
    assert said["code"] == code, said
    assert said["status"] == status
    assert said["type"].endswith(f"/{code}")
    assert said["title"]
    assert said["detail"]
    assert said["instance"] == answer.url.path
    return said


def _view(answer: httpx.Response, status: int) -> TicketView:
    assert answer.status_code == status, answer.text
    return TicketView.model_validate(answer.json())
