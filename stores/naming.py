"""Whom the desk names: the chain from the best receiver to the last resort. Pure; desk.py looks up who there is.

A technician: the person asked for · who is on call, for an emergency · on shift, skilled, with room · who is on call,
for P1 and P2 · off shift, skilled, with room · with room, without the skill · the tier's team lead · the service
manager on call · the policy's fallback. Nobody who is excluded is named, but for the fallback: never nobody.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from escalation.calendar import Calendar, is_open
from escalation.errors import UnknownName
from escalation.events import Need
from escalation.oncall import Absence, Board, Rota, shift_end
from escalation.policy import Fallback, Policy
from escalation.receiving import check_receiver
from escalation.terms import Facts, Priority, Role, Tier

_URGENT = frozenset({Priority.P1, Priority.P2})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Roster(Facts):
    """What the desk takes from the policy beside its people."""

    calendars: dict[str, Calendar]
    rotas: dict[str, Rota]
    by_tier: dict[Tier, str]
    managers: str
    absences: tuple[Absence, ...] = ()
    fallback: Fallback

    @classmethod
    def of(cls, policy: Policy) -> "Roster":
        """The roster of a policy."""
        return cls(
            calendars={name: policy.calendars[name] for name in {p.calendar for p in policy.people.values()}},
            rotas=policy.on_call.rotas,
            by_tier=policy.on_call.by_tier,
            managers=policy.on_call.managers,
            absences=policy.on_call.absences,
            fallback=policy.fallback,
        )


@dataclass(frozen=True)
class Colleague:
    """Somebody of the desk, as they stand now."""

    id: str
    role: str
    tier: Tier | None
    skills: frozenset[str]
    calendar: str
    capacity: int
    leads: frozenset[Tier]
    load: int
    last_assigned_at: datetime | None = None

    @property
    def has_room(self) -> bool:
        return self.load < self.capacity

    @property
    def burden(self) -> tuple[float, datetime, str]:
        """Least loaded first, then longest without a new ticket."""
        return self.load / self.capacity if self.capacity else 1.0, self.last_assigned_at or _LONG_AGO, self.id


@dataclass(frozen=True)
class DeskNow:
    """Everything that naming looks at."""

    at: datetime
    roster: Roster
    board: Board
    colleagues: dict[str, Colleague]

    def on_shift(self, colleague: Colleague) -> bool:
        return is_open(self.roster.calendars[colleague.calendar], self.at)

    def after_shift_of(self, person: str) -> datetime:
        """When this person's shift is over; now, if they are not here."""
        colleague = self.colleagues.get(person)
        if colleague is None:
            return self.at
        return shift_end(person, self.roster.calendars[colleague.calendar], self.board, self.at) or self.at

    def absent(self, colleague: Colleague) -> bool:
        return self.board.absent_until(colleague.id, self.at) is not None


@dataclass(frozen=True)
class Choice:
    """A person, by which step, and whether that step keeps within their capacity."""

    person: str
    via: str
    within: bool = False
    until: datetime | None = None


def choose(need: Need, desk: DeskNow) -> Choice:
    """The one person for this need; UnknownName if a person asked for by id is not of the desk."""
    if need.rota is not None:
        return _on_duty(need.rota, desk)
    if need.after_shift_of is not None:
        desk = replace(desk, at=desk.after_shift_of(need.after_shift_of))
    chain = _Chain(need, desk)
    found = next((choice for choice in chain.steps() if choice is not None), None)
    return found or Choice(chain.last_resort(), "fallback")


def _on_duty(rota: str, desk: DeskNow) -> Choice:
    """Whoever answers the rota now, and until when; nobody where nobody does, for a page goes to no other."""
    if rota not in desk.board.rotas:  # a later policy has it no more
        return Choice("", "nobody")
    duty = desk.board.duty(rota, desk.at)
    return Choice(duty.person or "", "on_call" if duty.person else "nobody", until=duty.end)


class _Chain:
    def __init__(self, need: Need, desk: DeskNow) -> None:
        self._need, self._desk = need, desk
        free = (c for c in desk.colleagues.values() if c.id not in need.exclude and not desk.absent(c))
        self._free = sorted(free, key=lambda c: (c.id != need.prefer, *c.burden))

    def steps(self) -> Iterator[Choice | None]:
        yield self._asked_for()
        match self._need.role:
            case Role.SERVICE_MANAGER:
                pass
            case Role.TEAM_LEAD:
                yield self._lead()
            case Role.DISPATCHER:
                yield from self._dispatcher()
            case _:
                yield from self._technician()
        yield self._on_call(self._desk.roster.managers, "manager")
        yield _first((c for c in self._free if c.role == Role.SERVICE_MANAGER), "manager")

    def last_resort(self) -> str:
        fallback, need = self._desk.roster.fallback, self._need
        owner = fallback.owner.get(need.tier) if need.tier is not None and need.role is Role.TECHNICIAN else None
        return owner or fallback.manager

    def _technician(self) -> Iterator[Choice | None]:
        if self._need.on_call:
            yield self._tier_on_call()
        yield self._with_room(lambda c: self._skilled(c) and self._desk.on_shift(c), "on_shift")
        if self._need.priority in _URGENT:
            yield self._tier_on_call()
        yield self._with_room(self._skilled, "off_shift")
        yield self._with_room(self._desk.on_shift, "without_skill")
        yield self._with_room(lambda _: True, "without_skill")
        yield self._lead()

    def _dispatcher(self) -> Iterator[Choice | None]:
        dispatchers = [c for c in self._free if c.role == Role.DISPATCHER]
        yield _first((c for c in dispatchers if self._desk.on_shift(c)), "on_shift")
        yield _first(dispatchers, "off_shift")
        yield self._lead()

    def _asked_for(self) -> Choice | None:
        person = self._need.person
        if person is None:
            return None
        if person not in self._desk.colleagues:
            raise UnknownName(f"The desk has nobody called {person!r}.", field="person", value=person)
        known = self._desk.colleagues[person]
        check_receiver(known.id, known.role, known.tier, self._need)
        if self._need.in_person:  # whoever takes a ticket is here, absence or not: it was accepted in their name
            return Choice(person, "named")
        return _first((c for c in self._free if c.id == person), "named")

    def _tier_on_call(self) -> Choice | None:
        rota = self._desk.roster.by_tier.get(self._need.tier or 0)
        return self._on_call(rota, "on_call") if rota else None

    def _on_call(self, rota: str, via: str) -> Choice | None:
        duty = self._desk.board.duty(rota, self._desk.at)
        here = any(c.id == duty.person for c in self._free)
        return Choice(duty.person, via, until=duty.end) if duty.person and here else None

    def _with_room(self, fits: Callable[[Colleague], bool], via: str) -> Choice | None:
        fitting = (c for c in self._free if self._of_the_tier(c) and c.has_room and fits(c))
        return _first(fitting, via, within=True)

    def _of_the_tier(self, colleague: Colleague) -> bool:
        technician = colleague.role == Role.TECHNICIAN
        return technician and (self._need.tier is None or colleague.tier == self._need.tier)

    def _skilled(self, colleague: Colleague) -> bool:
        return self._need.skill is None or self._need.skill in colleague.skills

    def _lead(self) -> Choice | None:
        tier = self._need.tier
        leads = [c for c in self._free if (tier in c.leads if tier is not None else c.leads)]
        return _first((c for c in leads if self._desk.on_shift(c)), "lead") or _first(leads, "lead")


def _first(colleagues: Iterable[Colleague], via: str, *, within: bool = False) -> Choice | None:
    return next((Choice(colleague.id, via, within) for colleague in colleagues), None)
