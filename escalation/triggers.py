"""Documented, objective conditions: structured, never free text, and each firing says which values satisfied it."""

from collections.abc import Mapping
from typing import Annotated, Literal
from typing import Any as Whatever

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from escalation.terms import Facts

Value = str | int | bool
Fields = Mapping[str, "Value | tuple[str, ...] | None"]

FIELDS = frozenset(
    {
        "category",
        "scope",
        "users_affected",
        "tier",
        "priority",
        "flags",
        "vip",
        "kind",
        "failed_attempts",
        "inbound_contacts",
        "technicians",
        "returns",
        "recurrences",
        "beyond_scope",
        "must_escalate",
        "emergency_category",
        "skill_beyond_tier",
        "access_beyond_tier",
    }
)


class Test(Facts):
    """One field against one value."""

    field: str
    op: Literal["is", "in", "has", "has_any", "at_least", "more_than"] = "is"
    value: Value | tuple[str, ...] = True

    __test__ = False

    @model_validator(mode="after")
    def _field_is_known(self) -> "Test":
        if self.field not in FIELDS:
            raise ValueError(f"unknown trigger field {self.field!r}; the rules know {', '.join(sorted(FIELDS))}")
        return self

    @model_serializer(mode="wrap")
    def _with_its_one(self, rest: SerializerFunctionWrapHandler) -> dict[str, Whatever]:
        """A 1 is said, although it equals the default."""
        said: dict[str, Whatever] = rest(self)
        return said if self.value is True else {**said, "value": said.get("value", self.value)}

    def holds(self, fields: Fields) -> bool:
        """Whether the field's value satisfies the test; a field that is not known yet satisfies none."""
        actual = fields.get(self.field)
        if actual is None:
            return False
        match self.op:
            case "is":
                return actual == self.value
            case "in":
                return isinstance(self.value, tuple) and actual in self.value
            case "has":
                return isinstance(actual, tuple) and self.value in actual
            case "has_any":
                return (
                    isinstance(actual, tuple) and isinstance(self.value, tuple) and bool(set(actual) & set(self.value))
                )
            case "at_least":
                return isinstance(actual, int) and isinstance(self.value, int) and actual >= self.value
            case "more_than":
                return isinstance(actual, int) and isinstance(self.value, int) and actual > self.value


class All(Facts):
    """Every one must hold."""

    all: Annotated[tuple["Condition", ...], Field(min_length=1)]


class Any(Facts):
    """At least one must hold."""

    any: Annotated[tuple["Condition", ...], Field(min_length=1)]


Condition = Test | All | Any


def satisfied_by(condition: Condition, fields: Fields) -> dict[str, object] | None:
    """The field values that make the condition true, or None where it does not hold. Pure."""
    match condition:
        case Test():
            return {condition.field: fields[condition.field]} if condition.holds(fields) else None
        case All():
            found: dict[str, object] = {}
            for part in condition.all:
                values = satisfied_by(part, fields)
                if values is None:
                    return None
                found |= values
            return found
        case Any():
            for part in condition.any:
                values = satisfied_by(part, fields)
                if values is not None:
                    return values
            return None


All.model_rebuild()
Any.model_rebuild()
