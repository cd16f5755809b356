"""A ticket in a story of `tierline demo`: somebody acts on it, and the journal tells what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from escalation.events import Entry, Handoff
from escalation.ports import PersonView
from escalation.view import TicketView
from tierline.demo_desk import DemoError, Desk
from tierline.demo_teller import Teller
from tierline.demo_words import sentence, tier_of
from tierline.patience import patiently
from tierline.settings import Settings

DISPATCHER = "dana"
_JOURNAL_WITHIN = 15.0  # seconds


class StepError(DemoError):
    """A step did not go as it should."""


@dataclass
class Ticket:
    """One ticket, as it is and as far as it has been told."""

    stage: "Stage"
    id: str
    view: TicketView
    path: list[str] = field(default_factory=list)
    """Who had it, at which tier, as told so far."""
    _told: int = 0

    @property
    def owner(self) -> str:
        return self.view.owner

    def do(self, command: str, by: str | None = None, **body: Any) -> TicketView:
        """Somebody, by default the owner, asks for something and gets it; the journal says what happened."""
        who = by or self.owner
        if command == "escalate":
            body["ticked"] = self.view.to_tick  # what the SOP asks of this tier, and nobody has said yet
        answer = self.stage.desk.post(f"/tickets/{self.id}/{command}", who, body)
        if answer.is_error:
            raise StepError(f"{self.id}: {command} by {who} was refused: {why(answer)}")
        self.view = TicketView.model_validate(answer.json())
        self.tell()
        return self.view

    def refused(self, command: str, code: str, tried: str, body: Mapping[str, Any], by: str | None = None) -> list[str]:
        """Somebody asks for what the rules forbid, and is told why; what is missing. The ticket stays as it is."""
        who, before = by or self.owner, self.view.seq
        answer = self.stage.desk.post(f"/tickets/{self.id}/{command}", who, body)
        said = answer.json() if answer.is_error else {}
        self.stage.expect(
            said.get("code") == code, f"{self.id}: {command} should be refused with {code}: {why(answer)}"
        )
        self.stage.teller.refused(self.stage.desk.name(who), tried, answer.status_code, code, said["detail"])
        self.look()
        self.stage.expect(self.view.seq == before, f"{self.id}: a refused {command} should change nothing")
        missing: list[str] = said.get("missing", [])
        return missing

    def look(self) -> TicketView:
        """The ticket as it stands now."""
        self.view = self.stage.read(TicketView, f"/tickets/{self.id}")
        return self.view

    def until(self, so: Callable[[TicketView], bool], within: float, promise: str) -> TicketView:
        """Wait for time to do something; what it did is told as it happens."""
        with self.stage.teller.console.status("waiting for the timer …"):
            patiently(self._look_and_tell, so, within)
        self.stage.expect(so(self.view), f"{self.id}: {promise}")
        return self.view

    def close(self) -> None:
        """The customer confirms; nothing of the demo stays open."""
        self.do("close", reason="the customer confirms that it works")

    def tell(self) -> None:
        """Tell what the journal has and was not told yet."""
        for entry in patiently(self._journal, self._complete, _JOURNAL_WITHIN):
            if entry.seq > self._told:
                desk = self.stage.desk
                if said := sentence(entry.event, desk.name, desk.meaning):
                    self.stage.teller.happened(entry.event.at, desk.name(entry.event.by), said)
                if isinstance(entry.event, Handoff):
                    tier = entry.event.to_tier
                    self.path.append(f"{f'T{tier}' if tier else 'triage'} {entry.event.owner}")
                self._told = entry.seq
        self.stage.expect(self._told >= self.view.seq, f"{self.id}: the journal should have all {self.view.seq} events")

    def _look_and_tell(self) -> TicketView:
        self.look()
        self.tell()
        return self.view

    def _journal(self) -> list[Entry]:
        answer = self.stage.desk.get(f"/tickets/{self.id}/timeline", self.stage.reader)
        return [Entry.model_validate(entry) for entry in answer.json()["entries"]] if answer.is_success else []

    def _complete(self, entries: list[Entry]) -> bool:
        return bool(entries) and entries[-1].seq >= self.view.seq


@dataclass
class Stage:
    """Where the stories are played: the desk, the teller, and every ticket so far."""

    settings: Settings
    desk: Desk
    teller: Teller
    tickets: list[Ticket] = field(default_factory=list)

    @property
    def reader(self) -> str:
        """Somebody who may read everything."""
        return DISPATCHER

    def open(self, intake: Mapping[str, Any], by: str = DISPATCHER) -> Ticket:
        """Take a ticket in over HTTP."""
        answer = self.desk.post("/tickets", by, {**intake, "source": "demo"})
        if answer.is_error:
            raise StepError(f"{by} could not take in “{intake['subject']}”: {why(answer)}")
        return self.enter(TicketView.model_validate(answer.json()))

    def enter(self, view: TicketView) -> Ticket:
        """Introduce a ticket that was taken in."""
        answer = self.desk.get(f"/tickets/{view.id}", self.reader)
        link = answer.links.get("monitor", {}).get("url", "")
        self.expect(bool(link), f"{view.id}: the API should say where its workflow can be seen: {why(answer)}")
        self.teller.ticket(view.id, f"{view.client}, {view.category or 'not categorized'}", link)
        ticket = Ticket(self, view.id, view)
        self.tickets.append(ticket)
        ticket.tell()
        return ticket

    def on_call(self, rota: str) -> str:
        """Who answers this rota now."""
        rotas = self.when_there("/on-call", _JOURNAL_WITHIN)["rotas"]
        person = next((line["person"] for line in rotas if line["rota"] == rota), None)
        self.expect(person is not None, f"somebody should be on call for {rota}")
        return str(person)

    def owner(self, ticket: Ticket) -> PersonView:
        """The owner, with tier and skills."""
        self.expect(
            ticket.owner in self.desk.people, f"{ticket.owner}, the owner of {ticket.id}, should be of the desk"
        )
        return self.desk.people[ticket.owner]

    def at_tier(self, ticket: Ticket, tier: int) -> None:
        """The ticket is at this tier, and its owner is somebody new who has yet to accept."""
        self.expect(ticket.view.tier == tier, f"{ticket.id} should be at {tier_of(tier)}")
        self.expect(ticket.view.accepted_at is None, f"{ticket.id} should wait to be accepted")

    def read(self, kind: type[Any], path: str) -> Any:
        """A document of the API, as a model."""
        answer = self.desk.get(path, self.reader)
        if answer.is_error:
            raise StepError(f"{path}: {why(answer)}")
        return kind.model_validate(answer.json())

    def when_there(self, path: str, within: float, **query: str) -> Any:
        """A document that may take a moment to appear, as JSON."""
        answer = patiently(lambda: self.desk.get(path, self.reader, **query), lambda a: a.is_success, within)
        self.expect(answer.is_success, f"{path} should be there within {within:.0f} s: {why(answer)}")
        return answer.json()

    def expect(self, so: bool, promise: str) -> None:
        """Raise StepError where a promise was not kept."""
        if not so:
            raise StepError(promise)


def why(answer: httpx.Response) -> str:
    """An answer that was not expected, in a line."""
    if answer.is_success:
        return f"{answer.status_code}, done"
    problem = answer.json()
    return f"{answer.status_code} {problem.get('code')}, {problem.get('detail')}"
