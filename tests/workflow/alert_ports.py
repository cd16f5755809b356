"""An inbox, a book of alerts and hints in memory; the rules behind them are the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import AwareDatetime

from escalation.alerts import Body, Hint, Reading, Unreadable
from escalation.alerts.board import Board
from escalation.alerts.fault import Heard
from escalation.alerts.hearing import hear
from escalation.alerts.intakes import Intakes
from escalation.alerts.telling import after_telling
from escalation.alerts.tickets import AlertTicket, Standing
from escalation.alerts.timing import pass_time, ticket_gone
from escalation.lifecycle import Stage
from escalation.policy import Alerting, Policy
from escalation.ports import Unavailable
from escalation.ticket import fold
from tests.workflow.ports import MemoryJournal


class MemoryInbox:
    """Bodies that say what they were given to say; taken or put aside, they are not given again."""

    def __init__(self) -> None:
        self.bodies: dict[int, tuple[Body, Reading | Exception]] = {}
        self.taken: list[int] = []
        self.aside: dict[int, str] = {}
        self.away = False
        self.fail_taking = 0
        self.forgotten: datetime | None = None

    def put(self, says: Reading | Exception, at: datetime) -> int:
        number = len(self.bodies) + 1
        self.bodies[number] = (Body(number=number, source="prom", received_at=at), says)
        return number

    def waiting(self, limit: int) -> list[Body]:
        if self.away:
            raise Unavailable("the inbox is away")
        left = [body for number, (body, _) in self.bodies.items() if number not in {*self.taken, *self.aside}]
        return left[:limit]

    def read(self, body: Body) -> Reading:
        says = self.bodies[body.number][1]
        if isinstance(says, Exception):
            raise says
        return says

    def take(self, numbers: Sequence[int]) -> None:
        if self.fail_taking:
            self.fail_taking -= 1
            raise Unavailable("the worker died before it could say that these are dealt with")
        self.taken += [number for number in numbers if number not in self.taken]

    def forget(self, before: datetime) -> int:
        self.forgotten = before
        return 0

    def put_aside(self, number: int, code: str, reason: str) -> None:
        assert reason
        self.aside[number] = code


@dataclass
class MemoryBook:
    """Implements `escalation.alerts.ports.AlertBook`; how tickets stand is read off the journal."""

    journal: MemoryJournal
    board: Board
    spoilt: frozenset[str] = field(default_factory=frozenset)

    def hear(self, said: Sequence[Heard], intakes: Intakes) -> None:
        if broken := self.spoilt & {heard.alert.fault for heard in said}:
            raise RuntimeError(f"the rules fail on {broken}")
        self._look()
        for heard in said:
            hear(self.board, heard)
        self.board.fresh.clear()

    def pass_time(self, now: datetime, intakes: Intakes) -> None:
        self._look()
        pass_time(self.board, now)

    def gone(self, ticket_id: str, now: datetime, intakes: Intakes) -> None:
        ticket_gone(self.board, ticket_id, now)

    def wanted(self, limit: int) -> list[AlertTicket]:
        wanted = [ticket for ticket in self.board.tickets.values() if ticket.state == "wanted"]
        return sorted(wanted, key=lambda ticket: (not ticket.emergency, ticket.made_at))[:limit]

    def opened(self, ticket_id: str, now: datetime) -> None:
        self.board.put_ticket(self.board.tickets[ticket_id].model_copy(update={"state": "open", "told_at": now}))

    def refused(self, ticket_id: str) -> AlertTicket | None:
        ticket = self.board.tickets[ticket_id]
        self.board.put_ticket(ticket.model_copy(update={"state": "refused", "tell_at": None}))
        return ticket

    def to_tell(self, now: datetime, limit: int) -> list[AlertTicket]:
        open_ = [ticket for ticket in self.board.tickets.values() if ticket.state == "open"]
        return [ticket for ticket in open_ if ticket.tell_at and ticket.tell_at <= now][:limit]

    def told(self, sent: AlertTicket, now: datetime, rules: Alerting, *, over: bool) -> None:
        told = after_telling(self.board.tickets[sent.id], sent, now, rules)
        self.board.put_ticket(told.model_copy(update={"state": "over", "tell_at": None} if over else {}))

    def next_at(self) -> datetime | None:
        moments = [fault.due_at for fault in self.board.faults.values() if fault.due_at]
        moments += [
            ticket.tell_at for ticket in self.board.tickets.values() if ticket.state == "open" and ticket.tell_at
        ]
        moments += [window.starts_at for window in self.board.windows if not window.begun]
        moments += [window.until for window in self.board.windows if not window.over]
        return min(moments, default=None)

    def _look(self) -> None:
        found: dict[str, Standing] = {}
        for story in self.journal.stories():
            ticket = fold([entry.event for entry in story])
            found[ticket.id] = Standing(
                claimed=ticket.accepted_at is not None,
                over=ticket.over,
                resolved_at=ticket.ending.at if ticket.ending and ticket.stage is Stage.RESOLVED else None,
            )
        self.board.standing = found


class MemoryHints:
    """Remembers what was handed on."""

    def __init__(self) -> None:
        self.taken: list[Hint] = []

    def take(self, hints: Sequence[tuple[Hint, AwareDatetime]]) -> None:
        self.taken += [hint for hint, _ in hints]


@dataclass(frozen=True)
class OnePolicy:
    """The one policy that there is."""

    policy: Policy

    def current(self) -> Policy:
        return self.policy

    def version(self, version: str) -> Policy:
        assert version == self.policy.version
        return self.policy


def unreadable() -> Exception:
    """What a body raises that says nothing."""
    return Unreadable("not_json", "It is no JSON.")
