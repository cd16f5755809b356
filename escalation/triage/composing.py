"""An exercise from a seed: tickets on which every trigger of the policy acts, among others on which none does."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from escalation.errors import Refusal, UnknownName
from escalation.explain import explain
from escalation.firings import UNACCEPTED
from escalation.lint.reach import ways
from escalation.lint.wanted import Wanted
from escalation.policy import Policy
from escalation.terms import Facts
from escalation.triage.draw import Draw
from escalation.triage.exercise import NOTHING, Case, Truth
from escalation.triage.planting import HAPPENINGS, Seedling, counted, grown
from escalation.triage.shown import case_of, trigger_ids
from escalation.triage.truth import truth_of

_MONDAY = datetime(2026, 11, 2, tzinfo=UTC)  # no case depends on when it is made up
_HOURS = 24 * 5
_TRIES = 40
_ALMOST = "almost"


class Composed(Facts):
    """A case, and what the rules did with it."""

    case: Case
    truth: Truth


def compose(policy: Policy, seed: int, how_many: int, clients: Collection[str] | None = None) -> list[Composed]:
    """So many cases, of these clients only if any are named. Pure: the same policy and seed give the same cases.

    Every trigger and every start tier comes up in turn, so as many cases as `len(themes(policy))` have them all.
    UnknownName where no client is left.
    """
    allowed = [name for name in policy.clients if clients is None or name in clients]
    if not allowed:
        raise UnknownName("There is no client to make cases of.", field="clients", value=sorted(clients or ()))
    draw, made = Draw(policy.version, seed), list[Composed]()
    every = themes(policy)
    for theme in (theme for _ in range(how_many) for theme in draw.shuffled(every)):
        if len(made) == how_many:
            break
        found = _planted(policy, theme, draw, allowed, len(made) + 1)
        made += [found] if found else []
    return made


def themes(policy: Policy) -> list[tuple[str, int | None]]:
    """What a case can be about: a trigger, or none with a start tier, or one that nearly acts."""
    tiers = sorted({category.tier for category in policy.categories.values()})
    return [
        *((trigger, None) for trigger in trigger_ids(policy)),
        *((NOTHING, tier) for tier in tiers),
        (_ALMOST, None),
    ]


def _planted(
    policy: Policy, theme: tuple[str, int | None], draw: Draw, clients: Sequence[str], number: int
) -> Composed | None:
    """A case on which the trigger acts, found by trying; None where the policy has no such ticket."""
    about, tier = theme
    seedlings = list(_seedlings(policy, about, tier))
    now = _MONDAY + timedelta(hours=draw.number(_HOURS))
    for _ in range(_TRIES if seedlings else 0):
        cut = policy.slice_for(draw.one(clients))
        try:
            life, happened = grown(policy, cut, draw.one(seedlings), draw, now)
        except Refusal:
            continue  # the rules know no such life
        truth = truth_of(life, explain(life.ticket, cut, life.now))
        if truth is None or truth.trigger != (NOTHING if about == _ALMOST else about):
            continue
        return Composed(case=case_of(life, number, happened), truth=truth)
    return None


def _seedlings(policy: Policy, about: str, tier: int | None) -> Iterator[Seedling]:
    if about == NOTHING:
        yield Seedling(tier=tier)
    elif about == _ALMOST:
        yield from _nearly(policy)
    elif about in (trigger.id for trigger in policy.triggers):
        trigger = next(each for each in policy.triggers if each.id == about)
        yield from (Seedling(way=way) for way in ways(trigger.when) or ())
    else:
        first = 1 if about == policy.auto_escalation.trigger else None
        taken_up = (False,) if about == UNACCEPTED else (True,)
        yield from (Seedling(tier=first or tier, waits_for=about, taken_up=up) for tier in (1, 2) for up in taken_up)


def _nearly(policy: Policy) -> Iterator[Seedling]:
    """One time too few for a trigger that counts."""
    for trigger in policy.triggers:
        for way in ways(trigger.when) or ():
            for name in {*HAPPENINGS} & way.keys():
                times = counted(way[name]) - 1
                if times > 0:
                    yield Seedling(way={**way, name: Wanted(least=times)})
