"""Rotas and ladders that cannot work: strangers on them, hours that leave a pressing ticket without anybody."""

from collections.abc import Iterator
from datetime import datetime

from escalation.calendar import Calendar
from escalation.lint.cover import never_opens
from escalation.lint.findings import TIERS, Problem, roles_of, unknown
from escalation.oncall import HORIZON, Rota, rendered
from escalation.policy import OnCall, PagingLadder, Policy
from escalation.policy.paging import OWNER
from escalation.terms import Priority

_PRESSING = {"emergency", Priority.P1}


def on_call_problems(policy: Policy, at: datetime) -> Iterator[Problem]:
    """What is wrong with who is on call."""
    call = policy.on_call
    for name, rota in call.rotas.items():
        yield from _rota(policy, f"on_call.rotas.{name}", rota, at)
    for place, override in enumerate(call.overrides):
        path = f"on_call.overrides.{place}"
        yield from unknown(f"{path}.rota", "rota", [override.rota], call.rotas)
        yield from unknown(f"{path}.who", "person", [override.who], policy.people)
        yield from unknown(f"{path}.instead_of", "person", filter(None, [override.instead_of]), policy.people)
    for place, absence in enumerate(call.absences):
        yield from unknown(f"on_call.absences.{place}.person", "person", [absence.person], policy.people)
    for tier, rota_name in call.by_tier.items():
        yield from unknown(f"on_call.by_tier.{tier}", "rota", [rota_name], call.rotas)
    if TIERS[-1] not in call.by_tier:
        yield Problem("on_call.by_tier", "no rota answers for tier 3, where emergencies go")
    yield from unknown("on_call.managers", "rota", [call.managers], call.rotas)
    yield from _ladders(policy)
    yield from _gaps(call, at)


def _rota(policy: Policy, path: str, rota: Rota, at: datetime) -> Iterator[Problem]:
    yield from _turns(policy, path, rota.members, rota.open_hours, at)
    for place, layer in enumerate(rota.stack[1:]):
        yield from _turns(policy, f"{path}.layers.{place}", layer.members, layer.open_hours, at)


def _turns(policy: Policy, path: str, members: tuple[str, ...], hours: Calendar, at: datetime) -> Iterator[Problem]:
    if not members:
        yield Problem(f"{path}.members", "nobody is on this rota")
    yield from unknown(f"{path}.members", "person", members, policy.people)
    if never_opens(hours, at):
        yield Problem(f"{path}.active", "these hours are empty, so the rota never answers")


def _ladders(policy: Policy) -> Iterator[Problem]:
    call = policy.on_call
    taken: dict[str, str] = {}
    for name, ladder in call.paging.items():
        path = f"on_call.paging.{name}"
        for place, step in enumerate(ladder.steps):
            yield from unknown(f"{path}.steps.{place}.rota", "rota", [step.rota], {*call.rotas, OWNER})
        yield from unknown(f"{path}.tell", "role", ladder.tell, roles_of(policy), why="that anybody holds")
        for when in ladder.when:
            if when in taken:
                yield Problem(f"{path}.when", f"{name} is never used for {when}: {taken[when]} is")
            taken.setdefault(when, name)


def _gaps(call: OnCall, at: datetime) -> Iterator[Problem]:
    """Where a ladder pages first about a pressing ticket, somebody answers at every moment."""
    said = {call.by_tier.get(TIERS[-1]), call.managers}  # of whom cover.py tells
    for name, ladder in call.paging.items():
        first = ladder.steps[0].rota
        rota = None if first in said else call.rotas.get(first)
        if rota is None or not _is_pressing(ladder):
            continue
        said.add(first)
        duties = rendered(first, rota, call.overrides, at, at + HORIZON, call.absences)
        gap = next((duty for duty in duties if duty.person is None), None)
        if gap:
            when = f"{gap.start:%a %d %b %Y %H:%M} to {gap.end:%a %d %b %H:%M} UTC"
            yield Problem(f"on_call.rotas.{first}", f"nobody is on call from {when}, and the ladder {name} begins here")


def _is_pressing(ladder: PagingLadder) -> bool:
    return not _PRESSING.isdisjoint(ladder.when)
