"""A made-up ticket lived through the rules: everything that becomes of it is decided by them."""

from collections.abc import Sequence
from datetime import datetime

from escalation import desk
from escalation.commands import (
    Accept,
    AnyCommand,
    ContactMade,
    DeadlinePassed,
    Escalate,
    LogAttempt,
    Open,
    Recur,
    Return,
    Transfer,
)
from escalation.deadlines import next_deadline
from escalation.events import Event, Need, Opened
from escalation.firings import Firing
from escalation.handoff import HandoffNote, StepTried
from escalation.policy import Policy, Slice
from escalation.ports import Named
from escalation.terms import Role
from escalation.ticket import Ticket, opened

_MOST_DEADLINES = 80
_NOTE = HandoffNote(
    environment="As documented for this client",
    steps_tried=(StepTried(step="Restarted it", result="The same fault again"),),
    summary_symptoms="As reported, and the same again when it was looked at.",
    what_failed="The approved steps of this tier",
    suspected_cause="Not yet known to this tier",
    customer_told="Somebody else looks at it now",
)


class Life:
    """One ticket from its intake on; the people are those of the policy, without shifts or load."""

    def __init__(self, policy: Policy, cut: Slice, opening: Open, now: datetime, alike: int = 0) -> None:
        self.policy, self.cut, self.now = policy, cut, now
        self._alike = tuple(f"T-{n}" for n in range(1, alike + 1))
        self._ticket: Ticket | None = None
        self.prior: Ticket | None = None  # as it stood before what happened last
        self._apply(desk.open_ticket("T-0", opening, cut, now))

    @property
    def ticket(self) -> Ticket:
        """As it stands."""
        if self._ticket is None:
            raise ValueError("nothing was taken in")
        return self._ticket

    def latest(self) -> list[Firing]:
        """The triggers that acted on what happened last."""
        before = len(self.prior.firings) if self.prior else 0
        return [firing for firing in self.ticket.firings[before:] if firing.trigger]

    def earlier(self) -> list[Firing]:
        """The triggers that acted before that."""
        return [firing for firing in self.prior.firings if firing.trigger] if self.prior else []

    def take_up(self) -> None:
        """The owner accepts it, and has told the client."""
        self._do(Accept(contacted=True))

    def try_and_fail(self, times: int) -> None:
        """Approved steps that did not work."""
        for n in range(1, times + 1):
            step = LogAttempt(step=f"Approved step {n}", result="The fault is there", outcome="failed", sop_step=f"{n}")
            self._do(step)

    def call(self, times: int) -> None:
        """The client gets in touch."""
        for _ in range(times):
            self._do(ContactMade(direction="inbound", text="Any news?"))

    def pass_on(self, times: int) -> None:
        """From technician to technician of the tier, until so many have had it."""
        while len(self.ticket.technicians) < times:
            person = self._somebody(Need(tier=self.ticket.tier, exclude=self.ticket.owners))
            self._do(Transfer(to_person=person, reason="Somebody else should look at it", note=_NOTE))
            self._do(Accept())

    def come_back(self, times: int) -> None:
        """Up, and back down with a coded reason."""
        for _ in range(times):
            self._do(Escalate(reason=self.cut.manual_reasons[0], note=_NOTE))
            self._do(Accept())
            self._do(Return(reason=self.cut.return_reasons[0], what_is_missing="The error message in full"))

    def recur(self) -> None:
        """Tickets alike are found."""
        self._do(Recur())

    def wait_for(self, trigger: str) -> bool:
        """Time passes until the trigger acts; False where it does not."""
        for _ in range(_MOST_DEADLINES):
            deadline = next_deadline(self.ticket)
            if deadline is None:
                return False
            self.now = max(self.now, deadline.at)
            self._do(DeadlinePassed())
            if any(firing.trigger == trigger for firing in self.latest()):
                return True
        return False

    def _do(self, command: AnyCommand) -> None:
        if not command.by:
            command = command.model_copy(update={"by": self.ticket.owner})
        self.prior = self.ticket
        self._apply(desk.decide(self.ticket, command, self.cut, self.now))

    def _apply(self, events: Sequence[Event]) -> None:
        named = {place: self._named(need) for place, need in desk.needs(events)}
        for event in desk.name(events, named):
            self._ticket = opened(event) if isinstance(event, Opened) else self.ticket.after(event)

    def _named(self, need: Need) -> Named:
        alike = self._alike if need.tier == 2 else None
        return Named(person=need.person or self._somebody(need), via="on_shift", alike=alike)

    def _somebody(self, need: Need) -> str:
        """The first of the tier, or of the role, who may have it."""
        for person in self.policy.people.values():
            fits = person.tier == need.tier if need.role is Role.TECHNICIAN else person.role == need.role.value
            if fits and person.id not in need.exclude:
                return person.id
        return self.policy.fallback.manager
