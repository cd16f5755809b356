"""A ticket went over to another version of the policy."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.events.fact import Fact
from escalation.policy import AgreedBy
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
    agreement: str | None = None
    agreed_by: AgreedBy | None = None
    moved: tuple[MovedDeadline, ...] = ()


class AgreementChanged(Fact):
    """From here on the promises of another agreement count, and these deadlines stand elsewhere."""

    kind: Literal["agreement_changed"] = "agreement_changed"
    before: str | None = None
    agreement: str | None = None
    agreed_by: AgreedBy
    reason: str
    moved: tuple[MovedDeadline, ...] = ()
