"""Alerts, and a desk without a server that carries out what the rules make of them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from escalation.alerts import Alert
from escalation.alerts.board import Board
from escalation.alerts.fault import Fault, Heard
from escalation.alerts.hearing import hear
from escalation.alerts.intakes import Intakes
from escalation.alerts.tickets import AlertTicket, Noted, Standing
from escalation.alerts.timing import pass_time
from escalation.policy import Policy
from tierline import PARTS_ROOT
from tierline.policy_file import load_policy

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@cache
def policy() -> Policy:
    return load_policy(PARTS_ROOT / "policies" / "default.yaml")


def alert(fault: str = "disk", action: str = "trigger", **said: object) -> Alert:
    """What a monitor says of a fault of an ordinary client."""
    usual: dict[str, object] = {
        "source": "prom", "event_id": "", "fault": fault, "action": action, "client": "acme-dental",
        "summary": f"{fault} is ill", "severity": 3, "occurred_at": NOON,
    }  # fmt: skip
    return Alert.model_validate(usual | said)


@dataclass
class Monitor:
    """One board over everything, and tickets that end as real ones do."""

    now: datetime = NOON
    board: Board = field(default_factory=lambda: Board(Intakes(policy())))
    standing: dict[str, Standing] = field(default_factory=dict)
    said: int = 0

    def __post_init__(self) -> None:
        self.board.standing = self.standing

    def says(self, fault: str = "disk", action: str = "trigger", **said: object) -> Noted:
        """One alert, now; what became of it."""
        self.said += 1
        usual = {"event_id": f"e{self.said}", "occurred_at": self.now}
        return self.hears(alert(fault, action, **(usual | said)))

    def hears(self, told: Alert) -> Noted:
        before = len(self.board.noted)
        hear(self.board, Heard(number=self.said, received_at=self.now, alert=told))
        assert len(self.board.noted) == before + 1
        return self.board.noted[-1]

    def carry_out(self) -> None:
        """Open what is wanted; tell what is to be told; end what is clear and unclaimed."""
        self.board.fresh.clear()
        for ticket in list(self.board.tickets.values()):
            if ticket.state == "wanted":
                self.board.put_ticket(ticket.model_copy(update={"state": "open"}))
        for ticket in list(self.board.tickets.values()):
            if ticket.state == "open" and ticket.tell_at and ticket.tell_at <= self.now:
                self._tell(ticket)

    def _tell(self, ticket: AlertTicket) -> None:
        claimed = self.standing.get(ticket.id, Standing()).claimed
        ends = bool(ticket.into) or (ticket.clear and not claimed and not ticket.emergency)
        if ends:
            self.standing[ticket.id] = Standing(over=True)
        told = {"told": ticket.total, "told_at": self.now, "tell_at": None, "clear": False, "window_over": False}
        self.board.put_ticket(ticket.model_copy(update=told | {"state": "over" if ends else "open"}))

    def passes(self, **span: float) -> None:
        """Time, minute by minute."""
        end = self.now + timedelta(**span)
        while self.now < end:
            self.now = min(self.now + timedelta(minutes=1), end)
            pass_time(self.board, self.now)
            self.carry_out()

    def claim(self, ticket_id: str | None) -> None:
        self.standing[ticket_id or ""] = Standing(claimed=True)

    def resolve(self, ticket_id: str | None) -> None:
        self.standing[ticket_id or ""] = Standing(claimed=True, resolved_at=self.now)

    def open(self) -> list[AlertTicket]:
        """The tickets on which somebody can work."""
        return [ticket for ticket in self.board.tickets.values() if self.board.open(ticket)]

    def faults_with_tickets(self) -> list[Fault]:
        """Those whose ticket somebody can work on."""
        return [fault for fault in self.board.faults.values() if self.board.ticket_of(fault)]

    def fault(self, name: str = "disk") -> Fault:
        return self.board.faults["acme-dental", "prom", name]
