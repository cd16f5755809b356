"""What each field of a ticket would have to be for a condition to hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from escalation.triggers import Test

_TOP: Mapping[str, int] = {"tier": 3}
_BOTTOM: Mapping[str, int] = {"tier": 1, "recurrences": 1}  # of the others nobody counts below none
COUNTED = ("at_least", "more_than")


@dataclass
class Wanted:
    """What one field would have to be: one of `among`, not below `least`, holding each of `flags`."""

    among: set[object] | None = None
    least: int | None = None
    flags: set[object] = field(default_factory=set)

    def narrowed(self, test: Test) -> None:
        """One more test of the same field."""
        if test.op in COUNTED and isinstance(test.value, int):
            bound = test.value + (test.op == "more_than")
            self.least = bound if self.least is None else max(self.least, bound)
        elif test.op in ("is", "in"):
            values = values_of(test)
            self.among = values if self.among is None else self.among & values
        elif test.op == "has":
            self.flags.add(test.value)

    def conflict(self, name: str) -> str | None:
        """Why no value would do."""
        if self.among is not None:
            left = {v for v in self.among if self.least is None or (isinstance(v, int) and v >= self.least)}
            if not left:
                return f"{name} cannot be all of that at once"
        top, bottom = _TOP.get(name), _BOTTOM.get(name, 0)
        if top is not None and self.least is not None and self.least > top:
            return f"{name} is never above {top}"
        numbers = {v for v in self.among or () if isinstance(v, int) and not isinstance(v, bool)}
        if numbers and top is not None and not any(bottom <= v <= top for v in numbers):
            return f"{name} is {bottom} to {top}"
        return f"{name} is never below {bottom}" if numbers and max(numbers) < bottom else None


Way = Mapping[str, Wanted]
"""One way to satisfy a condition: what each field that it looks at would have to be."""


def values_of(test: Test) -> set[object]:
    """The values of which a test asks for one."""
    return set(test.value) if isinstance(test.value, tuple) else {test.value}
