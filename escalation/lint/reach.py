"""Whether any ticket could ever satisfy a condition, and whether one condition holds whenever another does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from escalation.policy import Policy
from escalation.triggers import All, Any, Condition, Test

_MOST = 256  # ways to satisfy a condition that are looked at; a condition with more is taken as it is
_TOP: Mapping[str, int] = {"tier": 3}
_BOTTOM: Mapping[str, int] = {"tier": 1}
_COUNTED = ("at_least", "more_than")


@dataclass
class Wanted:
    """What one field would have to be: one of `among`, not below `least`, holding each of `flags`."""

    among: set[object] | None = None
    least: int | None = None
    flags: set[object] = field(default_factory=set)

    def narrowed(self, test: Test) -> None:
        """One more test of the same field."""
        if test.op in _COUNTED and isinstance(test.value, int):
            bound = test.value + (test.op == "more_than")
            self.least = bound if self.least is None else max(self.least, bound)
        elif test.op in ("is", "in"):
            values = _values(test)
            self.among = values if self.among is None else self.among & values
        elif test.op == "has":
            self.flags.add(test.value)

    def conflict(self, name: str) -> str | None:
        """Why no value would do."""
        if self.among is not None:
            left = {v for v in self.among if self.least is None or (isinstance(v, int) and v >= self.least)}
            if not left:
                return f"{name} cannot be all of that at once"
        top, bottom = _TOP.get(name), _BOTTOM.get(name)
        if top is not None and self.least is not None and self.least > top:
            return f"{name} is never above {top}"
        numbers = {v for v in self.among or () if isinstance(v, int) and not isinstance(v, bool)}
        if bottom is not None and top is not None and numbers and not any(bottom <= v <= top for v in numbers):
            return f"{name} is {bottom} to {top}"
        return None


Way = Mapping[str, Wanted]
"""One way to satisfy a condition: what each field that it looks at would have to be."""


def ways(condition: Condition) -> list[Way] | None:
    """Every way to satisfy the condition, possible or not; None where there are too many to look at."""
    parts = _alternatives(condition)
    if parts is None:
        return None
    return [_way(tests) for tests in parts]


def never(policy: Policy, condition: Condition) -> str | None:
    """Why no ticket could satisfy the condition; None if one could."""
    why = None
    for way in ways(condition) or [{}]:
        why = next((c for name, wanted in way.items() if (c := wanted.conflict(name))), None) or _beyond(policy, way)
        if why is None:
            return None
    return why


def may_stand_below(way: Way, tier: int) -> bool:
    """Whether a ticket on this way may stand below the tier, so that a move to it goes up."""
    wanted = way.get("tier")
    if wanted is None:
        return True
    values = wanted.among if wanted.among is not None else {1, 2, 3}
    return any(isinstance(v, int) and v < tier and (wanted.least is None or v >= wanted.least) for v in values)


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
            return test.op in ("is", "in") and _values(test) <= _values(wanted)
        case "has":
            return test.op == "has" and test.value == wanted.value
        case "has_any":
            return test.op in ("has", "has_any") and _values(test) <= _values(wanted)
        case "at_least" | "more_than":
            return _least(test) is not None and (_least(test) or 0) >= (_least(wanted) or 0)
        case _:
            return False


def _least(test: Test) -> int | None:
    if not isinstance(test.value, int):
        return None
    return test.value + (test.op == "more_than") if test.op in (*_COUNTED, "is") else None


def _values(test: Test) -> set[object]:
    return set(test.value) if isinstance(test.value, tuple) else {test.value}


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


def _few(found: list[tuple[Test, ...]]) -> list[tuple[Test, ...]] | None:
    return found if len(found) <= _MOST else None


def _way(tests: tuple[Test, ...]) -> Way:
    way: dict[str, Wanted] = {}
    for test in tests:
        way.setdefault(test.field, Wanted()).narrowed(test)
    return way


def _beyond(policy: Policy, way: Way) -> str | None:
    """What the scope of the tier rules out: a sign that it need not pass on, a category that is within it."""
    tiers = _tiers(way)
    if _is_true(way, "must_escalate") and not any(policy.scope[t].must_escalate for t in tiers if t in policy.scope):
        return f"no sign sends a ticket up from tier {_named(tiers)}"
    if _is_true(way, "beyond_scope") and all("*" in policy.scope[t].may for t in tiers if t in policy.scope):
        return f"tier {_named(tiers)} may do everything"
    if _is_true(way, "emergency_category") and not any(_emergencies(policy, way)):
        return "none of these categories is an emergency"
    return None


def _tiers(way: Way) -> set[int]:
    wanted = way.get("tier")
    every = {1, 2, 3} if wanted is None or wanted.among is None else {v for v in wanted.among if isinstance(v, int)}
    return {tier for tier in every if wanted is None or wanted.least is None or tier >= wanted.least}


def _named(tiers: set[int]) -> str:
    return " or ".join(map(str, sorted(tiers)))


def _is_true(way: Way, name: str) -> bool:
    return name in way and way[name].among == {True}


def _emergencies(policy: Policy, way: Way) -> Iterator[bool]:
    asked = way["category"].among if "category" in way else None
    for name, category in policy.categories.items():
        if asked is None or name in asked:
            yield category.emergency
