"""A trigger's condition against the values that a ticket has: which parts hold, which do not, and what is missing."""

from typing import Literal

from pydantic_core import to_jsonable_python

from escalation.terms import Facts
from escalation.triggers import All, Any, Condition, Fields, Test

_LABELS = {
    "beyond_scope": "category outside what the tier may do",
    "must_escalate": "a sign that the tier must hand on",
    "emergency_category": "category of an emergency",
    "skill_beyond_tier": "a skill that the tier does not hold",
    "access_beyond_tier": "an access that the tier does not have",
    "vip": "VIP",
    "inbound_contacts": "times that the client got in touch",
    "technicians": "technicians so far",
    "recurrences": "tickets of this kind at Tier 2, this one counted",
}
_OPS = {"at_least": "at least ", "more_than": "more than ", "has": "", "is": "", "in": "", "has_any": ""}


class Judged(Facts):
    """A condition, judged: either one test of a field, or `all` or `any` of several conditions."""

    holds: bool
    kind: Literal["test", "all", "any"]
    field: str | None = None
    op: str | None = None
    wanted: object = None
    actual: object = None
    parts: tuple["Judged", ...] = ()


def judged(condition: Condition, fields: Fields) -> Judged:
    """Every part of the condition, with the value that it looked at. Pure."""
    match condition:
        case Test():
            return Judged(
                holds=condition.holds(fields),
                kind="test",
                field=condition.field,
                op=condition.op,
                wanted=to_jsonable_python(condition.value),
                actual=to_jsonable_python(fields.get(condition.field)),
            )
        case All():
            parts = tuple(judged(part, fields) for part in condition.all)
            return Judged(holds=all(part.holds for part in parts), kind="all", parts=parts)
        case Any():
            parts = tuple(judged(part, fields) for part in condition.any)
            return Judged(holds=any(part.holds for part in parts), kind="any", parts=parts)


def in_words(condition: Condition) -> str:
    """`failed attempts at least 2 and tier 1`, whatever ticket it may be about."""
    match condition:
        case Test(op="is", value=True):
            return _label(condition.field)
        case Test():
            wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
            return f"{_label(condition.field)} {_OPS.get(condition.op, '')}{' or '.join(map(said, wanted))}"
        case All():
            return " and ".join(map(_in_one, condition.all))
        case Any():
            return " or ".join(map(_in_one, condition.any))


def _in_one(part: Condition) -> str:
    return in_words(part) if isinstance(part, Test) else f"({in_words(part)})"


def needs(condition: Judged) -> tuple[str, ...]:
    """What has to change before the condition holds; every one of these. Empty where it holds."""
    if condition.holds:
        return ()
    match condition.kind:
        case "test":
            return (failing(condition),)
        case "all":
            return tuple(need for part in condition.parts for need in needs(part))
        case "any":
            return (", or ".join(_joined(needs(part)) for part in condition.parts),)


def failing(test: Judged) -> str:
    """`failed attempts: 1, needs at least 2`."""
    return f"{_label(test.field)}: {said(test.actual)}, needs {_OPS.get(test.op or '', '')}{_wanted(test)}"


def values_said(values: dict[str, object]) -> str:
    """`failed attempts: 2, tier: 1`."""
    return ", ".join(f"{_label(field)}: {said(value)}" for field, value in values.items())


def said(value: object) -> str:
    """A value as a sentence has it."""
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return " and ".join(map(str, value)) or "none"
        case _:
            return str(value)


def _wanted(test: Judged) -> str:
    if test.op in ("in", "has_any") and isinstance(test.wanted, list | tuple):
        return f"one of {', '.join(map(str, test.wanted))}"
    return said(test.wanted)


def _label(field: str | None) -> str:
    return _LABELS.get(field or "", (field or "").replace("_", " "))


def _joined(needed: tuple[str, ...]) -> str:
    return needed[0] if len(needed) == 1 else f"({' and '.join(needed)})"
