"""A ticket went over to another version of the policy."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.events.fact import Fact
from escalation.terms import Facts


class MovedDeadline(Facts):
    """A deadline that another policy moves, brings (`before_at` is None) or takes away (`after_at` is None)."""

    what: str
    before_at: AwareDatetime | None = None
    after_at: AwareDatetime | None = None


class PolicyAdopted(Fact):
    """From here on another version of the policy counts, and these deadlines stand elsewhere."""

    kind: Literal["policy_adopted"] = "policy_adopted"
    before: str
    after: str
    reason: str = ""
    moved: tuple[MovedDeadline, ...] = ()
