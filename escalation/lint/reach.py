"""Whether any ticket could ever satisfy a condition, and whether one condition holds whenever another does."""

from collections.abc import Iterator
from itertools import product

from escalation.lint.together import possible, tiers_of
from escalation.lint.wanted import COUNTED, Wanted, Way, values_of
from escalation.policy import Policy
from escalation.triggers import All, Any, Condition, Test

_MOST = 256  # ways to satisfy a condition that are looked at; a condition with more is taken as it is


def ways(condition: Condition) -> list[Way] | None:
    """Every way to satisfy the condition, possible or not; None where there are too many to look at."""
    parts = _alternatives(condition)
    if parts is None:
        return None
    return [_way(tests) for part in parts for tests in product(*map(_each_sign, part))]


def never(policy: Policy, condition: Condition) -> str | None:
    """Why no ticket could satisfy the condition; None if one could."""
    why = None
    for way in ways(condition) or [{}]:
        why = _conflict(way) or _beyond(policy, way)
        if why is None and not possible(policy, way):
            why = "no tier, category and sign of the policy make all of that true at once"
        if why is None:
            return None
    return why


def may_stand_below(policy: Policy, condition: Condition, tier: int) -> bool:
    """Whether a ticket on which the condition holds may stand below the tier, so that a move to it goes up."""
    return any(not _conflict(way) and possible(policy, way, tier) for way in ways(condition) or [{}])


def _conflict(way: Way) -> str | None:
    return next((why for name, wanted in way.items() if (why := wanted.conflict(name))), None)


def implies(stronger: Condition, weaker: Condition) -> bool:
    """Whether the second surely holds whenever the first does, as far as their own tests tell."""
    first, second = _alternatives(stronger), _alternatives(weaker)
    if first is None or second is None:
        return False
    return all(any(_covers(tests, less) for less in second) for tests in first)


def _covers(tests: tuple[Test, ...], less: tuple[Test, ...]) -> bool:
    return all(any(_as_strong(test, wanted) for test in tests) for wanted in less)


def _as_strong(test: Test, wanted: Test) -> bool:
    if test.field != wanted.field:
        return False
    match wanted.op:
        case "is" | "in":
            return test.op in ("is", "in") and values_of(test) <= values_of(wanted)
        case "has":
            return test.op == "has" and test.value == wanted.value
        case "has_any":
            return test.op in ("has", "has_any") and values_of(test) <= values_of(wanted)
        case "at_least" | "more_than":
            return _least(test) is not None and (_least(test) or 0) >= (_least(wanted) or 0)
        case _:
            return False


def _least(test: Test) -> int | None:
    if not isinstance(test.value, int):
        return None
    return test.value + (test.op == "more_than") if test.op in (*COUNTED, "is") else None


def _alternatives(condition: Condition) -> list[tuple[Test, ...]] | None:
    """The condition as a choice of lists of tests that must all hold."""
    match condition:
        case Test():
            return [(condition,)]
        case Any(any=parts):
            found = [_alternatives(part) for part in parts]
            return _few([way for each in found if each is not None for way in each]) if None not in found else None
        case All(all=parts):
            each = [_alternatives(part) for part in parts]
            if any(one is None for one in each):
                return None
            choices = [one for one in each if one is not None]
            size = 1
            for one in choices:
                size *= len(one)
            return [sum(way, ()) for way in product(*choices)] if size <= _MOST else None
        case _:
            return None


def _each_sign(test: Test) -> list[Test]:
    """A choice of signs as so many tests for one."""
    if test.op != "has_any":
        return [test]
    return [test.model_copy(update={"op": "has", "value": value}) for value in values_of(test)]


def _few(found: list[tuple[Test, ...]]) -> list[tuple[Test, ...]] | None:
    return found if len(found) <= _MOST else None


def _way(tests: tuple[Test, ...]) -> Way:
    way: dict[str, Wanted] = {}
    for test in tests:
        way.setdefault(test.field, Wanted()).narrowed(test)
    return way


def _beyond(policy: Policy, way: Way) -> str | None:
    """What the scope of the tier rules out: a sign that it need not pass on, a category that is within it."""
    tiers = tiers_of(way)
    if _is_true(way, "must_escalate") and not any(policy.scope[t].must_escalate for t in tiers if t in policy.scope):
        return f"no sign sends a ticket up from tier {_named(tiers)}"
    if _is_true(way, "beyond_scope") and all("*" in policy.scope[t].may for t in tiers if t in policy.scope):
        return f"tier {_named(tiers)} may do everything"
    if _is_true(way, "emergency_category") and not any(_emergencies(policy, way)):
        return "none of these categories is an emergency"
    return None


def _named(tiers: set[int]) -> str:
    return " or ".join(map(str, sorted(tiers)))


def _is_true(way: Way, name: str) -> bool:
    return name in way and way[name].among == {True}


def _emergencies(policy: Policy, way: Way) -> Iterator[bool]:
    asked = way["category"].among if "category" in way else None
    for name, category in policy.categories.items():
        if asked is None or name in asked:
            yield category.emergency
