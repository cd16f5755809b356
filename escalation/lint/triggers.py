"""Triggers that cannot work: they share an id, lead nowhere, or are never reached."""

from collections.abc import Collection, Iterator, Mapping

from escalation.lint.findings import TIERS, Problem, listed, roles_of, skills_of, unknown
from escalation.lint.reach import implies, may_stand_below, never
from escalation.policy import Policy, Trigger
from escalation.terms import Flag, Kind, Priority, Role, Scope
from escalation.triggers import All, Any, Condition, Test

_CHOICES: Mapping[str, Collection[str]] = {"scope": tuple(Scope), "priority": tuple(Priority), "kind": tuple(Kind)}
_COUNTS = frozenset(
    {"users_affected", "tier", "failed_attempts", "inbound_contacts", "technicians", "returns", "recurrences"}
)


def trigger_problems(policy: Policy) -> Iterator[Problem]:
    """What is wrong with the triggers and with the entry to Tier 3."""
    ids = {policy.auto_escalation.trigger: "auto_escalation"}
    effects: dict[object, str] = {}
    for place, trigger in enumerate(policy.triggers):
        path = f"triggers.{place}"
        if trigger.id in ids:
            yield Problem(f"{path}.id", f"{trigger.id} is the id of another trigger, {ids[trigger.id]}")
        effect = (*_effect(trigger), _shape(trigger.when))
        if effect in effects:
            yield Problem(
                f"{path}.when", f"{trigger.id} is never reached: {effects[effect]} fires on the same condition"
            )
        yield from _trigger_target(policy, path, trigger)
        wrong = [why for test in _tests(trigger.when) if (why := _never_holds(policy, test))]
        for why in wrong or _out_of_reach(policy, trigger, effects.get(effect) is None):
            yield Problem(f"{path}.when", f"{trigger.id} is never reached: {why}")
        ids.setdefault(trigger.id, path)
        effects.setdefault(effect, trigger.id)
    for place, name in enumerate(policy.tier_three_entry):
        yield from unknown(f"tier_three_entry.{place}", "trigger", [name], ids)


def _out_of_reach(policy: Policy, trigger: Trigger, not_said: bool) -> Iterator[str]:
    """Why the trigger never does anything though each of its tests could hold; nothing if it is said already."""
    if why := never(policy, trigger.when):
        yield why
        return
    if trigger.mode == "move" and (target := trigger.to.tier) is not None:
        highest = max(TIERS) if target == "+1" else target
        if not may_stand_below(policy, trigger.when, highest):
            yield f"a ticket on which it fires is at tier {highest} already"
            return
    for earlier in policy.triggers[: policy.triggers.index(trigger)] if not_said else ():
        if _effect(earlier) == _effect(trigger) and implies(trigger.when, earlier.when):
            yield f"{earlier.id} fires whenever it would, and does the same"


def _effect(trigger: Trigger) -> tuple[object, ...]:
    return trigger.kind, trigger.mode, trigger.to.tier, trigger.to.role


def _trigger_target(policy: Policy, path: str, trigger: Trigger) -> Iterator[Problem]:
    target = trigger.to
    if trigger.mode == "move" and target.tier is None:
        yield Problem(f"{path}.to", f"{trigger.id} moves a ticket, and names no tier to move it to")
    if isinstance(target.tier, int) and target.tier not in TIERS:
        yield Problem(f"{path}.to.tier", f"there is no tier {target.tier}")
    if trigger.mode != "move" and target.role is None:
        yield Problem(f"{path}.to", f"{trigger.id} involves somebody, and names no role")
    if target.role is not None:
        allowed = roles_of(policy) & set(Role) if trigger.mode == "take_coordination" else roles_of(policy)
        yield from unknown(f"{path}.to.role", "role", [target.role], allowed, why="that anybody holds")
    if target.skill not in (None, "category", "required"):
        yield from unknown(f"{path}.to.skill", "skill", [target.skill], skills_of(policy), why="that anybody has")


def _never_holds(policy: Policy, test: Test) -> str | None:
    """Why no ticket could ever satisfy the test; None if one could."""
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    if test.field == "flags":
        ops, right = {"has", "has_any"}, all(value in set(Flag) for value in values)
    elif test.field in _COUNTS:
        ops = {"is", "in", "at_least", "more_than"}
        right = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    elif test.field == "category" or test.field in _CHOICES:
        ops = {"is", "in"}
        right = all(value in _CHOICES.get(test.field, policy.categories) for value in values)
    else:
        ops, right = {"is"}, all(isinstance(value, bool) for value in values)
    if test.op not in ops:
        return f"{test.field} cannot be asked with {test.op!r}, only with {listed(ops)}"
    if isinstance(test.value, tuple) != (test.op in ("in", "has_any")):
        return f"{test.op!r} needs {'a list of values' if test.op in ('in', 'has_any') else 'one value'}"
    return None if right else f"{test.field} is never {listed(values)}"


def _tests(condition: Condition) -> Iterator[Test]:
    match condition:
        case Test():
            yield condition
        case All():
            for part in condition.all:
                yield from _tests(part)
        case Any():
            for part in condition.any:
                yield from _tests(part)


def _shape(condition: Condition) -> object:
    """The same for two conditions that say the same with their parts in another order."""
    match condition:
        case Test(field=field, op=op, value=value):
            return field, op, frozenset(value) if isinstance(value, tuple) else value
        case All(all=parts) | Any(any=parts) if len(parts) == 1:
            return _shape(parts[0])
        case All():
            return "all", frozenset(_shape(part) for part in condition.all)
        case Any():
            return "any", frozenset(_shape(part) for part in condition.any)
