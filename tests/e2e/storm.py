"""Many clients at work on many tickets at once, each of whom asks again until there is an answer."""

import asyncio
import random
from collections import Counter
from types import TracebackType
from typing import Self
from uuid import uuid4

import httpx

from escalation.view import TicketView
from tests.e2e.desk import ATTEMPT, MANAGER, UP, Desk, Json, intake
from tests.e2e.oracle import Asked
from tests.e2e.stack import eventually

AT_ONCE = 12
THINKING = 1.2  # seconds, at most, between two requests of one client
PATIENCE = 90  # seconds for which a client asks again
SUBJECTS = ("Cannot sign in", "Password has expired", "Locked out after the holidays")


class Storm:
    """Clients who accept, try, speak, comment and escalate, and take new tickets in, until they are told to stop."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self._desk = desk
        self._chance = random.Random(seed)
        self._stop = asyncio.Event()
        self._clients: list[asyncio.Task[None]] = []
        self._tried: set[str] = set()
        self.tickets: dict[str, TicketView] = {}
        self.asked: list[Asked] = []
        self.faults: list[str] = []
        self.unconfirmed = Counter[str]()

    async def open(self, number: int) -> None:
        """Take tickets in, a few at a time, until there are that many."""
        while len(self.tickets) < number:
            await asyncio.gather(*(self._take_in() for _ in range(min(AT_ONCE, number - len(self.tickets)))))

    async def __aenter__(self) -> Self:
        self._clients = [asyncio.create_task(self._client(n)) for n in range(AT_ONCE)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if error:
            for client in self._clients:
                client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=error is not None)

    async def _client(self, number: int) -> None:
        while not self._stop.is_set():
            await self._think()
            if number == 0:
                await self._take_in()
            elif self.tickets:
                await self._act(self._chance.choice(list(self.tickets.values())))

    async def _think(self) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), self._chance.uniform(0, THINKING))
        except TimeoutError:
            return

    async def _take_in(self) -> None:
        key = f"intake-{uuid4().hex}"
        body = intake(subject=self._chance.choice(SUBJECTS))
        answer = await self._answered(MANAGER, "/tickets", body, key)
        if answer.status_code != 201:
            self.faults.append(f"intake: {answer.text}")
            return
        ticket = TicketView.model_validate(answer.json())
        self.tickets[ticket.id] = ticket
        self.asked.append(Asked(ticket.id, "open", f"open/{ticket.id}"))

    async def _act(self, ticket: TicketView) -> None:
        """One thing that somebody would do to this ticket next."""
        owner = ticket.owner if self._desk.knows(ticket.owner) else None
        choices: list[tuple[str, str, Json]] = [
            ("comment", MANAGER, {"text": f"still at it ({uuid4().hex[:6]})"}),
            ("contact", owner or MANAGER, {"direction": "outbound", "channel": "phone", "text": "we are at it"}),
        ]
        if owner and not ticket.accepted_at:
            choices += [("accept", owner, {})] * 2
        elif owner:
            choices += [("log_attempt", owner, ATTEMPT)] * 2
        if owner and ticket.tier == 1 and ticket.id in self._tried:
            choices += [("escalate", owner, UP)] * 3
        command, by, body = self._chance.choice(choices)
        await self._ask(ticket.id, command, by, body)

    async def _ask(self, ticket: str, command: str, by: str, body: Json) -> None:
        key = uuid4().hex
        answer = await self._answered(by, f"/tickets/{ticket}/{command}", body, key)
        said = answer.json()
        if answer.status_code == 200:
            self.tickets[ticket] = TicketView.model_validate(said)
            self._tried |= {ticket} if command == "log_attempt" else set()
        elif answer.status_code not in (409, 422):
            self.faults.append(f"{command}: {answer.text}")
        else:
            self.tickets[ticket] = await self._seen(ticket)
        self.asked.append(Asked(ticket, command, f"{command}/{by}/{key}", said.get("code", "")))

    async def _seen(self, ticket: str) -> TicketView:
        async def look() -> TicketView | None:
            answer = await self._once(MANAGER, "GET", f"/tickets/{ticket}", None, None)
            return TicketView.model_validate(answer.json()) if answer else None

        return await eventually(look, f"a look at {ticket}", PATIENCE, every=0.5)

    async def _answered(self, by: str, path: str, body: Json, key: str) -> httpx.Response:
        return await eventually(
            lambda: self._once(by, "POST", path, body, key), f"an answer from {path}", PATIENCE, every=0.5
        )

    async def _once(self, by: str, method: str, path: str, body: Json | None, key: str | None) -> httpx.Response | None:
        """The answer, or None if it is to be asked for again with the same key."""
        try:
            answer = await self._desk.send(by, method, path, body, key)
        except httpx.TransportError as error:
            self.unconfirmed[type(error).__name__] += 1
            return None
        if answer.status_code == 503:
            self.unconfirmed[answer.json()["code"]] += 1
            return None
        return answer
