"""What is known of the faults that one batch of alerts speaks of; the rules write on it what changes.

A store fills it, has it judged inside one transaction, and writes down what was changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from escalation.alerts.alert import Alert
from escalation.alerts.fault import Fault, Key, Place, key_of
from escalation.alerts.intakes import Intakes
from escalation.alerts.tickets import AlertTicket, Noted, Standing
from escalation.alerts.windows import Window
from escalation.policy import Alerting


@dataclass
class Board:
    """Faults, the tickets they made, how those stand, maintenance windows, and the alerts that are on record.

    `changed` and `touched` are what the judging changed, `fresh` the tickets that nobody has tried to open yet, `moved`
    where the alerts of a ticket went whose fault turned out to be part of a storm.
    """

    intakes: Intakes
    faults: dict[Key, Fault] = field(default_factory=dict)
    tickets: dict[str, AlertTicket] = field(default_factory=dict)
    standing: Mapping[str, Standing] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    known: set[tuple[str, str]] = field(default_factory=set)
    noted: list[Noted] = field(default_factory=list)
    changed: set[Key] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._at: defaultdict[Place, set[Key]] = defaultdict(set)
        for fault in self.faults.values():
            self._at[fault.place].add(fault.key)

    @property
    def rules(self) -> Alerting:
        """The numbers of the policy."""
        return self.intakes.rules

    def fault(self, alert: Alert) -> Fault:
        """The fault that it tells of, known before or not."""
        client, source, fault = key = key_of(alert)
        return self.faults.get(key) or Fault(client=client, source=source, fault=fault)

    def put(self, fault: Fault) -> None:
        """Write down a fault; the tickets before and after count one fewer or more that lives on them."""
        before = self.faults.get(fault.key)
        if before is not None and before.place != fault.place:
            self._at[before.place].discard(fault.key)
        self._at[fault.place].add(fault.key)
        self.faults[fault.key] = fault
        self.changed.add(fault.key)
        self._count(before, -1)
        self._count(fault, 1)

    def put_ticket(self, ticket: AlertTicket) -> None:
        """Write down a ticket."""
        self.tickets[ticket.id] = ticket
        self.touched.add(ticket.id)

    def ticket_of(self, fault: Fault) -> AlertTicket | None:
        """The ticket of the fault's episode, if anybody can still work on it."""
        ticket = self.tickets.get(fault.ticket_id or "")
        return ticket if ticket is not None and self.open(ticket) else None

    def open(self, ticket: AlertTicket) -> bool:
        """Whether it is neither resolved nor over, nor part of another one."""
        standing = self.standing.get(ticket.id, Standing())
        return (
            ticket.state in ("wanted", "open")
            and ticket.into is None
            and not standing.over
            and standing.resolved_at is None
        )

    def resolved_at(self, fault: Fault) -> datetime | None:
        """When somebody resolved the ticket of its episode."""
        return self.standing.get(fault.ticket_id or "", Standing()).resolved_at

    def claimed(self, ticket: AlertTicket) -> bool:
        """Whether somebody works on it, as far as it is known here."""
        return self.standing.get(ticket.id, Standing()).claimed

    def window(self, fault: Fault, moment: datetime) -> Window | None:
        """The window that covers it longest; none where it is a matter of security."""
        covering = [window for window in self.windows if window.covers(fault, moment)]
        if not covering or self.intakes.security(fault):
            return None
        return max(covering, key=lambda window: window.until)

    def begun_at(self, place: Place, since: datetime) -> list[Fault]:
        """The faults of a place that began lately, the earliest first."""
        faults = (self.faults[key] for key in self._at[place])
        return sorted(
            (fault for fault in faults if fault.began_at and fault.began_at > since and fault.ticket_id),
            key=lambda fault: (fault.began_at or since, fault.key),
        )

    def alike(self, kind: str, since: datetime) -> list[Fault]:
        """The faults of one kind that began lately, at whichever client, the earliest first."""
        found = (fault for fault in self.faults.values() if fault.kind == kind and fault.ticket_id)
        lately = [fault for fault in found if fault.began_at and fault.began_at > since]
        return sorted(lately, key=lambda fault: (fault.began_at or since, fault.key))

    def storm_at(self, place: Place, moment: datetime) -> AlertTicket | None:
        """The storm that rages there."""
        quiet = self.rules.storm.quiet
        raging = (t for t in self.tickets.values() if t.storm and t.place == place and moment - t.last_at <= quiet)
        return next((ticket for ticket in raging if self.open(ticket)), None)

    def of(self, tickets: Iterable[str]) -> list[Fault]:
        """The faults, as far as they are known here, whose episode is one of these tickets."""
        wanted = set(tickets)
        return [fault for fault in self.faults.values() if fault.ticket_id in wanted]

    def _count(self, fault: Fault | None, by: int) -> None:
        if fault is not None and fault.live and (ticket := self.tickets.get(fault.ticket_id or "")):
            flaps = by if fault.state == "flapping" else 0
            counted = {"live": ticket.live + by, "flapping": ticket.flapping + flaps}
            self.put_ticket(ticket.model_copy(update=counted))
