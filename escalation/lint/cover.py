"""Hours in which nobody could answer: calendars that never open, skills missing from a shift, gaps on call."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from escalation.calendar import Calendar, elapsed, openings
from escalation.lint.findings import TIERS, Problem
from escalation.oncall import HORIZON, Rota, rendered
from escalation.policy import Policy

CLIENT = "client"  # the calendar name that stands for the client's own
A_YEAR = timedelta(days=366)
_TWO_WEEKS = timedelta(days=14)
_HOUR = timedelta(hours=1)


def calendar_problems(policy: Policy, at: datetime) -> Iterator[Problem]:
    """Calendars that are not open for a single hour in the year that follows, and one with a name that is taken."""
    for name, calendar in policy.calendars.items():
        if name == CLIENT:
            yield Problem(f"calendars.{name}", "this name stands for the client's own calendar; choose another")
        if never_opens(calendar, at):
            yield Problem(
                f"calendars.{name}", "it is not open for one hour in 366 days, so what is counted in it never falls due"
            )


def never_opens(calendar: Calendar, at: datetime) -> bool:
    """Whether the calendar has less than an open hour in the 366 days after `at`."""
    return elapsed(calendar, at, at + A_YEAR) < _HOUR


def cover_problems(policy: Policy, at: datetime) -> Iterator[Problem]:
    """Skills that a whole shift lacks, and moments at which nobody is on call for an emergency."""
    yield from _skills(policy, at)
    yield from _on_call(policy, at)


def _skills(policy: Policy, at: datetime) -> Iterator[Problem]:
    for name, category in policy.categories.items():
        tier, skill = category.tier, category.skill
        team = [person for person in policy.people.values() if person.tier == tier]
        skilled = [person for person in team if skill in person.skills]
        path = f"categories.{name}"
        if not skilled:
            yield Problem(path, f"nobody at tier {tier}, where it starts, has the skill {skill}")
            continue
        if {person.id for person in skilled} & _called(policy, tier):
            continue
        for shift in sorted({person.calendar for person in team} & policy.calendars.keys()):
            hours = {person.calendar for person in skilled} & policy.calendars.keys()
            if not any(_meet(policy.calendars[shift], policy.calendars[own], at) for own in hours):
                yield Problem(
                    path, f"nobody at tier {tier}, where it starts, has the skill {skill} in the shift {shift}"
                )


def _called(policy: Policy, tier: int) -> set[str]:
    """Everybody who answers for the tier when the desk is closed."""
    rota = policy.on_call.rotas.get(policy.on_call.by_tier.get(tier, ""))
    return set(rota.everybody) if rota else set()


def _meet(shift: Calendar, own: Calendar, at: datetime) -> bool:
    """Whether somebody with these hours is there for any part of the shift."""
    if shift == own or never_opens(shift, at):
        return True  # of a shift that never is, its calendar is told already
    return any(elapsed(own, opens, closes) for opens, closes in openings(shift, at, at + _TWO_WEEKS))


def _on_call(policy: Policy, at: datetime) -> Iterator[Problem]:
    """Emergencies go to tier 3 and are told to a manager at any hour, so these rotas may have no hour without."""
    call = policy.on_call
    needed = {call.by_tier.get(TIERS[-1]): "emergencies and P1 tickets go to it", call.managers: "managers are called"}
    for name, why in needed.items():
        rota = call.rotas.get(name or "")
        if rota is None or name is None:
            continue
        if never_opens(rota.open_hours, at):
            continue  # said of the rota already
        if (gap := _gap(policy, name, rota, at)) is not None:
            yield Problem(
                f"on_call.rotas.{name}", f"nobody is on call at {gap:%a %d %b %Y %H:%M} UTC, and {why} at any hour"
            )


def _gap(policy: Policy, name: str, rota: Rota, at: datetime) -> datetime | None:
    """The first moment of the next sixty days at which nobody answers the rota."""
    call = policy.on_call
    duties = rendered(name, rota, call.overrides, at, at + HORIZON, call.absences)
    return next((duty.start for duty in duties if duty.person is None), None)
