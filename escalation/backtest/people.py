"""Who takes what another policy hands over: whoever took it in the record, else somebody made up. No rota, no load.

A handoff that the record has at another time is taken up after as long as it was then; one that it does not have is
taken up at once. Otherwise a policy that hands over earlier would be charged with people who had not heard of it.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.events import Accepted, Coordinated, Event, Handoff, Need, Paged
from escalation.terms import Role, Tier

_SAME_TIME = timedelta(minutes=1)  # timers come a little late in the record, and never in a replay


@dataclass(frozen=True)
class Receiver:
    """A person, when the record handed over to them, and how long until they took it up; None if never."""

    person: str
    at: datetime | None = None
    after: timedelta | None = timedelta()
    alike: tuple[str, ...] | None = None

    def takes_up_at(self, now: datetime) -> datetime | None:
        """When a handoff of now is taken up without a word of the record; None where the record says when."""
        if self.at is not None and abs(now - self.at) <= _SAME_TIME:
            return None
        return None if self.after is None else now + self.after


class PeopleOfThen:
    """Names people in the order in which the record named them for each tier; deterministic."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._owners: dict[Tier | None, deque[Receiver]] = defaultdict(deque)
        self._coordinators: deque[str] = deque()
        self._paged: deque[str] = deque()
        self._made_up = 0
        taken_up_at: datetime | None = None
        last = True
        for event in reversed(events):
            match event:
                case Accepted(at=at):
                    taken_up_at = at
                case Handoff(owner=owner, need=need, at=at, alike=alike):
                    if owner and not need.person:
                        unknown = timedelta() if last else None  # the record ends before anybody took it up
                        after = taken_up_at - at if taken_up_at else unknown
                        self._owners[need.tier].appendleft(Receiver(owner, at, after, alike))
                    taken_up_at, last = None, False
                case Coordinated(coordinator=coordinator) if coordinator:
                    self._coordinators.appendleft(coordinator)
                case Paged(person=person) if person:
                    self._paged.appendleft(person)
                case _:
                    pass

    def receiver(self, event: Event, need: Need) -> Receiver:
        """The person for what this event needs."""
        if need.person:
            return Receiver(need.person, after=None)
        if isinstance(event, Coordinated):
            return Receiver(self._coordinators.popleft() if self._coordinators else need.role.value, after=None)
        if isinstance(event, Paged):
            return Receiver(self._paged.popleft() if self._paged else "on-call", after=None)
        waiting = self._owners[need.tier]
        if waiting:
            return waiting.popleft()
        self._made_up += 1
        what = f"tier-{need.tier}" if need.role is Role.TECHNICIAN else need.role.value
        return Receiver(f"{what}-{self._made_up}")
