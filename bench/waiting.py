"""A ticket that nobody has accepted for almost an hour: its one near deadline falls exactly when it is told to."""

from datetime import datetime, timedelta

from bench.lives import LOCKED_OUT, Life
from bench.play import Play
from escalation.calendar import AROUND_THE_CLOCK
from escalation.policy import Policy
from escalation.sla import Clock

WAITING = "waiting"
_UNACCEPTED = Life("not accepted", LOCKED_OUT, ())


def waiting(policy: Policy, ticket_id: str, due_at: datetime) -> Play:
    """A ticket whose accept target is missed at `due_at`; played to its intake, the clock standing at `due_at`."""
    cut = policy.slice_for(LOCKED_OUT.client)
    always_open = cut.model_copy(update={"calendars": cut.calendars | {"client": AROUND_THE_CLOCK}})
    play = Play(always_open, ticket_id, due_at - timedelta(hours=1)).open(_UNACCEPTED.opening(ticket_id))
    clock: Clock = play.ticket.clocks["accept"]
    assert clock.due_at == due_at, f"the accept clock is due at {clock.due_at}, not at {due_at}"
    play.now = due_at
    return play
